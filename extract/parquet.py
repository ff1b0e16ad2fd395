"""Tables as Parquet: the rows of observations.csv, typed, in two sort orders; and documents.

One order answers "this indicator, this year, everywhere", the other "this office, everything":
a reader passes over the row groups whose smallest and largest value exclude what it asks for.
Values and bounds are decimals (38 digits, 6 of them after the point), never floats; missing
is null. Equal input and equal pyarrow give equal bytes: no date, no machine, one thread.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from extract.content import Content, header, opened

__all__ = [
    "DECIMAL",
    "ORDERS",
    "ROW_GROUP",
    "TYPES",
    "documents",
    "editions",
    "misfit",
    "observations",
    "writer",
]

ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "by_indicator.parquet": ("indicator", "year", "ref_area", "id"),
        "by_office.parquet": ("ref_area", "indicator", "year", "id"),
    }
)
"""File → the columns it is sorted by; the identifier makes the order of equals certain."""

ROW_GROUP = 131_072
"""Rows a group: every question looks at the bounds of each, so that a country has some sixty."""

PAGE_ROWS = 4_096
"""Rows a page within a group: what is read where one office or indicator is asked for."""

DOCUMENTS_GROUP = 8_192
"""Rows a group of documents.parquet: one document is found without reading many."""

DECIMAL = pa.decimal128(38, 6)
"""Type of value, lower and upper: base units; a finer value is an error, not a rounding."""

_READ = 32_768
"""Rows of text that are read at once."""

_COLUMNS = {
    pa.int32(): ("start", "end", "year", "unit_mult", "decimals"),
    pa.date32(): ("period_start", "period_end", "read_1_on", "read_2_on"),
    DECIMAL: ("value", "lower", "upper"),
    pa.bool_(): ("is_full_period", "lower_open", "upper_open", "chosen"),
}
TYPES: Mapping[str, pa.DataType] = MappingProxyType(
    {name: kind for kind, names in _COLUMNS.items() for name in names}
)
"""Column → Arrow type; a column that is not listed is text."""


def editions(content: bytes) -> dict[str, bytes]:
    """observations.csv in every order of ORDERS: file name → Parquet bytes.

    Raises ValueError like `observations`.
    """
    table = _table(content)
    return {name: _packed(_sorted(table, order)) for name, order in ORDERS.items()}


def observations(content: bytes) -> bytes:
    """observations.csv as Parquet bytes, in its own order.

    Raises ValueError that names row and column of the cell that does not fit.
    """
    return _packed(_table(content))


def documents(content: Content) -> bytes:
    """documents.csv as Parquet bytes: its columns as text, '' where empty, sorted by document."""
    names = header(content)
    with opened(content) as file:
        table = arrow_csv.read_csv(
            file,
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string())
            ),
        )
    sink = io.BytesIO()
    with writer(sink, table.schema) as made:
        made.write_table(_sorted(table, ("document",)), row_group_size=DOCUMENTS_GROUP)
    return sink.getvalue()


def writer(sink: Any, schema: pa.Schema) -> parquet.ParquetWriter:
    """Writes tables of that schema to a file or a stream, as every Parquet file of a set is."""
    return parquet.ParquetWriter(
        sink, schema, compression="zstd", version="2.6", max_rows_per_page=PAGE_ROWS
    )


def misfit(path: Path) -> str:
    """The cell of an observations.csv on disk that `observations` would name, in its words.

    Of all cells that do not fit their type the first column's first; '' where all fit.
    """
    found: dict[str, str] = {}
    before = 0
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = [(i, name) for i, name in enumerate(next(reader)) if name in TYPES]
        while rows := list(islice(reader, _READ)):
            for i, name in names:
                texts = [row[i] or None for row in rows]
                if name not in found and not _fits(name, texts):
                    found[name] = _misfit(name, texts, before)
            before += len(rows)
    return next((found[name] for _, name in names if name in found), "")


def _fits(name: str, texts: Sequence[str | None]) -> bool:
    try:
        _cast(name, texts)
    except pa.ArrowInvalid:
        return False
    return True


def _table(content: bytes) -> pa.Table:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"observations.csv, row {number}: {len(row)} of {len(header)} cells")
    return pa.table({name: _column(name, i, rows) for i, name in enumerate(header)})


def _sorted(table: pa.Table, order: tuple[str, ...]) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in order])


def _packed(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with writer(sink, table.schema) as file:
        file.write_table(table, row_group_size=ROW_GROUP)
    return sink.getvalue()


def _column(name: str, position: int, rows: list[list[str]]) -> pa.Array:
    texts = [row[position] or None for row in rows]
    try:
        return _cast(name, texts)
    except pa.ArrowInvalid:
        raise ValueError(_misfit(name, texts)) from None


def _cast(name: str, texts: Sequence[str | None]) -> pa.Array:
    return pa.array(texts, type=pa.string()).cast(TYPES.get(name, pa.string()))


def _misfit(name: str, texts: Iterable[str | None], before: int = 0) -> str:
    """The first cell of a column that does not fit, with its place; `before` rows stand above."""
    for number, text in enumerate(texts, start=before + 1):
        try:
            _cast(name, [text])
        except pa.ArrowInvalid:
            return f"observations.csv, row {number}: {name} '{text}' is not {TYPES[name]}"
    return f"observations.csv: {name} is not {TYPES[name]}"
