"""Which rows a question is about, as conditions on the columns of a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from dashboard.cabinet import Cabinet
from dashboard.dataset import Dataset
from dashboard.filters import Condition, Filters, joined
from dashboard.once import once_a_set
from dashboard.recent import Recent

__all__ = ["Scope", "scope"]

KEPT = 32
"""Answers on last years that are kept for a set."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows that meet any of some conditions; no row meets two of them.

    `near` are simpler conditions that rows of each part meet too: where to look for one by its id.
    """

    parts: tuple[Condition, ...]
    near: tuple[Condition, ...]

    def table(self, cabinet: Cabinet, columns: str) -> pa.Table:
        """Columns of all rows, in no order."""
        asked = (
            (f"SELECT {columns} FROM by_indicator WHERE {where}", values)
            for where, values in self.parts
        )
        return pa.concat_tables([cabinet.table(sql, values) for sql, values in asked])

    def rows(self, cabinet: Cabinet, columns: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
        """Cells of the rows of some identifiers, in no order."""
        marks = ", ".join("?" * len(ids))
        found: list[tuple[Any, ...]] = []
        for near in self.near:
            if len(found) < len(ids):
                where, values = joined([near, (f"id IN ({marks})", list(ids))])
                found += cabinet.ask(f"SELECT {columns} FROM by_indicator WHERE {where}", values)
        return found


def scope(dataset: Dataset, filters: Filters, *, is_latest: bool) -> Scope:
    """The rows that meet `filters`; `is_latest`: of each office's last year only."""
    lies = Filters(indicators=filters.indicators, within=filters.within)
    if not is_latest:
        return _whole(filters, lies)
    last = _last(dataset, filters)
    if last.year is None:
        return _whole(filters, lies)
    newest = _whole(replace(filters, years=(last.year,)), lies)
    if not last.areas:
        return newest
    earlier = "(ref_area, year) IN (SELECT unnest(?), unnest(?))"
    rest = joined([filters.condition(), (earlier, [last.areas, last.years])])
    near = replace(lies, years=tuple(sorted(set(last.years)))).condition()
    return Scope((*newest.parts, rest), (*newest.near, near))


def _whole(filters: Filters, lies: Filters) -> Scope:
    return Scope((filters.condition(),), (replace(lies, years=filters.years).condition(),))


@dataclass(frozen=True, slots=True)
class _Last:
    """The last year of all, and the areas whose own is an earlier one, with that year."""

    year: int | None
    areas: list[str]
    years: list[int]


@once_a_set
def _kept(_dataset: Dataset) -> Recent[Filters, _Last]:
    return Recent(KEPT)


def _last(dataset: Dataset, filters: Filters) -> _Last:
    kept = _kept(dataset)
    found = kept.get(filters)
    if found is None:
        found = _asked(dataset.cabinet, filters)
        kept.put(filters, found)
    return found


def _asked(cabinet: Cabinet, filters: Filters) -> _Last:
    where, values = filters.condition()
    own = (
        f"WITH own AS (SELECT ref_area, max(year) AS year FROM by_indicator WHERE {where} "
        "GROUP BY ref_area), newest AS (SELECT max(year) AS year FROM own)"
    )
    found = cabinet.ask(
        f"{own} SELECT newest.year, own.ref_area, own.year FROM newest LEFT JOIN own "
        "ON own.year < newest.year ORDER BY own.ref_area",
        values,
    )
    earlier = [(area, year) for _newest, area, year in found if area is not None]
    return _Last(found[0][0], [area for area, _ in earlier], [year for _, year in earlier])
