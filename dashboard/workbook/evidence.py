"""Where every number stands: the phrase, the report, the place in it, and who read it when.

A number that an office entered in a form is told apart, and has its sheet and cell beside it.
"""

from __future__ import annotations

from dashboard.compare import Observation
from dashboard.filters import Filters
from dashboard.pages.desk import Desk
from dashboard.wording.words import sentence
from dashboard.workbook.looks import BODY, MUTED, STRONG
from dashboard.workbook.marks import remarks, state
from dashboard.workbook.places import (
    offset_columns,
    offsets,
    reading_columns,
    readings,
)
from dashboard.workbook.sheet import Column, Entry, Sheet

DIGEST = 16
"""Hex digits of a report's SHA-256 that are shown."""


def evidence_sheet(desk: Desk, name: str) -> Sheet:
    """One row an observation, in document order."""
    documents = desk.dataset.documents
    reader = "drawer.read.demo" if desk.dataset.label.zh else "drawer.read.by"
    return Sheet(
        name=name,
        title=desk.t("evidence.title"),
        note=desk.t("workbook.evidence.note", n=DIGEST, reader=sentence(desk.t(reader))),
        unit="",
        columns=_columns(desk),
        rows=tuple(_row(desk, o) for o in documents.ahead(desk.dataset.stream(Filters()))),
        frozen=1,
        back=desk.t("workbook.back"),
        key="evidence",
    )


def _columns(desk: Desk) -> tuple[Column, ...]:
    t = desk.t
    return (
        Column("id", t("drawer.id"), 10, 22),
        Column("indicator", t("indicator"), 10, 22),
        Column("office", t("office"), 10, 18),
        Column("written", t("as_written"), 8, 14),
        Column("kind", t("workbook.evidence.kind"), 6, 8),
        Column("phrase", t("phrase"), 20, 44),
        Column("document", t("document"), 14, 36),
        Column("published", t("published"), 10, 28),
        *offset_columns(desk),
        Column("place", t("workbook.place"), 8, 22),
        Column("sha256", t("workbook.sha256"), 18, 20),
        Column("rule", t("rule"), 6, 8),
        Column("flag", t("workbook.flag"), 8, 14),
        *reading_columns(desk),
        Column("remarks", t("workbook.remarks"), 8, 36),
    )


def _row(desk: Desk, o: Observation) -> tuple[Entry, ...]:
    document = desk.dataset.documents[o.document]
    published, how = desk.published(document)
    kind = STRONG if o.is_return else BODY
    return (
        Entry(o.id),
        Entry(desk.indicator(o.indicator)),
        Entry(desk.office(o.ref_area)["name"]),
        Entry(o.as_written),
        Entry(desk.t("evidence.return" if o.is_return else "document"), look=kind),
        Entry(o.context),
        Entry(document.title),
        Entry(desk.t("workbook.published", when=published, how=how)),
        *offsets(o),
        Entry(o.place or "—"),
        Entry(document.sha256[:DIGEST], look=MUTED),
        Entry(o.rule),
        state(desk, o),
        *readings(o),
        Entry(remarks(desk, o)),
    )
