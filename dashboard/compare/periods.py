"""What comparison asks about periods: same months, same days, how far apart."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from dashboard.compare.observation import Observation

Season = tuple[int, int, int, int, int]


def season(observation: Observation) -> Season | None:
    """The stretch of the calendar a flow covers, whatever its year; None without a first day.

    First month and day, last month and day (31 for the last day of any month, so that the end of
    February is the same in every year), and how many turns of the year lie between.
    """
    start, end = observation.period_start, observation.period_end
    if start is None:
        return None
    last_day = 31 if is_month_end(end) else end.day
    return start.month, start.day, end.month, last_day, end.year - start.year


def span(observation: Observation) -> tuple[date | None, date]:
    """First and last day; for a stock its one date twice."""
    if observation.window == "stock":
        return observation.period_end, observation.period_end
    return observation.period_start, observation.period_end


def is_same_span(first: Observation, second: Observation) -> bool:
    """True when both periods are known and the same to the day."""
    return span(first)[0] is not None and span(first) == span(second)


def months_apart(first: date, second: date) -> int:
    """Whole months from the earlier to the later day; month ends count as equal days."""
    earlier, later = sorted((first, second))
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    is_short = later.day < earlier.day and not is_month_end(later)
    return months - 1 if is_short else months


def is_within_months(first: date, second: date, months: int) -> bool:
    """True when the two days lie no more than so many calendar months apart."""
    earlier, later = sorted((first, second))
    index = earlier.year * 12 + earlier.month - 1 + months
    year, month = divmod(index, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    day = last_day if is_month_end(earlier) else min(earlier.day, last_day)
    return later <= date(year, month + 1, day)


def is_month_end(day: date) -> bool:
    """True on the last day of a month."""
    return (day + timedelta(days=1)).day == 1
