"""Observations as Parquet: the same rows and order as observations.csv, typed.

Values and bounds are decimals (38 digits, 6 of them after the point), never floats; missing
is null. Equal input and equal pyarrow give equal bytes: no date, no machine, one thread.
"""

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa
from pyarrow import parquet

__all__ = ["DECIMAL", "TYPES", "observations"]

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


def observations(content: bytes) -> bytes:
    """observations.csv as Parquet bytes; ValueError names row and column that do not fit."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"observations.csv, row {number}: {len(row)} of {len(header)} cells")
    columns = {name: _column(name, i, rows) for i, name in enumerate(header)}
    sink = io.BytesIO()
    parquet.write_table(pa.table(columns), sink, compression="zstd", version="2.6")
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
