"""May two observations be compared, and if not, why not (method §5).

`verdict` answers for a pair. Every reason that applies is kept, in the order of the method; the
first is the headline. Three points the method leaves open are settled here, each to the stricter
side:

- Two running totals are one window only if both say the same first day; otherwise
  WINDOW_MISMATCH, because nobody knows whether they cover the same time.
- Two flows of one office must cover the same months of the year, two full periods the same number
  of years; otherwise PARTIAL_VS_FULL. (Between two offices unequal days are PERIOD_DIFFERS.)
- A number about a programme, a site or an event counts the same object as another only if both
  name that object in the same words (`scope_note`); for key dates silence counts as the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dashboard.compare.observation import Observation
from dashboard.compare.periods import is_same_span, is_within_months, months_apart, season, span
from dashboard.compare.registry import Area, Registry

MONTHS_BETWEEN_PAIRS = 24
"""Full years or stocks of two offices further apart than this are not compared."""

VERIFIED = frozenset({"A", "E"})
"""SDMX observation statuses that raise no doubt: verified, and computed here."""


class Code(StrEnum):
    """Verdicts, in the order in which the first that applies becomes the headline."""

    UNIT_MISMATCH = "UNIT_MISMATCH"
    STATUS_MISMATCH = "STATUS_MISMATCH"
    WINDOW_MISMATCH = "WINDOW_MISMATCH"
    SCOPE_MISMATCH = "SCOPE_MISMATCH"
    DEFINITION_DIFFERS = "DEFINITION_DIFFERS"
    AREA_CHANGED = "AREA_CHANGED"
    PARTIAL_VS_FULL = "PARTIAL_VS_FULL"
    PERIOD_DIFFERS = "PERIOD_DIFFERS"
    UNVERIFIED = "UNVERIFIED"
    CONFLICTING = "CONFLICTING"
    PERIOD_INFERRED = "PERIOD_INFERRED"
    OK = "OK"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with what its sentence needs.

    `facts` are the two codes that differ (units, statuses, windows, levels, indicators, scopes,
    variants), the first observation's first; `detail` tells cases of one code apart; `months` is
    the distance of two periods; `when` the first day of a changed area.
    """

    code: Code
    blocks: bool
    first: Observation
    second: Observation
    facts: tuple[str, str] = ("", "")
    detail: str = ""
    months: int | None = None
    when: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All reasons about a pair, in the method's order; no reasons means OK."""

    first: Observation
    second: Observation
    reasons: tuple[Reason, ...]

    @property
    def code(self) -> Code:
        """The headline."""
        return self.reasons[0].code if self.reasons else Code.OK

    @property
    def blocks(self) -> bool:
        """True when the values may only stand side by side: nothing is computed from them."""
        return any(reason.blocks for reason in self.reasons)

    @property
    def blocks_ranking(self) -> bool:
        """True when ranks, means and medians are blocked: PERIOD_DIFFERS always blocks those."""
        return self.blocks or any(r.code is Code.PERIOD_DIFFERS for r in self.reasons)

    @property
    def is_year_over_year(self) -> bool:
        """True for one office in two years."""
        is_same_office = self.first.ref_area == self.second.ref_area
        return is_same_office and self.first.year != self.second.year


Rule = Callable[[Observation, Observation, Registry], Reason | None]


def verdict(first: Observation, second: Observation, registry: Registry) -> Verdict:
    """Every reason that applies to a pair; the same codes whichever observation comes first."""
    found = (rule(first, second, registry) for rule in _RULES)
    return Verdict(first, second, tuple(reason for reason in found if reason is not None))


