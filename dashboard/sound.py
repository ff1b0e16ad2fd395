"""Which files of a published set were found whole on this machine: read once, not by every worker.

A file is compared with its manifest byte for byte. That it was so is remembered by its size, its
time and its inode, in a folder of this user's own among what is temporary; who cannot write there
reads for itself. What no page reads, because Parquet says the same, may be read later: until then
it is not handed out either.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from dashboard.packing import BY_INDICATOR, TEXT
from extract import snapshot
from extract.disk import write_if_changed
from extract.snapshot import Entry, Manifest

__all__ = ["LATER_BYTES", "flaws", "is_ready", "is_remembered", "later_flaws", "remember"]

FORM = 1
"""Changes when something else is checked by the same words."""
LATER_BYTES = 64_000_000
"""Size from which on a copy that no page reads is left for later."""
FLAWED = "{} is not whole"
COPIES = frozenset({TEXT, "observations.sdmx.csv"})
"""Files whose rows are in Parquet too."""


def flaws(folder: Path) -> tuple[str, ...]:
    """What is wrong with a published set as far as pages are made of it; () if nothing is."""
    return _flaws(folder, are_late=False)


def later_flaws(folder: Path) -> tuple[str, ...]:
    """What is wrong with the rest of it, which takes a while to read; one reader at a time."""
    try:
        with FileLock(_book(folder).with_suffix(".lock")):
            return _flaws(folder, are_late=True)
    except OSError:
        return _flaws(folder, are_late=True)


def is_ready(path: Path) -> bool:
    """Whether a file of a set that was opened may be read: it is no late one, or known whole."""
    if not _is_late(path):
        return True
    return _stamp(path) == _read(_book(path.parent)).get(path.name)


def is_remembered(folder: Path, said: str) -> bool:
    """Whether something was found true of the content of a set before."""
    return _read(_book(folder)).get(f"{FORM} {said}") is True


def remember(folder: Path, said: str) -> None:
    """Remember it."""
    _write(_book(folder), {f"{FORM} {said}": True})


def _flaws(folder: Path, *, are_late: bool) -> tuple[str, ...]:
    try:
        manifest = snapshot.read_manifest(folder)
    except snapshot.DamagedError as reason:
        return (str(reason),)
    late = [e for e in manifest.files if _is_late(folder / e.name)]
    if are_late:
        return tuple(_read_through(folder, late))
    rest = [e for e in manifest.files if e not in late]
    found = *_read_through(folder, rest), *_known_flaws(folder, late)
    return (*found, *_strangers(folder, manifest))


def _read_through(folder: Path, entries: Iterable[Entry]) -> Iterator[str]:
    """Flaws of files, those passed over that were found whole as they are."""
    book = _book(folder)
    known, found = _read(book), dict[str, object]()
    for entry in entries:
        stamp = _stamp(folder / entry.name)
        if stamp is not None and known.get(entry.name) == stamp:
            continue
        reason = snapshot.wrong(folder / entry.name, entry)
        found[entry.name if not reason else FLAWED.format(entry.name)] = stamp
        if reason:
            yield reason
    if found:
        _write(book, found)


def _known_flaws(folder: Path, entries: Iterable[Entry]) -> Iterator[str]:
    """Late files that were read through as they are, and were not whole."""
    known = _read(_book(folder))
    for entry in entries:
        stamp = _stamp(folder / entry.name)
        if stamp is not None and known.get(FLAWED.format(entry.name)) == stamp:
            yield f"{folder.name}/{entry.name} was altered: its SHA-256 differs"


def _strangers(folder: Path, manifest: Manifest) -> Iterator[str]:
    known = {snapshot.MANIFEST, *(entry.name for entry in manifest.files)}
    for name in sorted(path.name for path in folder.iterdir()):
        if name not in known:
            yield f"{folder.name}/{name} is not in the manifest"


def _is_late(path: Path) -> bool:
    if path.name not in COPIES or not (path.parent / BY_INDICATOR).is_file():
        return False
    return (_stamp(path) or [0])[0] > LATER_BYTES


def _stamp(path: Path) -> list[int] | None:
    """What changes with a file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev]


def _book(folder: Path) -> Path:
    """Where it is written down what is known of a set: its name says its content."""
    own = Path(tempfile.gettempdir()) / f"livelihood-whole-{os.getuid()}"
    return own / f"{folder.name}.json"


def _read(book: Path) -> dict[str, object]:
    """What is written down, if nobody else could have written it."""
    try:
        place = book.parent.stat()
        if place.st_uid != os.getuid() or place.st_mode & 0o022:
            return {}
        found = json.loads(book.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(book: Path, more: dict[str, object]) -> None:
    """Write more down; of two who do so at once one may be forgotten, and has to read again."""
    with suppress(OSError):
        book.parent.mkdir(mode=0o700, exist_ok=True)
        text = json.dumps(_read(book) | more, sort_keys=True)
        write_if_changed(book, text.encode())
