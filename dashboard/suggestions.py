"""Suggestions for what somebody is typing: indicators, offices, and the words of the reports.

`GET /api/v1/suggest?q=…&lang=zh|en` answers the search field of every page; `only=office`, with
`indicator=` if only offices with results of it are meant, answers a field that picks an office.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify, request

from dashboard.address import LONGEST, Address, query_of
from dashboard.edition import edition
from dashboard.phrases import Phrase, phrases
from dashboard.records import Locale
from dashboard.store import Dataset, Store
from dashboard.wording import unit_name

__all__ = ["INDICATORS", "OFFICES", "Asked", "blueprint", "suggestions"]

INDICATORS = 5
OFFICES = 8
"""Suggested at most; how many more there are is said."""

Suggestion = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is typed and where: `is_picker` wants offices alone, of `indicator` if that is set."""

    q: str
    locale: Locale
    is_picker: bool = False
    indicator: str = ""
    asof: str = ""


def blueprint(store: Store) -> Blueprint:
    """The route `/api/v1/suggest`; any query whatever gives an answer."""
    routes = Blueprint("suggestions", __name__)

    @routes.get("/api/v1/suggest")
    def suggest() -> Response:
        query = query_of(request.query_string)
        shown = edition(store, query)
        given = {name: (values[0] if values else "") for name, values in query.items()}
        asked = Asked(
            q=given.get("q", "").strip()[:LONGEST],
            locale="en" if given.get("lang") == "en" else "zh",
            is_picker=given.get("only") == "office",
            indicator=given.get("indicator", ""),
            asof="" if shown.refusal else given.get("asof", "")[:10],
        )
        answer = jsonify(suggestions(shown.dataset, asked))
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return routes


def suggestions(dataset: Dataset, asked: Asked) -> Mapping[str, Any]:
    """Groups of suggestions, the best first, and how many there are in words for a listener."""
    t = phrases(asked.locale)
    if asked.is_picker:
        groups = [_offices(dataset, asked, t)]
    elif asked.q:
        groups = [_indicators(dataset, asked, t), _offices(dataset, asked, t)]
    else:
        groups = []
    found = sum(group["found"] for group in groups)
    said = t("search.said", n=found) if found else t("search.said.none", q=asked.q)
    if asked.q and not asked.is_picker:
        groups.append(_words(asked, t))
    return {"q": asked.q, "said": said, "groups": [g for g in groups if g["items"]]}


def _indicators(dataset: Dataset, asked: Asked, t: Phrase) -> Suggestion:
    usage = dataset.facts.usage
    found, codes = dataset.directory.find_indicators(asked.q, INDICATORS, usage)
    items = [_indicator(dataset, asked, t, code) for code in codes]
    if found > len(items):
        items.append(_all(asked, t, "indicator", found))
    return {"kind": "indicator", "name": t("nav.indicator"), "found": found, "items": items}


def _indicator(dataset: Dataset, asked: Asked, t: Phrase, code: str) -> Suggestion:
    own, used = dataset.indicators[code], dataset.facts.usage.get(code)
    profile = _to(asked, "indicator", indicator=code)
    unit = unit_name(own.unit, asked.locale)
    return {
        "kind": "indicator",
        "code": code,
        "name": own.name.in_(asked.locale),
        "hint": t("search.used", unit=unit, n=used.offices) if used else t("search.unused"),
        "href": _to(asked, "compare", indicator=code) if used else profile,
        "also": {"name": t("search.profile"), "href": profile} if used else None,
    }


def _offices(dataset: Dataset, asked: Asked, t: Phrase) -> Suggestion:
    held = dataset.facts.numbers
    only: Collection[str] | None = None
    if asked.is_picker:
        only = dataset.facts.spread(asked.indicator).years if asked.indicator else held
    found, codes = dataset.directory.find_offices(asked.q, OFFICES, held, only)
    if only is not None and not asked.q:
        found, codes = len(only), tuple(islice(only, OFFICES))
    items = [_office(dataset, asked, t, code) for code in codes]
    if found > len(items) and not asked.is_picker:
        items.append(_all(asked, t, "office", found))
    return {"kind": "office", "name": t("nav.office"), "found": found, "items": items}


def _office(dataset: Dataset, asked: Asked, t: Phrase, code: str) -> Suggestion:
    own, held = dataset.offices[code], dataset.facts.numbers.get(code)
    places = dict.fromkeys(n.in_(asked.locale) for n in (own.city, own.parent) if n.zh)
    count = t("search.numbers", n=held.observations) if held else t("search.unused")
    return {
        "kind": "office",
        "code": code,
        "name": own.name.in_(asked.locale),
        "hint": t("comma").join(filter(None, (" › ".join(places), count))),
        "href": _to(asked, "office", offices=(code,)),
    }


def _all(asked: Asked, t: Phrase, page: str, found: int) -> Suggestion:
    return {
        "kind": "all",
        "code": "",
        "name": t("search.all", n=found),
        "hint": "",
        "href": _to(asked, page, q=asked.q),
    }


def _words(asked: Asked, t: Phrase) -> Suggestion:
    href = _to(asked, "evidence", q=asked.q)
    item = {"kind": "words", "code": "", "name": t("search.words", q=asked.q), "hint": ""}
    return {"kind": "words", "name": t("phrase"), "found": 0, "items": [{**item, "href": href}]}


def _to(asked: Asked, page: str, **changes: object) -> str:
    return Address(asked.locale, page, asof=asked.asof).href(**changes)
