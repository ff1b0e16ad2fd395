"""Everything known of one office: indicators down, years across, five states told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard import wording
from dashboard.compare import Cell, Observation, Place, State, coverage
from dashboard.pages.desk import Desk, Values

__all__ = ["ROWS", "Known", "known"]

ROWS = 40
"""Rows shown of all families together; a family by itself is shown whole."""
STACKED = 4
"""Numbers shown in one cell."""
SAID = (
    "overlapping",
    "distributive",
    "per_person",
    "donor_money",
    "contradictory",
    "suspect_lost_decimal",
    "parts_differ",
)
"""Flags that change what a number means, said beside it."""

Key = tuple[str, str]
"""Indicator and variant: one row."""


@dataclass(frozen=True, slots=True)
class Known:
    """The table: its columns, its rows by family, and the observations that stand in it."""

    columns: list[Values]
    families: list[Values]
    shown: tuple[Observation, ...]
    listed: int
    total: int


def known(desk: Desk, area: str, rows: Sequence[Observation], years: Mapping[int, bool]) -> Known:
    """The table of an office's observations; `years` says of each year whether it has a report.

    The rows that matter least fall away: core indicators and those of several years stay.
    """
    lines = _lines(desk, rows)
    asked = [key for key in lines if desk.address.family in ("", _family(desk, key))]
    kept = asked if desk.address.family else sorted(asked, key=_rank(desk, lines))[:ROWS]
    kept = [key for key in asked if key in kept]
    cells = _cells(desk, area, rows, list(dict.fromkeys(code for code, _ in kept)), list(years))
    families: dict[str, list[Values]] = {code: [] for code in desk.dataset.families}
    for key in kept:
        found = _row(desk, key, lines[key], cells, years)
        families.setdefault(_family(desk, key), []).append(found)
    listed = set(kept)
    return Known(
        [_column(desk, area, year, is_told) for year, is_told in years.items()],
        [
            {"name": desk.name(desk.dataset.families[code]), "rows": own}
            for code, own in families.items()
            if own
        ],
        tuple(o for o in rows if (o.indicator, o.variant) in listed),
        len(kept),
        len(asked),
    )


def _lines(desk: Desk, rows: Iterable[Observation]) -> dict[Key, list[Observation]]:
    """The rows of the table in registry order."""
    lines: dict[Key, list[Observation]] = {}
    for o in rows:
        lines.setdefault((o.indicator, o.variant), []).append(o)
    places = {code: place for place, code in enumerate(desk.dataset.indicators)}
    order = sorted(lines, key=lambda key: (places[key[0]], key[1]))
    return {key: lines[key] for key in order}


def _family(desk: Desk, key: Key) -> str:
    return desk.dataset.indicators[key[0]].family


def _rank(
    desk: Desk, lines: Mapping[Key, Sequence[Observation]]
) -> Callable[[Key], tuple[bool, int]]:
    def rank(key: Key) -> tuple[bool, int]:
        is_core = desk.dataset.indicators[key[0]].is_core
        return not is_core, -len({o.year for o in lines[key]})

    return rank


def _cells(
    desk: Desk,
    area: str,
    rows: Sequence[Observation],
    codes: Sequence[str],
    years: Sequence[int],
) -> dict[Place, Cell]:
    documents = (
        {"covers": d.covers, "period_start": d.period_start, "period_end": d.period_end}
        for d in desk.dataset.documents.of(area)
    )
    barred = [r for r in desk.dataset.tables["not_applicable"] if r["ref_area"] == area]
    return coverage(rows, documents, barred, [area], codes, years=years)


def _column(desk: Desk, area: str, year: int, is_told: bool) -> Values:
    """A year's head: up to which day its report speaks, or that there is none."""
    ends = [
        d.period_end
        for d in desk.dataset.documents.of(area)
        if area in d.covers and d.period_end is not None and d.period_end.year == year
    ]
    end = max(ends, default=None)
    note = ""
    if end is not None and (end.month, end.day) != (12, 31):
        note = desk.t("overview.until", day=wording.short_day(end, desk.locale))
    return {
        "label": desk.t("office.year", year=year),
        "note": note if is_told else desk.t("state.no_document"),
        "gap": not is_told,
    }


def _row(
    desk: Desk,
    key: Key,
    line: Sequence[Observation],
    cells: Mapping[Place, Cell],
    years: Mapping[int, bool],
) -> Values:
    indicator, variant = key
    area = line[0].ref_area
    names = desk.dataset.variants.get(key)
    return {
        "name": desk.indicator(indicator),
        "variant": desk.name(names) if names else variant,
        "href": desk.address.to("compare", indicator=indicator, offices=(area,)),
        "profile": desk.indicator_href(indicator),
        "cells": [
            _cell(desk, [o for o in line if o.year == year], cells[area, indicator, year])
            for year in years
        ],
    }


def _cell(desk: Desk, own: Sequence[Observation], cell: Cell) -> Values:
    """A cell of one variant; where only another variant has a number, this one is silent."""
    if not own:
        state = State.SILENT if cell.observations else cell.state
        return {"state": str(state), "entries": [], "more": ""}
    chosen = [o for o in own if o.chosen and o.status != "listed"] or list(own)
    parts = [o for o in own if o.status == "listed" and o not in chosen]
    first = chosen[0]
    more = len(chosen) - STACKED
    where = desk.address.to(
        "evidence", indicator=first.indicator, offices=(first.ref_area,), year=first.year
    )
    return {
        "state": str(State.NUMBER),
        "entries": [_entry(desk, o, own) for o in chosen[:STACKED]],
        "parts": _several(desk, parts),
        "more": desk.t("office.more_numbers", n=more) if more > 0 else "",
        "href": where,
    }


def _entry(desk: Desk, o: Observation, own: Iterable[Observation]) -> Values:
    rivals = [
        p
        for p in own
        if "conflicting" in p.flags and not p.chosen and p.time_period == o.time_period and o.chosen
    ]
    return {
        **desk.brief(o),
        "segments": _segments(desk, o),
        "css": _css(o),
        "chip": "" if o.status == "result" else desk.named("status", o.status),
        "notes": desk.t("comma").join(_notes(desk, o)),
        "rivals": _several(desk, rivals),
    }


def _segments(desk: Desk, o: Observation) -> list[tuple[str, str]]:
    """The pieces of the wording; a zero is ringed, however it is written."""
    found = desk.segments(o)
    if o.rule == "R15" or not o.lower == o.upper == 0:
        return found
    return [("zero", text) if kind == "number" else (kind, text) for kind, text in found]


def _several(desk: Desk, found: Iterable[Observation]) -> list[Values]:
    """Numbers told beside another one."""
    return [{**desk.brief(o), "text": o.as_written} for o in found]


def _css(o: Observation) -> str:
    if o.window == "cumulative":
        return "st-cum"
    return "st-part" if o.window == "flow" and not o.is_full_period else ""


def _notes(desk: Desk, o: Observation) -> Iterator[str]:
    """What this number leaves out of what the row promises."""
    if o.window == "cumulative":
        yield desk.named("window", o.window)
    if o.scope != "whole":
        yield (o.scope_note if desk.locale == "zh" else "") or desk.named("scope", o.scope)
    elif o.scope_note and desk.locale == "zh":
        yield o.scope_note
    if "negated" in o.flags or "self_reported" in o.flags:
        yield desk.t("office.self_reported")
    yield from (wording.named("flag", f, desk.locale) for f in SAID if f in o.flags)
