"""Who reported what: offices and years across, indicators down, five states told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa

from dashboard import wide, wording
from dashboard.compare import Cell, Observation, Place, State, coverage
from dashboard.once import once_a_set
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.records import Document
from dashboard.store import Dataset

__all__ = ["Column", "columns", "matrix"]

WIDEST = 16
"""Columns up to which every year is shown at once; beyond, one year at a time."""
NARROW = 3
"""Columns that a narrow screen holds beside the names."""
MOST = 30
"""Columns shown at once; Compare and the CSV have every office."""
KEPT = 4
"""Tables whose rows are kept: a few years."""
ROWS = 40
"""Indicators shown; Evidence has all."""


@dataclass(frozen=True, slots=True)
class Column:
    """One office in one year; a gap has no report."""

    ref_area: str
    year: int
    is_gap: bool


def columns(desk: Desk) -> list[Column]:
    """Offices with a report, each with its years from the first to the last, gaps included."""
    return [Column(area, y, gap) for area, span in _spans(desk) for y, gap in span.items()]


def _spans(desk: Desk) -> Iterator[tuple[str, Mapping[int, bool]]]:
    """Each office with its years, and which of them are gaps."""
    dataset, within = desk.dataset, desk.address.within
    held, told = dataset.facts.held(_codes(dataset)), dataset.documents.years
    known, nothing = frozenset(dataset.facts.years), frozenset[int]()
    made: dict[tuple[frozenset[int], frozenset[int]], Mapping[int, bool]] = {}
    every = wide.roll(dataset)
    spoken = np.flatnonzero(dataset.documents.spoken.mask & every.lying(within))
    told_years, held_years = told.listed(), held.listed()
    areas = every.areas.take(pa.array(spoken)).to_pylist()
    for area, place in zip(areas, spoken.tolist(), strict=True):
        pair = told_years[place] or nothing, held_years[place] or nothing
        if pair not in made:
            made[pair] = _span((pair[0] & known) | pair[1])
        if made[pair]:
            yield area, made[pair]


def _span(years: frozenset[int]) -> Mapping[int, bool]:
    """The years from the first to the last, and which of them are gaps."""
    if not years:
        return {}
    return {year: year not in years for year in range(min(years), max(years) + 1)}


def matrix(desk: Desk) -> Values:
    """Heads, rows and cells of the table, what of it is not shown, and the years to choose."""
    spans = list(_spans(desk))
    is_wide = sum(len(span) for _area, span in spans) > WIDEST
    year = desk.address.year or (_newest(desk.dataset) if is_wide else None)
    asked = [(area, span) for area, span in spans if year is None or year in span]
    size = sum(len(span) for _area, span in asked) if year is None else len(asked)
    pages = max(1, -(-size // MOST))
    number = min(desk.address.number, pages)
    every = (
        Column(area, y, gap)
        for area, span in asked
        for y, gap in (span.items() if year is None else [(year, span[year])])
    )
    shown = list(islice(every, (number - 1) * MOST, number * MOST))
    codes = _codes(desk.dataset)
    listed = codes[:ROWS]
    areas = list(dict.fromkeys(c.ref_area for c in shown))
    families = _families(desk, listed, shown, _cells(desk, listed, shown, areas))
    last = _last(desk.dataset, areas)
    return {
        "subtitle": _subtitle(desk, len(listed), len(shown), year),
        "more": _more_columns(desk, size - len(shown)),
        "pages": desk.pager("evidence.page", number, pages),
        "year": year or "",
        "places": desk.place_choices(),
        "years": desk.year_choices(desk.dataset.facts.years, desk.t("overview.every_year"))
        if not is_wide
        else _years(desk),
        "groups": [_group(desk, area, shown, last) for area in areas],
        "families": families,
        "height": len(families) + sum(len(family["rows"]) for family in families),
        "hint": desk.t("overview.scroll", n=len(shown)) if len(shown) > NARROW else "",
    }


def _newest(dataset: Dataset) -> int | None:
    """The last year that a report speaks of; plans may name later ones."""
    spoken = frozenset[int]().union(*dataset.documents.years.distinct())
    return max(spoken.intersection(dataset.facts.years), default=None)


def _years(desk: Desk) -> list[Values]:
    years = desk.dataset.facts.years
    return [{"label": "", "options": [{"value": str(y), "label": str(y)} for y in reversed(years)]}]


@once_a_set
def _ordered(dataset: Dataset) -> tuple[str, ...]:
    """Indicators of the matrix: the core ones, then those with two offices or years that most
    offices report; so many of them, in registry order."""
    usage = dataset.facts.usage
    core = [code for code in usage if dataset.indicators[code].is_core]
    rest = [code for code in choice.worth_comparing(dataset) if code not in core]
    rest.sort(key=lambda code: -usage[code].offices)
    kept = {*core, *rest[: max(0, ROWS - len(core))]}
    return tuple(code for code in dataset.indicators if code in kept)


def _codes(dataset: Dataset) -> tuple[str, ...]:
    return _ordered(dataset)


def _subtitle(desk: Desk, shown: int, wide: int, year: int | None) -> str:
    key = "overview.matrix.year" if year else "overview.matrix.all"
    every = len(desk.dataset.facts.usage)
    return desk.t(key, shown=shown, columns=wide, all=every, year=year)


def _more_columns(desk: Desk, n: int) -> str:
    return desk.t("overview.matrix.more", n=n) if n > 0 else ""


def _cells(
    desk: Desk, codes: Sequence[str], shown: Sequence[Column], areas: Sequence[str]
) -> Mapping[Place, Values]:
    """Every cell in words, by office, indicator and year."""
    dataset = desk.dataset
    years = sorted({c.year for c in shown})
    found = _found(dataset, tuple(codes), tuple(areas), tuple(years))
    documents = (
        {"covers": d.covers, "period_start": d.period_start, "period_end": d.period_end}
        for d in dataset.documents.of(*areas)
    )
    barred = dataset.tables["not_applicable"]
    cells = coverage(found, documents, barred, areas, codes, years=years)
    rivals: dict[tuple[str, ...], Observation] = {
        (o.ref_area, o.indicator, o.variant, o.time_period): o for o in found if not o.chosen
    }
    return {place: _cell(desk, place, cell, rivals) for place, cell in cells.items()}


@once_a_set
def _kept(_dataset: Dataset) -> dict[tuple[tuple[object, ...], ...], tuple[Observation, ...]]:
    """The rows of the tables asked for last: the same few years are asked for by every reader."""
    return {}


def _found(
    dataset: Dataset, codes: tuple[str, ...], areas: tuple[str, ...], years: tuple[int, ...]
) -> tuple[Observation, ...]:
    if not codes or not areas:
        return ()
    kept, key = _kept(dataset), (codes, areas, years)
    rows = kept.get(key)
    if rows is None:
        rows = dataset.select(indicator=codes, offices=areas, year=years)
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = rows
    return rows


def _last(dataset: Dataset, areas: Sequence[str]) -> Mapping[tuple[str, int], Document]:
    """The report that speaks of an office's year."""
    return {
        (area, d.period_end.year): d
        for d in dataset.documents.of(*areas)
        if d.period_end is not None
        for area in d.covers
    }


