"""The overview: who reported what and when, with the five states told apart by sign and fill."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.chosen import POINTED_AT
from dashboard.compare import Cell, Place, State, coverage
from dashboard.filters import Filters
from dashboard.pages.desk import Desk
from dashboard.pages.matrix import Column as Span
from dashboard.pages.matrix import columns
from dashboard.workbook.indicators import part_of_year
from dashboard.workbook.looks import HEAD_STATE, STRONG
from dashboard.workbook.marks import LOOKS, cell, noted
from dashboard.workbook.sheet import Column, Entry, Sheet

LEADING = 3
"""Columns before the offices: family, indicator, unit."""


def overview_sheet(desk: Desk, name: str) -> Sheet:
    """Offices and years across, indicators by family down; only those that the address asks for."""
    dataset, t = desk.dataset, desk.t
    spans = _spans(desk)
    years = sorted({span.year for span in spans})
    cells = coverage(
        dataset.stream(Filters()),
        dataset.tables["documents"],
        dataset.tables["not_applicable"],
        list(dict.fromkeys(span.ref_area for span in spans)),
        list(dataset.indicators),
        years=years,
    )
    known = {*dataset.facts.usage, desk.address.indicator, *desk.address.beside}
    heads = [
        Column(f"c{n}", _head(desk, span), 9, 14, look=HEAD_STATE) for n, span in enumerate(spans)
    ]
    return Sheet(
        name=name,
        title=t("overview.matrix"),
        note=t("workbook.overview.note"),
        unit=t("unit", unit=t("workbook.unit.column")),
        columns=(
            Column("family", t("family"), 8, 16),
            Column("indicator", t("indicator"), 12, 28),
            Column("unit", t("workbook.unit"), 6, 14),
            *heads,
        ),
        rows=tuple(
            _row(desk, code, spans, cells)
            for family in dataset.families
            for code in _of(desk, family)
            if code in known
        ),
        frozen=LEADING,
        back=t("workbook.back"),
        key="overview",
    )


def _spans(desk: Desk) -> list[Span]:
    address = desk.address
    offices = () if address.page in POINTED_AT else address.offices
    return [
        span
        for span in columns(desk)
        if address.year in (None, span.year) and (not offices or span.ref_area in offices)
    ]


def _of(desk: Desk, family: str) -> list[str]:
    return [code for code, found in desk.dataset.indicators.items() if found.family == family]


def _head(desk: Desk, span: Span) -> str:
    return f"{desk.name(desk.dataset.offices[span.ref_area].short)}\n{span.year}"


def _row(
    desk: Desk, code: str, spans: Sequence[Span], cells: dict[Place, Cell]
) -> tuple[Entry, ...]:
    found = desk.dataset.indicators[code]
    return (
        Entry(desk.name(desk.dataset.families[found.family])),
        Entry(desk.indicator(code), look=STRONG),
        Entry(desk.unit(found.unit)),
        *(_shown(desk, cells[span.ref_area, code, span.year]) for span in spans),
    )


def _shown(desk: Desk, found: Cell) -> Entry:
    """A cell: 0 for an explicit zero, the number as written, or the sign of its state."""
    if not found.observations:
        return cell(found.state)
    if found.state is State.ZERO:
        note = desk.t("overview.self_reported") if found.is_self_reported else ""
        shown = f'0"{desk.t("workbook.in_brackets", text=note)}"' if note else "0"
        return Entry(0, shown, look=LOOKS[State.ZERO], note=noted(desk, *found.observations))
    first = next((o for o in found.observations if o.status == "result"), found.observations[0])
    notes = [part_of_year(desk, first)]
    if first.status != "result":
        notes.append(desk.named("status", first.status))
    if "conflicting" in first.flags:
        notes.append(desk.named("flag", "conflicting"))
    if len(found.observations) > 1:
        notes.append(desk.t("overview.also", n=len(found.observations) - 1))
    text = "\n".join([first.as_written, *(note for note in notes if note)])
    return Entry(text, look=LOOKS[State.NUMBER], note=noted(desk, *found.observations))
