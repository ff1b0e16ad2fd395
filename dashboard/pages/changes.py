"""Changes: what each publication added, revised, withdrew or set aside, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard import wording
from dashboard.address import LONGEST
from dashboard.pages.desk import Desk, Values
from dashboard.pages.dictionary import meanings
from dashboard.revisions import KINDS, Change, Revision, revision
from dashboard.view import Content
from extract import history
from extract.history import Event

PAGE = 10
"""Publications on one page."""
LISTED = 60
"""Changes of each kind that are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One switch; `asof` is the day whose set it is, '' where another followed on that day.

    `before` is the same of the switch before it.
    """

    event: Event
    asof: str
    before: str


def content(desk: Desk) -> Content:
    """The page: as of a day, what had been published until then."""
    found = publications(desk.store.events() if desk.store else (), desk.address.asof)
    total = max(1, -(-len(found) // PAGE))
    number = min(desk.address.number, total)
    shown = found[(number - 1) * PAGE : number * PAGE]
    values: Values = {
        "notices": desk.notices(),
        "head": {"title": desk.t("changes.title"), "lede": desk.t("changes.lede")},
        "publications": [_version(desk, publication) for publication in shown],
        "pages": desk.pager("evidence.page", number, total),
        "empty": None if found else _empty(desk),
    }
    return Content(desk.t("nav.changes"), values)


def publications(events: Sequence[Event], asof: str = "") -> list[Publication]:
    """Switches until the end of `asof` (ISO; '' for all), the newest first like `events`."""
    days = [event.published_at.astimezone(history.ZONE).date().isoformat() for event in events]
    last = [day if place == 0 or days[place - 1] != day else "" for place, day in enumerate(days)]
    return [
        Publication(event, own, before)
        for event, day, own, before in zip(events, days, last, [*last[1:], ""], strict=False)
        if not asof or day <= asof
    ]


def _version(desk: Desk, publication: Publication) -> Values:
    assert desk.store is not None
    event = publication.event
    found = revision(desk.store.folder(event.id), LISTED)
    when = event.published_at.astimezone(history.ZONE)
    is_return = event.kind == "rolled_back"
    counts = {} if is_return else event.counts or (found.counts if found else {})
    return {
        "id": event.id,
        "when": f"{wording.day(when.date(), desk.locale)} {when:%H:%M}",
        "is_shown": event.id == desk.dataset.snapshot_id,
        "rows": "" if event.rows is None else desk.t("changes.rows", n=event.rows),
        "href": desk.address.to("overview", asof=publication.asof) if publication.asof else "",
        "note": _note(desk, event, counts, is_told=found is not None),
        "counts": _counts(desk, counts),
        "groups": _groups(desk, found, publication) if found and not is_return else [],
    }


def _note(desk: Desk, event: Event, counts: Mapping[str, int], *, is_told: bool) -> str:
    if event.kind == "rolled_back":
        return desk.t("changes.returned", reason=event.reason)
    if event.predecessor is None and event.counts:
        return desk.t("changes.first")
    if any(counts.get(kind) for kind in KINDS):
        return ""
    return desk.t("changes.none" if is_told else "changes.untold")


def _counts(desk: Desk, counts: Mapping[str, int]) -> list[Values]:
    return [
        {"name": desk.t(f"change.{kind}"), "n": counts[kind]} for kind in KINDS if counts.get(kind)
    ]


def _groups(desk: Desk, found: Revision, publication: Publication) -> list[Values]:
    present = desk.dataset.having([change.id for change in found.changes])
    told = meanings(desk)
    groups = []
    for kind in KINDS:
        own = [change for change in found.changes if change.kind == kind]
        if own:
            more = found.counts[kind] - len(own)
            groups.append(
                {
                    "name": desk.t(f"change.{kind}"),
                    "is_revision": kind == "revised",
                    "rows": [
                        _row(desk, c, _place(desk, c, publication, present))
                        | {"meaning": told.get(c.field, c.field)}
                        for c in own
                    ],
                    "more": desk.t("changes.more", n=more) if more > 0 else "",
                }
            )
    return groups


def _place(desk: Desk, change: Change, publication: Publication, present: Collection[str]) -> str:
    """Where the row can be read: in the set shown, or a withdrawn one in the set before."""
    if change.id in present:
        return desk.address.href(row=change.id)
    if change.kind == "withdrawn" and publication.before:
        return desk.address.to("evidence", asof=publication.before, row=change.id)
    return ""


def _row(desk: Desk, change: Change, href: str) -> Values:
    dataset = desk.dataset
    document = dataset.documents.get(change.document)
    indicator = change.indicator
    return {
        "id": change.id,
        "href": href,
        "office": desk.office(change.ref_area) if change.ref_area in dataset.offices else None,
        "indicator": desk.indicator(indicator) if indicator in dataset.indicators else indicator,
        "document": document.title if document else change.document,
        "field": change.field,
        "before": change.before[:LONGEST],
        "after": change.after[:LONGEST],
        "reason": change.reason_zh if desk.locale == "zh" else change.reason_en,
    }


def _empty(desk: Desk) -> Values:
    return {
        "title": desk.t("changes.empty.title"),
        "text": desk.t("changes.empty.text"),
        "href": desk.address.to("status"),
        "action": desk.t("changes.empty.action"),
    }
