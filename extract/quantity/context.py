"""Whether a number in its sentence is a quantity, or a date, an ordinal, a code, a set phrase.

Every question looks at a few characters on either side, so the cost does not grow with the text.
The lists are data; `method` §2 (R10, R14) and §3 name the kinds.
"""

import re
from collections.abc import Callable
from functools import cache

from . import numerals
from .patterns import pattern_of
from .reading import Draft

_WINDOW = 16
_CN = numerals.CHINESE
_GROWTH = pattern_of(
    "(?:增长|增加|增幅|增速|提高|提升|上升|上涨|下降|下滑|降低|降幅|减少|回落|压减|缩减|同比|环比|涨幅|涨|跌)"
    "(?!到|至|后)[^，,。;；、:：\\n]{0,10}$"
)
_ORDINAL = pattern_of(
    rf"(?:第|排名|名列|位列|位居|列全.|居全.)\s?(?:[{_CN}{numerals.ARABIC}]{{1,6}}[、，,和至到\-—~～])*$"
)
_RANK = pattern_of("(?:前|榜单前|综合排名)$")
_PART_OF_CODE = frozenset("+＋*×✕/#@_\\=＝№〔［[")
_PLUS = frozenset("+＋")
_DOTTED = frozenset(".．:：-－–—/")
_LIST_OF_DIGITS = pattern_of(rf"(?:^|[^{_CN}])[一二三四五六七八九]、$")
DISTRIBUTIVE = tuple("每同这那某另任哪唯之统第上下前后新逐单进万")
SLOGAN_LOSS = tuple("漏落少差缺掉丢失")
VAGUE_ONE = frozenset(
    "批种片面道番步层轮类期段口头块把双针版集本起夜日列出队组部眼盘字卷封包回站副幅首根款"
)
NOUNS_ENDING_IN_NUMBER = tuple("人户次件总个名票基指系参岁分少多半无字函代")
_CASES = pattern_of(
    "[^，,。;；、]{0,8}(?:案|事故|事件|纠纷|矛盾|诉|火灾|火情|警情|疫情|诈骗|交通|盗|违)"
)
_PIECES = (
    "(?:[奖光荣铭门警标识示公路铜]{1,3}牌|展板|展牌|宣传栏|牌?匾额?|石碑|界碑|显示屏|"
    "大屏|电子屏|地砖|田地)"
)
_PIECES_BEFORE = pattern_of(_PIECES + "(?:共计?|合?计|达|约|近|超|超过)?$")
_PIECES_AFTER = pattern_of(_PIECES)
_BANNERS = pattern_of("(?:鲜红的)?(?:锦旗|红旗|旗|奖牌|牌匾|铜牌)")
ORDINAL_AFTER_CHINESE = frozenset("期组班队类届层团部道轮版集")
_PLAIN_TWO = frozenset("人户名位亩元万斤口")
_ROOM = pattern_of(rf"[{numerals.ARABIC}]{{1,4}}(?:单元|室|号|楼|层)")
YEAR_ENDS = ("底", "末", "初", "春", "夏", "秋", "冬", "度")
_DAY_LIMITS = ("以内", "之内", "内", "以上", "以下")
_SLOGANS = (
    "三番五次 三番两次 三天两头 千家万户 四面八方 成百上千 成千上万 五湖四海 三三两两 一家人 "
    "一家亲 一家老小 一把手 一条龙 一次性 一对一 两面三刀 百家争鸣 十里八乡 三头六臂 一口气 "
    "一条心 一个样 七嘴八舌 三言两语 一门式 一站式 一门心思 一个劲 一张网 一张图 一张蓝图 "
    "一盘棋 一张嘴 一本账 一类街道 一类社区 二次供水 三次产业 两个维护 两个确立 两个一百年 "
    "两个毫不动摇 四个意识 四个自信 四个全面 三个代表 三个务必 八项规定 四项基本原则 六项纪律 "
    "两个健康 三个区分开来 四个最严 三个以案 四个第一 四个伟大 一个中心 两个基本点 三个面向 "
    "四个服务 九牛一毛 五花八门 拾起 四通八达 "
    "一日三餐 三口之家 一户多宅 两节期间 两节慰问 两个责任 三个必须 四个必须 四个一批 "
    "五台山 三门峡 五家渠 七台河 三台县 三门县 五指山 最后一公里 最后一百米 两项补贴"
)


