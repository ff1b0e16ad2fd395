"""The files of a tidy set made in partitions: those of `tidy.files` and its Parquet, on disk."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from extract import tidy
from extract.assembly import assemble
from extract.content import Content
from extract.contract import ROWS, describe, resources
from extract.partitions.crossing import batches, framed
from extract.partitions.spool import Laid
from extract.partitions.whole import Good

__all__ = ["files"]


def files(good: Good, into: Path, told: Callable[[str, int], None]) -> dict[str, Content]:
    """File name → content; byte for byte what the same rows give in memory.

    Long tables are written into the folder `into`. `told` hears a file and how many of its rows
    are written. Raises OSError, and ValueError for a cell that does not fit its type.
    """
    into.mkdir(parents=True, exist_ok=True)
    made: dict[str, Content] = {**assemble(good.parts, into, told)}
    laid = {file.stem: file for file in good.spool.laid}
    for name in tidy.registries():
        if name in laid:
            made[f"{name}.csv"] = _written(good, laid[name], into)
        elif name in good.spool.registries or name not in tidy.LATER:
            frame = good.spool.registries[name]
            made[f"{name}.csv"] = tidy.csv_of(tidy.as_entered(frame))
    return {**made, "datapackage.json": tidy.descriptor(describe(good.spool.package))}


def _written(good: Good, file: Laid, into: Path) -> Path:
    """A table whose lines were shared out, without those that speak of rows that wait."""
    path = into / file.name
    with path.open("wb") as stream:
        for number, frame in enumerate(_frames(good, file)):
            stream.write(tidy.csv_of(tidy.as_entered(frame), header=not number))
    return path


def _frames(good: Good, file: Laid) -> Iterator[pd.DataFrame]:
    columns = _naming(good, file)
    for table in batches(file.path):
        frame = framed(table, file.name)
        waits = [frame[column].isin(list(good.aside)) for column in columns]
        yield frame[~pd.concat(waits, axis=1).any(axis=1)] if waits else frame


def _naming(good: Good, file: Laid) -> list[str]:
    """The columns of a table that name observations."""
    found = [each for each in resources(good.spool.package) if each.name == file.stem]
    return [k.fields[0] for each in found for k in each.foreign_keys if k.resource == ROWS]
