"""A page of many numbers by office and year, newest first: sought where offices lie together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from dashboard.compare import Observation
from dashboard.compare.groups import Codes
from dashboard.dataset import Dataset
from dashboard.filters import Filters
from dashboard.once import once_a_set
from dashboard.recent import Recent

__all__ = ["listed"]

KEPT = 16
"""Questions of which it is remembered how many numbers each office has."""


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Offices in the order of their codes, and how many rows there are up to each."""

    areas: pa.Array
    until: Codes

    @property
    def total(self) -> int:
        return int(self.until[-1]) if len(self.until) else 0


def listed(
    dataset: Dataset, filters: Filters, size: int, number: int
) -> tuple[int, tuple[Observation, ...], int]:
    """How many observations meet `filters`, a page of `size` of them, and which it is: the one
    of that `number`, or the last. Offices by code, then years falling, then ids."""
    counts = _counted(dataset, filters)
    number = min(number, max(1, -(-counts.total // size)))
    first, stop = (number - 1) * size, min(number * size, counts.total)
    if first >= stop:
        return counts.total, (), number
    offices = np.searchsorted(counts.until, [first, stop - 1], side="right").tolist()
    areas = counts.areas[offices[0] : offices[1] + 1].to_pylist()
    before = int(counts.until[offices[0] - 1]) if offices[0] else 0
    found = dataset.meeting(replace(filters, offices=tuple(areas)))
    rows = sorted(found, key=lambda o: (o.ref_area, -o.year, o.id))
    return counts.total, tuple(rows[first - before : stop - before]), number


@once_a_set
def _kept(_dataset: Dataset) -> Recent[Filters, _Counts]:
    return Recent(KEPT)


def _counted(dataset: Dataset, filters: Filters) -> _Counts:
    kept = _kept(dataset)
    found = kept.get(filters)
    if found is None:
        where, values = filters.condition()
        table = dataset.cabinet.table(
            f"SELECT ref_area, count(*) AS n FROM by_indicator WHERE {where} "
            "GROUP BY ref_area ORDER BY ref_area",
            values,
        )
        until = np.cumsum(np.asarray(table["n"].combine_chunks()))
        found = _Counts(table["ref_area"].combine_chunks(), until)
        kept.put(filters, found)
    return found
