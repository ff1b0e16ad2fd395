"""What a province's offices tell: a number an office, year and place in the report.

Each office writes one report a year and tells one number an indicator. Some reports come out in
autumn and speak of the year so far; some tell a number twice, some numbers of people who may be
the same, some a total and a part of it: there the second takes the place of the next indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bench.nation.amounts import TENTHS, amounts
from bench.nation.chance import Counts, Shares, share
from bench.nation.divisions import Office
from bench.nation.wordings import EXACT, NONE, STYLES, chosen

__all__ = ["AUTUMN", "FLAGS", "FULL", "NOMINAL", "STATUSES", "Case", "Cells", "cells"]

Flags = npt.NDArray[np.bool_]

FULL, NOMINAL, AUTUMN = range(3)
"""A report names the whole year, names no period, or speaks of the year so far."""
FLAGS = ("", "negated self_reported", "conflicting", "overlapping", "parts_differ")
STATUSES = ("result", "plan", "listed")

_SO_FAR, _UNNAMED = 0.12, 0.3
_PLANNED, _PROGRAMME, _OWN_VARIANT = 0.01, 0.02, 0.3
_TWICE, _OVERLAPPING, _IN_PARTS = (0.0, 0.005), (0.005, 0.01), (0.01, 0.015)
"""Of the reports, those in which two rows speak of one cell."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is made: years, indicators (lines of indicators.csv), seed, share of cells told."""

    years: Sequence[int]
    registry: Sequence[Mapping[str, str]]
    seed: int
    share: float

    @property
    def variants(self) -> tuple[str, ...]:
        """Every variant of the indicators, after '' for none."""
        return ("", *(v for row in self.registry for v in row["variants"].split()))

    def variant(self, nth: int) -> Counts:
        """Of each indicator the place of its nth variant in `variants`, 0 where it has none."""
        known, begins = [row["variants"].split() for row in self.registry], 1
        places = []
        for own in known:
            places.append(begins + nth if nth < len(own) else 0)
            begins += len(own)
        return np.array(places)


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays of shape (reports, places), reports by office and year; `sort` is of reports.

    `indicator` and `variant` are places in the case's registry and variants, `style` in STYLES,
    `status` and `flag` in STATUSES and FLAGS; `amount` is what happened, not yet what is written.
    """

    sort: Counts
    indicator: Counts
    amount: Counts
    style: Counts
    variant: Counts
    status: Counts
    flag: Counts
    is_part: Flags
    is_programme: Flags
    is_told: Flags


def cells(case: Case, offices: Sequence[Office]) -> Cells:
    """What these offices tell; the same for an office whoever stands beside it."""
    codes = np.array([int(office["ref_area"]) for office in offices], dtype=np.int64)
    area = np.repeat(codes, len(case.years))[:, None]
    year = np.tile(np.array(case.years), len(codes))[:, None]
    place = np.arange(len(case.registry))

    def turn(topic: str, *about: object) -> Shares:
        return share(case.seed, topic, *(about or (area, year, place)))

    plain = _plain(case, codes, area, turn)
    told = replace(plain, sort=_sorts(turn("sort", area, year)[:, 0]))
    which, where = turn("pairs", area, year)[:, 0], turn("place", area, year)[:, 0]
    for span, pair in (
        (_TWICE, _twice(case)),
        (_OVERLAPPING, _overlapping(case)),
        (_IN_PARTS, _in_parts(case)),
    ):
        reports = np.nonzero((span[0] <= which) & (which < span[1]))[0]
        told = _paired(told, reports, where[reports], pair)
    return told


def _plain(case: Case, codes: Counts, area: Counts, turn: Callable[..., Shares]) -> Cells:
    """One number a place, before any of them is told twice."""
    amount = amounts(case.seed, codes, case.years, case.registry).reshape(len(area), -1)
    style = _styles(case, amount, turn("style"))
    place = np.arange(len(case.registry))
    has_variant = turn("variant", area, place) < _OWN_VARIANT
    is_planned = (turn("plan") < _PLANNED) & (amount > 0)
    return Cells(
        sort=np.zeros(len(area), dtype=np.int64),
        indicator=np.broadcast_to(place, amount.shape),
        amount=amount,
        style=style,
        variant=np.where(has_variant, case.variant(0), 0),
        status=is_planned.astype(np.int64),
        flag=(style == STYLES.index(NONE)).astype(np.int64),
        is_part=np.zeros(amount.shape, dtype=np.bool_),
        is_programme=turn("scope") < _PROGRAMME,
        is_told=turn("told") < case.share,
    )


def _sorts(turn: Shares) -> Counts:
    return np.where(turn < _SO_FAR, AUTUMN, np.where(turn < _SO_FAR + _UNNAMED, NOMINAL, FULL))


def _styles(case: Case, amount: Counts, turn: Shares) -> Counts:
    found = np.empty(amount.shape, dtype=np.int64)
    units = np.array([row["unit"] for row in case.registry])
    for unit in dict.fromkeys(units.tolist()):
        found[:, units == unit] = chosen(amount[:, units == unit], turn[:, units == unit], unit)
    return found


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two numbers of one indicator: where, and what is different about them.

    `first` are the places it may begin at, `more` what the second amount is beyond the first,
    `variants` those of both by indicator; none where both keep that of the first.
    """

    first: Counts
    flags: tuple[str, str]
    more: Callable[[Counts], Counts]
    variants: tuple[Counts, Counts] | None = None
    status: str = "result"

    def places(self, where: Shares) -> Counts:
        """The place of the second number in each report."""
        return self.first[(where * len(self.first)).astype(np.int64)] + 1


