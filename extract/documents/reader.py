"""The question one comes here with: what does this file say, and where."""

import errno
import hashlib
import os
from pathlib import Path

from extract.documents.confined import confined
from extract.documents.kinds import kind_of
from extract.documents.pieces import MOST_CHARACTERS
from extract.documents.plain import plain
from extract.documents.refusals import refused
from extract.documents.text import Kind, Text

__all__ = ["MOST_BYTES", "read"]

MOST_BYTES: dict[Kind, int] = {
    "txt": 32 * 2**20,
    "html": 16 * 2**20,
    "docx": 64 * 2**20,
    "pdf": 128 * 2**20,
}
"""The largest file of each kind."""


def read(path: Path) -> Text:
    """The text of a report and the way back to its places.

    Plain text is taken as received, its mark and line ends kept. Web pages, Word and PDF are read
    by a process of their own, whose time and memory are bounded. Raises Unreadable, whose problem
    says where, what and what next; no other exception for any content.
    """
    content = _content(path)
    kind = kind_of(path.name, content)
    _refuse_large(path.name, kind, len(content))
    sha256 = hashlib.sha256(content).hexdigest()
    if kind == "txt":
        text, notes = plain(path.name, content)
        if len(text) > MOST_CHARACTERS:
            raise refused(path.name, "too-long", limit=MOST_CHARACTERS)
        return Text(text, kind, sha256, (), notes)
    found = confined(path.name, kind, content)
    return Text(found.text, kind, sha256, found.places, found.notes)


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise refused(path.name, "no-file", reason=os.strerror(errno.ENOENT))
        size = path.stat().st_size
        if size > max(MOST_BYTES.values()):
            _refuse_large(path.name, "pdf", size)
        with path.open("rb") as stream:
            return stream.read(max(MOST_BYTES.values()) + 1)
    except OSError as reason:
        raise refused(path.name, "no-file", reason=reason.strerror or reason) from reason


def _refuse_large(file: str, kind: Kind, size: int) -> None:
    limit = MOST_BYTES[kind]
    if size > limit:
        shown = f"{size / 2**20:.0f}"
        raise refused(file, "too-large", size=shown, limit=limit // 2**20, kind=kind)
