"""Observations as SDMX-CSV 2.0, which statistical software reads.

One row a key (FREQ, REF_AREA, INDICATOR, VARIANT, WINDOW, TIME_PERIOD): of numbers that share a
key the chosen one. A value written as a range has no OBS_VALUE; its bounds are LOWER and UPPER.
"""

import csv as text
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from extract.engine import connected, table
from extract.lines import Lines

__all__ = [
    "AGENCY",
    "ATTRIBUTES",
    "DIMENSIONS",
    "FIXED",
    "FLOW",
    "HEADER",
    "NONE",
    "READ",
    "VERSION",
    "csv",
    "write",
]

AGENCY, FLOW, VERSION = "LIVELIHOOD", "OBSERVATIONS", "1.0.0"
NONE = "_Z"
"""The code for a variant where an indicator has one definition only: not applicable."""
CHUNK = 500
BATCH = 32_768
DIMENSIONS: Mapping[str, str] = {
    "FREQ": "freq",
    "REF_AREA": "ref_area",
    "INDICATOR": "indicator",
    "VARIANT": "variant",
    "WINDOW": "window",
    "TIME_PERIOD": "time_period",
}
"""Dimension → the column of observations.csv it is taken from."""
ATTRIBUTES: Mapping[str, str] = {
    "OBS_STATUS": "obs_status",
    "UNIT_MEASURE": "unit",
    "UNIT_MULT": "unit_mult",
    "DECIMALS": "decimals",
    "LOWER": "lower",
    "UPPER": "upper",
    "LOWER_OPEN": "lower_open",
    "UPPER_OPEN": "upper_open",
    "LOWER_KIND": "lower_kind",
    "UPPER_KIND": "upper_kind",
    "STATUS": "status",
    "SCOPE": "scope",
    "PERIOD_START": "period_start",
    "PERIOD_END": "period_end",
    "PERIOD_PRECISION": "period_precision",
    "AS_WRITTEN": "as_written",
    "DOCUMENT": "document",
    "OBS_ID": "id",
    "COMMENT_OBS": "comment_obs",
}
"""Attribute → the column of observations.csv it is taken from."""
HEADER: tuple[str, ...] = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
    *DIMENSIONS,
    "OBS_VALUE",
    *ATTRIBUTES,
    "LABEL",
)
FIXED = ("dataflow", f"{AGENCY}:{FLOW}({VERSION})", "I")
"""The first cells of every row."""
READ: tuple[str, ...] = (*DIMENSIONS.values(), "value", *ATTRIBUTES.values(), "chosen")
"""The columns of observations.csv that are needed."""


def csv(rows: Iterable[Mapping[str, str]], label: str = "") -> Iterator[str]:
    """Rows of observations.csv, cells as text, as SDMX-CSV in pieces.

    `label` names a set that is not real; it stands in the attribute LABEL of every row.
    """
    piece = io.StringIO()
    writer = text.writer(piece, lineterminator="\r\n")
    writer.writerow(HEADER)
    number = 0
    for row in rows:
        if row["chosen"] != "true":
            continue
        key = [row[column] or NONE for column in DIMENSIONS.values()]
        told = [row[column] for column in ATTRIBUTES.values()]
        writer.writerow([*FIXED, *key, row["value"], *told, label])
        number += 1
        if number % CHUNK == 0:
            yield _taken(piece)
    yield _taken(piece)


def write(observations: Path, into: Path, label: str = "") -> int:
    """The same bytes from an observations.csv on disk to a file, row by row; how many rows.

    Raises OSError.
    """
    key = [f"coalesce(\"{column}\", '{NONE}')" for column in DIMENSIONS.values()]
    told = [f'"{column}"' for column in ("value", *ATTRIBUTES.values())]
    lines = Lines([*key, *told], FIXED, [label], "\r\n")
    with (
        TemporaryDirectory(dir=into.parent, prefix=".sdmx-") as spill,
        closing(connected(Path(spill), is_ordered=True)) as connection,
        into.open("wb") as file,
    ):
        file.write(f"{lines.written(HEADER)}{lines.end}".encode())
        chosen = connection.sql(f"{lines.select(table(observations))} WHERE chosen = 'true'")
        return lines.write(chosen.to_arrow_reader(BATCH), file)


def _taken(piece: io.StringIO) -> str:
    written = piece.getvalue()
    piece.seek(0)
    piece.truncate()
    return written