def _group(
    desk: Desk, area: str, shown: Sequence[Column], last: Mapping[tuple[str, int], Document]
) -> Values:
    own = [c for c in shown if c.ref_area == area]
    return {
        "office": desk.office(area),
        "href": desk.address.to("office", offices=(area,)),
        "columns": [_column(desk, c, last.get((area, c.year))) for c in own],
    }


def _column(desk: Desk, column: Column, document: Document | None) -> Values:
    note = _until(desk, document) if document is not None else ""
    return {"label": str(column.year), "note": note, "gap": column.is_gap}


def _until(desk: Desk, document: Document) -> str:
    """Up to which day a report speaks of its year; '' for a whole one."""
    end = document.period_end
    if end is None or (end.month, end.day) == (12, 31):
        return ""
    return desk.t("overview.until", day=wording.short_day(end, desk.locale))


def _families(
    desk: Desk, codes: Sequence[str], shown: Sequence[Column], cells: Mapping[Place, Values]
) -> list[Values]:
    families = []
    for family, names in desk.dataset.families.items():
        rows = [
            {
                "name": desk.indicator(code),
                "href": desk.address.to("compare", indicator=code),
                "cells": [cells[c.ref_area, code, c.year] for c in shown if not c.is_gap],
            }
            for code in codes
            if desk.dataset.indicators[code].family == family
        ]
        if rows:
            families.append({"name": desk.name(names), "rows": rows})
    return families


def _cell(
    desk: Desk, place: Place, cell: Cell, rivals: Mapping[tuple[str, ...], Observation]
) -> Values:
    state = str(cell.state)
    if not cell.observations:
        is_barred = cell.state is State.NOT_APPLICABLE
        return {"state": state, "hint": _why_not(desk, place) if is_barred else ""}
    o = next((o for o in cell.observations if o.status == "result"), cell.observations[0])
    rival = rivals.get((o.ref_area, o.indicator, o.variant, o.time_period))
    return {
        "state": state,
        "css": _css(o),
        "row": o.id,
        "href": desk.row_href(o.id),
        "segments": desk.segments(o),
        "hint": wording.period(o, desk.locale) if _css(o) else "",
        "more": _more(desk, cell, o, rival if "conflicting" in o.flags else None),
    }


def _why_not(desk: Desk, place: Place) -> str:
    """Not applicable, and why."""
    area, indicator, _year = place
    rows = desk.dataset.tables["not_applicable"]
    reasons = (
        row[f"reason_{desk.locale}"]
        for row in rows
        if (row["ref_area"], row["indicator"]) == (area, indicator)
    )
    said = desk.t("state.not_applicable")
    reason = next(reasons, "")
    return f"{said}{desk.t('colon')}{reason}" if reason else said


def _css(o: Observation) -> str:
    if o.window == "cumulative":
        return "st-cum"
    return "st-part" if o.window == "flow" and not o.is_full_period else ""


def _more(desk: Desk, cell: Cell, o: Observation, rival: Observation | None) -> str:
    """What else is in the cell, or what the number is when it is no plain result."""
    if cell.state is State.ZERO:
        is_some = o.scope == "key_dates"
        notes = [desk.named("scope", o.scope)] if is_some else []
        notes += [desk.t("overview.self_reported")] if cell.is_self_reported else []
        return desk.t("comma").join(notes)
    if rival is not None:
        return desk.t("overview.conflict", other=rival.as_written)
    if o.status != "result":
        return desk.named("status", o.status)
    kinds = len({p.variant for p in cell.observations})
    others = len(cell.observations) - 1
    if kinds > 1:
        return desk.t("overview.kinds", n=kinds)
    return desk.t("overview.also", n=others) if others else ""
