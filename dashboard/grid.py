"""The evidence grid: its columns, what each is sorted by, and the codes it can be filtered by.

An address names a column of COLUMNS or nothing; what stands in a statement is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.compare.observation import RATIO_UNITS
from dashboard.seek import DOCUMENT_ORDER, Key, Order
from extract.quantity import RULES

__all__ = ["CODES", "COLUMNS", "FIXED", "GRID", "HIDDEN", "SIZES", "SORTED_BY", "Column", "order"]

_EXACT = "DECIMAL(38, 6)"
_MOST = "9" * 32
_RATIOS = ", ".join(f"'{unit}'" for unit in sorted(RATIO_UNITS))
_LEAST = f"CASE WHEN unit IN ({_RATIOS}) THEN CAST('-{_MOST}' AS {_EXACT}) ELSE 0 END"
_LOWER = f"coalesce(TRY_CAST(lower AS {_EXACT}), CAST({_LEAST} AS {_EXACT}))"
"""The lower bound as a number; a count that has none begins at 0 (method §5)."""
_UPPER = f"coalesce(TRY_CAST(upper AS {_EXACT}), CAST('{_MOST}' AS {_EXACT}))"
"""The upper bound as a number; none is beyond every number."""
_START = "coalesce(period_start, DATE '0001-01-01')"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the expressions it is sorted by, none where its order would say nothing."""

    name: str
    keys: tuple[str, ...] = ()
    is_number: bool = False
    is_shown: bool = True
    is_fixed: bool = False


COLUMNS = (
    Column("office", ("ref_area",), is_fixed=True),
    Column("indicator", ("family", "indicator", "coalesce(variant, '')"), is_fixed=True),
    Column("period", ("period_end", _START)),
    Column("as_written", (_LOWER, "lower_open", _UPPER), is_number=True, is_fixed=True),
    Column("lower", (_LOWER, "lower_open"), is_number=True),
    Column("upper", (_UPPER, "(NOT upper_open)"), is_number=True),
    Column("phrase"),
    Column("status", ("obs_status", "status")),
    Column("unit", ("unit",), is_shown=False),
    Column("window", ('"window"',), is_shown=False),
    Column("rule", ("coalesce(TRY_CAST(substr(rule, 2) AS INTEGER), 99)",), is_shown=False),
    Column("flags", ("coalesce(flags, '')",), is_shown=False),
    Column("document", ("document",), is_shown=False),
    Column("id", is_shown=False),
)
GRID = tuple(column.name for column in COLUMNS)
FIXED = tuple(column.name for column in COLUMNS if column.is_fixed)
"""Columns that cannot be hidden: without them a row says nothing."""
HIDDEN = tuple(column.name for column in COLUMNS if not column.is_shown)
"""Columns that are not shown unless asked for."""
SORTED_BY: Mapping[str, Column] = {column.name: column for column in COLUMNS if column.keys}
SIZES = (100, 50, 250)
"""Rows a page, the usual number first."""

CODES: Mapping[str, tuple[str, ...]] = {
    "status": ("result", "listed", "plan", "target", "planned_capacity"),
    "obs_status": ("A", "V"),
    "window": ("stock", "flow", "cumulative"),
    "rule": tuple(rule.id for rule in RULES),
    "flag": (
        *("negated", "self_reported", "zero_before_wan", "contradictory", "suspect_lost_decimal"),
        *("distributive", "donor_money", "overlapping", "conflicting", "split_line"),
        *("per_person", "parts_differ", "headline"),
    ),
}
"""Filters by code: parameter → the codes of the tables' contract."""


def order(asked: str) -> Order:
    """The order for a column's name, with a minus before it for falling; document order last.

    A name that no sortable column has gives document order alone.
    """
    column = SORTED_BY.get(asked.removeprefix("-"))
    if column is None:
        return DOCUMENT_ORDER
    own = tuple(Key(text, asked.startswith("-")) for text in column.keys)
    told = {key.text for key in own}
    return Order((*own, *(key for key in DOCUMENT_ORDER.keys if key.text not in told)))


def shown(hidden: Iterable[str]) -> tuple[Column, ...]:
    """The columns that are not hidden, in their places."""
    left_out = frozenset(hidden) - frozenset(FIXED)
    return tuple(column for column in COLUMNS if column.name not in left_out)
