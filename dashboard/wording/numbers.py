"""Numbers as digits: scaled by 万 and 亿 or million and billion, grouped by three, never shortened.

A number is scaled only where that keeps every digit within two decimals: 23870000 is 2387万, but
12568 stays 12,568. Rounding, where a computed ratio needs it, is half to even (GB/T 8170).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from dashboard.wording.units import with_unit
from dashboard.wording.words import Locale

MINUS = "−"
PLACES = 2
"""Decimals a scaled number may have."""

SCALES: dict[Locale, tuple[tuple[Decimal, str], ...]] = {
    "zh": ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")),
    "en": ((Decimal(1_000_000_000), " billion"), (Decimal(1_000_000), " million")),
}
UNGROUPED = {"zh": 10_000, "en": 1_000}
"""Below this, digits are not grouped: four stand well alone in Chinese (GB/T 15835)."""


def number(value: Decimal, locale: Locale) -> str:
    """A number in words and digits that lose nothing: 2387万, 23.87 million, 12,568."""
    for divisor, word in SCALES[locale]:
        scaled = value / divisor
        if abs(scaled) >= 1 and decimals(scaled) <= PLACES:
            return digits(scaled, locale) + word
    return digits(value, locale)


def amount(value: Decimal, unit: str, locale: Locale) -> str:
    """A number with its unit: 2387万元, 23.87 million yuan."""
    return with_unit(number(value, locale), unit, locale, value)


def signed_amount(value: Decimal, unit: str, locale: Locale) -> str:
    """A difference with its sign: +8件, −5件, 0件."""
    sign = "+" if value > 0 else ""
    return sign + amount(value, unit, locale)


def digits(value: Decimal, locale: Locale) -> str:
    """Plain digits without exponent or trailing zeros, grouped by three from the fifth on."""
    plain = plainly(abs(value))
    whole, point, rest = plain.partition(".")
    if abs(value) >= UNGROUPED[locale]:
        whole = f"{int(whole):,}"
    return (MINUS if value < 0 else "") + whole + point + rest


def plainly(value: Decimal) -> str:
    """Digits for machines and tables of numbers: no grouping, no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(value: Decimal) -> int:
    """How many decimals a number needs."""
    return len(plainly(value).partition(".")[2])


def rounded(value: Decimal, places: int, outward: int = 0) -> Decimal:
    """Half to even; or down (`outward` -1) or up (1), so that a rounded interval holds the true."""
    rounding = {-1: ROUND_FLOOR, 0: ROUND_HALF_EVEN, 1: ROUND_CEILING}[outward]
    return value.quantize(Decimal(1).scaleb(-places), rounding=rounding)


def percent(ratio: Decimal, *, outward: int = 0) -> str:
    """A ratio as a signed percentage with at most one decimal: +20%, −12.5%, 0%."""
    value = rounded(ratio * 100, 1, outward)
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return f"{sign}{plainly(abs(value))}%"
