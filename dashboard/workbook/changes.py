"""Year over year within one office: changes as live formulas on the ends of both intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard import wording
from dashboard.compare import Comparison, Observation
from dashboard.pages import choice
from dashboard.pages.desk import Desk
from dashboard.pages.years import changes_of
from dashboard.workbook.looks import HEAD_NUMBER, MUTED_NUMBER, NUMBER
from dashboard.workbook.marks import noted
from dashboard.workbook.numbers import NO_NUMBER, bound, number_format
from dashboard.workbook.sheet import Column, Entry, Sheet

PERCENT = '+0.0%;"−"0.0%;0%'


@dataclass(frozen=True, slots=True)
class End:
    """One end of a change: the columns it is computed from, and what stands there without them."""

    key: str
    formula: str
    is_upper: bool


CHANGE = (
    End("change_lower", "={after_lower}-{before_upper}", is_upper=False),
    End("change_upper", "={after_upper}-{before_lower}", is_upper=True),
)
PERCENTAGE = (
    End("percent_lower", "={after_lower}/{before_upper}-1", is_upper=False),
    End("percent_upper", "={after_upper}/{before_lower}-1", is_upper=True),
)


def changes_sheet(desk: Desk, name: str) -> Sheet:
    """Every neighbouring pair of years of one office; a blocked pair has words, no formula."""
    return Sheet(
        name=name,
        title=desk.t("workbook.changes.title"),
        note=desk.t("workbook.changes.note"),
        unit=desk.t("unit", unit=desk.t("workbook.unit.column")),
        columns=_columns(desk),
        rows=tuple(_row(desk, comparison) for comparison in pairs(desk)),
        frozen=2,
        back=desk.t("workbook.back"),
        key="changes",
    )


def pairs(desk: Desk) -> Iterator[Comparison]:
    """The comparisons, by indicator and office in registry order."""
    for code in desk.dataset.indicators:
        for area in choice.with_years(desk.dataset, code):
            rows = choice.results(desk.dataset.select(indicator=code, offices=[area]))
            yield from changes_of(rows, desk.dataset.registry)


def _columns(desk: Desk) -> tuple[Column, ...]:
    t = desk.t
    return (
        Column("indicator", t("indicator"), 10, 22),
        Column("office", t("office"), 10, 18),
        Column("variant", t("variant"), 8, 18),
        Column("unit", t("workbook.unit"), 6, 12),
        Column("before", t("trends.from"), 12, 20),
        *_bounds(desk, "before"),
        Column("after", t("trends.to"), 12, 20),
        *_bounds(desk, "after"),
        Column("change_lower", t("workbook.change.lower"), 9, 15, look=HEAD_NUMBER),
        Column("change_upper", t("workbook.change.upper"), 9, 15, look=HEAD_NUMBER),
        Column("words", t("change"), 12, 26),
        Column("percent_lower", t("workbook.percent.lower"), 9, 12, look=HEAD_NUMBER),
        Column("percent_upper", t("workbook.percent.upper"), 9, 12, look=HEAD_NUMBER),
        Column("verdict", t("comparable"), 9, 16),
        Column("reasons", t("workbook.reasons"), 20, 44),
    )


def _bounds(desk: Desk, side: str) -> tuple[Column, Column]:
    lower, upper = (desk.t(f"workbook.{side}.{end}") for end in ("lower", "upper"))
    return (
        Column(f"{side}_lower", lower, 8, 15, look=HEAD_NUMBER),
        Column(f"{side}_upper", upper, 8, 15, look=HEAD_NUMBER),
    )


def _row(desk: Desk, comparison: Comparison) -> tuple[Entry, ...]:
    change, verdict = comparison.change, comparison.verdict
    words = wording.change_words(change, desk.locale)
    chip = wording.chip(verdict, desk.locale)
    cells = {
        "indicator": Entry(desk.indicator(change.second.indicator)),
        "office": Entry(desk.office(change.second.ref_area)["name"]),
        "variant": Entry(_variants(desk, change.first, change.second)),
        "unit": Entry(desk.unit(change.second.unit)),
        **_side(desk, "before", change.first),
        **_side(desk, "after", change.second),
        **{end.key: _change(desk, comparison, end) for end in CHANGE},
        "words": Entry("\n".join(part for part in (words.sign, words.text, words.note) if part)),
        **{end.key: _percentage(desk, comparison, end) for end in PERCENTAGE},
        "verdict": Entry(f"{chip.sign} {chip.text}"),
        "reasons": Entry(desk.reasons(verdict)),
    }
    return tuple(cells[column.key] for column in _columns(desk))


def _variants(desk: Desk, first: Observation, second: Observation) -> str:
    before, after = desk.variant(first), desk.variant(second)
    return after if before == after else f"{before or '—'} → {after or '—'}"


def _side(desk: Desk, side: str, o: Observation) -> dict[str, Entry]:
    return {
        side: Entry(f"{o.as_written}\n{wording.period(o, desk.locale)}", note=noted(desk, o)),
        f"{side}_lower": bound(o, desk.locale, upper=False),
        f"{side}_upper": bound(o, desk.locale, upper=True),
    }


def _change(desk: Desk, comparison: Comparison, end: End) -> Entry:
    interval = comparison.change.interval
    if interval is None:
        return Entry(desk.t("not_computed"), look=MUTED_NUMBER)
    value = interval.upper if end.is_upper else interval.lower
    if value is None:
        return Entry(
            wording.bound_cell(interval, desk.locale, upper=end.is_upper), look=MUTED_NUMBER
        )
    return Entry(value, number_format(value, signed=True), end.formula, NUMBER)


def _percentage(desk: Desk, comparison: Comparison, end: End) -> Entry:
    interval = comparison.change.percentage
    if interval is None:
        return NO_NUMBER
    value = interval.upper if end.is_upper else interval.lower
    if value is None:
        return Entry(
            wording.bound_cell(interval, desk.locale, upper=end.is_upper), look=MUTED_NUMBER
        )
    is_limit = not end.is_upper and comparison.change.first.interval.upper is None
    return Entry(value, PERCENT, "" if is_limit else end.formula, NUMBER)
