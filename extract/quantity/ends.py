"""One end of a written quantity: a numeral and what follows it up to the last word after the unit.

A quantity has one end, a range (2至3万元) two. What stands before the number belongs to `reading`.
"""

import re
from fractions import Fraction
from typing import NamedTuple

from . import numerals, units
from .numerals import Number, Numeral
from .patterns import pattern_of
from .quantity import PartKind
from .rules import REMAINDER, WITHIN, WORDS, Word
from .units import Unit

SPACES = " \t\u00a0\u3000"
MOST_SPACES = 2
NUMBER_WORDS = sorted((w for w in WORDS if w.position == "number"), key=lambda w: -len(w.text))
UNIT_WORDS = sorted((w for w in WORDS if w.position == "unit"), key=lambda w: -len(w.text))
_NUMBER_LETTERS = frozenset(word.text[0] for word in NUMBER_WORDS)
UNIT_LETTERS = frozenset(word.text[0] for word in (*UNIT_WORDS, WITHIN))
_POWERS = pattern_of("个?[万亿萬億]{1,2}")
_SUBUNITS = {"角": Fraction(1, 10), "毛": Fraction(1, 10), "分": Fraction(1, 100)}
_NO_REMAINDER = ("元化", "样", "功能", "层", "数", "少", "媒", "渠", "维", "方", "次")
_TAKES_REMAINDER = ("duration", "ratio", "measure", "money", "age")
_TAKES_HALF = ("duration", "measure", "ratio", "age")
HALF = pattern_of("半(?=年|天|个月|个小时|小时|个多月|亩|斤|公斤|公里)")
STARTS = pattern_of(f"{numerals.START.pattern}|{HALF.pattern}")
_NEXT_COIN = {"块": Fraction(1, 10), "塊": Fraction(1, 10), "毛": Fraction(1, 100)}
_ENDS_PRICE = ("", *"，,。.;；、!！?？)）”』」 \n的钱")
_TENTHS = pattern_of("(?:[一二三四五六七八九]{1,2}|半)(?=$|[\\s，,。.;；、!！?？)）的高宽长左以])")
NOT_HALF = "上下每前后近过大多夜"


class End(NamedTuple):
    """One end of what is written: a numeral with all that follows it, up to `end`."""

    end: int
    parts: tuple[tuple[PartKind, int], ...]
    numeral: Numeral
    low: Number
    high: Number
    scale: int
    words: tuple[Word, ...] = ()
    unit: Unit | None = None
    has_power: bool = False
    is_fraction: bool = False

    def then(self, kind: PartKind, start: int, end: int) -> "End":
        return self._replace(end=end, parts=(*self.parts, (kind, start)))


def read(text: str, start: int) -> End | None:
    """The end whose numeral begins at `start`, None where there is none."""
    numeral = _half(text, start) or numerals.read(text, start)
    if numeral is None:
        return None
    plain = End(
        numeral.end, (("number", start),), numeral, numeral.low, numeral.high, numeral.scale
    )
    fraction = _fraction(text, plain) or _mixed(text, plain)
    if fraction is not None:
        return _after_unit(text, fraction)
    return _after_unit(text, _unit(text, _after_number(text, _with_scale(plain))))


def number(text: str, start: int) -> End | None:
    """The number alone that begins at `start`, a fraction or a power of 万 with it; no words."""
    numeral = numerals.read(text, start)
    if numeral is None or numeral.form != "exact":
        return None
    plain = End(
        numeral.end, (("number", start),), numeral, numeral.low, numeral.high, numeral.scale
    )
    fraction = _fraction(text, plain) or _mixed(text, plain)
    return fraction or _individual_powers(text, _with_scale(plain))


def skip_spaces(text: str, at: int) -> int:
    """The offset behind at most two blanks."""
    end = at
    while end < len(text) and end - at < MOST_SPACES and text[end] in SPACES:
        end += 1
    return end


def _half(text: str, start: int) -> Numeral | None:
    """半 before a measure of time or size is the number one half."""
    if text[start] != "半":
        return None
    is_half = HALF.match(text, start) and (start == 0 or text[start - 1] not in NOT_HALF)
    if not is_half or (text[start - 1 : start] in numerals.CHINESE and start):
        return None
    half = Fraction(1, 2)
    return Numeral(
        start, start + 1, half, half, False, "exact", False, True, 0, start + 1, 0, False
    )


