"""Named ways of working: who names what, where it stands in which report."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pages.desk import Desk
from dashboard.practices import Practice
from dashboard.workbook.looks import HEAD_NUMBER, MUTED, NUMBER, STRONG
from dashboard.workbook.places import (
    offset_columns,
    offsets,
    reading_columns,
    readings,
)
from dashboard.workbook.sheet import Column, Entry, Sheet


def practices_sheet(desk: Desk, name: str, practices: Sequence[Practice]) -> Sheet:
    """One row a mention, names that several reports use first."""
    t, kept = desk.t, {p.id for p in practices}
    named = desk.dataset.practices.by_name
    return Sheet(
        name=name,
        title=t("workbook.practices.title"),
        note=t("workbook.practices.note"),
        unit="",
        columns=(
            Column("name", t("practices.name"), 12, 30),
            Column("family", t("family"), 8, 20),
            Column("kind", t("practices.kind"), 8, 12),
            Column("office", t("office"), 10, 20),
            Column("units", t("practices.count"), 8, 14, look=HEAD_NUMBER),
            Column("document", t("document"), 14, 42),
            *offset_columns(desk),
            *reading_columns(desk),
            Column("id", t("drawer.id"), 10, 22),
        ),
        rows=tuple(
            _row(desk, p, len({other.ref_area for other in rows}))
            for rows in named.values()
            for p in desk.dataset.documents.ahead(rows)
            if p.id in kept
        ),
        back=t("workbook.back"),
        key="practices",
    )


def _row(desk: Desk, p: Practice, units: int) -> tuple[Entry, ...]:
    dataset = desk.dataset
    return (
        Entry(p.name, look=STRONG),
        Entry(desk.name(dataset.practices.families[p.family].name)),
        Entry(desk.t(f"practices.kind.{p.kind}")),
        Entry(desk.office(p.ref_area)["name"]),
        Entry(units, "0", look=NUMBER),
        Entry(dataset.documents[p.document].title),
        *offsets(p),
        *readings(p),
        Entry(p.id, look=MUTED),
    )
