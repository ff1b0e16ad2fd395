"""One cell against its column's type: made plain where its meaning is certain, else named.

Certain are full-width digits, 2022/1/5, 1,130 and spaces around; a bare day number of a text file
is not (Excel has two calendars), nor 1/5/2022, nor 3.41E+08.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from extract.contract import Field

__all__ = ["VERBATIM", "Cell", "examine"]

VERBATIM = frozenset({"as_written", "context", "period_basis"})
"""Columns copied from a document character by character: nothing in them is touched."""

_ERRORS = frozenset(
    {"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_HASHES = re.compile(r"#{3,}")
_SCIENTIFIC = re.compile(r"-?[0-9](?:\.[0-9]+)?E\+[0-9]{1,3}")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR_FIRST = re.compile(
    r"([12][0-9]{3})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
    r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
)
_SOLID = re.compile(r"([12][0-9]{3})(0[1-9]|1[0-2])([0-3][0-9])")
_SERIAL = re.compile(r"([2-7][0-9]{4})(?:\.0+)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_LOST = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
_EDGES = " \t\r\n\u00a0\u3000\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is taken over; ``rule`` is the note or row error it met, '' for none.

    ``likely`` is what an error suggests.
    """

    text: str
    rule: str = ""
    likely: str = ""


def examine(text: str, field: Field | None, epoch: datetime | None) -> Cell:
    """The cell ``text`` of a column; ``field`` None for a column no contract describes."""
    if field is not None and field.name in VERBATIM:
        return Cell(text, _unfit(text, is_verbatim=True))
    trimmed = text.strip(_EDGES)
    if rule := _unfit(trimmed):
        return Cell(trimmed, rule)
    if field is not None and (read := _READERS.get(field.type)):
        plain = unicodedata.normalize("NFKC", trimmed)
        cell = read(plain, epoch)
        return cell if cell.rule or plain == trimmed else Cell(cell.text, "full-width-digits")
    return Cell(trimmed, "spaces-trimmed" if trimmed != text else "")


def _unfit(text: str, *, is_verbatim: bool = False) -> str:
    if not is_verbatim and (text in _ERRORS or _HASHES.fullmatch(text)):
        return "excel-error"
    if not is_verbatim and _SCIENTIFIC.fullmatch(text):
        return "excel-number"
    if _LOST.search(text):
        return "lost-characters"
    if any(unicodedata.category(char) == "Cc" for char in text if char not in "\n\r\t"):
        return "control-character"
    return ""


def _number(text: str, _epoch: datetime | None) -> Cell:
    if _GROUPED.fullmatch(text):
        return Cell(text.replace(",", ""), "number-rewritten")
    return Cell(text)


def _date(text: str, epoch: datetime | None) -> Cell:
    if not text or (_ISO.fullmatch(text) and _day(*text.split("-"))):
        return Cell(text)
    parts = _YEAR_FIRST.fullmatch(text) or _SOLID.fullmatch(text)
    if parts and (day := _day(*parts.groups())):
        return Cell(day, "date-rewritten")
    if serial := _SERIAL.fullmatch(text):
        day = ((epoch or _EXCEL_EPOCH) + timedelta(days=int(serial[1]))).date().isoformat()
        return Cell(day, "date-rewritten") if epoch else Cell(text, "excel-serial", day)
    return Cell(text, "not-a-date")


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _as_is(text: str, _epoch: datetime | None) -> Cell:
    return Cell(text)


_READERS: dict[str, Callable[[str, datetime | None], Cell]] = {
    "date": _date,
    "number": _number,
    "integer": _number,
    "boolean": _as_is,
}
