"""The common shapes in one stroke: digits with a measure word, dates, and words that hold 一 or 万.

`read` answers for one place, or leaves it to the careful way (`reading`, `context`), which gives
the same answer: it only takes what no rule there looks at twice. A reader that is asked at every
key stroke spends most of its time here.
"""

import re
from fractions import Fraction
from typing import NamedTuple

from . import context, ends, intervals, nouns, numerals, reading, units
from .context import YEAR_ENDS
from .intervals import Amount, AmountForm
from .patterns import pattern_of
from .quantity import PartKind, Quantity
from .rules import PRESET_TABLE, Preset, Word
from .units import Unit

_NUMBER = pattern_of(
    r"([0-9]{1,3}(?:,[0-9]{3}){1,3}(?![0-9])|[0-9]{1,12})(?:\.([0-9]{1,6}))?([万亿]?)"
)
_MORE_THAN = pattern_of("([余多])([万亿]?)")
_STARTS = frozenset(f"{numerals.CHINESE}0123456789０１２３４５６７８９半") - {"○"}
_JOINERS = frozenset("-－–—﹣~～〜至到与和")
_SPACES = frozenset(ends.SPACES)
_GOES_ON = _STARTS | _SPACES | frozenset("点點分又/／.．,，\u2009\u202f余多来有")
_TAIL = (
    *(word.text for word in ends.UNIT_WORDS),
    *("半", "多", "内", "+", "＋", *_SPACES),
)
_TAIL_LETTERS = frozenset(word[0] for word in _TAIL)
_GOES_ON_CHINESE = _GOES_ON - set(".．,，\u2009\u202f")
_PAUSES = frozenset("，。；：！？“”（）《》、,;!?()\n\r和与至到")
_SUSPECT = _STARTS | frozenset("第名列居前负負下")
_LISTED = _STARTS | _SPACES
_CAREFUL_UNITS = frozenset(("单元", *"分对對栋幢座组队班成度個"))
_KINDS = frozenset(("count", "money", "measure", "duration", "age", "share", "ratio"))
_WORD_KINDS = frozenset(("count", "money", "measure"))
_MORE = {word.text: word for word in ends.NUMBER_WORDS if word.text in ("余", "多")}
_POWERS = {"": 0, "万": 4, "亿": 8}
_ONES = frozenset("一二三四五六七八九两几数伍陆柒捌玖")
_BARE = frozenset("百千万亿")
_COUNTED = {"一": 1, **dict(zip("两三四五六七八九十", range(2, 11), strict=True))}
_SPLIT = tuple(f"个{letter}" for letter in "多余半万亿")
_NOT_QUICK = _SPACES | frozenset(reading.CURRENCY) | frozenset("-－−负負")
_NOT_ONE_AFTER = (*context.SLOGAN_LOSS, *context.DISTRIBUTIVE)
_EACH = frozenset(context.DISTRIBUTIVE) - reading.LAST_LETTERS - {"任"}
_DENYING = frozenset("现生增到发成过何有无任没\n") | _SPACES
_PART_OF_WORD = frozenset("周期拜初年届月")
_VAGUE = context.VAGUE_ONE - {"起", "面"}
_LAST_LETTERS = reading.LAST_LETTERS | _SPACES
_SINGLE = _ONES | _BARE | {"十"}
_WRITTEN_OUT = frozenset("一二三四五六七八九十几两数")
_AFTER_DIGITS = (
    _GOES_ON
    | (_JOINERS | ends.UNIT_LETTERS | nouns.FIRST_LETTERS | nouns.ENDS | _SPACES)
    | frozenset("街社村乡镇个%％")
    | {""}
)


class _Number(NamedTuple):
    """A numeral at text[start:end], its 万 or 亿 from `split` on; then 余 or 多 and a 万 again."""

    start: int
    split: int
    end: int
    low: int | Fraction
    high: int | Fraction
    high_open: bool
    form: AmountForm
    scale: int
    unit_at: int
    more: str = ""
    power: str = ""


