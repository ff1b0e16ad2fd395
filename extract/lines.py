"""Rows as lines of CSV that DuckDB puts together: the same bytes as Python's csv writes.

A line is its cells joined by commas; whether that is all it takes is seen from the line as a
whole. One with more in it (a comma, a quote, an end of line) comes with its cells and is left to
Python's csv itself: what is quoted, and how, is nowhere said twice.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from extract.engine import quoted

__all__ = ["Lines"]

LOADED = r'["\r\n]'


@dataclass(frozen=True, slots=True)
class Lines:
    """How rows become lines: SQL that gives each cell's text, '' where it is empty.

    `before` and `after` are cells that are the same in every line; `end` ends it.
    """

    cells: Sequence[str]
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    end: str = "\n"

    def select(self, table: str) -> str:
        """The statement that gives the rows of `table` as lines; WHERE and ORDER BY may follow."""
        plain = ", ',', ".join(self.cells)
        head = f"{quoted(self.written([*self.before, '']))}, " if self.before else ""
        tail = f", {quoted(self.written(['', *self.after]))}" if self.after else ""
        return (
            f"SELECT concat({head}plain{tail}, {quoted(self.end)}) AS line, "
            f"CASE WHEN regexp_matches(plain, {quoted(LOADED)}) "
            f"OR strlen(plain) - strlen(replace(plain, ',', '')) <> {len(self.cells) - 1} "
            f"THEN [{', '.join(self.cells)}] END AS cells "
            f"FROM (SELECT *, concat({plain}) AS plain FROM {table})"
        )

    def write(
        self,
        batches: Iterable[pa.RecordBatch],
        file: BinaryIO,
        told: Callable[[int], None] = lambda _rows: None,
    ) -> int:
        """Write what `select` gave, and say after each batch how far it is; how many rows.

        Raises ValueError for a row that its line does not give back: Python before 3.13 leaves
        a carriage return as it is.
        """
        rows = 0
        for batch in batches:
            file.write(self._joined(batch.column("line"), batch.column("cells"), rows))
            rows += batch.num_rows
            told(rows)
        return rows

    def written(self, cells: Iterable[str]) -> str:
        """Cells as they stand in a line, without its end."""
        piece = io.StringIO(newline="")
        csv.writer(piece, lineterminator=self.end).writerow(cells)
        return piece.getvalue().removesuffix(self.end)

    def _joined(self, lines: pa.Array, cells: pa.Array, before: int) -> bytes | memoryview:
        if cells.null_count == len(cells):
            return _text(lines)
        pairs = zip(lines.to_pylist(), cells.to_pylist(), strict=True)
        return "".join(
            line if own is None else self._whole([*self.before, *own, *self.after], number)
            for number, (line, own) in enumerate(pairs, before + 1)
        ).encode()

    def _whole(self, cells: Sequence[str], number: int) -> str:
        line = f"{self.written(cells)}{self.end}"
        if "\r" in line:
            read = next(csv.reader(io.StringIO(line, newline="")))
            if len(read) != len(cells):
                raise ValueError(f"row {number}: {len(read)} of {len(cells)} cells")
        return line


def _text(lines: pa.Array) -> memoryview:
    """Texts one after the other: they lie so in memory."""
    _missing, ends, text = lines.cast(pa.large_string()).buffers()
    places = memoryview(ends).cast("q")
    return memoryview(text)[places[lines.offset] : places[lines.offset + len(lines)]]
