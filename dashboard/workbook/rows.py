"""Rows of a long table: each put together as text and handed to openpyxl's stream in one piece.

A write-only sheet of openpyxl makes an object of every cell and opens three levels of its stream
for it; over millions of cells that is most of the time. Here a cell costs one piece of text, and
a look is asked for once. Styles, views, filters and the package itself stay openpyxl's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.xml.functions import fromstring

from dashboard.workbook.looks import Look, Palette
from dashboard.workbook.sheet import LONGEST, RISKY, Entry

__all__ = ["Rows"]

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML may hold."""

_Style = tuple[int, str, bool]


class _Writer(WorksheetWriter):  # type: ignore[misc]
    """Passes on rows that are XML already."""

    def write_row(self, xf: Any, row: Callable[[int], str], row_idx: int) -> None:
        """`row` gives the XML of the row that has this number."""
        xf.write(fromstring(row(row_idx)))


class _Worksheet(WriteOnlyWorksheet):  # type: ignore[misc]
    """A write-only sheet whose rows are functions of their number."""

    _writer: Any = None

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = _Writer(self)
            self._writer.write_top()

    def _values_to_row(self, values: Sequence[Callable[[int], str]], _row_idx: int) -> Any:
        return values[0]


class Rows:
    """A sheet of a write-only book that is written row by row, from the top."""

    def __init__(self, book: Any, name: str) -> None:
        self.sheet: Any = _Worksheet(book, name)
        book._add_sheet(self.sheet)
        self._palette = Palette()
        self._styles: dict[_Style, int] = {}
        self._looks: list[Look] = []
        self._letters: list[str] = []

    def append(self, entries: Sequence[Entry], height: float = 0) -> None:
        """Write one row, `height` points high or as high as it needs to be.

        From the first row on, what a sheet says before its rows can no longer be changed.
        """
        while len(self._letters) < len(entries):
            self._letters.append(get_column_letter(len(self._letters) + 1))
        bodies = [self._body(entry) for entry in entries]
        tall = f' ht="{height}" customHeight="1"' if height else ""

        def row(number: int) -> str:
            cells = zip(self._letters, bodies, strict=False)
            written = "".join([f'<c r="{letter}{number}"{body}' for letter, body in cells])
            return f'<row r="{number}"{tall}>{written}</row>'

        self.sheet.append([row])

    def _body(self, entry: Entry) -> str:
        """A cell from behind its place on; text stays text, whatever it begins with."""
        value = entry.value
        if isinstance(value, str) and value:
            style = self._style(entry, is_risky=value.startswith(RISKY))
            return f' s="{style}" t="inlineStr"><is>{_text(value)}</is></c>'
        style = self._style(entry)
        if value is None or value == "":
            return f' s="{style}"/>'
        number = format(value, "f") if isinstance(value, Decimal) else value
        return f' s="{style}"><v>{number}</v></c>'

    def _style(self, entry: Entry, *, is_risky: bool = False) -> int:
        """Number of a look in the book. Looks are told apart by identity: comparing them costs
        more than writing the cell."""
        key = id(entry.look), entry.number_format, is_risky
        if key not in self._styles:
            cell = WriteOnlyCell(self.sheet)
            self._palette.paint(cell, entry.look, entry.number_format)
            cell.quotePrefix = int(is_risky)
            self._looks.append(entry.look)  # kept, so that no other look gets its identity
            self._styles[key] = cell.style_id
        return self._styles[key]


def _text(value: str) -> str:
    shown = escape(UNWRITABLE.sub("", value)[:LONGEST])
    keeps = ' xml:space="preserve"' if shown != shown.strip() else ""
    return f"<t{keeps}>{shown}</t>"
