"""Index of indicators: by family, with definition, unit and how many offices report each."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import readings
from dashboard.pages.desk import Desk, Values
from dashboard.records import Indicator
from dashboard.twin import Twin
from dashboard.view import Content

COLUMNS = (
    *("indicator", "name", "family", "unit", "window", "core", "definition"),
    *("offices", "years", "observations"),
)


def content(desk: Desk) -> Content:
    """The page: a field to search, a family to choose, the indicators below their families."""
    dataset = desk.dataset
    shown = found(desk)
    lines = [_line(desk, i) for i in shown]
    every = len(dataset.indicators)
    title = desk.t("indicator.index.title", n=every)
    values: Values = {
        "notices": desk.notices(),
        "index": {
            "title": title,
            "lede": desk.t("indicator.index.lede", used=len(dataset.facts.usage), all=every),
            "found": desk.t("indicator.index.found", n=len(shown)),
            "families": _families(desk, lines),
        },
        "choices": {"families": _choices(desk)},
        "empty": None if shown else _empty(desk),
        "twin": desk.twin(),
    }
    rows = tuple(tuple(line[name] for name in COLUMNS) for line in lines)
    return Content(title, values, twin=Twin(COLUMNS, rows))


def found(desk: Desk) -> Sequence[Indicator]:
    """Indicators that the address asks for, in registry order."""
    every, family = desk.dataset.indicators, desk.address.family
    codes = set(every)
    if desk.address.q:
        usage = desk.dataset.facts.usage
        codes = set(desk.dataset.directory.find_indicators(desk.address.q, len(every), usage)[1])
    return [i for code, i in every.items() if code in codes and family in ("", i.family)]


def _line(desk: Desk, i: Indicator) -> Values:
    used = desk.dataset.facts.usage.get(i.code)
    told = readings.years(desk.dataset).get(i.code, ())
    return {
        "indicator": i.code,
        "href": desk.indicator_href(i.code),
        "name": desk.name(i.name),
        "family": desk.name(desk.dataset.families[i.family]),
        "unit": desk.unit(i.unit),
        "window": desk.named("window", i.window),
        "core": i.is_core,
        "definition": desk.name(i.definition),
        "offices": used.offices if used else 0,
        "years": len(told),
        "observations": used.observations if used else 0,
    }


def _families(desk: Desk, lines: Sequence[Values]) -> list[Values]:
    groups: dict[str, list[Values]] = {}
    for line in lines:
        groups.setdefault(line["family"], []).append(line)
    names = [desk.name(names) for names in desk.dataset.families.values()]
    return [{"name": name, "lines": groups[name]} for name in names if name in groups]


def _choices(desk: Desk) -> list[Values]:
    held = {i.family for i in desk.dataset.indicators.values()}
    families = desk.dataset.families.items()
    options = [{"value": "", "label": desk.t("any.family")}]
    options += [{"value": c, "label": desk.name(n)} for c, n in families if c in held]
    return [{"label": "", "options": options}]


def _empty(desk: Desk) -> Values:
    return {
        "title": desk.t("office.index.none", q=desk.address.q or desk.address.family),
        "text": desk.t("indicator.index.none"),
        "href": desk.address.to("evidence", q=desk.address.q),
        "action": desk.t("search.words", q=desk.address.q),
    }
