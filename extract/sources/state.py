"""What is kept of a source between turns: originals by SHA-256, the last good tables, and why not.

    <state>/<source>/kept/<sha256><ending>   every original taken over; of an inbox all, for ever
    <state>/<source>/clean/<sha256>.csv      the last good tables, clean; .json: where rows stood
    <state>/<source>/state.json              which of them count; replaced in one step

Whoever is killed in between leaves the former state.json, which names only whole files.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from extract.disk import write_if_changed
from extract.problem import Problem
from extract.sources.folder import Mark

__all__ = ["Good", "Kept", "Room", "sha256"]

FORMAT = 1
_STATE = "state.json"
_ENDING = re.compile(r"\.[a-z0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One clean table of the last good delivery: the SHA-256 of its bytes and of its places."""

    clean: str
    places: str


@dataclass(frozen=True, slots=True)
class Good:
    """The last good delivery.

    ``fetched_at`` is ISO 8601; ``originals`` maps a file's name to its SHA-256; ``fingerprint``
    tells whether the source is still configured as it was then; ``taking`` are files of an inbox
    that were taken over and are still to be removed from it.
    """

    fetched_at: str
    fingerprint: str
    originals: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Kept] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    etag: str = ""
    last_modified: str = ""
    taking: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """One source's folder below the state folder, and what its state.json says."""

    folder: Path
    good: Good | None = None
    failures: tuple[Problem, ...] = ()
    is_damaged: bool = False

    @classmethod
    def opened(cls, state: Path, source: str) -> "Room":
        """The room of ``source``; a state.json that cannot be read counts as damaged."""
        folder = state / source
        try:
            said = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            good = _good(said["good"]) if said["good"] else None
            failures = tuple(Problem(**problem) for problem in said["failures"])
        except FileNotFoundError:
            return cls(folder)
        except (OSError, ValueError, KeyError, TypeError):
            return cls(folder, is_damaged=True)
        room = cls(folder, good, failures)
        return room if room._is_whole() else cls(folder, None, failures, is_damaged=True)

    def keep(self, content: bytes, name: str) -> str:
        """Keep an original; its SHA-256."""
        digest, ending = sha256(content), Path(name).suffix.lower()
        ending = ending if _ENDING.fullmatch(ending) else ""
        write_if_changed(self.folder / "kept" / f"{digest}{ending}", content)
        return digest

    def store(self, clean: bytes, places: Collection[str]) -> Kept:
        """Store a clean table and where its rows stood."""
        listed = json.dumps(list(places), ensure_ascii=False).encode()
        kept = Kept(sha256(clean), sha256(listed))
        write_if_changed(self.folder / "clean" / f"{kept.clean}.csv", clean)
        write_if_changed(self.folder / "clean" / f"{kept.places}.json", listed)
        return kept

    def table(self, kept: Kept) -> tuple[bytes, tuple[str, ...]]:
        """A clean table and where its rows stood."""
        clean = (self.folder / "clean" / f"{kept.clean}.csv").read_bytes()
        listed = (self.folder / "clean" / f"{kept.places}.json").read_bytes()
        return clean, tuple(json.loads(listed))

    def settle(self, good: Good | None, failures: Collection[Problem]) -> "Room":
        """Write down how this turn ended, and forget clean tables nobody names any more."""
        said = {
            "format": FORMAT,
            "good": asdict(good) if good else None,
            "failures": [asdict(problem) for problem in failures],
        }
        text = json.dumps(said, ensure_ascii=False, indent=1)
        write_if_changed(self.folder / _STATE, f"{text}\n".encode(errors="replace"))
        named = {name for kept in good.tables.values() for name in _files(kept)} if good else set()
        _forget(self.folder / "clean", named)
        return replace(self, good=good, failures=tuple(failures))

    def forget_originals(self) -> None:
        """Remove originals the last good delivery does not name (never asked of an inbox)."""
        named = set(self.good.originals.values()) if self.good else set()
        folder = self.folder / "kept"
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.partition(".")[0] not in named:
                path.unlink(missing_ok=True)

    def _is_whole(self) -> bool:
        """Whether every clean table is there and is what its name says."""
        for kept in self.good.tables.values() if self.good else ():
            for name in _files(kept):
                path = self.folder / "clean" / name
                if not path.is_file() or sha256(path.read_bytes()) != path.stem:
                    return False
        return True


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _files(kept: Kept) -> tuple[str, str]:
    return f"{kept.clean}.csv", f"{kept.places}.json"


def _forget(folder: Path, named: Collection[str]) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in named:
            path.unlink(missing_ok=True)


def _good(said: Mapping[str, Any]) -> Good:
    return Good(
        fetched_at=said["fetched_at"],
        fingerprint=said["fingerprint"],
        originals=dict(said["originals"]),
        tables={table: Kept(**kept) for table, kept in said["tables"].items()},
        notes=tuple(Problem(**note) for note in said["notes"]),
        etag=said["etag"],
        last_modified=said["last_modified"],
        taking={name: Mark(**mark) for name, mark in said["taking"].items()},
    )
