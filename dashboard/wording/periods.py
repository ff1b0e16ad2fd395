"""Periods in words: «2022年，整年», «2020年，截至12月8日», «近年来累计，起点不明»."""

from __future__ import annotations

from datetime import date, timedelta

from dashboard.compare import Observation
from dashboard.wording.words import Locale, knows, month, say

MINUTES_A_DAY = 24 * 60
RECENT = "近年来"
"""Words of a source that say a running total began some years ago."""


def period(observation: Observation, locale: Locale, *, says_inferred: bool = True) -> str:
    """The period of an observation as it stands under every number; inferred dates say so."""
    if observation.window == "stock":
        text = _stock(observation, locale)
    elif observation.window == "cumulative":
        text = _running(observation, locale)
    else:
        text = _flow(observation, locale)
    is_inferred = observation.period_precision == "inferred" and not _is_recent(observation)
    return say("inferred", locale, period=text) if is_inferred and says_inferred else text


def day(when: date, locale: Locale) -> str:
    """A day: 2022年12月8日, 8 December 2022."""
    return say("day", locale, year=when.year, month=month(when.month, locale), day=when.day)


def short_day(when: date, locale: Locale) -> str:
    """A day within a year that is named elsewhere: 12月8日, 8 December."""
    return say("day.short", locale, month=month(when.month, locale), day=when.day)


def at(when: date, locale: Locale) -> str:
    """The date of a stock; the last day of a month or year by that name: 2023年3月末."""
    if not is_month_end(when):
        return day(when, locale)
    key = "day.year_end" if when.month == 12 else "day.month_end"
    return say(key, locale, year=when.year, month=month(when.month, locale))


def gap(first_year: int, second_year: int, locale: Locale) -> str:
    """The years between two observations of one office: 2020→2022，两年."""
    distance = abs(second_year - first_year)
    key = f"years.{distance}" if knows(f"years.{distance}") else "years.n"
    years = say(key, locale, n=distance)
    return say("gap", locale, first=first_year, second=second_year, years=years)


def apart(months: int | None, locale: Locale) -> str:
    """How far two periods lie apart: 相差7个月, 相差1年; 时段不同 where that means nothing."""
    if months is None:
        return say("apart.none", locale)
    if months == 0:
        return say("apart.less", locale)
    years, rest = divmod(months, 12)
    count, unit = (months, "month") if rest else (years, "year")
    return say(f"apart.{unit}" + ("" if count == 1 else "s"), locale, n=count)


def ago(past: timedelta, locale: Locale) -> str:
    """How long ago, in the largest unit that fits: 刚刚, 10分钟前, 3小时前, 2天前."""
    minutes = int(past.total_seconds()) // 60
    if minutes < 1:
        return say("ago.now", locale)
    sizes = (("day", MINUTES_A_DAY), ("hour", 60), ("minute", 1))
    name, size = next((name, size) for name, size in sizes if minutes >= size)
    n = minutes // size
    return say(f"ago.{name}" + ("" if n == 1 else "s"), locale, n=n)


def is_month_end(when: date) -> bool:
    """True on the last day of a month."""
    return (when + timedelta(days=1)).day == 1


def _stock(observation: Observation, locale: Locale) -> str:
    when = observation.period_end
    if observation.period_precision == "nominal":
        return say("stock.nominal", locale, year=when.year)
    return at(when, locale)


def _running(observation: Observation, locale: Locale) -> str:
    start, end = observation.period_start, at(observation.period_end, locale)
    if start is not None:
        return say("running.known", locale, start=day(start, locale), end=end)
    return say("running.recent" if _is_recent(observation) else "running.unknown", locale, end=end)


def _is_recent(observation: Observation) -> bool:
    is_running = observation.window == "cumulative" and observation.period_start is None
    return is_running and RECENT in observation.period_basis


def _flow(observation: Observation, locale: Locale) -> str:
    start, end = observation.period_start, observation.period_end
    if start is None:
        return say("period.start_unknown", locale, end=at(end, locale))
    if observation.is_full_period:
        return _full(start.year, end.year, observation.period_precision, locale)
    if start == end:
        return day(start, locale)
    if start.day == 1 and is_month_end(end):
        return _months(start, end, locale)
    return _days(start, end, locale)


def _full(first: int, last: int, precision: str, locale: Locale) -> str:
    name = "nominal" if precision == "nominal" else "year"
    is_one = first == last
    key = {"nominal": "nominal_years", "year": "years"}[name]
    return say(f"period.{name if is_one else key}", locale, year=first, last=last)


def _months(start: date, end: date, locale: Locale) -> str:
    first, last = month(start.month, locale), month(end.month, locale)
    if (start.month, end.month, start.year) == (1, 12, end.year):
        return say("period.to_publication", locale, year=start.year)
    if start.year != end.year:
        opening = say("month", locale, year=start.year, month=first)
        closing = say("month", locale, year=end.year, month=last)
        return say("period.range", locale, start=opening, end=closing)
    key = "month" if start.month == end.month else "period.months"
    return say(key, locale, year=start.year, month=first, last=last)


def _days(start: date, end: date, locale: Locale) -> str:
    if start.year != end.year:
        return say("period.range", locale, start=day(start, locale), end=day(end, locale))
    closing = short_day(end, locale)
    if (start.month, start.day) == (1, 1):
        return say("period.until", locale, year=start.year, end=closing)
    opening = day(start, locale)
    return say(
        "period.range", locale, start=opening, end=closing if locale == "zh" else day(end, locale)
    )
