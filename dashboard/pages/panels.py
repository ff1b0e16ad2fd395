"""Panels of the Compare page: the rows of a question beside the bars drawn for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from dashboard import wording
from dashboard.charts import Bar, Panel, Ticks
from dashboard.compare import Observation
from dashboard.pages.desk import Desk, Values
from dashboard.pages.question import Question, low

MOST_COLOURS = 12
"""Offices highlighted at once; more cannot be told apart."""


def panel(desk: Desk, asked: Question, most: int) -> tuple[Panel, list[Values]]:
    """The first `most` rows: bars in their places, and lines with heads where an office has
    several."""
    shown = asked.first(desk, most)
    counts = Counter(o.ref_area for o in shown)
    bars: list[Bar] = []
    lines: list[Values] = []
    for o in shown:
        office = desk.office(o.ref_area)
        several = counts[o.ref_area] > 1
        if several and not (bars and bars[-1].observation.ref_area == o.ref_area):
            lines.append({"group": True, "office": office})
        bars.append(Bar(len(lines), o, _colour(desk, asked, o), _rivals(desk, asked, o)))
        lines.append(_line(desk, asked, o, None if several else office))
    return Panel(tuple(bars), len(lines), _ticks(desk, shown)), lines


def unit(desk: Desk, asked: Question) -> str:
    """`单位：件`, every unit of the rows named; per residents where they are divided."""
    if asked.rates:
        given = [rate.numerator.unit for rate in asked.rates.values()]
    else:
        given = asked.rows.units()
    units = list(dict.fromkeys(map(desk.unit, given)))
    joiner = "、" if desk.locale == "zh" else ", "
    key = "compare.unit.per" if asked.rates else "unit"
    return desk.t(key, unit=joiner.join(units))


def axis(largest: Decimal, unit: str, desk: Desk) -> Ticks:
    """Ticks from zero to the largest bound, in words of the language."""
    found = wording.ticks(largest, unit, desk.locale)
    return Ticks(found.values, found.texts, max(found.values) or 1.0)


def _colour(desk: Desk, asked: Question, o: Observation) -> str:
    base = asked.base
    highlighted = desk.address.offices[:MOST_COLOURS] or ((base.ref_area,) if base else ())
    slot = desk.office(o.ref_area)["colour"] if o.ref_area in highlighted else 0
    return f"var(--o{slot})" if slot else "var(--bar)"


def _line(desk: Desk, asked: Question, o: Observation, office: Values | None) -> Values:
    brief = desk.brief(o)
    if office and brief["variant"]:
        brief["period"] = f"{brief['variant']}　{brief['period']}"
    rate = asked.rates.get(o.id)
    bounds = wording.bounds(o, desk.locale)
    if rate is not None:
        bounds = wording.ratio_words(o.interval, desk.locale)
        brief["segments"] = [("number", bounds)]
        brief["period"] = f"{o.as_written} ÷ {rate.residents.as_written}"
    return {
        **brief,
        "group": False,
        "office": office,
        "label": desk.label(o),
        "bounds": bounds,
        "verdict": desk.chip(asked.verdict(o)),
    }


def _rivals(desk: Desk, asked: Question, o: Observation) -> tuple[Observation, ...]:
    """Other numbers that the same report gives for the same thing."""
    if "conflicting" not in o.flags or o.id in asked.rates:
        return ()
    same = desk.dataset.select(indicator=o.indicator, offices=[o.ref_area], variant=o.variant)
    return tuple(p for p in same if not p.chosen and p.time_period == o.time_period)


def _ticks(desk: Desk, rows: Sequence[Observation]) -> Ticks:
    ends = [
        o.interval.upper if o.interval.upper is not None else low(o) * Decimal("1.25") for o in rows
    ]
    return axis(max(ends, default=Decimal(1)), rows[0].unit, desk)
