"""What a return form holds before it is filled in: the numbers to compare with, and what the
office has returned for the same period already, so that it is corrected and not typed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.compare import Observation
from dashboard.store import Dataset
from extract.returns import Period, form
from extract.returns.absent import is_returned, reason_of

__all__ = ["Key", "before", "held"]

Key = tuple[str, str]
"""Indicator and variant."""


def before(dataset: Dataset, area: str, period: Period) -> Mapping[Key, str]:
    """The office's latest number of each line from before the period, as it was written."""
    found: dict[Key, Observation] = {}
    for o in dataset.select(offices=[area], is_result=True):
        key = o.indicator, o.variant
        is_later = key not in found or o.period_end > found[key].period_end
        if o.scope == "whole" and o.period_end < period.start and is_later:
            found[key] = o
    return {key: f"{o.as_written}（{_when(o)}）" for key, o in found.items()}


def held(dataset: Dataset, area: str, period: Period) -> Mapping[Key, Mapping[str, object]]:
    """Cells of the lines that the office has returned for days within the period."""
    return {**dict(_absent(dataset, area, period)), **dict(_numbers(dataset, area, period))}


def _numbers(
    dataset: Dataset, area: str, period: Period
) -> Iterator[tuple[Key, Mapping[str, object]]]:
    for o in dataset.select(offices=[area]):
        first = o.period_start or o.period_end
        if o.is_return and period.start <= first and o.period_end <= period.end:
            is_plain = o.as_written.isascii() and o.as_written.isdecimal()
            yield (
                (o.indicator, o.variant),
                {
                    "number": int(o.as_written) if is_plain else o.as_written,
                    "start": o.period_start if o.window == "flow" else None,
                    "end": o.period_end,
                    "note": o.scope_note or None,
                },
            )


def _absent(
    dataset: Dataset, area: str, period: Period
) -> Iterator[tuple[Key, Mapping[str, object]]]:
    for row in dataset.tables["not_applicable"]:
        is_of = row["ref_area"] == area and row["from"] <= period.start.isoformat()
        if is_of and is_returned(row) and row["to"] >= period.end.isoformat():
            variants = dataset.indicators[row["indicator"]].variants or ("",)
            cells = {"state": form.NOT_APPLICABLE, "note": reason_of(row)}
            yield from (((row["indicator"], variant), cells) for variant in variants)


def _when(o: Observation) -> str:
    return str(o.year) if o.is_full_period and o.window != "stock" else f"至 {o.period_end}"
