"""Overview: what this is, how fresh it is, and who reported what, with five states told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import wording
from dashboard.compare import Cell, Observation, Place, State, coverage
from dashboard.pages import choice
from dashboard.pages.compare import ask
from dashboard.pages.desk import Desk, Values
from dashboard.records import Document
from dashboard.view import Content

WIDEST = 16
"""Columns up to which every year is shown at once; beyond, one year at a time."""
MOST = 60
"""Columns shown at once; Compare and the CSV have every office."""
STARTS = 4
LISTED = 12
"""Reports listed, newest first; Status has all."""


@dataclass(frozen=True, slots=True)
class Column:
    """One office in one year; a gap has no report."""

    ref_area: str
    year: int
    is_gap: bool


def content(desk: Desk) -> Content:
    """The page: where to start, freshness, the matrix, the reports."""
    dataset = desk.dataset
    title = desk.t("overview.title", offices=len(choice.covered(dataset)))
    lede = desk.t(
        "overview.lede",
        documents=len(dataset.documents),
        observations=dataset.facts.total,
    )
    every = columns(desk)
    year = desk.address.year or (_newest(desk) if len(every) > WIDEST else None)
    shown = [c for c in every if year is None or c.year == year][:MOST]
    values: Values = {
        "notices": desk.notices(),
        "head": {"title": title, "lede": lede},
        "starts": _starts(desk),
        "fresh": _fresh(desk),
        "account": _account(desk),
        "matrix": _matrix(desk, shown, year),
        "choices": {"years": _years(desk) if len(every) > WIDEST or desk.address.year else None},
        "documents": _documents(desk),
        "documents_total": len(dataset.documents),
        "csv": desk.csv(),
    }
    return Content(desk.t("brand"), values)


def columns(desk: Desk) -> list[Column]:
    """Offices with a report, each with its years from the first to the last, gaps included."""
    dataset = desk.dataset
    found = []
    with_numbers = dataset.facts.held(_codes(desk))
    spoken = choice.years_covered(dataset)
    known = frozenset(dataset.facts.years)
    for area in choice.covered(dataset):
        years = (spoken.get(area, set()) & known) | with_numbers.get(area, frozenset())
        if not years:
            continue
        found += [Column(area, y, y not in years) for y in range(min(years), max(years) + 1)]
    return found


def _newest(desk: Desk) -> int | None:
    """The last year that a report speaks of; plans may name later ones."""
    spoken = set().union(*choice.years_covered(desk.dataset).values())
    return max(spoken.intersection(desk.dataset.facts.years), default=None)


def _years(desk: Desk) -> list[Values]:
    options = [
        {"value": str(year), "label": str(year)} for year in reversed(desk.dataset.facts.years)
    ]
    return [{"label": "", "options": options}]


def _starts(desk: Desk) -> list[Values]:
    """Indicators that most offices report, each with the best verdict it allows."""
    lead = list(choice.worth_comparing(desk.dataset))

    def weight(code: str) -> tuple[int, int]:
        offices = desk.dataset.facts.usage[code].offices
        return offices, int(desk.dataset.indicators[code].is_core)

    return [_start(desk, code) for code in sorted(lead, key=weight, reverse=True)[:STARTS]]


def _start(desk: Desk, code: str) -> Values:
    asked = ask(desk, code)
    verdicts = [c.verdict for c in asked.base.comparisons if c is not None]
    best = min(verdicts, key=lambda v: (v.blocks, len(v.reasons)), default=None)
    offices = len({o.ref_area for o in asked.rows})
    return {
        "verdict": desk.chip(best),
        "name": desk.indicator(code),
        "href": desk.address.to("compare", indicator=code),
        "text": desk.t("overview.compare.text", offices=offices, n=len(asked.rows)),
    }


def _fresh(desk: Desk) -> list[tuple[str, str]]:
    dataset = desk.dataset
    starts = [d.period_start for d in dataset.documents.values() if d.period_start]
    ends = [d.period_end for d in dataset.documents.values() if d.period_end]
    verified = dataset.facts.verified
    rest = dataset.facts.total - verified
    facts = []
    if starts and ends:
        span = f"{wording.day(min(starts), desk.locale)} — {wording.day(max(ends), desk.locale)}"
        facts.append((desk.t("overview.period"), span))
    facts.append((desk.t("overview.version"), dataset.snapshot_id))
    success = str(desk.status.get("last_success") or "")
    if success:
        facts.append((desk.t("overview.last"), success[:16].replace("T", " ")))
    value = desk.t("overview.checked.value", verified=verified, unverified=rest)
    return [*facts, (desk.t("overview.checked"), value)]


def _account(desk: Desk) -> Values:
    observed = desk.dataset.facts.total
    left_out = sum(desk.dataset.left_out.values())
    spoken = desk.t("overview.accounted.spoken", observations=observed, left_out=left_out)
    share = round(100 * observed / max(1, observed + left_out), 1)
    return {"share": share, "spoken": spoken}


def _matrix(desk: Desk, shown: Sequence[Column], year: int | None) -> Values:
    dataset = desk.dataset
    codes = _codes(desk)
    areas = list(dict.fromkeys(c.ref_area for c in shown))
    years = sorted({c.year for c in shown})
    found = dataset.select(indicator=codes, offices=areas, year=years) if codes and areas else ()
    cells = coverage(
        found,
        dataset.tables["documents"],
        dataset.tables["not_applicable"],
        areas,
        codes,
        years=years,
    )
    key = "overview.matrix.year" if year else "overview.matrix.all"
    return {
        "subtitle": desk.t(key, shown=len(codes), all=len(dataset.facts.usage), year=year),
        "year": year or "",
        "groups": [_group(desk, area, shown) for area in areas],
        "families": _families(desk, codes, shown, cells),
    }


def _codes(desk: Desk) -> list[str]:
    """Indicators of the matrix: those with two offices or years, and the core ones."""
    dataset = desk.dataset
    lead = set(choice.worth_comparing(dataset))
    lead |= {code for code in dataset.facts.usage if dataset.indicators[code].is_core}
    return [code for code in dataset.indicators if code in lead]


def _group(desk: Desk, area: str, shown: Sequence[Column]) -> Values:
    own = [c for c in shown if c.ref_area == area]
    return {"office": desk.office(area), "columns": [_column(desk, c) for c in own]}


def _column(desk: Desk, column: Column) -> Values:
    documents = [
        d
        for d in desk.dataset.documents.values()
        if column.ref_area in d.covers and d.period_end and d.period_end.year == column.year
    ]
    note = ""
    if documents:
        note = _until(desk, documents[-1])
    return {"label": str(column.year), "note": note, "gap": column.is_gap}


def _until(desk: Desk, document: Document) -> str:
    """Up to which day a report speaks of its year; '' for a whole one."""
    end = document.period_end
    if end is None or (end.month, end.day) == (12, 31):
        return ""
    return desk.t("overview.until", day=wording.short_day(end, desk.locale))


def _families(
    desk: Desk, codes: Sequence[str], shown: Sequence[Column], cells: dict[Place, Cell]
) -> list[Values]:
    families = []
    for family, names in desk.dataset.families.items():
        own = [c for c in codes if desk.dataset.indicators[c].family == family]
        rows = [
            {
                "name": desk.indicator(code),
                "href": desk.address.to("compare", indicator=code),
                "cells": [_cell(desk, cells[c.ref_area, code, c.year]) for c in shown],
            }
            for code in own
        ]
        if rows:
            families.append({"name": desk.name(names), "rows": rows})
    return families


def _cell(desk: Desk, cell: Cell) -> Values:
    state = str(cell.state)
    if not cell.observations:
        hint = desk.t("state.not_applicable") if cell.state is State.NOT_APPLICABLE else ""
        return {"state": state, "hint": hint}
    o = next((o for o in cell.observations if o.status == "result"), cell.observations[0])
    return {
        "state": state,
        "css": _css(o),
        "row": o.id,
        "href": desk.address.href(row=o.id),
        "segments": desk.segments(o),
        "hint": wording.period(o, desk.locale) if _css(o) else "",
        "more": _more(desk, cell, o),
    }


def _css(o: Observation) -> str:
    if o.window == "cumulative":
        return "st-cum"
    return "st-part" if o.window == "flow" and not o.is_full_period else ""


def _more(desk: Desk, cell: Cell, o: Observation) -> str:
    if cell.is_self_reported:
        return desk.t("overview.self_reported")
    if "conflicting" in o.flags:
        same = desk.dataset.select(indicator=o.indicator, offices=[o.ref_area], variant=o.variant)
        rival = next((p for p in same if not p.chosen and p.time_period == o.time_period), None)
        if rival is not None:
            return desk.t("overview.conflict", other=rival.as_written)
    if o.status != "result":
        return desk.named("status", o.status)
    others = len(cell.observations) - 1
    return desk.t("overview.also", n=others) if others else ""


def _documents(desk: Desk) -> list[Values]:
    counts = desk.dataset.facts.documents
    rows = []
    every = desk.dataset.documents.values()
    for d in sorted(every, key=lambda d: str(d.published_to), reverse=True)[:LISTED]:
        published, how = desk.published(d)
        rows.append(
            {
                "title": f"{desk.office(d.ref_area)['name']}　{d.title}",
                "href": desk.address.to("evidence", q=f"{d.id}-"),
                "published": published,
                "how": how,
                "covers": desk.name(d.period_basis),
                "observations": counts.get(d.id, (0, 0))[0],
                "left_out": desk.dataset.left_out.get(d.id, 0),
            }
        )
    return rows
