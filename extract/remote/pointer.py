"""The pointer: which set is shown, since when, and the history that led to it.

It is the one object that decides. It is written after everything it names, carries a number that
only grows, also when an older set is shown again, and is never taken on trust: what it names is
known by its SHA-256.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extract import snapshot
from extract.remote.trouble import RemoteError
from extract.snapshot import Entry, Manifest

__all__ = ["CURRENT", "STATUS", "Pointer", "entry", "manifest_at", "manifest_from", "object_at"]

CURRENT = "current.json"
STATUS = "status.json"
BESIDE = ("history.jsonl", "pinned.json")
"""Files beside the sets that the pointer names by content."""

FORMAT = 1
_SHA = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1 << 50


@dataclass(frozen=True, slots=True)
class Pointer:
    """Set `id` is shown since `switched_at`; `beside` are the history and the pin if there is one.

    `sequence` grows with every pointer written; `manifest` is the SHA-256 of manifest.json.
    """

    id: str
    sequence: int
    switched_at: str
    manifest: str
    beside: tuple[Entry, ...] = ()

    @property
    def history(self) -> Entry | None:
        """What the pointer says of history.jsonl."""
        return next((each for each in self.beside if each.name == BESIDE[0]), None)

    def says_the_same(self, other: "Pointer | None") -> bool:
        """Whether the other names the same set and history, whatever its number."""
        if other is None:
            return False
        return (self.id, self.manifest, self.beside) == (other.id, other.manifest, other.beside)

    def written(self) -> bytes:
        """The bytes of current.json."""
        said = {
            "format": FORMAT,
            "id": self.id,
            "sequence": self.sequence,
            "switched_at": self.switched_at,
            "manifest": self.manifest,
            "files": [{"name": e.name, "bytes": e.size, "sha256": e.sha256} for e in self.beside],
        }
        return f"{json.dumps(said, ensure_ascii=False, indent=1)}\n".encode()

    @classmethod
    def read(cls, content: bytes) -> "Pointer":
        """The pointer of current.json; RemoteError where it is not one."""
        try:
            said = json.loads(content)
            found = cls(
                str(said["id"]),
                _whole(said["sequence"]),
                datetime.fromisoformat(said["switched_at"]).isoformat(timespec="seconds"),
                str(said["manifest"]),
                tuple(_beside(each) for each in said["files"]),
            )
        except (ValueError, KeyError, TypeError) as reason:
            raise RemoteError("spoilt", cause=f"{CURRENT}: {reason}") from reason
        is_sound = snapshot.ID.fullmatch(found.id) and _SHA.fullmatch(found.manifest)
        if not is_sound or not found.manifest.startswith(found.id):
            raise RemoteError("spoilt", cause=f"{CURRENT}: id {found.id[:20]!r}")
        return found


def entry(name: str, content: bytes) -> Entry:
    """A file as the pointer names it."""
    return Entry(name, len(content), hashlib.sha256(content).hexdigest())


def object_at(sha256: str) -> str:
    """The name of the object that holds the content of that SHA-256."""
    return f"objects/{sha256}"


def manifest_at(snapshot_id: str) -> str:
    """The name of the object that holds the manifest of a set."""
    return f"snapshots/{snapshot_id}/{snapshot.MANIFEST}"


def manifest_from(content: bytes, sha256: str) -> Manifest:
    """The manifest in these bytes; RemoteError where it is not the one of that SHA-256, or names
    what a set may not hold."""
    if (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise RemoteError("spoilt", cause=f"{snapshot.MANIFEST}: {found[:16]}, not {sha256[:16]}")
    try:
        manifest = snapshot.parsed(content)
    except (ValueError, KeyError, TypeError) as reason:
        raise RemoteError("spoilt", cause=f"{snapshot.MANIFEST}: {reason}") from reason
    if len({each.name for each in manifest.files}) != len(manifest.files):
        raise RemoteError("spoilt", cause=f"{snapshot.MANIFEST}: one name twice")
    for each in manifest.files:
        if not _is_sized(each.size) or not _is_sum(each.sha256):
            raise RemoteError("spoilt", cause=f"{snapshot.MANIFEST}: {each.name}")
    return manifest


def _beside(said: Mapping[str, Any]) -> Entry:
    if said["name"] not in BESIDE or not _is_sum(said["sha256"]):
        raise ValueError(f"{said['name']!r}")
    return Entry(said["name"], _whole(said["bytes"]), said["sha256"])


def _whole(given: object) -> int:
    if not _is_sized(given):
        raise ValueError(f"{given!r} is not a whole number")
    return int(given)  # type: ignore[call-overload, no-any-return]


def _is_sized(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _LARGEST


def _is_sum(given: object) -> bool:
    return isinstance(given, str) and _SHA.fullmatch(given) is not None
