"""The chart of Trends: which lines are drawn, how they are told apart, what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from dashboard import wording
from dashboard.charts import SYMBOLS, Below, Line, Step, Ticks, trend_chart
from dashboard.compare import Comparison, Observation, compare
from dashboard.pages.compare import axis
from dashboard.pages.desk import Desk, Values

__all__ = ["Drawing", "drawing"]

LINES = 12
"""Lines drawn at once; more cannot be told apart."""
NAMED = 3
"""Lines of one office whose variant stands beside them; more are numbered."""
WORDED = 4
"""Years up to which every point carries its wording."""
DASHES = ("solid", "6px,3px", "2px,3px", "9px,3px,2px,3px")

Rows = Mapping[str, tuple[Observation, ...]]


@dataclass(frozen=True)
class Drawing:
    """A figure, what its key says of the lines, and what it leaves out."""

    figure: Mapping[str, Any]
    years: Sequence[int]
    unit: str
    legend: list[Values]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class _Series:
    """The numbers of one office and variant, one unit."""

    area: str
    variant: str
    rows: tuple[Observation, ...]


def drawing(desk: Desk, offices: Sequence[str], rows: Rows, found: Sequence[Comparison]) -> Drawing:
    """Lines of one unit, at most LINES; those of the variant that most offices give first."""
    every = [o for area in offices for o in rows[area]]
    unit = Counter(o.unit for o in every).most_common(1)[0][0]
    series = _series(offices, rows, unit)
    shown, left = series[:LINES], series[LINES:]
    drawn = [o for own in shown for o in own.rows]
    years = list(range(min(o.year for o in drawn), max(o.year for o in drawn) + 1))
    names = _names(desk, shown)
    lines = _lines(desk, shown, names, found, len(years))
    steps = [step for line in lines for step in line.steps]
    below = _below(desk, steps, unit) if steps else None
    silent, unmentioned = _silent(desk, offices, years, drawn)
    ends = [o.interval.upper or o.interval.lower or Decimal(0) for o in drawn]
    figure = trend_chart(
        lines, years, silent, axis(max(ends), unit, desk), below, unmentioned=unmentioned
    )
    odd = len(every) - sum(len(own.rows) for own in series)
    notes = [desk.t("trends.other_unit", n=odd)] if odd else []
    notes += [desk.t("trends.more_lines", n=len(left))] if left else []
    return Drawing(figure, years, unit, _legend(desk, shown, lines, names), notes)


def _lines(
    desk: Desk,
    shown: Sequence[_Series],
    names: Sequence[str],
    found: Sequence[Comparison],
    years: int,
) -> list[Line]:
    """The lines, dashed by variant; of many, points carry no words and `≠` stands alone."""
    variants = list(dict.fromkeys(own.variant for own in shown))
    is_many = len(shown) > NAMED
    mark = "≠" if is_many else desk.t("trends.blocked.mark")
    is_worded = years <= WORDED and not is_many
    return [
        replace(
            _line(desk, own),
            dash=DASHES[variants.index(own.variant) % len(DASHES)],
            label=name,
            words=tuple(o.as_written for o in own.rows) if is_worded else (),
            steps=_steps(found, own, mark),
        )
        for own, name in zip(shown, names, strict=True)
    ]


def _series(offices: Sequence[str], rows: Rows, unit: str) -> list[_Series]:
    found = [
        _Series(area, variant, tuple(o for o in own if o.variant == variant))
        for area in offices
        for own in ([o for o in rows[area] if o.unit == unit],)
        for variant in dict.fromkeys(o.variant for o in own)
    ]
    given = Counter(own.variant for own in found if len({o.year for o in own.rows}) > 1)
    return sorted(found, key=lambda own: -given[own.variant])


def _names(desk: Desk, shown: Sequence[_Series]) -> list[str]:
    """What stands beside a line: its variant where one office has a few, else its number."""
    if len(shown) == 1:
        return [""]
    is_one = len({own.area for own in shown}) == 1
    if is_one and len(shown) <= NAMED:
        return [desk.variant(own.rows[0]) or desk.t("trends.no_variant") for own in shown]
    return [str(place) for place in range(1, len(shown) + 1)]


def _line(desk: Desk, own: _Series) -> Line:
    """Neighbours are joined when the years touch and nothing blocks them."""
    office = desk.office(own.area)
    slot = int(office["colour"])
    registry = desk.dataset.registry
    joined = tuple(
        after.year - before.year == 1 and not compare(before, after, registry).verdict.blocks
        for before, after in pairwise(own.rows)
    )
    colour = f"var(--o{slot})" if slot else "var(--bar)"
    return Line(office["name"], colour, SYMBOLS[min(slot, 12)], own.rows, joined)


def _steps(found: Iterable[Comparison], own: _Series, mark: str) -> tuple[Step, ...]:
    """One a later number of the line: what is computed, else that nothing is."""
    rows = frozenset(o.id for o in own.rows)
    steps: dict[str, Step] = {}
    for change in (c.change for c in found if c.change.second.id in rows):
        known = steps.get(change.second.id)
        if known is None or known.interval is None:
            step = Step(change.first, change.second, change.interval, mark)
            steps[change.second.id] = step
    return tuple(steps.values())


def _below(desk: Desk, steps: Sequence[Step], unit: str) -> Below:
    """The part of the changes, around zero; those without an end reach as far as the others."""
    intervals = [step.interval for step in steps if step.interval is not None]
    words = desk.t("trends.part.numbers"), desk.t("trends.part.changes")
    if not intervals:
        return Below(Ticks((0.0,), ("0",), 0.0), *words)
    ends = [end for i in intervals for end in (i.lower, i.upper) if end is not None] or [Decimal(0)]
    low, high = min(*ends, Decimal(0)), max(*ends, Decimal(0))
    if any(i.upper is None for i in intervals):
        high = max(high, -low, Decimal(1)) * Decimal("1.25")
    if any(i.lower is None for i in intervals):
        low = min(low, -high, Decimal(-1)) * Decimal("1.25")
    found = wording.ticks(high, unit, desk.locale, lower=low)
    ticks = Ticks(found.values, found.texts, max(found.values) or 1.0)
    return Below(ticks, *words)


def _silent(
    desk: Desk, offices: Sequence[str], years: Iterable[int], drawn: Sequence[Observation]
) -> tuple[dict[int, str], dict[int, str]]:
    """Years between the first and the last without a report on any of the offices, and, for one
    office, those whose report does not mention the indicator."""
    given = {o.year for o in drawn}
    told = desk.dataset.documents.years
    held = frozenset[int]().union(*(told.get(area, frozenset()) for area in offices))
    gaps = [year for year in years if year not in given]
    silent = {year: desk.t("trends.gap.none") for year in gaps if year not in held}
    quiet = gaps if len(offices) == 1 else []
    return silent, {year: desk.t("state.silent") for year in quiet if year in held}


def _legend(
    desk: Desk, shown: Sequence[_Series], lines: Sequence[Line], names: Sequence[str]
) -> list[Values]:
    """Symbol, dashes, number and name of each line; nothing where one line needs none."""
    if len(shown) < 2:
        return []
    return [
        {
            "office": desk.office(own.area),
            "variant": desk.variant(own.rows[0]),
            "number": name if name.isdecimal() else "",
            "dash": line.dash.replace("px", "") if line.dash != "solid" else "",
        }
        for own, line, name in zip(shown, lines, names, strict=True)
    ]
