"""Which observations are asked for, as a value and as a condition on the columns.

Every value travels as a parameter of the statement; none is ever written into its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

Condition = tuple[str, list[Any]]

RESULT = "status = 'result' AND chosen"
"""Reported as done or in place; of conflicting numbers the chosen one."""
OTHER = "status <> 'result'"
"""Plans, targets, capacities, and items listed under a total."""
HAS_FLAG = "contains(' ' || coalesce(flags, '') || ' ', ?)"
BY_CODE = ("status", "obs_status", "window", "rule", "part_of")
"""Columns that one code is asked of."""
READ_IN = ("context", "as_written", "scope_note", "id")


@dataclass(frozen=True, slots=True)
class Word:
    """A word looked for, and the codes whose names hold it; variants are `indicator/variant`."""

    text: str
    indicators: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Observations that meet every condition given; an empty one asks nothing.

    Every one of `words` must occur in the row or in a name of its codes.
    """

    indicators: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    variant: str = ""
    family: str = ""
    is_result: bool = False
    is_other: bool = False
    is_chosen: bool = False
    words: tuple[Word, ...] = ()
    status: str = ""
    obs_status: str = ""
    window: str = ""
    rule: str = ""
    flag: str = ""
    part_of: str = ""
    within: str = ""
    """Digits that the codes of the offices begin with."""
    rows: tuple[str, ...] = ()
    """Identifiers, any if empty."""
    periods: tuple[str, ...] = ()
    """As TIME_PERIOD writes them."""
    since: date | None = None
    until: date | None = None
    """Days on or after which a period begins, and on or before which it ends."""

    def condition(self) -> Condition:
        """The words after WHERE, and their parameters in order."""
        parts = [
            _among("indicator", self.indicators),
            _among("ref_area", self.offices),
            _within(self.within),
            _among("year", self.years),
            _among("id", self.rows),
            _among("variant", (self.variant,) if self.variant else ()),
            _among("family", (self.family,) if self.family else ()),
            (RESULT if self.is_result else "", []),
            (OTHER if self.is_other else "", []),
            ("chosen" if self.is_chosen else "", []),
            *(_among(f'"{name}"', (code,)) for name in BY_CODE if (code := getattr(self, name))),
            (HAS_FLAG, [f" {self.flag} "]) if self.flag else ("", []),
            _among("time_period", self.periods),
            ("period_start >= ?", [self.since]) if self.since else ("", []),
            ("period_end <= ?", [self.until]) if self.until else ("", []),
            *(_holding(word) for word in self.words),
        ]
        return joined(parts)


class Asked(Protocol):
    """What an address says of the observations it wants."""

    @property
    def indicator(self) -> str:
        """One indicator, or ''."""

    @property
    def offices(self) -> tuple[str, ...]:
        """Offices, any if empty."""

    @property
    def within(self) -> str:
        """Digits that the codes of the offices begin with, or ''."""

    @property
    def year(self) -> int | None:
        """One year, or None."""

    @property
    def variant(self) -> str:
        """One variant, or ''."""

    @property
    def family(self) -> str:
        """One family, or ''."""

    @property
    def status(self) -> str:
        """One status, or ''."""

    @property
    def obs_status(self) -> str:
        """A for verified, V for not, or ''."""

    @property
    def window(self) -> str:
        """One window, or ''."""

    @property
    def rule(self) -> str:
        """One reading rule, or ''."""

    @property
    def flag(self) -> str:
        """One flag that a row must have, or ''."""


def filters_of(address: Asked) -> Filters:
    """The filters of an address, but for its words."""
    return Filters(
        indicators=(address.indicator,) if address.indicator else (),
        offices=address.offices,
        within=address.within,
        years=(address.year,) if address.year else (),
        variant=address.variant,
        family=address.family,
        status=address.status,
        obs_status=address.obs_status,
        window=address.window,
        rule=address.rule,
        flag=address.flag,
    )


def joined(parts: Iterable[Condition]) -> Condition:
    """Conditions that must all hold; the empty ones fall away."""
    kept = [part for part in parts if part[0]]
    text = " AND ".join(f"({part[0]})" for part in kept) or "true"
    return text, [value for part in kept for value in part[1]]


def _within(digits: str) -> Condition:
    """As a stretch of the order, so that whole pieces of a sorted file are passed over."""
    if not digits:
        return "", []
    return "ref_area >= ? AND ref_area < ?", [digits, digits[:-1] + chr(ord(digits[-1]) + 1)]


def _among(column: str, values: Sequence[object]) -> Condition:
    if not values:
        return "", []
    if len(values) == 1:
        return f"{column} = ?", list(values)
    return f"{column} IN ({', '.join('?' * len(values))})", list(values)


def _holding(word: Word) -> Condition:
    has_cases = word.text != word.text.upper()
    parts = [
        (f"contains({f'lower({column})' if has_cases else column}, ?)", [word.text])
        for column in READ_IN
    ]
    named = [
        _among("indicator", word.indicators),
        _among("ref_area", word.offices),
        _among("indicator || '/' || variant", word.variants),
    ]
    every = [*parts, *(part for part in named if part[0])]
    return " OR ".join(part[0] for part in every), [v for part in every for v in part[1]]
