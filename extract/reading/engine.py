"""The question one comes here with: what does this report say in numbers."""

from extract.quantity import Quantity, find

from .candidate import DIGITS, QUANTITY_FIELDS, Candidate, Mask, Reading
from .registry import Registry, committed


def propose(text: str, *, registry: Registry | None = None) -> Reading:
    """Every number of the text: proposed as a row, or masked with a reason.

    Pure but for loading the committed registry once when none is given; any string has an answer,
    in time linear in its length.
    """
    known = registry or committed()
    candidates = tuple(_candidate(text, quantity, known) for quantity in find(text))
    return Reading(text, candidates, tuple(_masks(text, candidates)))


def _candidate(text: str, quantity: Quantity, _registry: Registry) -> Candidate:
    own = {name: getattr(quantity, name) for name in QUANTITY_FIELDS}
    return Candidate(**own, clause=text, clause_start=0, clause_end=len(text))


def _masks(text: str, candidates: tuple[Candidate, ...]) -> list[Mask]:
    taken = bytearray(len(text))
    for candidate in candidates:
        taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
    spans = (found.span() for found in DIGITS.finditer(text))
    return [
        Mask(start, end, text[start:end], "other_number")
        for start, end in spans
        if not all(taken[start:end])
    ]
