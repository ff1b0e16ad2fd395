"""A value for each of many offices, equal ones kept once: a few bytes an office, not hundreds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["ByOffice", "places"]

V = TypeVar("V", bound=Hashable)
NOTHING = 0


def places(offices: Iterable[str]) -> Mapping[str, int]:
    """Where each office stands in the registry."""
    return {area: place for place, area in enumerate(offices)}


class ByOffice(Mapping[str, V]):
    """Values by ref_area, in registry order; what is not in the registry falls away."""

    def __init__(self, where: Mapping[str, int], pairs: Iterable[tuple[str, V]]) -> None:
        self._where = where
        self._numbers: NDArray[np.uint32] = np.zeros(len(where), np.uint32)
        kinds: dict[V, int] = {}
        for area, value in pairs:
            if (place := where.get(area)) is not None:
                self._numbers[place] = kinds.setdefault(value, len(kinds) + 1)
        self._values = tuple(kinds)

    @classmethod
    def numbered(
        cls,
        where: Mapping[str, int],
        offices: Sequence[str],
        numbers: NDArray[np.integer],
        values: Sequence[V],
    ) -> ByOffice[V]:
        """The values of `offices`, each by its place in `values`."""
        made = cls(where, ())
        places = np.fromiter((where.get(area, -1) for area in offices), np.int64, len(offices))
        is_known = places >= 0
        made._numbers[places[is_known]] = numbers[is_known] + 1
        made._values = tuple(values)
        return made

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which offices of the registry have a value, in its order."""
        return self._numbers.astype(np.bool_)

    def __getitem__(self, area: str) -> V:
        if (number := self._number(area)) == NOTHING:
            raise KeyError(area)
        return self._values[number - 1]

    def __contains__(self, area: object) -> bool:
        return self._number(area) != NOTHING

    def __iter__(self) -> Iterator[str]:
        held = self._numbers.tolist()
        return (area for area, place in self._where.items() if held[place] != NOTHING)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._numbers))

    def holding(self, is_wanted: Callable[[V], bool]) -> Iterator[str]:
        """Offices whose value is wanted; each value is looked at once."""
        wanted = {number for number, v in enumerate(self._values, 1) if is_wanted(v)}
        held = self._numbers.tolist()
        return (area for area, place in self._where.items() if held[place] in wanted)

    def having(self, is_wanted: Callable[[V], bool]) -> NDArray[np.bool_]:
        """The same as a mask of the registry."""
        return np.array([False, *map(is_wanted, self._values)])[self._numbers]

    def listed(self) -> list[V | None]:
        """A value or None for each office of the registry, in its order."""
        values = (None, *self._values)
        return [values[number] for number in self._numbers.tolist()]

    def distinct(self) -> tuple[V, ...]:
        """Every value that some office has, each once."""
        return self._values

    def _number(self, area: object) -> int:
        place = self._where.get(area) if isinstance(area, str) else None
        return NOTHING if place is None else int(self._numbers[place])
