"""The register of offices: forty thousand of them as columns of text, each made when asked for."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from functools import reduce
from itertools import islice
from typing import overload

import pyarrow as pa
from pyarrow import compute

from dashboard.by_office import places
from dashboard.recent import Recent
from dashboard.records import Office, office

__all__ = ["Named", "Offices", "Row", "Rows"]

KEPT = 4_000
"""Offices that stay made, the last asked for."""
AT_ONCE = 2_000
"""Rows that are read and given at a time."""

Row = Mapping[str, str]


class Offices(Mapping[str, Office]):
    """Offices by ref_area, in registry order.

    KeyError or ValueError where a row is none, or an office stands twice.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = rows if isinstance(rows, Rows) else Rows(rows)
        """The lines of the table."""
        self.places = places(self.rows.column("ref_area"))
        """Where each stands."""
        self._kept: Recent[str, Office] = Recent(KEPT)
        if len(self.places) < len(self.rows):
            raise ValueError("offices.csv: an office stands twice")
        for first in self.rows[:1]:
            office(first)
        for colour in set(self.rows.column("colour")):
            int(colour or 0)

    def __getitem__(self, area: str) -> Office:
        found = self._kept.get(area)
        if found is None:
            found = office(self.rows[self.places[area]])
            self._kept.put(area, found)
        return found

    def __contains__(self, area: object) -> bool:
        return area in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def items(self) -> ItemsView[str, Office]:
        """Pairs; an office is made for as long as it is looked at."""
        return _Items(self)

    def values(self) -> ValuesView[Office]:
        """Offices; each is made for as long as it is looked at."""
        return _Values(self)

    def holding(self, word: str) -> tuple[str, ...]:
        """Those in whose name, code or city a word in small letters stands."""
        found = self.rows.having(("name_zh", "name_en", "code", "city_zh"), word)
        codes = self.rows.column("ref_area")
        return tuple(codes[place] for place in found)


class Rows(Sequence[Row]):
    """The lines of a registry, held as columns."""

    def __init__(self, rows: Iterable[Row]) -> None:
        left = iter(rows)
        batches = iter(lambda: list(islice(left, AT_ONCE)), [])
        tables = [pa.table({name: [r[name] for r in some] for name in some[0]}) for some in batches]
        self._table: pa.Table | None = pa.concat_tables(tables).combine_chunks() if tables else None

    @classmethod
    def of_cells(cls, lines: Iterable[Sequence[str]]) -> Rows:
        """The same of lists of cells, the header first; each as long as the header."""
        left, made = iter(lines), cls(())
        header = next(left, [])
        batches = iter(lambda: list(islice(left, AT_ONCE)), [])
        tables = [
            pa.table(dict(zip(header, map(list, zip(*some, strict=True)), strict=True)))
            for some in batches
        ]
        made._table = pa.concat_tables(tables).combine_chunks() if tables else None
        return made

    def only(self, names: Sequence[str]) -> Rows:
        """The same lines with some of the columns."""
        made = Rows(())
        made._table = None if self._table is None else self._table.select(list(names))
        return made

    def __len__(self) -> int:
        return 0 if self._table is None else int(self._table.num_rows)

    def __iter__(self) -> Iterator[Row]:
        for first in range(0, len(self), AT_ONCE):
            yield from self[first : first + AT_ONCE]

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, int):
            return self[place : place + 1 or None][0]
        first, last, step = place.indices(len(self))
        found: list[Row] = []
        if self._table is not None:
            found = self._table.slice(first, max(0, last - first)).to_pylist()
        return found[::step]

    def having(self, names: Sequence[str], word: str) -> list[int]:
        """Places of the lines where a word in small letters stands in one of the columns."""
        if self._table is None:
            return []
        small = (compute.utf8_lower(self._table.column(name)) for name in names)
        masks = (compute.match_substring(cells, word) for cells in small)
        found: list[int] = compute.indices_nonzero(reduce(compute.or_, masks)).to_pylist()
        return found

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        return [] if self._table is None else self._table.column(name).to_pylist()


class Named(Mapping[str, tuple[str, str]]):
    """The names of offices in both languages, for sentences."""

    def __init__(self, offices: Mapping[str, Office]) -> None:
        self._offices = offices

    def __getitem__(self, area: str) -> tuple[str, str]:
        own = self._offices[area].name
        return own.zh, own.en

    def __iter__(self) -> Iterator[str]:
        return iter(self._offices)

    def __len__(self) -> int:
        return len(self._offices)


class _Values(ValuesView[Office]):
    _mapping: Offices

    def __iter__(self) -> Iterator[Office]:
        return map(office, self._mapping.rows)


class _Items(ItemsView[str, Office]):
    _mapping: Offices

    def __iter__(self) -> Iterator[tuple[str, Office]]:
        return zip(self._mapping, map(office, self._mapping.rows), strict=True)
