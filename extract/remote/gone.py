"""Removing sets from the storage that nobody needs any more, and the objects only they held.

What has to stay is known from the publisher's own history, never from the order or the times of a
listing; a listing only proposes what might go. Where one manifest that has to stay cannot be read,
nothing goes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from extract import history, pin, snapshot
from extract.remote import mark
from extract.remote.following import MANIFEST_BYTES, POINTER_BYTES
from extract.remote.pointer import CURRENT, Pointer, manifest_at, object_at
from extract.remote.storage import Remote
from extract.remote.trouble import RemoteError

__all__ = ["KEEP", "Collected", "collect"]

KEEP = 5
"""Sets that stay in the storage; the machines keep more of their own."""
GRACE = timedelta(hours=1)
"""A machine may be fetching a set that was shown so long ago."""
PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Collected:
    """The sets removed and kept, and how many objects went with them."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    objects: int


def _nowhere(_step: str) -> None:
    return None


def collect(
    published: Path,
    remote: Remote,
    now: datetime,
    *,
    keep: int = KEEP,
    only_tell: bool = False,
    at: Callable[[str], None] = _nowhere,
) -> Collected:
    """Remove sets that are neither among the last `keep` shown, nor the current, the pinned, the
    one left for it, nor shown within GRACE. Raises RemoteError, OSError and filelock.Timeout.
    """
    with mark.held(published, timeout=PATIENCE_SECONDS):
        content = remote.read(CURRENT, POINTER_BYTES)
        if content is None:
            return Collected((), (), 0)
        needed = _needed(published, now, keep, Pointer.read(content))
        present = [name for name in remote.names("snapshots") if snapshot.ID.fullmatch(name)]
        old = sorted(set(present) - needed)
        held = _objects(published, remote, needed & set(present))
        held |= {each.sha256 for each in Pointer.read(content).beside}
        lost = sorted(set(remote.names("objects")) - held)
        for name in () if only_tell else old:
            at(f"forget {name}")
            remote.remove(manifest_at(name))
        for sha256 in () if only_tell else lost:
            at("remove")
            remote.remove(object_at(sha256))
        return Collected(tuple(old), tuple(sorted(needed & set(present))), len(lost))


def _needed(published: Path, now: datetime, keep: int, pointer: Pointer) -> set[str]:
    """The ids that stay, by the history here: each was shown until the next switch."""
    events = history.read(published)
    ends = [event.published_at for event in events[1:]]
    late = {e.id for e, end in zip(events, ends, strict=False) if end > now - GRACE}
    newest = list(dict.fromkeys(event.id for event in reversed(events)))[: max(keep, 2)]
    held = pin.read(published)
    pinned = {held.id, held.instead_of} if held else set()
    return {pointer.id, *newest, *late, *pinned}


def _objects(published: Path, remote: Remote, names: Iterable[str]) -> set[str]:
    """The SHA-256 of everything that sets which stay are made of."""
    found: set[str] = set()
    for name in sorted(names):
        try:
            manifest = snapshot.read_manifest(published / "snapshots" / name)
        except snapshot.DamagedError:
            manifest = _fetched(remote, name)
        found |= {each.sha256 for each in manifest.files}
    return found


def _fetched(remote: Remote, name: str) -> snapshot.Manifest:
    content = remote.read(manifest_at(name), MANIFEST_BYTES)
    try:
        manifest = snapshot.parsed(content or b"")
    except (ValueError, KeyError, TypeError) as reason:
        raise RemoteError("spoilt", cause=f"{manifest_at(name)}: {reason}") from reason
    if manifest.id != name:
        raise RemoteError("spoilt", cause=manifest_at(name))
    return manifest
