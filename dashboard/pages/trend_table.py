"""Changes over the years as rows of a table, in words and as a table twin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from dashboard import wording
from dashboard.compare import Comparison, Interval, Observation
from dashboard.pages.desk import Desk, Values
from dashboard.pages.years import outcome
from dashboard.twin import Twin

__all__ = ["CHANGED", "earlier_rows", "rows_of", "twin_of_changes"]

EARLIER = 200
ENDS = ("lower", "upper", "lower_open", "upper_open", "lower_kind", "upper_kind")
CHANGED = (
    *("first_id", "second_id", "ref_area", "office", "indicator", "unit"),
    *("first_variant", "second_variant", "first_as_written", "second_as_written"),
    *("first_period_start", "first_period_end", "second_period_start", "second_period_end"),
    *("sign", "decided_by"),
    *(f"change_{end}" for end in ENDS),
    *("percentage_lower", "percentage_upper", "percentage_lower_open", "percentage_upper_open"),
    *("verdict", "blocks", "reasons"),
)
"""Columns of the table twin; a percentage is a ratio, 0.25 for 25 %."""


def rows_of(desk: Desk, found: Iterable[Comparison]) -> list[Values]:
    """Comparisons as the page shows them."""
    return [_row(desk, comparison) for comparison in found]


def earlier_rows(desk: Desk, found: Sequence[Comparison]) -> Values | None:
    """The changes before the latest, newest first, as many as a page holds."""
    if not found:
        return None
    rest = len(found) - EARLIER
    return {
        "title": desk.t("trends.earlier", n=len(found)),
        "rows": rows_of(desk, found[:EARLIER]),
        "more": desk.t("trends.more", n=rest) if rest > 0 else "",
    }


def twin_of_changes(desk: Desk, found: Iterable[Comparison]) -> Twin:
    """The changes as data: both numbers as written, the interval with its ends, the verdict."""
    return Twin(CHANGED, tuple(_cells(desk, comparison) for comparison in found))


def _row(desk: Desk, comparison: Comparison) -> Values:
    before, after = comparison.change.first, comparison.change.second
    gap = comparison.change.gap_years or 0
    changed = desk.changed(comparison)
    blocks = comparison.verdict.blocks
    return {
        "gap": wording.gap(before.year, after.year, desk.locale) if gap > 1 else "",
        "office": desk.office(after.ref_area),
        "office_href": desk.address.href(offices=(after.ref_area,)),
        "variant": _variants(desk, before, after),
        "before": _number(desk, before),
        "after": _number(desk, after),
        **changed,
        "outcome": outcome(comparison),
        "spoken": desk.t("not_computed")
        if blocks
        else desk.t("comma").join(filter(None, (changed["sign"], changed["change"]))),
        "verdict": desk.chip(comparison.verdict),
        "reason": desk.reasons(comparison.verdict) if comparison.verdict.reasons else "",
    }


def _variants(desk: Desk, before: Observation, after: Observation) -> str:
    """The variant; both where they differ: 扶持资金 → 低保及各类补贴."""
    first, second = desk.variant(before), desk.variant(after)
    if first == second:
        return second
    unnamed = desk.t("trends.no_variant")
    return f"{first or unnamed} → {second or unnamed}"


def _number(desk: Desk, o: Observation) -> Values:
    return {**desk.brief(o), "written": o.as_written, "bounds": wording.bounds(o, desk.locale)}


def _cells(desk: Desk, comparison: Comparison) -> tuple[object, ...]:
    change = comparison.change
    before, after = change.first, change.second
    share = change.percentage
    return (
        *(before.id, after.id, after.ref_area, desk.office(after.ref_area)["name"]),
        *(after.indicator, after.unit if after.unit == before.unit else ""),
        *(before.variant, after.variant, before.as_written, after.as_written),
        *(before.period_start, before.period_end, after.period_start, after.period_end),
        *(change.sign or "", change.decided_by or ""),
        *_ends(change.interval),
        *_ends(share)[:4],
        *(comparison.verdict.code, comparison.verdict.blocks),
        " ".join(str(reason.code) for reason in comparison.verdict.reasons),
    )


def _ends(interval: Interval | None) -> tuple[object, ...]:
    if interval is None:
        return ("",) * len(ENDS)
    return tuple(_end(getattr(interval, end)) for end in ENDS)


def _end(value: object) -> object:
    return round(value, 12).normalize() if isinstance(value, Decimal) else value
