"""Bounds in words: «多于300人，不到400人», "over 300, under 400 people"."""

from __future__ import annotations

from decimal import Decimal

from dashboard.compare import Interval, Kind, Observation
from dashboard.wording.numbers import amount, number
from dashboard.wording.quantities import counted_in
from dashboard.wording.units import with_unit
from dashboard.wording.words import Locale, say


def bounds(observation: Observation, locale: Locale) -> str:
    """What the wording of an observation allows, in the measure word of the source (名, 元)."""
    return bounds_of(observation.interval, counted_in(observation), locale)


def bounds_of(interval: Interval, unit: str, locale: Locale) -> str:
    """An interval in words; an exact one is the bare amount, a count's lower bound 0 is not said.

    An assumed bound is marked 按约定 (by convention).
    """
    lower, upper = interval.lower, interval.upper
    if interval.is_exact and lower is not None:
        return _assumed(amount(lower, unit, locale), interval.lower_kind, locale)
    parts = []
    if not _goes_without_saying(interval):
        parts.append(_lower(interval, "" if locale == "en" and upper is not None else unit, locale))
    parts.append(_upper(interval, unit, locale))
    return say("comma", locale).join(parts)


def end_words(interval: Interval, unit: str, locale: Locale, *, upper: bool) -> str:
    """One end by itself: 「300名，不含，由词义定」, or that there is none."""
    bound = interval.upper if upper else interval.lower
    is_open = interval.upper_open if upper else interval.lower_open
    kind = interval.upper_kind if upper else interval.lower_kind
    if bound is None:
        return say("upper.none" if upper else "lower.none", locale)
    key = "end.excluded" if is_open else "end.included"
    return say(key, locale, amount=amount(bound, unit, locale), why=say(f"why.{kind}", locale))


def bound_cell(interval: Interval, locale: Locale, *, upper: bool) -> str:
    """One end for a table column, without its unit: 300, 400（不含）, 没有上界."""
    bound = interval.upper if upper else interval.lower
    if bound is None:
        return say("upper.none" if upper else "lower.none", locale)
    is_open = interval.upper_open if upper else interval.lower_open
    text = number(bound, locale)
    return say("noted", locale, text=text, note=say("excluded", locale)) if is_open else text


def _goes_without_saying(interval: Interval) -> bool:
    is_floor = interval.lower == 0 and not interval.lower_open and interval.lower_kind == "hard"
    return is_floor and interval.upper is not None


def _lower(interval: Interval, unit: str, locale: Locale) -> str:
    if interval.lower is None:
        return say("lower.none", locale)
    key = "lower.open" if interval.lower_open else "lower.closed"
    return _end(key, interval.lower, unit, interval.lower_kind, locale)


def _upper(interval: Interval, unit: str, locale: Locale) -> str:
    if interval.upper is None:
        return say("upper.none", locale)
    key = "upper.open" if interval.upper_open else "upper.closed"
    return _end(key, interval.upper, unit, interval.upper_kind, locale)


def _end(key: str, bound: Decimal, unit: str, kind: Kind, locale: Locale) -> str:
    text = with_unit(number(bound, locale), unit, locale, bound)
    return _assumed(say(key, locale, amount=text), kind, locale)


def _assumed(text: str, kind: Kind, locale: Locale) -> str:
    if kind == "hard":
        return text
    return say("noted", locale, text=text, note=say("assumed", locale))
