"""Bringing a published folder up to what the storage points to, or leaving it as it was.

The order in which things are written here is the publisher's: files, name, `current`, history,
pin, mark. Whoever is killed in between finds on the next turn what is still to be done. What a
folder published itself and has not uploaded is never undone.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import Timeout

from extract import history, pin, snapshot, vintage
from extract.disk import write_if_changed
from extract.remote import mark
from extract.remote.filling import drop, fill, sweep
from extract.remote.pointer import CURRENT, Pointer, manifest_at, manifest_from, object_at
from extract.remote.storage import Remote
from extract.remote.trouble import RemoteError
from extract.snapshot import Entry, Manifest

__all__ = ["MANIFEST_BYTES", "POINTER_BYTES", "Followed", "State", "begins", "follow"]

State = Literal["current", "switched", "empty", "ahead", "busy"]
POINTER_BYTES = 1 << 16
MANIFEST_BYTES = 1 << 24
BESIDE_BYTES = 1 << 28
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Followed:
    """How a turn ended, and the pointer it saw.

    current: the folder is as the storage says; switched: it is so from now on; empty: nothing has
    been published there; ahead: this folder has published something that is not uploaded yet;
    busy: an upload, a copy or a refresh is going on in this folder, or the pointer moved on.
    """

    state: State
    pointer: Pointer | None = None


def _nowhere(_step: str) -> None:
    return None


def follow(
    published: Path,
    remote: Remote,
    now: datetime,
    *,
    keep: int = snapshot.KEEP,
    days: float = vintage.DAYS,
    at: Callable[[str], None] = _nowhere,
    take_over: bool = False,
    is_doubted: bool = False,
) -> Followed:
    """Look once, and bring `published` up to the storage if that is further on.

    Sets beyond the newest `keep` go, except those shown within `days`. With `take_over` the
    storage decides also where this folder published something else; with `is_doubted` the set
    shown is verified first, and mended. Raises RemoteError and OSError; the folder then shows
    what it showed.
    """
    try:
        with mark.held(published, timeout=0):
            at("look")
            content = remote.read(CURRENT, POINTER_BYTES)
            if content is None:
                return Followed("empty")
            turn = _Turn(published, remote, Pointer.read(content), _Here.of(published), at)
            state = "switched" if take_over else turn.judged(is_doubted=is_doubted)
            if state == "switched":
                _taken(turn, content)
                _retire(published, now, keep, days)
            return Followed(state, turn.pointer)
    except (Timeout, _MovedError):
        return Followed("busy")


def begins(ours: bytes, theirs: Entry) -> bool:
    """Whether the history there is the beginning of the one here, or all of it."""
    head = ours[: theirs.size]
    return len(head) == theirs.size and hashlib.sha256(head).hexdigest() == theirs.sha256


class _MovedError(Exception):
    """Something was published here or there meanwhile."""


@dataclass(frozen=True, slots=True)
class _Here:
    """What this folder shows, and the files beside its sets; taken anew to see whether it moved."""

    current: str | None
    beside: Mapping[str, bytes]

    @classmethod
    def of(cls, published: Path) -> "_Here":
        """As it is now."""
        return cls(snapshot.current_id(published), mark.beside(published))


@dataclass(frozen=True, slots=True)
class _Turn:
    """One look: the pointer there, and what is here."""

    published: Path
    remote: Remote
    pointer: Pointer
    here: _Here
    at: Callable[[str], None]

    def judged(self, *, is_doubted: bool) -> State:
        """What there is to do: `switched` stands for something that has to be taken."""
        known = mark.read(self.published)
        if not self._is_copied(known):
            return self._own()
        if self.pointer.sequence < known.sequence:
            raise RemoteError("older", cause=f"{self.pointer.sequence} < {known.sequence}")
        is_shown = self.here.current == self.pointer.id
        if not is_shown or mark.entries(self.here.beside) != self.pointer.beside:
            return "switched"
        if is_doubted and not self._is_kept():
            return "switched"
        if self.pointer.sequence != known.sequence:
            mark.agree(self.published, self.pointer)
        return "current"

    def take(self) -> None:
        """Fetch everything the pointer names, then show it, under the publisher's lock.

        Raises snapshot.DamagedError where what was fetched is not what the manifest says.
        """
        files = {each.name: self._fetched(each) for each in self.pointer.beside}
        manifest = None if self._is_kept() else self._manifest()
        spoilt: Collection[str] = ()
        for is_last in (False, True):
            staging = self._filled(manifest, spoilt)
            try:
                with snapshot.lock(self.published).acquire(timeout=PATIENCE_SECONDS):
                    self._show(staging)
                    self._record(files)
                return
            except snapshot.DamagedError:
                if is_last or manifest is None or staging is None:
                    raise
                spoilt = drop(staging, manifest)

    def _is_copied(self, known: mark.Mark) -> bool:
        """Whether nothing here is this folder's own: neither a line nor a set without its line."""
        here = self.here
        if here.current is None and history.HISTORY not in here.beside:
            return True
        if not known.covers(here.beside) and mark.entries(here.beside) != self.pointer.beside:
            return False
        last = history.last(self.published)
        return here.current in {None, self.pointer.id, known.taking, last.id if last else None}

    def _own(self) -> State:
        """What to do where this folder published something itself, by comparing the histories."""
        ours, theirs = self.here.beside.get(history.HISTORY, b""), self.pointer.history
        if theirs is None or not ours or begins(ours, theirs):
            return "ahead"
        if theirs.size > len(ours) and self._fetched(theirs).startswith(ours):
            return "switched"
        raise RemoteError("conflict", cause=f"{history.HISTORY}, {self.pointer.id}")

    def _is_kept(self) -> bool:
        return not snapshot.verify(self.published / "snapshots" / self.pointer.id)

    def _manifest(self) -> Manifest:
        self.at("manifest")
        name = manifest_at(self.pointer.id)
        content = self.remote.read(name, MANIFEST_BYTES)
        if content is None:
            raise RemoteError("spoilt", cause=f"{name}: missing")
        return manifest_from(content, self.pointer.manifest)

    def _fetched(self, each: Entry) -> bytes:
        """A small file that the pointer names by its content."""
        if each.size > BESIDE_BYTES:
            raise RemoteError("spoilt", cause=f"{each.name}: {each.size} bytes")
        content = self.remote.part(object_at(each.sha256), 0, each.size)
        if hashlib.sha256(content).hexdigest() != each.sha256:
            raise RemoteError("spoilt", cause=f"{each.name}: SHA-256")
        return content

    def _filled(self, manifest: Manifest | None, spoilt: Collection[str]) -> Path | None:
        if manifest is None:
            return None
        return fill(self.published, self.remote, manifest, self.at, unlinked=spoilt)

    def _show(self, staging: Path | None) -> None:
        """Switch, if nothing was published here since we looked; the lock is held."""
        if _Here.of(self.published) != self.here:
            raise _MovedError
        self.at("taking")
        mark.write(self.published, replace(mark.read(self.published), taking=self.pointer.id))
        if staging is not None:
            snapshot.adopt(self.published, staging, at=self.at)
        elif self.here.current != self.pointer.id:
            snapshot.switch(self.published, self.pointer.id, at=self.at)

    def _record(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            self.at(f"record {name}")
            write_if_changed(self.published / name, content)
        if pin.PIN not in files:
            self.at(f"record {pin.PIN}")
            pin.lift(self.published)
        self.at("mark")
        mark.agree(self.published, self.pointer)


def _taken(turn: _Turn, content: bytes) -> None:
    """Take what the pointer names; where that fails because the pointer has moved on, the next
    turn sees the newer one."""
    try:
        turn.take()
    except (RemoteError, snapshot.DamagedError) as reason:
        is_spoilt = not isinstance(reason, RemoteError) or reason.code == "spoilt"
        if is_spoilt and turn.remote.read(CURRENT, POINTER_BYTES) != content:
            raise _MovedError from reason
        if isinstance(reason, RemoteError):
            raise
        raise RemoteError("spoilt", cause=reason) from reason
    sweep(turn.published)


def _retire(published: Path, now: datetime, keep: int, days: float) -> None:
    """Remove older sets as a publisher does."""
    spare = vintage.spared(published, now, days)
    with snapshot.lock(published).acquire(timeout=PATIENCE_SECONDS):
        old = [name for name in snapshot.snapshots(published)[max(keep, 2) :] if name not in spare]
        snapshot.retire(published, old)
