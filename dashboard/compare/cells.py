"""Five states told apart for every office, indicator and year: silence is not zero (method §6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dashboard.compare.observation import Observation, as_codes, as_date, as_text

Place = tuple[str, str, int]
"""(ref_area, indicator, year)"""


class State(StrEnum):
    """What is known about a cell."""

    NUMBER = "number"
    ZERO = "zero"
    SILENT = "silent"
    NO_DOCUMENT = "no_document"
    NOT_APPLICABLE = "not_applicable"


STATUS_OF: Mapping[State, str] = {
    State.SILENT: "O",
    State.NO_DOCUMENT: "L",
    State.NOT_APPLICABLE: "M",
}
"""SDMX observation status of the states that have no observation."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The state of a cell and the chosen observations in it.

    `is_self_reported` marks a zero that the wording states by negation (未发生一起).
    """

    state: State
    observations: tuple[Observation, ...] = ()
    is_self_reported: bool = False


def coverage(
    observations: Iterable[Observation],
    documents: Iterable[Mapping[str, Any]],
    not_applicable: Iterable[Mapping[str, Any]],
    offices: Sequence[str],
    indicators: Sequence[str],
    *,
    years: Sequence[int] = (),
) -> dict[Place, Cell]:
    """The cell of every (ref_area, indicator, year), in the order of the arguments.

    `documents` need `covers`, `period_start`, `period_end`; `not_applicable` needs `ref_area`,
    `indicator`, `from`, `to`. Without `years`: every year from the first to the last that an
    observation or a document speaks of. A number outweighs everything else; a registered
    "not applicable" outweighs silence and the lack of a document.
    """
    found = _by_place(observations)
    held = _years_held(documents)
    barred = _barred(not_applicable)
    shown = years or _all_years(found, held)
    return {
        (area, indicator, year): _cell(
            found.get((area, indicator, year), ()),
            is_barred=_is_barred(barred[area, indicator], year),
            is_held=year in held[area],
        )
        for area in offices
        for indicator in indicators
        for year in shown
    }


def _by_place(observations: Iterable[Observation]) -> dict[Place, tuple[Observation, ...]]:
    found: dict[Place, tuple[Observation, ...]] = {}
    for observation in observations:
        if observation.chosen:
            place = observation.ref_area, observation.indicator, observation.year
            found[place] = (*found.get(place, ()), observation)
    return found


def _years_held(documents: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    held: dict[str, set[int]] = defaultdict(set)
    for document in documents:
        end = as_date(document["period_end"])
        start = as_date(document["period_start"]) or end
        if start is not None:
            for area in as_codes(document["covers"]):
                held[area].update(range(start.year, (end or start).year + 1))
    return held


def _barred(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[tuple[date, date]]]:
    barred: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
    for row in rows:
        since = as_date(row["from"]) or date.min
        until = as_date(row["to"]) or date.max
        barred[as_text(row["ref_area"]), as_text(row["indicator"])].append((since, until))
    return barred


def _is_barred(stretches: Sequence[tuple[date, date]], year: int) -> bool:
    return any(
        since <= date(year, 1, 1) and date(year, 12, 31) <= until for since, until in stretches
    )


def _all_years(found: Mapping[Place, object], held: Mapping[str, set[int]]) -> range:
    years = {place[2] for place in found}.union(*held.values())
    return range(min(years), max(years) + 1) if years else range(0)


def _cell(observations: tuple[Observation, ...], *, is_barred: bool, is_held: bool) -> Cell:
    if observations:
        is_zero = all(o.status == "result" and o.lower == o.upper == 0 for o in observations)
        is_negated = is_zero and any("negated" in o.flags for o in observations)
        return Cell(State.ZERO if is_zero else State.NUMBER, observations, is_negated)
    if is_barred:
        return Cell(State.NOT_APPLICABLE)
    return Cell(State.SILENT if is_held else State.NO_DOCUMENT)
