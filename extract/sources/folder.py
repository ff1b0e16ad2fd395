"""Files of a folder, read so that nobody can point the reader elsewhere or change them meanwhile.

Every file is opened beneath the folder's own handle without following links, must be a plain
file, and is read again if it changed while it was read.
"""

import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from extract.problem import Problem
from extract.sources.rules import Refused, found

__all__ = ["SETTLE_SECONDS", "Arrival", "Listing", "Mark", "files", "remove"]

SETTLE_SECONDS = 1.0
"""A file of an inbox written this recently is given as long to be finished."""

_READ_TWICE = 2
_CHUNK = 2**20
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
_PARTIAL = re.compile(r"^(\.|~\$)|(\.(tmp|part|partial|crdownload|filepart|swp)|~)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a file that changed from one that did not."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it was read, whole."""

    name: str
    content: bytes
    mark: Mark


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder held: the files read, oldest first by name, and what was wrong or left."""

    arrivals: tuple[Arrival, ...]
    problems: tuple[Problem, ...]


def files(
    folder: Path,
    owner: str,
    max_bytes: int,
    *,
    settle_seconds: float = 0.0,
    pause: Callable[[float], None] = time.sleep,
) -> Listing:
    """Read every table file directly in ``folder``, in order of time and name.

    ``owner`` is the source's name, which problems carry before the file's. With
    ``settle_seconds`` a file written that recently is waited for. Raises Refused if the folder
    cannot be opened.
    """
    arrivals: list[Arrival] = []
    problems: list[Problem] = []
    with _opened(folder, owner) as handle:
        for name in sorted(os.listdir(handle)):  # noqa: PTH208 - a Path has no handle
            if _PARTIAL.search(name):
                continue
            where = f"{owner}/{name}"
            try:
                if _is_table(handle, name, where):
                    _settled(handle, name, where, settle_seconds, pause)
                    arrivals.append(_read(handle, name, where, max_bytes, pause))
                else:
                    problems.append(found("left-alone", where))
            except Refused as reason:
                problems.extend(reason.problems)
            except OSError as reason:
                problems.append(found("unreadable-file", where, reason=reason.strerror))
    arrivals.sort(key=lambda arrival: (arrival.mark.modified_ns, arrival.name))
    return Listing(tuple(arrivals), tuple(problems))


def remove(folder: Path, owner: str, name: str, mark: Mark) -> bool:
    """Take a file out of the folder if it is still the one that was read; True if it went."""
    with _opened(folder, owner) as handle:
        try:
            if _mark(os.stat(name, dir_fd=handle, follow_symlinks=False)) != mark:
                return False
            os.unlink(name, dir_fd=handle)
        except FileNotFoundError:
            return False
    return True


@contextmanager
def _opened(folder: Path, owner: str) -> Iterator[int]:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as reason:
        raise Refused(found("no-folder", owner, reason=reason.strerror)) from reason
    try:
        yield handle
    finally:
        os.close(handle)


def _is_table(handle: int, name: str, where: str) -> bool:
    if not name.lower().endswith(_TABLES):
        return False
    if not stat.S_ISREG(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode):
        raise Refused(found("not-a-plain-file", where))
    return True


def _settled(
    handle: int, name: str, where: str, seconds: float, pause: Callable[[float], None]
) -> None:
    """Give a file just written time to be finished; Refused if it goes on."""
    if not seconds:
        return
    before = os.stat(name, dir_fd=handle, follow_symlinks=False)
    if 0 <= time.time() - before.st_mtime < seconds:
        pause(seconds)
        if _mark(os.stat(name, dir_fd=handle, follow_symlinks=False)) != _mark(before):
            raise Refused(found("still-arriving", where))


def _read(
    handle: int, name: str, where: str, max_bytes: int, pause: Callable[[float], None]
) -> Arrival:
    for attempt in range(_READ_TWICE):
        if attempt:
            pause(0.2)
        before, content = _once(handle, name, where, max_bytes)
        if _mark(os.stat(name, dir_fd=handle, follow_symlinks=False)) == before:
            return Arrival(name, content, before)
    raise Refused(found("changed-while-read", where))


def _once(handle: int, name: str, where: str, max_bytes: int) -> tuple[Mark, bytes]:
    """One reading: O_NOFOLLOW refuses links, O_NONBLOCK does not wait for a pipe's writer."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.open(name, flags, dir_fd=handle)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise Refused(found("not-a-plain-file", where))
        if status.st_size > max_bytes:
            raise Refused(found("too-large", where, limit=max_bytes))
        return _mark(status), _bytes(file, where, max_bytes)
    finally:
        os.close(file)


def _bytes(file: int, where: str, max_bytes: int) -> bytes:
    content = bytearray()
    while chunk := os.read(file, _CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise Refused(found("too-large", where, limit=max_bytes))
    return bytes(content)


def _mark(status: os.stat_result) -> Mark:
    return Mark(
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )
