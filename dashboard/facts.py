"""Small counts of one set that pages ask again and again; each is made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from dashboard import years
from dashboard.by_office import ByOffice
from dashboard.cabinet import Cabinet
from dashboard.filters import RESULT, Filters, joined
from dashboard.recent import Recent

__all__ = ["Facts", "Numbers", "Spread", "Usage"]

VERIFIED = "obs_status = 'A'"
KEPT = 8
"""Indicators, or groups of them, of which it is remembered who gave what."""
PAIRS = 200_000
"""Offices times indicators that are counted at once."""
SEVERAL = 4
"""Indicators from which on one pass through all offices is less work."""

V = TypeVar("V", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Usage:
    """How far an indicator reaches: `places` are an office in a year; `repeated` counts offices
    with two years or more. All but `observations` speak of results only."""

    observations: int
    results: int
    offices: int
    places: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What an office holds: how many observations, and the years they end in, ascending."""

    observations: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Results of one indicator: the years of each office, and the variants in use."""

    years: ByOffice[tuple[int, ...]]
    variants: frozenset[str]

    def repeated(self) -> tuple[str, ...]:
        """Offices with two years or more, in registry order."""
        return tuple(self.years.holding(lambda years: len(years) > 1))

    def all_years(self) -> tuple[int, ...]:
        """Years of any office, ascending."""
        return tuple(sorted({year for years in self.years.distinct() for year in years}))


class Facts:
    """Counts over a cabinet. `indicators` and `places` (of offices) give the order of what is
    listed."""

    def __init__(
        self, cabinet: Cabinet, indicators: Iterable[str], places: Mapping[str, int]
    ) -> None:
        self._cabinet = cabinet
        self._indicators = tuple(indicators)
        self._places = places
        self._spread: Recent[str, Spread] = Recent(KEPT)
        self._held: Recent[tuple[str, ...], ByOffice[frozenset[int]]] = Recent(KEPT)

    @property
    def total(self) -> int:
        """How many observations there are."""
        return self._sizes[0]

    @property
    def verified(self) -> int:
        """How many of them were read twice and checked (`obs_status` A)."""
        return self._sizes[1]

    def documents(self, codes: Iterable[str]) -> Mapping[str, tuple[int, int]]:
        """Observations and verified ones by document, of these that have any."""
        wanted = list(codes)
        marks = ", ".join("?" * len(wanted)) or "NULL"
        found = self._cabinet.ask(
            f"SELECT document, count(*), count(*) FILTER ({VERIFIED}) FROM by_office "
            f"WHERE document IN ({marks}) GROUP BY document",
            wanted,
        )
        return {document: (n, verified) for document, n, verified in found}

    @cached_property
    def _sizes(self) -> tuple[int, int]:
        sql = f"SELECT count(*), count(*) FILTER ({VERIFIED}) FROM by_indicator"
        ((total, verified),) = self._cabinet.ask(sql)
        return int(total), int(verified)

    @cached_property
    def usage(self) -> Mapping[str, Usage]:
        """Indicators with observations, in registry order."""
        sums: dict[str, list[int]] = {}
        for low, high in self._stretches():
            for code, *counts in self._reach(low, high):
                own = sums.setdefault(code, [0] * len(counts))
                sums[code] = [n + more for n, more in zip(own, counts, strict=True)]
        return {code: Usage(*sums[code]) for code in self._indicators if code in sums}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that any observation ends in, ascending."""
        found = self._cabinet.ask("SELECT DISTINCT year FROM by_indicator ORDER BY year")
        return tuple(year for (year,) in found)

    @cached_property
    def numbers(self) -> ByOffice[Numbers]:
        """What each office with observations holds, in registry order."""
        found = self._cabinet.ask(
            f"SELECT ref_area, {self._bits}, count(*) FROM by_office GROUP BY ref_area"
        )
        counts = (n for _area, _bits, n in found)
        pairs = zip(years.of_rows(found, self._span[0], tuple), counts, strict=True)
        return ByOffice(self._places, ((area, Numbers(n, told)) for (area, told), n in pairs))

    @cached_property
    def offices(self) -> tuple[str, ...]:
        """Offices with observations, in registry order."""
        return tuple(self.numbers)

    @cached_property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """Codes in use of `status`, `obs_status`, `window`, `rule` and `flag`."""
        used = {
            name: frozenset(
                code for (code,) in self._cabinet.ask(f'SELECT DISTINCT "{name}" FROM by_indicator')
            )
            for name in ("status", "obs_status", "window", "rule")
        }
        flags = self._cabinet.ask("SELECT DISTINCT coalesce(flags, '') FROM by_indicator")
        return used | {"flag": frozenset(code for (text,) in flags for code in text.split())}

    @cached_property
    def last_read(self) -> date | None:
        """The last day on which a row was read; None where no row says."""
        sql = "SELECT greatest(max(read_1_on), max(read_2_on)) FROM by_indicator"
        found: date | None = self._cabinet.ask(sql)[0][0]
        return found

    def spread(self, indicator: str) -> Spread:
        """Who gave results of an indicator, for which years, in which variants."""
        found = self._spread.get(indicator)
        if found is None:
            found = self._spread_of(indicator)
            self._spread.put(indicator, found)
        return found

    def repeated(self, office: str) -> Mapping[str, int]:
        """Indicators that an office gave results of for two years or more, and for how many."""
        found = self._cabinet.ask(
            f"SELECT indicator, count(DISTINCT year) AS years FROM by_office "
            f"WHERE ref_area = ? AND {RESULT} GROUP BY indicator HAVING years > 1",
            [office],
        )
        return dict(found)

    def held(self, indicators: Sequence[str]) -> ByOffice[frozenset[int]]:
        """Years with an observation of any of `indicators`, by office."""
        key = tuple(indicators)
        found = self._held.get(key)
        if found is None:
            found = self._held_of(key)
            self._held.put(key, found)
        return found

    def _stretches(self) -> Iterator[tuple[str | None, str | None]]:
        """Codes of offices, from each to before the next: so few between them that what is counted
        of each and every indicator needs little memory."""
        step = max(1, PAIRS // max(1, len(self._indicators)))
        cuts = sorted(self._places)[step::step]
        return zip([None, *cuts], [*cuts, None], strict=True)

    def _reach(self, low: str | None, high: str | None) -> list[tuple[Any, ...]]:
        """Indicator and the counts of Usage, of offices from `low` to before `high`."""
        limits = [("ref_area >= ?", [low] if low else []), ("ref_area < ?", [high] if high else [])]
        where, values = joined((text, own) if own else ("", own) for text, own in limits)
        return self._cabinet.ask(
            "WITH own AS (SELECT indicator, ref_area, count(*) AS n, "
            f"count(*) FILTER ({RESULT}) AS results, "
            f"coalesce(bit_count({self._bits} FILTER ({RESULT})), 0) AS spoken "
            f"FROM by_office WHERE {where} GROUP BY indicator, ref_area) "
            "SELECT indicator, sum(n)::BIGINT, sum(results)::BIGINT, "
            "count(*) FILTER (results > 0), sum(spoken)::BIGINT, count(*) FILTER (spoken > 1) "
            "FROM own GROUP BY indicator",
            values,
        )

    def _spread_of(self, indicator: str) -> Spread:
        wanted = Filters(indicators=(indicator,), is_result=True)
        where, values = wanted.condition()
        used = self._cabinet.ask(
            f"SELECT DISTINCT coalesce(variant, '') FROM by_indicator WHERE {where}", values
        )
        variants = frozenset(variant for (variant,) in used)
        return Spread(self._told("by_indicator", wanted, tuple), variants)

    def _held_of(self, indicators: tuple[str, ...]) -> ByOffice[frozenset[int]]:
        if not indicators:
            return ByOffice(self._places, ())
        table = "by_indicator" if len(indicators) < SEVERAL else "by_office"
        return self._told(table, Filters(indicators=indicators), frozenset)

    def _told(self, table: str, wanted: Filters, as_: Callable[[Iterable[int]], V]) -> ByOffice[V]:
        """The years of what meets `wanted`, by office."""
        where, values = wanted.condition()
        bits = years.in_column(*self._span)
        rows = self._cabinet.table(
            f"SELECT ref_area, {bits} FROM {table} WHERE {where} GROUP BY ref_area", values
        )
        return years.by_office(self._places, rows, self._span[0], as_)

    @cached_property
    def _span(self) -> tuple[int, int]:
        """The first and the last year."""
        ((first, last),) = self._cabinet.ask("SELECT min(year), max(year) FROM by_indicator")
        return first or 0, last or 0

    @property
    def _bits(self) -> str:
        return years.in_bits(*self._span)
