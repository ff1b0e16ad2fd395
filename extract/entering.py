"""Several files of a folder take their places together, also when the machine stops in between.

New contents are written whole into a folder beside the files. Giving that folder its name decides:
before, nothing has happened; from then on whoever comes next finishes. The caller holds the lock
of the folder.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from extract.disk import write_if_changed

__all__ = ["is_under_way", "put", "settle"]

_DRAFT = ".entering-draft"
_DECIDED = ".entering"
_NAMES = "names.json"


def put(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Make every file of ``contents`` (name below ``folder`` → bytes) what it says, or none.

    Raises OSError where a file cannot be written; then all are as they were.
    """
    before = {name: _bytes(folder / name) for name in contents}
    changed = {name: new for name, new in contents.items() if new != before[name]}
    if not changed:
        return
    _decide(folder, changed)
    try:
        settle(folder)
    except OSError:
        for name in changed:
            _restore(folder / name, before[name])
        (folder / _DECIDED / _NAMES).unlink()
        shutil.rmtree(folder / _DECIDED)
        raise


def is_under_way(folder: Path) -> bool:
    """Whether files are being put in place, or were when their process was killed."""
    return (folder / _DECIDED).is_dir()


def settle(folder: Path) -> None:
    """Finish what was decided, as often as it takes; drop what was not. Raises OSError."""
    shutil.rmtree(folder / _DRAFT, ignore_errors=True)
    decided = folder / _DECIDED
    if not decided.is_dir():
        return
    names = decided / _NAMES
    if names.is_file():
        for number, name in enumerate(json.loads(names.read_text(encoding="utf-8"))):
            _swept(folder / name)
            write_if_changed(folder / name, (decided / str(number)).read_bytes())
        names.unlink()  # without its names the folder is only rubbish
    shutil.rmtree(decided)


def _decide(folder: Path, contents: Mapping[str, bytes]) -> None:
    draft = folder / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for number, content in enumerate(contents.values()):
            write_if_changed(draft / str(number), content)
        listed = json.dumps([*contents], ensure_ascii=False)
        write_if_changed(draft / _NAMES, listed.encode("utf-8"))
        _synced(draft)
        draft.rename(folder / _DECIDED)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _synced(folder)


def _swept(path: Path) -> None:
    """Take away what a killed process left of writing ``path``."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink()


def _synced(folder: Path) -> None:
    """The names in a folder reach the disk, on systems where a folder can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _restore(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write_if_changed(path, content)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
