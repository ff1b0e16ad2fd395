"""Year over year within one office: changes as live formulas on the ends of both intervals.

Ends, whether they are included, and the direction are formulas on the same row, so that a reader
can follow them; `sign_formula` says in a spreadsheet's words what `compare.sign` says in ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard import wording
from dashboard.compare import Change, Comparison, Observation, Sign
from dashboard.compare.intervals import Interval, Kind
from dashboard.pages import choice
from dashboard.pages.desk import Desk
from dashboard.pages.years import changes_of, outcome
from dashboard.workbook.ends import end, end_of
from dashboard.workbook.looks import HEAD_NUMBER, MUTED_NUMBER, NUMBER, STRONG
from dashboard.workbook.marks import noted, standing
from dashboard.workbook.numbers import NO_NUMBER, NOTHING, bound, number_format
from dashboard.workbook.sheet import Column, Entry, Sheet

PERCENT = '+0.0%;"−"0.0%;0%'


@dataclass(frozen=True, slots=True)
class End:
    """One end of a change: its column, and the columns of the bounds it is computed from."""

    key: str
    after: str
    before: str
    is_upper: bool

    @property
    def difference(self) -> str:
        """The formula of the end as a difference."""
        return f"={{{self.after}}}-{{{self.before}}}"

    @property
    def ratio(self) -> str:
        """The formula of the end as a percentage."""
        return f"={{{self.after}}}/{{{self.before}}}-1"


LOWER = End("change_lower", "after_lower", "before_upper", is_upper=False)
UPPER = End("change_upper", "after_upper", "before_lower", is_upper=True)
ENDS = (LOWER, UPPER)
KINDS: tuple[Kind, Kind] = ("hard", "soft")


def changes_sheet(desk: Desk, name: str) -> Sheet:
    """Every neighbouring pair of years of one office; a blocked pair has words, no formula.

    A view of the trends that asks for one direction has the pairs of that direction.
    """
    columns = _columns(desk)
    return Sheet(
        name=name,
        title=desk.t("workbook.changes.title"),
        note=desk.t("workbook.changes.note"),
        unit=desk.t("unit", unit=desk.t("workbook.unit.column")),
        columns=columns,
        rows=tuple(_row(desk, comparison, columns) for comparison in shown(desk)),
        frozen=2,
        back=desk.t("workbook.back"),
        key="changes",
    )


def shown(desk: Desk) -> Iterator[Comparison]:
    """The pairs of the direction that the address asks for."""
    wanted = desk.address.sign if desk.address.page == "trends" else ""
    return (found for found in pairs(desk) if wanted in ("", outcome(found)))


def pairs(desk: Desk) -> Iterator[Comparison]:
    """The comparisons, by indicator and office in registry order."""
    for code in desk.dataset.indicators:
        for area in choice.with_years(desk.dataset, code):
            rows = choice.results(desk.dataset.select(indicator=code, offices=[area]))
            yield from changes_of(rows, desk.dataset.registry)


def sign_formula(desk: Desk, change: Change) -> str:
    """The direction of a change as a formula on its ends, or '' where none is computed.

    Growth: the low end above zero, or zero and excluded; decline mirrored; unchanged: both ends
    zero and included; else undetermined. Where a bound of the deciding end is assumed, the words
    say by convention.
    """
    interval = change.interval
    if interval is None:
        return ""
    text = _quoted(wording.sign_words(Sign.UNDETERMINED, desk.locale))
    if None not in (interval.lower, interval.upper):
        same = _quoted(wording.sign_words(Sign.UNCHANGED, desk.locale))
        tests = (f"{{{e.key}}}=0,{{{e.key}_end}}<>{_excluded(desk)}" for e in ENDS)
        text = f"IF(AND({','.join(tests)}),{same},{text})"
    for found, sign, beyond in ((UPPER, Sign.DECREASE, "<"), (LOWER, Sign.INCREASE, ">")):
        if (interval.upper if found.is_upper else interval.lower) is not None:
            text = f"IF({_beyond(desk, found, beyond)},{_directed(desk, found, sign)},{text})"
    return "=" + text


def _beyond(desk: Desk, found: End, than: str) -> str:
    """Whether an end lies beyond zero: past it, or on it and excluded."""
    cell = f"{{{found.key}}}"
    return f"OR({cell}{than}0,AND({cell}=0,{{{found.key}_end}}={_excluded(desk)}))"


def _directed(desk: Desk, found: End, sign: Sign) -> str:
    """The words of a direction: plain, or by convention where a bound of the end is assumed."""
    plain, assumed = (_quoted(wording.sign_words(sign, desk.locale, kind)) for kind in KINDS)
    soft = (end(desk, is_open=open_, kind="soft") for open_ in (False, True))
    tests = [
        f"{{{source}_end}}={_quoted(words)}"
        for words in soft
        for source in (found.after, found.before)
    ]
    return f"IF(OR({','.join(tests)}),{assumed},{plain})"


def _excluded(desk: Desk) -> str:
    return _quoted(desk.t("excluded"))


def _quoted(words: str) -> str:
    """Text as formulas write it."""
    doubled = words.replace('"', '""')
    return f'"{doubled}"'


def _columns(desk: Desk) -> tuple[Column, ...]:
    t = desk.t
    return (
        Column("indicator", t("indicator"), 10, 20),
        Column("office", t("office"), 10, 18),
        Column("variant", t("variant"), 8, 16),
        Column("unit", t("workbook.unit"), 6, 10),
        Column("before", t("trends.from"), 12, 20),
        *_bounds(desk, "before"),
        Column("after", t("trends.to"), 12, 20),
        *_bounds(desk, "after"),
        *_ends(desk),
        Column("sign", t("workbook.sign"), 9, 18),
        Column("words", t("change"), 12, 30),
        Column("percent_lower", t("workbook.percent.lower"), 9, 12, look=HEAD_NUMBER),
        Column("percent_upper", t("workbook.percent.upper"), 9, 12, look=HEAD_NUMBER),
        Column("verdict", t("comparable"), 9, 20),
        Column("reasons", t("workbook.reasons"), 20, 40),
    )


def _bounds(desk: Desk, side: str) -> Iterator[Column]:
    for which in ("lower", "upper"):
        head = desk.t(f"workbook.{side}.{which}")
        yield Column(f"{side}_{which}", head, 8, 15, look=HEAD_NUMBER)
        yield Column(f"{side}_{which}_end", desk.t(f"workbook.{which}.end"), 9, 11)


def _ends(desk: Desk) -> Iterator[Column]:
    for which in ("lower", "upper"):
        head = desk.t(f"workbook.change.{which}")
        yield Column(f"change_{which}", head, 9, 15, look=HEAD_NUMBER)
        yield Column(f"change_{which}_end", desk.t(f"workbook.change.{which}.end"), 8, 10)


def _row(desk: Desk, comparison: Comparison, columns: Sequence[Column]) -> tuple[Entry, ...]:
    change = comparison.change
    words = wording.change_words(change, desk.locale)
    cells = {
        "indicator": Entry(desk.indicator(change.second.indicator)),
        "office": Entry(desk.office(change.second.ref_area)["name"]),
        "variant": Entry(_variants(desk, change.first, change.second)),
        "unit": Entry(desk.unit(change.second.unit)),
        **_side(desk, "before", change.first),
        **_side(desk, "after", change.second),
        **{found.key: _change(desk, change, found) for found in ENDS},
        **{f"{found.key}_end": _is_included(desk, change, found) for found in ENDS},
        "sign": Entry(words.sign or "—", formula=sign_formula(desk, change), look=STRONG),
        "words": Entry("\n".join(part for part in (words.text, words.note) if part)),
        "percent_lower": _percentage(desk, change, LOWER),
        "percent_upper": _percentage(desk, change, UPPER),
        **standing(desk, comparison.verdict),
    }
    return tuple(cells[column.key] for column in columns)


def _variants(desk: Desk, first: Observation, second: Observation) -> str:
    before, after = desk.variant(first), desk.variant(second)
    return after if before == after else f"{before or '—'} → {after or '—'}"


def _side(desk: Desk, side: str, o: Observation) -> dict[str, Entry]:
    cells = {side: Entry(f"{o.as_written}\n{wording.period(o, desk.locale)}", note=noted(desk, o))}
    for which, upper in (("lower", False), ("upper", True)):
        cells[f"{side}_{which}"] = bound(o, desk.locale, upper=upper)
        cells[f"{side}_{which}_end"] = end_of(desk, o.interval, upper=upper)
    return cells


def _change(desk: Desk, change: Change, found: End) -> Entry:
    if change.interval is None:
        return Entry(desk.t("not_computed"), look=MUTED_NUMBER)
    value = change.interval.upper if found.is_upper else change.interval.lower
    if value is None:
        return _unbounded(desk, change.interval, found)
    return Entry(value, number_format(value, signed=True), found.difference, NUMBER)


def _is_included(desk: Desk, change: Change, found: End) -> Entry:
    """Included unless a bound that the end is computed from is excluded, as a formula."""
    interval = change.interval
    if interval is None or (interval.upper if found.is_upper else interval.lower) is None:
        return NOTHING
    is_open = interval.upper_open if found.is_upper else interval.lower_open
    words = (desk.t("excluded"), desk.t("workbook.included"))
    tests = [
        f"{{{source}_end}}={_quoted(end(desk, is_open=True, kind=kind))}"
        for kind in KINDS
        for source in (found.after, found.before)
    ]
    excluded, included = map(_quoted, words)
    formula = f"=IF(OR({','.join(tests)}),{excluded},{included})"
    return Entry(words[0 if is_open else 1], formula=formula)


def _percentage(desk: Desk, change: Change, found: End) -> Entry:
    interval = change.percentage
    if interval is None:
        return NO_NUMBER
    value = interval.upper if found.is_upper else interval.lower
    if value is None:
        return _unbounded(desk, interval, found)
    is_limit = not found.is_upper and change.first.interval.upper is None
    return Entry(value, PERCENT, "" if is_limit else found.ratio, NUMBER)


def _unbounded(desk: Desk, interval: Interval, found: End) -> Entry:
    words = wording.bound_cell(interval, desk.locale, upper=found.is_upper)
    return Entry(words, look=MUTED_NUMBER)
