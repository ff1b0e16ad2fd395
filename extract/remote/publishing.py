"""Bringing the storage up to a published folder: first the content, then the pointer to it.

What is there already is not sent again: objects bear the SHA-256 of their content. A push that is
cut off has sent something, named nothing, and goes on from there next time.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from filelock import Timeout

from extract import history, snapshot
from extract.remote import mark
from extract.remote.following import POINTER_BYTES, begins
from extract.remote.pointer import CURRENT, Pointer, entry, manifest_at, object_at
from extract.remote.storage import Remote
from extract.remote.trouble import RemoteError
from extract.snapshot import Snapshot

__all__ = ["Pushed", "push"]

State = Literal["current", "uploaded", "empty", "behind", "busy"]
AT_ONCE = 4
PATIENCE_SECONDS = 10.0
LONGEST_SECONDS = 900.0
"""No further object is begun after so long; the next turn goes on."""
TIMES = 3
"""So often a set published meanwhile is taken along before the next turn has to."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """How a push ended, the pointer there now, and how many objects and bytes were sent.

    current: nothing was owed; uploaded: the storage shows this folder's set from now on; empty:
    nothing was published here; behind: another machine published after this one, and nothing
    here is owed; busy: another push or copy is going on in this folder.
    """

    state: State
    pointer: Pointer | None = None
    objects: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the storage should show: a set, whole, and the files beside the sets."""

    shown: Snapshot
    beside: Mapping[str, bytes]
    switched_at: str

    def pointer(self, sequence: int) -> Pointer:
        """The pointer to it."""
        digest = entry(snapshot.MANIFEST, self.shown.manifest.raw).sha256
        files = mark.entries(self.beside)
        return Pointer(self.shown.id, sequence, self.switched_at, digest, files)


def _nowhere(_step: str) -> None:
    return None


def push(
    published: Path,
    remote: Remote,
    *,
    everything: bool = False,
    take_over: bool = False,
    at: Callable[[str], None] = _nowhere,
    zone: ZoneInfo = history.ZONE,
) -> Pushed:
    """Send what the storage lacks of the set shown in `published`, then point to it.

    `everything` sends each object again though one of its size is there; `take_over` lets this
    folder decide where another published something else. Raises RemoteError and OSError; the
    storage then points to what it did.
    """
    ends = time.monotonic() + LONGEST_SECONDS
    try:
        with mark.held(published, timeout=PATIENCE_SECONDS):
            done = Pushed("current")
            for _ in range(TIMES):
                wanted = _wanted(published, zone)
                if wanted is None:
                    return Pushed("empty")
                sent = _Push(published, remote, wanted, everything, at, ends).run(take_over)
                done = sent if sent.state != "current" or done.state == "current" else done
                if snapshot.current_id(published) == wanted.shown.id:
                    break
            return done
    except Timeout:
        return Pushed("busy")


def _wanted(published: Path, zone: ZoneInfo) -> _Wanted | None:
    try:
        shown = snapshot.open_current(published)
    except snapshot.DamagedError as reason:
        raise RemoteError("local", cause=reason) from reason
    moment = snapshot.switched_at(published)
    if shown is None or moment is None:
        return None
    when = datetime.fromtimestamp(moment, zone).isoformat(timespec="seconds")
    return _Wanted(shown, mark.beside(published), when)


@dataclass(frozen=True, slots=True)
class _Push:
    """One push of one set."""

    published: Path
    remote: Remote
    wanted: _Wanted
    everything: bool
    at: Callable[[str], None]
    ends: float

    def run(self, take_over: bool) -> Pushed:
        """Look, send what is missing, point."""
        self.at("look")
        content = self.remote.read(CURRENT, POINTER_BYTES)
        there = Pointer.read(content) if content is not None else None
        known = mark.read(self.published)
        number = max(known.sequence, there.sequence if there else 0) + 1
        pointer = self.wanted.pointer(number)
        if pointer.says_the_same(there) and not self.everything and there:
            mark.agree(self.published, there)
            return Pushed("current", there)
        if there and not take_over and not self._may_follow(there, known):
            return Pushed("behind", there)
        sent = self._sent(frozenset() if self.everything else self._held(there))
        self.at("manifest")
        self.remote.write(manifest_at(pointer.id), self.wanted.shown.manifest.raw)
        self.at("point")
        self.remote.write(CURRENT, pointer.written())
        self.at("mark")
        mark.agree(self.published, pointer)
        return Pushed("uploaded", pointer, len(sent), sum(sent))

    def _may_follow(self, there: Pointer, known: mark.Mark) -> bool:
        """Whether what is there came before what is here; False where nothing here is our own."""
        ours, theirs = self.wanted.beside.get(history.HISTORY, b""), there.history
        if there.sequence > known.sequence and known.covers(self.wanted.beside):
            return False
        if theirs is None or begins(ours, theirs):
            return True
        raise RemoteError("conflict", cause=f"{history.HISTORY}, {there.id}")

    def _held(self, there: Pointer | None) -> frozenset[str]:
        """What the set pointed to is made of, if it is kept here: that need not be asked for."""
        if there is None:
            return frozenset()
        try:
            manifest = snapshot.read_manifest(self.published / "snapshots" / there.id)
        except snapshot.DamagedError:
            return frozenset()
        return frozenset(each.sha256 for each in manifest.files)

    def _sent(self, held: frozenset[str]) -> list[int]:
        """The sizes of the objects that had to be sent, beyond those that are `held` there."""
        beside = {each.sha256: each for each in mark.entries(self.wanted.beside)}
        files = {each.sha256: each for each in self.wanted.shown.manifest.files}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = [pool.submit(self._file, sha256) for sha256 in files.keys() - held]
            asked += [pool.submit(self._beside, each.sha256) for each in beside.values()]
            try:
                return [size for each in asked if (size := each.result()) is not None]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _file(self, sha256: str) -> int | None:
        each = next(e for e in self.wanted.shown.manifest.files if e.sha256 == sha256)
        if self._is_there(sha256, each.size):
            return None
        path = self.wanted.shown.folder / each.name
        if reason := snapshot.wrong(path, each):
            raise RemoteError("local", cause=reason)
        self.at(f"send {each.name}")
        self.remote.upload(object_at(sha256), path)
        return each.size

    def _beside(self, sha256: str) -> int | None:
        each = next(e for e in mark.entries(self.wanted.beside) if e.sha256 == sha256)
        if self._is_there(sha256, each.size):
            return None
        self.at(f"send {each.name}")
        self.remote.write(object_at(sha256), self.wanted.beside[each.name])
        return each.size

    def _is_there(self, sha256: str, size: int) -> bool:
        if time.monotonic() > self.ends:
            raise RemoteError("too-slow", url=self.remote.url, cause=f"{LONGEST_SECONDS:g} s")
        return not self.everything and self.remote.size(object_at(sha256)) == size
