"""One number about one office, one indicator, one period: the tidy columns, typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from dashboard.compare.intervals import ZERO, Interval, Kind

LATER = {"evidence": "report", "place": ""}
"""Columns that came later, with what stands for them in a set that lacks them."""
RATIO_UNITS = frozenset({"%", "‰", "百分点", "千分点", "倍", "℃"})
"""Units whose values may lie below zero; every other unit counts or measures an amount."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A row of the tidy observations; field names and order are its columns.

    Bounds are in base units. `lower` and `upper` are None where the wording sets no bound;
    `period_start` is None where a running total does not say when it began.
    """

    id: str
    document: str
    start: int
    end: int
    as_written: str
    context: str
    ref_area: str
    office: str
    office_en: str
    family: str
    indicator: str
    variant: str
    scope: str
    freq: str
    time_period: str
    year: int
    period_start: date | None
    period_end: date
    period_basis: str
    period_precision: str
    is_full_period: bool
    window: str
    status: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    lower_open: bool
    upper_open: bool
    lower_kind: Kind
    upper_kind: Kind
    qualifier: str
    unit: str
    unit_mult: int
    decimals: int | None
    obs_status: str
    rule: str
    ruleset: str
    flags: tuple[str, ...]
    scope_note: str
    part_of: str
    comment_obs: str
    chosen: bool
    verified_by: str
    read_1_on: date | None
    read_2_on: date | None
    evidence: str = "report"
    """What it was read from: a phrase of a report, or a cell of a return."""
    place: str = ""
    """Sheet and cell in a return."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Observation:
        """Read a row whose cells are text as in the CSV, or already typed as in the store.

        Missing cells ('' or any null) become None, '' or (). Raises KeyError for a column that
        is not there and ValueError for a cell that does not read; a set made before there were
        returns lacks the columns of LATER.
        """
        given = {name: row[name] for name in _READERS if name in row or name not in LATER}
        return cls(**{name: _READERS[name](cell) for name, cell in given.items()})

    @property
    def is_return(self) -> bool:
        """Whether an office entered it in a form, rather than a report saying it in prose."""
        return self.evidence == "return"

    @property
    def floor(self) -> Decimal | None:
        """Zero for counts and amounts, which cannot lie below it; None for other units."""
        return None if self.unit in RATIO_UNITS else ZERO

    @property
    def interval(self) -> Interval:
        """The bounds; a missing lower bound of a count or an amount is 0 (method §5)."""
        lower = self.floor if self.lower is None else self.lower
        is_floor = self.lower is None and lower is not None
        return Interval(
            lower,
            self.upper,
            lower is None or (self.lower_open and not is_floor),
            self.upper is None or self.upper_open,
            "hard" if self.lower is None else self.lower_kind,
            "hard" if self.upper is None else self.upper_kind,
        )


def interval_of(subject: Observation | Interval) -> Interval:
    """The interval of an observation, or the interval itself."""
    return subject.interval if isinstance(subject, Observation) else subject


def as_date(cell: Any) -> date | None:
    """A day from ISO text, a date or a timestamp; None when missing."""
    if _is_missing(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return date.fromisoformat(str(cell)[:10])


def as_text(cell: Any) -> str:
    """Text; '' when missing."""
    return "" if _is_missing(cell) else str(cell)


def as_codes(cell: Any) -> tuple[str, ...]:
    """Codes from text separated by spaces, or from any sequence of codes."""
    if isinstance(cell, str):
        return tuple(cell.split())
    return () if _is_missing(cell) else tuple(str(code) for code in cell)


def _is_missing(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell == ""
    if cell is None:
        return True
    if cell.__hash__ is None:  # a list or an array of codes
        return False
    try:
        return bool(cell != cell)  # noqa: PLR0124  NaN and NaT differ from themselves
    except TypeError:  # pandas.NA does not tell
        return True


def _as_day(cell: Any) -> date:
    day = as_date(cell)
    if day is None:
        raise ValueError("a period has to end: period_end is missing")
    return day


def _as_bool(cell: Any) -> bool:
    if isinstance(cell, str):
        if cell not in ("true", "false"):
            raise ValueError(f"expected true or false, found {cell!r}")
        return cell == "true"
    return bool(cell)


def _as_int(cell: Any) -> int:
    return 0 if _is_missing(cell) else int(cell)


def _as_int_or_none(cell: Any) -> int | None:
    return None if _is_missing(cell) else int(cell)


def _as_decimal(cell: Any) -> Decimal | None:
    if _is_missing(cell):
        return None
    try:
        number = Decimal(str(cell))
    except InvalidOperation as problem:
        raise ValueError(f"expected a number, found {cell!r}") from problem
    if not number.is_finite():
        raise ValueError(f"expected a number, found {cell!r}")
    return number


def _as_kind(cell: Any) -> Kind:
    kind = as_text(cell) or "hard"
    if kind not in ("hard", "soft"):
        raise ValueError(f"expected hard or soft, found {kind!r}")
    return cast(Kind, kind)


_TYPED: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("start", "end", "unit_mult"), _as_int),
    "year": int,
    "decimals": _as_int_or_none,
    "period_end": _as_day,
    **dict.fromkeys(("period_start", "read_1_on", "read_2_on"), as_date),
    **dict.fromkeys(("value", "lower", "upper"), _as_decimal),
    **dict.fromkeys(("is_full_period", "lower_open", "upper_open", "chosen"), _as_bool),
    **dict.fromkeys(("lower_kind", "upper_kind"), _as_kind),
    "flags": as_codes,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    name: _TYPED.get(name, as_text) for name in Observation.__dataclass_fields__
}
