"""The returns as they were received, kept beside the tables: ``<raw>/returns/<sha>-<name>``."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePath

from extract.returns.reading import filled, transcript
from extract.sources.rules import Refused

__all__ = ["FOLDER", "kept_name", "texts"]

FOLDER = "returns"


def kept_name(name: str, sha256: str) -> str:
    """What a file is called where it is kept: the beginning of its SHA-256, then its name."""
    path = PurePath(name)
    stem = re.sub(r"[^\w\-]+", "-", path.stem).strip("-")[:60] or "return"
    return f"{sha256[:16]}-{stem}{path.suffix.lower()}"


def texts(raw: Path) -> Mapping[str, str]:
    """SHA-256 of each kept return → its transcript; a file that no longer reads has none."""
    found: dict[str, str] = {}
    for path in sorted((raw / FOLDER).glob("*")):
        content = path.read_bytes()
        try:
            found[hashlib.sha256(content).hexdigest()] = transcript(filled(path.name, content))
        except Refused:
            continue
    return found
