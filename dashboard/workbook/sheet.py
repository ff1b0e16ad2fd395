"""One sheet as a value: a title, one table, perhaps one chart; drawn onto openpyxl in one place.

Rows, from the top: 1 title, 2 the label of a set that is not real, 3 what to know before reading,
4 the unit in the corner, 5 the heads, from 6 on the table. A formula names the columns of its own
row by their keys, `={later_lower}-{earlier_upper}`; the layout decides which cells those are.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from dashboard.workbook.looks import (
    BODY,
    CORNER,
    HEAD,
    LABEL,
    LINE_POINTS,
    NOTE,
    TITLE,
    Look,
    Palette,
)

HEAD_ROW = 5
FIRST_ROW = 6
LONGEST = 32_767
"""Characters a cell may hold."""
TALLEST = 409.0
"""Points a row may be high."""
MOST_NOTED = 2_000
"""Rows up to which the cells of a table carry notes; every note is a drawing to load."""
AUTHOR = "Livelihood Compared"
NOTE_WIDTH, NOTE_LINE, NOTE_LETTERS = 320, 18, 44
"""Of a note's box: pixels across, pixels a line, half-width letters a line."""
PAGE_LETTERS = 149
"""Letters that an A4 page takes across at full size."""
WIDEST_PAGE = PAGE_LETTERS / 0.65
"""Letters beyond which a table goes on to a second page across: its 10 points are then 6.5, the
smallest that yearbooks set."""
BUTTON = 4
"""Letters that the button of a filter covers in a head."""
CHART_GAP = 2
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters that would make a spreadsheet program take text for a formula."""

Text = str
Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one cell holds and how it looks.

    With a `formula`, `value` is its result, kept in the file for readers that do not calculate.
    `link` is the name of a sheet of this workbook, `link_cell` where on it; `note` is shown when
    the cell is pointed at.
    """

    value: Text | Number | None = None
    number_format: str = ""
    formula: str = ""
    look: Look = BODY
    link: str = ""
    link_cell: str = "A1"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in formulas, its head, its width between two bounds (in letters)."""

    key: str
    head: str
    narrowest: int = 8
    widest: int = 40
    is_printed: bool = True
    look: Look = HEAD


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars to the lower bound, error bars to the upper, over the first `rows` rows of a table.

    `subtitle` says how to read it, `unit` stands on the value axis, `leads` on the link to it.
    `label`, `lower`, `reach` are column keys; `ticks` are those of the value axis,
    from zero past the largest bound; `pale` are the places of rows drawn lighter.
    """

    title: str
    alternative: str
    rows: int
    subtitle: str
    unit: str
    label: str
    lower: str
    reach: str
    ticks: tuple[float, ...]
    leads: str = ""
    pale: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table a sheet.

    `frozen` columns stay in sight, and stand again on each page of a table that is several pages
    wide. `group` and `about` are what the contents say of it: its family, and what it holds.
    """

    name: str
    title: str
    note: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]
    frozen: int = 1
    chart: Chart | None = None
    group: str = field(default="", kw_only=True)
    about: str = field(default="", kw_only=True)
    is_one_page: bool = field(default=False, kw_only=True)
    """Whether it goes to one page of paper, however small."""
    back: str = field(default="", kw_only=True)
    """Words of the link back to the contents; '' for none."""
    key: str = field(kw_only=True)
    """What the table is called in formulas; see `range_name`."""

    @property
    def table(self) -> str:
        """Heads and rows as a defined name refers to them."""
        last = get_column_letter(len(self.columns))
        return f"{_quoted(self.name)}!$A${HEAD_ROW}:${last}${self.last_row}"

    @property
    def has_notes(self) -> bool:
        """Whether the table is short enough for notes on its cells."""
        return len(self.rows) <= MOST_NOTED

    def place(self, key: str) -> int:
        """Number of a column, from 1; ValueError when there is none."""
        return [column.key for column in self.columns].index(key) + 1

    def address(self, key: str, row: int) -> str:
        """The cell of a column in the table's row `row`, counted from 0: `H6`."""
        return f"{get_column_letter(self.place(key))}{FIRST_ROW + row}"

    def area(self, key: str, rows: int) -> str:
        """The first `rows` cells of a column as chart references name them."""
        letter = get_column_letter(self.place(key))
        last = FIRST_ROW + rows - 1
        return f"{_quoted(self.name)}!${letter}${FIRST_ROW}:${letter}${last}"

    @property
    def last_printed(self) -> int:
        """Number of the last column that goes to paper."""
        return max(n for n, column in enumerate(self.columns, 1) if column.is_printed)

    @property
    def last_row(self) -> int:
        """Row of the last line of the table, or of its heads when it is empty."""
        return HEAD_ROW + len(self.rows)

    @property
    def chart_row(self) -> int:
        """Row that the chart begins in, under the table."""
        return self.last_row + CHART_GAP


