"""Order of a pair and change within it, as intervals (method §5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dashboard.compare.intervals import (
    ONE,
    Interval,
    Kind,
    Sign,
    difference,
    point,
    quotient,
    sign,
)
from dashboard.compare.observation import Observation, interval_of
from dashboard.compare.periods import is_same_span
from dashboard.compare.registry import Registry
from dashboard.compare.verdicts import Code, Verdict, verdict


class Relation(StrEnum):
    """How the first of a pair stands to the second."""

    ABOVE = "above"
    BELOW = "below"
    EQUAL = "equal"
    UNDETERMINED = "undetermined"


class NoPercentage(StrEnum):
    """Why a change has no percentage."""

    BLOCKED = "blocked"
    SAME_PERIOD = "same_period"
    DOUBTFUL = "doubtful"
    BASE_NOT_POSITIVE = "base_not_positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Order:
    """A relation and the kind of bound that decides it; `soft` is shown as 按约定."""

    relation: Relation
    decided_by: Kind | None


@dataclass(frozen=True, slots=True)
class Change:
    """From the first observation to the second.

    When `refusal` names a blocking verdict, interval, percentage and sign are None; so they are
    for two numbers of one office and one period, which are two statements and no change.
    `percentage` is a ratio (0.25 is 25 %); where it is None, `no_percentage` says why.
    `gap_years` counts the years between two observations of one office, None otherwise.
    """

    first: Observation
    second: Observation
    interval: Interval | None
    percentage: Interval | None
    sign: Sign | None
    decided_by: Kind | None
    refusal: Code | None
    no_percentage: NoPercentage | None
    gap_years: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All there is to say about a pair; `order` is None when the verdict blocks."""

    verdict: Verdict
    order: Order | None
    change: Change


_RELATIONS = {
    Sign.INCREASE: Relation.ABOVE,
    Sign.DECREASE: Relation.BELOW,
    Sign.UNCHANGED: Relation.EQUAL,
    Sign.UNDETERMINED: Relation.UNDETERMINED,
}


def compare(first: Observation, second: Observation, registry: Registry) -> Comparison:
    """Verdict, order and change of a pair; change runs from the first to the second."""
    judged = verdict(first, second, registry)
    standing = None if judged.blocks else order(first, second)
    return Comparison(judged, standing, change(first, second, judged))


def order(first: Observation | Interval, second: Observation | Interval) -> Order:
    """above, below, equal (both exact) or undetermined; it looks at the bounds alone."""
    direction, decided_by = _direction(second, first)
    return Order(_RELATIONS[direction], decided_by)


def change(first: Observation, second: Observation, judged: Verdict) -> Change:
    """The change from the first to the second, or none when the verdict blocks.

    A percentage needs more than an unblocked pair: the verdict must be OK (design §4), the base
    certainly positive, both values certainly not negative.
    """
    gap = _gap_years(judged)
    if judged.blocks:
        refusal = next(reason.code for reason in judged.reasons if reason.blocks)
        return _none(first, second, gap, NoPercentage.BLOCKED, refusal)
    if first.ref_area == second.ref_area and is_same_span(first, second):
        return _none(first, second, gap, NoPercentage.SAME_PERIOD)
    interval = difference(second.interval, first.interval)
    direction, decided_by = _direction(first, second)
    share, missing = _percentage_if_sound(first.interval, second.interval, judged)
    return Change(first, second, interval, share, direction, decided_by, None, missing, gap)


def _direction(
    first: Observation | Interval, second: Observation | Interval
) -> tuple[Sign, Kind | None]:
    """From the first to the second: hard bounds first, assumed ones only where those cannot."""
    certain, _ = sign(difference(_hard(second), _hard(first)))
    if certain is not Sign.UNDETERMINED:
        return certain, "hard"
    believed, _ = sign(difference(interval_of(second), interval_of(first)))
    return believed, None if believed is Sign.UNDETERMINED else "soft"


def _hard(subject: Observation | Interval) -> Interval:
    floor = subject.floor if isinstance(subject, Observation) else None
    return interval_of(subject).hard(floor)


def percentage(first: Interval, second: Interval) -> Interval | None:
    """[second.lower / first.upper - 1, second.upper / first.lower - 1] as a ratio, or None.

    None unless the first is certainly positive and neither can be negative.
    """
    ratio = quotient(second, first)
    return None if ratio is None else difference(ratio, point(ONE))


def _percentage_if_sound(
    first: Interval, second: Interval, judged: Verdict
) -> tuple[Interval | None, NoPercentage | None]:
    if judged.code is not Code.OK:
        return None, NoPercentage.DOUBTFUL
    if second.lower is None or second.lower < 0:
        return None, NoPercentage.NEGATIVE
    share = percentage(first, second)
    return share, NoPercentage.BASE_NOT_POSITIVE if share is None else None


def _none(
    first: Observation,
    second: Observation,
    gap: int | None,
    missing: NoPercentage,
    refusal: Code | None = None,
) -> Change:
    return Change(first, second, None, None, None, None, refusal, missing, gap)


def _gap_years(judged: Verdict) -> int | None:
    is_named = judged.is_year_over_year
    return abs(judged.second.year - judged.first.year) if is_named else None