def _unit(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if first.unit == second.unit:
        return None
    return Reason(Code.UNIT_MISMATCH, True, first, second, (first.unit, second.unit))


def _status(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if first.status == second.status:
        return None
    return Reason(Code.STATUS_MISMATCH, True, first, second, (first.status, second.status))


def _window(first: Observation, second: Observation, _: Registry) -> Reason | None:
    facts = first.window, second.window
    if first.window != second.window:
        return Reason(Code.WINDOW_MISMATCH, True, first, second, facts)
    is_known = first.period_start is not None and first.period_start == second.period_start
    if first.window == "cumulative" and not is_known:
        return Reason(Code.WINDOW_MISMATCH, True, first, second, facts, "start_unknown")
    return None


def _scope(first: Observation, second: Observation, registry: Registry) -> Reason | None:
    levels = registry.level(first.ref_area), registry.level(second.ref_area)
    if levels[0] != levels[1]:
        return Reason(Code.SCOPE_MISMATCH, True, first, second, levels, "level")
    indicators = first.indicator, second.indicator
    if first.indicator != second.indicator:
        is_declared = registry.is_declared_apart(*indicators)
        detail = "declared_apart" if is_declared else "indicator"
        return Reason(Code.SCOPE_MISMATCH, True, first, second, indicators, detail)
    if first.scope == second.scope and _is_same_object(first, second):
        return None
    detail = "object" if first.scope == second.scope else "scope"
    return Reason(Code.SCOPE_MISMATCH, True, first, second, (first.scope, second.scope), detail)


def _is_same_object(first: Observation, second: Observation) -> bool:
    if first.scope in ("whole", ""):
        return True
    if first.scope == "key_dates":
        return first.scope_note == second.scope_note or "" in (first.scope_note, second.scope_note)
    if not first.scope_note:
        return first.id == second.id
    return first.scope_note == second.scope_note


def _definition(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if first.indicator != second.indicator or first.variant == second.variant:
        return None
    facts = first.variant, second.variant
    return Reason(Code.DEFINITION_DIFFERS, True, first, second, facts)


def _area(first: Observation, second: Observation, registry: Registry) -> Reason | None:
    if first.ref_area != second.ref_area:
        if not registry.is_lineage(first.ref_area, second.ref_area):
            return None
        facts = first.ref_area, second.ref_area
        return Reason(Code.AREA_CHANGED, True, first, second, facts, "successor")
    for change in _changes(registry.area(first.ref_area)):
        if _side(first, change) != _side(second, change):
            return Reason(Code.AREA_CHANGED, True, first, second, detail="boundary", when=change)
    return None


def _changes(area: Area) -> Iterator[date]:
    if area.valid_from is not None:
        yield area.valid_from
    if area.valid_to is not None and area.valid_to < date.max:
        yield area.valid_to + timedelta(days=1)


def _side(observation: Observation, change: date) -> str:
    start, end = span(observation)
    if (start or date.min) >= change:
        return "after"
    return "before" if end < change else "across"


def _partial(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if first.window != "flow" or second.window != "flow":
        return None
    detail = ""
    if first.is_full_period != second.is_full_period:
        detail = "part"
    elif not _is_same_season(first, second):
        is_one_office = first.ref_area == second.ref_area
        detail = "years" if first.is_full_period else "months" if is_one_office else ""
    return Reason(Code.PARTIAL_VS_FULL, True, first, second, detail=detail) if detail else None


def _is_same_season(first: Observation, second: Observation) -> bool:
    return season(first) is not None and season(first) == season(second)


def _period(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if first.ref_area == second.ref_area or is_same_span(first, second):
        return None
    months = months_apart(first.period_end, second.period_end)
    blocks = not (_may_be_paired(first, second) and _is_near(first, second))
    return Reason(Code.PERIOD_DIFFERS, blocks, first, second, months=months)


def _may_be_paired(first: Observation, second: Observation) -> bool:
    if first.window == second.window == "stock":
        return True
    is_flow = first.window == second.window == "flow"
    is_full = first.is_full_period and second.is_full_period
    return is_flow and is_full and _is_same_season(first, second)


def _is_near(first: Observation, second: Observation) -> bool:
    return is_within_months(first.period_end, second.period_end, MONTHS_BETWEEN_PAIRS)


def _unverified(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if first.obs_status in VERIFIED and second.obs_status in VERIFIED:
        return None
    return Reason(Code.UNVERIFIED, False, first, second)


def _conflicting(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if "conflicting" not in first.flags + second.flags:
        return None
    return Reason(Code.CONFLICTING, False, first, second)


def _inferred(first: Observation, second: Observation, _: Registry) -> Reason | None:
    if "inferred" not in (first.period_precision, second.period_precision):
        return None
    return Reason(Code.PERIOD_INFERRED, False, first, second)


_RULES: tuple[Rule, ...] = (
    _unit,
    _status,
    _window,
    _scope,
    _definition,
    _area,
    _partial,
    _period,
    _unverified,
    _conflicting,
    _inferred,
)
