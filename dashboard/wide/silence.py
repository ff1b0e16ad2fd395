"""Who is spoken of and gave no number, of thousands of offices: as masks of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.compare.groups import Codes
from dashboard.dataset import Dataset
from dashboard.once import once_a_set
from dashboard.wide.ends import Mask
from dashboard.wide.kinship import kinship

__all__ = ["Roll", "roll", "silent"]


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """Every area of the registry, in its order, and a number for its level."""

    areas: pa.Array
    levels: Codes

    def lying(self, within: str) -> Mask:
        """Which of them have a code that begins with `within`."""
        if not within:
            return np.ones(len(self.areas), np.bool_)
        return np.asarray(pc.starts_with(self.areas, within)).astype(bool)


def silent(
    dataset: Dataset,
    spoken: Mask,
    having: pa.Array,
    *,
    also: Iterable[Mask] = (),
    within: str = "",
) -> pa.Array:
    """Areas in registry order that a report speaks of (`spoken`) and that neither are `having` nor
    in `also`: those of the levels that have numbers, whose codes begin with `within`."""
    every = roll(dataset)
    held = np.asarray(pc.is_in(every.areas, having)).astype(bool)
    for more in also:
        held |= more
    wanted = spoken & ~held & every.lying(within)
    if held.any():
        wanted &= np.isin(every.levels, every.levels[held])
    return every.areas.filter(pa.array(wanted))


@once_a_set
def roll(dataset: Dataset) -> Roll:
    """That of a set."""
    areas = pa.array(list(dataset.offices), pa.string())
    return Roll(areas, kinship(dataset).levels(areas))
