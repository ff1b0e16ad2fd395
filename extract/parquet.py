"""Observations as Parquet: the rows of observations.csv, typed, in two sort orders.

One order answers "this indicator, this year, everywhere", the other "this office, everything":
a reader passes over the row groups whose smallest and largest value exclude what it asks for.
Values and bounds are decimals (38 digits, 6 of them after the point), never floats; missing
is null. Equal input and equal pyarrow give equal bytes: no date, no machine, one thread.
"""

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa
from pyarrow import parquet

__all__ = ["DECIMAL", "ORDERS", "ROW_GROUP", "TYPES", "editions", "observations"]

ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "by_indicator.parquet": ("indicator", "year", "ref_area", "id"),
        "by_office.parquet": ("ref_area", "indicator", "year", "id"),
    }
)
"""File → the columns it is sorted by; the identifier makes the order of equals certain."""

ROW_GROUP = 32_768
"""Rows a group: small enough that one office or indicator touches few of them."""

DECIMAL = pa.decimal128(38, 6)
"""Type of value, lower and upper: base units; a finer value is an error, not a rounding."""

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
    parquet.write_table(table, sink, compression="zstd", version="2.6", row_group_size=ROW_GROUP)
    return sink.getvalue()


def _column(name: str, position: int, rows: list[list[str]]) -> pa.Array:
    texts = [row[position] or None for row in rows]
    kind = TYPES.get(name, pa.string())
    try:
        return pa.array(texts, type=pa.string()).cast(kind)
    except pa.ArrowInvalid:
        raise ValueError(_misfit(name, texts, kind)) from None


def _misfit(name: str, texts: list[str | None], kind: pa.DataType) -> str:
    """The first cell of a column that does not fit, with its place."""
    for number, text in enumerate(texts, start=1):
        try:
            pa.scalar(text, type=pa.string()).cast(kind)
        except pa.ArrowInvalid:
            return f"observations.csv, row {number}: {name} '{text}' is not {kind}"
    return f"observations.csv: {name} is not {kind}"
