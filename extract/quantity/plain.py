"""Plain numerals: numbers that stand for themselves, without a measure word a report counts in.

`read` answers for one place that `scan` found to hold no quantity: 答案是五, 二百零一, 2022年,
1e10, .5, 三打, 八折. Digits are numbers unless letters touch them (A4, 5G); Chinese numerals are,
unless they are ordinals, set phrases or letters of other words (一切, 四川, 十足).
"""

from dataclasses import dataclass
from fractions import Fraction

from . import ends, numerals
from .ends import End
from .numerals import ARABIC, CHINESE, DIGITS
from .patterns import pattern_of
from .quantity import PartKind

STARTS = pattern_of(f"{numerals.START.pattern}|[俩倆仨]|对折|半(?=[个斤块杯碗瓶打成数])")
LARGEST_POWER = 300
DOZEN, TENTHS = 12, 10

_DIGIT = "".join(DIGITS)
_POWER = pattern_of(
    rf"(?P<base>[{ARABIC}]{{1,15}}(?:[.．][{ARABIC}]{{1,15}})?)"
    rf"(?:[eEｅＥ](?P<e>[+-]?[{ARABIC}]{{1,3}})|\^(?P<up>[+-]?[{ARABIC}]{{1,3}}))(?![A-Za-z0-9_.^])"
)
_DISCOUNT = pattern_of(
    rf"(?:(?P<two>[{_DIGIT}]{{2}})|(?P<one>[{_DIGIT}])"
    rf"|(?P<digits>[{ARABIC}]{{1,2}}(?:[.．][{ARABIC}]{{1,2}})?))折"
    r"(?![叠合腾磨射旧返断中扣磨])"
)
_DOZEN = pattern_of("打(?=[\\s，,。;；、!！?？)）的]|$|[啤鸡鲜袜毛铅玫纸盒玻饮酒])")
_FIXED = (
    (pattern_of("半成(?![品年功效果为])"), Fraction(5), "%"),
    (pattern_of("对折(?![叠磨])"), Fraction(50), "%"),
    (pattern_of("一半|半数(?!体)"), Fraction(1, 2), None),
    (pattern_of(f"半{_DOZEN.pattern}"), Fraction(6), None),
)
_MAGNITUDE = pattern_of(
    rf"[{ARABIC}]{{1,12}}(?:[.．][{ARABIC}]{{1,12}})?([kKwWM])(?![A-Za-z0-9_²])"
)
_MAGNITUDES = {"k": 1_000, "w": 10_000, "m": 1_000_000}
_LETTER = pattern_of(r"[A-Za-zＡ-Ｚａ-ｚ_]")
_ORDINAL = pattern_of(rf"(?:第|初)\s?(?:[{CHINESE}{ARABIC}]{{1,6}}[、，,和至到\-—~～])*$")
_WORDS = pattern_of(
    "(?:二为一|一二·九|九一八|十二五|十三五|十四五|十五五|一二三产|万万[没不]|三七二十一|十万火急|十三陵"
    "|(?:三八|五一|五四|六一|七一|八一|十一)(?=妇女|国际|劳动|青年|儿童|建军|建党|国庆|黄金周|节|长假"
    "|小长假|假期|放假|期间|前后|奖章|勋章|广场|大桥|路))"
)
_BEFORE_ONE = frozenset(
    "是为有于到了前后等加减乘除和与或至共只剩得用选取比负負双块元毛斤两倍叫写读按填说即年月"
)
_AFTER_ONE = pattern_of(
    "而是|是|的|这|那|和|与|加|减|乘|除|等于|或|大于|小于|还是|不是|吗|呢|吧|啊|分之|号|月(?![亮光饼球季台薪嫂经])"
    f"|日(?![常报照均])|点(?=钟|半|整|多|左右|[{CHINESE}]{{1,3}}分)"
)
_NOT_FIXED_AFTER = frozenset("多大前后上下过夜一每成面")
_SIMPLE = pattern_of(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_MAY_PRECEDE = frozenset(
    f"{CHINESE}-－−.．负負下第初—~～ \r\t\u3000\u00a00123456789０１２３４５６７８９"
)
_PAUSES = frozenset("、，,\n和至到")
_JOINS_DIGITS = frozenset(f"{CHINESE}打折分又点點个")
_SINGLE = frozenset("一二三四五六七八九十两")
_GOES_ON = frozenset(f"{CHINESE}分又个打折")
_MAY_FOLLOW = frozenset(
    f"{CHINESE}为打折分又点點半成号號月日是的这那而和与加减乘除等或大小还不吗呢吧啊个数"
)
_PIECES = frozenset("种批片段块塊双雙针版集款根封盘副幅首卷包只隻條条张張")
_MEASURED_ONE = pattern_of(f"[{''.join(sorted(_PIECES))}]")
_PRONOUNS = tuple("我你他她它们咱您爷娘哥姐弟妹母父夫子")
_SIGNED_AFTER = pattern_of(r"(?:^|[\s，,。;；:：、(（\[=＝<>≤≥是为到于至])[-－−]$")


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain number at text[start:end], with the parts of its text; `unit` only for shares."""

    start: int
    end: int
    value: Fraction
    parts: tuple[tuple[PartKind, int], ...]
    unit: str | None = None


def read(text: str, at: int, masked: bytearray) -> tuple[Plain | None, int]:
    """The plain number whose numeral begins at `at`, None if none; and where to look on.

    `masked` marks the letters of set phrases and quoted names, where Chinese numerals say nothing.
    """
    done = _quick(text, at)
    if done is not None:
        return done
    special = _fixed(text, at) or _power(text, at) or _discount(text, at) or _magnitude(text, at)
    if special is not None:
        return _signed(text, special), special.end
    if text[at] in "俩倆仨半对":
        return _pronoun(text, at), at + 1
    other = _WORDS.match(text, at)
    if other is not None:
        return None, other.end()
    end = _longest(text, at)
    if end is None:
        return None, numerals.run_end(text, at)
    if _ORDINAL.search(text, max(0, at - numerals.LONGEST), at):
        is_number = False
    elif end.numeral.is_chinese:
        is_number = masked.find(1, at, end.end) < 0 and _is_number(text, at, end)
    else:
        is_number = not _touches_letters(text, at, end.end)
    found = _signed(text, _dozens(text, _with_point(text, end))) if is_number else None
    return found, max(end.end, at + 1)


def _quick(text: str, at: int) -> tuple[Plain | None, int] | None:
    """Digits among words, and a single Chinese digit before another word; None for: ask on."""
    before = text[at - 1 : at] if at else ""
    if text[at] not in "0123456789":
        return (None, at + 1) if _is_letter(text, at, before) else None
    found = _SIMPLE.match(text, at)
    if found is None or _LETTER.match(before) or _is_listed(text, at, before):
        return None
    after = text[found.end() : found.end() + 1]
    if not _is_han(after) or after in _JOINS_DIGITS:
        return None
    value = Fraction(numerals.arabic(found[0]))
    return Plain(at, found.end(), value, (("number", at),)), found.end()


def _is_listed(text: str, at: int, before: str) -> bool:
    """Whether what stands before may make the number an ordinal, negative, or part of another."""
    if before in _PAUSES and at > 1:
        return text[at - 2] in _MAY_PRECEDE or text[at - 2] in _PAUSES - {"\n"}
    return before in _MAY_PRECEDE


def _is_letter(text: str, at: int, before: str) -> bool:
    """Whether a single Chinese numeral is plainly a letter of another word."""
    after = text[at + 1 : at + 2]
    if text[at] in "百千万亿":
        return after not in _GOES_ON
    if text[at] not in _SINGLE or after in _MAY_FOLLOW or (text[at] == "一" and after in _PIECES):
        return False
    return _is_han(after) or (_is_han(before) and before not in _BEFORE_ONE)


def _longest(text: str, at: int) -> End | None:
    """The number at `at`; of an ill-formed row of numerals the longest sound beginning."""
    end = ends.number(text, at)
    if end is not None:
        return end
    run = numerals.RUN.match(text, at)
    length = run.end() - at if run else 0
    if not 0 < length <= numerals.LONGEST:
        return None
    words = text[at : at + length]
    for shorter in range(length, 0, -1):
        found = ends.number(words[:shorter], 0)
        if found is not None:
            return _moved(found, at)
    return None


def _moved(end: End, by: int) -> End:
    parts = tuple((kind, start + by) for kind, start in end.parts)
    return End(
        end.end + by, parts, end.numeral, end.low, end.high, end.scale, is_fraction=end.is_fraction
    )


def _power(text: str, at: int) -> Plain | None:
    """1e10, 2.5E-3, 2^5."""
    found = _POWER.match(text, at)
    if found is None or _touches_letters(text, at, found.end()):
        return None
    base, exponent = Fraction(numerals.arabic(found["base"])), int(found["e"] or found["up"])
    if abs(exponent) > LARGEST_POWER // (1 if found["e"] else 10) or (not base and exponent < 0):
        return None
    value = base * Fraction(10) ** exponent if found["e"] else base**exponent
    return Plain(at, found.end(), value, (("number", at),))


def _discount(text: str, at: int) -> Plain | None:
    """八折 is 80%, 九五折 95%, 7.5折 75%."""
    found = _DISCOUNT.match(text, at)
    if found is None or (at and text[at - 1] in CHINESE):
        return None
    if found["digits"]:
        value = Fraction(numerals.arabic(found["digits"]))
        value *= TENTHS if value < TENTHS else 1
    elif found["two"]:
        value = Fraction(DIGITS[found["two"][0]] * TENTHS + DIGITS[found["two"][1]])
    else:
        value = Fraction(DIGITS[found["one"]] * TENTHS)
    return Plain(at, found.end(), value, (("number", at), ("unit", found.end() - 1)), "%")


def _fixed(text: str, at: int) -> Plain | None:
    """半成, 对折, 一半, 半打."""
    if text[at] not in "半对一" or text[at - 1 : at] in _NOT_FIXED_AFTER:
        return None
    for pattern, value, unit in _FIXED:
        found = pattern.match(text, at)
        if found is not None:
            return Plain(at, found.end(), value, (("number", at),), unit)
    return None


def _magnitude(text: str, at: int) -> Plain | None:
    """15k, 10w, 1.5M."""
    found = _MAGNITUDE.match(text, at)
    if found is None or _touches_letters(text, at, at):
        return None
    value = Fraction(numerals.arabic(found[0][:-1])) * _MAGNITUDES[found[1].lower()]
    return Plain(at, found.end(), value, (("number", at), ("multiplier", found.start(1))))


def _pronoun(text: str, at: int) -> Plain | None:
    """俩 and 仨 of 他们仨, 咱俩 (not of 伎俩); 半 before a measure word."""
    if text[at] == "对":
        return None
    if text[at] == "半":
        if text[at - 1 : at] in ends.NOT_HALF and at:
            return None
        return Plain(at, at + 1, Fraction(1, 2), (("number", at),))
    if at and text[at - 1] not in _PRONOUNS and "\u4e00" <= text[at - 1] <= "\u9fff":
        return None
    return Plain(at, at + 1, Fraction(3 if text[at] == "仨" else 2), (("number", at),))


def _is_number(text: str, at: int, end: End) -> bool:
    """Whether a Chinese numeral is a number here, and not part of another word."""
    before = text[max(0, at - 2) : at]
    if end.numeral.is_bare:
        return end.is_fraction or end.unit is not None
    if end.end - at > 1 or _DOZEN.match(text, end.end):
        return True
    if text.startswith("一", at) and _MEASURED_ONE.match(text, end.end):
        return not before.endswith(tuple("每同这那某另任哪唯之统第上下前后新逐单进万"))
    if text.startswith("日", end.end) and not before.endswith("月"):
        return False
    last, following = before[-1:], text[end.end : end.end + 1]
    is_after_word = _is_han(last) and last not in _BEFORE_ONE
    return not is_after_word and (not _is_han(following) or bool(_AFTER_ONE.match(text, end.end)))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _touches_letters(text: str, start: int, end: int) -> bool:
    return bool(_LETTER.match(text[start - 1 : start] if start else "") or _LETTER.match(text, end))


def _with_point(text: str, end: End) -> Plain:
    """.5 and -.5 without the zero; in 1..5 and 1.2.5 the dot is none of its."""
    start, value = end.parts[0][1], Fraction(end.low)
    before = text[max(0, start - 2) : start]
    is_pointed = before[-1:] in (".", "．") and not (before[:1].isalnum() or before[:1] in ".．")
    is_whole = is_pointed and len(end.parts) == 1 and value.denominator == 1 and value >= 0
    if len(before) == 1:
        is_whole = before in (".", "．") and len(end.parts) == 1 and value.denominator == 1
    if not is_whole or end.numeral.is_chinese or "," in text[start : end.end]:
        return Plain(start, end.end, value, end.parts)
    start -= 1
    return Plain(start, end.end, value / 10 ** (end.end - start - 1), (("number", start),))


def _dozens(text: str, found: Plain) -> Plain:
    """三打啤酒: a dozen is a number too."""
    if not _DOZEN.match(text, found.end):
        return found
    parts: tuple[tuple[PartKind, int], ...] = (*found.parts, ("multiplier", found.end))
    return Plain(found.start, found.end + 1, found.value * DOZEN, parts)


def _signed(text: str, found: Plain) -> Plain:
    """负 and the minus before a number that stands alone."""
    at = found.start - 1
    if at < 0 or not found.value:
        return found
    if text.startswith("零下", max(0, at - 1)):
        return _negative(found, at - 1)
    is_word = text[at] in "负負" and text[at - 1 : at] not in tuple("抱背担肩胜自承辜")
    if not is_word and not _SIGNED_AFTER.search(text[max(0, at - 1) : at + 1]):
        return found
    return _negative(found, at)


def _negative(found: Plain, at: int) -> Plain:
    rest = found.parts if found.parts[0][0] == "unit" else found.parts[1:]
    return Plain(at, found.end, -found.value, (("number", at), *rest), found.unit)
