"""Where a stretch of a sorted set lies: found by counting, so that no page sorts the whole set.

A sort of millions of rows does not fit into a reader's memory. Instead the rows are counted by
the first key; the values that cover the places asked for are a condition, and only what meets it
is sorted. A value with more rows than that is looked into by the next key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.filters import Condition, joined

__all__ = ["DOCUMENT_ORDER", "SORTED", "Key", "Order", "Sought", "Stretch"]

SORTED = 8_000
"""Rows that are sorted at once; a run of equal-sized values may reach twice as many."""

Ask = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Key:
    """An expression over our own columns that is never null; `is_falling` turns it around."""

    text: str
    is_falling: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Keys, the first first. The last must tell any two rows apart."""

    keys: tuple[Key, ...]

    def clause(self) -> str:
        """The words of ORDER BY."""
        parts = (f"{key.text}{' DESC' if key.is_falling else ''}" for key in self.keys)
        return f"ORDER BY {', '.join(parts)}"

    def before(self, cells: Sequence[object]) -> Condition:
        """What holds for the rows that stand before one whose keys are `cells`."""
        text, values = "", list[Any]()
        for key, cell in reversed(list(zip(self.keys, cells, strict=True))):
            sooner = f"{key.text} {'>' if key.is_falling else '<'} ?"
            text = f"{sooner} OR ({key.text} = ? AND ({text}))" if text else sooner
            values = [cell, *([cell, *values] if values else [])]
        return text, values


DOCUMENT_ORDER = Order((Key("document"), Key('"start"'), Key("id")))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that meet `condition`, in order, without the first `skip`, at most `take` of them."""

    condition: Condition
    skip: int
    take: int


@dataclass(frozen=True, slots=True)
class Sought:
    """A table to seek in, and how to ask it."""

    ask: Ask
    table: str
    most: int = 0
    """Rows that are sorted at once, SORTED if not said."""

    def stretches(
        self, scope: Condition, keys: Sequence[Key], places: range, size: int
    ) -> Iterator[Stretch]:
        """The places of `scope`, a set of `size` rows sorted by `keys`, as stretches in order."""
        if not places:
            return
        if size <= (self.most or SORTED) or not keys:
            yield Stretch(scope, places.start, len(places))
            return
        key, *rest = keys
        for first, last, n, begin in self._runs(scope, key, places):
            own = range(max(places.start - begin, 0), min(places.stop - begin, n))
            if first == last:
                within = joined([scope, (f"{key.text} = ?", [first])])
                yield from self.stretches(within, rest, own, n)
            else:
                within = joined([scope, (f"{key.text} BETWEEN ? AND ?", [first, last])])
                yield Stretch(within, own.start, len(own))

    def _runs(self, scope: Condition, key: Key, places: range) -> list[tuple[Any, Any, int, int]]:
        """Smallest and largest value of a key, rows, and the place of the first: values that
        cover `places`, those with few rows run together."""
        where, values = scope
        turned, most = "DESC" if key.is_falling else "", self.most or SORTED
        return self.ask(
            f"WITH counted AS (SELECT {key.text} AS k, count(*) AS n FROM {self.table} "
            f"WHERE {where} GROUP BY k), placed AS (SELECT k, n, (sum(n) OVER (ORDER BY k {turned} "
            f"ROWS UNBOUNDED PRECEDING) - n)::BIGINT AS begin FROM counted) "
            f"SELECT min(k), max(k), sum(n)::BIGINT, min(begin) FROM placed "
            f"WHERE begin < ? AND begin + n > ? "
            f"GROUP BY begin // {most}, n > {most} ORDER BY min(begin)",
            [*values, places.stop, places.start],
        )
