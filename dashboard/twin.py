"""The table twin of what is shown: columns by their tidy names, written as CSV.

CSV has a BOM, so that spreadsheet programs read UTF-8, and no cell that they would reckon with.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.compare import Observation

__all__ = ["BOM", "CHUNK", "OBSERVED", "Twin", "csv_text", "observed", "twin_of"]

BOM = "\ufeff"
CHUNK = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so would be reckoned with by a spreadsheet; an apostrophe keeps it text."""
OBSERVED = tuple(Observation.__dataclass_fields__)
"""The columns of an observation, as in `observations.csv`."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A table: column names, and rows of as many cells, read when they are written."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[object, ...]]

    def csv(self, label: str = "") -> Iterator[str]:
        """The table as CSV text in pieces; `label` as in `csv_text`."""
        return csv_text(self.columns, self.rows, label)


def twin_of(
    observations: Iterable[Observation], more: Mapping[str, Mapping[str, object]] | None = None
) -> Twin:
    """Observations in full; `more` adds columns: name → cell by observation id ('' if absent)."""
    added = more or {}
    rows = tuple(
        (*observed(o), *(cells.get(o.id, "") for cells in added.values())) for o in observations
    )
    return Twin((*OBSERVED, *added), rows)


def observed(o: Observation) -> tuple[object, ...]:
    """An observation's cells in the order of OBSERVED."""
    return tuple(getattr(o, name) for name in OBSERVED)


def csv_text(
    columns: Sequence[str], rows: Iterable[Sequence[object]], label: str = ""
) -> Iterator[str]:
    """CSV text in pieces of CHUNK rows, lines ended by CR LF.

    `label` names a set that is not real; it then stands in an extra last column of every row.
    """
    last = [label] if label else []
    piece = io.StringIO()
    writer = csv.writer(piece, lineterminator="\r\n")
    piece.write(BOM)
    writer.writerow([*columns, *(["label"] if label else [])])
    for number, row in enumerate(rows, 1):
        writer.writerow([*map(_cell, row), *last])
        if number % CHUNK == 0:
            yield _taken(piece)
    yield _taken(piece)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    is_formula = isinstance(value, str) and value.startswith(FORMULA)
    return f"'{value}" if is_formula else str(value)


def _taken(piece: io.StringIO) -> str:
    text = piece.getvalue()
    piece.seek(0)
    piece.truncate()
    return text
