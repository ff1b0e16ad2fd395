"""Intervals with open, closed, hard and soft ends, and their exact arithmetic (method §2, §5).

Everything here is Decimal; a float never enters. `None` as a bound means there is no bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Kind = Literal["hard", "soft"]

ZERO = Decimal(0)
ONE = Decimal(1)


class Sign(StrEnum):
    """Direction of a change; `UNDETERMINED` where the interval reaches across zero."""

    INCREASE = "increase"
    DECREASE = "decrease"
    UNCHANGED = "unchanged"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Interval:
    """What a wording allows: two ends, each open or closed, each hard or soft.

    A bound that is None is absent (infinite); whether such an end is open has no meaning.
    Raises ValueError when the lower bound lies above the upper one.
    """

    lower: Decimal | None
    upper: Decimal | None
    lower_open: bool = False
    upper_open: bool = False
    lower_kind: Kind = "hard"
    upper_kind: Kind = "hard"

    def __post_init__(self) -> None:
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"lower bound {self.lower} lies above upper bound {self.upper}")

    @property
    def is_exact(self) -> bool:
        """True when the wording allows one value only."""
        closed = not (self.lower_open or self.upper_open)
        return self.lower is not None and self.lower == self.upper and closed

    def hard(self, floor: Decimal | None = None) -> Interval:
        """What remains when assumed bounds are not believed: the floor below, nothing above."""
        kept = self
        if self.lower_kind == "soft":
            kept = replace(kept, lower=floor, lower_open=floor is None, lower_kind="hard")
        if self.upper_kind == "soft":
            kept = replace(kept, upper=None, upper_open=True, upper_kind="hard")
        return kept


def point(value: Decimal) -> Interval:
    """The interval of an exact value."""
    return Interval(value, value)


def difference(later: Interval, earlier: Interval) -> Interval:
    """`later - earlier`: [later.lower - earlier.upper, later.upper - earlier.lower].

    An end is open if either source end is, soft if either source end is, absent if either is.
    """
    lower = _combine(later.lower, earlier.upper, subtract=True)
    upper = _combine(later.upper, earlier.lower, subtract=True)
    return Interval(
        lower,
        upper,
        lower is None or later.lower_open or earlier.upper_open,
        upper is None or later.upper_open or earlier.lower_open,
        _weaker(later.lower_kind, earlier.upper_kind),
        _weaker(later.upper_kind, earlier.lower_kind),
    )


def addition(first: Interval, second: Interval) -> Interval:
    """The sum of two intervals, end by end."""
    lower = _combine(first.lower, second.lower, subtract=False)
    upper = _combine(first.upper, second.upper, subtract=False)
    return Interval(
        lower,
        upper,
        lower is None or first.lower_open or second.lower_open,
        upper is None or first.upper_open or second.upper_open,
        _weaker(first.lower_kind, second.lower_kind),
        _weaker(first.upper_kind, second.upper_kind),
    )


def quotient(numerator: Interval, denominator: Interval) -> Interval | None:
    """[n.lower / d.upper, n.upper / d.lower]; None unless n >= 0 and d > 0 by their bounds.

    An end whose numerator is zero stays closed when that zero is reached: 0 / d is 0 for all d.
    """
    if numerator.lower is None or numerator.lower < 0:
        return None
    if denominator.lower is None or denominator.lower <= 0:
        return None
    lower, lower_open = _ratio(
        numerator.lower, numerator.lower_open, denominator.upper, denominator.upper_open
    )
    upper, upper_open = None, True
    if numerator.upper is not None:
        upper, upper_open = _ratio(
            numerator.upper, numerator.upper_open, denominator.lower, denominator.lower_open
        )
    return Interval(
        lower,
        upper,
        lower_open,
        upper_open,
        _weaker(numerator.lower_kind, denominator.upper_kind),
        _weaker(numerator.upper_kind, denominator.lower_kind),
    )


def sign(change: Interval) -> tuple[Sign, Kind | None]:
    """Direction of a change and the kind of bound that decides it (None when nothing does)."""
    if change.lower is not None and _beyond(change.lower, is_open=change.lower_open):
        return Sign.INCREASE, change.lower_kind
    if change.upper is not None and _beyond(-change.upper, is_open=change.upper_open):
        return Sign.DECREASE, change.upper_kind
    if change.is_exact:
        return Sign.UNCHANGED, _weaker(change.lower_kind, change.upper_kind)
    return Sign.UNDETERMINED, None


def _combine(left: Decimal | None, right: Decimal | None, *, subtract: bool) -> Decimal | None:
    if left is None or right is None:
        return None
    return left - right if subtract else left + right


def _weaker(first: Kind, second: Kind) -> Kind:
    return "soft" if "soft" in (first, second) else "hard"


def _ratio(
    top: Decimal, top_open: bool, bottom: Decimal | None, bottom_open: bool
) -> tuple[Decimal, bool]:
    if top == 0:
        return ZERO, top_open
    if bottom is None:
        return ZERO, True
    return top / bottom, top_open or bottom_open


def _beyond(bound: Decimal, *, is_open: bool) -> bool:
    return bound > 0 or (bound == 0 and is_open)
