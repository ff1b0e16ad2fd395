"""Tables as bytes and back: what crosses to another process, another machine, or the disk.

Arrow's IPC, compressed; in batches, so that a few lines of a long table are read alone. A table's
file name does not cross with every line: whoever unpacks it knows it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

__all__ = ["Lines", "batches", "framed", "packed", "picked", "tabled", "unpacked"]

BATCH = 8_192
"""Lines that are compressed together: reading one line costs reading so many."""

Lines = npt.NDArray[np.int64]
"""Positions of lines in their table, ascending."""


def tabled(frame: pd.DataFrame) -> pa.Table:
    """A table as Arrow holds it, without its file's name."""
    table = pa.Table.from_pandas(frame.drop(columns="_file"), preserve_index=False)
    return table.replace_schema_metadata(None)


def framed(table: pa.Table, file: str) -> pd.DataFrame:
    """The table again as `extract.tables` reads it: every cell a string."""
    frame: pd.DataFrame = table.to_pandas()
    return frame.assign(_file=pd.Series(file, index=frame.index, dtype="str"))


def packed(table: pa.Table) -> bytes:
    """A table as bytes, in batches."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table.combine_chunks(), max_chunksize=BATCH)
    return bytes(sink.getvalue())


def unpacked(content: bytes) -> pa.Table:
    """What was packed."""
    with pa.ipc.open_file(pa.py_buffer(content)) as reader:
        return reader.read_all()


def batches(path: Path) -> Iterator[pa.Table]:
    """A packed table on disk, some lines at a time; of one without lines its columns."""
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        for number in range(reader.num_record_batches):
            yield pa.Table.from_batches([reader.get_batch(number)])
        if not reader.num_record_batches:
            yield reader.schema.empty_table()


def picked(path: Path, lines: Lines) -> pa.Table:
    """Those lines of a packed table on disk; only the batches that hold them are read."""
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        numbers = np.unique(lines // BATCH)
        batches = [reader.get_batch(int(number)) for number in numbers]
        table = pa.Table.from_batches(batches, reader.schema)
        starts = np.searchsorted(numbers, lines // BATCH) * BATCH
        return table.take(pa.array(starts + lines % BATCH)).combine_chunks()
