"""Nouns that fix a measure word left out: 志愿者620万 counts people, 低保金3347万 is money.

The tables are data: a noun and the measure word that goes without saying.
"""

import re
from functools import cache

from . import numerals, units
from .ends import skip_spaces
from .patterns import pattern_of
from .reading import Draft
from .units import Unit

LONGEST = 16

_PEOPLE = (
    "志愿者 义工 党员 干部 群众 居民 村民 市民 职工 员工 老人 老年人 儿童 学生 学员 青年 "
    "妇女 人口 网格员 调解员 护理员 社工 社会工作者 居民群众 人数 人员 工作者 从业者 参与者 "
    "受益者 劳动力 农民 游客 旅客 代表 师生 退役军人 军人 残疾人 困难群众 对象 教师 医生 "
    "医护 会员 团员 用户 消费者 观众 粉丝 户籍人口 农民工 民工"
)
_MONEY = (
    "金 款 费 资 金额 总额 资金 经费 补贴 补助 津贴 投资 总投资 投入 支出 收入 产值 营收 "
    "税收 利润 损失 贷款 工资 薪酬 债务 欠薪 资产 财政 销售额 成交额 交易额 授信 营业额 善款 "
    "物资折款 价值 成本 预算"
)
_OTHERS = {
    "人次": "人次 服务人次 总人次",
    "户": "户数 家庭 农户 住户 困难户 贫困户 脱贫户 低保户",
    "家": "企业 商户 门店 店铺 经营主体 市场主体 个体户",
    "件": "件数 工单 案件 纠纷 矛盾纠纷",
    "次": "次数",
    "个": "岗位 项目",
}
_FOLLOWING = {
    "人": (
        "志愿者 党员 干部 群众 居民 村民 市民 职工 员工 老人 老年人 儿童 学生 青年 妇女 "
        "网格员 调解员 社工 农民 游客 旅客 师生 退役军人 残疾人 困难群众 教师 医护人员 会员 "
        "观众 人口 民工 农民工 常住人口 干警 民警"
    ),
    "家": "企业 商户 门店 店铺 经营主体 市场主体",
    "户": "家庭 农户 住户 困难户 贫困户 脱贫户 低保户 商住户",
}


def _alternation(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


@cache
def _before_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    groups = {"元": _MONEY, **_OTHERS, "人": _PEOPLE}
    link = (
        "(?:的?(?:人数|数量|总数|总量|规模|总额|金额|数))?(?:已|现|就)?"
        "(?:达到?了?|有|共计?|合计|为|累计|多达|高达|超|超过|约|近)?[:：]?$"
    )
    return tuple(
        (word, re.compile(f"(?:{_alternation(nouns)}){link}")) for word, nouns in groups.items()
    )


_AFTER = tuple((word, pattern_of(_alternation(nouns))) for word, nouns in _FOLLOWING.items())
_PLACE_WORDS = "街道|社区|村居|乡镇|[村乡镇]"
_PLACE = pattern_of(f"(?:{_PLACE_WORDS})(?![民支委办级])")
_PLACES = pattern_of(
    f"(?:{_PLACE_WORDS})[{numerals.ARABIC}]{{1,3}}(?:{_PLACE_WORDS})(?![民支委办级])"
)
_PLACE_BEFORE = pattern_of(f"[{numerals.ARABIC}]{{1,3}}(?:{_PLACE_WORDS})$")
FIRST_LETTERS = frozenset(noun[0] for nouns in _FOLLOWING.values() for noun in nouns.split())
ENDS = frozenset("，,。;；、!！?？)）”』」\n\r占")


def implied(text: str, draft: Draft) -> Unit | None:
    """The unit that the noun beside a number without measure word gives it, else None."""
    if draft.is_fraction:
        return None
    if _counts_places(text, draft):
        return units.UNITS["个"]
    return _after(text, draft) or _before(text, draft)


def _counts_places(text: str, draft: Draft) -> bool:
    """3村11社区: two numbers whose nouns stand where a measure word would."""
    if draft.first.is_chinese or draft.words or draft.has_power:
        return False
    if _PLACES.match(text, draft.end):
        return True
    is_second = _PLACE.match(text, draft.end) and _PLACE_BEFORE.search(
        text[max(0, draft.start - LONGEST) : draft.start]
    )
    return bool(is_second)


def _after(text: str, draft: Draft) -> Unit | None:
    is_small = draft.first.is_chinese and not (draft.words or draft.first.has_multiplier)
    if is_small or (_is_year(draft) and not draft.words):
        return None
    at = skip_spaces(text, draft.end)
    for word, pattern in _AFTER:
        if pattern.match(text, at):
            return units.UNITS[word]
    return None


def _before(text: str, draft: Draft) -> Unit | None:
    if not (_has_scale(draft) or draft.words) and not _stands_last(text, draft):
        return None
    words = text[max(0, draft.start - LONGEST) : draft.start].rstrip(" \u3000")
    for word, pattern in _before_patterns():
        if pattern.search(words):
            return units.UNITS[word]
    return None


def _stands_last(text: str, draft: Draft) -> bool:
    """An unscaled number counts only if its clause ends with it: 志愿者620,占…"""
    follows = text[draft.end : draft.end + 1]
    is_year = _is_year(draft) or draft.first.is_chinese
    return not is_year and (not follows or follows in ENDS) and draft.last is draft.first


def _has_scale(draft: Draft) -> bool:
    return draft.has_power or draft.last.scale > 0


def _is_year(draft: Draft) -> bool:
    width = draft.last.end - draft.last.start
    return width == 4 and 1900 <= draft.last.low <= 2100 and not draft.has_power


def is_measured(draft: Draft) -> bool:
    """Whether a number without any unit is still a quantity: 1600万, 超过300, 三分之二."""
    if draft.is_fraction:
        return "/" not in _joiners(draft) or bool(draft.words)
    if _has_scale(draft):
        return True
    is_word = draft.first.is_chinese and (draft.first.is_bare or not draft.first.has_multiplier)
    return bool(draft.words) and not (_is_year(draft) or is_word)


def _joiners(draft: Draft) -> str:
    """A slash between Arabic numbers needs a word beside it to be a share (1/2 or 3/5?)."""
    starts = [start for kind, start in draft.parts if kind == "joiner"]
    return "/" if starts and draft.last.start == starts[-1] + 1 else ""
