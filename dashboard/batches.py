"""Many rows of a set in document order, in Arrow batches, at a steady pace and in little memory.

Two ways lead there. Few rows are sought in Parquet, a stretch of documents at a time, and each
stretch is sorted. Many are read from the published observations.csv, which is in document order
already, in one pass that sorts nothing. Either works through a connection of its own, which ends
with the stream: pages share no memory with it. Sorting takes one core and gives back what it
frees, which halves the memory on top of a worker's own.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard.engine import locked, quoted
from dashboard.filters import Condition
from dashboard.seek import DOCUMENT_ORDER, Sought

__all__ = ["FEW", "ROWS", "Cells", "Source", "batches"]

FEW = 1_000_000
"""Rows that are sought in Parquet; more are read from the text, where there is one."""
STRETCH = 50_000
"""Rows of a stretch that are sorted."""
ROWS = 4_096
"""Rows of a batch, about a megabyte of text."""
MEMORY = "256MB"
BUFFER = 4_000_000
LONGEST = 1_000_000
"""Bytes of the text that are read at once, and of its longest row."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a set are: Parquet (SQL that reads it), and the text if it will do."""

    folder: Path
    parquet: str
    text: Path | None
    types: tuple[tuple[str, str], ...]
    """The text's columns and their types."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What stands after SELECT; `made` are columns made first, that `shown` may name."""

    shown: str
    made: str = ""

    def of(self, table: str, where: str) -> str:
        """The statement."""
        more = f", {self.made}" if self.made else ""
        return f"SELECT {self.shown} FROM (SELECT *{more} FROM {table} WHERE {where})"


def batches(source: Source, scope: Condition, size: int, cells: Cells) -> Generator[pa.RecordBatch]:
    """`cells` of the `size` rows that meet `scope`.

    Nothing happens before the first batch is asked for; a stream that is closed half-way gives
    its connection back.
    """
    if source.text is None or size <= FEW:
        yield from _sought(source, scope, size, cells)
    else:
        yield from _passed(source, scope, cells)


def _sought(source: Source, scope: Condition, size: int, cells: Cells) -> Generator[pa.RecordBatch]:
    with closing(locked(source.folder, MEMORY, threads=1, gives_back=True)) as connection:
        connection.execute(f"CREATE VIEW asked AS {source.parquet}")
        sought = Sought(_asking(connection), "asked", STRETCH)
        for stretch in sought.stretches(scope, DOCUMENT_ORDER.keys, range(size), size):
            where, values = stretch.condition
            sql = f"{cells.of('asked', where)} {DOCUMENT_ORDER.clause()}"
            yield from _read(connection, sql, values)


def _passed(source: Source, scope: Condition, cells: Cells) -> Generator[pa.RecordBatch]:
    given = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in source.types)
    text = (
        f"read_csv({quoted(source.text)}, columns = {{{given}}}, header = true, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', auto_detect = false, "
        f"buffer_size = {BUFFER}, max_line_size = {LONGEST})"
    )
    where, values = scope
    with closing(locked(source.folder, MEMORY, is_ordered=True, gives_back=True)) as connection:
        yield from _read(connection, cells.of(text, where), values)


def _read(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any]
) -> Generator[pa.RecordBatch]:
    with closing(connection.sql(sql, params=list(values)).to_arrow_reader(ROWS)) as reader:
        yield from reader


def _asking(connection: duckdb.DuckDBPyConnection) -> Any:
    def ask(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        return connection.execute(sql, list(values)).fetchall()

    return ask
