"""A sheet for each indicator worth one, with a chart; the rest of each family on one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dashboard import wording
from dashboard.compare import Observation, Rank, Verdict, groups, ranks, verdict
from dashboard.pages import choice
from dashboard.pages.desk import Desk
from dashboard.pages.question import ask
from dashboard.workbook.ends import end_of
from dashboard.workbook.looks import HEAD_NUMBER, MUTED, NUMBER
from dashboard.workbook.marks import noted, remarks, standing, state
from dashboard.workbook.names import SheetNames
from dashboard.workbook.numbers import NO_NUMBER, NOTHING, bound, number_format, value_of
from dashboard.workbook.sheet import Chart, Column, Entry, Sheet, legal

ALL_DRAWN = 24
"""Results up to which a chart shows every year; beyond, each office's latest."""
MOST_DRAWN = 40
FEWEST = 2
BEYOND = Decimal("1.25")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows of an indicator in the order of its sheet; the first `drawn` are charted."""

    rows: tuple[Observation, ...]
    drawn: int
    base: Observation | None
    ranks: Mapping[str, Rank]
    verdicts: Mapping[str, Verdict]


def own_sheet(desk: Desk, code: str) -> bool:
    """True for an indicator with a sheet of its own: core with a number, or two numbers."""
    usage = desk.dataset.facts.usage.get(code)
    if usage is None:
        return False
    return usage.observations >= FEWEST or desk.dataset.indicators[code].is_core


def indicator_sheets(desk: Desk, names: SheetNames) -> Iterator[Sheet]:
    """One sheet an indicator, by family, core ones first within theirs."""
    for family in desk.dataset.families:
        own = [c for c in desk.dataset.indicators if _is_in(desk, c, family) and own_sheet(desk, c)]
        for code in sorted(own, key=lambda c: not desk.dataset.indicators[c].is_core):
            yield indicator_sheet(desk, code, names.take(desk.indicator(code)))


def family_sheets(desk: Desk, names: SheetNames) -> Iterator[Sheet]:
    """One sheet a family for its indicators with a single number."""
    for family, names_of in desk.dataset.families.items():
        codes = [c for c in desk.dataset.facts.usage if _is_in(desk, c, family)]
        rest = [c for c in codes if not own_sheet(desk, c)]
        if rest:
            title = desk.t("workbook.rest", family=desk.name(names_of))
            yield replace(
                _family_sheet(desk, rest, title, names.take(title), f"{family}_rest"),
                group=desk.name(names_of),
                about=desk.t("workbook.joiner").join(desk.indicator(code) for code in rest),
            )


def indicator_sheet(desk: Desk, code: str, name: str) -> Sheet:
    """Values, bounds, ranks, verdicts and a chart of one indicator."""
    found = ranked(desk, code)
    units = list(dict.fromkeys(desk.unit(o.unit) for o in found.rows))
    joiner = desk.t("workbook.joiner")
    indicator = desk.dataset.indicators[code]
    columns = _columns(desk, has_units=len(units) > 1)
    rows = tuple(_row(desk, found, o, columns) for o in found.rows)
    return Sheet(
        name=name,
        group=desk.name(desk.dataset.families[indicator.family]),
        about=desk.name(indicator.definition),
        title=desk.indicator(code),
        note=desk.t("workbook.definition", text=desk.name(indicator.definition)),
        unit=desk.t("unit", unit=joiner.join(units)),
        columns=columns,
        rows=rows,
        chart=_chart(desk, found, code, units[0]) if found.drawn else None,
        back=desk.t("workbook.back"),
        key=code,
    )


def ranked(desk: Desk, code: str) -> Ranked:
    """The rows as the Compare page orders them, then other years, then what is not a result."""
    asked, registry = ask(desk, code), desk.dataset.registry
    every = desk.dataset.select(indicator=code)
    results = choice.results(every)
    base, asked_rows = asked.base, tuple(asked.rows)
    unit = base.unit if base else ""
    shown = {o.id for o in asked_rows}
    earlier = sorted((o for o in results if o.id not in shown), key=lambda o: (-o.year, o.id))
    whole = len(results) <= ALL_DRAWN
    charted = [o for o in (*asked_rows, *(earlier if whole else ())) if o.unit == unit]
    drawn = charted[:MOST_DRAWN]
    order = {o.id: o for o in (*drawn, *asked_rows, *earlier, *every)}
    places = [r for group in groups(results, registry) for r in ranks(group, registry)]
    return Ranked(
        rows=tuple(order.values()),
        drawn=len(drawn),
        base=base,
        ranks={r.observation.id: r for r in places if r.n > 1},
        verdicts={
            o.id: verdict(base, o, registry) for o in every if base is not None and o.id != base.id
        },
    )


def _is_in(desk: Desk, code: str, family: str) -> bool:
    return desk.dataset.indicators[code].family == family


def _columns(desk: Desk, *, has_units: bool) -> tuple[Column, ...]:
    t = desk.t
    unit = [Column("unit", t("workbook.unit"), 6, 14)] if has_units else []
    return (
        Column("office", t("office"), 10, 20),
        Column("variant", t("variant"), 8, 20),
        Column("period", t("period"), 10, 18),
        Column("status", t("workbook.nature"), 8, 12),
        Column("written", t("as_written"), 8, 16),
        *unit,
        *_number_columns(desk),
        Column("rank", t("rank"), 9, 20),
        Column("among", t("workbook.among"), 8, 10, look=HEAD_NUMBER),
        Column("verdict", t("against_baseline"), 10, 14),
        Column("reasons", t("workbook.reasons"), 24, 38),
        Column("flag", t("workbook.flag"), 8, 12),
        Column("remarks", t("workbook.remarks"), 8, 18),
        Column("id", t("drawer.id"), 10, 20),
        Column("label", t("workbook.chart.label"), 10, 30, is_printed=False),
        Column("reach", t("workbook.chart.reach"), 10, 16, is_printed=False, look=HEAD_NUMBER),
    )


def _number_columns(desk: Desk) -> tuple[Column, ...]:
    t = desk.t
    return (
        Column("value", t("workbook.value"), 8, 18, look=HEAD_NUMBER),
        Column("lower", t("lower"), 8, 18, look=HEAD_NUMBER),
        Column("lower_end", t("workbook.lower.end"), 9, 11),
        Column("upper", t("upper"), 8, 18, look=HEAD_NUMBER),
        Column("upper_end", t("workbook.upper.end"), 9, 11),
    )


def _row(desk: Desk, found: Ranked, o: Observation, columns: Sequence[Column]) -> tuple[Entry, ...]:
    cells = {**_facts(desk, o), **_standing(desk, found, o), **_charted(desk, o)}
    return tuple(cells[column.key] for column in columns)


def _facts(desk: Desk, o: Observation) -> dict[str, Entry]:
    return {
        "indicator": Entry(desk.indicator(o.indicator)),
        "office": Entry(desk.office(o.ref_area)["name"]),
        "variant": Entry(_variant(desk, o)),
        "period": Entry(wording.period(o, desk.locale)),
        "status": Entry(desk.named("status", o.status)),
        "written": Entry(o.as_written),
        "unit": Entry(desk.unit(o.unit)),
        "value": replace(value_of(o), note=noted(desk, o)),
        "lower": bound(o, desk.locale, upper=False),
        "lower_end": end_of(desk, o.interval, upper=False),
        "upper": bound(o, desk.locale, upper=True),
        "upper_end": end_of(desk, o.interval, upper=True),
        "flag": state(desk, o),
        "remarks": Entry(remarks(desk, o)),
        "id": Entry(o.id, look=MUTED),
    }


def _variant(desk: Desk, o: Observation) -> str:
    """What tells a row from others; scope notes are in Chinese and stay out of English tables."""
    return desk.variant(o) or (o.scope_note if desk.locale == "zh" else "") or "—"


def _standing(desk: Desk, found: Ranked, o: Observation) -> dict[str, Entry]:
    place = found.ranks.get(o.id)
    return {
        "rank": Entry(wording.rank_words(place, desk.locale)) if place else NOTHING,
        "among": Entry(place.n, look=NUMBER) if place else NO_NUMBER,
        **standing(desk, found.verdicts.get(o.id)),
    }


def _charted(desk: Desk, o: Observation) -> dict[str, Entry]:
    """What the chart takes beside the lower bound: a label, and how far it is to the upper."""
    i = o.interval
    reach = Entry()
    if i.lower is not None and i.upper is not None and i.upper > i.lower:
        size = i.upper - i.lower
        reach = Entry(size, number_format(size), formula="={upper}-{lower}", look=MUTED)
    return {"label": Entry(label(desk, o), look=MUTED), "reach": reach}


def label(desk: Desk, o: Observation) -> str:
    """A bar's name: office, year, variant, the number as written, what the bar cannot show."""
    office = desk.name(desk.dataset.offices[o.ref_area].short)
    end = wording.bound_cell(o.interval, desk.locale, upper=True) if o.upper is None else ""
    parts = [f"{office} {o.year}", desk.variant(o), o.as_written, part_of_year(desk, o), end]
    return legal("  ".join(part for part in parts if part))


