"""What the registry says of thousands of areas at once: their levels, and who followed whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.compare import Registry
from dashboard.compare.groups import Codes
from dashboard.dataset import Dataset
from dashboard.once import once_a_set
from dashboard.wide.ends import Mask

__all__ = ["Kinship", "kinship", "kinship_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Kinship:
    """Areas of another level than most, with the number of theirs; areas that one followed or
    that followed one."""

    odd: pa.Array
    odd_levels: Codes
    linked: pa.Array

    def levels(self, areas: pa.Array) -> Codes:
        """A number for the level of each area."""
        if not len(self.odd):
            return np.zeros(len(areas), dtype=np.int64)
        place = pc.index_in(areas, self.odd).fill_null(-1)
        return np.asarray(np.append(self.odd_levels, 0)[np.asarray(place)])

    def are_linked(self, areas: pa.Array) -> Mask:
        """Which of the areas belong to a line."""
        return np.asarray(pc.is_in(areas, self.linked)).astype(bool)


@once_a_set
def kinship(dataset: Dataset) -> Kinship:
    """That of a set's registry."""
    return kinship_of(dataset.registry)


def kinship_of(registry: Registry) -> Kinship:
    """That of a registry; an area that it does not know is of a level of its own."""
    levels = {area: registry.level(area) for area in registry.areas}
    number = {level: n for n, (level, _) in enumerate(Counter(levels.values()).most_common())}
    odd = {area: number[level] for area, level in levels.items() if number[level]}
    after = {area.successor: area.ref_area for area in registry.areas.values() if area.successor}
    return Kinship(
        pa.array(list(odd), pa.string()),
        np.array(list(odd.values()), dtype=np.int64),
        pa.array(sorted({*after, *after.values()}), pa.string()),
    )
