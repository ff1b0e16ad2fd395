"""Compare: one indicator across offices, each number against a baseline, with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dashboard import wording
from dashboard.charts import Bar, Ticks, comparison_chart
from dashboard.compare import (
    Baseline,
    Code,
    Comparison,
    Observation,
    baseline,
    groups,
    ranks,
)
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.view import Content

DRAWN = 60
"""Rows in the chart; the table below it holds up to TABLED."""
TABLED = 400
NAMED = 12


@dataclass(frozen=True)
class Question:
    """The rows of one comparison, in the order shown, and what each is to the baseline."""

    indicator: str
    rows: tuple[Observation, ...]
    base: Baseline
    rank: Mapping[str, str]
    """Ranks within the baseline's own group; other rows hold none."""
    comparable: int

    def comparison(self, o: Observation) -> Comparison | None:
        """The row against the baseline; None for the baseline itself."""
        return self._by_row[o.id]

    @cached_property
    def _by_row(self) -> Mapping[str, Comparison | None]:
        return dict(zip((r.id for r in self.rows), self.base.comparisons, strict=True))


def content(desk: Desk) -> Content:
    """The page: title, chart, table twin, what is not mentioned, what is not a result."""
    indicator = desk.address.indicator or choice.fullest(desk.dataset)
    if not indicator:
        raise LookupError("an empty data set has nothing to compare")
    asked = ask(desk, indicator)
    values: Values = {
        "notices": desk.notices(),
        "chosen": {"indicator": indicator},
        "choices": _choices(desk, indicator),
        "head": _head(desk, asked),
        "empty": None,
        "csv": desk.csv(indicator=indicator),
    }
    if not asked.rows:
        values["empty"] = _empty(desk, indicator)
        return Content(values["head"]["title"], values)
    bars, lines = _lines(desk, asked)
    ticks = _ticks(desk, asked.rows)
    values |= {
        "chart": {**_chart(desk, asked), "rows": lines},
        "table": [_table_row(desk, asked, o) for o in asked.rows[:TABLED]],
        "silent": _silent(desk, asked),
        "others": _others(desk, indicator),
        "about": _about(desk, indicator),
    }
    return Content(values["head"]["title"], values, comparison_chart(bars, len(lines), ticks))


def ask(desk: Desk, indicator: str) -> Question:
    """Rows for the address, largest first within their offices, each against the baseline."""
    address, registry = desk.address, desk.dataset.registry
    rows = _ordered(
        desk.dataset.select(
            indicator=indicator,
            year=address.year,
            variant=address.variant,
            is_result=True,
            is_latest=address.year is None,
        )
    )
    base = baseline(rows, registry, address.offices[0] if address.offices else "")
    partition = groups(rows, registry)
    rank = {
        o.id: wording.rank_words(place, desk.locale)
        for group in partition
        if len(group) > 1 and base.observation in group
        for o, place in zip(group, ranks(group, registry), strict=True)
    }
    unblocked = sum(1 for c in base.comparisons if c is not None and not c.verdict.blocks)
    largest = max((len(group) for group in partition), default=0)
    pairs = unblocked + 1 if unblocked else 0
    return Question(indicator, rows, base, rank, max(pairs, largest if largest > 1 else 0))


def _ordered(rows: Sequence[Observation]) -> tuple[Observation, ...]:
    top: dict[str, Decimal] = {}
    for o in rows:
        top[o.ref_area] = max(top.get(o.ref_area, Decimal(-1)), _low(o))
    return tuple(sorted(rows, key=lambda o: (-top[o.ref_area], o.ref_area, -_low(o), o.id)))


def _low(o: Observation) -> Decimal:
    return o.interval.lower or Decimal(0)


def _choices(desk: Desk, indicator: str) -> Values:
    spread = desk.dataset.facts.spread(indicator)
    years = sorted({*spread.all_years(), *filter(None, [desk.address.year])})
    return {
        "indicators": desk.indicator_choices(choice.worth_comparing(desk.dataset)),
        "years": desk.year_choices(years, desk.t("all.years")),
        "variants": desk.variant_choices(indicator, spread.variants),
        "offices": desk.office_choices(
            (a for a in desk.dataset.offices if a in spread.years), desk.t("all.offices")
        ),
        "presets": desk.preset_choices(),
    }


