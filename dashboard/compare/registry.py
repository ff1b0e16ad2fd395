"""What the registries say about areas and indicators, as far as comparison needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard.compare.observation import as_codes, as_date, as_text

LEVELS: Mapping[str, str] = {
    "subdistrict_office": "office",
    "town": "office",
    "zone": "zone",
    "community": "community",
    "village": "community",
}
"""Kind of area → the level at which numbers may stand against each other."""


REGISTERED = ("ref_area", "kind", "parent", "valid_from", "valid_to", "successor")
"""Columns of offices.csv that comparison looks at."""


@dataclass(frozen=True, slots=True)
class Area:
    """One line of the office registry; `valid_to` is the last day, None while it lasts."""

    ref_area: str
    kind: str = ""
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """The context of a verdict: areas by ref_area, and indicators declared not comparable."""

    areas: Mapping[str, Area] = field(default_factory=dict)
    not_comparable: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def from_rows(
        cls,
        offices: Iterable[Mapping[str, Any]],
        indicators: Iterable[Mapping[str, Any]] = (),
    ) -> Registry:
        """Read the rows of offices.csv and indicators.csv (text or typed cells)."""
        areas = (_area(row) for row in offices)
        return cls(
            {area.ref_area: area for area in areas},
            {
                as_text(row["indicator"]): frozenset(as_codes(row["not_comparable_with"]))
                for row in indicators
            },
        )

    def area(self, ref_area: str) -> Area:
        """The registered area, or one about which nothing is known."""
        return self.areas.get(ref_area) or Area(ref_area)

    def level(self, ref_area: str) -> str:
        """'office', 'zone' or 'community'; '' when the area is not registered."""
        return LEVELS.get(self.area(ref_area).kind, "")

    def successors(self, ref_area: str) -> Iterator[str]:
        """The areas that followed this one, nearest first."""
        yield from self._chain(ref_area, "successor")

    def ancestors(self, ref_area: str) -> Iterator[str]:
        """The areas that contain this one, nearest first."""
        yield from self._chain(ref_area, "parent")

    def is_lineage(self, first: str, second: str) -> bool:
        """True when one of two different areas followed the other."""
        return second in self.successors(first) or first in self.successors(second)

    def overlaps(self, first: str, second: str) -> bool:
        """True when two areas are the same, one contains the other, or one followed the other."""
        return (
            first == second
            or self.is_lineage(first, second)
            or second in self.ancestors(first)
            or first in self.ancestors(second)
        )

    def is_declared_apart(self, first: str, second: str) -> bool:
        """True when the indicator registry says that two indicators are not comparable."""
        nothing: frozenset[str] = frozenset()
        return second in self.not_comparable.get(
            first, nothing
        ) or first in self.not_comparable.get(second, nothing)

    def _chain(self, ref_area: str, link: str) -> Iterator[str]:
        seen = {ref_area}
        following = str(getattr(self.area(ref_area), link))
        while following and following not in seen:
            yield following
            seen.add(following)
            following = str(getattr(self.area(following), link))


def _area(row: Mapping[str, Any]) -> Area:
    return Area(
        as_text(row["ref_area"]),
        as_text(row["kind"]),
        as_text(row["parent"]),
        as_date(row["valid_from"]),
        as_date(row["valid_to"]),
        as_text(row["successor"]),
    )
