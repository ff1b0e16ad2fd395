"""Rows put aside and what is concluded from them: values that `quarantine` builds.

Putting aside looks at rows that speak of one document or unit together; concluding needs the
totals of the whole set. So a set taken apart is put aside part by part, and concluded once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from extract import wholesale
from extract.problem import Problem

__all__ = ["Aside", "Origin", "Split", "Waiting", "concluded"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row came from: the source, and the file and line as delivered ('' = the base)."""

    source: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row aside: its cells as entered, where it came from, why it waits.

    `depends_on` is the id of the row it is part of, if only that one is bad; `carries` names
    lines of other tables that speak of it and are left out with it (`corrections:c-001`);
    `is_dropped` tells that a person decided to keep it out; `fingerprint` is of its cells.
    """

    cells: Mapping[str, str]
    table: str
    origin: Origin
    reasons: tuple[Problem, ...]
    fingerprint: str
    depends_on: str = ""
    carries: tuple[str, ...] = ()
    is_dropped: bool = False

    @property
    def id(self) -> str:
        """The row's identifier."""
        return self.cells["id"]


@dataclass(frozen=True, slots=True)
class Aside:
    """The good rows, those put aside, and what is left to say about either.

    `rest` are errors that no row put aside explains; `overruled` and `excused` errors that became
    notes; `places` the rows aside as (`file:line`), after each of the three times the set was
    asked again; `totals` counts all rows a source and table.
    """

    good: Any
    waiting: tuple[Waiting, ...] = ()
    rest: tuple[Problem, ...] = ()
    overruled: tuple[Problem, ...] = ()
    excused: tuple[Problem, ...] = ()
    places: tuple[frozenset[str], ...] = ()
    totals: wholesale.Count = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Split:
    """The rows to publish, the rows that wait, and what is told.

    `objections` are errors of the set: with one of them nothing is published. `told` is all
    there is to tell beside them: the errors of rows that wait, and notes. `failed` names the
    sources that failed wholesale ('' = the base tables).
    """

    good: Any
    waiting: tuple[Waiting, ...] = ()
    objections: tuple[Problem, ...] = ()
    told: tuple[Problem, ...] = ()
    failed: tuple[str, ...] = ()


def concluded(aside: Aside, problems: Iterable[Problem]) -> Split:
    """Whether what is left may be published; `problems` are all that were found, in order."""
    bad = _bad(aside.waiting)
    failed, mass = wholesale.failed(bad, aside.totals) if bad else ((), [])
    reasons = [problem for row in aside.waiting for problem in row.reasons]
    notes = [problem for problem in problems if problem.severity == "note"]
    told = (*dict.fromkeys([*reasons, *aside.overruled, *aside.excused, *notes]),)
    return Split(aside.good, aside.waiting, (*mass, *aside.rest), told, failed)


def _bad(waiting: Iterable[Waiting]) -> wholesale.Count:
    """Rows that are bad themselves, a source and table; not those that wait for another's sake."""
    bad = [row for row in waiting if not row.depends_on and not row.is_dropped]
    return Counter((row.origin.source, row.table) for row in bad)
