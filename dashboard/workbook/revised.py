"""Suspected errors of the sources, and what each publication changed: 更正与变更."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from dashboard.pages.changes import publications
from dashboard.pages.desk import Desk
from dashboard.revisions import KINDS, Change, revision
from dashboard.workbook.looks import MUTED, STRONG
from dashboard.workbook.sheet import MOST_NOTED, Column, Entry, Sheet
from extract import history
from extract.history import Event

MOST = MOST_NOTED
"""Rows told; older changes are on the page of changes."""
A_KIND = 200
"""Changes of each kind told of one publication."""

Row = tuple[Entry, ...]


def revised_sheet(desk: Desk, name: str) -> Sheet:
    """Corrections first, then publications, the newest first, each with what it changed."""
    t = desk.t
    rows = (*_corrections(desk), *_publications(desk))
    return Sheet(
        name=name,
        title=t("workbook.revised.title"),
        note=t("workbook.revised.note", n=MOST) if rows else t("workbook.revised.none"),
        unit="",
        columns=(
            Column("nature", t("workbook.revised.nature"), 8, 14),
            Column("when", t("workbook.revised.when"), 11, 18),
            Column("version", t("workbook.revised.version"), 10, 20),
            Column("row", t("drawer.id"), 10, 22),
            Column("office", t("office"), 8, 18),
            Column("indicator", t("indicator"), 8, 20),
            Column("document", t("document"), 10, 26),
            Column("field", t("changes.field"), 6, 16),
            Column("before", t("changes.before"), 10, 24),
            Column("after", t("changes.after"), 10, 24),
            Column("reason", t("changes.reason"), 16, 46),
        ),
        rows=rows[:MOST],
        back=t("workbook.back"),
        key="corrections_and_changes",
    )


def _corrections(desk: Desk) -> Iterator[Row]:
    known = desk.dataset
    for row in known.tables["corrections"]:
        o = known.get(row["row"])
        if o is None:
            continue
        unit = desk.unit(row["unit"]) if row["unit"] else ""
        reason = row[f"reason_{desk.locale}"]
        yield _row(
            desk.t("workbook.revised.correction"),
            desk.t(f"correction.{row['status']}"),
            "",
            row["row"],
            str(desk.office(o.ref_area)["name"]),
            desk.indicator(o.indicator),
            known.documents[o.document].title,
            desk.t("as_written"),
            row["as_written"],
            f"{row['corrected']}{unit}",
            reason,
        )


def _publications(desk: Desk) -> Iterator[Row]:
    """What was published up to the set shown, however it is shown."""
    events = _until(desk.store.events() if desk.store else (), desk.dataset.snapshot_id)
    for publication in publications(events, desk.address.asof):
        yield from _published(desk, publication.event)


def _until(events: Sequence[Event], snapshot_id: str) -> Sequence[Event]:
    """The switch to a set and those before it; the newest comes first."""
    places = [place for place, event in enumerate(events) if event.id == snapshot_id]
    return events[places[0] :] if places else ()


def _published(desk: Desk, event: Event) -> Iterator[Row]:
    assert desk.store is not None
    when = event.published_at.astimezone(history.ZONE)
    said = f"{when:%Y-%m-%d %H:%M}"
    is_return, is_first = event.kind == "rolled_back", event.predecessor is None
    found = None if is_return or is_first else revision(desk.store.folder(event.id), A_KIND)
    counts = event.counts or (found.counts if found else {})
    told = desk.t("workbook.joiner").join(
        f"{desk.t(f'change.{kind}')} {counts[kind]}" for kind in KINDS if counts.get(kind)
    )
    if is_return:
        told = desk.t("changes.returned", reason=event.reason)
    elif is_first:
        told = desk.t("changes.first")
    nature = desk.t("workbook.revised.published")
    yield _row(nature, said, event.id, "", "", "", "", "", "", "", told or desk.t("changes.none"))
    for change in found.changes if found else ():
        if _is_shown(desk, change):
            yield _changed(desk, change, said, event.id)


def _is_shown(desk: Desk, change: Change) -> bool:
    """Whether a change speaks of what this workbook holds; withdrawn rows have only their codes."""
    known = desk.dataset
    return change.indicator in known.indicators and change.ref_area in known.offices


def _changed(desk: Desk, change: Change, when: str, version: str) -> Row:
    documents = desk.dataset.documents
    document = documents.get(change.document)
    return _row(
        desk.t(f"change.{change.kind}"),
        when,
        version,
        change.id,
        str(desk.office(change.ref_area)["name"]),
        desk.indicator(change.indicator),
        document.title if document else change.document,
        change.field,
        change.before,
        change.after,
        change.reason_zh if desk.locale == "zh" else change.reason_en,
    )


def _row(*cells: str) -> Row:
    looks = (STRONG, MUTED, MUTED)
    first = [Entry(text, look=look) for text, look in zip(cells, looks, strict=False)]
    return (*first, *(Entry(text) for text in islice(cells, len(looks), None)))
