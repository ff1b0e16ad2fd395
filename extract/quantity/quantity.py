"""The value this package hands out: one quantity as written, with what its wording allows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

BoundKind = Literal["hard", "soft"]
PartKind = Literal["number", "multiplier", "qualifier", "unit", "joiner"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A written quantity at text[start:end] (Unicode code points), in base units.

    `value` is the number as written times its multiplier, also when it is approximate; None for
    ranges and for indefinite numbers (R8 to R10). `lower` and `upper` are what the wording allows,
    None where it sets no bound; `*_open` says that the bound itself is excluded, `*_kind` whether
    it follows from the word's meaning (hard) or from a convention (soft). `unit` is None where
    neither a measure word nor a noun tells it. `qualifier` holds the qualifying words as written,
    joined by … where they stand apart. The texts of `parts` joined give `text`.
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
