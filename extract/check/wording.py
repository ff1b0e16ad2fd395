"""Numbers in messages to the person who enters them."""

from decimal import Decimal
from typing import Literal

from extract.check.types import number
from extract.quantity import Quantity

__all__ = ["entered", "interval"]


def interval(quantity: Quantity | None, unit: str, language: Literal["zh", "en"]) -> str:
    """What a phrase reads as, with thousands separators and its base unit."""
    if quantity is None:
        return "as no single quantity" if language == "en" else "不出单一的数量"
    unit = quantity.unit or unit
    bounds = _bounds(quantity.lower, quantity.upper, language)
    if quantity.value is not None and quantity.lower != quantity.upper:
        named = "value" if language == "en" else "数值"
        return f"{bounds} {unit} ({named} {quantity.value:,f})"
    return f"{bounds} {unit}"


def entered(value: str, unit: str) -> str:
    """A cell's value and unit as entered; an empty value as a dash."""
    amount = number(value)
    return f"{value or '—'} {unit}" if amount is None else f"{amount:,f} {unit}"


def _bounds(lower: Decimal | None, upper: Decimal | None, language: Literal["zh", "en"]) -> str:
    if lower == upper and lower is not None:
        return f"{lower:,f}"
    if upper is None:
        return f"{lower:,f} or more" if language == "en" else f"{lower:,f} 以上"
    if lower is None:
        return f"at most {upper:,f}" if language == "en" else f"至多 {upper:,f}"
    return f"{lower:,f}–{upper:,f}"
