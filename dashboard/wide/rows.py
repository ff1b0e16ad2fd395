"""Rows in the order in which a comparison shows them, read when they are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.compare import Observation, Rank, Reason, Verdict
from dashboard.compare.groups import Codes
from dashboard.wide.columns import CHUNK, Columns
from dashboard.wide.lineup import Lineup

__all__ = ["Rows", "in_order"]

LEAST = Decimal(-1)
"""Offices stand by their largest number; those with none above this stand by their codes."""


class Rows(Sequence[Observation]):
    """The rows of a lineup, or those `among` them: offices by their largest number, then an
    office's rows by theirs. A part is read when it is asked for; all of them, a few at a time."""

    def __init__(self, lined: Lineup | None, among: Codes | None = None) -> None:
        self.lined = lined
        self._among = among
        self._places = np.array([], dtype=np.int64)
        self._size = 0 if lined is None else len(lined.columns if among is None else among)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, asked: int) -> Observation: ...
    @overload
    def __getitem__(self, asked: slice) -> list[Observation]: ...
    def __getitem__(self, asked: int | slice) -> Observation | list[Observation]:
        if self.lined is None:
            return [][asked]
        if isinstance(asked, int):
            return self[range(len(self))[asked] :][0] if asked < 0 else self[: asked + 1][asked]
        reach = range(len(self))[asked]
        return self.lined.read(self.places(max(reach, default=-1) + 1)[asked])

    def __iter__(self) -> Iterator[Observation]:
        return (o for o, _rank in self.ranked())

    def ranked(self) -> Iterator[tuple[Observation, Rank | None]]:
        """Every row with its rank, none kept."""
        for start in range(0, len(self), CHUNK):
            assert self.lined is not None
            rows = self.places(len(self))[start : start + CHUNK]
            yield from self.lined.read_on(rows)

    def pinned(self, offices: Collection[str], most: int) -> list[Observation]:
        """The rows of some offices that do not stand among the first `most`, in their order."""
        if self.lined is None or len(self) <= most:
            return []
        columns = self.lined.columns
        wanted = pc.is_in(columns.codes, pa.array(list(offices), pa.string()))
        rows = self._all()
        rows = rows[np.asarray(wanted).astype(bool)[columns.areas[rows]]]
        rows = np.setdiff1d(rows, self.places(most))
        return self.lined.read(in_order(columns, rows)) if len(rows) else []

    def ids(self) -> list[str]:
        """The identifiers of all, in no order."""
        return [] if self.lined is None else self.lined.columns.ids.take(self._all()).to_pylist()

    def areas(self) -> pa.Array:
        """The offices that have a row."""
        if self.lined is None:
            return pa.array([], pa.string())
        columns = self.lined.columns
        is_held = np.zeros(len(columns.codes), dtype=bool)
        is_held[columns.areas[self._all()]] = True
        return columns.codes.filter(pa.array(is_held))

    def units(self) -> list[str]:
        """The units of all, in the order in which the rows bring them."""
        if self.lined is None:
            return []
        found = list(dict.fromkeys(o.unit for o in self.lined.samples))
        if len(found) < 2:
            return found
        number = np.array([found.index(o.unit) for o in self.lined.samples])
        told = number[self.lined.columns.likeness[self.places(len(self))]]
        units, first = np.unique(told, return_index=True)
        return [found[unit] for unit in units[np.argsort(first)]]

    def overlapping(self) -> dict[str, int]:
        """How many rows of an office overlap one another, in the order of the rows."""
        if self.lined is None or not self.lined.columns.overlapping.any():
            return {}
        columns, rows = self.lined.columns, self.places(len(self))
        counts = Counter(columns.areas[rows[columns.overlapping[rows]]].tolist())
        return {str(columns.codes[area]): n for area, n in counts.items() if n > 1}

    def reasons(self) -> list[Reason]:
        """Why rows do not compare with the baseline: see `Lineup.reasons`."""
        return self.lined.reasons(self.places(len(self))) if self.lined else []

    def gravest(self) -> Verdict | None:
        """What most sets a row apart from the baseline: see `Lineup.gravest`."""
        return self.lined.gravest(self.places(len(self))) if self.lined else None

    def _all(self) -> Codes:
        assert self.lined is not None
        return np.arange(self._size) if self._among is None else self._among

    def places(self, most: int) -> Codes:
        """The places in the columns of the first `most` rows."""
        if self.lined is not None and len(self._places) < min(most, len(self)):
            self._places = in_order(self.lined.columns, self._among, most)
        return self._places[:most]


def in_order(columns: Columns, among: Codes | None = None, most: int | None = None) -> Codes:
    """The places of the first `most` rows, of all or of those `among` them, in their order."""
    rows = np.arange(len(columns)) if among is None else among
    top = _tops(columns)[rows]
    if most is not None and 0 < most < len(rows):
        least = -np.partition(-top, most - 1)[most - 1]
        rows, top = rows[top >= least], top[top >= least]
    keys = {
        "top": top,
        "area": columns.codes.take(pa.array(columns.areas[rows])),
        "low": columns.ends.low[rows],
        "id": columns.ids.take(pa.array(rows)),
    }
    order = pc.sort_indices(
        pa.table(keys),
        sort_keys=[
            (name, "descending" if name in {"top", "low"} else "ascending") for name in keys
        ],
    )
    return np.asarray(rows[np.asarray(order)][:most])


def _tops(columns: Columns) -> Codes:
    """The largest lower bound of each row's office."""
    low = columns.ends.low
    if not columns.are_apart:
        top = np.full(len(columns.codes), low.min())
        np.maximum.at(top, columns.areas, low)
        low = top[columns.areas]
    return columns.ends.at_least(LEAST, low)