def _extent(asked: Question) -> tuple[str, int]:
    """How much of it compares: all, some, only with reservations, no pair, one number, none."""
    n = len(asked.rows)
    sound = [c for c in asked.base.comparisons if c is not None and c.verdict.code is Code.OK]
    if n < 2:
        return ("one", 1) if n else ("none", 0)
    if sound:
        m = 1 + len(sound)
        return ("all", m) if m == n else ("some", m)
    return ("doubt", asked.comparable) if asked.comparable > 1 else ("no_pair", 0)


def _head(desk: Desk, asked: Question) -> Values:
    n = len(asked.rows)
    kind, m = _extent(asked)
    name = desk.indicator(asked.indicator)
    title = desk.t(f"compare.title.{kind}", indicator=name, n=n, m=m)
    with_ = len({o.ref_area for o in asked.rows})
    without = len(_unmentioned(desk, asked))
    lede = "compare.lede.none" if not n else "compare.lede" if without else "compare.lede.all"
    return {"title": title, "lede": desk.t(lede, with_=with_, without=without)}


def _chart(desk: Desk, asked: Question) -> Values:
    units = list(dict.fromkeys(desk.unit(o.unit) for o in asked.rows))
    unit = desk.t("unit", unit="、".join(units) if desk.locale == "zh" else ", ".join(units))
    when = str(desk.address.year) if desk.address.year else desk.t("compare.latest")
    rules = desk.t(f"preset.{desk.address.preset}")
    name = desk.indicator(asked.indicator)
    spoken = "; ".join(
        f"{desk.office(o.ref_area)['name']} {desk.variant(o)} {wording.period(o, desk.locale)} "
        f"{o.as_written}"
        for o in asked.rows[:DRAWN]
    )
    return {
        "title": name,
        "subtitle": f"{unit}　{when}　{rules}",
        "unit": unit,
        "note": _note(desk, asked),
        "spoken": desk.t("compare.spoken", indicator=name, unit="/".join(units), rows=spoken),
    }


def _note(desk: Desk, asked: Question) -> Values | None:
    n, m = len(asked.rows), len(asked.rank)
    if n < 2 or m == n:
        return None
    title = desk.t("compare.note.none", n=n) if m < 2 else desk.t("compare.note.some", m=m)
    text = []
    for area in dict.fromkeys(o.ref_area for o in asked.rows):
        count = sum(1 for o in asked.rows if o.ref_area == area and "overlapping" in o.flags)
        if count > 1:
            office = desk.office(area)["name"]
            text.append(desk.t("compare.note.overlap", office=office, n=count))
    blocked = (c.verdict for c in asked.base.comparisons if c is not None and c.verdict.blocks)
    kinds = {(v.code, v.reasons[0].facts): v.reasons[0] for v in blocked}
    names = desk.dataset.glossary
    sentences = [wording.reason_sentence(reason, names, desk.locale) for reason in kinds.values()]
    gap = desk.t("between_sentences")
    return {"title": title + gap, "text": gap.join([*text, *sentences[:3]])}


def _lines(desk: Desk, asked: Question) -> tuple[list[Bar], list[Values]]:
    """Rows of the chart with heads where an office has several, and the bars in their places."""
    shown = asked.rows[:DRAWN]
    counts = Counter(o.ref_area for o in shown)
    highlighted = desk.address.offices or (
        (asked.base.observation.ref_area,) if asked.base.observation else ()
    )
    bars: list[Bar] = []
    lines: list[Values] = []
    for o in shown:
        office = desk.office(o.ref_area)
        several = counts[o.ref_area] > 1
        if several and not (bars and bars[-1].observation.ref_area == o.ref_area):
            lines.append({"group": True, "office": office})
        slot = office["colour"] if o.ref_area in highlighted else 0
        colour = f"var(--o{slot})" if slot else "var(--bar)"
        bars.append(Bar(len(lines), o, colour, _rivals(desk, o)))
        lines.append(_line(desk, asked, o, None if several else office))
    return bars, lines


