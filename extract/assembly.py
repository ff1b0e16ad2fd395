"""A large set's observations, put together on disk: the same bytes as `tidy.files` and `parquet`.

Parts of tidy rows, in any order and however cut, become observations.csv and its Parquet. DuckDB
sorts them and puts what does not fit into memory beside them; nothing here holds more than one
group of rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from extract import parquet
from extract.contract import COLUMNS
from extract.engine import connected, quoted
from extract.lines import Lines

__all__ = ["OBSERVATIONS", "assemble"]

OBSERVATIONS = "observations.csv"

SCHEMA = pa.schema([(name, parquet.TYPES.get(name, pa.string())) for name in COLUMNS])

Told = Callable[[str, int], None]
"""Is told a file and how many of its rows are written."""

_DOCUMENT_ORDER = "document, TRY_CAST(start AS DOUBLE) NULLS LAST, id"


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
    with TemporaryDirectory(dir=into, prefix=".sorting-") as spill:
        for name, path in made.items():
            with closing(connected(Path(spill))) as connection:
                rows = _rows(connection, parts)
                if name == OBSERVATIONS:
                    _write_lines(connection, rows, path, told)
                else:
                    _write_groups(connection, rows, path, made[OBSERVATIONS], told)
    return made


def _rows(connection: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> str:
    """The rows of all parts, as what may follow FROM."""
    if parts:
        return f"read_parquet([{', '.join(map(quoted, parts))}])"
    empty = pa.table({name: pa.array([], pa.string()) for name in COLUMNS})
    connection.register("nothing", empty)
    return "nothing"


def _write_lines(connection: duckdb.DuckDBPyConnection, rows: str, path: Path, told: Told) -> None:
    lines = Lines([f'"{name}"' for name in COLUMNS])
    found = connection.sql(f"{lines.select(rows)} ORDER BY {_DOCUMENT_ORDER}")
    batches = found.to_arrow_reader(parquet.ROW_GROUP)
    try:
        with path.open("wb") as file:
            file.write(f"{lines.written(COLUMNS)}\n".encode())
            lines.write(batches, file, lambda n: told(path.name, n))
    except ValueError as reason:
        raise ValueError(f"{path.name}, {reason}") from None


def _write_groups(
    connection: duckdb.DuckDBPyConnection, rows: str, path: Path, text: Path, told: Told
) -> None:
    cells = ", ".join(f"""nullif("{name}", '') AS "{name}\"""" for name in COLUMNS)
    order = ", ".join(f"{_key(name)} NULLS LAST" for name in parquet.ORDERS[path.name])
    found = connection.sql(f"SELECT {cells} FROM {rows} ORDER BY {order}")
    written = 0
    with path.open("wb") as file, parquet.writer(file, SCHEMA) as writer:
        for group in _groups(found.to_arrow_reader(parquet.ROW_GROUP)):
            writer.write_table(_typed(group, text), row_group_size=parquet.ROW_GROUP)
            written += group.num_rows
            told(path.name, written)


def _key(name: str) -> str:
    """A column to sort by: as its Parquet type is sorted, an empty cell being null."""
    text = f"""nullif("{name}", '')"""
    return f"TRY_CAST({text} AS INTEGER)" if name in parquet.TYPES else text


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in whole row groups, each in one piece; the last is what is left."""
    held = pa.table({name: pa.array([], pa.string()) for name in COLUMNS})
    given = 0
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch])])
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
