"""Provinces, cities and counties, by the digits that the codes of their offices begin with.

Codes of offices are statistical division codes: two digits say the province, four the city, six
the county. The register names cities and counties; provinces have their names in the interface.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.dataset import Dataset
from dashboard.once import once_a_set
from dashboard.records import Names, names

__all__ = ["PROVINCE", "STEPS", "above", "below", "places"]

PROVINCE, CITY, COUNTY = STEPS = (2, 4, 6)
"""Digits of a place."""
CODE = 9
"""Digits of an office's code."""


@once_a_set
def places(dataset: Dataset) -> Mapping[str, Names]:
    """Every place that holds an office, in the order of the codes, by the name that the register
    has for it: none for a province."""
    found: dict[str, Names] = {}
    for row in map(dataset.offices.rows.__getitem__, _firsts(dataset)):
        area = row["ref_area"]
        found.setdefault(area[:PROVINCE], Names("", ""))
        found.setdefault(area[:CITY], names(row, "city"))
        found.setdefault(area[:COUNTY], names(row, "parent_name"))
    return {code: found[code] for code in sorted(found)}


def _firsts(dataset: Dataset) -> list[int]:
    """Where the first office of each county stands in the registry."""
    first: dict[str, int] = {}
    for area, place in dataset.places.items():
        if len(area) >= CODE and area[:CODE].isdigit():
            first.setdefault(area[:COUNTY], place)
    return sorted(first.values())


def below(dataset: Dataset, code: str) -> list[str]:
    """The places of the next step within a place; provinces within ''."""
    size = next((step for step in STEPS if step > len(code)), 0)
    return [c for c in places(dataset) if len(c) == size and c.startswith(code)]


def above(code: str) -> list[str]:
    """The places that a place lies in, the largest first, and itself."""
    return [code[:step] for step in STEPS if step <= len(code)]
