"""The years of a group of rows as bits: much less work than a list of those that are different."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from dashboard.by_office import ByOffice

__all__ = ["by_office", "in_bits", "in_column", "of_rows"]

IN_INTEGER = 63
"""Years that an integer holds."""

T = TypeVar("T")
V = TypeVar("V", bound=Hashable)


def in_bits(first: int, last: int) -> str:
    """SQL that gathers the column `year`: an integer, or a text where the years are many."""
    if last - first < IN_INTEGER:
        return f"bit_or(1::BIGINT << (year - {first}))"
    return f"bitstring_agg(year, {first}, {last})"


def in_column(first: int, last: int) -> str:
    """The same as a column of a table holds it."""
    is_number = last - first < IN_INTEGER
    return in_bits(first, last) + ("" if is_number else "::VARCHAR")


def of_rows(
    rows: Iterable[Sequence[Any]], first: int, as_: Callable[[Iterable[int]], T]
) -> Iterator[tuple[str, T]]:
    """Codes and their years, of rows that begin with a code and bits; what is written alike is
    read once."""
    known: dict[int | str, T] = {}
    for code, bits, *_ in rows:
        if bits not in known:
            known[bits] = as_(_set(bits, first))
        yield code, known[bits]


def by_office(
    places: Mapping[str, int], table: pa.Table, first: int, as_: Callable[[Iterable[int]], V]
) -> ByOffice[V]:
    """The same of a table of codes and bits, for all offices at once."""
    codes, bits = (table.column(place).combine_chunks() for place in (0, 1))
    told = bits.dictionary_encode()
    values = [as_(_set(found, first)) for found in told.dictionary.to_pylist()]
    return ByOffice.numbered(places, codes.to_pylist(), np.asarray(told.indices), values)


def _set(bits: int | str, first: int) -> Iterator[int]:
    text = bits if isinstance(bits, str) else f"{bits:b}"[::-1]
    return (year for year, bit in enumerate(text, first) if bit == "1")