Results = dict[str, Text | Number]
"""Results of formulas by cell."""


class Page:
    """A sheet of openpyxl being written; `results` are what its formulas come to."""

    def __init__(self, sheet: Sheet, ws: Any, palette: Palette) -> None:
        self._sheet = sheet
        self._ws = ws
        self._palette = palette
        self._widths = widths(sheet.columns, sheet.rows)
        self._letters = {c.key: get_column_letter(n) for n, c in enumerate(sheet.columns, 1)}
        self.results: Results = {}

    @property
    def printed_width(self) -> float:
        """Letters across of what goes to paper."""
        return sum(self._widths[: self._sheet.last_printed])

    @property
    def pages_wide(self) -> int:
        """Pages across that keep the table readable; a chart is never cut, so it has one."""
        repeated = sum(self._widths[: self._sheet.frozen])
        if self._sheet.chart is not None or self.printed_width <= WIDEST_PAGE:
            return 1
        room = max(WIDEST_PAGE - repeated, 1)
        return max(2, math.ceil((self.printed_width - repeated) / room))

    def draw(self, label: str, contents: str) -> None:
        """Write the sheet: `label` in large letters above, `back` as a link to `contents`."""
        for letter, width in zip(self._letters.values(), self._widths, strict=True):
            self._ws.column_dimensions[letter].width = width
        self._top(label)
        self._leads(contents)
        self._row(
            HEAD_ROW, [Entry(column.head, look=column.look) for column in self._sheet.columns]
        )
        for row, entries in enumerate(self._sheet.rows, FIRST_ROW):
            self._row(row, entries)

    def _top(self, label: str) -> None:
        sheet, last = self._sheet, self._sheet.last_printed
        if self.pages_wide > 1:
            last = max(1, self._across(self.printed_width / self.pages_wide) - 1)
        for row, text, look in ((1, sheet.title, TITLE), (2, label, LABEL), (3, sheet.note, NOTE)):
            self._write(row, 1, Entry(text, look=look))
            if last > 1:
                self._ws.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
        room = sum(self._widths[:last])
        heights = self._ws.row_dimensions
        heights[1].height = 26
        heights[2].height = 34 * _lines(label, room / 2.2) if label else 3
        heights[3].height = _height(_lines(sheet.note, room)) if sheet.note else 3
        heights[4].height = _height(1)
        if sheet.unit:
            self._write(4, 1, Entry(sheet.unit, look=CORNER))

    def _leads(self, contents: str) -> None:
        """Links above the heads: back to the contents, and down to the chart."""
        sheet, first = self._sheet, self._across(width_of(self._sheet.unit) + 2)
        leads = [Entry(sheet.back, look=CORNER, link=contents)] if sheet.back else []
        if sheet.chart and sheet.chart.leads:
            place = f"A{sheet.chart_row}"
            leads.append(Entry(sheet.chart.leads, look=CORNER, link=sheet.name, link_cell=place))
        for number, entry in enumerate(leads, first):
            self._write(4, number, entry)

    def _across(self, letters: float) -> int:
        """Number of the first column that begins after so many letters."""
        if letters <= BUTTON:
            return 1
        begins = list(accumulate(self._widths, initial=0.0))
        return next((n for n, at in enumerate(begins, 1) if at >= letters), len(begins) - 1)

    def _row(self, row: int, entries: Sequence[Entry]) -> None:
        tallest = max(_lines(_shown(e), w) for e, w in zip(entries, self._widths, strict=True))
        self._ws.row_dimensions[row].height = _height(tallest)
        for number, entry in enumerate(entries, 1):
            self._write(row, number, entry)

    def _write(self, row: int, number: int, entry: Entry) -> None:
        cell = self._ws.cell(row=row, column=number)
        self._palette.paint(cell, entry.look, entry.number_format)
        if entry.formula:
            places = {key: f"{letter}{row}" for key, letter in self._letters.items()}
            cell.value = entry.formula.format(**places)
            if entry.value is not None:
                self.results[cell.coordinate] = entry.value
        elif isinstance(entry.value, str):
            _write_text(cell, entry.value)
        else:
            cell.value = entry.value
        if entry.link:
            place = f"{_quoted(entry.link)}!{entry.link_cell}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=cell.value)
        if entry.note and self._sheet.has_notes:
            cell.comment = _noted(entry.note)


