"""What belongs to a number: others for the same cell, its total and its parts, its own past."""

from __future__ import annotations

from dashboard import wording
from dashboard.address import LONGEST
from dashboard.compare import Observation
from dashboard.pages.changes import publications
from dashboard.pages.desk import Desk, Values
from dashboard.pages.dictionary import meanings
from dashboard.revisions import Change, of_row
from extract import history
from extract.history import Event

__all__ = ["conflicts", "parts", "past"]

KEY = ("freq", "ref_area", "indicator", "variant", "window", "time_period")
"""What tells one cell from another (method §6)."""
LOOKED_AT = 60
"""Publications whose changes are read, the newest ones."""


def conflicts(desk: Desk, o: Observation) -> list[Values]:
    """Other numbers for the same cell; which one is shown elsewhere is said beside each."""
    own = tuple(getattr(o, name) for name in KEY)
    same = [
        p
        for p in desk.dataset.select(indicator=o.indicator, offices=(o.ref_area,))
        if p.status == o.status and tuple(getattr(p, name) for name in KEY) == own
    ]
    return [
        _brief(desk, p) | {"note": desk.t("drawer.chosen") if p.chosen else ""}
        for p in same
        if p.id != o.id
    ]


def parts(desk: Desk, o: Observation) -> Values:
    """The total that a number is listed under, and the numbers listed under it."""
    total = desk.dataset.get(o.part_of) if o.part_of else None
    return {
        "total": _brief(desk, total) if total else None,
        "parts": [_brief(desk, part) for part in desk.dataset.having_parts(o.id)],
    }


def past(desk: Desk, o: Observation) -> Values:
    """What publications changed of a row, the newest first; a sentence where none did."""
    events = desk.store.events() if desk.store else ()
    known = [p.event for p in publications(events, desk.address.asof)]
    switches = {event.id: event for event in reversed(known) if event.kind != "rolled_back"}
    told = [
        _revision(desk, event, change)
        for event in [*reversed(switches.values())][:LOOKED_AT]
        for change in _changes(desk, event, o.id)
    ]
    none = desk.t("drawer.unrevised", n=len(switches)) if len(switches) > 1 and not told else ""
    return {"revisions": told, "unrevised": none}


def _changes(desk: Desk, event: Event, row: str) -> tuple[Change, ...]:
    return of_row(desk.store.folder(event.id), row) if desk.store else ()


def _revision(desk: Desk, event: Event, change: Change) -> Values:
    when = event.published_at.astimezone(history.ZONE).date()
    is_revised = change.kind == "revised"
    return {
        "when": wording.day(when, desk.locale),
        "kind": desk.t(f"change.{change.kind}"),
        "field": meanings(desk).get(change.field, change.field) if is_revised else "",
        "before": (change.before[:LONGEST] or "—") if is_revised else "",
        "after": (change.after[:LONGEST] or "—") if is_revised else "",
        "reason": change.reason_zh if desk.locale == "zh" else change.reason_en,
    }


def _brief(desk: Desk, o: Observation) -> Values:
    return desk.brief(o) | {"label": desk.label(o), "note": ""}
