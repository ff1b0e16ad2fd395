"""What an office sent → sheets of cells, each as a person sees it; bounded in time and memory.

A workbook passes the guards of ``extract.sources.workbook`` first (bombs, macros, passwords,
links, ten million cells), a text those of ``decode`` and ``delimited``.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from extract.problem import Problem
from extract.returns.words import found
from extract.sources import decode, delimited, workbook
from extract.sources.rules import Refused

__all__ = ["MAX_BYTES", "Cell", "Sheet", "sheets"]

MAX_BYTES = 8 * 2**20
MOST_CELLS = 60_000
"""Cells of a return, tags counted as a quarter each: a form has a few thousand."""
_MOST_MARKS = 500_000
"""Separators and ends of line of a text."""

Place = tuple[int, int]
"""Row and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, and what makes a number in it doubtful.

    ``flaw`` is '' or one of: words (its format shows words the number lacks), date (a number
    that a program took for a date), uncomputed (a formula without a result). ``words``
    are what a format writes beside the number as it is stored, where that is all it does.
    """

    text: str
    flaw: str = ""
    is_computed: bool = False
    words: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``name`` is '' for a text file. Merged cells hold their text at each place."""

    file: str
    name: str
    cells: Mapping[Place, Cell]
    hidden: frozenset[int] = frozenset()
    merged: Mapping[Place, str] = field(default_factory=dict)
    epoch: datetime | None = None
    is_visible: bool = True
    notes: tuple[Problem, ...] = ()

    def where(self, row: int, column: int) -> str:
        """`file sheet!cell` as messages name a place; `file cell` for a text."""
        return f"{self.file} {self.place(row, column)}"

    def place(self, row: int, column: int) -> str:
        """`sheet!cell`, or the cell alone for a text."""
        cell = f"{get_column_letter(column)}{row}"
        return f"{self.name}!{cell}" if self.name else cell

    def text(self, row: int, column: int) -> str:
        """The trimmed text of a cell, '' where there is none."""
        cell = self.cells.get((row, column))
        return cell.text.strip(" \t\r\n\u00a0\u3000\u200b\ufeff") if cell else ""

    @cached_property
    def columns(self) -> Mapping[int, Sequence[int]]:
        """Row → the columns of its cells that are not empty, both in order."""
        held: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            held.setdefault(row, []).append(column)
        return held

    @property
    def rows(self) -> list[int]:
        """The rows with a cell that is not empty, in order."""
        return list(self.columns)


def sheets(file: str, content: bytes) -> list[Sheet]:
    """Every sheet with something in it; raises Refused for a file that may not be opened."""
    if len(content) > MAX_BYTES:
        raise Refused(found("too-large", file, limit=MAX_BYTES))
    if not decode.is_workbook(file, content):
        return [_of_text(file, content)]
    _examined(file, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it drops
            read = list(_of_workbook(file, content))
    except MemoryError:
        raise
    except Exception as reason:  # openpyxl raises anything for a damaged file
        said = f"{type(reason).__name__}: {reason}"
        raise Refused(found("damaged-workbook", file, reason=said)) from reason
    if not read:
        rule = "pictures-only" if _has_pictures(content) else "empty-file"
        raise Refused(found(rule, file))
    return read


def _has_pictures(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return any(name.startswith("xl/media/") for name in parts.namelist())


def _examined(file: str, content: bytes) -> None:
    """Raises Refused for a workbook that may not be opened, in words for who fills in a form."""
    try:
        workbook.examined(file, content, max_bytes=MAX_BYTES, most_cells=MOST_CELLS)
    except Refused as refused:
        if refused.problems[0].rule != "too-many-cells":
            raise
        raise Refused(found("sprawling", file, limit=MOST_CELLS)) from refused


def _of_text(file: str, content: bytes) -> Sheet:
    text, notes = decode.text(file, content)
    if sum(map(text.count, ",;\t\r\n")) > _MOST_MARKS:
        raise Refused(found("sprawling", file, limit=MOST_CELLS))
    grid = delimited.grid(file, text, notes, ("编号", "填报数", "单位", "指标"))
    cells = {
        (line, column): Cell(cell)
        for line, record in grid.records
        for column, cell in enumerate(record, 1)
        if cell.strip()
    }
    if len(cells) > MOST_CELLS:
        raise Refused(found("sprawling", file, limit=MOST_CELLS))
    return Sheet(file, "", cells, notes=grid.notes)


def _of_workbook(file: str, content: bytes) -> Iterator[Sheet]:
    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    formulas = load_workbook(io.BytesIO(content), keep_links=False)
    for ws in book.worksheets:
        cells = dict(_cells(ws, formulas[ws.title]))
        merged = _merged(ws, cells)
        if cells:
            yield Sheet(
                file,
                ws.title,
                cells,
                hidden=frozenset(n for n, r in ws.row_dimensions.items() if r.hidden),
                merged=merged,
                epoch=book.epoch,
                is_visible=ws.sheet_state == "visible",
            )


def _cells(ws: Any, formulas: Any) -> Iterator[tuple[Place, Cell]]:
    for place, cell in sorted(ws._cells.items()):
        written = formulas._cells.get(place)
        is_formula = written is not None and written.data_type == "f"
        if is_formula and cell.value is None:
            yield place, Cell("", "uncomputed", True)
        elif cell.value is not None and (text := _text(cell)).strip():
            flaw, words = _flaw(cell)
            yield place, Cell(text, flaw, is_formula, words)


_WORDS = re.compile(r"\[[^\]]*\]|\\.|_.|\*.|[\"]([^\"]*)[\"]")


def _text(cell: Any) -> str:
    """A cell as a person sees it: plain numbers, percentages, ISO dates."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        number = Decimal(format(value, ".15g"))
        if "%" in cell.number_format:
            return f"{_plain(number * 100)}%"
        return _plain(number)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flaw(cell: Any) -> tuple[str, str]:
    """What makes a cell doubtful, and the words its format adds."""
    if isinstance(cell.value, date | time):
        return "date", ""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        said = "".join(_WORDS.findall(cell.number_format.split(";")[0]))
        if re.search(r"[0#?],(?![0#?])", cell.number_format):
            return "words", ""
        if any(char.isalpha() for char in said):
            return "words", said.strip()
    return "", ""


def _merged(ws: Any, cells: dict[Place, Cell]) -> dict[Place, str]:
    """Place → its merged range; a head across several cells is the text of each of them."""
    held: dict[Place, str] = {}
    for area in ws.merged_cells.ranges:
        first = cells.get((area.min_row, area.min_col))
        size = (area.max_row - area.min_row + 1) * (area.max_col - area.min_col + 1)
        if first is None or size > 1000:
            continue
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                held[row, column] = str(area)
                cells.setdefault((row, column), first)
    return held
