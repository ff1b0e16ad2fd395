"""One comparison as asked by an address: its rows, what each is to the baseline, their ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np

from dashboard import wording
from dashboard.address import PER_RESIDENTS
from dashboard.compare import Observation, Rank, Rate, Verdict, rates, verdict, with_residents
from dashboard.filters import Filters
from dashboard.pages.desk import Desk
from dashboard.wide import Ground, Lineup, Rows, columns_of, in_order, kinship, lineup, read, scope

RESIDENTS = "population"
"""The indicator whose numbers are denominators."""
MOST_LISTED, FIRST_LISTED = 400, 100
"""Rows of which a page lists each one; of more, so many."""
FEWEST_ALIKE = 2


@dataclass(frozen=True)
class Question:
    """The rows of one comparison, in the order shown, and what each is to the baseline.

    `unlike` counts rows left out because only what compares was asked for; `undivided` are
    numbers without residents of their own to divide by.
    """

    indicator: str
    rows: Rows
    unlike: int = 0
    rates: Mapping[str, Rate] = field(default_factory=dict)
    undivided: tuple[Observation, ...] = ()

    @property
    def lined(self) -> Lineup | None:
        """All rows, those left out too; None where there is none."""
        return self.rows.lined

    @property
    def base(self) -> Observation | None:
        """What the others are compared with; None where there are no rows."""
        return self.lined.baseline if self.lined else None

    @property
    def ranked(self) -> int:
        """How many rows have a rank: those of the baseline's own group."""
        return self.lined.ranked if self.lined else 0

    @property
    def comparable(self) -> int:
        """How many compare with the baseline, itself counted, or else with one another."""
        return self.lined.comparable if self.lined else 0

    @property
    def sound(self) -> int:
        """How many compare with the baseline without reservation, itself not counted."""
        return self.lined.sound if self.lined else 0

    def verdict(self, o: Observation) -> Verdict | None:
        """A row against the baseline; None for the baseline itself."""
        assert self.lined is not None
        return self.lined.verdict(o)

    def first(self, desk: Desk, most: int) -> list[Observation]:
        """The first rows, and after them those of the baseline and of the offices pointed at."""
        area = (self.base.ref_area,) if self.base else ()
        return [*self.rows[:most], *self.rows.pinned((*desk.address.offices, *area), most)]

    @cached_property
    def places(self) -> Mapping[str, Rank]:
        """Ranks of the rows that a page shows, and of the highlighted office's."""
        if self.lined is None:
            return {}
        self.rows[: listed(len(self.rows))]
        ranks = self.lined.ranks(np.array(list(self.lined.known), dtype=np.int64))
        return {rank.observation.id: rank for rank in ranks if rank is not None}


def listed(rows: int) -> int:
    """How many of so many rows a page lists: all, or the first of too many to look through."""
    return rows if rows <= MOST_LISTED else FIRST_LISTED


def ask(desk: Desk, indicator: str, ahead: int | None = None) -> Question:
    """Rows for the address, largest first within their offices, each against the baseline; the
    first of them, `ahead` or as many as are listed, are read at once."""
    address = desk.address
    filters = Filters(
        indicators=(indicator,),
        years=(address.year,) if address.year else (),
        variant=address.variant if indicator == address.indicator else "",
        within=address.within,
        is_result=True,
    )
    if address.per:
        return _divided(desk, indicator, filters)
    columns = read(desk.dataset, scope(desk.dataset, filters, is_latest=not address.year))
    registry = desk.dataset.registry

    def judge(first: Observation, second: Observation) -> Verdict:
        return verdict(first, second, registry)

    found = Ground(columns, registry, kinship(desk.dataset), judge)
    return _asked(desk, indicator, _lined(desk, found, ahead))


def low(o: Observation) -> Decimal:
    """The lower bound, zero where there is none."""
    return o.interval.lower or Decimal(0)


def rank_words(desk: Desk, asked: Question, o: Observation) -> str:
    """The place of a row in words; '' where it has none."""
    place = asked.places.get(o.id)
    return wording.rank_words(place, desk.locale) if place else ""


def _lined(desk: Desk, found: Ground, ahead: int | None = None) -> Lineup | None:
    size = len(found.columns)
    if not size:
        return None
    highlighted = next(iter(desk.address.offices), "")
    most = listed(size) if ahead is None else ahead
    return lineup(found, highlighted, in_order(found.columns, most=most).tolist())


def _asked(desk: Desk, indicator: str, lined: Lineup | None) -> Question:
    if not desk.address.like or lined is None:
        return Question(indicator, Rows(lined))
    alike = np.flatnonzero(lined.alike)
    if len(alike) < FEWEST_ALIKE:
        alike = alike[:0]
    return Question(indicator, Rows(lined, alike), unlike=len(lined.columns) - len(alike))


def _divided(desk: Desk, indicator: str, filters: Filters) -> Question:
    """The rows per so many residents: each is computed, so each is a value."""
    dataset, registry = desk.dataset, desk.dataset.registry
    rows = dataset.meeting(filters, is_latest=not filters.years)
    made = _rates(desk, rows)

    def residents(o: Observation) -> Observation:
        return made[o.id].residents

    def judge(first: Observation, second: Observation) -> Verdict:
        judged = verdict(first, second, registry)
        return with_residents(made[first.id], made[second.id], judged, registry)

    columns = columns_of([rate.observation for rate in made.values()], registry, residents)
    found = Ground(columns, registry, kinship(dataset), judge)
    asked = _asked(desk, indicator, _lined(desk, found))
    undivided = tuple(o for o in rows if o.id not in made)
    return Question(indicator, asked.rows, asked.unlike, made, undivided)


def _rates(desk: Desk, rows: Sequence[Observation]) -> dict[str, Rate]:
    areas = list(dict.fromkeys(o.ref_area for o in rows))
    if not areas or RESIDENTS not in desk.dataset.indicators:
        return {}
    residents = desk.dataset.select(indicator=RESIDENTS, offices=areas, is_result=True)
    return {rate.numerator.id: rate for rate in rates(rows, residents, Decimal(PER_RESIDENTS))}
