"""What may be said of a set in three to five sentences, and of which numbers: picked by rule.

One statement a topic, in this order; a topic without a candidate is left out, never made up:

1. PAIR: two offices, each in its latest year, that nothing blocks.
2. CHANGE: one office in two neighbouring years with the verdict OK; where there is none,
   APART_YEARS: two years of a core indicator that look alike and are blocked.
3. APART: two offices and a core indicator, blocked.
4. ZERO: a number that the source states as zero.
5. RIVALS: two numbers of one source for one thing; where there are none, APPROXIMATE: a number
   known as a range.

Of several candidates the first by these keys is taken, so that the same numbers give the same
statements: an indicator not yet spoken of; offices not yet spoken of; then what each topic says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Any

from dashboard.compare.changes import Comparison, compare
from dashboard.compare.intervals import Sign
from dashboard.compare.observation import Observation
from dashboard.compare.periods import months_apart
from dashboard.compare.registry import Registry
from dashboard.compare.verdicts import Code, Verdict

__all__ = ["Statement", "Topic", "statements"]

PAIRED = 24
"""Rows of an indicator that are paired across offices: no more than 276 pairs."""
ZEROS = 3

Key = tuple[Any, ...]


class Topic(StrEnum):
    """What kind of thing is said."""

    PAIR = "pair"
    CHANGE = "change"
    APART_YEARS = "apart_years"
    APART = "apart"
    ZERO = "zero"
    RIVALS = "rivals"
    APPROXIMATE = "approximate"


TELLING = (
    Code.PARTIAL_VS_FULL,
    Code.DEFINITION_DIFFERS,
    Code.WINDOW_MISMATCH,
    Code.SCOPE_MISMATCH,
    Code.AREA_CHANGED,
    Code.UNIT_MISMATCH,
    Code.PERIOD_DIFFERS,
    Code.STATUS_MISMATCH,
)
"""Blocking reasons, the one that the numbers themselves show least first."""
_CLARITY = {Sign.INCREASE: 0, Sign.DECREASE: 0, Sign.UNDETERMINED: 2, Sign.UNCHANGED: 3}


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that may be said: of which numbers, and the verdict that lets it be said.

    A pair that nothing blocks runs from the smaller number to the larger, as far as that is
    known; years run forward. `comparison` is None where a number is told by itself.
    """

    topic: Topic
    observations: tuple[Observation, ...]
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one indicator that statements speak of; `place` is its place in the order."""

    place: int
    is_core: bool
    shown: tuple[Observation, ...]
    left: tuple[Observation, ...]
    """Rivals: results that were not chosen."""


Candidate = tuple[Key, Statement]


def statements(
    observations: Iterable[Observation],
    registry: Registry,
    indicators: Sequence[str],
    core: frozenset[str] = frozenset(),
) -> tuple[Statement, ...]:
    """At most five statements on the results among `observations`.

    `indicators` says which are spoken of, the foremost first; `core` names those whose blocked
    pairs are worth a sentence.
    """
    rows = _by_indicator(observations, indicators, core)
    told: list[Statement] = []
    for topics in _ORDER:
        for topic in topics:
            found = [candidate for own in rows for candidate in _SOURCES[topic](own, registry)]
            if found:
                told.append(min(found, key=lambda c: (_repeats(c[1], told), c[0]))[1])
                break
    return tuple(told)


def _by_indicator(
    observations: Iterable[Observation], indicators: Sequence[str], core: frozenset[str]
) -> list[_Rows]:
    found: Mapping[str, list[Observation]] = defaultdict(list)
    for o in sorted(observations, key=lambda o: o.id):
        if o.status == "result":
            found[o.indicator].append(o)
    return [
        _Rows(
            place,
            code in core,
            tuple(o for o in found[code] if o.chosen),
            tuple(o for o in found[code] if not o.chosen),
        )
        for place, code in enumerate(indicators)
        if code in found
    ]


def _repeats(statement: Statement, told: Sequence[Statement]) -> tuple[bool, int]:
    """Whether its indicator, and how many of its offices, were spoken of before."""
    before = [o for other in told for o in other.observations]
    offices = {o.ref_area for o in statement.observations}
    is_known = statement.observations[0].indicator in {o.indicator for o in before}
    return is_known, len(offices & {o.ref_area for o in before})


def _pairs(rows: _Rows, registry: Registry) -> Iterator[Candidate]:
    """Fewest reservations first, then an order that hard bounds decide, a core indicator, the
    newest, the nearest in time."""
    for found in _across(rows, registry):
        change = found.change
        if found.verdict.blocks or change.sign is None or _are_zero(found):
            continue
        is_falling = change.sign is Sign.DECREASE
        rising = compare(change.second, change.first, registry) if is_falling else found
        first, second = rising.change.first, rising.change.second
        key = (
            len(rising.verdict.reasons),
            *_clarity(rising),
            not rows.is_core,
            -max(first.year, second.year),
            months_apart(first.period_end, second.period_end),
            rows.place,
            -(second.interval.lower or Decimal(0)),
            -(first.interval.lower or Decimal(0)),
            first.id,
            second.id,
        )
        yield key, Statement(Topic.PAIR, (second, first), rising)


def _changes(rows: _Rows, registry: Registry) -> Iterator[Candidate]:
    """A sign that hard bounds decide first, then a core indicator, no gap, the newest."""
    for found in _years(rows, registry):
        if found.verdict.code is not Code.OK or found.change.sign is None or _are_zero(found):
            continue
        first, second = found.change.first, found.change.second
        key = (
            *_clarity(found),
            not rows.is_core,
            found.change.gap_years or 0,
            -second.year,
            rows.place,
            second.id,
            first.id,
        )
        yield key, Statement(Topic.CHANGE, (first, second), found)


def _apart_years(rows: _Rows, registry: Registry) -> Iterator[Candidate]:
    for found in _years(rows, registry) if rows.is_core else ():
        yield from _blocked(Topic.APART_YEARS, found, rows.place)


def _apart(rows: _Rows, registry: Registry) -> Iterator[Candidate]:
    for found in _across(rows, registry) if rows.is_core else ():
        yield from _blocked(Topic.APART, found, rows.place)


def _blocked(topic: Topic, found: Comparison, place: int) -> Iterator[Candidate]:
    """The reason that the numbers show least first, then the fewest reasons, the newest,
    the largest."""
    if not found.verdict.blocks:
        return
    first, second = found.change.first, found.change.second
    key = (
        _telling(found.verdict),
        first.variant == second.variant == "",
        sum(reason.blocks for reason in found.verdict.reasons),
        place,
        -max(first.year, second.year),
        -(first.interval.lower or Decimal(0)),
        -(second.interval.lower or Decimal(0)),
        first.id,
        second.id,
    )
    yield key, Statement(topic, (first, second), found)


def _telling(judged: Verdict) -> int:
    return min(TELLING.index(reason.code) for reason in judged.reasons if reason.blocks)


def _zeros(rows: _Rows, _: Registry) -> Iterator[Candidate]:
    """An office's zeros of one indicator together: the most of them first, then a core one."""
    by_office: Mapping[tuple[str, str], list[Observation]] = defaultdict(list)
    for o in rows.shown:
        if o.interval.is_exact and o.interval.lower == 0:
            by_office[o.ref_area, o.variant].append(o)
    for (area, _variant), found in by_office.items():
        newest = sorted(found, key=lambda o: (o.period_end, o.id))[-ZEROS:]
        key = (-len(newest), not rows.is_core, -newest[-1].year, rows.place, area)
        yield key, Statement(Topic.ZERO, tuple(newest))


