"""A file of a set: its bytes, or the path of a finished file that is too large to hold.

Whoever is given a path may link or copy it, and never edits it.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

__all__ = ["Content", "header", "is_same", "lines", "opened", "records", "sha256", "size"]

Content = bytes | Path

_REMEMBERED = 64


def opened(content: Content) -> BinaryIO:
    """The content as a stream to read, from its beginning; whoever asks closes it. OSError."""
    return content.open("rb") if isinstance(content, Path) else io.BytesIO(content)


def size(content: Content) -> int:
    """Bytes. OSError."""
    return content.stat().st_size if isinstance(content, Path) else len(content)


def sha256(content: Content) -> str:
    """The SHA-256 in hexadecimal; a file is read piece by piece, and once. OSError."""
    if not isinstance(content, Path):
        return hashlib.sha256(content).hexdigest()
    found = content.stat()
    return _digest(content, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def is_same(one: Content, other: Content) -> bool:
    """Whether two files hold the same bytes. OSError."""
    return size(one) == size(other) and sha256(one) == sha256(other)


def header(content: Content) -> list[str]:
    """The columns of a table; none where there is nothing. OSError."""
    with _text(content) as file:
        return next(csv.reader(file), [])


def lines(content: Content) -> Iterator[dict[str, str]]:
    """The lines of a table by the names of its header, one at a time; UTF-8, with BOM or without.

    Raises OSError.
    """
    with _text(content) as file:
        yield from csv.DictReader(file)


def records(content: Content) -> int:
    """How many lines a table has under its header; a quoted cell may run over several. OSError."""
    found, is_quoted = 0, False
    with opened(content) as file:
        for line in file:
            is_quoted ^= line.count(b'"') % 2 == 1
            found += not is_quoted
    return max(found - 1, 0)


@lru_cache(maxsize=_REMEMBERED)
def _digest(path: Path, *_state: int) -> str:
    """Of a file in one state: a set is compared, named and sealed by the same sums."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(content: Content) -> io.TextIOWrapper:
    return io.TextIOWrapper(opened(content), encoding="utf-8-sig", newline="")
