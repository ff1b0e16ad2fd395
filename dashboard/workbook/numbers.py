"""Numbers as spreadsheet numbers: the qualifier of the source shows through the number format."""

from __future__ import annotations

from decimal import Decimal

from dashboard import wording
from dashboard.compare import Observation
from dashboard.wording import Locale, plainly
from dashboard.workbook.looks import MUTED, MUTED_NUMBER, NUMBER, Look
from dashboard.workbook.sheet import Entry

NOTHING = Entry("—", look=MUTED)
NO_NUMBER = Entry("—", look=MUTED_NUMBER)
MOST_DECIMALS = 6


def plain(value: Decimal | int, *, look: Look = NUMBER) -> Entry:
    """A number grouped by three, with the decimals it has."""
    return Entry(value, number_format=number_format(value), look=look)


def value_of(o: Observation) -> Entry:
    """N as a number, its qualifier around it: 200余. A dash where the wording names no number."""
    if o.value is None:
        return NO_NUMBER
    before, after = qualifiers(o)
    core = number_format(o.value)
    shown = _quoted(before) + core + _quoted(after)
    return Entry(o.value, number_format=shown, look=NUMBER)


def qualifiers(o: Observation) -> tuple[str, str]:
    """The qualifying words before and after the number; '' for zeros told by negation."""
    pieces = wording.quantity(o.as_written)
    kinds = [piece.kind for piece in pieces]
    if "number" not in kinds or "negated" in o.flags:
        return "", ""
    first = kinds.index("number")
    before = "".join(p.text for p in pieces[:first] if p.kind == "qualifier")
    after = "".join(p.text for p in pieces[first:] if p.kind == "qualifier")
    return before, after


def bound(o: Observation, locale: Locale, *, upper: bool) -> Entry:
    """One end of the interval as a number, or the words that there is none."""
    end = o.interval.upper if upper else o.interval.lower
    if end is None:
        return Entry(wording.bound_cell(o.interval, locale, upper=upper), look=MUTED_NUMBER)
    return plain(end)


def number_format(value: Decimal | int, *, signed: bool = False) -> str:
    """`#,##0` with as many decimals as needed; `signed` shows + and −."""
    needed = min(len(plainly(Decimal(value)).partition(".")[2]), MOST_DECIMALS)
    core = "#,##0" + ("." + "0" * needed if needed else "")
    return f'+{core};"−"{core};0' if signed else core


def _quoted(words: str) -> str:
    return f'"{words}"' if words and '"' not in words else ""
