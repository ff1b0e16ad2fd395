"""Questions over every office of a large set, beside the bare DuckDB query for the same answer.

    python -m bench.wide PUBLISHED [--runs 9]

Each question is asked in the same process, of as many different indicators and offices as there
are runs, in turns with the bare query: both through the connection of the set that is open, on the
same Parquet files. `wide` gives the medians, for the bench of a whole country. Exit code 1 where
ours takes more than 1.4 times the bare query.

The bare query of a comparison gives the thirty largest rows whole, the median of either bound, and
how many rows and offices there are; ours gives these, which row is the baseline, how many compare
with it, and the rank of every row shown as a range. Who reported what in a province has a limit of
its own, MATRIX_MS; the bare query counts the same.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.large_set import TIDY
from bench.store import milliseconds
from dashboard.address import Address
from dashboard.pages.desk import Desk
from dashboard.pages.matrix import matrix
from dashboard.pages.question import ask
from dashboard.store import Dataset, Store

LEAST_RUNS = 7
TOP = 30
MOST = 1.4
MATRIX, MATRIX_MS = "overview: who reported what in a province", 300.0
WITHIN = "indicator = ? AND year = ? AND status = 'result' AND chosen"

Case = tuple[object, ...]


def main() -> int:
    """Ask, print a line a question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("published", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    asked = parser.parse_args()
    found = wide(asked.published, asked.runs)
    for line in found:
        times = f"{line['ours_ms']:>9.1f} ms{line['bare_ms']:>9.1f} ms{line['ratio']:>7.2f}"
        print(f"{line['question']:<44}{times}")
    return int(any(map(is_missed, found)))


def is_missed(line: Mapping[str, object]) -> bool:
    """Whether a question took more than is allowed."""
    if line["question"] == MATRIX:
        return float(str(line["ours_ms"])) > MATRIX_MS
    return float(str(line["ratio"])) > MOST


def wide(published: Path, runs: int = 9) -> list[dict[str, object]]:
    """A line a question: `question`, `ours_ms`, `bare_ms`, `ratio`; medians of as many different
    questions as there are runs, at least seven."""
    store = Store(published, TIDY)
    dataset, runs = store.dataset(), max(runs, LEAST_RUNS)
    lines = [
        _beside(name, cases, ours, bare) for name, cases, ours, bare in _questions(dataset, runs)
    ]
    store.close()
    return lines


def _questions(
    dataset: Dataset, runs: int
) -> list[tuple[str, list[Case], Callable[..., object], Callable[..., object]]]:
    codes, years = sorted(dataset.facts.usage), dataset.facts.years
    areas = list(dataset.facts.numbers)
    step = max(1, len(areas) // (runs + 1))
    pairs = [(codes[n % len(codes)], years[n % len(years)]) for n in range(runs + 1)]
    offices = [(area,) for area in areas[::step][: runs + 1]]

    def compare(indicator: str, year: int) -> object:
        desk = Desk(Address("zh", "compare", indicator=indicator, year=year), dataset, {}, {})
        asked = ask(desk, indicator, TOP)
        assert asked.lined is not None
        rows = asked.rows[:TOP]
        counts = len(asked.rows), len(asked.rows.areas()), asked.sound, asked.comparable
        return rows, counts, asked.lined.ranks(asked.rows.places(TOP)), asked.lined.median()

    def bare_compare(*values: object) -> object:
        top = f"SELECT * FROM by_indicator WHERE {WITHIN} ORDER BY lower DESC, id LIMIT {TOP}"
        counts = "count(*), count(DISTINCT ref_area), median(lower), median(upper)"
        known = f"SELECT {counts} FROM by_indicator WHERE {WITHIN}"
        return [dataset.cabinet.ask(sql, values) for sql in (top, known)]

    def office(area: str) -> object:
        return dataset.select(offices=[area])

    def bare_office(*values: object) -> object:
        return dataset.cabinet.ask("SELECT * FROM by_office WHERE ref_area = ?", values)

    def overview(province: str) -> object:
        return matrix(Desk(Address("zh", "", within=province, year=years[-1]), dataset, {}, {}))

    def bare_overview(*values: object) -> object:
        table = (
            "SELECT ref_area, indicator, status, count(*) FROM by_office "
            "WHERE starts_with(ref_area, ?) AND year = ? GROUP BY ALL"
        )
        return dataset.cabinet.ask(table, [*values, years[-1]])

    provinces = [(code,) for code in sorted({area[:2] for area in areas})]
    return [
        ("compare: one indicator, one year", [*pairs], compare, bare_compare),
        ("office: everything of one", [*offices], office, bare_office),
        (MATRIX, [*(provinces * (runs + 1))[: runs + 1]], overview, bare_overview),
    ]


def _beside(
    question: str, cases: Sequence[Case], ours: Callable[..., object], bare: Callable[..., object]
) -> dict[str, object]:
    """Medians of both in turns; the first case, which warms either, is not counted."""
    took: tuple[list[float], list[float]] = ([], [])
    for place, case in enumerate(cases):
        sides = [0, 1] if place % 2 else [1, 0]
        for side in sides:
            work = (ours, bare)[side]
            took[side].append(milliseconds(lambda work=work, case=case: work(*case)))  # type: ignore[misc]
    mine, theirs = (statistics.median(times[1:]) for times in took)
    return {"question": question, "ours_ms": mine, "bare_ms": theirs, "ratio": mine / theirs}


if __name__ == "__main__":
    sys.exit(main())