def part_of_year(desk: Desk, o: Observation) -> str:
    """Words for a number that is not of a whole year; '' for one that is."""
    if o.window == "cumulative":
        return desk.t("workbook.running")
    return desk.t("workbook.part") if o.window == "flow" and not o.is_full_period else ""


def _chart(desk: Desk, found: Ranked, code: str, unit: str) -> Chart:
    drawn = found.rows[: found.drawn]
    blocked = [v.blocks if (v := found.verdicts.get(o.id)) else False for o in drawn]
    name = desk.indicator(code)
    spoken = "; ".join(label(desk, o) for o in drawn)
    return Chart(
        title=name,
        subtitle=desk.t("workbook.chart.reads"),
        unit=desk.t("unit", unit=unit),
        leads=desk.t("workbook.chart.below"),
        alternative=desk.t("compare.spoken", indicator=name, unit=unit, rows=spoken),
        rows=len(drawn),
        label="label",
        lower="lower",
        reach="reach",
        ticks=wording.ticks(_largest(drawn), drawn[0].unit, desk.locale).values,
        pale=frozenset(place for place, is_blocked in enumerate(blocked) if is_blocked),
    )


def _largest(rows: Sequence[Observation]) -> Decimal:
    """How far the axis goes; a bar without an upper bound stops short of its end."""
    lowers = [(o.interval.lower or Decimal(0)) * BEYOND for o in rows if o.interval.upper is None]
    uppers = [o.interval.upper for o in rows if o.interval.upper is not None]
    return max([*lowers, *uppers], default=Decimal(1))


def _family_sheet(desk: Desk, codes: Iterable[str], title: str, name: str, key: str) -> Sheet:
    t = desk.t
    columns = (
        Column("indicator", t("indicator"), 12, 28),
        Column("office", t("office"), 10, 22),
        Column("variant", t("variant"), 8, 24),
        Column("period", t("period"), 10, 24),
        Column("status", t("workbook.nature"), 8, 14),
        Column("written", t("as_written"), 8, 18),
        *_number_columns(desk),
        Column("unit", t("workbook.unit"), 6, 16),
        Column("flag", t("workbook.flag"), 8, 14),
        Column("remarks", t("workbook.remarks"), 8, 30),
        Column("id", t("drawer.id"), 10, 22),
    )
    facts = [_facts(desk, o) for code in codes for o in desk.dataset.select(indicator=code)]
    return Sheet(
        name=name,
        title=title,
        note=t("workbook.rest.note"),
        unit=t("unit", unit=t("workbook.unit.column")),
        columns=columns,
        rows=tuple(tuple(row[column.key] for column in columns) for row in facts),
        back=t("workbook.back"),
        key=key,
    )
