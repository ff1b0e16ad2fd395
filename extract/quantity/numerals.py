"""Numerals as Chinese prose writes them: where one ends and what it is worth.

`read` answers for one place in a text. It knows Arabic digits (half and full width, thousands
separators, decimals), Chinese numerals (三百二十, 二〇二二, 一万三, 十五点七, the banker's forms),
their mixtures (3万5千, 1.5亿) and the indefinite ones (几十, 数百, 两三百). Values are fractions:
nothing here depends on a decimal context.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from .patterns import pattern_of

Number = int | Fraction
Form = Literal["exact", "few", "several", "pair"]

DIGITS = {
    **dict(zip("一二三四五六七八九", range(1, 10), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    **dict(zip("壹貳參肆伍陸柒捌玖", range(1, 10), strict=True)),
    "两": 2,
    "兩": 2,
    "〇": 0,
    "○": 0,
    "零": 0,
}
TENS = {"廿": 2, "卅": 3, "卌": 4}
MULTIPLIERS = dict(zip("十拾百佰千仟万萬亿億兆", (1, 1, 2, 2, 3, 3, 4, 4, 8, 8, 12), strict=True))
CHINESE = "".join(DIGITS) + "".join(MULTIPLIERS) + "".join(TENS) + "几幾数"
ARABIC = "0-9０-９"
START = pattern_of(f"[{ARABIC}{CHINESE.replace('○', '')}]")
RUN = pattern_of(f"[{ARABIC}]+(?:[,，.．][{ARABIC}]+)*|[{CHINESE}]+")
LONGEST = 40

_GROUPED = rf"[{ARABIC}]{{1,3}}(?:[,，\u2009\u202f][{ARABIC}]{{3}})+(?![{ARABIC}])"
_ARABIC_NUMBER = pattern_of(rf"(?:{_GROUPED}|[{ARABIC}]+)(?:[.．][{ARABIC}]+)?")
_SIMPLE = pattern_of(r"([0-9]{1,15})(?:\.([0-9]{1,15}))?")
_NOT_SIMPLE = frozenset(f"{CHINESE}0123456789０１２３４５６７８９点點.．,，\u2009\u202f")
_WRITTEN = pattern_of(f"[{CHINESE}]{{1,8}}(?![{CHINESE}])")
_LOOKED_AT = frozenset("点點0123456789０１２３４５６７８９分姓米克瓦卡伏赫焦帕字比位欧头丰示")
_AFTER_POINT = pattern_of(f"[点點]([{''.join(DIGITS)}]+)(?![十拾百千])")
_CLOCK = pattern_of(f"点[{''.join(DIGITS)}十]*[十分刻整半钟]")
_SI_ARABIC = "米克瓦卡伏赫焦帕字"
_NOT_TRILLIONS = "瓦字帕赫比位欧伏头丰示"
_PRICE = pattern_of("[元圆块美港欧日英韩]")
_SYMBOLS = frozenset("$＄￥¥€£")
_SI_CHINESE = "克瓦卡伏赫"


class Numeral(NamedTuple):
    """A numeral at text[start:end], worth `low`, or low to high when it is indefinite.

    `high_open` says that high itself is excluded (几百 is below 1000). `scale` is the power of ten
    of the multipliers that end it (2387万 has 4), `scale_start` where they begin. `tail` is the
    power that a range may carry to its left end (三到五百 carries 2).
    """

    start: int
    end: int
    low: Number
    high: Number
    high_open: bool
    form: Form
    is_bare: bool
    is_chinese: bool
    scale: int
    scale_start: int
    tail: int
    has_multiplier: bool


class _Token(NamedTuple):
    kind: Literal["number", "zero", "few", "several", "power", "decimals"]
    start: int
    end: int
    low: Number
    high: Number
    is_arabic: bool = False


def read(text: str, start: int) -> Numeral | None:
    """The longest numeral that begins at `start`, or None where there is no well-formed one."""
    found = _SIMPLE.match(text, start)
    if found is not None and text[found.end() : found.end() + 1] not in _NOT_SIMPLE:
        return _simple(found)
    words = _WRITTEN.match(text, start)
    if words is None or text[words.end() : words.end() + 1] in _LOOKED_AT:
        return _carefully(text, start)
    numeral = _written(words[0])
    return numeral and numeral._replace(
        start=start, end=numeral.end + start, scale_start=numeral.scale_start + start
    )


@lru_cache(maxsize=4096)
def _written(words: str) -> Numeral | None:
    """A short Chinese numeral whose value nothing around it can change."""
    return _carefully(words, 0)


def _carefully(text: str, start: int) -> Numeral | None:
    tokens = _tokens(text, start)
    if not tokens or _is_clock(text, tokens):
        return None
    if len(tokens) > 1 and all(_is_digit(token) for token in tokens):
        joined = _positional(tokens)
        if joined is None:
            return None
        tokens = joined
    if not _is_well_formed(tokens):
        return None
    return _numeral(_settle_indefinite(tokens))


def _simple(found: re.Match[str]) -> Numeral:
    value: Number = int(found[1])
    if found[2]:
        value = Fraction(int(found[1] + found[2]), 10 ** len(found[2]))
    start, end = found.span()
    return Numeral(start, end, value, value, False, "exact", False, False, 0, end, 0, False)


def run_end(text: str, start: int) -> int:
    """Where the run of numeral characters that holds `start` ends; never before start + 1."""
    found = RUN.match(text, start)
    return found.end() if found else start + 1


def arabic(digits: str) -> Number:
    """The value of Arabic digits with separators and a decimal point, in either width."""
    plain = "".join(str(int(c)) if c.isdecimal() else c for c in digits)
    plain = re.sub("[,，\u2009\u202f]", "", plain).replace("．", ".")
    return Fraction(plain) if "." in plain else int(plain)


def _tokens(text: str, start: int) -> list[_Token]:
    tokens: list[_Token] = []
    at = start
    while at < len(text) and len(tokens) <= LONGEST:
        token = _token(text, at, tokens)
        if token is not None and text[at] in TENS:
            tokens.append(_Token("number", at, at, TENS[text[at]], TENS[text[at]]))
        if token is None or not _may_follow(token, tokens):
            break
        tokens.append(token)
        at = token.end
    return [] if len(tokens) > LONGEST else tokens


def _token(text: str, at: int, before: Sequence[_Token]) -> _Token | None:
    char = text[at]
    if char in MULTIPLIERS:
        return _power(text, at, before)
    if char in "几幾":
        return _Token("few", at, at + 1, 2, 9)
    if char == "数":
        return None if before else _Token("several", at, at + 1, 2, 9)
    if char in DIGITS:
        return _digit(text, at, before)
    if char in TENS:
        return _tens(at, before)
    return _decimals(text, at) if char in "点點" and before else _arabic(text, at)


def _tens(at: int, before: Sequence[_Token]) -> _Token | None:
    """廿三 is 23: two tens; a numeral before it ends in hundreds or more."""
    last = before[-1] if before else None
    may_follow = last is None or (last.kind == "power" and last.low >= 100) or last.kind == "zero"
    return _Token("power", at, at + 1, 10, 10) if may_follow else None


def _arabic(text: str, at: int) -> _Token | None:
    found = _ARABIC_NUMBER.match(text, at)
    if found is None or len(found[0]) > LONGEST:
        return None
    digits = _priced(text, found[0], at)
    value = arabic(digits)
    return _Token("number", at, at + len(digits), value, value, is_arabic=True)


def _priced(text: str, digits: str, at: int) -> str:
    """$20，300美圆 are two prices: the comma after the first groups no thousands."""
    are_two = "，" in digits and text[at - 1 : at] in _SYMBOLS
    is_second_priced = are_two and _PRICE.match(text, at + len(digits))
    return digits.partition("，")[0] if is_second_priced else digits


def _power(text: str, at: int, before: Sequence[_Token]) -> _Token | None:
    power: int = 10 ** MULTIPLIERS[text[at]]
    following = text[at + 1 : at + 3]
    is_arabic = bool(before) and before[-1].is_arabic
    si = _SI_ARABIC if is_arabic else _SI_CHINESE
    if text[at] in "千仟" and before and following and following[0] in si:
        return None
    if text[at] == "兆" and following[:1] in tuple(_NOT_TRILLIONS):
        return None
    if text[at] in "百佰" and before and (following == "分点" or following[:1] == "姓"):
        return None
    return _Token("power", at, at + 1, power, power)


def _digit(text: str, at: int, before: Sequence[_Token]) -> _Token | None:
    value = DIGITS[text[at]]
    if not value:
        return _Token("zero", at, at + 1, value, value)
    following = text[at + 1 : at + 2]
    if text[at] in "两兩" and before and not (following in MULTIPLIERS or following in DIGITS):
        return None
    return _Token("number", at, at + 1, value, value)


def _decimals(text: str, at: int) -> _Token | None:
    found = _AFTER_POINT.match(text, at)
    if found is None or len(found[0]) > LONGEST:
        return None
    digits = "".join(str(DIGITS[c]) for c in found[1])
    value = Fraction(int(digits), 10 ** len(digits))
    return _Token("decimals", at, found.end(), value, value)


def _may_follow(token: _Token, before: Sequence[_Token]) -> bool:
    """Whether the numeral goes on with this token (else it ends before it)."""
    if not before:
        return True
    last = before[-1]
    if token.kind == "power":
        return _power_may_follow(token, before)
    if last.kind == "decimals" or last.kind in ("few", "several"):
        return False
    if token.is_arabic or last.is_arabic:
        return token.kind == "decimals" or (token.is_arabic and last.kind in ("power", "zero"))
    return True


def _power_may_follow(token: _Token, before: Sequence[_Token]) -> bool:
    last = before[-1]
    if token.low >= 10_000:
        return last.kind != "power" or last.low <= token.low
    if last.kind in {"power", "decimals"}:
        return False
    return last.kind != "zero" or token.low == 10


def _is_clock(text: str, tokens: Sequence[_Token]) -> bool:
    at = tokens[-1].start if tokens[-1].kind == "decimals" else tokens[-1].end
    return bool(_CLOCK.match(text, at)) and not _AFTER_POINT.fullmatch(text, at)


def _is_digit(token: _Token) -> bool:
    return token.kind in ("number", "zero") and not token.is_arabic


def _positional(tokens: Sequence[_Token]) -> list[_Token] | None:
    """Digits in a row: 二〇二二 is one number, 两三 a pair, 一九 no number at all."""
    if len(tokens) > 2:
        value = int("".join(str(token.low) for token in tokens))
        return [_Token("number", tokens[0].start, tokens[-1].end, value, value)]
    return list(tokens) if _is_pair(*tokens) else None


def _is_pair(first: _Token, second: _Token) -> bool:
    low, high = first.low, second.low
    return low > 0 and (high - low == 1 or (low == 3 and high in (2, 5)))


def _is_well_formed(tokens: Sequence[_Token]) -> bool:
    """Powers below 万 descend, and at most one pair of digits stands in a row."""
    last: Number = 10_000
    pairs = 0
    for here, following in pairwise(tokens):
        if here.kind == "power":
            last = 10_000 if here.low >= 10_000 else here.low
        if following.kind == "power" and following.low < 10_000 and following.low >= last:
            return False
        if here.kind == "number" and following.kind == "number":
            pairs += 1 if _is_pair(here, following) else 2
        if here.kind == "zero" and following.kind == "zero":
            return False
    return pairs <= 1


def _settle_indefinite(tokens: Sequence[_Token]) -> list[_Token]:
    """Join a pair of digits, and give 几 its bounds by what stands beside it."""
    settled: list[_Token] = []
    for place, token in enumerate(tokens):
        previous = settled[-1] if settled else None
        if token.kind in ("few", "several"):
            settled.append(_few(token, tokens[:place], tokens[place + 1 :]))
        elif previous and token.kind == "number" and previous.kind == "number":
            low, high = sorted((previous.low, token.low))
            settled[-1] = _Token("number", previous.start, token.end, low, high)
        else:
            settled.append(token)
    return settled


def _few(token: _Token, before: Sequence[_Token], after: Sequence[_Token]) -> _Token:
    follows_ten = bool(before) and (before[-1].kind == "zero" or before[-1].low == 10)
    low = 1 if follows_ten else 2
    high = 10 if any(later.kind == "power" for later in after) else 9
    return _Token(token.kind, token.start, token.end, low, high)


def _numeral(tokens: Sequence[_Token]) -> Numeral:
    low = _worth(tokens, lambda token: token.low)
    high = _worth(tokens, lambda token: token.high)
    form = _form(tokens)
    scale, scale_start = _ending_scale(tokens)
    return Numeral(
        start=tokens[0].start,
        end=tokens[-1].end,
        low=low,
        high=high,
        high_open=form in ("few", "several") and _few_token(tokens).high == 10,
        form=form,
        is_bare=tokens[0].kind == "power" and tokens[0].low >= 100,
        is_chinese=not any(token.is_arabic for token in tokens),
        scale=scale,
        scale_start=scale_start,
        tail=scale or _small_tail(tokens),
        has_multiplier=any(token.kind == "power" for token in tokens),
    )


def _form(tokens: Sequence[_Token]) -> Form:
    kinds = {token.kind for token in tokens}
    if "few" in kinds:
        return "few"
    if "several" in kinds:
        return "several"
    return "pair" if any(token.low != token.high for token in tokens) else "exact"


def _few_token(tokens: Sequence[_Token]) -> _Token:
    return next(token for token in tokens if token.kind in ("few", "several"))


def _ending_scale(tokens: Sequence[_Token]) -> tuple[int, int]:
    scale, start = 0, tokens[-1].end
    for token in reversed(tokens):
        if token.kind != "power" or token.low < 10_000:
            break
        scale, start = scale + len(str(token.low)) - 1, token.start
    return scale, start


def _small_tail(tokens: Sequence[_Token]) -> int:
    is_digit_and_power = len(tokens) == 2 and tokens[1].kind == "power"
    return len(str(tokens[1].low)) - 1 if is_digit_and_power and tokens[1].low > 10 else 0


def _worth(tokens: Sequence[_Token], pick: Callable[[_Token], Number]) -> Number:
    """The value by place: sections of four digits gathered by 万 and 亿.

    A last digit right behind 百, 千, 万 or 亿 counts tens of the place below it (一万三).
    """
    above: Number = 0
    total: Number = 0
    section: Number = 0
    number: Number | None = None
    for token in tokens:
        value = pick(token)
        if token.kind != "power":
            number = value if number is None or token.kind != "decimals" else number + value
            if token.kind == "decimals" and token is not tokens[0]:
                section, number = section + _decimals_only(tokens, token, number, value), None
            continue
        if value < 10_000:
            section += (1 if number is None or number == 0 else number) * value
        elif value == 10_000:
            total = (total + section + (number or 0) or 1) * value
            section = 0
        else:
            above += (total + section + (number or 0) or 1) * value
            total = section = 0
        number = None
    return above + total + section + _last_digit(tokens, number)


def _decimals_only(
    tokens: Sequence[_Token], token: _Token, number: Number, decimals: Number
) -> Number:
    """What a number with a decimal point adds: the digit before it may be elliptic (两千三点一)."""
    before = tokens[: tokens.index(token)]
    return _last_digit(before, number - decimals) + decimals


def _last_digit(tokens: Sequence[_Token], number: Number | None) -> Number:
    if number is None:
        return 0
    is_elliptic = len(tokens) > 1 and tokens[-2].kind == "power" and tokens[-2].low >= 100
    return number * _tenth(tokens[-2]) if is_elliptic and number < 10 else number


def _tenth(power: _Token) -> int:
    return int(power.low) // 10
