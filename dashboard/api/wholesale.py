"""Every observation as CSV, from the published file: as fast as it can be read, in little memory.

The published observations.csv already has the rows in document order. What a spreadsheet needs is
added on the way: the BOM, CR LF, an apostrophe before text that it would reckon with, the label of
an invented set.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from dashboard.dataset import STANDARD, Dataset
from dashboard.twin import BOM, FORMULA, OBSERVED

__all__ = ["ready_made"]

LINES = 1_000
TEXT = "observations.csv"
SUSPECT = re.compile(rb'(?:^|,)"?[-=+@\t\r]', re.MULTILINE)
"""A cell that begins as a formula would."""
NUMERIC = frozenset({"value", "lower", "upper", "start", "end", "year", "unit_mult", "decimals"})


def ready_made(dataset: Dataset) -> Iterator[bytes] | None:
    """The whole set as CSV in pieces; None where there is no published file to take it from."""
    if not dataset.is_published or dataset.preset != STANDARD:
        return None
    try:
        file = (dataset.folder / TEXT).open("rb")
    except OSError:
        return None
    header = file.readline().decode("utf-8-sig")
    if next(csv.reader([header]), []) != list(OBSERVED):
        file.close()
        return None
    return _pieces(file, dataset.label.zh)


def _pieces(file: BinaryIO, label: str) -> Iterator[bytes]:
    ending = (_written([[label]]).rstrip("\r\n") if label else "").encode()
    ending = (b"," + ending if label else b"") + b"\r\n"
    with file:
        yield (BOM + _written([[*OBSERVED, *(["label"] if label else [])]])).encode()
        while piece := _records(file):
            yield _plain(piece, ending) if _is_plain(piece) else _guarded(piece, label)


def _records(file: BinaryIO) -> list[bytes]:
    """The next lines, up to the end of a record: a cell in quotes may hold the end of a line."""
    lines = list(islice(file, LINES))
    while lines and sum(line.count(b'"') for line in lines) % 2:
        further = file.readline()
        if not further:
            break
        lines.append(further)
    return lines


def _is_plain(lines: list[bytes]) -> bool:
    """Whether every line is a record, and no cell begins as a formula would."""
    if any(line.count(b'"') % 2 for line in lines):
        return False
    return not any(SUSPECT.search(line.rstrip(b"\r\n")) for line in lines)


def _plain(lines: list[bytes], ending: bytes) -> bytes:
    return b"".join(line.rstrip(b"\r\n") + ending for line in lines)


def _guarded(lines: list[bytes], label: str) -> bytes:
    text = io.StringIO(b"".join(lines).decode("utf-8"), newline="")
    more = [label] if label else []
    return _written([[*map(_safe, OBSERVED, row), *more] for row in csv.reader(text)]).encode()


def _safe(name: str, cell: str) -> str:
    return f"'{cell}" if name not in NUMERIC and cell.startswith(FORMULA) else cell


def _written(rows: list[list[str]]) -> str:
    piece = io.StringIO()
    csv.writer(piece, lineterminator="\r\n").writerows(rows)
    return piece.getvalue()
