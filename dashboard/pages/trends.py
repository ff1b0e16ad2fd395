"""Trends: year over year within an office; a change is an interval, a gap is a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from dashboard import wording
from dashboard.address import Address
from dashboard.charts import SYMBOLS, Line, trend_chart
from dashboard.compare import Comparison, Observation, compare
from dashboard.pages import choice
from dashboard.pages.compare import axis
from dashboard.pages.desk import Desk, Values
from dashboard.view import Content

DRAWN = 12
"""Offices drawn at once; more cannot be told apart."""


def content(desk: Desk) -> Content:
    """The page: chart of one indicator, its changes, and everything one office gave twice."""
    address, dataset = desk.address, desk.dataset
    indicator = address.indicator or _default(desk)
    offices = choice.with_years(dataset, indicator)
    picked = [area for area in address.offices if area in offices] or list(offices)
    only = address.offices[0] if address.offices else (offices[0] if len(offices) == 1 else "")
    values: Values = {
        "notices": desk.notices(),
        "chosen": {"indicator": indicator, "office": address.offices[0] if address.offices else ""},
        "choices": _choices(desk, indicator),
        "empty": None,
        "csv": desk.csv(indicator=indicator),
        "pairs": _pairs(desk, only) if only else None,
        "single": _single(desk, indicator, offices),
    }
    if not offices or (address.offices and not any(a in offices for a in address.offices)):
        values |= {"head": _head(desk, indicator, []), "empty": _empty(desk, indicator)}
        return Content(values["head"]["title"], values)
    drawn = picked[:DRAWN]
    rows = _rows(desk, indicator, drawn)
    changes = [c for area in drawn for c in changes_of(desk, rows[area])]
    values |= {
        "head": _head(desk, indicator, drawn),
        "chart": _chart(desk, indicator, drawn, rows),
        "changes": [_change_row(desk, c) for c in changes],
        "latest": _latest(desk, changes[-1]) if len(drawn) == 1 and changes else None,
    }
    return Content(values["head"]["title"], values, _figure(desk, drawn, rows))


def changes_of(desk: Desk, rows: Sequence[Observation]) -> list[Comparison]:
    """Comparisons between neighbouring years of one office, like with like where possible."""
    years = sorted({o.year for o in rows if o.year is not None})
    return [
        compare(before, after, desk.dataset.registry)
        for first, second in pairwise(years)
        for before, after in _matched(
            [o for o in rows if o.year == first], [o for o in rows if o.year == second]
        )
    ]


def _matched(
    before: Sequence[Observation], after: Sequence[Observation]
) -> Iterator[tuple[Observation, Observation]]:
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


def _default(desk: Desk) -> str:
    def weight(code: str) -> tuple[int, int]:
        offices = len(choice.with_years(desk.dataset, code))
        return offices, int(desk.dataset.indicators[code].is_core)

    return max(desk.dataset.by_indicator, key=weight, default="")


def _rows(desk: Desk, indicator: str, offices: Sequence[str]) -> dict[str, tuple[Observation, ...]]:
    found = choice.results(
        desk.dataset.select(indicator=indicator, offices=offices, variant=desk.address.variant)
    )
    return {
        area: tuple(
            sorted(
                (o for o in found if o.ref_area == area and o.year),
                key=lambda o: (o.year or 0, o.id),
            )
        )
        for area in offices
    }


def _choices(desk: Desk, indicator: str) -> Values:
    lead = [c for c in desk.dataset.indicators if choice.with_years(desk.dataset, c)]
    rows = choice.results(desk.dataset.by_indicator.get(indicator, ()))
    areas = [a for a in desk.dataset.offices if any(o.ref_area == a for o in rows)]
    return {
        "indicators": desk.indicator_choices(lead),
        "offices": desk.office_choices(areas, desk.t("trends.all_offices")),
        "variants": desk.variant_choices(indicator, (o.variant for o in rows)),
        "presets": desk.preset_choices(),
    }


def _head(desk: Desk, indicator: str, offices: Sequence[str]) -> Values:
    name = desk.indicator(indicator)
    title = desk.t("trends.title", indicator=name, offices=len(offices))
    if len(offices) == 1:
        years = sorted({o.year for o in _rows(desk, indicator, offices)[offices[0]] if o.year})
        joiner = "、" if desk.locale == "zh" else ", "
        title = desk.t(
            "trends.title.one",
            office=desk.office(offices[0])["name"],
            indicator=name,
            years=joiner.join(map(str, years)),
        )
    return {"title": title, "lede": desk.t("trends.lede")}


def _chart(
    desk: Desk, indicator: str, offices: Sequence[str], rows: dict[str, tuple[Observation, ...]]
) -> Values:
    every = [o for area in offices for o in rows[area]]
    units = list(dict.fromkeys(desk.unit(o.unit) for o in every))
    unit = desk.t("unit", unit="/".join(units))
    years = sorted({o.year for o in every if o.year})
    name = desk.indicator(indicator)
    spoken = "; ".join(
        f"{desk.office(o.ref_area)['name']} {wording.period(o, desk.locale)} {o.as_written}"
        for o in every
    )
    span = f"{years[0]}—{years[-1]}" if years else ""
    return {
        "title": name,
        "subtitle": f"{unit}　{span}",
        "unit": unit,
        "spoken": desk.t("compare.spoken", indicator=name, unit="/".join(units), rows=spoken),
        "legend": [desk.office(area) for area in offices] if len(offices) > 1 else [],
    }


def _figure(
    desk: Desk, offices: Sequence[str], rows: dict[str, tuple[Observation, ...]]
) -> dict[str, object]:
    every = [o for area in offices for o in rows[area]]
    years = sorted({o.year for o in every if o.year})
    span = list(range(years[0], years[-1] + 1))
    held = {y for y in span if set(offices) & set(choice.covered(desk.dataset, y))}
    held |= set(years)
    silent = {y: desk.t("trends.gap.none") for y in span if y not in held}
    ends = [o.interval.upper or o.interval.lower or Decimal(0) for o in every]
    lines = [line for area in offices for line in _lines(desk, area, rows[area])]
    return trend_chart(lines, span, silent, axis(max(ends), every[0].unit, desk))


def _lines(desk: Desk, area: str, rows: Sequence[Observation]) -> list[Line]:
    """One line a variant; neighbours are joined when the years touch and nothing blocks them."""
    office = desk.office(area)
    slot = int(office["colour"])
    colour = f"var(--o{slot})" if slot else "var(--bar)"
    lines = []
    for variant in dict.fromkeys(o.variant for o in rows):
        own = tuple(o for o in rows if o.variant == variant)
        joined = tuple(
            (after.year or 0) - (before.year or 0) == 1
            and not compare(before, after, desk.dataset.registry).verdict.blocks
            for before, after in pairwise(own)
        )
        lines.append(Line(office["name"], colour, SYMBOLS[min(slot, 12)], own, joined))
    return lines


def _change_row(desk: Desk, comparison: Comparison) -> Values:
    before, after = comparison.change.first, comparison.change.second
    gap = comparison.change.gap_years or 0
    return {
        "gap": wording.gap(before.year, after.year, desk.locale) if gap > 1 else "",
        "office": desk.office(after.ref_area),
        "variant": desk.variant(after),
        "before": desk.brief(before),
        "after": desk.brief(after),
        **desk.changed(comparison),
        "verdict": desk.chip(comparison.verdict),
        "reason": desk.reasons(comparison.verdict),
    }


def _latest(desk: Desk, comparison: Comparison) -> Values:
    before, after = comparison.change.first, comparison.change.second
    gap = (after.year or 0) - (before.year or 0)
    changed = desk.changed(comparison)
    return {
        "verdict": desk.chip(comparison.verdict),
        "change": "" if comparison.verdict.blocks else changed["change"],
        "sign": changed["sign"],
        "gap": desk.t("trends.gap", start=before.year, end=after.year, n=gap),
        "title": desk.t("trends.blocked") if comparison.verdict.blocks else "",
        "text": desk.reasons(comparison.verdict)
        or desk.t("trends.gap", start=before.year, end=after.year, n=gap),
    }


def _pairs(desk: Desk, area: str) -> Values | None:
    """Every indicator that one office gave in two years."""
    rows = []
    for code in desk.dataset.indicators:
        if area not in choice.with_years(desk.dataset, code):
            continue
        found = choice.results(desk.dataset.select(indicator=code, offices=[area]))
        href = Address(desk.locale, "trends", indicator=code, offices=(area,)).href()
        newest = {
            (c.change.first.variant, c.change.second.variant): c for c in changes_of(desk, found)
        }
        rows += [
            {**_change_row(desk, c), "name": desk.indicator(code), "href": href}
            for c in newest.values()
        ]
    if not rows:
        return None
    names = {row["name"] for row in rows}
    computed = {row["name"] for row in rows if row["sign"]}
    return {
        "title": desk.t("trends.pairs", office=desk.office(area)["name"]),
        "text": desk.t("trends.pairs.text", n=len(names), ok=len(computed)),
        "rows": rows,
    }


def _single(desk: Desk, indicator: str, with_years: Sequence[str]) -> Values | None:
    rows = choice.results(desk.dataset.by_indicator.get(indicator, ()))
    areas = [
        a
        for a in desk.dataset.offices
        if a not in with_years and any(o.ref_area == a for o in rows)
    ]
    if not areas:
        return None
    return {
        "title": desk.t("trends.single", n=len(areas)),
        "text": desk.t("trends.single.text"),
        "offices": [desk.office(a) for a in areas],
    }


def _empty(desk: Desk, indicator: str) -> Values:
    better = _default(desk)
    name = desk.indicator(indicator)
    has_better = bool(choice.with_years(desk.dataset, better))
    href = Address(desk.locale, "trends", indicator=better).href()
    if not has_better or better == indicator:
        href = Address(desk.locale, "compare", indicator=indicator).href()
    action = (
        desk.t("trends.empty.action", indicator=desk.indicator(better))
        if has_better and better != indicator
        else desk.t("trends.empty.compare")
    )
    return {
        "title": desk.t("trends.empty.title", indicator=name),
        "text": desk.t("trends.empty.text"),
        "href": href,
        "action": action,
    }
