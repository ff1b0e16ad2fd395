"""The only reader of published data: opens the current set, notices a new one, opens old ones.

A `Dataset` is frozen; a page that has taken one finishes with it, whatever is published
meanwhile. A set that is not whole is never shown: the last whole one stays, and `trouble` says
why. A set that nobody holds any more closes by itself.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from dashboard import sound
from dashboard.dataset import STANDARD, Dataset, read
from dashboard.memory import give_back
from extract import history, journal, snapshot
from extract.history import Event
from extract.remote import watching

__all__ = ["OLD_KEPT", "STANDARD", "Dataset", "NoDataError", "NotThenError", "Store", "read"]

log = logging.getLogger(__name__)

OLD_KEPT = 3
"""Old snapshots that stay open at once, the last asked for."""
AGAIN_SECONDS = 30.0
"""After this long a damaged set is looked at again even if nothing seems to have changed."""
ATTEMPTS = 3
GENTLE = 10
"""How far a thread that reads through steps back behind those that answer."""
NOT_WHOLE = (OSError, KeyError, ValueError, snapshot.DamagedError)


Why = Literal["before", "future", "gone"]


class NoDataError(Exception):
    """Neither a published set nor data/tidy could be read; the message says what to do."""


class NotThenError(LookupError):
    """No set of that day can be shown.

    `first` is the day of the first publication, None if there was none. `why`: `before` it,
    `future` for a day that has not come, `gone` for a set that is no longer kept whole.
    """

    def __init__(self, day: date, why: Why, first: date | None = None) -> None:
        super().__init__(f"{day} {why}")
        self.day = day
        self.why = why
        self.first = first


def _nothing(_dataset: Dataset) -> None:
    return None


def _today() -> date:
    return datetime.now(history.ZONE).date()


class Store:
    """Gives the newest whole data set; safe to use from several threads."""

    def __init__(
        self,
        published: Path,
        tidy: Path,
        *,
        every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = _today,
        prepare: Callable[[Dataset], None] = _nothing,
    ) -> None:
        """`prepare` is given each set before anybody is shown it."""
        self._published = published
        self._tidy = tidy
        self._every = every
        self._clock = clock
        self._today = today
        self._prepare = prepare
        self._closed = threading.Event()
        self._door = threading.Lock()
        self._held: Dataset | None = None
        self._readings: dict[str, Dataset] = {}
        self._token = ""
        self._refused = ("", float("-inf"))
        self._trouble = ""
        self._looked_at = float("-inf")
        self._old: OrderedDict[str, Dataset] = OrderedDict()
        self._old_door = threading.Lock()

    @property
    def published(self) -> Path:
        """Folder of snapshots, status and log."""
        return self._published

    @property
    def trouble(self) -> str:
        """Why the set shown is not the one published last; '' while it is."""
        return self._trouble

    def dataset(self, preset: str = STANDARD) -> Dataset:
        """The current set under `preset`; NoDataError if there has never been one to read."""
        current = self._current()
        readings = self._readings
        if preset not in readings or readings[preset].cabinet is not current.cabinet:
            readings[preset] = current.with_preset(preset)
        return readings[preset]

    def asof(self, day: date, preset: str = STANDARD) -> Dataset:
        """The set that was current at the end of `day`; NotThenError if none can be shown."""
        if day > self._today():
            raise NotThenError(day, "future")
        found = history.asof(self._published, day)
        if found is None:
            raise NotThenError(day, "before", self._first_day())
        return self._version(found, day).with_preset(preset)

    def events(self) -> tuple[Event, ...]:
        """Every publication and every return to an older set, newest first."""
        return tuple(reversed(history.read(self._published)))

    def folder(self, snapshot_id: str) -> Path:
        """Where a snapshot lies, if it is kept."""
        return self._published / "snapshots" / snapshot_id

    def status(self) -> Mapping[str, Any]:
        """What the last refresh left behind (`status.json`); empty if there was none.

        Where the sets come from another machine, `following` tells how that stands.
        """
        found = journal.read(self._published)
        followed = watching.read(self._published)
        return {**found, "following": followed} if followed else found

    def stamp(self) -> str:
        """Changes whenever a file of the published folder does, or the day."""
        return f"{_token(self._published)} {self._today()} {self._trouble}"

    def watch(self) -> None:
        """Look for a newer set in a thread of its own, so that no reader waits for one to open;
        and read through what pages are not made of."""
        threading.Thread(target=self._watch, name="newer sets", daemon=True).start()

    def close(self) -> None:
        """Let go of every set; those in use close when their readers are done."""
        self._closed.set()
        with self._door, self._old_door:
            self._held, self._token, self._readings = None, "", {}
            self._old.clear()

    def _current(self) -> Dataset:
        """The set held; one thread at a time looks for a newer one, the others do not wait."""
        held = self._held
        if held is not None and self._clock() - self._looked_at < self._every:
            return held
        if not self._door.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            return self._noticed()
        finally:
            self._door.release()

    def _watch(self) -> None:
        """Twice as often as readers would look: they find that somebody has."""
        read_through = ""
        while not self._closed.wait(self._every / 2):
            before = self._held
            held = self._looked()
            if held is not before:
                before = None
                give_back()
            if held is not None and held.is_published and held.snapshot_id != read_through:
                read_through = held.snapshot_id
                threading.Thread(target=self._read_through, args=[held], daemon=True).start()
            del held

    def _looked(self) -> Dataset | None:
        with self._door, suppress(NoDataError):
            return self._noticed()
        return None

    def _read_through(self, dataset: Dataset) -> None:
        """Read the rest of a set that is shown; where it is not whole, show it no more."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GENTLE)
        if not (found := sound.later_flaws(dataset.folder)):
            return
        log.warning("shown no more: %s", "; ".join(found))
        with self._door, suppress(NoDataError):
            if self._held is dataset:
                self._held, self._token = None, ""
                self._noticed()

    def _noticed(self) -> Dataset:
        now, token = self._clock(), self._pointed()
        self._looked_at = now
        refused, since = self._refused
        is_known = token == self._token or (token == refused and now - since < AGAIN_SECONDS)
        if self._held is not None and is_known:
            return self._held
        try:
            found = self._newest()
            self._prepare(found)
            self._held, self._token, self._trouble = found, token, ""
            self._readings = {}
        except NOT_WHOLE as problem:
            self._refused, self._trouble = (token, now), str(problem)
            log.warning("kept the last whole set: %s", problem)
            self._held = self._held or self._last_whole(problem)
        return self._held

    def _newest(self) -> Dataset:
        found = snapshot.open_current(self._published)
        return self._settled() if found is None else read(found.folder)

    def _settled(self) -> Dataset:
        """data/tidy, read while nothing in it changed: never half of one and half of another."""
        for _ in range(ATTEMPTS):
            before = _token(self._tidy)
            found = read(self._tidy)
            if _token(self._tidy) == before:
                return found
        raise OSError(f"{self._tidy} changed while it was read")

    def _last_whole(self, problem: Exception) -> Dataset:
        """At the start, with a damaged set current: the newest whole one.

        What was published is never replaced by the tables of the checkout: they may be others.
        """
        for name in snapshot.snapshots(self._published):
            try:
                return self._whole(name)
            except NOT_WHOLE as reason:
                log.warning("passed over: %s", reason)
        is_published = (self._published / "current").is_symlink()
        folder, step = (
            (self._published, "make refresh") if is_published else (self._tidy, "make tidy")
        )
        raise NoDataError(
            f"没有可读的数据：{folder}（{problem}）。先运行 {step}。 / "
            f"No readable data in {folder} ({problem}); run {step} first."
        ) from problem

    def _pointed(self) -> str:
        """Changes when another set is published, or the present one is mended."""
        current = self._published / "current"
        if not current.is_symlink():
            return _token(self._tidy)
        try:
            return f"{current.readlink()} {current.stat().st_mtime_ns}"
        except OSError as reason:
            return f"{reason}"

    def _version(self, snapshot_id: str, day: date) -> Dataset:
        current = self._current()
        if current.snapshot_id == snapshot_id:
            return current
        with self._old_door:
            found = self._old.pop(snapshot_id, None)
            if found is None or not found.folder.is_dir():
                found = self._opened(snapshot_id, day)
            self._old[snapshot_id] = found
            while len(self._old) > OLD_KEPT:
                self._old.popitem(last=False)
        return found

    def _opened(self, snapshot_id: str, day: date) -> Dataset:
        try:
            return self._whole(snapshot_id)
        except NOT_WHOLE as problem:
            log.warning("asked for as of %s: %s", day, problem)
            raise NotThenError(day, "gone") from problem

    def _whole(self, snapshot_id: str) -> Dataset:
        return read(snapshot.open_snapshot(self._published, snapshot_id).folder)

    def _first_day(self) -> date | None:
        days = [event.published_at.astimezone(history.ZONE).date() for event in self.events()]
        return min(days, default=None)


def _token(folder: Path) -> str:
    """Changes when a file of an unpublished folder is written."""
    try:
        stamps = sorted((p.name, p.stat().st_mtime_ns) for p in folder.iterdir())
    except OSError:
        return "absent"
    return repr(stamps)
