"""Trends: year over year within an office; a change is an interval, a gap is a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import wording
from dashboard.address import SIGNS
from dashboard.compare import Comparison, Observation, Sign
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.pages.trend_lines import Drawing, drawing
from dashboard.pages.trend_table import earlier_rows, rows_of, twin_of_changes
from dashboard.pages.years import changes_of, latest_of, newest, outcome
from dashboard.store import Dataset
from dashboard.view import Content

COMPARED = 60
"""Offices whose changes are listed; others are found by name."""
NAMED = 60
ASIDE = 3
SPOKEN = 30
PAIRED = 40
"""Indicators whose latest change is listed for one office, the core ones first."""
LATEST = 120
"""Rows of the table of the latest changes; the CSV has all of those asked for."""


@dataclass(frozen=True)
class Question:
    """One indicator over the years: the offices shown, their numbers, their changes."""

    indicator: str
    offices: tuple[str, ...]
    every: tuple[str, ...]
    """Offices with two years or more, whether asked for or not."""
    rows: Mapping[str, tuple[Observation, ...]]
    found: tuple[Comparison, ...]

    @property
    def is_one(self) -> bool:
        """True when one office is asked for, or there is only one."""
        return len(self.offices) == 1


def content(desk: Desk) -> Content:
    """The page: chart of one indicator, its changes, and everything one office gave twice."""
    asked = ask(desk, desk.address.indicator or default(desk.dataset))
    chosen = next(iter(desk.address.offices), "")
    only = chosen or (asked.offices[0] if asked.is_one else "")
    values: Values = {
        "notices": desk.notices(),
        "chosen": {"indicator": asked.indicator, "office": chosen},
        "choices": _choices(desk, asked.indicator),
        "empty": None,
        "pairs": _pairs(desk, only) if only else None,
        "single": _single(desk, asked),
        "twin": desk.twin(),
    }
    if not asked.offices:
        values |= {"head": _head(desk, asked, []), "empty": _empty(desk, asked.indicator)}
        return Content(values["head"]["title"], values)
    latest, earlier = (_of_sign(desk, found) for found in newest(asked.found))
    if not latest:
        latest, earlier = earlier, []
    shown = [*latest, *earlier]
    drawn = drawing(desk, asked.offices, asked.rows, shown)
    unshown = len(latest) - LATEST
    values |= {
        "head": _head(desk, asked, latest),
        "chart": _chart(desk, asked, drawn, latest),
        "aside": _aside(desk, latest) if asked.is_one else [],
        "latest": rows_of(desk, latest[:LATEST]),
        "latest_more": desk.t("trends.more", n=unshown) if unshown > 0 else "",
        "earlier": earlier_rows(desk, earlier),
        "nothing": "" if shown else desk.t("trends.no_sign"),
    }
    twin = twin_of_changes(desk, shown)
    return Content(values["head"]["title"], values, drawn.figure, twin)


def _of_sign(desk: Desk, found: Sequence[Comparison]) -> list[Comparison]:
    return [c for c in found if desk.address.sign in ("", outcome(c))]


def ask(desk: Desk, indicator: str) -> Question:
    """What the address asks for, as far as it is there."""
    every = choice.with_years(desk.dataset, indicator) if indicator else ()
    wanted = [area for area in desk.address.offices if area in every]
    offices = tuple(wanted if desk.address.offices else every)[:COMPARED]
    rows = _rows(desk, indicator, offices)
    offices = tuple(area for area in offices if rows[area])
    registry = desk.dataset.registry
    found = tuple(c for area in offices for c in changes_of(rows[area], registry))
    return Question(indicator, offices, every, rows, found)


def default(dataset: Dataset) -> str:
    """The indicator that most offices gave in several years."""
    usage = dataset.facts.usage

    def weight(code: str) -> tuple[int, int]:
        return usage[code].repeated, int(dataset.indicators[code].is_core)

    return max(usage, key=weight, default="")


def _rows(desk: Desk, indicator: str, offices: Sequence[str]) -> dict[str, tuple[Observation, ...]]:
    found: dict[str, list[Observation]] = {area: [] for area in offices}
    if offices:
        for o in desk.dataset.select(
            indicator=indicator, offices=offices, variant=desk.address.variant, is_result=True
        ):
            if o.year:
                found[o.ref_area].append(o)
    return {area: tuple(sorted(own, key=lambda o: (o.year, o.id))) for area, own in found.items()}


def _choices(desk: Desk, indicator: str) -> Values:
    lead = [code for code, usage in desk.dataset.facts.usage.items() if usage.repeated]
    spread = desk.dataset.facts.spread(indicator)
    areas = [a for a in desk.dataset.offices if a in spread.years]
    signs = [{"value": "", "label": desk.t("trends.sign.any")}]
    signs += [{"value": sign, "label": direction(desk, sign)} for sign in SIGNS]
    return {
        "indicators": desk.indicator_choices(lead),
        "offices": desk.office_choices(areas, desk.t("trends.all_offices"), indicator),
        "variants": desk.variant_choices(indicator, spread.variants),
        "presets": desk.preset_choices(),
        "signs": [{"label": "", "options": signs}],
    }


def direction(desk: Desk, sign: str) -> str:
    """The words of one of SIGNS."""
    is_sign = sign in tuple(map(str, Sign))
    return wording.sign_words(Sign(sign), desk.locale) if is_sign else desk.t("trends.sign.none")


def _head(desk: Desk, asked: Question, latest: Sequence[Comparison]) -> Values:
    """A title that says what was found where one office is asked for."""
    name = desk.indicator(asked.indicator)
    lede = desk.t("trends.lede")
    if not asked.is_one:
        title = desk.t("trends.title", indicator=name, offices=len(asked.every))
        return {"title": title, "lede": lede}
    office = desk.office(asked.offices[0])["name"]
    if not latest:
        title = desk.t("trends.title.plain", office=office, indicator=name)
        return {"title": title, "lede": lede}
    best = min(
        latest, key=lambda c: (c.verdict.blocks, -c.change.second.year, len(c.verdict.reasons))
    )
    first, second = best.change.first.year, best.change.second.year
    words: Values = {"office": office, "indicator": name, "first": first, "second": second}
    if best.change.sign is None:
        return {"title": desk.t("trends.title.blocked", **words), "lede": lede}
    sign = wording.sign_words(best.change.sign, desk.locale, best.change.decided_by)
    return {"title": desk.t("trends.title.sign", **words, sign=sign), "lede": lede}


def _chart(desk: Desk, asked: Question, drawn: Drawing, latest: Sequence[Comparison]) -> Values:
    name = desk.indicator(asked.indicator)
    unit = desk.t("unit", unit=desk.unit(drawn.unit))
    years = drawn.years
    span = f"{years[0]}—{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    rules = desk.t(f"preset.{desk.address.preset}")
    spoken = desk.t("trends.spoken.joint").join(
        desk.t(
            "trends.spoken.one",
            office=row["office"]["name"],
            variant=row["variant"],
            first=f"{row['before']['period']} {row['before']['written']}",
            second=f"{row['after']['period']} {row['after']['written']}",
            what=row["spoken"],
        )
        for row in rows_of(desk, latest[:SPOKEN])
    )
    return {
        "title": name,
        "subtitle": "　".join((unit, span, rules)),
        "unit": unit,
        "spoken": desk.t("trends.spoken", indicator=name, unit=desk.unit(drawn.unit), rows=spoken),
        "legend": drawn.legend,
        "key": [desk.t(f"trends.key.{s}", sign=direction(desk, s)) for s in map(str, Sign)],
        "notes": [*drawn.notes, *_unlisted(desk, asked)],
    }


def _unlisted(desk: Desk, asked: Question) -> list[str]:
    rest = len(asked.every) - len(asked.offices)
    is_cut = rest > 0 and not desk.address.offices and len(asked.offices) == COMPARED
    return [desk.t("trends.unlisted", n=rest)] if is_cut else []


def _aside(desk: Desk, latest: Sequence[Comparison]) -> list[Values]:
    """The newest changes of one office, in large; why, where none is computed."""
    first = sorted(latest, key=lambda c: (-c.change.second.year, c.verdict.blocks))[:ASIDE]
    return rows_of(desk, first)


def _pairs(desk: Desk, area: str) -> Values | None:
    """Indicators that one office gave in two years, each with its latest change."""
    dataset, repeated = desk.dataset, desk.dataset.facts.repeated(area)
    ranked = sorted(
        (code for code in dataset.indicators if code in repeated),
        key=lambda code: (not dataset.indicators[code].is_core, -repeated[code]),
    )
    kept = set(ranked[:PAIRED])
    own: dict[str, list[Observation]] = {code: [] for code in dataset.indicators if code in kept}
    for o in dataset.select(indicator=own, offices=[area], is_result=True) if own else ():
        own[o.indicator].append(o)
    rows: list[Values] = []
    for code, given in own.items():
        href = desk.address.to("trends", indicator=code, offices=(area,))
        named = {"name": desk.indicator(code), "href": href}
        rows += [row | named for row in rows_of(desk, latest_of(given, dataset.registry))]
    if not rows:
        return None
    computed = {row["name"] for row in rows if row["sign"]}
    is_cut = len(ranked) > PAIRED
    words = {"n": len({row["name"] for row in rows}), "ok": len(computed), "all": len(ranked)}
    return {
        "title": desk.t("trends.pairs", office=desk.office(area)["name"]),
        "text": desk.t("trends.pairs.some" if is_cut else "trends.pairs.text", **words),
        "rows": rows,
        "rest": desk.t("trends.pairs.rest", n=len(ranked) - PAIRED) if is_cut else "",
        "href": desk.office_href(area),
    }


def _single(desk: Desk, asked: Question) -> Values | None:
    given = desk.dataset.facts.spread(asked.indicator).years
    repeated = frozenset(asked.every)
    areas = [a for a in desk.dataset.offices if a in given and a not in repeated]
    if not areas:
        return None
    rest = len(areas) - NAMED
    return {
        "title": desk.t("trends.single", n=len(areas)),
        "text": desk.t("trends.single.text"),
        "offices": [desk.office(a) for a in areas[:NAMED]],
        "more": desk.t("trends.single.more", n=rest) if rest > 0 else "",
    }


def _empty(desk: Desk, indicator: str) -> Values:
    better = default(desk.dataset)
    name = desk.indicator(indicator)
    has_better = bool(choice.with_years(desk.dataset, better))
    href = desk.address.to("trends", indicator=better)
    if not has_better or better == indicator:
        href = desk.address.to("compare", indicator=indicator)
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
