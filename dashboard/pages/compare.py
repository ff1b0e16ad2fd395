"""Compare: one indicator across offices, each number against a baseline, with its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa

from dashboard import wide, wording
from dashboard.address import MOST_BESIDE
from dashboard.charts import Panel, comparison_chart
from dashboard.compare import Observation, Rank
from dashboard.filters import Filters
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.pages.panels import axis, panel, unit
from dashboard.pages.question import RESIDENTS, Question, ask, listed, rank_words
from dashboard.twin import OBSERVED, Twin, observed
from dashboard.view import Content

__all__ = [
    "DRAWN",
    "Question",
    "ask",
    "axis",
    "content",
    "heading",
    "silent",
    "unmentioned",
]

DRAWN = 60
"""Rows in the chart; the table below it has more of them."""
OVERLAPS = 3
"""Offices named whose numbers overlap one another; how many more there are is told."""
OTHERS = 60
"""Rows that are not results: so many are listed, all are among the evidence."""
NAMED = 12
BESIDE_DRAWN = 12
"""Rows of an indicator shown beside the first."""
ADDED = ("baseline", "verdict", "verdict_blocks", "verdict_reasons", "rank_best", "rank_worst")
"""Columns that the twin has besides those of an observation."""


def content(desk: Desk) -> Content:
    """The page: title, chart, table twin, what is not mentioned, what is not a result."""
    indicator = desk.address.indicator or choice.fullest(desk.dataset)
    if not indicator:
        raise LookupError("an empty data set has nothing to compare")
    asked = ask(desk, indicator)
    beside = [ask(desk, code) for code in desk.address.beside if code != indicator]
    quiet = unmentioned(desk, asked)
    head = heading(desk, asked, len(quiet))
    values: Values = {
        "notices": desk.notices(),
        "chosen": {"indicator": indicator, "like": desk.address.like, "per": desk.address.per},
        "choices": _choices(desk, indicator, beside),
        "head": head,
        "empty": None,
        "twin": desk.twin(),
        "embed_code": desk.address.href(embed=True, indicator=indicator),
    }
    if not asked.rows:
        empty = _empty(desk, asked)
        if asked.unlike or asked.undivided:
            values["head"] = {"title": empty["title"], "lede": ""}
        return Content(values["head"]["title"], {**values, "empty": empty})
    first, lines = panel(desk, asked, DRAWN)
    panels, minis = _beside(desk, beside)
    values |= {
        "chart": {
            **_chart(desk, asked),
            "rows": lines,
            "more": _more(desk, asked),
            "standing": _standing(desk, asked),
        },
        "minis": minis,
        "table": [_table_row(desk, asked, o) for o in asked.first(desk, listed(len(asked.rows)))],
        "silent": silent(desk, quiet),
        "undivided": _undivided(desk, asked),
        "others": _others(desk, indicator),
        "about": _about(desk, indicator),
    }
    figure = comparison_chart([first, *panels])
    return Content(
        head["title"], values, figure, Twin((*OBSERVED, *ADDED), _Lines(desk, (asked, *beside)))
    )


def _choices(desk: Desk, indicator: str, beside: Sequence[Question]) -> Values:
    spread = desk.dataset.facts.spread(indicator)
    years = sorted({*spread.all_years(), *filter(None, [desk.address.year])})
    return {
        "indicators": desk.indicator_choices(choice.worth_comparing(desk.dataset)),
        "years": desk.year_choices(years, desk.t("all.years")),
        "places": desk.place_choices(),
        "variants": desk.variant_choices(indicator, spread.variants),
        "offices": desk.office_choices(
            spread.years,
            desk.t("all.offices"),
            indicator,
        ),
        "presets": desk.preset_choices(),
        "beside": _further(desk, indicator, beside),
        "can_divide": RESIDENTS in desk.dataset.facts.usage and indicator != RESIDENTS,
    }


def _further(desk: Desk, indicator: str, beside: Sequence[Question]) -> Values:
    """The indicators beside, each with the way to take it off; and those that may be added."""
    codes = [asked.indicator for asked in beside]
    taken = {indicator, *codes}
    lead = [code for code in choice.worth_comparing(desk.dataset) if code not in taken]
    options = [{"value": code, "label": desk.indicator(code)} for code in lead]
    shown = [
        {
            "code": code,
            "name": desk.indicator(code),
            "href": desk.address.href(beside=tuple(c for c in codes if c != code)),
        }
        for code in codes
    ]
    none = [{"value": "", "label": desk.t("compare.beside.none")}]
    room = options if len(codes) < MOST_BESIDE else []
    return {"shown": shown, "options": [{"label": "", "options": none + room}]}


def _extent(asked: Question) -> tuple[str, int]:
    """How much of it compares: all, some, only with reservations, no pair, one number, none."""
    n = len(asked.rows)
    if n < 2:
        return ("one", 1) if n else ("none", 0)
    if asked.sound:
        m = 1 + asked.sound
        return ("all", m) if m == n else ("some", m)
    return ("doubt", asked.comparable) if asked.comparable > 1 else ("no_pair", 0)


def heading(desk: Desk, asked: Question, without: int) -> Values:
    """The title that says how much of it compares, and who has numbers and who has none."""
    n = len(asked.rows)
    kind, m = _extent(asked)
    name = desk.indicator(asked.indicator)
    title = desk.t(f"compare.title.{kind}", indicator=name, n=n, m=m)
    with_ = len(asked.rows.areas())
    lede = "compare.lede.none" if not n else "compare.lede" if without else "compare.lede.all"
    return {"title": title, "lede": desk.t(lede, with_=with_, without=without)}


def _chart(desk: Desk, asked: Question) -> Values:
    counted = unit(desk, asked)
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
        "subtitle": f"{counted}　{when}　{rules}",
        "unit": counted,
        "note": _note(desk, asked),
        "spoken": desk.t("compare.spoken", indicator=name, unit=counted, rows=spoken),
    }


def _more(desk: Desk, asked: Question) -> str:
    """How many numbers the chart leaves to the table, and this to the CSV."""
    total = len(asked.rows)
    if total > listed(total):
        return desk.t("compare.drawn.listed", n=DRAWN, listed=listed(total), total=total)
    return desk.t("compare.drawn", n=DRAWN, more=total - DRAWN) if total > DRAWN else ""


def _standing(desk: Desk, asked: Question) -> str:
    """Of more rows than are drawn: the middle one, and where the pointed-out office stands."""
    if asked.lined is None or len(asked.rows) <= DRAWN or asked.rates or not asked.ranked:
        return ""
    base, median = asked.lined.baseline, asked.lined.median()
    if median.interval is None:
        return ""
    middle = wording.bounds_of(median.interval, base.unit, desk.locale)
    words = {"n": asked.ranked, "median": middle, "office": desk.office(base.ref_area)["name"]}
    return desk.t("compare.standing", **words, rank=rank_words(desk, asked, base))


def _beside(desk: Desk, beside: Sequence[Question]) -> tuple[list[Panel], list[Values]]:
    panels: list[Panel] = []
    minis: list[Values] = []
    for asked in beside:
        name = desk.indicator(asked.indicator)
        mini: Values = {
            "name": name,
            "href": desk.address.href(indicator=asked.indicator, beside=()),
        }
        if not asked.rows:
            minis.append(mini | {"rows": [], "unit": "", "note": "", "verdict": None})
            continue
        drawn, lines = panel(desk, asked, BESIDE_DRAWN)
        panels.append(drawn)
        worst = asked.rows.gravest()
        left = len(asked.rows) - BESIDE_DRAWN
        minis.append(
            mini
            | {
                "rows": lines,
                "unit": unit(desk, asked),
                "verdict": desk.chip(worst) if worst else None,
                "note": desk.reasons(worst) if worst else "",
                "more": desk.t("compare.more", n=left) if left > 0 else "",
            }
        )
    return panels, minis


def _note(desk: Desk, asked: Question) -> Values | None:
    n, m = len(asked.rows), asked.ranked
    if asked.unlike:
        left_out = desk.t("compare.unlike", n=asked.unlike)
        return {"title": desk.t("compare.like.title"), "text": left_out}
    if n < 2 or m == n:
        return None
    title = desk.t("compare.note.none", n=n) if m < 2 else desk.t("compare.note.some", m=m)
    overlaps = asked.rows.overlapping()
    text = [
        desk.t("compare.note.overlap", office=desk.office(area)["name"], n=count)
        for area, count in islice(overlaps.items(), OVERLAPS)
    ]
    if (more := len(overlaps) - OVERLAPS) > 0:
        text.append(desk.t("compare.note.overlap.more", n=more))
    names, gap = desk.dataset.glossary, desk.t("between_sentences")
    reasons = asked.rows.reasons()
    sentences = [wording.reason_sentence(reason, names, desk.locale) for reason in reasons]
    return {"title": title + gap, "text": gap.join([*text, *sentences])}


def _undivided(desk: Desk, asked: Question) -> Values | None:
    """Whose number has no residents of its own to divide by."""
    if not desk.address.per:
        return None
    areas = list(dict.fromkeys(o.ref_area for o in asked.undivided))
    more = len(areas) - NAMED
    return {
        "offices": [desk.office(area) for area in areas[:NAMED]],
        "more": desk.t("compare.more", n=more) if more > 0 else "",
    }


@dataclass(frozen=True, slots=True)
class _Lines:
    """Every number shown with its verdict, then who does not mention the first indicator: made
    when they are written out."""

    desk: Desk
    questions: Sequence[Question]

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        for asked in self.questions:
            for o, place in asked.rows.ranked():
                yield _line(self.desk, asked, o, place)
        for area in unmentioned(self.desk, self.questions[0]).to_pylist():
            yield _unmentioned_line(self.desk, self.questions[0].indicator, area)


def _line(desk: Desk, asked: Question, o: Observation, place: Rank | None) -> tuple[object, ...]:
    verdict = asked.verdict(o)
    return (
        *observed(o),
        asked.base.id if asked.base else "",
        str(verdict.code) if verdict else "",
        verdict.blocks if verdict else "",
        desk.reasons(verdict) if verdict else "",
        place.best if place else "",
        place.worst if place else "",
    )


def _unmentioned_line(desk: Desk, indicator: str, area: str) -> tuple[object, ...]:
    office = desk.dataset.offices[area]
    told = {
        "ref_area": area,
        "office": office.name.zh,
        "office_en": office.name.en,
        "indicator": indicator,
        "year": desk.address.year or "",
        "obs_status": "O",
    }
    return tuple(told.get(name, "") for name in (*OBSERVED, *ADDED))


def _table_row(desk: Desk, asked: Question, o: Observation) -> Values:
    verdict = asked.verdict(o)
    rate = asked.rates.get(o.id)
    shown = wording.outward(o.interval) if rate else o.interval
    return {
        **desk.brief(o),
        "residents": desk.brief(rate.residents) if rate else None,
        "period_exact": desk.exact_period(o),
        "lower": wording.bound_cell(shown, desk.locale, upper=False),
        "upper": wording.bound_cell(shown, desk.locale, upper=True),
        "rank": rank_words(desk, asked, o) or "—",
        "verdict": desk.chip(verdict),
        "reason": desk.reasons(verdict) if verdict else "",
    }


def unmentioned(desk: Desk, asked: Question) -> pa.Array:
    """Who is spoken of and gave no number, in registry order."""
    dataset, address = desk.dataset, desk.address
    is_partly = address.variant or not address.year
    own = [dataset.facts.spread(asked.indicator).years.mask] if is_partly else []
    spoken = choice.are_covered(dataset, address.year)
    return wide.silent(dataset, spoken, asked.rows.areas(), also=own, within=address.within)


def silent(desk: Desk, areas: pa.Array) -> Values:
    """Who is not mentioned: some by name, and how many more."""
    more = len(areas) - NAMED
    return {
        "offices": [desk.office(area) for area in areas[:NAMED].to_pylist()],
        "more": desk.t("compare.more", n=more) if more > 0 else "",
    }


def _others(desk: Desk, indicator: str) -> Values:
    """What is mentioned and is no result: the first rows, and where the rest is."""
    year = desk.address.year
    wanted = Filters(
        indicators=(indicator,),
        within=desk.address.within,
        years=(year,) if year else (),
        is_other=True,
    )
    rows = desk.dataset.meeting(wanted, limit=OTHERS + 1)
    more = desk.dataset.cabinet.count(wanted) - OTHERS if len(rows) > OTHERS else 0
    return {
        "rows": [
            {
                **desk.brief(o),
                "status": desk.named("status", o.status),
                "note": desk.variant(o) or o.scope_note,
            }
            for o in rows[:OTHERS]
        ],
        "more": desk.t("compare.others.more", n=more) if more else "",
        "href": desk.address.to("evidence", indicator=indicator, year=year),
    }


def _about(desk: Desk, indicator: str) -> Values:
    found = desk.dataset.indicators[indicator]
    apart = [
        desk.indicator(code)
        for code in found.not_comparable_with
        if code in desk.dataset.indicators
    ]
    joiner = "、" if desk.locale == "zh" else ", "
    return {"definition": desk.name(found.definition), "apart": joiner.join(apart)}


def _empty(desk: Desk, asked: Question) -> Values:
    name = desk.indicator(asked.indicator)
    if asked.unlike:
        return {
            "title": desk.t("compare.like.none", indicator=name),
            "text": desk.t("compare.like.none.text", n=asked.unlike),
            "href": desk.address.href(like=False),
            "action": desk.t("compare.like.all"),
        }
    if asked.undivided:
        return {
            "title": desk.t("compare.per.none", indicator=name),
            "text": desk.t("compare.per.none.text"),
            "href": desk.address.href(per=""),
            "action": desk.t("compare.per.off"),
        }
    years = desk.dataset.facts.spread(asked.indicator).all_years()
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
