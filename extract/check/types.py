"""Cells against the contract's types and constraints (Table Schema)."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from functools import cache

from extract.contract import Field
from extract.periods import day

__all__ = [
    "has_length",
    "has_type",
    "in_list",
    "in_range",
    "matches",
    "number",
    "satisfies",
    "unfit",
]


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def satisfies(cell: str, field: Field) -> bool:
    """Whether one cell keeps to its field; an empty cell does unless required."""
    if cell == "":
        return not field.is_required
    return (
        has_type(cell, field)
        and in_list(cell, field)
        and matches(cell, field)
        and has_length(cell, field)
        and in_range(cell, field)
    )


def unfit(cells: Iterable[str], field: Field) -> set[str]:
    """The cells that do not keep to their field; those that plainly do are not asked further."""
    plain = _plainly(field)
    return {cell for cell in cells if not plain(cell) and not satisfies(cell, field)}


def _plainly(field: Field) -> Callable[[str], bool]:
    """A quick question that only cells which keep to the field answer with yes."""
    wanted = {name for name in field.constraints if name not in {"required", "unique"}}
    if field.type == "string" and not wanted:
        return bool
    if field.type == "string" and wanted == {"pattern"}:
        search = _pattern(field.constraints["pattern"]).search
        return lambda cell: cell != "" and search(cell) is not None
    if field.type == "string" and wanted == {"maxLength"}:
        longest = field.constraints["maxLength"]
        return lambda cell: 0 < len(cell) <= longest
    if field.type == "integer" and wanted <= {"minimum"}:
        least = field.constraints.get("minimum", 0)
        return lambda cell: cell.isascii() and cell.isdecimal() and int(cell) >= least
    return lambda _cell: False


def has_type(cell: str, field: Field) -> bool:
    """Whether a cell reads as its field's type."""
    if field.type == "integer":
        return re.fullmatch(r"[+-]?[0-9]+", cell) is not None
    if field.type == "number":
        return number(cell) is not None
    if field.type == "date":
        return day(cell) is not None
    if field.type == "boolean":
        return cell in field.true_values or cell in field.false_values
    return True


def number(cell: str) -> Decimal | None:
    """A cell as Decimal, or None; plain digits only, no exponent, no separators."""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) is None:
        return None
    try:
        return Decimal(cell)
    except InvalidOperation:
        return None


def in_list(cell: str, field: Field) -> bool:
    """Whether a cell is one of the enumerated values, if there are any."""
    return cell in field.constraints.get("enum", (cell,))


def matches(cell: str, field: Field) -> bool:
    """Whether a cell has the form its field asks."""
    pattern = field.constraints.get("pattern")
    return pattern is None or _pattern(pattern).search(cell) is not None


def has_length(cell: str, field: Field) -> bool:
    """Whether a cell is neither too short nor too long."""
    shortest = field.constraints.get("minLength", 0)
    longest = field.constraints.get("maxLength", len(cell))
    return bool(shortest <= len(cell) <= longest)


def in_range(cell: str, field: Field) -> bool:
    """Whether a number lies within its field's minimum and maximum."""
    if field.type not in {"integer", "number"}:
        return True
    value = number(cell.lstrip("+"))
    if value is None:
        return True
    low = field.constraints.get("minimum", value)
    high = field.constraints.get("maximum", value)
    return bool(Decimal(low) <= value <= Decimal(high))
