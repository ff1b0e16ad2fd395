"""What an office's numbers must not be compared with, and what they may: by real verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard import wording
from dashboard.compare import Code, Observation, Verdict, verdict
from dashboard.filters import Filters
from dashboard.once import once_a_set
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.recent import Recent
from dashboard.seek import DOCUMENT_ORDER
from dashboard.store import Dataset

__all__ = ["limits"]

ASKED = 6
"""Indicators judged."""
SHOWN = 4
"""Pairs shown that nothing blocks; those that are blocked are all shown."""
LOOKED_AT = 24
"""Numbers of other offices among which the best verdict is sought."""
KEPT = 64
"""Indicators and years of which these stay in memory."""
NEAR = (0, -1, 1)
"""Years, counted from that of the number, in which other offices are asked first."""


def limits(desk: Desk, rows: Sequence[Observation], keys: Sequence[Observation]) -> Values:
    """Verdicts of the key numbers and of the core ones: against the office's own other years, and
    against the other office that comes nearest. `blocked` are not to be compared, `allowed` are."""
    found = choice.results(rows)
    judged = [v for o in _subjects(desk, found, keys) for v in _judged(desk, found, o)]
    overlapping = _overlapping(desk, found)
    running = [o for o in keys if o.window == "cumulative"]
    barred = [v for v in judged if v.blocks]
    allowed = [v for v in judged if not v.blocks]
    left = len(allowed) - SHOWN
    return {
        "blocked": [
            *(_pair(desk, v) for v in barred),
            *(_running(desk, o) for o in running),
            *overlapping,
        ],
        "allowed": [_pair(desk, v) for v in allowed[:SHOWN]],
        "more": desk.t("office.more_numbers", n=left) if left > 0 else "",
    }


def _subjects(
    desk: Desk, found: Iterable[Observation], keys: Sequence[Observation]
) -> list[Observation]:
    """The key numbers, then the latest of the other core indicators."""
    subjects = {o.indicator: o for o in keys}
    for o in sorted(found, key=lambda o: -o.year):
        if desk.dataset.indicators[o.indicator].is_core:
            subjects.setdefault(o.indicator, o)
    return list(subjects.values())[:ASKED]


def _judged(desk: Desk, found: Sequence[Observation], o: Observation) -> list[Verdict]:
    registry = desk.dataset.registry
    before = [p for p in found if p.indicator == o.indicator and p.year < o.year]
    newest = max((p.year for p in before), default=0)
    years = [verdict(p, o, registry) for p in before if p.year == newest]
    others = [verdict(o, p, registry) for p in _rivals(desk, o)]
    best = [min(pairs, key=_mildness) for pairs in (years, others) if pairs]
    return [v for v in best if not _is_running(v)]


def _mildness(v: Verdict) -> tuple[bool, int]:
    return v.blocks, len(v.reasons)


def _is_running(v: Verdict) -> bool:
    """A running total is told once, not pair by pair."""
    return v.code is Code.WINDOW_MISMATCH and v.first.window == "cumulative"


def _rivals(desk: Desk, o: Observation) -> list[Observation]:
    """Other offices' results of the indicator: of the same variant in near years, else any."""
    near = tuple(o.year + step for step in NEAR)
    for filters in (
        Filters(indicators=(o.indicator,), years=near, variant=o.variant, is_result=True),
        Filters(indicators=(o.indicator,), is_result=True),
    ):
        found = _first(desk.dataset, filters)
        others = [p for p in found if p.ref_area != o.ref_area]
        if others:
            return others
    return []


@once_a_set
def _kept(_dataset: Dataset) -> Recent[Filters, tuple[Observation, ...]]:
    """Numbers that every office of an indicator and a year is judged against."""
    return Recent(KEPT)


def _first(dataset: Dataset, filters: Filters) -> tuple[Observation, ...]:
    kept = _kept(dataset)
    found = kept.get(filters)
    if found is None:
        found = tuple(dataset.sorted(filters, DOCUMENT_ORDER, range(LOOKED_AT)))
        kept.put(filters, found)
    return found


def _pair(desk: Desk, v: Verdict) -> Values:
    is_own = v.first.ref_area == v.second.ref_area
    return {
        "verdict": desk.chip(v),
        "name": desk.indicator(v.first.indicator),
        "first": {**desk.brief(v.first), "who": _year(desk, v.first) if is_own else ""},
        "second": {
            **desk.brief(v.second),
            "who": _year(desk, v.second) if is_own else desk.office(v.second.ref_area)["name"],
        },
        "reason": _headline(desk, v),
    }


def _headline(desk: Desk, v: Verdict) -> str:
    """The first reason in a sentence; Compare and the drawer tell them all."""
    if not v.reasons:
        return desk.reasons(v)
    return wording.reason_sentence(v.reasons[0], desk.dataset.glossary, desk.locale)


def _year(desk: Desk, o: Observation) -> str:
    return desk.t("office.year", year=o.year)


def _running(desk: Desk, o: Observation) -> Values:
    return {
        "verdict": desk.code_chip(Code.WINDOW_MISMATCH, "blocks"),
        "name": desk.indicator(o.indicator),
        "first": {**desk.brief(o), "who": ""},
        "second": None,
        "reason": desk.t("office.running"),
    }


def _overlapping(desk: Desk, found: Iterable[Observation]) -> list[Values]:
    """Groups of one indicator and year that may hold the same people or money."""
    groups: dict[tuple[str, int], list[Observation]] = {}
    for o in found:
        if "overlapping" in o.flags:
            groups.setdefault((o.indicator, o.year), []).append(o)
    return [
        {
            "verdict": desk.code_chip(Code.DEFINITION_DIFFERS, "blocks"),
            "name": desk.indicator(code),
            "first": None,
            "second": None,
            "reason": desk.t("office.overlapping", year=year, n=len(own)),
        }
        for (code, year), own in groups.items()
        if len(own) > 1
    ]
