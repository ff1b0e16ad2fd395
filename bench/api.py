"""Every observation as CSV over HTTP, in constant memory, beside pandas with the rows in memory.

    python -m bench.api [--offices 500] [--years 10] [--kept FOLDER]

500 offices, 60 indicators and 10 years are 300,000 rows; `--offices 13334` makes 8 million. Each
side works in a process of its own, ours behind a WSGI server whose memory is sampled. Exit code 1
when ours grew by more than it may, or took longer than the alternative times ALLOWED_RATIO.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bench.large_set import TIDY, publish
from bench.store import memory
from dashboard.app import create_app
from dashboard.store import Store

ALLOWED_MIB = 64
ALLOWED_RATIO = 1.0
EVERY_SECONDS = 0.05


def main() -> int:
    """Build the set, let both sides write it, print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offices", type=int, default=500)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--kept", type=Path, help="where the set is, or is made")
    parser.add_argument("--alone", action="store_true", help="without the alternative")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        published = asked.kept or Path(place)
        if not (published / "current").exists():
            apart(publish, published, asked.offices, asked.years)
        ours = apart(streamed, published)
        theirs = None if asked.alone else apart(written_by_pandas, published)
    print(line("GET /api/v1/observations.csv", ours))
    if theirs is None:
        return int(ours["grown"] > ALLOWED_MIB)
    print(line("pandas: read Parquet, to_csv", theirs))
    ratio = ours["seconds"] / theirs["seconds"]
    print(f"time × pandas {ratio:.2f} (at most {ALLOWED_RATIO})")
    return int(ours["grown"] > ALLOWED_MIB or ratio > ALLOWED_RATIO)


def line(name: str, found: dict[str, float]) -> str:
    """What one side took."""
    rate = found["rows"] / found["seconds"]
    return (
        f"{name:32}{found['rows']:>12,.0f} rows {found['seconds']:8.1f} s {rate:>12,.0f} rows/s "
        f"{found['bytes'] / 2**20:>9,.0f} MiB sent {found['grown']:>8,.0f} MiB grown at most"
    )


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """Do `work` in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def streamed(published: Path) -> dict[str, float]:
    """The file as the WSGI server takes it: piece by piece, none kept."""
    app = create_app(Store(published, TIDY)).server
    app.test_client().get("/api/v1/offices?size=1")
    rows = size = 0
    with Sampled() as sampled:
        answer = app.test_client().get("/api/v1/observations.csv", buffered=False)
        for piece in answer.iter_encoded():
            rows, size = rows + piece.count(b"\n"), size + len(piece)
    return {"rows": rows - 1, "bytes": size, "seconds": sampled.seconds, "grown": sampled.grown}


def written_by_pandas(published: Path) -> dict[str, float]:
    """The same rows, read from Parquet into a frame and written to a file."""
    with tempfile.TemporaryDirectory() as place, Sampled() as sampled:
        frame = pd.read_parquet(published / "current" / "by_indicator.parquet")
        target = Path(place) / "observations.csv"
        frame.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        size, rows = target.stat().st_size, len(frame)
    return {"rows": rows, "bytes": size, "seconds": sampled.seconds, "grown": sampled.grown}


class Sampled:
    """Time, and the most memory this process grew by while it worked, sampled."""

    def __enter__(self) -> Sampled:
        self._before, self._most, self._done = memory(), 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        self._started = time.perf_counter()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.seconds = time.perf_counter() - self._started
        self._done.set()
        self._thread.join()
        self.grown = self._most - self._before

    def _watch(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            self._most = max(self._most, memory())


if __name__ == "__main__":
    sys.exit(main())
