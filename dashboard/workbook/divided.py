"""Numbers per 10,000 residents, where the view asks for them: live formulas on both ranges."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import wording
from dashboard.address import PER_RESIDENTS
from dashboard.compare import Observation, Rate
from dashboard.pages.desk import Desk
from dashboard.pages.question import Question, ask
from dashboard.workbook.ends import end_of
from dashboard.workbook.looks import HEAD_NUMBER, MUTED, MUTED_NUMBER, NUMBER
from dashboard.workbook.marks import noted, standing
from dashboard.workbook.numbers import NOTHING, bound
from dashboard.workbook.sheet import Column, Entry, Sheet

SHOWN = "#,##0.00"
FORMULAS = {
    "lower": f"={{number_lower}}/{{residents_upper}}*{PER_RESIDENTS}",
    "upper": f"={{number_upper}}/{{residents_lower}}*{PER_RESIDENTS}",
}


def divided_sheet(desk: Desk, name: str) -> Sheet:
    """A row a number that has residents of its own; the note says how many have none."""
    codes = (desk.address.indicator, *desk.address.beside)
    asked = [ask(desk, code) for code in codes if code]
    undivided = sum(len(found.undivided) for found in asked)
    columns = _columns(desk)
    return Sheet(
        name=name,
        title=desk.t("workbook.divided.title"),
        note=desk.t("workbook.divided.note", n=undivided),
        unit=desk.t("unit", unit=desk.t("workbook.divided.unit")),
        columns=columns,
        rows=tuple(
            tuple(cells[column.key] for column in columns)
            for found in asked
            for cells in _rows(desk, found)
        ),
        frozen=2,
        back=desk.t("workbook.back"),
        key="per_residents",
    )


def _columns(desk: Desk) -> tuple[Column, ...]:
    t = desk.t
    return (
        Column("indicator", t("indicator"), 10, 18),
        Column("office", t("office"), 10, 18),
        Column("period", t("period"), 10, 18),
        *_side(desk, "number"),
        *_side(desk, "residents"),
        Column("lower", t("workbook.divided.lower"), 9, 15, look=HEAD_NUMBER),
        Column("lower_end", t("workbook.lower.end"), 9, 11),
        Column("upper", t("workbook.divided.upper"), 9, 15, look=HEAD_NUMBER),
        Column("upper_end", t("workbook.upper.end"), 9, 11),
        Column("rank", t("rank"), 9, 20),
        Column("verdict", t("against_baseline"), 10, 18),
        Column("reasons", t("workbook.reasons"), 24, 40),
        Column("id", t("drawer.id"), 10, 20),
    )


def _side(desk: Desk, side: str) -> Iterator[Column]:
    t = desk.t
    yield Column(side, t(f"workbook.divided.{side}"), 10, 20)
    yield Column(f"{side}_lower", t("lower"), 8, 15, look=HEAD_NUMBER)
    yield Column(f"{side}_upper", t("upper"), 8, 15, look=HEAD_NUMBER)


def _rows(desk: Desk, asked: Question) -> Iterator[dict[str, Entry]]:
    for o, place in asked.rows.ranked():
        made = asked.rates[o.id]
        rank = wording.rank_words(place, desk.locale) if place else ""
        yield {
            "indicator": Entry(desk.indicator(o.indicator)),
            "office": Entry(desk.office(o.ref_area)["name"]),
            "period": Entry(wording.period(made.numerator, desk.locale)),
            **_source(desk, "number", made.numerator),
            **_source(desk, "residents", made.residents),
            **{which: _rate(desk, made, which) for which in FORMULAS},
            "lower_end": end_of(desk, o.interval, upper=False),
            "upper_end": end_of(desk, o.interval, upper=True),
            "rank": Entry(rank) if rank else NOTHING,
            **standing(desk, asked.verdict(o)),
            "id": Entry(o.id, look=MUTED),
        }


def _source(desk: Desk, side: str, o: Observation) -> dict[str, Entry]:
    return {
        side: Entry(f"{o.as_written}\n{wording.period(o, desk.locale)}", note=noted(desk, o)),
        f"{side}_lower": bound(o, desk.locale, upper=False),
        f"{side}_upper": bound(o, desk.locale, upper=True),
    }


def _rate(desk: Desk, made: Rate, which: str) -> Entry:
    """One end of a rate: a formula where both bounds behind it are there."""
    interval = made.observation.interval
    value = interval.lower if which == "lower" else interval.upper
    if value is None:
        words = wording.bound_cell(interval, desk.locale, upper=which == "upper")
        return Entry(words, look=MUTED_NUMBER)
    is_limit = which == "lower" and made.residents.interval.upper is None
    return Entry(value, SHOWN, "" if is_limit else FORMULAS[which], NUMBER)
