"""One comparison as asked by an address: its rows, what each is to the baseline, their ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from dashboard import wording
from dashboard.address import PER_RESIDENTS
from dashboard.compare import (
    Baseline,
    Comparison,
    Observation,
    Rank,
    Rate,
    baseline,
    groups,
    ranks,
    rates,
    with_residents,
)
from dashboard.pages.desk import Desk

RESIDENTS = "population"
"""The indicator whose numbers are denominators."""


@dataclass(frozen=True)
class Question:
    """The rows of one comparison, in the order shown, and what each is to the baseline.

    `unlike` counts rows left out because only what compares was asked for; `undivided` are
    numbers without residents of their own to divide by.
    """

    indicator: str
    rows: tuple[Observation, ...]
    base: Baseline
    places: Mapping[str, Rank]
    """Ranks within the baseline's own group; other rows hold none."""
    rank: Mapping[str, str]
    """The same in words."""
    comparable: int
    unlike: int = 0
    rates: Mapping[str, Rate] = field(default_factory=dict)
    undivided: tuple[Observation, ...] = ()

    def comparison(self, o: Observation) -> Comparison | None:
        """The row against the baseline; None for the baseline itself."""
        return self._by_row[o.id]

    @cached_property
    def _by_row(self) -> Mapping[str, Comparison | None]:
        return dict(zip((r.id for r in self.rows), self.base.comparisons, strict=True))


def ask(desk: Desk, indicator: str) -> Question:
    """Rows for the address, largest first within their offices, each against the baseline."""
    address = desk.address
    rows = desk.dataset.select(
        indicator=indicator,
        year=address.year,
        variant=address.variant if indicator == address.indicator else "",
        is_result=True,
        is_latest=address.year is None,
    )
    made = _divided(desk, rows) if address.per else {}
    undivided = tuple(o for o in rows if o.id not in made) if address.per else ()
    shown = [made[o.id].observation for o in rows if o.id in made] if address.per else rows
    asked = _judged(desk, indicator, _ordered(shown), made)
    if address.like:
        asked = _alike(asked)
    return replace(asked, undivided=undivided)


def low(o: Observation) -> Decimal:
    """The lower bound, zero where there is none."""
    return o.interval.lower or Decimal(0)


def _divided(desk: Desk, rows: Sequence[Observation]) -> dict[str, Rate]:
    areas = list(dict.fromkeys(o.ref_area for o in rows))
    if not areas or RESIDENTS not in desk.dataset.indicators:
        return {}
    residents = desk.dataset.select(indicator=RESIDENTS, offices=areas, is_result=True)
    return {rate.numerator.id: rate for rate in rates(rows, residents, Decimal(PER_RESIDENTS))}


def _judged(
    desk: Desk, indicator: str, rows: tuple[Observation, ...], made: Mapping[str, Rate]
) -> Question:
    registry = desk.dataset.registry
    base = baseline(rows, registry, desk.address.offices[0] if desk.address.offices else "")
    if made:
        base = replace(
            base, comparisons=tuple(_divided_too(desk, c, made) for c in base.comparisons)
        )
    partition = groups(rows, registry)
    places = {
        o.id: place
        for group in partition
        if len(group) > 1 and base.observation in group
        for o, place in zip(group, ranks(group, registry), strict=True)
    }
    unblocked = sum(1 for c in base.comparisons if c is not None and not c.verdict.blocks)
    largest = max((len(group) for group in partition), default=0)
    pairs = unblocked + 1 if unblocked else 0
    return Question(
        indicator,
        rows,
        base,
        places,
        {row: wording.rank_words(place, desk.locale) for row, place in places.items()},
        max(pairs, largest if largest > 1 else 0),
        rates=made,
    )


def _divided_too(
    desk: Desk, comparison: Comparison | None, made: Mapping[str, Rate]
) -> Comparison | None:
    if comparison is None:
        return None
    first, second = (made[o.id] for o in (comparison.verdict.first, comparison.verdict.second))
    judged = with_residents(first, second, comparison.verdict, desk.dataset.registry)
    return replace(comparison, verdict=judged)


def _alike(asked: Question) -> Question:
    """Only the baseline and what nothing blocks against it."""
    pairs = zip(asked.rows, asked.base.comparisons, strict=True)
    kept = [(o, c) for o, c in pairs if c is None or not c.verdict.blocks]
    if asked.base.observation is None or len(kept) < 2:
        kept = []
    return replace(
        asked,
        rows=tuple(o for o, _ in kept),
        base=Baseline(asked.base.observation, tuple(c for _, c in kept)),
        unlike=len(asked.rows) - len(kept),
    )


def _ordered(rows: Sequence[Observation]) -> tuple[Observation, ...]:
    top: dict[str, Decimal] = {}
    for o in rows:
        top[o.ref_area] = max(top.get(o.ref_area, Decimal(-1)), low(o))
    return tuple(sorted(rows, key=lambda o: (-top[o.ref_area], o.ref_area, -low(o), o.id)))
