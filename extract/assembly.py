"""A large set's observations, put together on disk: the same bytes as `tidy.files` and `parquet`.

Parts of tidy rows, in any order and however cut, become observations.csv and its Parquet. In one
pass the rows are dealt out to buckets on disk, for each file in its own order; each bucket is then
sorted by itself, and one after the other is written (see extract.buckets).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import duckdb
import pyarrow as pa

from extract import parquet
from extract.buckets import Buckets
from extract.contract import COLUMNS
from extract.engine import connected, quoted
from extract.lines import Lines

__all__ = ["OBSERVATIONS", "assemble"]

OBSERVATIONS = "observations.csv"

SCHEMA = pa.schema([(name, parquet.TYPES.get(name, pa.string())) for name in COLUMNS])

_BATCH = 32_768
"""Lines that are put together at a time."""

Told = Callable[[str, int], None]
"""Is told a file and how many of its rows are written."""


def _key(name: str) -> str:
    """A column to sort by: as its Parquet type is sorted, an empty cell being null."""
    text = f"""nullif("{name}", '')"""
    return f"TRY_CAST({text} AS INTEGER)" if name in parquet.TYPES else text


_KEYS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        OBSERVATIONS: ("document", "TRY_CAST(nullif(start, '') AS DOUBLE)", "id"),
        **{name: tuple(map(_key, order)) for name, order in parquet.ORDERS.items()},
    }
)
"""File → what it is sorted by, null last."""


def _nobody(_file: str, _rows: int) -> None:
    return None


def assemble(parts: Sequence[Path], into: Path, told: Told = _nobody) -> dict[str, Path]:
    """observations.csv and its Parquet editions in the folder `into`: file name → path.

    Each part is a Parquet file of tidy rows (the columns of `contract.COLUMNS`, as text, '' where
    missing); identifiers are unique. Raises ValueError that names row and column of the cell that
    does not fit its type, and OSError.
    """
    into.mkdir(parents=True, exist_ok=True)
    made = {name: into / name for name in (OBSERVATIONS, *parquet.ORDERS)}
    with (
        TemporaryDirectory(dir=into, prefix=".sorting-") as spill,
        closing(connected(Path(spill), is_ordered=True)) as connection,
        Buckets(connection, Path(spill), _rows(connection, parts), _KEYS) as buckets,
    ):
        cells = [f"""nullif("{name}", '') AS "{name}\"""" for name in COLUMNS]
        buckets.fill(cells)
        _write_lines(connection, buckets.sorted(OBSERVATIONS), made[OBSERVATIONS], told)
        for name in parquet.ORDERS:
            _write_groups(buckets.sorted(name), made[name], made[OBSERVATIONS], told)
    return made


def _rows(connection: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> str:
    """The rows of all parts, as what may follow FROM."""
    if parts:
        return f"read_parquet([{', '.join(map(quoted, parts))}])"
    empty = pa.table({name: pa.array([], pa.string()) for name in COLUMNS})
    connection.register("nothing", empty)
    return "nothing"


def _write_lines(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[pa.Table], path: Path, told: Told
) -> None:
    lines = Lines([f'"{name}"' for name in COLUMNS])

    def batches() -> Iterator[pa.RecordBatch]:
        for bucket in tables:
            connection.register("bucket", bucket)
            yield from connection.sql(lines.select("bucket")).to_arrow_reader(_BATCH)

    try:
        with path.open("wb") as file:
            file.write(f"{lines.written(COLUMNS)}\n".encode())
            lines.write(batches(), file, lambda n: told(path.name, n))
    except ValueError as reason:
        raise ValueError(f"{path.name}, {reason}") from None


def _write_groups(tables: Iterable[pa.Table], path: Path, text: Path, told: Told) -> None:
    written = 0
    with path.open("wb") as file, parquet.writer(file, SCHEMA) as writer:
        for group in _groups(tables):
            writer.write_table(_typed(group, text), row_group_size=parquet.ROW_GROUP)
            written += group.num_rows
            told(path.name, written)


def _groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows in whole row groups, each in one piece; the last is what is left."""
    held = pa.table({name: pa.array([], pa.string()) for name in COLUMNS})
    given = 0
    for table in tables:
        held = pa.concat_tables([held, table])
        while held.num_rows >= parquet.ROW_GROUP:
            yield held.slice(0, parquet.ROW_GROUP).combine_chunks()
            held = held.slice(parquet.ROW_GROUP)
            given += 1
    if held.num_rows or not given:
        yield held.combine_chunks()


def _typed(group: pa.Table, text: Path) -> pa.Table:
    try:
        return group.cast(SCHEMA)
    except pa.ArrowInvalid:
        raise ValueError(parquet.misfit(text)) from None
