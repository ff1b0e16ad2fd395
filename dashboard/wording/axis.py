"""Ticks of a value axis: one unit an axis, four to six ticks, steps of 1, 2, 2.5 or 5."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dashboard.wording.numbers import SCALES, digits
from dashboard.wording.units import with_unit
from dashboard.wording.words import Locale

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
FEWEST, MOST = 3, 5
"""Intervals between ticks; ticks are one more."""

FRACTIONAL = frozenset(
    {"", "元", "平方米", "平方公里", "公里", "吨", "亩", "公顷", "%", "倍", "百分点"}
)
"""Units whose values need not be whole; a computed ratio has none."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Where ticks stand and what they say; `values` are floats because a chart wants them."""

    values: tuple[float, ...]
    texts: tuple[str, ...]


def ticks(upper: Decimal, unit: str, locale: Locale, *, lower: Decimal = Decimal(0)) -> Ticks:
    """Ticks from zero (or from below, for changes) to the first that reaches `upper`.

    From 1亿 the axis counts in 亿, from 1万 in 万; in English in millions and billions. The unit
    stands on the last tick.
    """
    step = _step(upper - lower, is_whole=unit not in FRACTIONAL)
    first, last = math.floor(lower / step), max(math.ceil(upper / step), 1)
    values = [step * place for place in range(first, last + 1)]
    divisor, word = _scale(max(abs(upper), abs(lower)), locale)
    texts = [digits(value / divisor, locale) + (word if value else "") for value in values]
    texts[-1] = with_unit(texts[-1], unit, locale, values[-1])
    return Ticks(tuple(float(value) for value in values), tuple(texts))


def _step(reach: Decimal, *, is_whole: bool) -> Decimal:
    if reach <= 0:
        return Decimal(1)
    fitting = [step for step in _candidates(reach) if not is_whole or step == int(step)]
    fitting = [step for step in fitting if FEWEST <= math.ceil(reach / step) <= MOST]
    return min(fitting, key=lambda step: (math.ceil(reach / step) * step, step), default=Decimal(1))


def _candidates(reach: Decimal) -> Iterator[Decimal]:
    power = reach.adjusted()
    for exponent in (power - 2, power - 1, power):
        for step in STEPS:
            yield step.scaleb(exponent)


def _scale(largest: Decimal, locale: Locale) -> tuple[Decimal, str]:
    for divisor, word in SCALES[locale]:
        if largest >= divisor:
            return divisor, word
    return Decimal(1), ""
