"""Practices: what the reports name, as a matrix of units and families and as a register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.practices import KINDS, Practice, Wanted
from dashboard.twin import Twin
from dashboard.view import Content

MATRIX = 24
"""Units of the matrix; a filter finds the others."""
IN_CELL, IN_WIDE_CELL = 3, 24
"""Names in a cell of all families, and of one."""
PAGE = 60
"""Names of the register at once."""
MENTIONS = 4
"""Mentions listed of one name."""
COLUMNS = (
    *("id", "document", "start", "end", "ref_area", "office", "name", "family", "kind"),
    *("published_from", "published_to", "read_1_on", "read_2_on"),
)

Named = Mapping[str, Sequence[Practice]]


def content(desk: Desk) -> Content:
    """The page: counts, filters, the matrix, a page of the register."""
    practices = desk.dataset.practices
    found = practices.find(wanted(desk))
    named = _by_name(desk, found)
    pages = max(1, -(-len(named) // PAGE))
    number = min(desk.address.number, pages)
    values: Values = {
        "notices": desk.notices(),
        "head": _head(desk),
        "choices": _choices(desk),
        "empty": None if found else _empty(desk),
        "matrix": _matrix(desk, found),
        "csv": desk.twin(),
        "found": _found(desk, named, found),
        "groups": _groups(desk, named, number),
        "pages": desk.pager("practices.page", number, pages),
    }
    return Content(desk.t("nav.practices"), values, twin=Twin(COLUMNS, _twin_rows(desk, found)))


def wanted(desk: Desk) -> Wanted:
    """Which practices the address asks for."""
    asked = desk.address
    words = tuple(asked.q.lower().split())
    about = _about(desk) if words else None
    return Wanted(asked.family, asked.kind, asked.offices, words, about)


def _about(desk: Desk) -> Mapping[str, str]:
    """Words by which a code is found too: names of units, families, kinds and documents."""
    dataset = desk.dataset
    named = {code: f"{f.name.zh}\n{f.name.en}" for code, f in dataset.practices.families.items()}
    named |= {kind: desk.t(f"practices.kind.{kind}") for kind in KINDS}
    for area in dataset.practices.offices:
        office = dataset.offices[area]
        named[area] = f"{office.name.zh}\n{office.name.en}\n{office.code}"
    reports = dataset.documents.fetch(dataset.practices.documents)
    titles = {code: d.title for code, d in reports.items()}
    return {code: words.lower() for code, words in (named | titles).items()}


def _by_name(desk: Desk, found: Sequence[Practice]) -> Named:
    """What was found by name, in the order of the register: widest known first."""
    if len(found) == len(desk.dataset.practices):
        return desk.dataset.practices.by_name
    own: dict[str, list[Practice]] = {}
    for p in found:
        own.setdefault(p.name, []).append(p)
    return {name: own[name] for name in desk.dataset.practices.by_name if name in own}


def _head(desk: Desk) -> Values:
    practices = desk.dataset.practices
    lede = desk.t(
        "practices.lede",
        documents=len(practices.documents),
        mentions=len(practices),
        names=len(practices.by_name),
        offices=len(practices.offices),
        several=practices.shared,
    )
    return {"title": desk.t("practices.title", n=len(practices.by_name)), "lede": lede}


def _choices(desk: Desk) -> Values:
    practices = desk.dataset.practices
    families = [{"value": "", "label": desk.t("any.family")}]
    families += [{"value": c, "label": desk.name(f.name)} for c, f in practices.families.items()]
    kinds = [{"value": "", "label": desk.t("any.family")}]
    kinds += [{"value": kind, "label": desk.t(f"practices.kind.{kind}")} for kind in KINDS]
    areas = [area for area in desk.dataset.offices if area in practices.offices]
    return {
        "families": [{"label": "", "options": families}],
        "kinds": [{"label": "", "options": kinds}],
        "offices": desk.office_choices(areas, desk.t("any.office")),
    }


def _matrix(desk: Desk, found: Sequence[Practice]) -> Values:
    """Units down, families across; silence and the lack of a report are told apart."""
    families = desk.dataset.practices.families
    shown = _shown(desk, found)
    areas, more = _areas(desk, found)
    listed = frozenset(areas)
    cells: dict[tuple[str, str], dict[str, Practice]] = {}
    for p in found:
        if p.ref_area in listed:
            cells.setdefault((p.ref_area, p.family), {}).setdefault(p.name, p)
    spoken = set(choice.covered(desk.dataset))
    return {
        "families": [
            {
                "name": desk.name(families[code].name),
                "href": desk.address.href(family=code, number=1),
            }
            for code in shown
        ],
        "rows": [
            {
                "office": desk.office(area),
                "href": desk.address.href(offices=(area,), number=1),
                "total": sum(len(cells.get((area, code), {})) for code in shown),
                "cells": [_cell(desk, area, cells.get((area, c), {}), c, spoken) for c in shown],
            }
            for area in areas
        ],
        "more": desk.t("practices.more_offices", n=more) if more else "",
    }


def _shown(desk: Desk, found: Sequence[Practice]) -> list[str]:
    """Families of the matrix: the one asked for; of a search, those in which something is."""
    asked, families = desk.address, desk.dataset.practices.families
    if asked.q or asked.kind:
        held = {p.family for p in found}
        return [code for code in families if code in held]
    return [code for code in families if asked.family in ("", code)]


def _areas(desk: Desk, found: Sequence[Practice]) -> tuple[list[str], int]:
    """The units of the matrix, and how many more name something.

    Those with most names come first; those that a report covers and that name nothing follow
    while there is room, and last those without a report. A filter leaves only whom it asks for.
    """
    counts = _counts(desk, found)
    naming = sorted(counts, key=lambda area: -counts[area])
    asked = desk.address
    if asked.offices:
        others = [area for area in asked.offices if area not in counts]
    elif asked.q or asked.kind or len(naming) >= MATRIX:
        others = []
    else:
        spoken = [area for area in choice.covered(desk.dataset) if area not in counts]
        told = {*counts, *spoken}
        unspoken = (area for area in desk.dataset.offices if area not in told)
        others = [*spoken, *islice(unspoken, max(0, MATRIX - len(naming) - len(spoken)))]
    return [*naming, *others][:MATRIX], max(0, len(naming) - MATRIX)


def _counts(desk: Desk, found: Sequence[Practice]) -> Mapping[str, int]:
    """How many of the names found each unit has."""
    if len(found) == len(desk.dataset.practices):
        return desk.dataset.practices.offices
    return Counter(area for area, _ in sorted({(p.ref_area, p.name) for p in found}))


def _cell(
    desk: Desk, area: str, named: Mapping[str, Practice], family: str, spoken: set[str]
) -> Values:
    if not named:
        return {"state": "silent" if area in spoken else "no_document"}
    limit = IN_WIDE_CELL if desk.address.family else IN_CELL
    more = len(named) - limit
    every = desk.dataset.practices.by_name
    widest = sorted(named.values(), key=lambda p: -len({q.ref_area for q in every[p.name]}))
    return {
        "state": "named",
        "count": len(named),
        "names": [_mention(desk, p) for p in widest[:limit]],
        "more": desk.t("practices.more", n=more) if more > 0 else "",
        "href": desk.address.href(offices=(area,), family=family, number=1),
    }


def _mention(desk: Desk, p: Practice) -> Values:
    return {"name": p.name, "row": p.id, "href": desk.address.href(row=p.id)}


def _groups(desk: Desk, named: Named, number: int) -> list[Values]:
    """A page of names: those of several reports, then those of one."""
    names = list(named)[(number - 1) * PAGE : number * PAGE]
    every = desk.dataset.practices.by_name
    wide = [name for name in names if len({p.document for p in every[name]}) > 1]
    groups = (
        ("several", wide),
        ("one", [name for name in names if name not in set(wide)]),
    )
    return [
        {
            "title": desk.t(f"practices.group.{code}"),
            "lines": [_line(desk, named[name], every[name]) for name in own],
        }
        for code, own in groups
        if own
    ]


def _line(desk: Desk, rows: Sequence[Practice], everywhere: Sequence[Practice]) -> Values:
    first = rows[0]
    more = len(rows) - MENTIONS
    offices = len({p.ref_area for p in everywhere})
    return {
        **_mention(desk, first),
        "mentions": [_where(desk, p) for p in rows[:MENTIONS]],
        "more": desk.t("practices.more_mentions", n=more) if more > 0 else "",
        "more_href": desk.address.to("practices", q=first.name),
        "family": desk.name(desk.dataset.practices.families[first.family].name),
        "kind": desk.t(f"practices.kind.{first.kind}"),
        "offices": desk.t("practices.offices", n=offices) if offices > 1 else "",
        "alone": desk.t("practices.offices.one"),
    }


def _where(desk: Desk, p: Practice) -> Values:
    document = desk.dataset.documents[p.document]
    when, how = desk.published(document)
    return {
        "row": p.id,
        "href": desk.address.href(row=p.id),
        "office": desk.office(p.ref_area),
        "title": document.title,
        "when": when,
        "how": how,
    }


def _found(desk: Desk, named: Named, found: Sequence[Practice]) -> str:
    return desk.t("practices.found", n=len(named), mentions=len(found))


def _empty(desk: Desk) -> Values:
    if not len(desk.dataset.practices):
        title, text = desk.t("practices.none.title"), desk.t("practices.none.text")
        return {"title": title, "text": text, "href": "", "action": ""}
    return {
        "title": desk.t("practices.empty.title"),
        "text": desk.t("practices.empty.text"),
        "href": desk.address.to("practices"),
        "action": desk.t("reset"),
    }


def _twin_rows(desk: Desk, found: Sequence[Practice]) -> Iterator[tuple[object, ...]]:
    dataset = desk.dataset
    return (
        (
            *(p.id, p.document, p.start, p.end, p.ref_area),
            desk.name(dataset.offices[p.ref_area].name),
            *(p.written, p.family, p.kind),
            dataset.documents[p.document].published_from,
            dataset.documents[p.document].published_to,
            *(p.read_1_on, p.read_2_on),
        )
        for p in dataset.documents.ahead(found)
    )
