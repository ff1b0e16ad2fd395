"""Filling a folder beside the named sets with the files of the next, before it gets a name.

What a kept set holds already is linked, not fetched. What was fetched when a machine was switched
off is taken up again where it stopped. Nothing here is trusted: `snapshot.adopt` verifies it all.
"""

import shutil
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from extract import snapshot
from extract.remote.pointer import object_at
from extract.remote.storage import Remote
from extract.remote.trouble import RemoteError
from extract.snapshot import Entry, Manifest

__all__ = ["INCOMING", "drop", "fill", "sweep"]

INCOMING = ".incoming-"
"""Not the name of a publisher's staging, which its next publication sweeps away."""
PIECE = 8 << 20
AT_ONCE = 4
SPARE_BYTES = 16 << 20
"""So much stays free, for status.json and what else a machine has to write."""


def fill(
    published: Path,
    remote: Remote,
    manifest: Manifest,
    at: Callable[[str], None],
    *,
    unlinked: Collection[str] = (),
) -> Path:
    """The folder with every file of the set and its manifest, still without a name.

    Files named in `unlinked` are fetched though a kept set seems to hold them. Raises RemoteError
    and OSError; what was fetched by then stays for the next time.
    """
    staging = published / "snapshots" / f"{INCOMING}{manifest.id}"
    sweep(published, but=manifest.id)
    staging.mkdir(parents=True, exist_ok=True)
    kept = _kept(published)
    missing = []
    for entry in manifest.files:
        near = kept.get(entry.sha256) if entry.name not in unlinked else None
        if not (_is_there(staging / entry.name, entry) or _is_linked(near, staging, entry)):
            missing.append(entry)
    _demand_room(staging, missing)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(_fetch, remote, staging, each, at) for each in missing]
        try:
            for each in asked:
                each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    _write(staging / snapshot.MANIFEST, manifest.raw)
    return staging


def drop(staging: Path, manifest: Manifest) -> tuple[str, ...]:
    """Remove the files of the folder that are not as the manifest says; their names."""
    spoilt = [e.name for e in manifest.files if snapshot.wrong(staging / e.name, e)]
    known = {snapshot.MANIFEST, *(entry.name for entry in manifest.files)}
    for name in (*spoilt, *({path.name for path in staging.iterdir()} - known)):
        (staging / name).unlink(missing_ok=True)
    return tuple(spoilt)


def sweep(published: Path, *, but: str = "") -> None:
    """Remove folders that were being filled, except for the set `but`."""
    for path in sorted((published / "snapshots").glob(f"{INCOMING}*")):
        if path.name != f"{INCOMING}{but}":
            shutil.rmtree(path)


def _kept(published: Path) -> Mapping[str, Path]:
    """SHA-256 → a file of a set that is kept here, by what the manifests say."""
    found: dict[str, Path] = {}
    for name in snapshot.snapshots(published):
        place = published / "snapshots" / name
        try:
            manifest = snapshot.read_manifest(place)
        except snapshot.DamagedError:
            continue
        found = {**{entry.sha256: place / entry.name for entry in manifest.files}, **found}
    return found


def _is_there(path: Path, entry: Entry) -> bool:
    """Whether it has its size; one that is too long is none of ours."""
    size = path.stat().st_size if path.is_file() else -1
    if size > entry.size:
        path.unlink()
    return size == entry.size


def _is_linked(near: Path | None, staging: Path, entry: Entry) -> bool:
    """Whether the file of a kept set took this name too; never one that is cut short, which would
    be written on in both places."""
    try:
        if near is None or near.stat().st_size != entry.size:
            return False
        (staging / entry.name).unlink(missing_ok=True)
        (staging / entry.name).hardlink_to(near)
    except OSError:
        return False
    return True


def _demand_room(staging: Path, missing: Collection[Entry]) -> None:
    have = {path.name: path.stat().st_size for path in staging.iterdir()}
    needed = sum(entry.size - have.get(entry.name, 0) for entry in missing)
    free = shutil.disk_usage(staging).free
    if missing and needed + SPARE_BYTES > free:
        raise RemoteError("full", cause=f"{needed + SPARE_BYTES >> 20} MiB > {free >> 20} MiB")


def _fetch(remote: Remote, staging: Path, entry: Entry, at: Callable[[str], None]) -> None:
    """The rest of a file, piece by piece."""
    at(f"fetch {entry.name}")
    with (staging / entry.name).open("ab") as file:
        start = file.tell()
        while start < entry.size:
            end = min(start + PIECE, entry.size)
            file.write(remote.part(object_at(entry.sha256), start, end))
            start = end
            at("piece")


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)
