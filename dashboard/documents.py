"""The source reports of one set, asked for: however many there are, few are in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, Protocol, TypeVar, overload

from dashboard import years
from dashboard.by_office import ByOffice
from dashboard.cabinet import Cabinet
from dashboard.filters import Condition, joined
from dashboard.recent import Recent
from dashboard.records import Document, document
from dashboard.seek import Key, Sought, Stretch

__all__ = ["Documents", "Row", "Rows"]

KEPT, KEPT_OF_PART = 2_000, 50_000
"""Reports that stay in memory, the last asked for; of a part of a set, that one workbook is of."""
AHEAD = 500
"""Rows whose reports are asked for together."""
KEPT_ANSWERS = 32
"""Offices, or groups of them, whose reports do."""
AT_ONCE = 1_000
"""Codes that one question names, and rows that are read at a time."""

Row = Mapping[str, str]


class Reported(Protocol):
    """What stands in a report."""

    @property
    def document(self) -> str:
        """The report's code."""


R = TypeVar("R", bound=Reported)

_FIRST, _LAST = (f"left(coalesce({a}, {b}), 4)::INTEGER" for a, b in (
    ("period_start", "period_end"), ("period_end", "period_start"),
))  # fmt: skip
_SPEAKS = "list_has_any(string_split(covers, ' '), ?)"


