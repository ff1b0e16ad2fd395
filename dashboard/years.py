"""The years of a group of rows as bits: much less work than a list of those that are different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

__all__ = ["in_bits", "of_rows"]

IN_INTEGER = 63
"""Years that an integer holds."""

T = TypeVar("T")


def in_bits(first: int, last: int) -> str:
    """SQL that gathers the column `year`: an integer, or a text where the years are many."""
    if last - first < IN_INTEGER:
        return f"bit_or(1::BIGINT << (year - {first}))"
    return f"bitstring_agg(year, {first}, {last})"


def of_rows(
    rows: Iterable[Sequence[Any]], first: int, as_: Callable[[Iterable[int]], T]
) -> Iterator[tuple[str, T]]:
    """Codes and their years, of rows that begin with a code and bits; what is written alike is
    read once."""
    known: dict[int | str, T] = {}
    for code, bits, *_ in rows:
        if bits not in known:
            text = bits if isinstance(bits, str) else f"{bits:b}"[::-1]
            known[bits] = as_(year for year, bit in enumerate(text, first) if bit == "1")
        yield code, known[bits]
