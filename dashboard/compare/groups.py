"""Groups in which everything may be ranked, and ranks within them (method §5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from dashboard.compare.intervals import Interval, Kind
from dashboard.compare.observation import Observation
from dashboard.compare.periods import span
from dashboard.compare.registry import Registry

Group = tuple[Observation, ...]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rank:
    """The ranks an observation may hold among `n`, 1 being the largest number.

    `decided_by` is `soft` when the place is narrower than hard bounds alone allow.
    """

    observation: Observation
    best: int
    worst: int
    n: int
    decided_by: Kind


def groups(observations: Iterable[Observation], registry: Registry) -> tuple[Group, ...]:
    """Split chosen observations into groups that nothing blocks, largest group first.

    Each holds an office once, and no two areas of which one followed the other; members stand by
    falling lower bound, then id. Rows that are not `chosen` belong to the evidence, not here.
    """
    buckets: dict[tuple[object, ...], list[_Bucket]] = defaultdict(list)
    for observation in sorted(observations, key=by_lower_bound):
        if observation.chosen:
            _settle(observation, buckets[_key(observation, registry)], registry)
    members = (tuple(bucket.members) for found in buckets.values() for bucket in found)
    return tuple(sorted(members, key=lambda group: (-len(group), by_lower_bound(group[0]))))


def by_lower_bound(observation: Observation) -> tuple[bool, Decimal, str]:
    """Sort key: largest lower bound first, unbounded last, then id."""
    lower = observation.interval.lower
    return lower is None, Decimal(0) if lower is None else -lower, observation.id


def ranks(observations: Sequence[Observation], registry: Registry) -> tuple[Rank, ...]:
    """Best and worst rank of each observation, in the order given; n log n.

    Raises ValueError when the observations are not one group of `groups`.
    """
    if observations and not is_one_group(observations, registry):
        raise ValueError("ranks need one group in which nothing blocks: call groups() first")
    places = places_among([o.interval for o in observations])
    certain = places_among([o.interval.hard(o.floor) for o in observations])
    return tuple(
        Rank(o, *place, len(observations), "hard" if place == sure else "soft")
        for o, place, sure in zip(observations, places, certain, strict=True)
    )


def is_one_group(observations: Sequence[Observation], registry: Registry) -> bool:
    """True when nothing blocks ranking among all of these observations."""
    found = groups(observations, registry)
    return len(found) == 1 and len(found[0]) == len(observations)


def places_among(intervals: Sequence[Interval]) -> list[tuple[int, int]]:
    """(best, worst) of each interval by sorting.

    best = 1 + #{certainly above}: other.lower > this.upper, or equal with an open end;
    worst = 1 + #{may exceed}: other.upper > this.lower, itself left out.
    """
    if not intervals:
        return []
    place = _places(intervals)
    lowers = _coded([i.lower for i in intervals], place, absent=-2)
    uppers = _coded([i.upper for i in intervals], place, absent=3 * len(place) + 2)
    least = lowers + np.array([i.lower_open for i in intervals], dtype=np.int64)
    most = uppers - np.array([i.upper_open for i in intervals], dtype=np.int64)
    best = 1 + _count_above(np.sort(least), most)
    worst = 1 + _count_above(np.sort(uppers), lowers) - (uppers > lowers)
    return list(zip(best.tolist(), worst.tolist(), strict=True))


def _key(observation: Observation, registry: Registry) -> tuple[object, ...]:
    period = span(observation)
    return (
        observation.unit,
        observation.status,
        observation.window,
        registry.level(observation.ref_area),
        observation.indicator,
        observation.scope,
        _object(observation),
        observation.variant,
        observation.is_full_period,
        observation.id if period[0] is None else period,
    )


def _object(observation: Observation) -> str:
    if observation.scope in ("whole", ""):
        return ""
    if observation.scope == "key_dates":
        return observation.scope_note
    return observation.scope_note or observation.id


@dataclass(slots=True)
class _Bucket:
    """A group in the making: its members, their areas, and the areas that followed those."""

    members: list[Observation] = field(default_factory=list)
    areas: set[str] = field(default_factory=set)
    followers: set[str] = field(default_factory=set)

    def admits(self, ref_area: str, followers: frozenset[str]) -> bool:
        is_free = ref_area not in self.areas and ref_area not in self.followers
        return is_free and self.areas.isdisjoint(followers)

    def add(self, observation: Observation, followers: frozenset[str]) -> None:
        self.members.append(observation)
        self.areas.add(observation.ref_area)
        self.followers |= followers


def _settle(observation: Observation, buckets: list[_Bucket], registry: Registry) -> None:
    followers = frozenset(registry.successors(observation.ref_area))
    admitting = (b for b in buckets if b.admits(observation.ref_area, followers))
    bucket = next(admitting, None)
    if bucket is None:
        bucket = _Bucket()
        buckets.append(bucket)
    bucket.add(observation, followers)


def _places(intervals: Sequence[Interval]) -> dict[Decimal, int]:
    bounds = {bound for i in intervals for bound in (i.lower, i.upper) if bound is not None}
    return {bound: place for place, bound in enumerate(sorted(bounds))}


def _coded(bounds: Sequence[Decimal | None], place: dict[Decimal, int], *, absent: int) -> Codes:
    return np.array([absent if b is None else 3 * place[b] for b in bounds], dtype=np.int64)


def _count_above(ascending: Codes, limits: Codes) -> Codes:
    return np.asarray(len(ascending) - np.searchsorted(ascending, limits, side="right"))
