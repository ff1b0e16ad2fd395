"""The transcribed reports read by machine: every row is proposed, and little else.

Runs where LIVELIHOOD_SOURCES names the folder of the texts; the reports are not in this repository.
"""

import csv
import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from extract.quantity import parse
from extract.reading import Candidate, Reading, propose

RAW = Path(__file__).resolve().parents[3] / "data" / "raw"
MOST_REJECTED = 0.1
LEAST_AGREED = 0.85
Row = Mapping[str, str]


@dataclass(frozen=True)
class Read:
    """One document: its rows in data/raw, the numbers left out, and what is proposed."""

    rows: tuple[Row, ...]
    left: tuple[Row, ...]
    reading: Reading

    def at(self, row: Row) -> Candidate | None:
        start, end = int(row["start"]), int(row["end"])
        found = (c for c in self.reading.candidates if c.start < end and start < c.end)
        return next(found, None)


def _table(name: str) -> list[Row]:
    with (RAW / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _rows() -> list[Row]:
    tables = (_table(path.stem) for path in sorted(RAW.glob("*.csv")))
    return [row for table in tables for row in table if {"as_written", "indicator"} <= row.keys()]


@pytest.fixture(scope="module")
def read() -> tuple[Read, ...]:
    folder = os.environ.get("LIVELIHOOD_SOURCES")
    if not folder:
        pytest.skip("LIVELIHOOD_SOURCES is not set: the reports are not at hand, not checked here")
    texts = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.read_bytes().decode()
        for path in Path(folder).rglob("*.txt")
    }
    rows, left = _rows(), _table("left_out")
    return tuple(
        Read(
            tuple(row for row in rows if row["document"] == entry["document"]),
            tuple(row for row in left if row["document"] == entry["document"]),
            propose(texts[entry["sha256"]]),
        )
        for entry in _table("documents")
        if entry["sha256"] in texts
    )


def test_every_row_is_proposed_with_its_value_and_bounds(read: tuple[Read, ...]) -> None:
    missed = []
    for document in read:
        for row in document.rows:
            found, told = document.at(row), parse(row["as_written"])
            if found is None or told is None or _bounds(found) != _bounds(told):
                missed.append((row["id"], row["as_written"], found and found.text))
    total = sum(len(document.rows) for document in read)
    sys.stdout.write(f"recall {total - len(missed)} of {total}\n")
    assert total
    assert not missed


def _bounds(found: object) -> tuple[object, ...]:
    names = ("value", "lower", "upper", "lower_open", "upper_open", "lower_kind", "upper_kind")
    return tuple(getattr(found, name) for name in names)


def test_no_number_goes_unaccounted(read: tuple[Read, ...]) -> None:
    assert sum(document.reading.account["unaccounted"] for document in read) == 0


def test_few_candidates_would_be_rejected(read: tuple[Read, ...]) -> None:
    proposed = [(document, c) for document in read for c in document.reading.candidates]
    taken = {id(document.at(row)) for document in read for row in document.rows}
    rejected = [c.text for _, c in proposed if id(c) not in taken]
    sys.stdout.write(f"{len(rejected)} of {len(proposed)} candidates rejected: {rejected}\n")
    assert len(rejected) <= MOST_REJECTED * len(proposed)


def test_numbers_left_out_are_masked(read: tuple[Read, ...]) -> None:
    left = [(document, row) for document in read for row in document.left]
    proposed = [row["as_written"] for document, row in left if document.at(row) is not None]
    sys.stdout.write(f"{len(proposed)} of {len(left)} numbers left out are proposed: {proposed}\n")
    assert len(proposed) <= MOST_REJECTED * len(left)


def test_codes_and_offices_agree_with_the_rows(read: tuple[Read, ...]) -> None:
    pairs = [(document.at(row), row) for document in read for row in document.rows]
    codes = offices = 0
    for found, row in pairs:
        if found is not None:
            codes += (
                bool(found.alternatives) and found.alternatives[0].indicator == row["indicator"]
            )
            offices += found.office is not None and found.office.ref_area == row["ref_area"]
    sys.stdout.write(f"of {len(pairs)}: first code {codes}, office {offices}\n")
    assert min(codes, offices) >= LEAST_AGREED * len(pairs)
