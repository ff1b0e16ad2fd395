"""When each set was published: history.jsonl of the published folder, one line a switch.

A snapshot carries no time; this file does. A line that a killed process could not write is told
from `current` itself, whose time is that of its switch, and written by the next refresh.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from extract import pin, snapshot

__all__ = [
    "HISTORY",
    "SNAPSHOT",
    "ZONE",
    "Event",
    "append",
    "asof",
    "complete",
    "event",
    "last",
    "read",
]

HISTORY = "history.jsonl"
SNAPSHOT = "snapshot.json"
"""In every snapshot: its predecessor, its counts, the period of its data; no time."""

ZONE = ZoneInfo("Asia/Shanghai")

Kind = Literal["published", "rolled_back"]


@dataclass(frozen=True, slots=True)
class Event:
    """One switch of `current`: to which set, when, by a refresh or by a person and why.

    `counts` are those of snapshot.json (added, revised, withdrawn, quarantined, released,
    waiting, dropped); `rows` counts observations; None and {} where the set does not say.
    """

    id: str
    published_at: datetime
    kind: Kind = "published"
    predecessor: str | None = None
    rows: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    by: str = ""


def read(published: Path, zone: ZoneInfo = ZONE) -> tuple[Event, ...]:
    """Every switch, the first first; lines that cannot be read are passed over."""
    return (*(events := _written(published)), *_unwritten(published, events, zone))


def asof(published: Path, day: date, zone: ZoneInfo = ZONE) -> str | None:
    """The id that was current at the end of `day` in `zone`; None before anything was published.

    Of several switches up to then the last counts, as they happened: a clock set back between
    two of them does not change their order. The set itself may have been removed since.
    """
    known = [
        event.id
        for event in read(published, zone)
        if event.published_at.astimezone(zone).date() <= day
    ]
    return known[-1] if known else None


def event(published: Path, snapshot_id: str, moment: datetime) -> Event:
    """The switch to a set, with what its snapshot.json says of it."""
    said = _json(published / "snapshots" / snapshot_id / SNAPSHOT)
    counts = said.get("counts")
    return Event(
        snapshot_id,
        moment,
        predecessor=said.get("predecessor"),
        rows=said.get("observations"),
        counts=counts if isinstance(counts, dict) else {},
    )


def append(published: Path, switched: Event) -> None:
    """Write one line, after mending a line that was cut off. Raises OSError."""
    line = {
        "id": switched.id,
        "published_at": switched.published_at.isoformat(timespec="seconds"),
        "kind": switched.kind,
        "predecessor": switched.predecessor,
        "rows": switched.rows,
        "counts": dict(switched.counts),
        **({"reason": switched.reason, "by": switched.by} if switched.reason else {}),
    }
    content = f"{json.dumps(line, ensure_ascii=False)}\n".encode(errors="replace")
    handle = os.open(published / HISTORY, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(handle).st_size
        is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, b"\n" + content if is_cut else content)
        os.fsync(handle)
    finally:
        os.close(handle)


def complete(published: Path, zone: ZoneInfo = ZONE) -> None:
    """Write the lines that a killed process could not; the caller holds the lock. OSError."""
    for missing in _unwritten(published, _written(published), zone):
        append(published, missing)


def last(published: Path) -> Event | None:
    """The last switch that has a line, whatever `current` says."""
    return next(reversed(_written(published)), None)


def _written(published: Path) -> tuple[Event, ...]:
    try:
        lines = (published / HISTORY).read_bytes().splitlines()
    except OSError:
        return ()
    found = (_event(line) for line in lines)
    return tuple(entry for entry in found if entry is not None)


def _event(line: bytes) -> Event | None:
    try:
        said = json.loads(line)
        moment = datetime.fromisoformat(said["published_at"])
        if moment.tzinfo is None or not snapshot.ID.fullmatch(said["id"]):
            return None
        return Event(
            said["id"],
            moment,
            said.get("kind", "published"),
            said.get("predecessor"),
            said.get("rows"),
            said.get("counts") or {},
            said.get("reason", ""),
            said.get("by", ""),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _unwritten(published: Path, events: tuple[Event, ...], zone: ZoneInfo) -> tuple[Event, ...]:
    """What `current`, and in a folder without a history its snapshots, say beyond the lines."""
    current, moment = snapshot.current_id(published), snapshot.switched_at(published)
    if current is None or moment is None or (events and events[-1].id == current):
        return ()
    earlier = () if events else _kept(published, current, zone)
    last = event(published, current, datetime.fromtimestamp(moment, zone))
    held = pin.read(published)
    if held is not None and held.id == current:
        last = replace(last, kind="rolled_back", reason=held.reason, by=held.by)
    return (*earlier, last)


def _kept(published: Path, current: str, zone: ZoneInfo) -> tuple[Event, ...]:
    """The other snapshots of a folder from before there was a history, by their folders' times."""
    names = [name for name in reversed(snapshot.snapshots(published)) if name != current]
    times = [(published / "snapshots" / name).stat().st_mtime for name in names]
    return tuple(
        event(published, name, datetime.fromtimestamp(time, zone))
        for name, time in zip(names, times, strict=True)
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
