"""A report in pieces: plain words, facts, masks and names, rendered to one text with true offsets.

The generator never searches its own text: a piece knows where it stands because it was put there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

MOST_CONTEXT = 40
"""The most characters of a document that a row may quote (docs/method.md, evidence)."""

CLAUSE_ENDS = "，。；：、（）！\n"


@dataclass(frozen=True, slots=True)
class Period:
    """The window of a fact: ISO dates, the words that give it, and how surely they do."""

    start: str
    end: str
    basis: str
    precision: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A number the report states about an indicator; `key` lets listed parts name their total."""

    indicator: str
    variant: str
    as_written: str
    value: str
    unit: str
    window: str
    period: Period
    scope: str = "whole"
    status: str = "result"
    flags: str = ""
    scope_note: str = ""
    key: str = ""
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Mask:
    """Words with digits that are no observation, and the reason code for it."""

    as_written: str
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a way of working, without digits; its family and kind."""

    as_written: str
    family: str
    kind: str


Piece: TypeAlias = str | Fact | Mask | Named
Sentence: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact, mask or name at its place: text[start:end] == piece.as_written (code points)."""

    piece: Fact | Mask | Named
    start: int
    end: int


def render(paragraphs: Sequence[Sentence]) -> tuple[str, list[Placed]]:
    """Join paragraphs with blank lines; return the text and every other piece in text order.

    Raises ValueError when a digit of the text is in neither a fact nor a mask.
    """
    text, placed = "", []
    for paragraph in paragraphs:
        for piece in paragraph:
            words = piece if isinstance(piece, str) else piece.as_written
            if not isinstance(piece, str):
                placed.append(Placed(piece, len(text), len(text) + len(words)))
            text += words
        text += "\n\n"
    _demand_accounted(text, placed)
    return text, placed


def context(text: str, start: int, end: int) -> str:
    """The clause around text[start:end], at most 40 characters, never cut inside the number.

    Where a blank line stands right before the number, the clause above it is put before it,
    joined with "…".
    """
    if text[start - 1] == "\n":
        above = text[:start].rstrip("\n")
        return f"{_clause(above, len(above), len(above))}…{_clause(text, start, end)}"
    return _clause(text, start, end)


def _clause(text: str, start: int, end: int) -> str:
    left, right = start, end
    while left > 0 and text[left - 1] not in CLAUSE_ENDS:
        left -= 1
    while right < len(text) and text[right] not in CLAUSE_ENDS:
        right += 1
    right = max(end, min(right, left + MOST_CONTEXT))
    return text[max(left, right - MOST_CONTEXT) : right]


def _demand_accounted(text: str, placed: Sequence[Placed]) -> None:
    covered = {offset for place in placed for offset in range(place.start, place.end)}
    loose = [offset for offset in _digits(text) if offset not in covered]
    if loose:
        where = text[max(0, loose[0] - 12) : loose[0] + 12]
        raise ValueError(f"a digit that is neither a fact nor a mask: {where!r}")


def _digits(text: str) -> Iterator[int]:
    return (offset for offset, character in enumerate(text) if character.isdigit())
