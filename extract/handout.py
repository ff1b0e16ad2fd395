"""observations.csv for other systems: a copy in a folder of theirs, with checksum and description.

Each of the three files is replaced in one step and only when it changes; observations.csv first.
Who reads them while they change finds that the checksum does not fit, and reads again.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from extract import snapshot
from extract.disk import write_if_changed, write_pieces
from extract.outcome import Outcome
from extract.problem import Problem

__all__ = ["after", "copy"]

OBSERVATIONS = "observations.csv"
PACKAGE = "datapackage.json"
BOM = b"\xef\xbb\xbf"
PIECE = 1 << 20


def copy(source: Path, folder: Path) -> None:
    """Write the three files of a snapshot's folder where they are not so already. OSError.

    The observations are read piece by piece, however many they are.
    """
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(source):
        digest.update(piece)
        size += len(piece)
    said = digest.hexdigest()
    if not _holds(folder / OBSERVATIONS, said):
        write_pieces(folder / OBSERVATIONS, _pieces(source))
    package = json.loads((source / PACKAGE).read_bytes())
    described = json.dumps(_described(package, size, said), ensure_ascii=False, indent=1)
    write_if_changed(folder / f"{OBSERVATIONS}.sha256", f"{said}  {OBSERVATIONS}\n".encode())
    write_if_changed(folder / PACKAGE, f"{described}\n".encode())


def after(
    published: Path, folder: Path | None, done: Outcome, at: Callable[[str], None]
) -> Outcome:
    """Bring the copy up to the current set, whatever became of this refresh.

    A folder that cannot be written is told as a problem and undoes nothing.
    """
    if folder is None:
        return done
    at("copy")
    try:
        if shown := snapshot.open_current(published):
            copy(shown.folder, folder)
    except (OSError, ValueError, snapshot.DamagedError) as reason:
        return replace(done, problems=(*done.problems, _unwritten(folder, reason)))
    return done


def _pieces(source: Path) -> Iterator[bytes]:
    yield BOM
    with (source / OBSERVATIONS).open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _holds(path: Path, digest: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _described(package: Mapping[str, Any], size: int, digest: str) -> dict[str, Any]:
    """The descriptor with this one table, and no key into tables that are not here."""
    kept = [each for each in package["resources"] if each.get("path") == OBSERVATIONS]
    facts = {"bytes": size, "hash": f"sha256:{digest}", "encoding": "utf-8"}
    alone = [{**each, **facts, "schema": _alone(each.get("schema", {}))} for each in kept]
    return {**package, "resources": alone}


def _alone(schema: Mapping[str, Any]) -> dict[str, Any]:
    keys = schema.get("foreignKeys", [])
    own = [key for key in keys if key["reference"].get("resource", "") in {"", "observations"}]
    rest = {name: value for name, value in schema.items() if name != "foreignKeys"}
    return {**rest, **({"foreignKeys": own} if own else {})}


def _unwritten(folder: Path, reason: Exception) -> Problem:
    cause = getattr(reason, "strerror", None) or str(reason)
    return Problem(
        str(folder),
        "copy-unwritten",
        f"the copy for other systems could not be written ({cause})",
        "see whether it is there, has room and may be written; the next refresh tries again",
        message_zh=f"给其他系统的副本没有写成（{cause}）",
        next_step_zh="检查文件夹是否存在、有空间、可写；下次更新会再试",
    )