def _fraction(text: str, side: End) -> End | None:
    """百分之三 and 千分之一 are percentages, 五分之一 a fraction; also 百分百, 3/4."""
    numeral, at = side.numeral, side.end
    over = numerals.read(text, at + 1) if text[at : at + 1] == "/" else None
    if over is not None and over.low and not (over.is_chinese or numeral.is_chinese):
        parts: tuple[tuple[PartKind, int], ...] = (*side.parts, ("joiner", at), ("number", at + 1))
        share = Fraction(numeral.low) / over.low
        return side._replace(
            end=over.end, parts=parts, low=share, high=share, scale=0, is_fraction=True
        )
    if numeral.is_bare and text.startswith("分百", at) and numeral.low == 100:
        begin = at + 1
    elif text.startswith("分之", at) and numeral.form == "exact" and numeral.low:
        begin = at + 2
    else:
        return None
    sign = -1 if text.startswith(("负", "負", "-"), begin) else 1
    at = begin if sign > 0 else begin + 1
    upper = numerals.read(text, at) if at < len(text) else None
    return None if upper is None else _parts_of_whole(side, upper, begin, sign)


def _with_scale(side: End) -> End:
    numeral = side.numeral
    if not numeral.start < numeral.scale_start < numeral.end:
        return side
    return side._replace(parts=(*side.parts, ("multiplier", numeral.scale_start)))


def _mixed(text: str, side: End) -> End | None:
    """3又一千分之23: a whole number and a fraction."""
    if not text.startswith("又", side.end) or side.numeral.form != "exact":
        return None
    start = side.end + 1
    numeral = numerals.read(text, start)
    if numeral is None:
        return None
    part = _fraction(
        text, End(numeral.end, (("number", start),), numeral, numeral.low, numeral.high, 0)
    )
    if part is None or not part.is_fraction:
        return None
    parts = (*side.parts, ("joiner", side.end), *part.parts)
    low, high = side.low + part.low, side.high + part.high
    return part._replace(parts=parts, numeral=side.numeral, low=low, high=high)


def _parts_of_whole(side: End, upper: Numeral, begin: int, sign: int) -> End:
    is_percent = side.numeral.is_bare
    factor = sign * Fraction(100 if is_percent else 1) / side.numeral.low
    if is_percent:
        parts: tuple[tuple[PartKind, int], ...] = (
            ("unit", side.numeral.start),
            ("number", begin),
        )
    else:
        parts = (*side.parts, ("joiner", side.end), ("number", begin))
    return side._replace(
        end=upper.end,
        parts=parts,
        numeral=upper._replace(is_bare=False),
        low=upper.low * factor,
        high=upper.high * factor,
        scale=0,
        unit=units.UNITS["%"] if is_percent else None,
        is_fraction=not is_percent,
    )


def _after_number(text: str, side: End) -> End:
    """余, 多, 来 behind the number, and the 万 or 亿 that may follow them (2387余万)."""
    side = _individual_powers(text, side)
    at = skip_spaces(text, side.end)
    if text[at : at + 1] not in _NUMBER_LETTERS:
        return side
    for word in NUMBER_WORDS:
        if text.startswith(word.text, at):
            taken = _with_power(text, _worded(side, word, at))
            if _is_remainder(text, word, side, taken):
                return _repeated(text, taken)
    return side


def _individual_powers(text: str, side: End) -> End:
    """3个亿 is 3亿."""
    if not text.startswith(("个亿", "个万"), side.end):
        return side
    return _with_power(text, side)


def _with_power(text: str, side: End) -> End:
    at = skip_spaces(text, side.end)
    found = _POWERS.match(text, at)
    if found is None:
        return side
    powers = [numerals.MULTIPLIERS[c] for c in found[0] if c != "个"]
    factor: int = 10 ** sum(powers)
    scale = side.scale + sum(powers)
    grown = side._replace(
        low=side.low * factor, high=side.high * factor, scale=scale, has_power=True
    )
    return grown.then("multiplier", at, found.end())


def _worded(side: End, word: Word, at: int) -> End:
    taken = side.then("qualifier", at, at + len(word.text))
    return taken._replace(words=(*side.words, word))


def _is_remainder(text: str, word: Word, side: End, taken: End) -> bool:
    following = skip_spaces(text, taken.end)
    unit = units.read(text, following, is_chinese=side.numeral.is_chinese)
    if taken.has_power or unit is not None:
        return word.rule == "R1" or side.low % 10 == 0
    if word.rule != "R1":
        return False
    return word.text != "多" or not text.startswith(_NO_REMAINDER, taken.end)


def _repeated(text: str, side: End) -> End:
    """10多万余元 says it twice."""
    if side.has_power and text[side.end : side.end + 1] in ("余", "多"):
        word = next(word for word in NUMBER_WORDS if word.text == text[side.end])
        return _worded(side, word, side.end)
    return side


