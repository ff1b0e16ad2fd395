"""Office: everything known of one office and what it must not be compared with; else an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from dashboard import wording
from dashboard.compare import Observation
from dashboard.pages import choice, offices
from dashboard.pages.apart import limits
from dashboard.pages.desk import Desk, Values
from dashboard.pages.known import Known, known
from dashboard.records import Document, Names, Office
from dashboard.twin import twin_of
from dashboard.view import Content

KEY_NUMBERS = 4
NAMED = 12
LISTED = 30
DOUBTS = ("conflicting", "contradictory", "suspect_lost_decimal", "parts_differ")
"""Flags that say that a source contradicts itself."""


def content(desk: Desk) -> Content:
    """The page of the first office of the address; the index where it names none."""
    if not desk.address.offices:
        return offices.content(desk)
    area = desk.address.offices[0]
    rows = desk.dataset.select(offices=[area])
    documents = desk.dataset.documents.of(area)
    years = _years(documents, rows)
    table = known(desk, area, rows, years)
    name = str(desk.office(area)["name"])
    keys = key_numbers(desk, rows)
    values: Values = {
        "notices": desk.notices(),
        "index": None,
        "office": desk.office(area),
        "crumb": _crumb(desk, area),
        "lede": _lede(desk, area, len(documents), rows, years),
        "others": _others(desk),
        "keys": [_key(desk, o) for o in keys],
        "known": _table(desk, area, table, len(rows)),
        "choices": {"families": _families(desk, rows)},
        "limits": limits(desk, rows, keys),
        "doubts": _doubts(desk, rows),
        "near": _near(desk, area),
        "practices": _practices(desk, area),
        "reports": _reports(desk, area, documents, rows),
        "empty": None if rows else _empty(desk),
        "twin": desk.twin(),
        "form": _form(desk, area, _next(desk, years)),
    }
    return Content(desk.t("office.title", office=name), values, twin=twin_of(table.shown))


def key_numbers(desk: Desk, rows: Iterable[Observation]) -> list[Observation]:
    """One result each of the indicators that matter most: the core ones, then those that most
    offices report; of its latest year, of the whole office rather than a part of it."""
    usage = desk.dataset.facts.usage
    found: dict[str, Observation] = {}
    for o in choice.results(rows):
        if o.indicator not in found or _weight(o) > _weight(found[o.indicator]):
            found[o.indicator] = o
    ranked = sorted(
        found.values(),
        key=lambda o: (
            not desk.dataset.indicators[o.indicator].is_core,
            o.scope != "whole",
            -usage[o.indicator].offices,
        ),
    )
    return ranked[:KEY_NUMBERS]


def _weight(o: Observation) -> tuple[object, ...]:
    is_large = o.interval.lower or 0
    return o.year, o.scope == "whole", "overlapping" not in o.flags, o.is_full_period, is_large


def _key(desk: Desk, o: Observation) -> Values:
    of_whom = desk.variant(o)
    if o.scope != "whole":
        of_whom = (o.scope_note if desk.locale == "zh" else "") or desk.named("scope", o.scope)
    return {**desk.brief(o), "name": desk.indicator(o.indicator), "of": of_whom}


def _next(desk: Desk, years: Iterable[int]) -> int:
    """The year after the last that is known, of the office or else of the set."""
    return max([*years] or [*desk.dataset.facts.years] or [2023]) + 1


def _form(desk: Desk, area: str, year: int) -> str:
    """Address of the return form, with what is known on the day that the page shows."""
    asked = {"office": area, "period": year, "asof": desk.address.asof}
    return "/download/template.xlsx?" + urlencode({k: v for k, v in asked.items() if v})


def _years(documents: Iterable[Document], rows: Iterable[Observation]) -> dict[int, bool]:
    """Every year from the first to the last, and whether a report speaks of it."""
    spoken: set[int] = set()
    for d in documents:
        first, last = d.period_start or d.period_end, d.period_end or d.period_start
        if first is not None and last is not None:
            spoken |= set(range(first.year, last.year + 1))
    every = spoken | {o.year for o in rows}
    if not every:
        return {}
    return {year: year in spoken for year in range(min(every), max(every) + 1)}


def _gaps(years: Mapping[int, bool]) -> list[str]:
    """Years between two reports that none speaks of."""
    spoken = [year for year, is_told in years.items() if is_told]
    return [
        str(year)
        for year, is_told in years.items()
        if not is_told and spoken and spoken[0] < year < spoken[-1]
    ]


def _crumb(desk: Desk, area: str) -> list[Values]:
    """City and parent: a registered parent's profile, else the index of what lies in it."""
    own = desk.dataset.offices[area]
    steps = [{"name": desk.t("nav.office"), "href": desk.address.to("office")}]
    steps += [_step(desk, names) for names in (own.city, own.parent) if names.zh]
    if own.parent_code in desk.dataset.offices:
        steps[-1]["href"] = desk.office_href(own.parent_code)
    return steps


def _step(desk: Desk, names: Names) -> Values:
    name = desk.name(names)
    return {"name": name, "href": desk.address.to("office", q=name)}


def _lede(
    desk: Desk, area: str, documents: int, rows: Sequence[Observation], years: Mapping[int, bool]
) -> Values:
    t, own = desk.t, desk.dataset.offices[area]
    told = {o.year for o in choice.results(rows)}
    gaps = _gaps(years)
    said = (
        t("office.none")
        if not rows
        else t(
            "office.gaps" if gaps else "office.sum",
            documents=documents,
            observations=len(rows),
            years=len(told),
            gaps=t("list").join(gaps),
        )
    )
    code = code_of(desk, own)
    until = t("office.valid_to", day=own.valid_to) if own.valid_to else ""
    since = t("office.valid_from", day=own.valid_from) if own.valid_from else ""
    note = desk.name(own.note)
    parts = filter(None, (said, code, since, until, t("office.note", note=note) if note else ""))
    successor = (own.successor,) if own.successor in desk.dataset.offices else ()
    return {
        "text": t("between_sentences").join(parts),
        "kind": desk.named("kind", own.kind),
        "after": _links(desk, successor),
        "before": _links(desk, desk.dataset.directory.predecessors(area)),
    }


