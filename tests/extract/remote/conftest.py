"""A published folder that publishes numbered sets, a storage, and machines that follow it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract import history, snapshot
from extract.remote import Followed, Remote, Target, follow, opened, push

pytest.importorskip("fsspec", reason="object storage is not installed: make install WITH=storage")

NOON = datetime(2033, 3, 1, 12, 0, tzinfo=history.ZONE)


def numbered(number: int) -> dict[str, bytes]:
    """A set of which two files say its number, and one is the same in every set."""
    said = {name: f"{name}\n{number}\n".encode() * 300 for name in ("a.csv", "b.csv")}
    return {**said, "same.csv": b"same\n" * 500}


def publish(folder: Path, number: int) -> str:
    """Publish set `number` as a refresh does, with its line in the history; its id."""
    with snapshot.lock(folder).acquire(timeout=5):
        done = snapshot.publish(folder, numbered(number))
        moment = NOON + timedelta(minutes=number)
        history.append(folder, history.event(folder, done.snapshot.id, moment))
    return done.snapshot.id


def shown(folder: Path) -> str | None:
    """The id shown in a folder, every file of it having been verified."""
    found = snapshot.open_current(folder)
    if found is None:
        return None
    assert snapshot.verify(found.folder) == ()
    return found.id


@dataclass(frozen=True)
class World:
    """One machine that publishes, one that follows, and the storage between them."""

    here: Path
    there: Path
    storage: Path

    @property
    def target(self) -> Target:
        return Target(self.storage.as_uri())

    @property
    def remote(self) -> Remote:
        return opened(self.target)

    def push(self, remote: Remote | None = None, **options: Any) -> Any:
        return push(self.here, remote or self.remote, **options)

    def follow(self, remote: Remote | None = None, **options: Any) -> Followed:
        return follow(self.there, remote or self.remote, NOON, **options)

    def pointed(self) -> str | None:
        """The id the storage points to, everything it names having been verified."""
        path = self.storage / "current.json"
        if not path.is_file():
            return None
        pointer = json.loads(path.read_bytes())
        manifest = (self.storage / "snapshots" / pointer["id"] / "manifest.json").read_bytes()
        assert hashlib.sha256(manifest).hexdigest() == pointer["manifest"]
        for each in (*json.loads(manifest)["files"], *pointer["files"]):
            content = (self.storage / "objects" / each["sha256"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == each["sha256"]
            assert len(content) == each["bytes"]
        return str(pointer["id"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three empty folders."""
    return World(tmp_path / "here", tmp_path / "there", tmp_path / "storage")


class Faults:
    """Counts what is asked of a file system; the `at`-th operation fails, in one of three ways.

    before: nothing was done; half: half of what was to be written is there; after: it was done,
    and the answer was lost.
    """

    def __init__(self, at: int = 0, way: str = "before") -> None:
        self.at = at
        self.way = way
        self.count = 0
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def meets(self, name: str) -> bool:
        with self._lock:
            self.count += 1
            self.asked.append(name)
            return self.count == self.at


WRITES = ("pipe_file", "put_file")


@pytest.fixture
def faulty(world: World) -> Callable[[Faults], Remote]:
    """The storage, reached through a file system that fails once."""
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415  an extra

    class Failing(LocalFileSystem):  # type: ignore[misc]
        cachable = False
        faults = Faults()

    def failing(name: str) -> Callable[..., Any]:
        def call(self: Any, *given: Any, **named: Any) -> Any:
            met = self.faults.meets(name)
            if met and self.faults.way == "before":
                raise ConnectionError("cut before")
            if met and self.faults.way == "half" and name in WRITES:
                path = given[0] if name == "pipe_file" else given[1]
                content = given[1] if name == "pipe_file" else Path(given[0]).read_bytes()
                Path(path).write_bytes(content[: len(content) // 2])
                raise ConnectionError("cut in the middle")
            done = getattr(LocalFileSystem, name)(self, *given, **named)
            if met:
                raise ConnectionError("cut after")
            return done

        return call

    for name in ("cat_file", "info", "makedirs", "mv", "ls", "rm_file", *WRITES):
        setattr(Failing, name, failing(name))

    def made(faults: Faults) -> Remote:
        system = Failing()
        system.faults = faults
        return Remote(system, str(world.storage), "storage")

    return made
