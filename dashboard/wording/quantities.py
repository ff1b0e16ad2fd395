"""A number as its source wrote it, cut into pieces that are set differently.

Digits stand bold, qualifiers in their place with a dotted underline, multiplier and unit small.
The pieces joined are the wording itself, in either language: the source speaks Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dashboard.compare import Observation
from extract.quantity import parse

PEOPLE = frozenset({"名", "位", "人"})
"""Measure words for people that a reading of the same wording may keep."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a written quantity."""

    kind: Literal["number", "multiplier", "qualifier", "unit", "joiner"]
    text: str


def quantity(as_written: str) -> tuple[Segment, ...]:
    """The pieces of a written quantity; one piece when the wording is not read as a quantity."""
    return _segments(as_written)


def counted_in(observation: Observation) -> str:
    """The measure word to show beside bounds: 名 where the source wrote 名, else the base unit."""
    if observation.unit != "人":
        return observation.unit
    written = (piece.text for piece in quantity(observation.as_written) if piece.kind == "unit")
    return next((word for word in written if word in PEOPLE), observation.unit)


@lru_cache(maxsize=4096)
def _segments(as_written: str) -> tuple[Segment, ...]:
    read = parse(as_written)
    if read is None:
        return (Segment("number", as_written),)
    return tuple(Segment(kind, text) for kind, text in read.parts)
