"""Cells of tables that others open: no formula, no control character, no long quotation.

A row that waits or a value that changed may hold anything; what is written about it may not run
in a spreadsheet, and may not repeat more of a report than a few words.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from extract.check.types import number

__all__ = ["LONGEST", "formula_free", "table", "write"]

LONGEST = 300
"""Characters of a cell, unless its column allows fewer; what is cut ends with …"""

_STARTS = ("=", "+", "-", "@")


def formula_free(text: str, longest: int = LONGEST) -> str:
    """`text` on one line, at most `longest` characters, with ' before what begins like a formula.

    A plain number keeps its sign.
    """
    line = "".join(char if char.isprintable() else " " for char in text[: longest + 1])
    cut = f"{line[: longest - 1]}…" if len(line) > longest else line
    return f"'{cut}" if cut.startswith(_STARTS) and number(cut) is None else cut


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV as every table is written: UTF-8 without BOM, `\\n`, quoted where needed."""
    out = io.BytesIO()
    write(out, columns, rows)
    return out.getvalue()


def write(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The same into a stream, row by row; the stream stays open."""
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    text.detach()
