"""What a number and its qualifying words allow: the arithmetic of the rule table.

Everything is a fraction, so no caller's decimal context can change a bound; `decimal` turns the
result into the shortest exact Decimal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Literal

from .numerals import Number
from .quantity import BoundKind
from .rules import DIRECTIONS, Preset, Word

AmountForm = Literal["exact", "few", "several", "pair", "range"]

_FORM_RULES: dict[AmountForm, str] = {
    "exact": "R0",
    "few": "R8",
    "several": "R9",
    "pair": "R10",
    "range": "R12",
}
_SIGNIFICANT = 15
_FINEST = 80


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in base units before its words are heard; low < high when it is indefinite.

    `scale` is the 万 or 亿 right before 余 (10⁴, 10⁸; else 1). `ceiling` is what a level cannot
    exceed (100 for percentages), None where there is no such thing, as for growth.
    `has_floor` says that it cannot be negative.
    """

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False
    form: AmountForm = "exact"
    scale: Fraction = Fraction(1)
    unit_scale: Fraction = Fraction(1)
    ceiling: Fraction | None = None
    has_floor: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds with the rule that gave them; None means unbounded."""

    lower: Fraction | None
    upper: Fraction | None
    rule: str
    lower_open: bool = False
    upper_open: bool = False
    lower_kind: BoundKind = "hard"
    upper_kind: BoundKind = "hard"
    flags: tuple[str, ...] = ()


def interval(amount: Amount, words: Sequence[Word], preset: Preset) -> Interval:
    """The bounds of an amount under its words, by the rule table as the preset applies it."""
    if amount.form != "exact":
        return _indefinite(amount, words, preset)
    allowed = [_by_word(amount, word, preset) for word in words]
    found = _combined(allowed, words) if allowed else _point(amount.low, "R0")
    if preset.is_point:
        return replace(_point(amount.low, found.rule), flags=found.flags)
    return found


def zero() -> Interval:
    """The bounds of a negated wording (R15)."""
    return replace(_point(Fraction(0), "R15"), flags=("negated",))


def place(number: Fraction) -> Fraction:
    """The place value of the last non-zero digit: 1万 for 2387万, 1/10 for 1.5, 0 for 0."""
    if not number:
        return Fraction(0)
    if number.denominator == 1:
        whole = str(abs(number.numerator))
        return Fraction(10 ** (len(whole) - len(whole.rstrip("0"))))
    power = 0
    while number.denominator != 1:
        number, power = number * 10, power + 1
        if power > _FINEST:
            return abs(number) / Fraction(10 ** (power + 1))
    digits = str(abs(number.numerator))
    return Fraction(10 ** (len(digits) - len(digits.rstrip("0"))), 10**power)


def decimal(number: Number) -> Decimal:
    """The exact Decimal without exponent; 15 significant digits where there is none (1/3)."""
    if number.denominator == 1:
        return Decimal(number.numerator)
    top, bottom, power = number.numerator, number.denominator, 0
    while bottom != 1 and power < _FINEST:
        shared = gcd(10, bottom)
        top, bottom, power = top * (10 // shared), bottom // shared, power + 1
    if bottom != 1:
        digits = len(str(abs(top) // bottom)) - _SIGNIFICANT
        top, power = round(Fraction(top, bottom) / 10**digits), power - digits
    plain = str(abs(top)).rjust(power + 1, "0")
    whole, rest = (plain[:-power], plain[-power:]) if power else (plain, "")
    sign = "-" if top < 0 else ""
    return Decimal(f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}")


def _point(number: Fraction, rule: str) -> Interval:
    return Interval(number, number, rule)


def _indefinite(amount: Amount, words: Sequence[Word], preset: Preset) -> Interval:
    """An indefinite number keeps its own bounds; words lift one, or soften both."""
    rule = _FORM_RULES[amount.form]
    found = Interval(amount.low, amount.high, rule, amount.low_open, amount.high_open)
    for word in words:
        found = _reworded(found, amount, word, preset)
    return _contradicted(found) if _disagree(words) else found


def _reworded(found: Interval, amount: Amount, word: Word, preset: Preset) -> Interval:
    if word.rule in ("R4", "R5"):
        found = replace(found, upper=amount.ceiling, upper_open=amount.ceiling is None)
        return replace(found, lower_open=word.is_open)
    if word.rule == "R7":
        floor = Fraction(0) if amount.has_floor and found.lower else found.lower
        return replace(found, lower=floor, upper_open=word.is_open or found.upper_open)
    if word.rule == "R1":
        return _extended(found, amount, preset)
    return replace(found, lower_kind="soft", upper_kind="soft")


def _extended(found: Interval, amount: Amount, preset: Preset) -> Interval:
    """余, 多 behind a range or a pair speak of its right end only: 10-20余 stops before 30.

    几百 and 数十 stop before the next round number as they are.
    """
    if preset.is_point or not amount.high:
        return found
    more = _remainder(replace(amount, low=amount.high), preset)
    if amount.high_open and not preset.has_open_remainder:
        return found
    high = max(found, more, key=_high_key)
    flags = tuple(sorted({*found.flags, *more.flags}))
    return replace(found, upper=high.upper, upper_open=high.upper_open, flags=flags)


def _by_word(amount: Amount, word: Word, preset: Preset) -> Interval:
    number = amount.low
    if word.rule in ("R4", "R5"):
        return _at_least(amount, word)
    if word.rule == "R7":
        has_floor = amount.has_floor and (number > 0 or (number == 0 and not word.is_open))
        floor = Fraction(0) if has_floor else None
        return Interval(floor, number, "R7", floor is None, word.is_open)
    if not number:
        return _point(number, word.rule)
    if number < 0:
        return _mirrored(_by_word(replace(amount, low=-number), word, preset))
    if word.rule == "R1":
        return _remainder(amount, preset)
    return _assumed(number, word.rule)


def _at_least(amount: Amount, word: Word) -> Interval:
    ceiling = amount.ceiling
    if ceiling is not None and (amount.low > ceiling or (amount.low == ceiling and word.is_open)):
        ceiling = None
    return Interval(amount.low, ceiling, word.rule, word.is_open, ceiling is None)


def _remainder(amount: Amount, preset: Preset) -> Interval:
    """余, 多: up to the next round number; 10万余 may also be read with 万 as its last place."""
    number, step = amount.low, place(amount.low)
    is_round = amount.scale > 1 and (
        (number / amount.unit_scale / amount.scale / 10).denominator == 1
    )
    if is_round and preset.is_narrow:
        step = amount.scale * amount.unit_scale
    upper = None if preset.has_open_remainder else number + step
    flags = ("zero_before_wan",) if is_round else ()
    return Interval(number, upper, "R1", True, True, flags=flags)


def _assumed(number: Fraction, rule: str) -> Interval:
    step = place(number)
    if rule == "R2":
        low = number - (step if step * 10 <= number else number / 10)
        return Interval(low, number, rule, True, True, "soft", "hard")
    half = min(step / 2, number / (5 if rule == "R11" else 10))
    return Interval(number - half, number + half, rule, False, rule == "R3", "soft", "soft")


def _mirrored(found: Interval) -> Interval:
    return replace(
        found,
        lower=None if found.upper is None else -found.upper,
        upper=None if found.lower is None else -found.lower,
        lower_open=found.upper_open,
        upper_open=found.lower_open,
        lower_kind=found.upper_kind,
        upper_kind=found.lower_kind,
    )


def _combined(allowed: Sequence[Interval], words: Sequence[Word]) -> Interval:
    found = allowed[0]
    if len(allowed) == 1:
        return found
    for other in allowed[1:]:
        found = _hull(found, other)
    flags = tuple(sorted({flag for one in allowed for flag in one.flags}))
    found = replace(found, flags=flags)
    return _contradicted(found) if _disagree(words) else found


def _disagree(words: Sequence[Word]) -> bool:
    return len({DIRECTIONS[word.rule] for word in words}) > 1


def _contradicted(found: Interval) -> Interval:
    """R13: the bounds stand, and both are assumed."""
    flags = tuple(sorted({*found.flags, "contradictory"}))
    return replace(found, rule="R13", lower_kind="soft", upper_kind="soft", flags=flags)


def _hull(one: Interval, other: Interval) -> Interval:
    """The smallest interval that holds both; its rule is that of the one which reaches higher."""
    low = min(one, other, key=_low_key)
    high = max(one, other, key=_high_key)
    return Interval(
        low.lower,
        high.upper,
        high.rule,
        low.lower_open,
        high.upper_open,
        low.lower_kind,
        high.upper_kind,
    )


def _low_key(found: Interval) -> tuple[bool, Fraction, bool]:
    return (found.lower is not None, found.lower or Fraction(0), found.lower_open)


def _high_key(found: Interval) -> tuple[bool, Fraction, bool]:
    return (found.upper is None, found.upper or Fraction(0), not found.upper_open)
