"""The folder of exports: asked for, made, kept, thrown away; the same for every worker.

    <folder>/<key>/asked.json     the ticket and who asked; touched whenever somebody looks
    <folder>/<key>/come.json      how far it has come, from when it was begun
    <folder>/<key>/ended.json     why there is no file
    <folder>/<key>/book.xlsx      the file, put there in one step
    <folder>/<key>/.held          locked for as long as a process makes it
    <folder>/.door, .turn-N       locked while something is decided; while one of the turns is taken

Locks are the system's: they are gone when their process is, however it ended. A lock is taken here
and inherited by the process that is started, so there is no moment at which nobody holds it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from dashboard.exports.locks import is_locked, locked, taken
from dashboard.exports.starting import launch
from dashboard.exports.state import ENDED, Name, State
from dashboard.exports.ticket import Ticket

__all__ = [
    "FullError",
    "Room",
    "State",
    "TooManyError",
    "asked_at",
    "asked_in",
    "come",
    "emptied",
    "end",
    "place",
    "seen",
    "weight",
]

TURNS = 2
"""Exports made at once on a machine."""
EACH = 3
"""Unfinished exports of one reader."""
WAITING = 10
"""Unfinished exports of all readers."""
ABANDONED = 300.0
"""Seconds after which nobody waits any more: a page in the background asks once a minute."""
KEPT = 24 * 3600.0
"""Seconds for which a file that nobody asks for stays."""
ROOM_BYTES = 1 << 30
BYTES_A_ROW = 3_000
"""What a row takes while its table is made, uncompressed, with room to spare."""
ASKED, COME, OVER, BOOK = "asked.json", "come.json", "ended.json", "book.xlsx"
HELD, DOOR = ".held", ".door"

Launch = Callable[[Path, tuple[int, ...], int], None]
"""Starts the process of a folder, which inherits the locks, and is told the room."""


class TooManyError(RuntimeError):
    """Too much is asked at once; `is_own` by this reader, else by all."""

    def __init__(self, *, is_own: bool) -> None:
        super().__init__("own" if is_own else "all")
        self.is_own = is_own


class FullError(OSError):
    """No place to write: the disk is full, or the folder is not ours."""


def place(published: Path, given: Path | None) -> Path:
    """Where exports lie: where the settings say, beside the published folder, or among what is
    temporary, if that one may not be written."""
    if given is not None:
        return given
    beside = published.absolute().with_name("exports")
    nearest = next(p for p in (beside, *beside.parents) if p.exists())
    if os.access(nearest, os.W_OK):
        return beside
    return Path(tempfile.gettempdir()) / f"livelihood-exports-{os.getuid()}"


class Room:
    """Exports by key; safe to use from several threads and processes."""

    def __init__(
        self,
        folder: Path,
        launch: Launch = launch,
        *,
        size: int = ROOM_BYTES,
        turns: int = TURNS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._launch = launch
        self._size = size
        self._turns = turns
        self._clock = clock

    def ask(self, asked: Ticket, reader: str) -> State:
        """Have an export made unless it is there or being made; TooManyError, FullError."""
        self._open()
        with locked(self._folder / DOOR):
            self._tidy()
            found = self.look(asked.key)
            if found is None or found.name in ENDED:
                self._admit(asked, reader)
                own = self._folder / asked.key
                shutil.rmtree(own, ignore_errors=True)
                own.mkdir(mode=0o700)
                told = {"ticket": asked.as_json(), "reader": reader, "at": self._clock()}
                _put(own / ASKED, told)
            self._begin()
        return self.look(asked.key) or State(asked.key, "failed", asked)

    def look(self, key: str) -> State | None:
        """How an export stands; None where there is none. Looking keeps it alive."""
        state = self._state(key)
        if state is not None:
            with suppress(OSError):
                os.utime(self._folder / key / ASKED, (self._clock(),) * 2)
        return state

    def go_on(self) -> None:
        """Begin what waits, if there is a turn."""
        if self._folder.is_dir():
            with locked(self._folder / DOOR):
                self._begin()

    def stop(self, key: str, reader: str) -> bool:
        """Give up an export; only who asked for it may. Its process sees it within a second."""
        own = self._folder / key
        state = self._state(key)
        if state is None or state.is_over or self._reader(own) != reader:
            return False
        end(own, "stopped")
        return True

    def file(self, key: str) -> Path | None:
        """The finished workbook."""
        state = self.look(key)
        return self._folder / key / BOOK if state and state.name == "ready" else None

    def tidy(self) -> None:
        """Throw away what is old, was left behind, or is more than there is room for."""
        if self._folder.is_dir():
            with locked(self._folder / DOOR):
                self._tidy()

    def _open(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            is_own = self._folder.stat().st_uid == os.getuid()
        except OSError as problem:
            raise FullError(str(problem)) from problem
        if not is_own or self._folder.is_symlink():
            raise FullError(f"{self._folder} belongs to somebody else")

    def _admit(self, asked: Ticket, reader: str) -> None:
        open_ones = [p for p in self._all() if not (self._state(p.name) or _GONE).is_over]
        if sum(self._reader(p) == reader for p in open_ones) >= EACH:
            raise TooManyError(is_own=True)
        if len(open_ones) >= WAITING:
            raise TooManyError(is_own=False)
        if shutil.disk_usage(self._folder).free < asked.rows * BYTES_A_ROW + self._size // 10:
            raise FullError("too little room on the disk")

    def _begin(self) -> None:
        """Start the oldest that wait, as long as there are turns. Within the door."""
        waiting = [p for p in self._all() if (self._state(p.name) or _GONE).name == "waiting"]
        for own in sorted(waiting, key=lambda p: (self._asked(p).get("at", 0.0), p.name)):
            turns = (taken(self._folder / f".turn-{n}") for n in range(1, self._turns + 1))
            turn = next((fd for fd in turns if fd is not None), None)
            if turn is None:
                return
            held = taken(own / HELD)
            try:
                if held is not None:
                    come(own, 0, 0)
                    self._launch(own, (turn, held), self._size)
            except OSError:
                end(own, "failed")
            finally:
                for fd in filter(None, (turn, held)):
                    os.close(fd)

    def _state(self, key: str) -> State | None:
        own = self._folder / key
        asked = self._asked(own)
        if not asked:
            return None
        ticket = Ticket(**asked["ticket"])
        is_made = is_locked(own / HELD)  # looked at first: what it leaves behind is there by then
        if (own / BOOK).exists():
            size = (own / BOOK).stat().st_size
            return State(key, "ready", ticket, ticket.rows, ticket.rows, size)
        ended = _json(own / OVER)
        if isinstance(ended, str):
            return State(key, _name(ended), ticket)
        come = _json(own / COME)
        if not isinstance(come, list):
            return State(key, "waiting", ticket)
        return State(key, "building" if is_made else "died", ticket, *come)

    def _asked(self, own: Path) -> dict[str, Any]:
        found = _json(own / ASKED)
        return found if isinstance(found, dict) else {}

    def _reader(self, own: Path) -> str:
        return str(self._asked(own).get("reader", ""))

    def _all(self) -> Iterator[Path]:
        yield from (p for p in sorted(self._folder.iterdir()) if p.is_dir())

    def _tidy(self) -> None:
        ready: list[tuple[float, int, Path]] = []
        for own in list(self._all()):
            state, last = self._state(own.name), seen(own)
            stays = _stays(state)
            if state is None or self._clock() - last > stays:
                shutil.rmtree(own, ignore_errors=True)
            elif state.name in ENDED and not is_locked(own / HELD):
                emptied(own)
            elif state.name == "ready":
                ready.append((last, state.size, own))
        ready.sort()
        while len(ready) > 1 and sum(size for _last, size, _own in ready) > self._size:
            shutil.rmtree(ready.pop(0)[2], ignore_errors=True)


_GONE = State("", "died", None)


def end(own: Path, why: Name) -> None:
    """Say in an export's folder why there will be no file."""
    _put(own / OVER, why)


