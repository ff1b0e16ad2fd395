"""One report read: its text, what is proposed, and the name its rows will carry."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.documents import Text, read
from extract.reading import Reading, Registry, propose

__all__ = ["Proposal", "named", "proposed"]

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A report's text and its reading. ``file`` is its name, for people."""

    file: str
    text: Text
    reading: Reading

    @property
    def account(self) -> Mapping[str, int]:
        """Digit groups, and where they went: `groups`, `candidates`, `masked`, `unaccounted`."""
        return self.reading.account


def proposed(path: Path, registry: Registry) -> Proposal:
    """A report, read. Raises `extract.documents.Unreadable`."""
    text = read(path)
    return Proposal(path.name, text, propose(text.text, registry=registry))


def named(
    proposal: Proposal, documents: Mapping[str, Mapping[str, str]], taken: Collection[str]
) -> str:
    """The document's identifier: as registered, else after its file, else after its content."""
    known = documents.get(proposal.text.evidence_sha256)
    if known is not None:
        return known["document"]
    stem = unicodedata.normalize("NFKC", Path(proposal.file).stem).lower()
    plain = _NOT_PLAIN.sub("-", stem).strip("-")
    is_whole = plain and all(ord(char) < 128 for char in stem)
    name = plain if is_whole else f"document-{proposal.text.sha256[:8]}"
    used = {*taken, *(row["document"] for row in documents.values())}
    return name if name not in used else f"{name}-{proposal.text.sha256[:8]}"
