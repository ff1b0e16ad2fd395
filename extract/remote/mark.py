"""What this folder and the storage last agreed on: .remote-mark.json of the published folder.

The mark tells a folder's own, not yet uploaded publications from those it copied. It is written
last: where it is missing or behind, the same is done again, and nothing is lost.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock

from extract.disk import write_if_changed
from extract.remote.pointer import BESIDE, Pointer, entry
from extract.snapshot import Entry

__all__ = ["Mark", "agree", "beside", "entries", "held", "read", "write"]

MARK = ".remote-mark.json"
LOCK = ".remote.lock"


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of the pointer last written or followed, and the SHA-256 of the files beside the
    sets as they were then; {} and 0 before the first time. `taking` is the set that was being
    taken over from the storage, so that it is not held for one published here."""

    sequence: int = 0
    sums: Mapping[str, str] = field(default_factory=dict)
    taking: str = ""

    def covers(self, contents: Mapping[str, bytes]) -> bool:
        """Whether these files are as the mark has them: none of them is this folder's own."""
        return self.sums == {name: entry(name, c).sha256 for name, c in contents.items()}


@contextmanager
def held(published: Path, timeout: float) -> Iterator[None]:
    """Upload or copy alone: one of them at a time in a folder. Raises filelock.Timeout."""
    published.mkdir(parents=True, exist_ok=True)
    with FileLock(published / LOCK).acquire(timeout=timeout):
        yield


def read(published: Path) -> Mark:
    """The mark; that of the beginning where there is none or it cannot be read."""
    try:
        said = json.loads((published / MARK).read_bytes())
        return Mark(int(said["sequence"]), dict(said["sums"]), str(said["taking"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Mark()


def write(published: Path, mark: Mark) -> None:
    """Put the mark, in one step. Raises OSError."""
    text = json.dumps(asdict(mark), indent=1)
    write_if_changed(published / MARK, f"{text}\n".encode())


def agree(published: Path, pointer: Pointer) -> None:
    """Note that the folder is as the pointer says. Raises OSError."""
    write(published, Mark(pointer.sequence, {e.name: e.sha256 for e in pointer.beside}))


def beside(published: Path) -> dict[str, bytes]:
    """The files beside the sets that the pointer names, as they stand here."""
    found = {}
    for name in BESIDE:
        try:
            found[name] = (published / name).read_bytes()
        except FileNotFoundError:
            continue
    return found


def entries(contents: Mapping[str, bytes]) -> tuple[Entry, ...]:
    """The same as a pointer names them."""
    return tuple(entry(name, contents[name]) for name in BESIDE if name in contents)
