"""What a reader notices while a whole workbook is made: in a thread of the worker, and beside it.

    python -m bench.exports [--tidy FOLDER] [--rounds 3] [--markdown bench/README.md]

Pages of the demonstration set are asked for one after the other, each worked out anew, while
nothing else happens, while the whole workbook is built in a thread of the same process, and while
a process of its own builds it, as the site does. The three take turns. Exit code 1 when a page took
more than ALLOWED times as long beside a process, at the median.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import sets
from dashboard.app import Site, create_app
from dashboard.exports.room import Room
from dashboard.exports.ticket import ticket
from dashboard.store import Store
from dashboard.workbook import workbook

ALLOWED = 1.2
ALONE_SECONDS = 8.0
PAUSE = 0.02
PAGES = (
    "/zh/compare?indicator=volunteers",
    "/zh/trends",
    "/zh/evidence?q=共",
    "/en/indicator?indicator=volunteers",
    "/zh/",
)
NAMES = {"alone": "nothing else", "thread": "a thread of the worker", "process": "its own process"}

Working = Callable[[], bool]


def main() -> int:
    """Take turns, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tidy", type=Path, help="the set; the demonstration set by default")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", type=Path, help="file whose table is replaced")
    asked = parser.parse_args()
    tidy = asked.tidy or Path(sets.demo().tidy)
    views: dict[str, list[float]] = {name: [] for name in NAMES}
    built: dict[str, list[float]] = {name: [] for name in NAMES}
    with tempfile.TemporaryDirectory() as place:
        store = Store(Path(place) / "none" / "published", tidy)
        app = create_app(store)
        viewed(app, _for(1.0))
        for number in range(asked.rounds):
            for name in NAMES:
                started = time.perf_counter()
                views[name] += viewed(app, begun(name, store, Path(place) / f"{name}{number}"))
                built[name].append(time.perf_counter() - started)
    told = table(views, built)
    print(told)
    if asked.markdown:
        from bench.pages import replace_part  # noqa: PLC0415  with Playwright, which only it needs

        replace_part(asked.markdown, "exports", told + "\n")
    medians = {name: statistics.median(took) for name, took in views.items()}
    return int(medians["process"] > ALLOWED * medians["alone"])


def begun(name: str, store: Store, folder: Path) -> Working:
    """Begin what goes on meanwhile; says whether it still does."""
    dataset = store.dataset()
    if name == "thread":
        made = threading.Thread(target=lambda: workbook(dataset, "zh", store=store))
        made.start()
        return made.is_alive
    if name == "process":
        room, asked = Room(folder), ticket(store, dataset, "zh", None, "/")
        room.ask(asked, "bench")
        return lambda: (state := room.look(asked.key)) is not None and not state.is_over
    return _for(ALONE_SECONDS)


def _for(seconds: float) -> Working:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end


def viewed(app: Site, working: Working) -> list[float]:
    """Seconds that each page took, for as long as something goes on."""
    took, number = [], 0
    while working():
        path, number = PAGES[number % len(PAGES)], number + 1
        app.kept = type(app.kept)(app.store, app.view)
        started = time.perf_counter()
        app.server.test_client().get(path)
        took.append(time.perf_counter() - started)
        time.sleep(PAUSE)
    return took


def table(views: dict[str, list[float]], built: dict[str, list[float]]) -> str:
    """The table of the documents."""
    lines = [
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.",
        "",
        "| meanwhile | pages | p50 ms | p95 ms | longest ms | the workbook took, s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, took in views.items():
        cuts = [1000 * cut for cut in statistics.quantiles(took, n=20)]
        s = "" if name == "alone" else f"{statistics.median(built[name]):.1f}"
        lines.append(
            f"| {NAMES[name]} | {len(took)} | {cuts[9]:.0f} | {cuts[18]:.0f} "
            f"| {1000 * max(took):.0f} | {s} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