def read(text: str, at: int, masked: bytearray, preset: Preset) -> Quantity | int | None:
    """The quantity whose numeral begins at `at`, or where to look on if there is none.

    None leaves the place to the careful way. `masked` marks set phrases and quoted names.
    """
    found = _NUMBER.match(text, at)
    if found is not None:
        return _in_digits(text, _arabic(text, found), masked, preset)
    char = text[at]
    if char in _SINGLE and text[at + 1 : at + 2] not in _STARTS:
        return _single(text, at, masked)
    return _written_out(text, at, masked, preset) if char in _WRITTEN_OUT else None


def _in_digits(
    text: str, number: _Number, masked: bytearray, preset: Preset
) -> Quantity | int | None:
    unit = units.read(text, number.unit_at)
    if unit is None:
        return _uncounted(text, number)
    if text[number.start] == "0" or text[number.unit_at] in _GOES_ON or unit.word == "块":
        return None
    if unit.word in ("年", "日") and not _is_span(text, number, unit):
        return _date(text, number, unit)
    return _measured(text, number, unit, masked, preset)


def _arabic(text: str, found: re.Match[str]) -> _Number:
    digits, decimals = found[1].replace(",", ""), found[2] or ""
    power = _POWERS[found[3]]
    value = _worth(int(digits + decimals), power - len(decimals))
    start, end = found.span()
    number = _Number(start, found.start(3), end, value, value, False, "exact", power, end)
    return _and_more(text, number)


def _and_more(text: str, number: _Number) -> _Number:
    found = _MORE_THAN.match(text, number.end)
    if found is None:
        return number
    factor = 10 ** _POWERS[found[2]]
    return number._replace(
        low=number.low * factor,
        high=number.high * factor,
        unit_at=found.end(),
        more=found[1],
        power=found[2],
    )


def _written_out(text: str, at: int, masked: bytearray, preset: Preset) -> Quantity | int | None:
    """三百二十名, 几十户: a Chinese numeral of several letters and what it counts."""
    numeral = numerals.read(text, at)
    if numeral is None or numeral.is_bare or numeral.end - at < 2 or not numeral.is_chinese:
        return None
    before = text[at - 1 : at] if at else ""
    if text[at] == "十" and before in _LAST_LETTERS:
        return None
    number = _Number(
        *(at, numeral.scale_start, numeral.end, numeral.low, numeral.high),
        *(numeral.high_open, numeral.form, numeral.scale, numeral.end),
    )
    number = _and_more(text, number)
    unit = units.read(text, number.unit_at, is_chinese=True)
    if unit is None and numeral.form == "exact" and not number.more and not numeral.scale:
        is_other = text[numeral.end : numeral.end + 1] in _AFTER_DIGITS or not _is_unled(text, at)
        return None if is_other or before in "上过" else numeral.end
    if unit is None or text[number.unit_at] in _GOES_ON or unit.kind not in _WORD_KINDS:
        return None
    if before in (context.NOUNS_ENDING_IN_NUMBER if text[at] == "数" else _PART_OF_WORD):
        return None
    return _measured(text, number, unit, masked, preset)


def _uncounted(text: str, number: _Number) -> int | None:
    """3月, 5号: digits that neither a measure word nor a noun that counts follows."""
    end = number.unit_at
    if end != number.split or text[end : end + 1] in _AFTER_DIGITS:
        return None
    return end if _is_unled(text, number.start) else None


def _date(text: str, number: _Number, unit: Unit) -> int | None:
    """2022年 and 8日 count nothing."""
    end = number.unit_at
    is_integer = end == number.split and number.low.denominator == 1
    if not is_integer or text[end + 1 : end + 2] in _JOINERS or _has_tail(text, end + 1):
        return None
    is_year = end - number.start == 4 and number.low >= 1000
    is_date = unit.word == "日" or is_year
    return end if is_date and _is_unled(text, number.start) else None