def come(own: Path, written: int, total: int) -> None:
    """Say how far an export has come."""
    _put(own / COME, [written, total])


def asked_in(own: Path) -> Ticket | None:
    """The ticket of an export's folder."""
    found = _json(own / ASKED)
    return Ticket(**found["ticket"]) if isinstance(found, dict) else None


def asked_at(own: Path) -> float:
    """When the export of a folder was asked for; 0 where it is gone."""
    found = _json(own / ASKED)
    return float(found.get("at", 0)) if isinstance(found, dict) else 0.0


def seen(own: Path) -> float:
    """When somebody last looked at an export; 0 where it is gone."""
    try:
        return (own / ASKED).stat().st_mtime
    except OSError:
        return 0.0


def _stays(state: State | None) -> float:
    """Seconds for which an export is kept that nobody looks at."""
    if state is None or state.name == "building":  # its process looks after itself
        return float("inf")
    return ABANDONED if state.name == "waiting" else KEPT


def weight(own: Path) -> int:
    """Bytes that an export takes now."""
    return sum(path.stat().st_size for path in own.iterdir() if path.is_file())


def emptied(own: Path) -> None:
    """What a process that ended left behind, but for the words about it."""
    for path in list(own.iterdir()):
        if path.name not in {ASKED, COME, OVER}:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _put(path: Path, told: object) -> None:
    """A small file in one step."""
    staged = path.with_name(f".{path.name}")
    staged.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    staged.replace(path)


def _name(told: str) -> Name:
    return next((name for name in ENDED if name == told), "failed")


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
