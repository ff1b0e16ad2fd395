"""The drawer of a practice: its name where it stands, who else names it, and the checks."""

from __future__ import annotations

import re

from dashboard.pages.desk import Desk, Values
from dashboard.practices import Practice
from dashboard.view import fill
from extract.evidence import stands

__all__ = ["practice_drawer"]

AROUND = 60
"""Characters of a report shown on either side, at most."""
OTHERS = 6
CLAUSE_MARKS = "，、：,:”’"
SENTENCE_ENDS = re.compile(r"[。！？；\n]")


def practice_drawer(desk: Desk, p: Practice) -> str:
    """HTML of one practice."""
    families = desk.dataset.practices.families
    values: Values = {
        "office": desk.office(p.ref_area),
        "name": p.name,
        "family": desk.name(families[p.family].name),
        "kind": desk.t(f"practices.kind.{p.kind}"),
        "href": desk.address.href(row=p.id),
        "close": desk.address.href(),
        "around": _around(desk, p),
        "facts": _facts(desk, p),
        **_others(desk, p),
        "checks": _checks(desk, p),
    }
    return fill("practice_drawer.html", desk.address, {"o": values})


def _text(desk: Desk, p: Practice) -> str | None:
    return desk.sources.get(desk.dataset.documents[p.document].sha256)


def _around(desk: Desk, p: Practice) -> tuple[str, str] | None:
    """The sentence before and after the name, where the report's text is on this machine."""
    text = _text(desk, p)
    if text is None or not stands(text, p.start, p.end, p.written):
        return None
    before, after = text[max(0, p.start - AROUND) : p.start], text[p.end : p.end + AROUND]
    ends = [found.end() for found in SENTENCE_ENDS.finditer(before)]
    end = SENTENCE_ENDS.search(after)
    first = before[ends[-1] :] if ends else f"…{before.lstrip(CLAUSE_MARKS)}"
    return first, after[: end.end()].strip("\n") if end else f"{after}…"


def _facts(desk: Desk, p: Practice) -> list[tuple[str, str, str]]:
    document = desk.dataset.documents[p.document]
    when, how = desk.published(document)
    stated = (document.title, document.publisher, document.page, when)
    family = desk.dataset.practices.families[p.family]
    position = desk.t("drawer.position.value", start=p.start + 1, length=p.end - p.start)
    return [
        (desk.t("drawer.source"), desk.t("comma").join(filter(None, stated)), how),
        (desk.t("drawer.position"), position, ""),
        (desk.t("family"), desk.name(family.name), desk.name(family.definition)),
        (desk.t("practices.kind"), desk.t(f"practices.kind.{p.kind}"), ""),
    ]


def _others(desk: Desk, p: Practice) -> Values:
    """Where else the same name stands."""
    named = [other for other in desk.dataset.practices.by_name[p.name] if other.id != p.id]
    more = len(named) - OTHERS
    return {
        "others": [
            {
                "office": desk.office(other.ref_area),
                "row": other.id,
                "href": desk.address.href(row=other.id),
                "document": desk.dataset.documents[other.document].title,
                "when": desk.published(desk.dataset.documents[other.document])[0],
            }
            for other in named[:OTHERS]
        ],
        "more_others": desk.t("practices.more", n=more) if more > 0 else "",
        "all_others": desk.address.to("practices", q=p.name),
    }


def _checks(desk: Desk, p: Practice) -> list[tuple[str, str, str]]:
    text = _text(desk, p)
    if text is None:
        place = (desk.t("drawer.found.unchecked"), desk.t("drawer.found.unchecked.why"))
    else:
        found = stands(text, p.start, p.end, p.written)
        place = (desk.t("drawer.found.yes" if found else "drawer.found.no"), "")
    both = p.read_1_on is not None and p.read_2_on is not None
    read = (
        desk.t("drawer.read.both", first=p.read_1_on, second=p.read_2_on)
        if both
        else desk.t("drawer.read.once")
    )
    by = "drawer.read.demo" if desk.dataset.label.zh else "drawer.read.by"
    return [
        (desk.t("drawer.found"), *place),
        (desk.t("drawer.read"), read, desk.t(by)),
        (desk.t("drawer.id"), p.id, ""),
    ]
