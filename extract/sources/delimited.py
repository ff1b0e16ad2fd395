"""Text → cells: comma, tab or semicolon, whichever its header is written with."""

import csv
import io
import re
from collections.abc import Collection, Iterator

from extract.problem import Problem
from extract.sources.grid import MAX_CELLS, Grid
from extract.sources.rules import Refused, found

__all__ = ["grid"]

LONGEST_LINE = 100_000
LONGEST_CELL = 32_767
_SEPARATORS = {",": ("逗号", "commas"), "\t": ("制表符", "tabs"), ";": ("分号", "semicolons")}
_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)


def grid(file: str, text: str, notes: list[Problem], wanted: Collection[str]) -> Grid:
    """The cells of ``text``; ``wanted`` are column names that help to see its separator.

    Raises Refused for a line or a cell no record has, or where quotation marks do not pair.
    """
    _refuse_long_lines(file, text)
    separator, skipped = _separator(text, wanted)
    records = list(_records(file, text, separator, skipped))
    if not records:
        raise Refused(found("empty-file", file))
    if separator != ",":
        zh, en = _SEPARATORS[separator]
        notes = [*notes, found("other-separator", file, separator=zh, separator_en=en)]
    return Grid(file, records, tuple(notes), ends_open=not text.endswith(("\n", "\r")))


def _refuse_long_lines(file: str, text: str) -> None:
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > LONGEST_LINE:
            facts = {"length": len(line), "limit": LONGEST_LINE}
            raise Refused(found("line-too-long", f"{file}:{number}", **facts))


def _separator(text: str, wanted: Collection[str]) -> tuple[str, int]:
    """The separator, and how many lines before the header only name it."""
    lines = io.StringIO(text, newline="")
    first = next((line for line in lines if line.strip()), "")
    if (said := _SAID.fullmatch(first)) and said[1] in _SEPARATORS:
        return said[1], 1
    scores = {mark: _score(first, mark, wanted) for mark in _SEPARATORS}
    return max(scores, key=lambda mark: scores[mark]), 0


def _score(line: str, separator: str, wanted: Collection[str]) -> tuple[int, int]:
    cells = [cell.strip().strip('"') for cell in line.split(separator)]
    return len(set(cells) & set(wanted)), len(cells)


def _records(file: str, text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with a cell that is not empty, with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begun, total = 1, 0
    try:
        for cells in reader:
            total += len(cells)
            if total > MAX_CELLS:
                raise Refused(found("too-many-cells", f"{file}:{begun}", limit=MAX_CELLS))
            if any(map(str.strip, cells)) and reader.line_num > skipped:
                _refuse_long_cells(file, begun, cells)
                yield begun, cells
            begun = reader.line_num + 1
    except csv.Error as reason:
        raise Refused(found("csv-syntax", f"{file}:{begun}", reason=reason)) from reason


def _refuse_long_cells(file: str, line: int, cells: list[str]) -> None:
    longest = max(map(len, cells))
    if longest > LONGEST_CELL:
        facts = {"length": longest, "limit": LONGEST_CELL}
        raise Refused(found("cell-too-long", f"{file}:{line}", **facts))