def _noted(text: str) -> Comment:
    """A note in a box that holds its lines."""
    shown = legal(text)[:LONGEST]
    return Comment(shown, AUTHOR, NOTE_LINE * _lines(shown, NOTE_LETTERS) + 14, NOTE_WIDTH)


def _quoted(name: str) -> str:
    """The name of a sheet as formulas write it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def legal(text: str) -> str:
    """Text without the control characters that no workbook may hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def width_of(text: str) -> int:
    """Widest line in half-width letters; full-width ones count two."""
    return max((_measure(line) for line in text.split("\n")), default=0)


def _write_text(cell: Any, text: str) -> None:
    """Text stays text, whatever it begins with."""
    if not text:
        return
    cell.value = legal(text)[:LONGEST]
    cell.data_type = "s"
    if text.startswith(RISKY):
        cell.quotePrefix = True


def widths(columns: Sequence[Column], rows: Sequence[Sequence[Entry]]) -> list[float]:
    """How wide each column has to be for its head and these rows, within its bounds."""
    return [_width(column, [row[n] for row in rows]) for n, column in enumerate(columns)]


def _width(column: Column, entries: Sequence[Entry]) -> float:
    """Text wraps at the widest a column may be; a number never does, so its column makes room."""
    shown = [(width_of(_shown(e)) * 1.08 + 2, isinstance(e.value, str)) for e in entries]
    head = _folded(column.head) + BUTTON
    text = max([head, *(width for width, is_text in shown if is_text)])
    number = max((width + 1 for width, is_text in shown if not is_text), default=0)
    return round(max(min(max(text, column.narrowest), column.widest), number), 1)


def _folded(head: str) -> int:
    """Width of a head that may stand in two lines, broken at a space."""
    words = head.split(" ")
    halves = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    return min((max(map(width_of, pair)) for pair in halves), default=width_of(head))


def _shown(entry: Entry) -> str:
    """Roughly what a cell shows, to measure it."""
    if entry.value is None or isinstance(entry.value, str):
        return entry.value or ""
    places = entry.number_format.partition(".")[2]
    digits = format(Decimal(entry.value), f",.{places[:4].count('0')}f")
    return digits + entry.number_format.split(";")[0].strip("#,0.")


def _lines(text: str, width: float) -> int:
    room = max(width - 1.2, 4)
    return sum(max(1, math.ceil(_measure(line) * 1.03 / room)) for line in text.split("\n"))


def _measure(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in line)


def _height(lines: int) -> float:
    return min(LINE_POINTS * lines + 4, TALLEST)


def texts(words: Sequence[str]) -> tuple[Entry, ...]:
    """Plain text cells."""
    return tuple(Entry(word) for word in words)
