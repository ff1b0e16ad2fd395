"""Small counts of one set that pages ask again and again; each is made once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dashboard.cabinet import Cabinet
from dashboard.filters import RESULT, Filters

__all__ = ["Facts", "Numbers", "Spread", "Usage"]


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

    years: Mapping[str, tuple[int, ...]]
    variants: frozenset[str]

    def repeated(self) -> frozenset[str]:
        """Offices with two years or more."""
        return frozenset(area for area, years in self.years.items() if len(years) > 1)

    def all_years(self) -> tuple[int, ...]:
        """Years of any office, ascending."""
        return tuple(sorted({year for years in self.years.values() for year in years}))


class Facts:
    """Counts over a cabinet. `indicators` and `offices` give the order of what is listed."""

    def __init__(self, cabinet: Cabinet, indicators: Iterable[str], offices: Iterable[str]) -> None:
        self._cabinet = cabinet
        self._indicators = tuple(indicators)
        self._offices = tuple(offices)
        self._spread: dict[str, Spread] = {}
        self._held: dict[tuple[str, ...], Mapping[str, frozenset[int]]] = {}

    @cached_property
    def documents(self) -> Mapping[str, tuple[int, int]]:
        """Observations and verified ones by document."""
        return {document: (n, verified) for document, n, verified in self._cabinet.documents}

    @property
    def total(self) -> int:
        """How many observations there are."""
        return sum(n for n, _verified in self.documents.values())

    @property
    def verified(self) -> int:
        """How many of them were read twice and checked (`obs_status` A)."""
        return sum(verified for _n, verified in self.documents.values())

    @cached_property
    def usage(self) -> Mapping[str, Usage]:
        """Indicators with observations, in registry order."""
        used = {
            code for (code,) in self._cabinet.ask("SELECT DISTINCT indicator FROM by_indicator")
        }
        found = {code: self._usage_of(code) for code in sorted(used)}
        return {code: found[code] for code in self._indicators if code in found}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that any observation ends in, ascending."""
        found = self._cabinet.ask("SELECT DISTINCT year FROM by_indicator ORDER BY year")
        return tuple(year for (year,) in found)

    @cached_property
    def numbers(self) -> Mapping[str, Numbers]:
        """What each office with observations holds, in registry order."""
        found = {
            area: Numbers(n, tuple(sorted(years)))
            for area, n, years in self._cabinet.ask(
                "SELECT ref_area, count(*), list(DISTINCT year) FROM by_office GROUP BY ref_area"
            )
        }
        return {area: found[area] for area in self._offices if area in found}

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
        if indicator not in self._spread:
            self._spread[indicator] = self._spread_of(indicator)
        return self._spread[indicator]

    def repeated(self, office: str) -> frozenset[str]:
        """Indicators that an office gave results of for two years or more."""
        found = self._cabinet.ask(
            f"SELECT indicator FROM by_office WHERE ref_area = ? AND {RESULT} "
            f"GROUP BY indicator HAVING count(DISTINCT year) > 1",
            [office],
        )
        return frozenset(code for (code,) in found)

    def held(self, indicators: Sequence[str]) -> Mapping[str, frozenset[int]]:
        """Years with an observation of any of `indicators`, by office."""
        key = tuple(indicators)
        if key not in self._held:
            self._held.clear()
            self._held[key] = self._held_of(key)
        return self._held[key]

    def _usage_of(self, indicator: str) -> Usage:
        """One indicator at a time: all of them at once need more memory than a set may take."""
        (counts,) = self._cabinet.ask(
            f"WITH own AS (SELECT ref_area, count(*) AS n, "
            f"count(*) FILTER ({RESULT}) AS results, "
            f"count(DISTINCT year) FILTER ({RESULT}) AS years "
            f"FROM by_indicator WHERE indicator = ? GROUP BY ref_area) "
            f"SELECT sum(n)::BIGINT, sum(results)::BIGINT, "
            f"count(*) FILTER (results > 0), sum(years)::BIGINT, "
            f"count(*) FILTER (years > 1) FROM own",
            [indicator],
        )
        return Usage(*counts)

    def _spread_of(self, indicator: str) -> Spread:
        where, values = Filters(indicators=(indicator,), is_result=True).condition()
        rows = self._cabinet.ask(
            f"SELECT ref_area, coalesce(variant, ''), year FROM by_indicator WHERE {where} "
            "GROUP BY ALL",
            values,
        )
        years: dict[str, set[int]] = {}
        for area, _variant, year in rows:
            years.setdefault(area, set()).add(year)
        kept = {area: tuple(sorted(found)) for area, found in years.items()}
        return Spread(kept, frozenset(variant for _area, variant, _year in rows))

    def _held_of(self, indicators: tuple[str, ...]) -> Mapping[str, frozenset[int]]:
        if not indicators:
            return {}
        where, values = Filters(indicators=indicators).condition()
        rows = self._cabinet.ask(
            f"SELECT ref_area, list(DISTINCT year) FROM by_indicator WHERE {where} "
            "GROUP BY ref_area",
            values,
        )
        return {area: frozenset(years) for area, years in rows}
