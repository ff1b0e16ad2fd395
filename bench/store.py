"""The store over 300,000 invented observations, against the same rows held in pandas.

    python -m bench.store [--offices 500] [--years 10]

Each side answers the same questions in a process of its own; the table gives medians in
milliseconds, growth of memory in MiB, and the ratio of the two. Exit code 1 when a worker that
has served pages grew by more than it may.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bench.large_set import FIRST_YEAR, TIDY, area, publish, row_id
from dashboard.compare import Observation
from dashboard.filters import Filters
from dashboard.pages import view_of
from dashboard.store import Dataset, Store

REPEATS = 7
ALLOWED_MIB = 150
GROWTH = "memory grown, MiB"

Answers = dict[str, float]
Query = dict[str, list[str]]


def main() -> int:
    """Build the set, ask both sides, print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offices", type=int, default=500)
    parser.add_argument("--years", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        published = Path(place)
        rows = apart(publish, published, asked.offices, asked.years)
        print(f"{rows:,} observations", flush=True)
        ours = apart(with_store, published, asked.years)
        theirs = apart(with_pandas, published, asked.years)
    print(table(ours, theirs))
    print(f"{GROWTH}: {ours[GROWTH]:.0f} of at most {ALLOWED_MIB}")
    return int(ours[GROWTH] > ALLOWED_MIB)


def table(ours: Answers, theirs: Answers) -> str:
    """One line a question."""
    lines = [f"{'':36}{'store':>10}{'pandas':>10}{'ratio':>8}"]
    for name, mine in ours.items():
        other = theirs.get(name)
        rest = "" if other is None else f"{other:10.1f}{mine / other:8.2f}"
        lines.append(f"{name:36}{mine:10.1f}{rest}")
    return "\n".join(lines)


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """Do `work` in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def with_store(published: Path, years: int) -> Answers:
    """The questions, and the pages that ask them."""
    last = FIRST_YEAR + years - 1
    _warm_up(TIDY)
    before, store = memory(), Store(published, TIDY)
    answers = {"open, ms": milliseconds(store.dataset)}
    dataset = store.dataset()
    codes = list(dataset.facts.usage)
    answers |= {
        "one indicator, one year, ms": median(
            lambda n: dataset.select(indicator=codes[n], year=last, is_result=True)
        ),
        "one office, everything, ms": median(lambda n: dataset.select(offices=[area(n)])),
        "one row, ms": median(lambda n: dataset.get(row_id(n, last, 7))),
        "one word in everything, ms": median(
            lambda n: dataset.search([f"共{n}00"], Filters(), 100)
        ),
    }
    answers |= _pages(store, codes, str(last))
    answers[GROWTH] = memory() - before
    answers["peak of it, MiB"] = memory("VmHWM") - before
    answers["stream everything, ms"] = milliseconds(lambda: _drained(dataset))
    answers["memory grown after that, MiB"] = memory() - before
    return answers


def with_pandas(published: Path, years: int) -> Answers:
    """The same questions to a frame that holds every row."""
    last = FIRST_YEAR + years - 1
    before, held = memory(), []
    path = published / "current" / "by_indicator.parquet"
    answers = {"open, ms": milliseconds(lambda: held.append(pd.read_parquet(path)))}
    frame = held[0]
    codes = list(dict.fromkeys(frame["indicator"]))
    answers |= {
        "one indicator, one year, ms": median(
            lambda n: values(frame[(frame["indicator"] == codes[n]) & (frame["year"] == last)])
        ),
        "one office, everything, ms": median(lambda n: values(frame[frame["ref_area"] == area(n)])),
        "one row, ms": median(lambda n: values(frame[frame["id"] == row_id(n, last, 7)])),
        "one word in everything, ms": median(lambda n: values(_found(frame, f"共{n}00"))),
        GROWTH: memory() - before,
        "peak of it, MiB": memory("VmHWM") - before,
    }
    return answers


def values(frame: pd.DataFrame) -> list[Observation]:
    """Rows as the values that pages work on."""
    return [Observation.from_row(row) for row in frame.to_dict("records")]


def median(question: Callable[[int], object]) -> float:
    """Milliseconds of the middle one of several different questions of a kind."""
    return statistics.median(milliseconds(lambda n=n: question(n)) for n in range(REPEATS))


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def memory(kind: str = "VmRSS") -> float:
    """Memory of this process in MiB, now or (VmHWM) at its highest."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def _warm_up(tidy: Path) -> None:
    """Load code and templates as any worker does, over the small set of the checkout."""
    store = Store(tidy / "nothing", tidy)
    for page in ("", "compare", "evidence", "trends"):
        view_of(store, f"/zh/{page}", {}, {})
    store.close()


def _pages(store: Store, codes: list[str], last: str) -> Answers:
    asked: dict[str, tuple[str, Callable[[int], Query]]] = {
        "page: overview": ("/zh/", lambda _: {}),
        "page: compare, a year": (
            "/zh/compare",
            lambda n: {"indicator": [codes[n]], "year": [last]},
        ),
        "page: compare, latest": ("/zh/compare", lambda n: {"indicator": [codes[n]]}),
        "page: trends of an office": ("/zh/trends", lambda n: {"office": [area(n)]}),
        "page: evidence of an office": ("/zh/evidence", lambda n: {"office": [area(n)]}),
        "page: evidence of a row": (
            "/zh/evidence",
            lambda n: {"row": [row_id(n, int(last), 7)], "q": [f"第{n}办"]},
        ),
        "page: status": ("/zh/status", lambda _: {}),
    }
    return {
        f"{name}, ms": median(lambda n, p=path, q=query: view_of(store, p, q(n), {}))
        for name, (path, query) in asked.items()
    }


def _found(frame: pd.DataFrame, word: str) -> pd.DataFrame:
    return frame[frame["context"].str.contains(word, regex=False)].head(100)


def _drained(dataset: Dataset) -> int:
    return sum(1 for _ in dataset.stream(Filters()))


if __name__ == "__main__":
    sys.exit(main())
