"""Periods: SDMX names for them, and whether one is a whole year (docs/method.md §1).

A stock is dated, a flow fills a window, a cumulative number has an end and no known start. Dates
are ISO strings here as in the tables; '' is an open start.
"""

import re
from calendar import monthrange
from datetime import date

__all__ = ["day", "is_full_period", "time_period"]

FULL_PRECISION = frozenset({"stated", "nominal"})
"""Precisions that can make a full period; an inferred end never does."""


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> date | None:
    """The date an ISO string names, or None."""
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def time_period(window: str, precision: str, start: str, end: str) -> tuple[str, str]:
    """SDMX FREQ and TIME_PERIOD: ('A', '2022'), ('Q', '2023-Q1'), ('D', '2022-06-26') or
    ('_O', '2023-01-01/P3M').

    Nominal periods and cumulative numbers are named by the year of their end. ('', '') where the
    dates are missing or out of order.
    """
    last = day(end)
    if last is None:
        return "", ""
    if precision == "nominal" or window == "cumulative":
        return "A", f"{last.year:04d}"
    if window == "stock":
        return "D", end
    first = day(start)
    if first is None or first > last:
        return "", ""
    return _of_flow(first, last)


def is_full_period(window: str, precision: str, start: str, end: str) -> bool:
    """Whether the number speaks of whole calendar years (a stock always does, of its date)."""
    if window == "stock":
        return True
    first, last = day(start), day(end)
    if window != "flow" or precision not in FULL_PRECISION or first is None or last is None:
        return False
    return first <= last and is_whole_years(first, last)


def is_whole_years(first: date, last: date) -> bool:
    """From a 1 January to a 31 December."""
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def _of_flow(first: date, last: date) -> tuple[str, str]:
    months = _whole_months(first, last)
    if months == 12 and first.month == 1:
        return "A", f"{first.year:04d}"
    if months == 3 and first.month % 3 == 1:
        return "Q", f"{first.year:04d}-Q{(first.month + 2) // 3}"
    if first == last:
        return "D", first.isoformat()
    return "_O", f"{first.isoformat()}/{_duration(first, last, months)}"


def _duration(first: date, last: date, months: int) -> str:
    if months and months % 12 == 0:
        return f"P{months // 12}Y"
    if months:
        return f"P{months}M"
    return f"P{(last - first).days + 1}D"


def _whole_months(first: date, last: date) -> int:
    """How many calendar months the window fills exactly; 0 if it does not."""
    ends_month = last.day == monthrange(last.year, last.month)[1]
    if first.day != 1 or not ends_month:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1
