"""The value this package hands out: a text, and where in the document each part of it stands."""

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from extract.problem import Problem

__all__ = ["Kind", "Place", "Text"]

Kind = Literal["txt", "html", "docx", "pdf"]

_BREAK = re.compile(r"\r\n|\r|\n")
_WORDS = {
    "page": ("第{}页", "page {}"),
    "paragraph": ("第{}段", "paragraph {}"),
    "block": ("第{}段", "block {}"),
    "cell": ("表{}第{}行第{}格", "table {}, row {}, cell {}"),
    "line": ("第{}行", "line {}"),
    "note": ("脚注或尾注，第{}段", "note, paragraph {}"),
    "margin": ("页眉或页脚，第{}段", "header or footer, paragraph {}"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text from ``start`` on stands: a page, a paragraph, a table's cell, a line.

    ``kind`` is a key of the words above, ``numbers`` (from 1) fill them.
    """

    start: int
    kind: str
    numbers: tuple[int, ...]

    @property
    def zh(self) -> str:
        """The place in Chinese, such as 第2页."""
        return _WORDS[self.kind][0].format(*self.numbers)

    @property
    def en(self) -> str:
        """The place in English, such as `page 2`."""
        return _WORDS[self.kind][1].format(*self.numbers)


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text: what it says, in the order of reading.

    ``sha256`` is that of the file as received. ``places`` are in the order of the text and empty
    for plain text, whose places are its lines. ``notes`` say what a person has to know, such as
    pages that are pictures.
    """

    text: str
    kind: Kind
    sha256: str
    places: tuple[Place, ...] = ()
    notes: tuple[Problem, ...] = ()

    def place(self, offset: int) -> Place:
        """Where the character at ``offset`` stands. Raises IndexError outside of the text."""
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"{offset} is outside of a text of {len(self.text)} characters")
        if not self.places:
            line = sum(1 for _ in _BREAK.finditer(self.text, 0, offset)) + 1
            return Place(offset, "line", (line,))
        return self.places[max(bisect_right(self.places, offset, key=_start) - 1, 0)]

    @property
    def encoded(self) -> bytes:
        """The text as the UTF-8 file that evidence is checked against."""
        return self.text.encode("utf-8")

    @property
    def evidence_sha256(self) -> str:
        """SHA-256 of ``encoded``: what documents.csv names. For plain UTF-8 the file's own."""
        return hashlib.sha256(self.encoded).hexdigest()


def _start(place: Place) -> int:
    return place.start
