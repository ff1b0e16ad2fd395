"""How cells look: ink and greys only, so that paper in one colour loses nothing."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

INK = "FF1F1F1F"
GREY = "FF6B6B6B"
RULE = "FFD0D0D0"
PALE = "FFF4F4F4"
TYPEFACE = "Microsoft YaHei"
LINE_POINTS = 15.0
"""Height of a line of body text."""


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of cell. `pattern` is a fill of OOXML; '' for none."""

    size: float = 10
    is_bold: bool = False
    colour: str = INK
    pattern: str = ""
    fill: str = ""
    align: str = ""
    indent: int = 0
    is_ruled: bool = True
    is_wrapped: bool = True


class Palette:
    """Gives cells of one workbook their looks; each look is made once and copied from then on."""

    def __init__(self) -> None:
        self._made: dict[tuple[Look, str], Any] = {}

    def paint(self, cell: Any, look: Look, number_format: str = "") -> None:
        """Give a cell a look and a number format."""
        key = look, number_format
        if key not in self._made:
            _make(cell, look, number_format)
            self._made[key] = copy(cell._style)
        cell._style = copy(self._made[key])


def _make(cell: Any, look: Look, number_format: str) -> None:
    cell.font = Font(name=TYPEFACE, size=look.size, bold=look.is_bold, color=look.colour)
    cell.alignment = Alignment(
        horizontal=look.align or None,
        vertical="top",
        wrap_text=look.is_wrapped,
        indent=look.indent,
    )
    if look.pattern:
        cell.fill = PatternFill(look.pattern, fgColor=look.fill, bgColor="FFFFFFFF")
    if look.is_ruled:
        cell.border = Border(bottom=Side("hair", color=RULE))
    if number_format:
        cell.number_format = number_format


BODY = Look()
NUMBER = Look(align="right", indent=1, is_wrapped=False)
MUTED = Look(colour=GREY)
MUTED_NUMBER = Look(colour=GREY, align="right", indent=1, is_wrapped=False)
STRONG = Look(is_bold=True)
LINK = Look(colour=INK, is_bold=True)
SECTION = Look(size=11, is_bold=True, pattern="solid", fill=PALE)
SAMPLE = Look(align="left", is_wrapped=False)
HEAD = Look(is_bold=True, pattern="solid", fill="FFE6E6E6")
HEAD_NUMBER = Look(is_bold=True, pattern="solid", fill="FFE6E6E6", align="right", indent=2)
HEAD_STATE = Look(is_bold=True, pattern="solid", fill="FFE6E6E6", align="center")
TITLE = Look(size=16, is_bold=True, is_ruled=False, is_wrapped=False)
LABEL = Look(size=22, is_bold=True, is_ruled=False)
NOTE = Look(colour=GREY, is_ruled=False)
CORNER = Look(colour=GREY, is_ruled=False, is_wrapped=False)

STATED = Look(align="center")
ZERO = Look(align="center", is_bold=True, pattern="solid", fill="FFD9D9D9")
SILENT = Look(size=12, is_bold=True, align="center", colour=GREY, pattern="solid", fill=PALE)
NO_DOCUMENT = Look(align="center", colour=GREY, pattern="gray125", fill=GREY)
NOT_APPLICABLE = Look(align="center", colour=GREY, pattern="lightUp", fill="FF9A9A9A")
