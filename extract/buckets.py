"""Rows sorted on disk, in several orders at once: dealt out to buckets first, each then sorted.

A bucket holds what lies between two rows of a sample, so that each fits into memory, whatever the
size of the whole; and where rows end up does not depend on where the sample cuts.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
from pyarrow import compute

from extract.engine import quoted

__all__ = ["SIZE", "Buckets"]

SIZE = 131_072
"""Rows of a bucket, about; and rows that are dealt out together."""
MOST = 250
"""Buckets of one order: each is an open file."""
SAMPLED = 100
"""Rows of the sample for each bucket."""
PLACE = "_place"
LAST = "ASC NULLS LAST"


class Buckets:
    """The rows of `source` (what may follow FROM) by every one of `keys` (name → SQL, null last).

    Raises OSError.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        source: str,
        keys: Mapping[str, Sequence[str]],
    ) -> None:
        self._connection, self._folder, self._source = connection, folder, source
        self._places = {name: _place(parts) for name, parts in keys.items()}
        self._open: dict[Path, Any] = {}
        self._files = ExitStack()

    def __enter__(self) -> "Buckets":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _reason: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._files.close()

    def fill(self, cells: Sequence[str]) -> None:
        """Deal out all rows with these cells (SQL), in every order."""
        cuts = {name: self._cuts(place) for name, place in self._places.items()}
        places = [f'{place} AS "{PLACE}{name}"' for name, place in self._places.items()]
        found = self._connection.sql(f"SELECT {', '.join([*cells, *places])} FROM {self._source}")
        for batch in found.to_arrow_reader(SIZE):
            chunk = pa.Table.from_batches([batch])
            rows = chunk.select(range(len(cells)))
            for name, own in cuts.items():
                self._deal(name, rows.append_column(PLACE, chunk[f"{PLACE}{name}"]), own)
        self._files.close()

    def sorted(self, name: str) -> Iterator[pa.Table]:
        """The rows in the order of that name, bucket by bucket; each can be asked for once."""
        for path in sorted(path for path in self._open if path.parent.name == name):
            with pa.memory_map(str(path)) as file:
                rows = pa.ipc.open_stream(file).read_all().combine_chunks()
            yield _in_order(rows).drop_columns([PLACE])
            path.unlink()

    def _cuts(self, place: str) -> list[bytes]:
        """Where one bucket ends and the next begins: at rows of a sample, evenly apart."""
        counted = self._connection.execute(f"SELECT count(*) FROM {self._source}").fetchall()
        rows = int(counted[0][0])
        buckets = min(-(-rows // SIZE), MOST)
        if buckets < 2:
            return []
        every = max(rows // (buckets * SAMPLED), 1)
        found = self._connection.execute(
            f"SELECT {place} AS p FROM {self._source} WHERE hash(id) % {every} = 0 ORDER BY p"
        ).fetchall()
        return [found[len(found) * n // buckets][0] for n in range(1, buckets)] if found else []

    def _deal(self, name: str, rows: pa.Table, cuts: Sequence[bytes]) -> None:
        ordered = _in_order(rows)
        places = ordered[PLACE].combine_chunks()
        first = 0
        for number in range(len(cuts) + 1):
            is_last = number == len(cuts)
            end = len(places) if is_last else _before(places, cuts[number])
            if end > first:
                self._writer(name, number, ordered.schema).write(ordered.slice(first, end - first))
            first = max(first, end)

    def _writer(self, name: str, number: int, schema: pa.Schema) -> Any:
        path = self._folder / name / f"{number:06}.arrow"
        if path not in self._open:
            path.parent.mkdir(exist_ok=True)
            file = self._files.enter_context(path.open("wb"))
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            writer = pa.ipc.new_stream(file, schema, options=options)
            self._open[path] = self._files.enter_context(writer)
        return self._open[path]


def _place(keys: Sequence[str]) -> str:
    """One value for several keys that sorts as they do."""
    return f"create_sort_key({', '.join(f'{key}, {quoted(LAST)}' for key in keys)})"


def _in_order(rows: pa.Table) -> pa.Table:
    return rows.take(compute.sort_indices(rows[PLACE]))


def _before(places: pa.Array, cut: bytes) -> int:
    """How many of sorted places come before `cut`."""
    return bisect_left(range(len(places)), cut, key=lambda n: places[n].as_py())