def _line(desk: Desk, asked: Question, o: Observation, office: Values | None) -> Values:
    comparison = asked.comparison(o)
    brief = desk.brief(o)
    if office and brief["variant"]:
        brief["period"] = f"{brief['variant']}　{brief['period']}"
    return {
        **brief,
        "group": False,
        "office": office,
        "label": desk.label(o),
        "bounds": wording.bounds(o, desk.locale),
        "verdict": desk.chip(comparison.verdict if comparison else None),
    }


def _rivals(desk: Desk, o: Observation) -> tuple[Observation, ...]:
    """Other numbers that the same report gives for the same thing."""
    if "conflicting" not in o.flags:
        return ()
    same = desk.dataset.select(indicator=o.indicator, offices=[o.ref_area], variant=o.variant)
    return tuple(p for p in same if not p.chosen and p.time_period == o.time_period)


def _table_row(desk: Desk, asked: Question, o: Observation) -> Values:
    comparison = asked.comparison(o)
    return {
        **desk.brief(o),
        "period_exact": desk.exact_period(o),
        "lower": wording.bound_cell(o.interval, desk.locale, upper=False),
        "upper": wording.bound_cell(o.interval, desk.locale, upper=True),
        "rank": asked.rank.get(o.id, "—"),
        "verdict": desk.chip(comparison.verdict if comparison else None),
        "reason": desk.reasons(comparison.verdict) if comparison else "",
    }


def _unmentioned(desk: Desk, asked: Question) -> list[str]:
    having = {o.ref_area for o in asked.rows}
    if desk.address.variant or not desk.address.year:
        having |= set(desk.dataset.facts.spread(asked.indicator).years)
    levels = {desk.dataset.registry.level(area) for area in having}
    return [
        area
        for area in choice.covered(desk.dataset, desk.address.year)
        if area not in having and (not levels or desk.dataset.registry.level(area) in levels)
    ]


def _silent(desk: Desk, asked: Question) -> Values:
    areas = _unmentioned(desk, asked)
    more = len(areas) - NAMED
    return {
        "offices": [desk.office(area) for area in areas[:NAMED]],
        "more": desk.t("compare.more", n=more) if more > 0 else "",
    }


def _others(desk: Desk, indicator: str) -> list[Values]:
    rows = desk.dataset.select(indicator=indicator, year=desk.address.year, is_other=True)
    return [
        {
            **desk.brief(o),
            "status": desk.named("status", o.status),
            "note": desk.variant(o) or o.scope_note,
        }
        for o in rows[:TABLED]
    ]


def _about(desk: Desk, indicator: str) -> Values:
    found = desk.dataset.indicators[indicator]
    apart = [
        desk.indicator(code)
        for code in found.not_comparable_with
        if code in desk.dataset.indicators
    ]
    joiner = "、" if desk.locale == "zh" else ", "
    return {"definition": desk.name(found.definition), "apart": joiner.join(apart)}


def _empty(desk: Desk, indicator: str) -> Values:
    name = desk.indicator(indicator)
    years = desk.dataset.facts.spread(indicator).all_years()
    if desk.address.year in years or not years:
        return {
            "title": desk.t("compare.empty.variant"),
            "text": name,
            "href": desk.address.href(variant="", year=None),
            "action": desk.t("compare.empty.all"),
        }
    joiner = "、" if desk.locale == "zh" else ", "
    return {
        "title": desk.t("compare.empty.title", year=desk.address.year, indicator=name),
        "text": desk.t("compare.empty.text", years=joiner.join(map(str, years))),
        "href": desk.address.href(year=years[-1]),
        "action": desk.t("compare.empty.action", year=years[-1]),
    }


def _ticks(desk: Desk, rows: Sequence[Observation]) -> Ticks:
    ends = [
        o.interval.upper if o.interval.upper is not None else _low(o) * Decimal("1.25")
        for o in rows
    ]
    return axis(max(ends, default=Decimal(1)), rows[0].unit, desk)


def axis(largest: Decimal, unit: str, desk: Desk) -> Ticks:
    """Ticks from zero to the largest bound, in words of the language."""
    found = wording.ticks(largest, unit, desk.locale)
    return Ticks(found.values, found.texts, max(found.values) or 1.0)