def _unit(text: str, side: End) -> End:
    at = skip_spaces(text, side.end)
    split = _split_unit(text, side, at)
    if split is not None:
        return split
    unit = units.read(text, at, is_chinese=side.numeral.is_chinese)
    if unit is None or (unit.word == "成" and not 0 < side.high <= 10):
        return side
    taken = side.then("unit", at, at + len(unit.word))._replace(unit=unit)
    return _subunits(text, taken) if unit.base == "元" else taken


def _split_unit(text: str, side: End, at: int) -> End | None:
    """3个多月, 两个半小时: a word or a half stands inside the measure word."""
    if text[at : at + 1] != "个" or text[at + 1 : at + 2] not in ("多", "余", "半"):
        return None
    for length in (2, 1):
        if at + 2 + length > len(text):
            continue
        unit = units.UNITS.get("个" + text[at + 2 : at + 2 + length])
        if unit is not None and unit.kind == "duration":
            first = side.then("unit", at, at + 1)._replace(unit=unit)
            inner = _inner(text, first)
            return inner.then("unit", at + 2, at + 2 + length)
    return None


def _inner(text: str, side: End) -> End:
    if text[side.end] != "半":
        word = next(word for word in NUMBER_WORDS if word.text == text[side.end])
        return _worded(side, word, side.end)
    half = Fraction(1, 2)
    grown = side._replace(low=side.low + half, high=side.high + half)
    return grown.then("number", side.end, side.end + 1)


def _subunits(text: str, side: End) -> End:
    """50元6角三分: one amount of money."""
    for _ in _SUBUNITS:
        small = numerals.read(text, side.end) if side.end < len(text) else None
        name = text[small.end : small.end + 1] if small else ""
        if small is None or small.form != "exact" or small.low >= 100:
            return side
        if name not in _SUBUNITS:
            return _elliptic(text, side, small)
        added = small.low * _SUBUNITS[name] / _coin(side)
        grown = side._replace(low=side.low + added, high=side.high + added)
        side = grown.then("number", side.end, small.end).then("unit", small.end, small.end + 1)
    return side


def _coin(side: End) -> Fraction:
    """What one of the coins named first is worth: 3角5分 counts in 角."""
    return side.unit.multiplier if side.unit else Fraction(1)


def _elliptic(text: str, side: End, small: Numeral) -> End:
    """三块五, 八块五毛三: a last digit counts the coin below, where nothing is counted after it."""
    is_digit = small.end - small.start == 1 and small.low < 10 and not small.has_multiplier
    coin = _NEXT_COIN.get(text[side.end - 1])
    if not is_digit or coin is None or text[small.end : small.end + 1] not in _ENDS_PRICE:
        return side
    added = small.low * coin / _coin(side)
    grown = side._replace(low=side.low + added, high=side.high + added)
    return grown.then("number", small.start, small.end)


def _after_unit(text: str, side: End) -> End:
    """三斤半; 三年多; 以上, 左右 and their like, with or without a measure word before them."""
    kind = side.unit.kind if side.unit else None
    side = _tenths(text, side)
    if kind in _TAKES_HALF and re.match("半(?![个价山径数年载])", text[side.end : side.end + 2]):
        side = _with_half(side)
    if kind in _TAKES_REMAINDER and _stands(text, REMAINDER, side.end):
        side = _worded(side, REMAINDER, side.end)
    at = skip_spaces(text, side.end)
    if text[at : at + 1] not in UNIT_LETTERS:
        return side
    for word in (*UNIT_WORDS, WITHIN) if kind == "duration" else UNIT_WORDS:
        if _stands(text, word, at):
            return _worded(side, word, at)
    return side


def _tenths(text: str, side: End) -> End:
    """三成五 is 35%, 一米八 1.8 metres, 一米七五 1.75: digits behind the measure word."""
    found = _TENTHS.match(text, side.end) if side.unit and side.unit.word in "成米" else None
    if found is None or side.words or Fraction(side.low).denominator != 1 or side.scale:
        return side
    digits = [5 if char == "半" else numerals.DIGITS[char] for char in found[0]]
    if len(digits) > 1 and side.unit and side.unit.word == "成":
        return side
    added = sum(Fraction(digit, 10**place) for place, digit in enumerate(digits, 1))
    grown = side._replace(low=side.low + added, high=side.high + added)
    return grown.then("number", side.end, found.end())


def _with_half(side: End) -> End:
    added = Fraction(1, 2) * (side.unit.multiplier if side.unit else 1) * 10**side.scale
    grown = side._replace(low=side.low + added, high=side.high + added)
    return grown.then("number", side.end, side.end + 1)


def _stands(text: str, word: Word, at: int) -> bool:
    end = at + len(word.text)
    return text.startswith(word.text, at) and not text.startswith(word.not_before, end)
