"""Indicator: what it counts, what it must not be compared with, every number; else an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from dashboard import readings, wording
from dashboard.compare import Code, Observation, verdict
from dashboard.filters import Filters
from dashboard.pages import compare, indicators
from dashboard.pages.compare import Question
from dashboard.pages.desk import Desk, Values
from dashboard.records import Indicator, Names
from dashboard.twin import twin_of
from dashboard.view import Content
from dashboard.wide import listed
from extract.quantity import RULES

PAGE = 100
FIRST = 1
"""Rows that are read of the comparison: the page lists the numbers in an order of its own."""


def content(desk: Desk) -> Content:
    """The page of the indicator of the address; the index where it names none."""
    if not desk.address.indicator:
        return indicators.content(desk)
    own = desk.dataset.indicators[desk.address.indicator]
    whole = _whole(desk)
    asked = compare.ask(whole, own.code, FIRST)
    quiet = compare.unmentioned(whole, asked)
    head = compare.heading(whole, asked, len(quiet))
    total, rows, number = _numbers(desk, own)
    values: Values = {
        "notices": desk.notices(),
        "index": None,
        "head": head,
        "crumb": _crumb(desk, own),
        "about": _about(desk, own),
        "links": _links(desk, own),
        "variants": _variants(desk, own),
        "apart": _apart(desk, own),
        "rows": [_row(desk, asked, o) for o in rows],
        "found": _found(desk, total, number, len(rows)),
        "pages": _pages(desk, number, total),
        "baseline": _baseline(desk, asked),
        "choices": {
            "places": desk.place_choices(),
            "variants": desk.variant_choices(own.code, _in_use(desk, own)),
        },
        "silent": _silent(whole, quiet),
        "read": _read(desk, own),
        "twin": desk.twin(),
    }
    more = {"verdict": {o.id: _code(desk, asked, o) for o in rows}}
    return Content(head["title"], values, twin=twin_of(rows, more))


def _whole(desk: Desk) -> Desk:
    """The same question without what narrows it: every office in its latest year."""
    bare = replace(
        desk.address, year=None, variant="", offices=(), within="", like=False, per="", beside=()
    )
    return replace(desk, address=bare)


def _numbers(desk: Desk, own: Indicator) -> tuple[int, tuple[Observation, ...], int]:
    """How many numbers there are, a page of them by office and year, and which page."""
    asked = desk.address
    wanted = Filters(indicators=(own.code,), variant=asked.variant, within=asked.within)
    total, rows, number = listed(desk.dataset, wanted, PAGE, desk.address.number)
    return total, rows, number


def _in_use(desk: Desk, own: Indicator) -> Iterable[str]:
    return readings.variants(desk.dataset, own.code)


def _crumb(desk: Desk, own: Indicator) -> list[Values]:
    family = desk.name(desk.dataset.families[own.family])
    return [
        {"name": desk.t("nav.indicator"), "href": desk.address.to("indicator")},
        {"name": family, "href": desk.address.to("indicator", family=own.family)},
    ]


def _about(desk: Desk, own: Indicator) -> Values:
    """Definition, and the facts that decide what compares."""
    window = desk.named("window", own.window)
    facts = [
        (desk.t("indicator.unit"), desk.unit(own.unit), ""),
        (desk.t("indicator.window"), window, desk.t(f"indicator.window.{own.window}")),
        (desk.t("indicator.code"), own.code, ""),
    ]
    if own.polarity:
        facts.append((desk.t("indicator.polarity"), desk.named("polarity", own.polarity), ""))
    if own.is_core:
        facts.append((desk.t("indicator.core"), desk.t("indicator.core.yes"), ""))
    used = desk.dataset.facts.usage.get(own.code)
    if used:
        told = readings.years(desk.dataset)[own.code]
        years = str(told[0]) if len(told) == 1 else f"{told[0]}–{told[-1]}"
        counts = desk.t("indicator.held", offices=used.offices, n=used.observations)
        facts.append((desk.t("indicator.numbers"), counts, years))
    return {"definition": desk.name(own.definition), "note": desk.name(own.note), "facts": facts}


def _links(desk: Desk, own: Indicator) -> Values | None:
    used = desk.dataset.facts.usage.get(own.code)
    if not used:
        return None
    trends = desk.address.to("trends", indicator=own.code) if used.repeated else ""
    return {
        "compare": desk.address.to("compare", indicator=own.code),
        "trends": trends,
        "evidence": desk.address.to("evidence", indicator=own.code),
    }


def _variants(desk: Desk, own: Indicator) -> list[Values]:
    """Each variant with its definition and how many numbers it has; numbers without one last."""
    counts = readings.variants(desk.dataset, own.code)
    defined = {
        row["variant"]: Names(row["definition_zh"], row["definition_en"])
        for row in desk.dataset.tables["variants"]
        if row["indicator"] == own.code
    }
    if not defined:
        return []
    lines = [
        (desk.name(desk.dataset.variants[own.code, code]), desk.name(text), code)
        for code, text in defined.items()
    ]
    if "" in counts:
        lines.append((desk.t("indicator.no_variant"), desk.t("indicator.no_variant.text"), ""))
    return [
        {
            "name": name,
            "definition": text,
            "n": counts.get(code, (0, 0))[0],
            "offices": counts.get(code, (0, 0))[1],
            "href": desk.address.href(variant=code, number=1) if code in counts and code else "",
        }
        for name, text, code in lines
    ]


def _apart(desk: Desk, own: Indicator) -> list[Values]:
    """Indicators declared not comparable, by this one or by the other, and what sets them apart."""
    known = desk.dataset.indicators
    declared = [known[code] for code in own.not_comparable_with if code in known]
    declared += [
        i for i in known.values() if own.code in i.not_comparable_with and i not in declared
    ]
    return [
        {
            "verdict": desk.code_chip(_difference(own, other), "blocks"),
            "name": desk.name(other.name),
            "href": desk.indicator_href(other.code),
            "why": _why(desk, own, other),
            "definition": desk.name(other.definition),
        }
        for other in declared
    ]


def _difference(own: Indicator, other: Indicator) -> Code:
    if own.unit != other.unit:
        return Code.UNIT_MISMATCH
    return Code.WINDOW_MISMATCH if own.window != other.window else Code.SCOPE_MISMATCH


def _why(desk: Desk, own: Indicator, other: Indicator) -> str:
    if own.unit != other.unit:
        units = {"unit": desk.unit(own.unit), "other": desk.unit(other.unit)}
        return desk.t("indicator.apart.unit", **units)
    if own.window != other.window:
        window = {"window": desk.named("window", own.window)}
        return desk.t("indicator.apart.window", **window, other=desk.named("window", other.window))
    return desk.t("indicator.apart.object")


def _row(desk: Desk, asked: Question, o: Observation) -> Values:
    base = asked.base
    is_base = base is not None and base.id == o.id
    judged = None if base is None or is_base else verdict(base, o, desk.dataset.registry)
    return {
        **desk.brief(o),
        "profile": desk.office_href(o.ref_area),
        "bounds": wording.bounds(o, desk.locale),
        "chip": "" if o.status == "result" else desk.named("status", o.status),
        "rival": not o.chosen and "conflicting" in o.flags,
        "note": o.scope_note if desk.locale == "zh" else "",
        "verdict": desk.chip(judged) if judged or is_base else None,
    }


def _code(desk: Desk, asked: Question, o: Observation) -> str:
    base = asked.base
    if base is None or base.id == o.id:
        return "BASELINE" if base is not None else ""
    return str(verdict(base, o, desk.dataset.registry).code)


def _baseline(desk: Desk, asked: Question) -> str:
    base = asked.base
    if base is None:
        return ""
    office = desk.office(base.ref_area)["name"]
    period = wording.period(base, desk.locale)
    return desk.t("indicator.baseline", office=office, number=base.as_written, period=period)


def _found(desk: Desk, total: int, number: int, count: int) -> str:
    first = (number - 1) * PAGE
    if count == total:
        return desk.t("indicator.found", n=total)
    return desk.t("indicator.found.of", n=total, a=first + 1, b=first + count)


def _pages(desk: Desk, number: int, total: int) -> Values | None:
    last = max(1, -(-total // PAGE))
    if last == 1:
        return None
    return {
        "previous": desk.address.href(number=number - 1) if number > 1 else "",
        "next": desk.address.href(number=number + 1) if number < last else "",
        "here": desk.t("evidence.page", number=number, total=last),
    }


def _silent(desk: Desk, areas: pa.Array) -> Values:
    found = compare.silent(desk, areas)
    offices: Sequence[Values] = found["offices"]
    linked = [{**office, "href": desk.office_href(office["ref_area"])} for office in offices]
    return {**found, "offices": linked}


def _read(desk: Desk, own: Indicator) -> Values | None:
    """By which rules the numbers were read, and how many of them are exact."""
    sure = readings.certainty(desk.dataset, own.code)
    if not sure.total:
        return None
    known = {rule.id: rule for rule in RULES}
    kinds = ("exact", "interval", "assumed", "unbounded")
    return {
        "kinds": [
            {
                "name": desk.t(f"indicator.read.{kind}"),
                "n": getattr(sure, kind),
                "share": round(100 * getattr(sure, kind) / sure.total),
            }
            for kind in kinds
            if getattr(sure, kind)
        ],
        "rules": [
            {
                "id": code,
                "words": desk.t("list").join(known[code].words_zh[:4]) if code in known else "",
                "bounds": _bounds(desk, code),
                "n": n,
            }
            for code, n in readings.rules(desk.dataset, own.code).items()
        ],
    }


def _bounds(desk: Desk, code: str) -> str:
    rule = next((rule for rule in RULES if rule.id == code), None)
    if rule is None:
        return ""
    return rule.bounds_zh if desk.locale == "zh" else rule.bounds_en
