"""A published data set: an immutable folder named by its content, and one atomic switch.

The promise: whoever follows `current` finds a whole set, at every moment, also when the
publisher is killed, the disk fills up or the power fails.

    <published>/snapshots/<id>/   data files and manifest.json; never changed once named
    <published>/current           relative symlink to snapshots/<id>, replaced by one rename

`<id>` is the first 16 hexadecimal digits of the SHA-256 of manifest.json, which lists every
file with its size and SHA-256 and carries no date: equal content, equal id.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

__all__ = [
    "KEEP",
    "MANIFEST",
    "DamagedError",
    "Entry",
    "Manifest",
    "Published",
    "Snapshot",
    "current_id",
    "lock",
    "manifest_of",
    "open_current",
    "open_snapshot",
    "publish",
    "read_manifest",
    "retire",
    "snapshots",
    "sweep",
    "switch",
    "switched_at",
    "verify",
    "wrong",
]

MANIFEST = "manifest.json"
KEEP = 20
FORMAT = 1
ID = re.compile(r"[0-9a-f]{16}")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
STAGING = ".staging-"
RETIRED = ".retired-"


class DamagedError(Exception):
    """A published folder is not what its manifest or its name says; str() is the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One published file: its name, its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds, sorted by name; `raw` is manifest.json byte for byte."""

    files: tuple[Entry, ...]
    raw: bytes

    @property
    def id(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of manifest.json."""
        return _sha256(self.raw)[:16]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A named snapshot; `folder` does not pass through `current`, so it stays the same set."""

    id: str
    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Published:
    """What publish did: `changed` is False when the same set was current and whole already."""

    snapshot: Snapshot
    changed: bool
    removed: tuple[str, ...] = ()


def _nowhere(_step: str) -> None:
    return None


def publish(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    keep: int = KEEP,
    spare: Collection[str] = (),
    force: bool = False,
    at: Callable[[str], None] = _nowhere,
) -> Published:
    """Publish `files` (name → content) under `folder` and make them current.

    The caller holds `lock(folder)`. Unchanged and whole content is left alone unless `force`,
    which writes it again. A current set that was damaged is mended file by file. Of older
    snapshots the newest `keep` stay, those of `spare`, and always the current and the one before.
    `at` is told each step as it begins. Raises OSError (disk full, no permission): `current`
    is then as it was; and ValueError for a file name that is not a plain name.
    """
    manifest = manifest_of(files)
    (folder / "snapshots").mkdir(parents=True, exist_ok=True)
    at("sweep")
    sweep(folder)
    if not force and _is_current_and_whole(folder, manifest.id):
        return Published(_snapshot(folder, manifest), changed=False)
    changed = current_id(folder) != manifest.id
    staging = _stage(folder, {**files, MANIFEST: manifest.raw}, manifest.id, at)
    _name(staging, folder / "snapshots" / manifest.id, at)
    _switch(folder, manifest.id, at)
    old = [name for name in snapshots(folder)[max(keep, 2) :] if name not in spare]
    return Published(_snapshot(folder, manifest), changed, retire(folder, old, at=at))


def switch(folder: Path, snapshot_id: str, *, at: Callable[[str], None] = _nowhere) -> Snapshot:
    """Make a snapshot that is kept current again, in one step; the caller holds `lock(folder)`.

    Raises DamagedError, and changes nothing, where it is missing or not whole.
    """
    found = open_snapshot(folder, snapshot_id)
    if reasons := verify(found.folder):
        raise DamagedError("; ".join(reasons))
    if current_id(folder) != snapshot_id:
        _switch(folder, snapshot_id, at)
    return found


def retire(
    folder: Path, names: Iterable[str], *, at: Callable[[str], None] = _nowhere
) -> tuple[str, ...]:
    """Remove snapshots, never the current; returns those removed.

    Each first loses its name, so that a half-removed set has no id. The caller holds
    `lock(folder)`; what a killed one leaves behind is swept by the next publication.
    """
    current = current_id(folder)
    old = tuple(name for name in names if name != current)
    for name in old:
        retired = folder / "snapshots" / f"{RETIRED}{name}"
        _remove(retired)
        (folder / "snapshots" / name).rename(retired)
        at(f"retire {name}")
        shutil.rmtree(retired)
    return old


def lock(folder: Path) -> FileLock:
    """The lock a publisher holds (`with lock(folder).acquire(timeout=0)`); kill frees it.

    Creates `folder`. Raises OSError when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / ".lock")


def manifest_of(files: Mapping[str, bytes]) -> Manifest:
    """The manifest of `files`; ValueError for a name with a folder in it or a leading dot."""
    entries = tuple(
        Entry(_plain(name), len(files[name]), _sha256(files[name])) for name in sorted(files)
    )
    listed = [{"name": e.name, "bytes": e.size, "sha256": e.sha256} for e in entries]
    text = json.dumps({"format": FORMAT, "files": listed}, ensure_ascii=False, indent=1)
    return Manifest(entries, f"{text}\n".encode())


def open_current(folder: Path) -> Snapshot | None:
    """The snapshot `current` points to now, or None where nothing was published yet.

    The pointer is read once: a set published later does not reach into this one. Checks the
    manifest against the name, not every file (see `verify`). Raises DamagedError.
    """
    current = folder / "current"
    if not current.is_symlink():
        return None
    if (snapshot_id := current_id(folder)) is None:
        raise DamagedError(f"{current} does not point to a snapshot of this folder")
    return open_snapshot(folder, snapshot_id)