def _is_span(text: str, number: _Number, unit: Unit) -> bool:
    """10年 is a span of time where no month, no 底 and no 初 follows."""
    end = number.unit_at + 1
    is_short = unit.word == "年" and number.high < 1000
    return is_short and text[end : end + 1] not in _STARTS and not text.startswith(YEAR_ENDS, end)


def _is_unled(text: str, at: int) -> bool:
    """Whether no qualifying word stands before the numeral."""
    before = text[at - 1 : at] if at else ""
    if before in _NOT_QUICK and before:
        return False
    return before not in reading.LAST_LETTERS or reading.lead(text, at)[0] is None


def _single(text: str, at: int, masked: bytearray) -> Quantity | int | None:
    """两家 and 五个; and 一 in 一定, 万 in 万物, 第一, 进一步, 一批, which count nothing."""
    char, after = text[at], text[at + 1 : at + 2]
    before = text[at - 1 : at] if at else ""
    is_joined = after in _JOINERS and text[at + 2 : at + 3] in _LISTED
    if is_joined or after in _GOES_ON_CHINESE or before in reading.CURRENCY:
        return None
    if char == "一" and after in units.FIRST_LETTERS and _is_denied(text, at):
        return None
    if masked[at] or before == "第":
        return at + 1
    unit = units.read(text, at + 1, is_chinese=True) if after in units.FIRST_LETTERS else None
    if unit is not None:
        return _before_unit(text, at, before, unit, masked)
    is_led = before in _LAST_LETTERS if char not in _ONES else not _is_unled(text, at)
    if is_led or not after or _has_tail(text, at + 1) or before in _NOT_QUICK:
        return None
    return at + 1 if char != "十" or after not in nouns.FIRST_LETTERS else None


def _before_unit(
    text: str, at: int, before: str, unit: Unit, masked: bytearray
) -> Quantity | int | None:
    end = at + 1 + len(unit.word)
    if not _ends(text, end, unit) or not _is_unled(text, at) or text.startswith(_SPLIT, at + 1):
        return None
    if text[at] in _BARE:
        return None if before in _LAST_LETTERS or unit.kind == "share" else at + 1
    if text[at] == "一" and (before in _EACH or unit.word in _VAGUE):
        return at + 1
    is_group = unit.word in context.ORDINAL_AFTER_CHINESE
    if text[at] not in _COUNTED or unit.kind != "count" or unit.word in _CAREFUL_UNITS or is_group:
        return None
    is_other = before in _PART_OF_WORD or not _stands(text, at)
    if is_other or masked.find(1, at, end) >= 0 or not _is_one(text, at, end, unit):
        return None
    digit = _COUNTED[text[at]]
    number = _Number(at, at + 1, at + 1, digit, digit, False, "exact", 0, at + 1)
    return _built(text, number, unit, ((), at), PRESET_TABLE[0])


def _is_denied(text: str, at: int) -> bool:
    """没有一人, 未出现一例: the words before the number say none."""
    if text[at - 1 : at] not in _DENYING or not at:
        return False
    return bool(reading.NEGATION.search(text[max(0, at - reading.LONGEST_LEAD) : at]))


def _is_one(text: str, at: int, end: int, unit: Unit) -> bool:
    """一家, 一名: not every 一名, 一户一策, 不漏一户, 一份份, 一起."""
    if text[at] != "一":
        return True
    if unit.word in ("起", "面") or text[at - 1 : at] in _NOT_ONE_AFTER:
        return False
    is_distributed = at > 1 and text[at - 2] == "一"
    return not is_distributed and not text.startswith((*"一两多不都也", unit.word), end)


def _measured(
    text: str, number: _Number, unit: Unit, masked: bytearray, preset: Preset
) -> Quantity | None:
    at = number.unit_at
    end = at + len(unit.word)
    if unit.word in _CAREFUL_UNITS or unit.kind not in _KINDS or not _ends(text, end, unit):
        return None
    word, first = _lead(text, number.start)
    if text.startswith(_SPLIT, at) or not _stands(text, first) or masked.find(1, first, end) >= 0:
        return None
    words = () if word is None else (word,)
    if number.more:
        words = (*words, _MORE[number.more])
    if words and (unit.kind not in _WORD_KINDS or unit.base in reading.CALENDAR):
        return None
    if not number.low or (number.low == 1 and _is_denied(text, first)):
        return None
    return _built(text, number, unit, (words, first), preset)


