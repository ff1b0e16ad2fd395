"""Median, mean, sum and rate of interval observations (method §5).

A refusal is a value, not an exception: `interval` is None and `refusal` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from itertools import combinations

from dashboard.compare.groups import is_one_group
from dashboard.compare.intervals import ONE, Interval, addition, quotient
from dashboard.compare.observation import Observation
from dashboard.compare.periods import is_same_span
from dashboard.compare.registry import Registry

LEAST = 3
"""Fewest observations a mean or a median is stated for."""


class Refusal(StrEnum):
    """Why a statistic is not computed."""

    NOTHING = "nothing"
    TOO_FEW = "too_few"
    NOT_COMPARABLE = "not_comparable"
    OVERLAPPING = "overlapping"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Statistic:
    """An interval with the number of observations behind it, or the reason there is none."""

    interval: Interval | None
    n: int
    refusal: Refusal | None = None


End = tuple[Decimal, int]
"""A bound and which way an open end leans: 1 just above it, -1 just below, 0 closed."""

Ends = tuple[Sequence[End], Sequence[End]]
"""Lower and upper ends of several intervals."""

EndStatistic = Callable[[Sequence[End]], End]


def median(observations: Sequence[Observation], registry: Registry) -> Statistic:
    """[median of lowers, median of uppers] of one group of at least three."""
    return _of_ends(observations, registry, _median_of)


def mean(observations: Sequence[Observation], registry: Registry) -> Statistic:
    """[mean of lowers, mean of uppers] of one group of at least three."""
    return _of_ends(observations, registry, _mean_of)


def total(observations: Sequence[Observation], registry: Registry) -> Statistic:
    """The sum, end by end, of numbers about the same thing in the same period.

    Refused where groups may overlap: a row flagged so, areas of which one contains or followed
    the other, or two rows of one office, unless they are different named sites or items listed
    under one stated total.
    """
    n = len(observations)
    if not observations:
        return Statistic(None, n, Refusal.NOTHING)
    if any("overlapping" in o.flags for o in observations) and n > 1:
        return Statistic(None, n, Refusal.OVERLAPPING)
    for first, second in combinations(observations, 2):
        refusal = _cannot_add(first, second, registry)
        if refusal is not None:
            return Statistic(None, n, refusal)
    return Statistic(reduce(addition, [o.interval for o in observations]), n)


def rate(
    numerator: Observation, denominator: Observation, *, is_part_of_whole: bool = False
) -> Statistic:
    """[n.lower / d.upper, n.upper / d.lower] for one office and period; n counts both.

    Needs a certainly positive denominator. A part of a whole is at most 1; one that certainly
    exceeds its whole is no part of it, and is refused.
    """
    is_same_office = numerator.ref_area == denominator.ref_area
    statuses = {numerator.status, denominator.status}
    if not is_same_office or not is_same_span(numerator, denominator) or len(statuses) > 1:
        return Statistic(None, 2, Refusal.NOT_COMPARABLE)
    ratio = quotient(numerator.interval, denominator.interval)
    if ratio is None:
        return Statistic(None, 2, Refusal.DENOMINATOR)
    if is_part_of_whole:
        ratio = _at_most_one(ratio)
    return Statistic(ratio, 2, Refusal.NOT_COMPARABLE if ratio is None else None)


def _of_ends(
    observations: Sequence[Observation], registry: Registry, statistic: EndStatistic
) -> Statistic:
    n = len(observations)
    if n < LEAST:
        return Statistic(None, n, Refusal.TOO_FEW)
    if not is_one_group(observations, registry):
        return Statistic(None, n, Refusal.NOT_COMPARABLE)
    believed = _summary(_ends([o.interval for o in observations]), statistic)
    certain = _summary(_ends([o.interval.hard(o.floor) for o in observations]), statistic)
    return Statistic(_with_kinds(believed, certain), n)


def median_of_middles(believed: Ends, certain: Ends, n: int) -> Statistic:
    """The median of one group of `n` whose bounds are known sorted: of each side the ends in the
    middle, one or two, as the wordings allow them and as hard bounds alone do."""
    if n < LEAST:
        return Statistic(None, n, Refusal.TOO_FEW)
    found = [_summary(ends, _median_of) for ends in (believed, certain)]
    return Statistic(_with_kinds(*found), n)


def _ends(intervals: Sequence[Interval]) -> Ends:
    return (
        [_end(i.lower, i.lower_open, -1) for i in intervals],
        [_end(i.upper, i.upper_open, 1) for i in intervals],
    )


def _summary(ends: Ends, statistic: EndStatistic) -> Interval:
    (lower, lower_shift), (upper, upper_shift) = map(statistic, ends)
    return Interval(
        lower if lower.is_finite() else None,
        upper if upper.is_finite() else None,
        not lower.is_finite() or lower_shift != 0,
        not upper.is_finite() or upper_shift != 0,
    )


def _end(bound: Decimal | None, is_open: bool, outward: int) -> End:
    if bound is None:
        return Decimal("Infinity") * outward, 0
    return bound, -outward if is_open else 0


def _median_of(ends: Sequence[End]) -> End:
    ordered, half = sorted(ends), len(ends) // 2
    return _mean_of(ordered[half : half + 1] if len(ends) % 2 else ordered[half - 1 : half + 1])


def _mean_of(ends: Sequence[End]) -> End:
    average = sum((value for value, _ in ends), Decimal(0)) / len(ends)
    return average, next((shift for _, shift in ends if shift), 0)


def _with_kinds(believed: Interval, certain: Interval) -> Interval:
    is_sure_below = (believed.lower, believed.lower_open) == (certain.lower, certain.lower_open)
    is_sure_above = (believed.upper, believed.upper_open) == (certain.upper, certain.upper_open)
    return replace(
        believed,
        lower_kind="hard" if is_sure_below else "soft",
        upper_kind="hard" if is_sure_above else "soft",
    )


def _cannot_add(first: Observation, second: Observation, registry: Registry) -> Refusal | None:
    if _kind(first) != _kind(second) or not is_same_span(first, second):
        return Refusal.NOT_COMPARABLE
    if first.ref_area == second.ref_area:
        return None if _are_apart(first, second) else Refusal.OVERLAPPING
    if registry.overlaps(first.ref_area, second.ref_area):
        return Refusal.OVERLAPPING
    is_same_level = registry.level(first.ref_area) == registry.level(second.ref_area)
    is_same_sort = (first.variant, first.scope) == (second.variant, second.scope)
    return None if is_same_level and is_same_sort else Refusal.NOT_COMPARABLE


def _kind(observation: Observation) -> tuple[str, ...]:
    return observation.indicator, observation.unit, observation.status, observation.window


def _are_apart(first: Observation, second: Observation) -> bool:
    if first.status == "listed":
        return first.id != second.id and bool(first.part_of) and first.part_of == second.part_of
    notes = {first.scope_note, second.scope_note}
    is_site = first.scope == second.scope == "site"
    return is_site and len(notes) == 2 and "" not in notes


def _at_most_one(ratio: Interval) -> Interval | None:
    if ratio.upper is not None and ratio.upper <= ONE:
        return ratio
    if ratio.lower is not None and (ratio.lower, ratio.lower_open) > (ONE, False):
        return None
    return replace(ratio, upper=ONE, upper_open=False, upper_kind="hard")