def open_snapshot(folder: Path, snapshot_id: str) -> Snapshot:
    """The snapshot of that id under `folder`; raises DamagedError when it is missing or altered."""
    if not ID.fullmatch(snapshot_id):
        raise DamagedError(f"{snapshot_id!r} is not the id of a snapshot (16 hexadecimal digits)")
    place = folder / "snapshots" / snapshot_id
    return Snapshot(snapshot_id, place, read_manifest(place))


def current_id(folder: Path) -> str | None:
    """The id `current` names, whether or not that snapshot is whole; None where it names none."""
    try:
        target = (folder / "current").readlink()
    except OSError:
        return None
    named = target.parent == Path("snapshots") and ID.fullmatch(target.name)
    return target.name if named else None


def switched_at(folder: Path) -> float | None:
    """When `current` was last switched, in seconds since the epoch; None where there is none."""
    try:
        return (folder / "current").lstat().st_mtime
    except OSError:
        return None


def read_manifest(snapshot: Path) -> Manifest:
    """The manifest of one snapshot folder, checked against the folder's name; else DamagedError."""
    try:
        raw = (snapshot / MANIFEST).read_bytes()
        listed = json.loads(raw)["files"]
        entries = tuple(Entry(_plain(f["name"]), f["bytes"], f["sha256"]) for f in listed)
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise DamagedError(f"{snapshot.name}/{MANIFEST} cannot be read: {reason}") from reason
    manifest = Manifest(entries, raw)
    if manifest.id != snapshot.name:
        raise DamagedError(f"{snapshot.name}/{MANIFEST} was altered: its content is {manifest.id}")
    return manifest


def verify(snapshot: Path) -> tuple[str, ...]:
    """What is wrong with one snapshot folder, file by file; empty when it is whole."""
    try:
        manifest = read_manifest(snapshot)
    except DamagedError as reason:
        return (str(reason),)
    known = {MANIFEST, *(entry.name for entry in manifest.files)}
    strangers = sorted({path.name for path in snapshot.iterdir()} - known)
    reasons = (wrong(snapshot / entry.name, entry) for entry in manifest.files)
    return (
        *(reason for reason in reasons if reason),
        *(f"{snapshot.name}/{name} is not in the manifest" for name in strangers),
    )


def snapshots(folder: Path) -> tuple[str, ...]:
    """The ids kept under `folder`, the last published first."""
    places = [path for path in _children(folder / "snapshots") if ID.fullmatch(path.name)]
    dated = sorted(((path.stat().st_mtime_ns, path.name) for path in places), reverse=True)
    return tuple(name for _, name in dated)


def _snapshot(folder: Path, manifest: Manifest) -> Snapshot:
    return Snapshot(manifest.id, folder / "snapshots" / manifest.id, manifest)


def _is_current_and_whole(folder: Path, snapshot_id: str) -> bool:
    return current_id(folder) == snapshot_id and not verify(folder / "snapshots" / snapshot_id)


def _stage(
    folder: Path, files: Mapping[str, bytes], snapshot_id: str, at: Callable[[str], None]
) -> Path:
    staging = folder / "snapshots" / f"{STAGING}{snapshot_id}"
    staging.mkdir()
    try:
        for name in sorted(files):
            at(f"write {name}")
            _write(staging / name, files[name])
        at("seal")
        _sync(staging)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return staging


def _name(staging: Path, place: Path, at: Callable[[str], None]) -> None:
    """Give the staged folder its name; where that exists, replace its files one by one."""
    at("name")
    if place.is_dir():
        _mend(staging, place)
    else:
        staging.rename(place)
    os.utime(place)
    _sync(place)
    _sync(place.parent)


def _mend(staging: Path, place: Path) -> None:
    expected = {path.name for path in staging.iterdir()}
    for path in sorted(staging.iterdir()):
        _remove(place / path.name, only_folders=True)
        path.replace(place / path.name)
    for stranger in {path.name for path in place.iterdir()} - expected:
        _remove(place / stranger)
    staging.rmdir()


def _switch(folder: Path, snapshot_id: str, at: Callable[[str], None]) -> None:
    at("switch")
    pointer = folder / ".current.new"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(Path("snapshots") / snapshot_id)
    pointer.replace(folder / "current")
    _sync(folder)
    at("switched")


def sweep(folder: Path) -> None:
    """Remove what a killed publisher left behind; the caller holds `lock(folder)`."""
    for path in _children(folder / "snapshots"):
        if path.name.startswith((STAGING, RETIRED)):
            _remove(path)
    (folder / ".current.new").unlink(missing_ok=True)


def _remove(path: Path, *, only_folders: bool = False) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif not only_folders:
        path.unlink(missing_ok=True)


def _children(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.iterdir()) if folder.is_dir() else ())


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o444)


def _sync(folder: Path) -> None:
    """Make the names in `folder` last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def wrong(path: Path, entry: Entry) -> str:
    """What is wrong with a file, '' if nothing; it is read piece by piece, however large it is."""
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open("rb") as file:
            if (size := os.fstat(file.fileno()).st_size) != entry.size:
                return f"{where} has {size} bytes, the manifest says {entry.size}"
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as reason:
        return f"{where} cannot be read: {reason.strerror}"
    return "" if digest == entry.sha256 else f"{where} was altered: its SHA-256 differs"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(name: str) -> str:
    if not NAME.fullmatch(name) or name == MANIFEST:
        raise ValueError(f"{name!r} is not a plain file name a snapshot may hold")
    return name
