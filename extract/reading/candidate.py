"""The values this package hands out: what a report says in numbers, and what it does not.

All offsets are Unicode code points of the text as received.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, make_dataclass
from decimal import Decimal
from typing import Literal, cast

from extract.quantity.patterns import pattern_of

BoundKind = Literal["hard", "soft"]
PartKind = Literal["number", "multiplier", "qualifier", "unit", "joiner"]
Status = Literal["result", "plan", "target", "planned_capacity"]

DIGITS = pattern_of(r"[0-9０-９]+(?:[.．][0-9０-９]+)*")


@dataclass(frozen=True, slots=True)
class Alternative:
    """An indicator that may be meant: its score (higher is likelier) and the words for it."""

    indicator: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficeHint:
    """The unit that a number seems to speak of: as named at text[start:end].

    `ref_area` is its identifier in the registry, None where the name is not registered.
    """

    name: str
    ref_area: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PeriodHint:
    """The period that a number seems to speak of: `words` stand at text[start:end].

    Both days are ISO dates, '' where the words do not tell them; `precision` is `stated`,
    `nominal` or `inferred` (method §1).
    """

    words: str
    start: int
    end: int
    period_start: str
    period_end: str
    precision: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number a clerk may enter: the fields of a Quantity, and what it seems to count.

    `text` is the original slice text[start:end], also where a blank line cuts it. `indicator` is
    None where no indicator fits; `alternatives` are ranked; `words` decided. `flags` are those of
    the quantity and negated, contradictory, zero_before_wan, suspect_lost_decimal, distributive,
    per_person, same_event.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    lower_open: bool
    upper_open: bool
    lower_kind: BoundKind
    upper_kind: BoundKind
    unit: str | None
    rule: str
    qualifier: str
    flags: tuple[str, ...]
    parts: tuple[tuple[PartKind, str], ...]
    clause: str
    clause_start: int
    clause_end: int
    indicator: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    words: tuple[str, ...] = ()
    variant: str | None = None
    office: OfficeHint | None = None
    period: PeriodHint | None = None
    window: str | None = None
    status: Status = "result"


@dataclass(frozen=True, slots=True)
class Mask:
    """A number that is no observation: `reason` is a code of reasons.csv."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with every number in it: each lies in a candidate or in a mask, in text order."""

    text: str
    candidates: tuple[Candidate, ...]
    masks: tuple[Mask, ...]

    @property
    def account(self) -> Mapping[str, int]:
        """How many groups of digits there are, and where they went.

        Keys: `groups`, `candidates`, `masked`, `unaccounted`.
        """
        taken = bytearray(len(self.text))
        for mask in self.masks:
            taken[mask.start : mask.end] = b"\2" * (mask.end - mask.start)
        for candidate in self.candidates:
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
        counts = {"groups": 0, "candidates": 0, "masked": 0, "unaccounted": 0}
        names = ("unaccounted", "candidates", "masked")
        for start, end in self._groups():
            counts["groups"] += 1
            counts[names[min(taken[start:end]) and taken[start]]] += 1
        return counts

    def _groups(self) -> Iterator[tuple[int, int]]:
        return (found.span() for found in DIGITS.finditer(self.text))


_Open = make_dataclass("_Open", [field.name for field in fields(Candidate)], slots=True)


def built(*values: object) -> Candidate:
    """A candidate of these values, in the order of its fields.

    A frozen dataclass sets each of its many fields in a roundabout way, which took a tenth of the
    time of a reading; one that is open until it is whole does not.
    """
    candidate = _Open(*values)
    candidate.__class__ = Candidate
    return cast(Candidate, candidate)