def _rivals(rows: _Rows, _: Registry) -> Iterator[Candidate]:
    for o in rows.shown:
        if "conflicting" in o.flags:
            place = (o.ref_area, o.variant, o.time_period)
            for other in rows.left:
                if (other.ref_area, other.variant, other.time_period) == place:
                    key = (not rows.is_core, -o.year, rows.place, o.id, other.id)
                    yield key, Statement(Topic.RIVALS, (o, other))


def _approximate(rows: _Rows, _: Registry) -> Iterator[Candidate]:
    """Bounds from the meaning of the word first, then both ends known, a core indicator."""
    for o in rows.shown:
        if not o.interval.is_exact:
            is_soft = "soft" in (o.interval.lower_kind, o.interval.upper_kind)
            is_endless = o.interval.upper is None
            key = (is_soft, is_endless, not rows.is_core, -o.year, rows.place, o.id)
            yield key, Statement(Topic.APPROXIMATE, (o,))


def _across(rows: _Rows, registry: Registry) -> Iterator[Comparison]:
    """Pairs of offices, each with the numbers of its latest year."""
    newest: dict[str, int] = {}
    for o in rows.shown:
        newest[o.ref_area] = max(newest.get(o.ref_area, o.year), o.year)
    latest = [o for o in rows.shown if o.year == newest[o.ref_area]]
    latest.sort(key=lambda o: (-o.year, o.id))
    for first, second in combinations(latest[:PAIRED], 2):
        if first.ref_area != second.ref_area:
            yield compare(first, second, registry)


def _years(rows: _Rows, registry: Registry) -> Iterator[Comparison]:
    """Neighbouring years of one office, like with like; else each with each that has no like."""
    own: Mapping[str, dict[int, list[Observation]]] = defaultdict(dict)
    for o in rows.shown:
        own[o.ref_area].setdefault(o.year, []).append(o)
    for years in own.values():
        for before, after in pairwise(sorted(years)):
            alike = {o.variant for o in years[before]} & {o.variant for o in years[after]}
            for first in years[before]:
                for second in years[after]:
                    is_left = first.variant not in alike and second.variant not in alike
                    if first.variant == second.variant or is_left:
                        yield compare(first, second, registry)


def _clarity(found: Comparison) -> tuple[int, bool]:
    change = found.change
    return _CLARITY[change.sign or Sign.UNDETERMINED], change.decided_by == "soft"


def _are_zero(found: Comparison) -> bool:
    return all(
        o.interval.is_exact and o.interval.lower == 0
        for o in (found.change.first, found.change.second)
    )


_ORDER: tuple[tuple[Topic, ...], ...] = (
    (Topic.PAIR,),
    (Topic.CHANGE, Topic.APART_YEARS),
    (Topic.APART,),
    (Topic.ZERO,),
    (Topic.RIVALS, Topic.APPROXIMATE),
)
_SOURCES: Mapping[Topic, Callable[[_Rows, Registry], Iterator[Candidate]]] = {
    Topic.PAIR: _pairs,
    Topic.CHANGE: _changes,
    Topic.APART_YEARS: _apart_years,
    Topic.APART: _apart,
    Topic.ZERO: _zeros,
    Topic.RIVALS: _rivals,
    Topic.APPROXIMATE: _approximate,
}