@cache
def _set_phrases() -> re.Pattern[str]:
    """Grouped by the first letter, so that the search leaps from one such letter to the next."""
    groups: dict[str, list[str]] = {}
    for phrase in sorted(_SLOGANS.split(), key=len, reverse=True):
        groups.setdefault(phrase[0], []).append(phrase[1:])
    groups["一"].append(f"[^\\s{_CN}，,、。加减乘除比与和或到至]一[^\\s{_CN}，,、。]")
    for digit in "三四五六七八九十":
        groups.setdefault(digit, []).append("个一(?![体级次般百千万起])")
    patterns = [f"{first}(?<![{_CN}]{first})(?:{'|'.join(rest)})" for first, rest in groups.items()]
    return re.compile("|".join([*patterns, f"[{_CN}0-9]位一体"]))


_QUOTED = pattern_of('[“‘「『"]([^”’」』"\n]{1,12})[”’」』"]')
_QUOTE_STARTS = pattern_of(f"[{_CN}{numerals.ARABIC}]")


class Context:
    """The questions about one text, with its set phrases found once.

    Promise: `admits(draft)` says whether the draft is a quantity in this text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.masked = bytearray(len(text))
        for found in _set_phrases().finditer(text):
            self._mask(found.start(), found.end())
        for found in _QUOTED.finditer(text):
            if _QUOTE_STARTS.match(found[1]) and not _is_plain_count(found[1]):
                self._mask(found.start(1), found.end(1))

    def admits(self, draft: Draft) -> bool:
        """Whether the draft counts or measures something here."""
        if draft.is_negated:
            return True
        if self.masked.find(1, draft.first.start, draft.last.end) >= 0:
            return False
        return not any(is_other(self._text, draft) for is_other in _OTHERS)

    def _mask(self, start: int, end: int) -> None:
        self.masked[start:end] = b"\1" * (end - start)


def is_growth(text: str, start: int) -> bool:
    """Whether the share that begins at `start` is a change (增长, 下降), which may pass 100%."""
    return bool(_GROWTH.search(text[max(0, start - _WINDOW) : start]))


def _is_plain_count(words: str) -> bool:
    """A quotation that only states a number with 余 or 万 is no name."""
    return bool(re.search("[0-9０-９][余多万亿]", words))


def _is_code(text: str, draft: Draft) -> bool:
    """Part of 1+5+N, 1.2.3, 010-88, 7×24, A4, 8:30, 1对1."""
    before, after = text[max(0, draft.start - 2) : draft.start], text[draft.end : draft.end + 2]
    if before[-1:] in _PART_OF_CODE or before[-1:] == "." or after[:1] in _PLUS:
        return True
    if before[-1:].isdigit() and text[draft.start].isdigit():
        return True
    if before[-1:] in _DOTTED and before[-2:-1].isdigit():
        return True
    return _is_dialled(text, draft, after) or _follows_letter(text, draft)


def _is_dialled(text: str, draft: Draft, after: str) -> bool:
    """Digits that go on behind a dot, a colon or 对, or begin with a zero."""
    is_padded = draft.first.end - draft.first.start > 1 and text[draft.first.start] in "0０"
    if is_padded and text[draft.first.start + 1].isdigit():
        return True
    if draft.unit is None:
        return after[:1] in _DOTTED | _PART_OF_CODE and after[1:2].isdigit()
    return draft.unit.word == "对" and bool(numerals.START.match(after[:1]))


def _follows_letter(text: str, draft: Draft) -> bool:
    before = text[max(0, draft.start - 2) : draft.start]
    if not _is_letter(before[-1:]) or _is_han_start(text, draft):
        return False
    return draft.unit is None or not _is_letter(before[:-1])


def _is_letter(char: str) -> bool:
    return (char.isascii() and char.isalpha()) or "Ａ" <= char <= "ｚ"


def _is_han_start(text: str, draft: Draft) -> bool:
    return bool(draft.words) and "\u4e00" <= text[draft.start] <= "\u9fff"


def _is_ordinal(text: str, draft: Draft) -> bool:
    before = text[max(0, draft.start - _WINDOW) : draft.start]
    if _ORDINAL.search(before):
        return True
    is_place = draft.unit is not None and draft.unit.word in ("名", "位")
    return is_place and not draft.words and bool(_RANK.search(before))


def _is_date(text: str, draft: Draft) -> bool:
    """2022年, 22年3月, 8日; but 三年多, 10年, 3日以内 are spans of time."""
    if draft.unit is not None and draft.unit.word == "分":
        return text[draft.start - 1 : draft.start] in tuple("时点")
    if draft.unit is None or draft.unit.word not in ("年", "日"):
        return False
    if draft.unit.word == "日":
        return not (text.endswith(_DAY_LIMITS, 0, draft.end) or _is_limited(draft))
    if draft.last.low >= 1000 and draft.last.low.denominator == 1 and not draft.has_power:
        return True
    follows = text[draft.end : draft.end + 4]
    if re.match(rf"[{_CN}{numerals.ARABIC}]{{1,2}}月", follows):
        return True
    return not draft.last.is_chinese and follows.startswith(YEAR_ENDS)


def _is_limited(draft: Draft) -> bool:
    return any(word.rule in ("R4", "R5", "R7") for word in draft.words)


def _is_address(text: str, draft: Draft) -> bool:
    """3栋2单元, 12单元, 3组 of a village."""
    word = draft.unit.word if draft.unit else ""
    before = text[max(0, draft.start - 1) : draft.start]
    if word == "单元" and before in ("楼", "栋", "幢", "座"):
        return True
    if word in ("栋", "幢", "单元", "座"):
        return bool(_ROOM.match(text, draft.end))
    return word in ("组", "队", "班") and before in ("村", "屯", "庄", "寨", "塘", "湾")


def _is_bare(_text: str, draft: Draft) -> bool:
    """R14: 百, 千, 万 alone are set phrases; 百万元 is an amount."""
    if not draft.first.is_bare or draft.words or draft.unit is None:
        return draft.first.is_bare and not draft.words and not draft.is_fraction
    if draft.unit.kind == "share" and draft.parts[0][0] == "unit":
        return False
    return draft.first.end - draft.first.start == 1


def _is_one_of_many(text: str, draft: Draft) -> bool:
    """每一名, 一户一策, 一份份, 一个不漏, 一批: 一 that counts nothing."""
    is_one = draft.first.is_chinese and draft.first.low == 1 and not draft.has_power
    if not is_one or draft.words or draft.unit is None or draft.amount.form != "exact":
        return False
    before, after = text[max(0, draft.start - 2) : draft.start], text[draft.end : draft.end + 2]
    if before.endswith((*DISTRIBUTIVE, *SLOGAN_LOSS)) or before[:1] == "一":
        return True
    if after[:1] in ("一", "两", "多", "不", "都", "也") or after.startswith(draft.unit.word):
        return bool(after)
    return _is_vague(text, draft)


def is_of_pieces(text: str, start: int, end: int) -> bool:
    """悬挂光荣牌2590块, 30块展板: pieces of a thing, not money."""
    before = _PIECES_BEFORE.search(text, max(0, start - 8), start)
    return before is not None or _PIECES_AFTER.match(text, end) is not None


def _is_vague(text: str, draft: Draft) -> bool:
    word = draft.unit.word if draft.unit else ""
    if word == "起":
        return not _CASES.match(text[draft.end : draft.end + 12])
    if word == "面":
        return not _BANNERS.match(text[draft.end : draft.end + 5])
    return word in VAGUE_ONE


def _is_rank_or_group(text: str, draft: Draft) -> bool:
    """二次, 三期, 一、二类: a single Chinese digit that orders."""
    numeral, unit = draft.first, draft.unit
    is_single = numeral.is_chinese and numeral.end - numeral.start == 1 and not draft.words
    if not is_single or unit is None or draft.last is not numeral:
        return False
    if _LIST_OF_DIGITS.search(text[max(0, draft.start - 3) : draft.start]):
        return True
    if text[numeral.start] == "二":
        return unit.word not in _PLAIN_TWO and unit.kind == "count"
    return unit.word in ORDINAL_AFTER_CHINESE and text[numeral.start] not in "两几数"


def _is_noun_ending(text: str, draft: Draft) -> bool:
    """人数百余 holds 百余, not 数百: 数 belongs to the noun before it."""
    if text[draft.first.start] != "数":
        return False
    return text[draft.start - 1 : draft.start] in NOUNS_ENDING_IN_NUMBER


def _is_part_of_word(text: str, draft: Draft) -> bool:
    """周三, 星期三, 三届二次, 年近七十: a number that belongs to the word before it."""
    before = text[max(0, draft.start - 2) : draft.start]
    if draft.unit is None and before.endswith("年"):
        return True
    if draft.first.is_chinese and before.endswith(
        ("周", "星期", "礼拜", "初", "大年", "届", "腊月")
    ):
        return draft.last.end - draft.first.start <= 2 and not draft.words
    return draft.amount.form == "few" and text.startswith("乎", draft.first.end)


_OTHERS: tuple[Callable[[str, Draft], bool], ...] = (
    _is_code,
    _is_ordinal,
    _is_date,
    _is_address,
    _is_bare,
    _is_one_of_many,
    _is_rank_or_group,
    _is_noun_ending,
    _is_part_of_word,
)
