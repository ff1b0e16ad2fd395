"""Cells as they stand in a file, each record with its line; and how a place in them is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl.utils import get_column_letter

from extract.problem import Problem

__all__ = ["MAX_CELLS", "Grid"]

MAX_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """Records that are not empty, in file order: (line, cells).

    ``sheet`` is '' for text. ``ends_open`` tells a text whose last line has no line end.
    ``epoch`` is day 0 of a workbook's day numbers, None where it is not known.
    """

    file: str
    records: Sequence[tuple[int, Sequence[str]]]
    notes: tuple[Problem, ...] = ()
    sheet: str = ""
    ends_open: bool = False
    epoch: datetime | None = None

    def place(self, line: int, column: int = 0) -> str:
        """`file:line`, or `file:sheet!cell` in a workbook; ``column`` counts from 0."""
        if not self.sheet:
            return f"{self.file}:{line}"
        return f"{self.file}:{self.sheet}!{get_column_letter(column + 1)}{line}"