class Documents(Mapping[str, Document]):
    """Reports by code, in the order of their codes; safe to use from several threads.

    `places` says where each office stands in the registry. A walk through all of them reads a few
    at a time, but what is asked of all of them is better asked by a question below.
    """

    def __init__(self, cabinet: Cabinet, places: Mapping[str, int]) -> None:
        self._cabinet = cabinet
        self._places = places
        self._kept: Recent[str, Document] = Recent(KEPT_OF_PART if cabinet.is_part else KEPT)
        self._of: Recent[tuple[str, ...], tuple[Document, ...]] = Recent(KEPT_ANSWERS)

    def __getitem__(self, code: str) -> Document:
        return self._kept.get(code) or self.fetch((code,))[code]

    def __iter__(self) -> Iterator[str]:
        return (row["document"] for row in self.rows)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self.fetch((code,))

    def fetch(self, codes: Iterable[str]) -> Mapping[str, Document]:
        """The reports of these codes, in their order, asked for together; others are left out."""
        wanted = list(dict.fromkeys(codes))
        found = {code: d for code in wanted if (d := self._kept.get(code)) is not None}
        missing = [code for code in wanted if code not in found]
        for first in range(0, len(missing), AT_ONCE):
            some = missing[first : first + AT_ONCE]
            within = f"document IN ({', '.join('?' * len(some))})"
            found |= {d.id: d for d in self._read((within, some))}
        return {code: found[code] for code in wanted if code in found}

    def ahead(self, rows: Iterable[R]) -> Iterator[R]:
        """The rows themselves; the reports of some are in memory by the time the first comes."""
        left = iter(rows)
        while some := list(islice(left, AHEAD)):
            self.fetch(row.document for row in some)
            yield from some

    def of(self, *offices: str) -> tuple[Document, ...]:
        """Reports that come from one of the offices or speak of it."""
        found = self._of.get(offices)
        if found is None:
            marks = ", ".join("?" * len(offices))
            within = f"ref_area IN ({marks}) OR {_SPEAKS}"
            found = tuple(self._read((within, [*offices, list(offices)])))
            self._of.put(offices, found)
        return found

    def newest(self, limit: int) -> tuple[Document, ...]:
        """Those published last, equal ones by code; before them those of which nobody knows."""
        return self._chosen("published_to DESC NULLS FIRST, document", limit)

    def first(self, limit: int) -> tuple[Document, ...]:
        """The first by code."""
        return self._chosen("document", limit)

    @cached_property
    def span(self) -> tuple[date, date] | None:
        """The first and the last day that any speaks of; None where none says."""
        return self._between("min(period_start), max(period_end)")

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that stands at either end of what one speaks of."""
        return self._between(
            "min(least(period_start, period_end)), max(greatest(period_start, period_end))"
        )

    @cached_property
    def years(self) -> ByOffice[frozenset[int]]:
        """Years that some report speaks of, by office, in registry order."""
        first, last = (day.year for day in self.days or (date.min, date.min))
        rows = self._cabinet.table(
            f"WITH told AS (SELECT unnest(string_split(covers, ' ')) AS area, {_FIRST} AS first, "
            f"{_LAST} AS last FROM documents WHERE covers IS NOT NULL), "
            "spoken AS (SELECT area, unnest(range(first, last + 1)) AS year FROM told) "
            f"SELECT area, {years.in_column(first, last)} FROM spoken GROUP BY area"
        )
        return years.by_office(self._places, rows, first, frozenset)

    @cached_property
    def spoken(self) -> ByOffice[int]:
        """How many reports speak of each office, in registry order; dated or not."""
        return self._counted("string_split(coalesce(covers, ''), ' ')")

    @cached_property
    def told(self) -> ByOffice[int]:
        """How many reports come from each office or speak of it, in registry order."""
        both = "string_split(concat_ws(' ', ref_area, covers), ' ')"
        return self._counted(f"list_distinct({both})")

    @property
    def rows(self) -> Rows:
        """All of them as rows of text, as they were published."""
        return Rows(self, ("true", []), len(self))

    def find(self, offices: Collection[str] = (), words: Iterable[str] = ()) -> Rows:
        """Those that speak of one of `offices`, if any is given, and hold every word."""
        every = ", ".join(f'"{name}"' for name in self.columns)
        held = f"contains(lower(concat_ws(chr(10), {every})), ?)"
        conditions = [(_SPEAKS, [list(offices)])] if offices else []
        within = joined([*conditions, *((held, [word]) for word in words)])
        ((size,),) = self._ask(f"SELECT count(*) FROM documents WHERE {within[0]}", within[1])
        return Rows(self, within, int(size))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        rows = self._ask("SELECT column_name FROM (DESCRIBE documents)")
        return tuple(name for (name,) in rows)

    def stretches(self, within: Condition, places: range, size: int) -> Iterator[list[Row]]:
        """The rows at `places` of the `size` that meet a condition, some at a time."""
        sought = Sought(self._cabinet.ask, "documents", AT_ONCE)
        for stretch in sought.stretches(within, (Key("document"),), places, size):
            yield self._cut(stretch)

    def _cut(self, stretch: Stretch) -> list[Row]:
        where, values = stretch.condition
        cut = f"ORDER BY document LIMIT {stretch.take} OFFSET {stretch.skip}"
        return self._rows(f"WHERE {where} {cut}", values)

    def _chosen(self, order: str, limit: int) -> tuple[Document, ...]:
        codes = self._ask(f"SELECT document FROM documents ORDER BY {order} LIMIT {int(limit)}")
        return tuple(self.fetch(code for (code,) in codes).values())

    def _read(self, within: Condition) -> Iterator[Document]:
        where, values = within
        # the codes first: a condition on one column passes over the others where nothing meets it
        for row in self._rows(
            "SEMI JOIN (SELECT document FROM documents WHERE "
            f"{where}) USING (document) ORDER BY document",
            values,
        ):
            found = document(row)
            self._kept.put(found.id, found)
            yield found

    def _rows(self, rest: str, values: Sequence[object]) -> list[Row]:
        names = self.columns
        shown = ", ".join(f'"{name}"' for name in names)
        found = self._ask(f"SELECT {shown} FROM documents {rest}", values)
        return [dict(zip(names, (cell or "" for cell in cells), strict=True)) for cells in found]

    def _counted(self, areas: str) -> ByOffice[int]:
        rows = self._ask(
            f"SELECT area, count(*) FROM (SELECT unnest({areas}) AS area FROM documents) "
            "GROUP BY area"
        )
        return ByOffice(self._places, rows)

    def _between(self, ends: str) -> tuple[date, date] | None:
        ((start, end),) = self._ask(f"SELECT {ends} FROM documents")
        return (date.fromisoformat(start), date.fromisoformat(end)) if start and end else None

    def _ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._cabinet.ask(sql, values)

    @cached_property
    def _size(self) -> int:
        ((size,),) = self._ask("SELECT count(*) FROM documents")
        return int(size)


class Rows(Sequence[Row]):
    """Rows of the table in order, read a few at a time as they are walked through."""

    def __init__(self, documents: Documents, within: Condition, size: int) -> None:
        self._documents = documents
        self._within = within
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Row]:
        return self.cut(0, None)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        wanted = range(self._size)[place]
        if isinstance(wanted, range):
            return [next(self.cut(at, 1)) for at in wanted]
        return next(self.cut(wanted, 1))

    def cut(self, first: int, size: int | None) -> Iterator[Row]:
        """From a place on, so many of them, or all."""
        places = range(self._size)[first : None if size is None else first + size]
        for rows in self._documents.stretches(self._within, places, self._size):
            yield from rows