def _twice(case: Case) -> _Pair:
    """The same cell with another number: both are flagged conflicting."""
    return _Pair(_firsts(case, 0), ("conflicting", "conflicting"), lambda n: n // 9 + 1)


def _overlapping(case: Case) -> _Pair:
    """Two variants that may count the same people: both are flagged overlapping."""
    variants = (case.variant(0), case.variant(1))
    return _Pair(_firsts(case, 2), ("overlapping", "overlapping"), lambda n: -(n // 4), variants)


def _in_parts(case: Case) -> _Pair:
    """A total and one of its parts; the others are not told, and the total says so."""
    variants = (np.zeros_like(case.variant(0)), case.variant(0))
    flags = ("parts_differ", "")
    return _Pair(_firsts(case, 1), flags, lambda n: -(n * 2 // 3), variants, "listed")


def _firsts(case: Case, variants: int) -> Counts:
    """Places whose indicator has so many variants, is counted whole, and has a place after it."""
    fits = [
        place
        for place, row in enumerate(case.registry[:-1])
        if row["unit"] not in TENTHS and len(row["variants"].split()) >= variants
    ]
    return np.array(fits, dtype=np.int64)


def _paired(told: Cells, reports: Counts, where: Shares, pair: _Pair) -> Cells:
    """In these reports a second number of one indicator, in the place of the next one."""
    if not len(pair.first):
        return told
    second = pair.places(where)
    both = ((reports, second - 1), (reports, second))
    own = told.indicator[both[0]]
    fresh = {name: getattr(told, name).copy() for name in Cells.__dataclass_fields__}
    fresh["amount"][both[0]] = np.maximum(told.amount[both[0]], 4)
    fresh["amount"][both[1]] = fresh["amount"][both[0]] + pair.more(fresh["amount"][both[0]])
    fresh["indicator"][both[1]] = own
    fresh["variant"][both[1]] = told.variant[both[0]]
    for nth, at in enumerate(both):
        fresh["style"][at], fresh["status"][at] = STYLES.index(EXACT), STATUSES.index("result")
        fresh["flag"][at], fresh["is_programme"][at] = FLAGS.index(pair.flags[nth]), False
        fresh["is_told"][at] = True
        if pair.variants is not None:
            fresh["variant"][at] = pair.variants[nth][own]
    fresh["status"][both[1]] = STATUSES.index(pair.status)
    fresh["is_part"][both[1]] = pair.status == "listed"
    return Cells(**fresh)