def _ends(text: str, end: int, unit: Unit) -> bool:
    """Whether the quantity ends with its measure word."""
    if _has_tail(text, end):
        return False
    after = text[end : end + 1]
    if after in _JOINERS:
        after = text[end + 1 : end + 2]
        return after not in _STARTS and after not in _SPACES
    return not after or after not in _STARTS or (unit.kind != "money" and unit.word != "米")


def _has_tail(text: str, end: int) -> bool:
    """Whether what stands here still belongs to the quantity: 以上, 左右, 半."""
    return text[end : end + 1] in _TAIL_LETTERS and text.startswith(_TAIL, end)


def _lead(text: str, start: int) -> tuple[Word | None, int]:
    """The qualifying word before the number, and where the quantity begins."""
    if not start or text[start - 1] not in reading.LAST_LETTERS:
        return None, start
    return reading.lead(text, start)


def _stands(text: str, first: int) -> bool:
    """Whether nothing before the quantity makes it part of a code, an ordinal or an amount."""
    if not first:
        return True
    before = text[first - 1]
    if before in _PAUSES:
        last = text[first - 2] if first > 1 else ""
        return last not in _LISTED and not (before in "\r\n" and _is_han(last))
    if not _is_han(before) or before in _SUSPECT:
        return False
    return first < 3 or text[first - 3 : first - 1] not in ("列全", "居全")


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _built(
    text: str, number: _Number, unit: Unit, led: tuple[tuple[Word, ...], int], preset: Preset
) -> Quantity:
    words, first = led
    end = number.unit_at + len(unit.word)
    parts = _parts(text, number, first, end)
    if not words and number.form == "exact":
        value = intervals.decimal(_times(number.low, unit.multiplier))
        return Quantity(
            *(first, end, text[first:end], value, value, value, False, False, "hard", "hard"),
            *(unit.base, "R0", "", (), parts),
        )
    amount = Amount(
        low=Fraction(_times(number.low, unit.multiplier)),
        high=Fraction(_times(number.high, unit.multiplier)),
        high_open=number.high_open,
        form=number.form,
        scale=Fraction(1 if number.power else 10**number.scale),
        unit_scale=unit.multiplier,
    )
    bounds = intervals.interval(amount, words, preset)
    said = "…".join(part for kind, part in parts if kind == "qualifier")
    point = intervals.decimal(amount.low) if number.form == "exact" else None
    lower = None if bounds.lower is None else intervals.decimal(bounds.lower)
    upper = None if bounds.upper is None else intervals.decimal(bounds.upper)
    return Quantity(
        *(first, end, text[first:end], point, lower, upper, bounds.lower_open, bounds.upper_open),
        *(bounds.lower_kind, bounds.upper_kind, unit.base, bounds.rule, said, bounds.flags, parts),
    )


def _worth(digits: int, power: int) -> int | Fraction:
    return digits * 10**power if power >= 0 else Fraction(digits, 10**-power)


def _times(number: int | Fraction, multiplier: Fraction) -> int | Fraction:
    return number if multiplier is units.ONE else number * multiplier


def _parts(text: str, number: _Number, first: int, end: int) -> tuple[tuple[PartKind, str], ...]:
    start, split, more = number.start, number.split, number.end
    parts: list[tuple[PartKind, str]] = []
    if first < start:
        parts.append(("qualifier", text[first:start]))
    parts.append(("number", text[start:split]))
    if split < more:
        parts.append(("multiplier", text[split:more]))
    if number.more:
        parts.append(("qualifier", number.more))
    if number.power:
        parts.append(("multiplier", number.power))
    parts.append(("unit", text[number.unit_at : end]))
    return tuple(parts)
