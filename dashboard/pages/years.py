"""Comparisons between the years of one office, like with like, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from dashboard.address import NOT_COMPUTED
from dashboard.compare import Comparison, Observation, Registry, compare

__all__ = ["changes_of", "latest_of", "newest", "outcome"]

Pair = tuple[Observation, Observation]


def changes_of(rows: Sequence[Observation], registry: Registry) -> list[Comparison]:
    """Comparisons between neighbouring years of one office, like with like where possible."""
    return [compare(*pair, registry) for pair in _neighbours(rows)]


def latest_of(rows: Sequence[Observation], registry: Registry) -> list[Comparison]:
    """The first of what `newest` tells apart of `changes_of`; the earlier ones are not compared."""
    last = {_series(*pair): pair for pair in _neighbours(rows)}
    return [compare(*pair, registry) for pair in last.values()]


def newest(found: Sequence[Comparison]) -> tuple[list[Comparison], list[Comparison]]:
    """The last comparison of each pair of variants, and the earlier ones, newest first."""
    last: dict[tuple[str, str, str, str], Comparison] = {}
    for comparison in found:
        last[_series(comparison.change.first, comparison.change.second)] = comparison
    shown = set(map(id, last.values()))
    earlier = [c for c in found if id(c) not in shown]
    return list(last.values()), sorted(earlier, key=lambda c: -c.change.second.year)


def outcome(comparison: Comparison) -> str:
    """One of SIGNS."""
    sign = comparison.change.sign
    return NOT_COMPUTED if sign is None else str(sign)


def _series(first: Observation, second: Observation) -> tuple[str, str, str, str]:
    return second.indicator, second.ref_area, first.variant, second.variant


def _neighbours(rows: Sequence[Observation]) -> Iterator[Pair]:
    own: dict[int, list[Observation]] = {}
    for o in rows:
        if o.year:
            own.setdefault(o.year, []).append(o)
    for first, second in pairwise(sorted(own)):
        yield from _matched(own[first], own[second])


def _matched(before: Sequence[Observation], after: Sequence[Observation]) -> Iterator[Pair]:
    """Same variant with same variant; a variant without its like stands against every one left."""
    like = {(o.variant, o.scope_note, o.window): o for o in before}
    by_variant = {o.variant: o for o in before}
    taken = {o.variant for o in after}
    for o in after:
        same = like.get((o.variant, o.scope_note, o.window)) or by_variant.get(o.variant)
        if same is not None:
            yield same, o
            continue
        for other in before:
            if other.variant not in taken:
                yield other, o
