"""Index of offices: those with data by city and parent, any registered one by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from dashboard.pages.desk import Desk, Values
from dashboard.twin import Twin
from dashboard.view import Content

PAGE = 100
FOUND = 1_000
"""Offices a search may give; more than that is no answer."""
COLUMNS = ("ref_area", "office", "city", "parent", "reports", "years", "observations")


def content(desk: Desk) -> Content:
    """The page: a field to search, offices grouped by where they lie, a way to the next ones."""
    areas = found(desk)
    pages = max(1, -(-len(areas) // PAGE))
    number = min(desk.address.number, pages)
    shown = areas[(number - 1) * PAGE : number * PAGE]
    reports = desk.dataset.documents.told
    lines = [_line(desk, area, reports) for area in shown]
    held = len(desk.dataset.facts.numbers)
    title = desk.t("office.index.title", n=held)
    values: Values = {
        "notices": desk.notices(),
        "index": {
            "title": title,
            "lede": desk.t("office.index.lede", all=len(desk.dataset.offices)),
            "groups": _grouped(desk, lines),
            "found": _found(desk, len(areas), number, len(shown)),
            "pages": desk.pager("evidence.page", number, pages),
        },
        "empty": None if shown else _empty(desk),
        "twin": desk.twin(),
    }
    rows = [[line[name] for name in COLUMNS] for line in lines]
    return Content(title, values, twin=Twin(COLUMNS, tuple(map(tuple, rows))))


def found(desk: Desk) -> Sequence[str]:
    """Codes of the offices to show: those with data by city and parent; of a search, the best."""
    held = desk.dataset.facts.numbers
    if desk.address.q:
        _, areas = desk.dataset.directory.find_offices(desk.address.q, FOUND, held)
    else:
        areas = tuple(held)
    rows, place, has = desk.dataset.offices.rows, desk.dataset.places, held.mask.tolist()
    cities, parents = rows.column("city_zh"), rows.column("parent_name_zh")

    def where(area: str) -> tuple[bool, str, str]:
        number = place[area]
        return not has[number], cities[number], parents[number]

    return sorted(areas, key=where)


def _line(desk: Desk, area: str, reports: Mapping[str, int]) -> Values:
    own, held = desk.dataset.offices[area], desk.dataset.facts.numbers.get(area)
    years = held.years if held else ()
    return {
        "ref_area": area,
        "office": desk.name(own.name),
        "symbol": desk.office(area),
        "href": desk.office_href(area),
        "city": desk.name(own.city),
        "parent": desk.name(own.parent),
        "reports": reports.get(area, 0),
        "years": _span(years),
        "observations": held.observations if held else 0,
    }


def _span(years: Sequence[int]) -> str:
    if not years:
        return ""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _grouped(desk: Desk, lines: Sequence[Values]) -> list[Values]:
    """Lines under their city and parent; those without data stand last, under a head of theirs."""

    def head(line: Values) -> tuple[bool, str]:
        places = dict.fromkeys(filter(None, (line["city"], line["parent"])))
        return not line["observations"], " › ".join(places) or desk.t("office.index.nowhere")

    return [
        {
            "name": desk.t("office.index.unused", place=name) if is_unused else name,
            "lines": list(own),
        }
        for (is_unused, name), own in groupby(lines, key=head)
    ]


def _found(desk: Desk, total: int, number: int, count: int) -> str:
    first = (number - 1) * PAGE
    if count == total:
        return desk.t("office.index.found", n=total)
    return desk.t("office.index.found.of", n=total, a=first + 1, b=first + count)


def _empty(desk: Desk) -> Values:
    return {
        "title": desk.t("office.index.none", q=desk.address.q),
        "text": desk.t("office.index.none.text"),
        "href": desk.address.to("evidence", q=desk.address.q),
        "action": desk.t("search.words", q=desk.address.q),
    }
