"""Older sets: back to one of them, on again, and which may go.

Rolling back pins the chosen set: refreshes keep checking, and publish nothing, until a person
lifts the pin. Whoever calls holds `snapshot.lock(published)`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from extract import history, journal, pin, snapshot
from extract.pin import Pin

__all__ = ["DAYS", "Gone", "collect", "finish", "roll_back", "spared", "unpin"]

DAYS = 30
"""A set that was shown within so many days is kept, however many newer ones there are."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What `collect` removed (or would remove) and what it left, the newest first."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]


def _nowhere(_step: str) -> None:
    return None


def roll_back(
    published: Path,
    snapshot_id: str,
    *,
    reason: str,
    by: str,
    now: datetime,
    at: Callable[[str], None] = _nowhere,
) -> Pin:
    """Show a set that is kept, and pin it; recorded with its reason in history and log.

    Raises snapshot.DamagedError where it is missing or not whole, and OSError; `current` is then
    as it was. Killed in between, the next refresh finishes it (see `finish`).
    """
    found = snapshot.open_snapshot(published, snapshot_id)
    if wrong := snapshot.verify(found.folder):
        raise snapshot.DamagedError("; ".join(wrong))
    finish(published)
    before = snapshot.current_id(published) or ""
    chosen = Pin(snapshot_id, before, reason, by, journal.stamp(now))
    at("pin")
    pin.put(published, chosen)
    snapshot.switch(published, snapshot_id, at=at)
    at("record")
    if before != snapshot_id:
        switched = history.event(published, snapshot_id, now)
        history.append(published, replace(switched, kind="rolled_back", reason=reason, by=by))
    _tell(published, chosen, now, "rolled_back")
    return chosen


def unpin(published: Path, *, reason: str, by: str, now: datetime) -> Pin | None:
    """Let refreshes publish again, and record why; None where nothing was pinned. OSError."""
    held = pin.read(published)
    if held is None:
        return None
    pin.lift(published)
    _tell(published, replace(held, reason=reason, by=by), now, "unpinned")
    return held


def finish(published: Path, zone: ZoneInfo = history.ZONE) -> Pin | None:
    """Finish what a killed roll-back or publication left undone; the pin that holds, if any.

    A pinned set that is no longer whole cannot be shown: `current` then stays, and the pin too.
    Raises OSError.
    """
    held = pin.read(published)
    if held is not None and snapshot.current_id(published) not in {held.id, None}:
        history.complete(published, zone)
        try:
            snapshot.switch(published, held.id)
        except snapshot.DamagedError:
            return held
    history.complete(published, zone)
    return held


def spared(published: Path, now: datetime, days: float = DAYS) -> frozenset[str]:
    """Sets no one may remove unasked: the pinned, the one left for it, those shown of late.

    A set was shown until the next switch; a time in the future (a clock set back) is of late.
    """
    events = history.read(published)
    ends = [event.published_at for event in events[1:]]
    oldest = now - timedelta(days=days)
    late = {event.id for event, end in zip(events, ends, strict=False) if days > 0 and end > oldest}
    held = pin.read(published)
    return frozenset({*late, *((held.id, held.instead_of) if held else ())})


def collect(
    published: Path,
    now: datetime,
    *,
    keep: int = snapshot.KEEP,
    days: float = DAYS,
    only_tell: bool = False,
    at: Callable[[str], None] = _nowhere,
) -> Gone:
    """Remove sets beyond the newest `keep` that are neither current, pinned nor shown of late."""
    names = snapshot.snapshots(published)
    safe = {*spared(published, now, days), snapshot.current_id(published)}
    old = [name for name in names[max(keep, 1) :] if name not in safe]
    if not only_tell:
        snapshot.sweep(published)
        snapshot.retire(published, old, at=at)
        journal.note(published, now, {"outcome": "collected", "removed": old})
    return Gone(tuple(old), tuple(name for name in names if name not in old))


def _tell(published: Path, held: Pin, now: datetime, outcome: str) -> None:
    """The pin as status.json shows it, and a line of the log."""
    is_pinned = outcome == "rolled_back"
    shown = {
        "id": held.id,
        "instead_of": held.instead_of,
        "reason": held.reason,
        "since": held.since,
    }
    current = snapshot.current_id(published)
    journal.update(published, {"pinned": shown if is_pinned else None, "current": current})
    journal.note(published, now, {"outcome": outcome, **shown, "by": held.by})
