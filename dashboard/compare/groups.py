"""Groups in which everything may be ranked, and ranks within them (method §5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    found: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for observation in sorted(observations, key=by_lower_bound):
        if observation.chosen:
            found[ranked_with(observation, registry)].append(observation)
    members = (group for rows in found.values() for group in _apart(rows, registry))
    return tuple(sorted(members, key=lambda group: (-len(group), by_lower_bound(group[0]))))


def settled(ref_areas: Iterable[str], registry: Registry) -> list[int]:
    """Of areas that may all be ranked but for being one another's line: the number of the group
    that each goes to, in turn the first that holds neither it nor one it followed or gave way to.
    """
    buckets: list[_Bucket] = []
    return [_settle(area, buckets, registry) for area in ref_areas]


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
    """(best, worst) of each interval by sorting."""
    if not intervals:
        return []
    place = _places(intervals)
    best, worst = places_of(
        Bounds(
            _coded([i.lower for i in intervals], place, absent=-2),
            _coded([i.upper for i in intervals], place, absent=3 * len(place) + 2),
            np.array([i.lower_open for i in intervals], dtype=np.int64),
            np.array([i.upper_open for i in intervals], dtype=np.int64),
        )
    )
    return list(zip(best.tolist(), worst.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The ends of many intervals: whole numbers in the order of the bounds, three apart, and 1
    where an end is open. A missing bound is smaller or larger than every other."""

    lower: Codes
    upper: Codes
    lower_open: Codes
    upper_open: Codes

    @property
    def least(self) -> Codes:
        """The smallest that may be reached: an open lower end lies just above its bound."""
        return self.lower + self.lower_open

    @property
    def most(self) -> Codes:
        """The largest that may be reached."""
        return self.upper - self.upper_open

    def of(self, rows: Codes | npt.NDArray[np.bool_]) -> Bounds:
        """Those of some intervals, by place or by mask."""
        return Bounds(
            self.lower[rows], self.upper[rows], self.lower_open[rows], self.upper_open[rows]
        )


def places_of(bounds: Bounds, asked: Codes | None = None) -> tuple[Codes, Codes]:
    """Best and worst place of each interval, or of those `asked` for by their place in `bounds`.

    best = 1 + #{certainly above}: other.lower > this.upper, or equal with an open end;
    worst = 1 + #{may exceed}: other.upper > this.lower, itself left out.
    """
    own = bounds if asked is None else bounds.of(asked)
    best = 1 + _count_above(np.sort(bounds.least), own.most)
    worst = 1 + _count_above(np.sort(bounds.upper), own.lower) - (own.upper > own.lower)
    return best, worst


def ranked_with(observation: Observation, registry: Registry) -> tuple[object, ...]:
    """Equal for observations that nothing blocks, but for what their areas are to one another.

    It holds the observation's id where nothing else may be ranked with it.
    """
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
    """A group in the making: its areas, and the areas that followed those."""

    areas: set[str] = field(default_factory=set)
    followers: set[str] = field(default_factory=set)

    def admits(self, ref_area: str, followers: frozenset[str]) -> bool:
        is_free = ref_area not in self.areas and ref_area not in self.followers
        return is_free and self.areas.isdisjoint(followers)

    def add(self, ref_area: str, followers: frozenset[str]) -> None:
        self.areas.add(ref_area)
        self.followers |= followers


def _apart(rows: Sequence[Observation], registry: Registry) -> Iterator[Group]:
    """Rows that differ in their areas alone, so that no group holds two of one line."""
    numbers = settled((o.ref_area for o in rows), registry)
    groups: dict[int, list[Observation]] = defaultdict(list)
    for number, observation in zip(numbers, rows, strict=True):
        groups[number].append(observation)
    return map(tuple, groups.values())


def _settle(ref_area: str, buckets: list[_Bucket], registry: Registry) -> int:
    followers = frozenset(registry.successors(ref_area))
    admitting = (n for n, b in enumerate(buckets) if b.admits(ref_area, followers))
    number = next(admitting, len(buckets))
    if number == len(buckets):
        buckets.append(_Bucket())
    buckets[number].add(ref_area, followers)
    return number


def _places(intervals: Sequence[Interval]) -> dict[Decimal, int]:
    bounds = {bound for i in intervals for bound in (i.lower, i.upper) if bound is not None}
    return {bound: place for place, bound in enumerate(sorted(bounds))}


def _coded(bounds: Sequence[Decimal | None], place: dict[Decimal, int], *, absent: int) -> Codes:
    return np.array([absent if b is None else 3 * place[b] for b in bounds], dtype=np.int64)


def _count_above(ascending: Codes, limits: Codes) -> Codes:
    return np.asarray(len(ascending) - np.searchsorted(ascending, limits, side="right"))
