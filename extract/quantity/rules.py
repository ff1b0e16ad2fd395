"""The rule table `cn-approx-1` as data: which words bound a number, and how.

`RULES` is the table a reader sees; `WORDS` lists every qualifying word with the rule it invokes;
`PRESET_TABLE` holds the ways of reading that may be chosen instead. The arithmetic is in
`intervals`. Sources of the rules: GB/T 15835-2011 (approximate numbers and ranges), Civil Code
art. 1259 (以上, 以下, 以内 include the number, 不满 and 超过 exclude it), usage of 余 and 多 in
reference grammars. The soft bounds of 近, 约 and 来 are a convention of this project.
"""

from dataclasses import dataclass
from typing import Literal

RuleKind = Literal["hard", "soft", "none"]
Position = Literal["before", "number", "unit"]
Direction = Literal["up", "down", "around"]

_STANDARD = "GB/T 15835-2011"
_CODE = "Civil Code of the PRC, art. 1259"
_GRAMMAR = "reference grammars: 余, 多 stop before the next round number"
_CONVENTION = "convention of this project"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the words that invoke it, the bounds it gives (N the number, g its last place)."""

    id: str
    words_zh: tuple[str, ...]
    bounds_zh: str
    bounds_en: str
    example: str
    kind: RuleKind
    source: str


@dataclass(frozen=True, slots=True)
class Word:
    """A qualifying word, where it stands (before, right after the number, after the unit).

    `not_after` and `not_before` hold letters that make it part of another word (附近, 预约).
    """

    text: str
    rule: str
    position: Position
    is_open: bool = False
    not_after: str = ""
    not_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preset:
    """A way of reading: which rules are applied otherwise than `cn-approx-1` has them."""

    name: str
    label_zh: str
    label_en: str
    has_open_remainder: bool = False
    is_point: bool = False
    is_narrow: bool = False


RULES: tuple[Rule, ...] = (
    Rule("R0", (), "等于N", "[N, N]", "130件", "hard", "the number itself"),
    Rule(
        "R1",
        ("余", "多", "有余"),
        "大于N,小于N加末位单位g",
        "(N, N+g)",
        "200余人",
        "hard",
        _GRAMMAR,
    ),
    Rule(
        "R2",
        ("近", "将近", "接近"),
        "小于N,下限按约定取N减g与N的十分之一中较小者",
        "(N − min(g, N/10), N)",
        "近500人",
        "soft",
        _CONVENTION,
    ),
    Rule(
        "R3",
        ("约", "大约", "大概", "左右", "上下", "前后"),
        "按约定取N上下各h,h为g的一半与N的十分之一中较小者",
        "[N − h, N + h), h = min(g/2, N/10)",
        "约350人",
        "soft",
        _CONVENTION,
    ),
    Rule(
        "R4",
        ("以上", "及以上", "至少", "最少", "不少于", "不低于", "不小于", "≥"),
        "不小于N;比重最多100%",
        "[N, ∞); a share at most 100",
        "500人以上",
        "hard",
        _CODE,
    ),
    Rule(
        "R5",
        (
            *("超", "超过", "逾", "突破", "高于", "多于", "大于", "过", ">", "＞"),
            "上",
        ),
        "大于N;上百、上千、上万含本数;比重最多100%",
        "(N, ∞), closed for 上百, 上千, 上万; a share at most 100",
        "超10万人",
        "hard",
        _CODE,
    ),
    Rule(
        "R6",
        ("达", "共", "累计", "多达"),
        "不影响上下限",
        "no effect on the bounds",
        "共130件",
        "none",
        _CONVENTION,
    ),
    Rule(
        "R7",
        (
            *("以下", "及以下", "以内", "之内", "内", "不超过", "不多于", "不高于", "不大于"),
            *("至多", "最多", "≤", "不足", "不到", "不满", "低于", "少于", "小于", "<", "＜"),
        ),
        "不大于N(不足、不到、不满不含N);计数、金额、比重的下限为0",
        "[0, N], open at N for 不足, 不到, 不满; 0 for counts, amounts and shares only",
        "不足100户",
        "hard",
        _CODE,
    ),
    Rule(
        "R8",
        ("几", "十几", "几十", "几百"),
        "几为2至9,十几为11至19,几十为20至不满100",
        "几 [2, 9], 十几 [11, 19], 几十 [20, 100), 几百 [200, 1000)",
        "十几个",
        "hard",
        _STANDARD,
    ),
    Rule(
        "R9",
        ("数", "数十", "数百", "数千"),
        "数十为20至不满100,数百为200至不满1000",
        "数十 [20, 100), 数百 [200, 1000), 数千 [2000, 10000)",
        "数十名",
        "hard",
        _STANDARD,
    ),
    Rule(
        "R10",
        ("两三", "三四", "三五"),
        "两个相邻数字之间,含两端",
        "the two neighbouring digits, both included",
        "两三百人",
        "hard",
        _STANDARD,
    ),
    Rule(
        "R11",
        ("来",),
        "按约定取N上下各g的一半与N的五分之一中较小者",
        "[N − h, N + h], h = min(g/2, N/5)",
        "三百来人",
        "soft",
        _CONVENTION,
    ),
    Rule(
        "R12",
        ("-", "～", "至", "到"),
        "两端之间,含两端;单位和万、亿归于左端;余、多只延伸右端",
        "both ends included; unit and multiplier carry to the left; 余, 多 extend the right end",
        "2至3万元",
        "hard",
        _STANDARD,
    ),
    Rule(
        "R13",
        ("近…余", "近…多", "约…余"),
        "说法相互矛盾,取两者的合并区间",
        "contradictory words: the hull of both, both ends assumed",
        "近300余万元",
        "soft",
        _CONVENTION,
    ),
    Rule(
        "R14",
        ("百", "千", "万"),
        "固定说法,不是数量",
        "a bare 百, 千, 万 in a set phrase is no quantity",
        "千群合力",
        "none",
        _CONVENTION,
    ),
    Rule(
        "R15",
        ("未出现一例", "未发生", "零上访"),
        "等于0,出自报告单位的否定说法",
        "[0, 0], by the reporting office's own negation",
        "未出现一例",
        "hard",
        "the meaning of the negation",
    ),
)

_NOT_NEAR = "附最邻靠就临远亲逼"
_NOT_ABOUT = "预节公签合违履条制邀解简誓契爽失毁缔"
_NOT_REACHED = "找得想看做收听料等感遇达"
_NOT_OVER = "商高赶反"
_NOT_UP = "网线街路会身以马早晚楼船桌岗"
_NOT_UNDER = ("班", "游", "联", "级", "学", "楼", "车", "功夫", "一心", "一致")

WORDS: tuple[Word, ...] = (
    Word("近", "R2", "before", not_after=_NOT_NEAR),
    Word("将近", "R2", "before"),
    Word("接近", "R2", "before"),
    Word("约", "R3", "before", not_after=_NOT_ABOUT),
    Word("约为", "R3", "before", not_after=_NOT_ABOUT),
    Word("大约", "R3", "before"),
    Word("大概", "R3", "before"),
    Word("至少", "R4", "before"),
    Word("至少有", "R4", "before"),
    Word("最少", "R4", "before"),
    Word("不少于", "R4", "before"),
    Word("不低于", "R4", "before"),
    Word("不小于", "R4", "before"),
    Word("≥", "R4", "before"),
    Word("超", "R5", "before", is_open=True, not_after=_NOT_OVER),
    Word("超过", "R5", "before", is_open=True),
    Word("超过了", "R5", "before", is_open=True),
    Word("逾", "R5", "before", is_open=True),
    Word("突破", "R5", "before", is_open=True),
    Word("突破了", "R5", "before", is_open=True),
    Word("高于", "R5", "before", is_open=True),
    Word("多于", "R5", "before", is_open=True),
    Word("大于", "R5", "before", is_open=True),
    Word(">", "R5", "before", is_open=True),
    Word("＞", "R5", "before", is_open=True),
    Word("不超过", "R7", "before"),
    Word("不多于", "R7", "before"),
    Word("不高于", "R7", "before"),
    Word("不大于", "R7", "before"),
    Word("至多", "R7", "before"),
    Word("最多", "R7", "before"),
    Word("≤", "R7", "before"),
    Word("不足", "R7", "before", is_open=True),
    Word("不到", "R7", "before", is_open=True, not_after=_NOT_REACHED),
    Word("不满", "R7", "before", is_open=True),
    Word("低于", "R7", "before", is_open=True),
    Word("少于", "R7", "before", is_open=True),
    Word("小于", "R7", "before", is_open=True),
    Word("<", "R7", "before", is_open=True),
    Word("＜", "R7", "before", is_open=True),
    Word("余", "R1", "number"),
    Word("多", "R1", "number"),
    Word("有余", "R1", "number"),
    Word("来", "R11", "number"),
    Word("左右", "R3", "unit", not_before=("手", "邻", "岸", "两", "逢源")),
    Word("上下", "R3", "unit", not_before=_NOT_UNDER),
    Word("前后", "R3", "unit", not_before=("两", "对", "共", "排", "院")),
    Word("有余", "R1", "unit"),
    Word("以上", "R4", "unit"),
    Word("及以上", "R4", "unit"),
    Word("及其以上", "R4", "unit"),
    Word("（含）以上", "R4", "unit"),
    Word("(含)以上", "R4", "unit"),
    Word("以下", "R7", "unit"),
    Word("及以下", "R7", "unit"),
    Word("（含）以下", "R7", "unit"),
    Word("(含)以下", "R7", "unit"),
    Word("以内", "R7", "unit"),
    Word("之内", "R7", "unit"),
)
REMAINDER = Word("多", "R1", "unit", not_before=("元化", "样", "次", "于", "方"))
WITHIN = Word("内", "R7", "unit", not_before=("部", "外", "容", "设", "涵", "蒙", "科"))
BARE_UP = Word("上", "R5", "before", not_after=_NOT_UP)
BARE_OVER = Word("过", "R5", "before", is_open=True, not_after="通经超不")

DIRECTIONS: dict[str, Direction] = {
    "R1": "up",
    "R2": "down",
    "R3": "around",
    "R4": "up",
    "R5": "up",
    "R7": "down",
    "R11": "around",
}

PRESET_TABLE: tuple[Preset, ...] = (
    Preset("cn-approx-1", "通行读法", "default reading"),
    Preset("open", "“余”“多”不设上限", "余, 多 without an upper bound", has_open_remainder=True),
    Preset("point", "只取写出的数", "the number as written, bounds dropped", is_point=True),
    Preset("narrow", "“10万余”读作10万至11万", "10万余 reads (10万, 11万)", is_narrow=True),
)
PRESETS: tuple[str, ...] = tuple(preset.name for preset in PRESET_TABLE)


def preset_named(name: str) -> Preset:
    """The preset of that name; a ValueError lists the names there are."""
    for preset in PRESET_TABLE:
        if preset.name == name:
            return preset
    known = "、".join(PRESETS)
    raise ValueError(
        f"没有名为“{name}”的数量读法,可选:{known} (unknown preset; choose one of them)"
    )
