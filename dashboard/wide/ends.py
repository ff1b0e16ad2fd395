"""Bounds of many observations as whole numbers: exact, in order, and fast to count.

Decimals of a published set have six places after the point; times a million they are whole, and
most fit into 64 bits. Where one does not, or where bounds are read again by other rules, each
stands for its place among all of them instead. Either way equal numbers are equal bounds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.compare.groups import Bounds, Codes
from dashboard.compare.intervals import ZERO
from dashboard.compare.summary import End
from dashboard.compare.summary import Ends as EndsOf

__all__ = ["Ends", "Marks", "Mask", "Side", "ends"]

Mask = npt.NDArray[np.bool_]
Cells = Any
"""A column of decimals, or a list of them; none where there is no bound."""

ABSENT = 3 * 2**60
"""Beyond every bound: those that are larger count by their places."""
MOST = 2**59
DECIMAL = pa.decimal128(38, 6)
"""As a published set has its numbers."""
SCALE = Decimal("0.000001")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One bound of each row: a number or none, whether it is open, whether it is assumed."""

    cells: Cells
    is_open: Mask
    is_soft: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The bounds of each row. `is_ratio`: of a unit that knows values below zero."""

    lower: Side
    upper: Side
    is_ratio: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Intervals as `Observation.interval` gives them, and what hard bounds alone leave of them."""

    believed: Bounds
    certain: Bounds
    table: tuple[Decimal, ...] = ()
    """What the whole numbers stand for, by place; empty where they are multiples of SCALE."""

    @property
    def low(self) -> Codes:
        """The lower bound, zero where there is none: what rows are put in order by."""
        lower = self.believed.lower
        return np.where(lower == -ABSENT, self._zero, lower)

    def at_least(self, least: Decimal, codes: Codes) -> Codes:
        """Each number, or a smaller one's place taken by `least`."""
        if not self.table:
            return np.maximum(codes, 3 * int(least / SCALE))
        place = bisect_left(self.table, least)
        is_known = place < len(self.table) and self.table[place] == least
        return np.maximum(codes, 3 * place - (0 if is_known else 1))

    @property
    def _zero(self) -> int:
        return 3 * self.table.index(ZERO) if self.table else 0

    def middle(self, some: Bounds) -> EndsOf:
        """Of the lower and of the upper ends of some rows those in the middle, one or two."""
        return self._middle(some.least), self._middle(some.most)

    def _middle(self, codes: Codes) -> list[End]:
        half = len(codes) // 2
        places = [half] if len(codes) % 2 else [half - 1, half]
        return [self._end(int(code)) for code in np.partition(codes, places)[places]]

    def _end(self, code: int) -> End:
        if abs(code) >= ABSENT - 1:
            return Decimal("Infinity").copy_sign(code), 0
        place = (code + 1) // 3
        value = self.table[place] if self.table else place * SCALE
        return value, code - 3 * place


def ends(given: Marks) -> Ends:
    """The ends of rows, as one kind of whole numbers."""
    (lower, no_lower), (upper, no_upper), table = _coded(given.lower.cells, given.upper.cells)
    zero = 3 * table.index(ZERO) if table else 0
    floor = np.where(given.is_ratio, -ABSENT, zero)
    above = np.full_like(upper, ABSENT)
    is_soft_below, is_soft_above = given.lower.is_soft & ~no_lower, given.upper.is_soft & ~no_upper
    return Ends(
        Bounds(
            np.where(no_lower, floor, lower),
            np.where(no_upper, above, upper),
            _ones(np.where(no_lower, given.is_ratio, given.lower.is_open)),
            _ones(no_upper | given.upper.is_open),
        ),
        Bounds(
            np.where(no_lower | is_soft_below, floor, lower),
            np.where(no_upper | is_soft_above, above, upper),
            _ones(np.where(no_lower | is_soft_below, given.is_ratio, given.lower.is_open)),
            _ones(no_upper | is_soft_above | given.upper.is_open),
        ),
        table,
    )


Coded = tuple[Codes, Mask]
"""Whole numbers, three apart, and which of them are missing."""


def _coded(lower: Cells, upper: Cells) -> tuple[Coded, Coded, tuple[Decimal, ...]]:
    fitting = _fitting(lower), _fitting(upper)
    if fitting[0] is not None and fitting[1] is not None:
        return fitting[0], fitting[1], ()
    sides = [_decimals(cells) for cells in (lower, upper)]
    table = tuple(sorted({ZERO, *(cell for side in sides for cell in side if cell is not None)}))
    place = {value: number for number, value in enumerate(table)}
    below, above = (_placed(side, place) for side in sides)
    return below, above, table


def _fitting(cells: Cells) -> Coded | None:
    """A column of decimals as 64-bit numbers, if each fits: its lower half, the upper all sign."""
    if not isinstance(cells, pa.Array) or cells.type != DECIMAL:
        return None
    halves = np.frombuffer(cells.buffers()[1], dtype=np.int64).reshape(-1, 2)
    halves = halves[cells.offset : cells.offset + len(cells)]
    is_missing = np.asarray(cells.is_null())
    whole, sign = np.where(is_missing[:, None], 0, halves).T
    is_small = (sign == whole >> 63) & (np.abs(whole) < MOST)
    return (3 * whole, is_missing) if is_small.all() else None


def _decimals(cells: Cells) -> list[Decimal | None]:
    if isinstance(cells, pa.Array):
        return [None if cell is None else Decimal(str(cell)) for cell in cells.to_pylist()]
    return list(cells)


def _placed(cells: Sequence[Decimal | None], place: dict[Decimal, int]) -> Coded:
    is_missing = np.array([cell is None for cell in cells], dtype=bool)
    codes = [0 if cell is None else 3 * place[cell] for cell in cells]
    return np.array(codes, dtype=np.int64), is_missing


def _ones(mask: Mask) -> Codes:
    return mask.astype(np.int64)
