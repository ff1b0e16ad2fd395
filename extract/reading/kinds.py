"""What kind of thing a quantity measures: some are no observations whatever they stand beside."""

import re
from bisect import bisect_right

from extract.quantity import Quantity
from extract.quantity.patterns import pattern_of

from .masks import Masks

_BY_UNIT = {
    **dict.fromkeys(
        [
            "年",
            "月",
            "天",
            "日",
            "周",
            "小时",
            "分钟",
            "秒",
            "季度",
            "学期",
            "工作日",
            "夜",
            "昼夜",
            "课时",
            "学时",
        ],
        "duration",
    ),
    "岁": "age",
    "%": "percentage",
    "百分点": "percentage",
    "分": "score",
    "倍": "ratio",
    "℃": "dimension",
}
UNLESS_INDICATOR = frozenset(("percentage", "duration", "set_phrase", "quoted"))
"""Reasons that give way where an indicator is counted in just this unit."""
_SPEECH = pattern_of("“([^“”\\n]{13,600})”")
_SENTENCE = pattern_of("[，,。！？!?]")
_EVERY = pattern_of("每(?:隔|个)?$")
_LENGTHS = frozenset(("米", "厘米", "毫米", "分米"))
_NONE = pattern_of("(?!)")
_BESIDE: tuple[tuple[frozenset[str], re.Pattern[str], re.Pattern[str], str], ...] = (
    (
        _LENGTHS,
        pattern_of("(?:高|宽|厚|深|直径|口径)[约度]?$"),
        pattern_of("[、，,×xX*]?[高宽厚深]"),
        "dimension",
    ),
    (
        frozenset("栋幢"),
        pattern_of("[0-9０-９]+[栋幢][、和]$|[栋幢][、和]$"),
        pattern_of("[、和][0-9０-９]{1,3}[栋幢]"),
        "address",
    ),
    (
        frozenset("项"),
        _NONE,
        pattern_of("“[^”]{1,6}”行动|[^，。、]{0,4}(?:行动之|举措之|工程之|行动以来|行动$)"),
        "name",
    ),
    (frozenset("包"), pattern_of("门前$"), _NONE, "name"),
)
_HOTLINE = pattern_of("12345(?=市[民长政府服热])")
_VAGUE = frozenset("个次项种类层步条座张面道片支")


class Kinds:
    """The kinds of the quantities of one text."""

    def __init__(self, text: str, masks: Masks) -> None:
        self._text, self._masks = text, masks
        spoken = [found.span(1) for found in _SPEECH.finditer(text) if _SENTENCE.search(found[1])]
        self._starts = [start for start, _ in spoken]
        self._ends = [end for _, end in spoken]

    def reason(self, quantity: Quantity) -> str | None:
        """Why the quantity is no observation; None where nothing says so."""
        by_unit = _BY_UNIT.get(quantity.unit or "")
        before = self._text[max(0, quantity.start - 3) : quantity.start]
        if by_unit == "duration" and _EVERY.search(before):
            return "frequency"
        if by_unit or _HOTLINE.match(self._text, quantity.start):
            return by_unit or "name"
        if quantity.unit is None and quantity.rule != "R15":
            marked = self._masks.at(quantity.start, quantity.end)
            return marked.reason if marked else "other_number"
        after = self._text[quantity.end : quantity.end + 12]
        for units, words_before, words_after, reason in _BESIDE:
            if quantity.unit in units and (words_before.search(before) or words_after.match(after)):
                return reason
        if self._is_spoken(quantity):
            return "quoted"
        return "set_phrase" if _is_article(quantity) or _is_adverb(quantity, after) else None

    def _is_spoken(self, quantity: Quantity) -> bool:
        place = bisect_right(self._starts, quantity.start) - 1
        return place >= 0 and quantity.end <= self._ends[place]


def _is_article(quantity: Quantity) -> bool:
    """一个, 一座: an article unless an indicator is counted."""
    return quantity.rule == "R0" and quantity.text[0] == "一" and quantity.text[1:] in _VAGUE


def _is_adverb(quantity: Quantity, after: str) -> bool:
    """两次体检: how often, said by the way, unless an indicator is counted."""
    return quantity.text in ("两次", "三次") and "一" <= after[:1] <= "龥"
