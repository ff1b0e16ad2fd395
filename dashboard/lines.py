"""Observations as lines of CSV that DuckDB writes: the same bytes as `twin` and `sdmx` write.

Python never sees a row. A line is its cells joined by commas; whether that is all it takes is
seen from the line as a whole, and only one with more in it (a comma, a quote, the end of a line,
or what a spreadsheet would reckon with) is written cell by cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from dashboard.batches import Cells
from dashboard.cabinet import COLUMNS, Cabinet
from dashboard.engine import quoted
from dashboard.filters import Filters
from dashboard.twin import BOM, OBSERVED
from extract import parquet
from extract.formats import sdmx

__all__ = ["as_sdmx", "as_table"]

WORDS = frozenset({"str", "Kind"})
"""Kinds of columns that hold words, which a spreadsheet might reckon with."""
END = "chr(13) || chr(10)"
FORMULA = r"[-=+@\t\r]"
LOADED = rf'["\r\n]|(?:^|,){FORMULA}'
KEY = tuple(sdmx.DIMENSIONS.values())
TOLD = ("value", *sdmx.ATTRIBUTES.values())


@dataclass(frozen=True, slots=True)
class Cell:
    """An expression that gives the text of a cell, or null where it is empty."""

    text: str
    is_guarded: bool = False
    is_plain: bool = False
    """Whether it never holds what must be quoted, as no number, day or truth does."""

    @property
    def written(self) -> str:
        """The cell as it stands in a line, whatever is in it."""
        text = f"coalesce(({self.text})::VARCHAR, '')"
        if self.is_plain:
            return text
        if self.is_guarded:
            text = f"CASE WHEN regexp_matches({text}, '^{FORMULA}') THEN '''' ELSE '' END || {text}"
        doubled = f"""'"' || replace({text}, '"', '""') || '"'"""
        return f"CASE WHEN regexp_matches({text}, '[\",\\r\\n]') THEN {doubled} ELSE {text} END"


def as_table(cabinet: Cabinet, filters: Filters, label: str = "") -> Iterator[bytes]:
    """The observations that meet `filters` as `twin.csv_text` writes them, in pieces."""
    more = [label] if label else []
    cells = [Cell(_text(n), COLUMNS[n] in WORDS, n in parquet.TYPES) for n in OBSERVED]
    yield (BOM + _written([*OBSERVED, *(["label"] if label else [])]) + "\r\n").encode()
    yield from _pieces(cabinet, filters, _line(cells, [], more))


def as_sdmx(cabinet: Cabinet, filters: Filters, label: str = "") -> Iterator[bytes]:
    """The chosen ones among them as `sdmx.csv` writes them, in pieces."""
    key = [Cell(f"coalesce(nullif({_text(column)}, ''), '{sdmx.NONE}')") for column in KEY]
    told = [Cell(_text(column)) for column in TOLD]
    yield (_written(sdmx.HEADER) + "\r\n").encode()
    line = _line([*key, *told], sdmx.FIXED, [label])
    yield from _pieces(cabinet, replace(filters, is_chosen=True), line)


def _pieces(cabinet: Cabinet, filters: Filters, line: Cells) -> Iterator[bytes]:
    for batch in cabinet.batches(filters, line):
        if batch.num_rows:
            yield _joined(batch.column(0))


def _joined(lines: pa.Array) -> bytes:
    """Texts one after the other: they lie so in memory."""
    _missing, ends, text = lines.cast(pa.large_string()).buffers()
    places = memoryview(ends).cast("q")
    first, last = places[lines.offset], places[lines.offset + len(lines)]
    return bytes(memoryview(text)[first:last])


def _line(cells: Sequence[Cell], before: Sequence[str], after: Sequence[str]) -> Cells:
    """A line with its end; `before` and `after` are cells that are the same in each."""
    plain = ", ',', ".join(cell.text for cell in cells)
    head = quoted(_written([*before, ""]) if before else "")
    tail = quoted(_written(["", *after]) if after else "")
    whole = ", ',', ".join(cell.written for cell in cells)
    is_loaded = (
        f"regexp_matches(plain, '{LOADED}') "
        f"OR strlen(plain) - strlen(replace(plain, ',', '')) <> {len(cells) - 1}"
    )
    shown = (
        f"concat({head}, CASE WHEN {is_loaded} THEN concat({whole}) ELSE plain END, {tail}, {END})"
    )
    return Cells(shown, f"concat({plain}) AS plain")


def _text(name: str) -> str:
    """A column as text: numbers without the zeros that their type adds, what is missing as null."""
    column = f'"{name}"'
    match COLUMNS[name]:
        case "Decimal | None":
            number = f"{column}::VARCHAR"
            bare = f"rtrim(rtrim({number}, '0'), '.')"
            return f"CASE WHEN contains({number}, '.') THEN {bare} ELSE {number} END"
        case "Kind":
            return f"coalesce({column}, 'hard')"
        case "int":
            return f"coalesce({column}, 0)"
    return column


def _written(cells: Sequence[str]) -> str:
    """Cells as they stand in a line."""
    piece = io.StringIO()
    csv.writer(piece, lineterminator="").writerow(cells)
    return piece.getvalue()