def code_of(desk: Desk, own: Office) -> str:
    """The division code and the list it was taken from, or that there is none."""
    if not own.code:
        return desk.t("office.no_code", id=own.ref_area)
    if not own.code_vintage:
        return desk.t("office.code.only", code=own.code)
    return desk.t("office.code", code=own.code, vintage=own.code_vintage)


def _links(desk: Desk, areas: Iterable[str]) -> list[Values]:
    return [{**desk.office(area), "href": desk.office_href(area)} for area in areas]


def _others(desk: Desk) -> Values | None:
    """The way to a comparison, where the address names several offices."""
    if len(desk.address.offices) < 2:
        return None
    names = [str(desk.office(area)["name"]) for area in desk.address.offices]
    return {
        "text": desk.t("office.several", first=names[0], offices=desk.t("list").join(names)),
        "href": desk.address.to("compare", offices=desk.address.offices),
    }


def _table(desk: Desk, area: str, table: Known, total: int) -> Values:
    text = desk.t("office.lines", shown=table.listed, all=table.total)
    return {
        "columns": table.columns,
        "families": table.families,
        "text": text if table.listed < table.total else desk.t("office.lines.all", n=table.total),
        "href": desk.address.to("evidence", offices=(area,)),
        "all": desk.t("office.all", n=total),
    }


def _families(desk: Desk, rows: Iterable[Observation]) -> list[Values]:
    held = {o.family for o in rows}
    options = [{"value": "", "label": desk.t("any.family")}]
    options += [
        {"value": code, "label": desk.name(names)}
        for code, names in desk.dataset.families.items()
        if code in held
    ]
    return [{"label": "", "options": options}]


def _doubts(desk: Desk, rows: Iterable[Observation]) -> list[Values]:
    """What in the sources does not hold together: corrections of its rows, then marked rows."""
    by_id = {o.id: o for o in rows}
    corrected = [c for c in desk.dataset.tables["corrections"] if c["row"] in by_id]
    done = {c["row"] for c in corrected}
    found = [
        {
            **desk.brief(by_id[c["row"]]),
            "chip": desk.t(f"correction.{c['status']}"),
            "text": c[f"reason_{desk.locale}"],
        }
        for c in corrected
    ]
    marked = (o for o in by_id.values() if o.id not in done and set(DOUBTS).intersection(o.flags))
    found += [
        {
            **desk.brief(o),
            "chip": wording.named("flag", next(f for f in DOUBTS if f in o.flags), desk.locale),
            "text": desk.indicator(o.indicator),
        }
        for o in marked
    ]
    return found[:NAMED]


def _near(desk: Desk, area: str) -> list[Values]:
    """Its parts, its parent and the offices beside it, each list cut with a way to the rest."""
    own, directory = desk.dataset.offices[area], desk.dataset.directory
    parent = (own.parent_code,) if own.parent_code in desk.dataset.offices else ()
    held = desk.dataset.facts.numbers
    groups = []
    for title, areas in (
        (desk.t("office.parts"), directory.children(area)),
        (desk.t("office.parent"), parent),
        (desk.t("office.beside", parent=desk.name(own.parent)), directory.siblings(area)),
    ):
        ranked = sorted(areas, key=lambda other: other not in held)
        more = len(ranked) - NAMED
        name = desk.name(own.name if title == desk.t("office.parts") else own.parent)
        groups.append(
            {
                "title": title,
                "offices": _links(desk, ranked[:NAMED]),
                "more": desk.t("office.more", n=more) if more > 0 else "",
                "href": desk.address.to("office", q=name),
            }
        )
    return [group for group in groups if group["offices"]]


def _practices(desk: Desk, area: str) -> Values:
    """Names of the practices that reports ascribe to it, each where it stands first."""
    first = {p.name: p for p in reversed(desk.dataset.practices) if p.ref_area == area}
    named = list(reversed(first.values()))
    return {
        "names": [
            {"name": p.name, "row": p.id, "href": desk.address.href(row=p.id)}
            for p in named[:NAMED]
        ],
        "all": desk.t("search.all", n=len(named)),
        "href": desk.address.to("practices", offices=(area,)),
    }


def _reports(
    desk: Desk, area: str, documents: Sequence[Document], rows: Iterable[Observation]
) -> list[Values]:
    counts: dict[str, int] = {}
    for o in rows:
        counts[o.document] = counts.get(o.document, 0) + 1
    newest = sorted(documents, key=lambda d: str(d.published_to), reverse=True)
    return [_report(desk, area, d, counts.get(d.id, 0)) for d in newest[:LISTED]]


def _report(desk: Desk, area: str, document: Document, observations: int) -> Values:
    published, how = desk.published(document)
    return {
        "title": document.title,
        "publisher": desk.t("comma").join(filter(None, (document.publisher, document.page))),
        "published": published,
        "how": how,
        "covers": desk.name(document.period_basis),
        "observations": desk.t("search.numbers", n=observations),
        "href": desk.address.to("evidence", q=f"{document.id}-", offices=(area,)),
    }


def _empty(desk: Desk) -> Values:
    return {
        "title": desk.t("office.none"),
        "text": desk.t("office.none.text"),
        "href": desk.address.to("office"),
        "action": desk.t("office.index"),
    }
