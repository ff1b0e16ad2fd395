"""Ends of a range in words: included or excluded, by the word's meaning or by convention."""

from __future__ import annotations

from dashboard.compare.intervals import Interval, Kind
from dashboard.pages.desk import Desk
from dashboard.workbook.numbers import NOTHING
from dashboard.workbook.sheet import Entry


def end_of(desk: Desk, i: Interval, *, upper: bool) -> Entry:
    """The words of one end of an interval; a dash where it has none."""
    if (i.upper if upper else i.lower) is None:
        return NOTHING
    is_open = i.upper_open if upper else i.lower_open
    return Entry(end(desk, is_open=is_open, kind=i.upper_kind if upper else i.lower_kind))


def end(desk: Desk, *, is_open: bool, kind: Kind) -> str:
    """Whether an end counts, and what says so."""
    words = desk.t("excluded" if is_open else "workbook.included")
    return desk.t("workbook.end", included=words, kind=desk.t(f"method.kind.{kind}"))
