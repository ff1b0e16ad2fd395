"""Numbers that are no observations, and why: dates, ages, ordinals, names, slogans, codes …

Each reason is a pattern of the words around the number; the first that holds gives the code of
reasons.csv. What no pattern tells is `other_number`: seen, not understood, never dropped.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extract.quantity.patterns import pattern_of

CN = "〇零一二三四五六七八九十百千万亿两几数"
D = "0-9０-９"
N = f"[{D}{CN}]"
_SMALL = "[一二三四五六七八九十两]"
NUMERAL = pattern_of(rf"[{D}]+(?:[.．][{D}]+)*|[〇零一二三四五六七八九十百千万亿两几]+")

_ANY_DIGIT = "0123456789０１２３４５６７８９"
_REASONS: tuple[tuple[str, ...], ...] = (
    (
        "document_number",
        rf"[〔［\[【（(][{D}]{{4}}[〕］\]】）)]\s?第?[{D}]{{1,6}}号|[{D}]{{1,6}}号(?:文件?|令|通知|公告|公报|议案|提案)"
        rf"|第[{D}{CN}]{{1,4}}号(?:文|令|提案)",
    ),
    (
        "page_furniture",
        rf"第?[A-Z]?[{D}]{{1,3}}版|content_[{D}]{{1,16}}|[{D}]{{1,16}}\.html?|https?://[^\s，。]{{1,200}}|[{D}]{{1,4}}(?:\s{{1,4}}[{D}]{{1,4}}){{1,6}}(?=\s{{0,9}}(?:$|\n))"
        rf"|第[{D}]{{1,3}}页|责编|www\.[^\s，。]{{1,100}}",
        f"{_ANY_DIGIT}/w",
    ),
    (
        "phone",
        rf"(?:电话|热线|咨询|传真|手机|拨打)[:：]?\s?[{D}]{{3,4}}[-－—]?[{D}]{{5,8}}|[{D}]{{3,4}}[-－—][{D}]{{7,8}}|(?<![{D}])1[3-9][{D}]{{9}}(?![{D}])",
        _ANY_DIGIT,
    ),
    (
        "name",
        rf"(?<![{D}])(?:12345|12315|12348|12333|12388|12350|12355|12380|12309|12337|110|119|120|122|1890|96[{D}]{{3,4}}|95[{D}]{{3}})(?![{D}.．件名人个户次起条项元万余多家处])",
        _ANY_DIGIT,
    ),
    (
        "date",
        rf"[{D}]{{4}}[-－./年](?:[{D}]{{1,2}}[-－./月](?:[{D}]{{1,2}}[日号]?)?)?(?:[上下]半年|以来|度|底|初|末)?"
        rf"|[{D}]{{1,2}}月[{D}]{{1,2}}[日号]?(?:[-－—至到~～][{D}]{{1,2}}[日号])?|[{D}]{{1,4}}年?[-－—至到~～][{D}]{{1,4}}年(?:度|底)?|[{D}]{{1,2}}[-－—至到~～、和]?[{D}]{{0,2}}月(?:份|底|初|末)?"
        rf"|[{D}]{{1,2}}月(?:[、和][{D}]{{1,2}}月){{0,11}}|前[{D}{CN}]{{1,2}}(?:个月|季度)|[一二三四1-4]季度|[{D}]{{1,2}}日|[{D}]{{4}}年度?|[{D}]{{2}}年(?![多余])"
        rf"|[{CN}]{{2,4}}年[{CN}]{{1,3}}月(?:[{CN}]{{1,3}}日)?|[〇零一二三四五六七八九]{{4}}年|(?:周|星期|礼拜)[一二三四五六日]|[{CN}]{{1,2}}月(?:份|[{CN}]{{1,3}}日)?|(?:大年|农历|腊月|正月)?初[一二三四五六七八九十]"
        rf"|十[一二三四五六]五(?:时期|规划|期间)?|七一(?!路)|八一(?!路)|十一假期|五一(?!路)|[{D}]{{4}}(?=[-－—]|\s*(?:工作|年))",
    ),
    (
        "time",
        rf"[{D}]{{1,2}}[:：][{D}]{{2}}(?:[:：][{D}]{{2}})?|[上下]午[{D}{CN}]{{1,3}}[时点]半?|[{D}]{{1,2}}[时点](?:[{D}]{{1,2}}分|许|整|半)?",
    ),
    (
        "meeting_name",
        rf"[{CN}]{{1,3}}大(?=[精报召会代以胜的和“”、，。]|$)|[{CN}]{{1,3}}届[{CN}]{{1,2}}中全会|[{CN}]{{1,3}}[届次][^，。]{{0,12}}?(?:大会|会议|全会)|两会|[{CN}]{{1,2}}中全会",
    ),
    (
        "ordinal",
        rf"第[{D}{CN}]{{1,6}}(?:[、和至到—\-][第]?[{D}{CN}]{{1,6}}){{0,9}}[^，。\s]?|[{CN}{D}](?:、[{CN}{D}]){{0,9}}[、和]?[{CN}{D}]?级(?!别)|[一二三四五六七八九{D}][期类等](?!间|似|待)|首[{D}{CN}]{{1,16}}|前[{D}{CN}]{{1,4}}[名位强]|[{D}]{{1,3}}强|[（(][{D}{CN}]{{1,3}}[）)]|(?:^|(?<=\n))[{D}{CN}]{{1,3}}[、.．](?![{D}])"
        rf"|Top\s?[{D}]{{1,16}}|排名[^，。]{{0,4}}[{D}]{{1,16}}",
    ),
    (
        "slogan",
        rf"[{D}{CN}N](?:\s?[+＋×xX*]\s?[{D}{CN}NnXx]){{1,6}}|{N}[+＋][\u4e00-\u9fffA-Za-z]|[\u4e00-\u9fff][+＋]{N}{{1,16}}|{_SMALL}位一体|{_SMALL}(?:化|联|访|送|手抓|不误|到位|个?抓|个?起来|结合)|创一流|进十强|过[百千万]亿|最后一(?:公里|百米|米)|一[^\s，。、]{{1,4}}一[^\s，。、]{{1,3}}",
    ),
    (
        "age",
        rf"[{D}{CN}]{{1,4}}(?:多|余|来)?(?:周?岁|旬)|年[近过逾届满][{D}{CN}]{{1,3}}|[{D}]{{1,3}}[-－—至到~～][{D}]{{1,3}}周?岁|[{D}]{{2}}后(?![续来])",
    ),
    ("address", rf"[{D}]{{1,3}}[栋幢](?:[、和][{D}]{{1,3}}[栋幢]){{1,9}}"),
    (
        "address",
        rf"[{D}A-Z]{{1,5}}(?:号楼|号院|单元|室|弄|号)(?:[、和][{D}A-Z]{{1,5}}(?:号楼|单元|室|弄|幢|栋|号)){{0,9}}|[{D}]{{1,5}}(?:[、，][{D}]{{1,5}}){{0,9}}室|[{D}]{{1,3}}(?:楼|层)(?![宇栋])|[{CN}]{{1,3}}(?:楼|号楼|路|巷|弄)(?![宇栋])|[GSXYC省国县]道?[{D}]{{2,4}}",
    ),
    (
        "frequency",
        rf"每[{D}{CN}半]{{0,3}}个?(?:年|月|季度|周|天|日|小时|半月|半个月|个月|季)(?:[{CN}{D}]{{1,3}}(?:次|检|巡|报|调度|研判|通报|总结))?|[一{CN}]{{1,2}}(?:周|月|季|日|天|年|季度|周期)[{CN}]{{1,2}}(?:次|查|报|研判|调度|主题|评|考|巡|测|结|通报|总结)|半年[^，。]{{1,4}}",
    ),
    (
        "percentage",
        rf"百分之[{D}{CN}]{{1,16}}|百分百|[{D}]{{1,16}}(?:[.．][{D}]{{1,16}})?\s?(?:%|％|‰|个?百分点)|[{CN}]成",
    ),
    (
        "name",
        rf"[{CN}]项(?=“|[^，。、]{{0,6}}(?:行动|制度|机制|工程之|举措之))|门前[三四五]包|[{CN}]大(?=[行工体专员])",
    ),
    (
        "name",
        rf"[“‘「『][^”’」』\n]{{0,12}}{N}[^”’」』\n]{{0,12}}[”’」』]|{_SMALL}(?:里店|河|里|山|桥|庄|塘|道|里河|星级|佳|好|净|勤|规范|公开|述|老|委|边|违|癌|减|新|馆|章|室|讲|审|网|防|力|项制度|小|务|资|帮扶|保户?|改|查|包|清|大行动|大工程|大体系|大员)|{_SMALL}个?[\u4e00-\u9fff]{{1,2}}{_SMALL}个?[\u4e00-\u9fff]{{1,2}}|(?:三|四|两|五|六|七|八|九|十)个(?:意识|自信|维护|以案|第一|一百年|确立|代表|务必|必须|一批|一)|[{D}]{{1,3}}分钟[^，。]{{0,8}}?圈|[{D}]{{1,16}}周年|[{CN}]周年|一网|多网合一|[A-Za-z]{{1,16}}[-－]?[{D}]{{1,16}}[A-Za-z{D}]{{0,16}}|[{D}]{{1,16}}[A-Za-z]{{1,16}}|学习强国|一把手|[一两三]会一课|三会",
    ),
    (
        "dimension",
        rf"[{D}.．]{{1,16}}米(?=[、，,×*]?[高宽长厚])|[{D}.．]{{1,16}}\s?(?:[×xX*]\s?[{D}.．]{{1,16}}){{1,4}}(?:米|厘米|毫米)?|(?:高|宽|长|厚|深|直径|口径)(?:约|度)?[{D}{CN}.．]{{1,16}}(?:余|多)?(?:米|厘米|毫米|公分)",
    ),
    (
        "set_phrase",
        rf"[一二三四五六七八九十百千万]家[万千]户|千[^\s，。]{{1,2}}万[^\s，。]{{1,2}}|百[日年姓]|[千万][^\s，。、{D}{CN}]{{0,1}}(?:条线|群|册|户)|一(?:举|根|座|条|张|盘|站式|门式|体|次性|系列|批|线|起|定|直|切|方面|旦|致|流|样|些|般|同|律|手|道|心|贯|时|向)|双[提胜]|清零|零(?:距离|容忍|跑腿|接触|散)|一个",
    ),
)


@dataclass(frozen=True, slots=True)
class Marked:
    """Words at text[start:end] whose number is no observation, for `reason`."""

    start: int
    end: int
    reason: str


_Spans = tuple[list[int], list[int]]
"""Where words begin, and where they end."""


class Masks:
    """Where the words of each reason stand in one text; linear in its length."""

    def __init__(self, text: str, taken: bytearray) -> None:
        """`taken` marks the characters of quantities: no reason is looked for there."""
        self._text, self._taken = text, taken
        self._numerals = [
            part
            for numeral in NUMERAL.finditer(text)
            for part in _free(taken, numeral.start(), numeral.end())
        ]
        self._parts = list(_around(self._numerals))
        self._begins = [begin for begin, _ in self._parts]
        self._found: list[list[_Spans]] = [[] for _ in self._parts]

    def at(self, start: int, end: int) -> Marked | None:
        """The first reason whose words hold all of text[start:end].

        A reason is looked for where a number asks for it, once in each part of the text.
        """
        part = bisect_right(self._begins, start) - 1
        if self._parts[part][1] < end:
            return None
        known = self._found[part]
        for number, (reason, pattern, needed) in enumerate(_patterns()):
            if number == len(known):
                known.append(self._spans(pattern, needed, *self._parts[part]))
            starts, ends = known[number]
            place = bisect_right(starts, start) - 1
            if place >= 0 and ends[place] >= end:
                return Marked(starts[place], ends[place], reason)
        return None

    def _spans(
        self, pattern: re.Pattern[str], needed: frozenset[str], begin: int, end: int
    ) -> _Spans:
        if needed and needed.isdisjoint(self._text[begin:end]):
            return [], []
        spans = [found.span() for found in pattern.finditer(self._text, begin, end)]
        return [first for first, _ in spans], [last for _, last in spans]

    def left(self, taken: bytearray) -> Iterator[Marked]:
        """The numbers that nothing has taken by now, each with its reason and its words.

        Every group of digits is among them, and each Chinese numeral that a reason knows.
        """
        yield from (
            Marked(found.start(), found.end(), "placeholder")
            for found in _PLACEHOLDER.finditer(self._text)
        )
        reached = 0
        for first, last in self._numerals:
            for start, end in _free(taken, max(reached, first), last):
                marked = self.at(start, end)
                if marked is None and not _is_number(self._text, start, end):
                    continue
                whole = _grown(marked, start, end, taken, reached)
                yield whole
                reached = whole.end


_PLACEHOLDER = pattern_of(
    "(?<![A-Za-z0-9０-９〇零一二三四五六七八九十百千万亿两几数])[XxＸ×*]{1,4}[余多]?(?=[名人户家个件万次年元])"
)
NEAR = 20
"""How far from a numeral the words of its reason may begin or end."""
_DIGITS = frozenset(_ANY_DIGIT)
_COUNTED = pattern_of("[人名位户家件个项次条处支万亿元年月天]")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], frozenset[str]], ...]:
    """The reasons compiled, once and not before they are asked for: importing stays quick."""
    return tuple(
        (reason, re.compile(pattern), frozenset("".join(needed)))
        for reason, pattern, *needed in _REASONS
    )


def _around(numerals: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of the text that lie near a numeral, in order, not overlapping."""
    begin = end = 0
    for first, last in numerals:
        if first - NEAR > end:
            yield begin, end
            begin = first - NEAR
        end = last + NEAR
    yield begin, end


def _free(taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of text[start:end] that nothing has taken."""
    at = start
    while at < end:
        stop = taken.find(1, at, end)
        stop = end if stop < 0 else stop
        if stop > at:
            yield at, stop
        at = stop + 1


def _is_number(text: str, start: int, end: int) -> bool:
    """Digits are; a Chinese numeral is where it is longer than a letter and a measure follows."""
    if any(c in _DIGITS for c in text[start:end]):
        return True
    return end - start > 1 and bool(_COUNTED.match(text, end))


def _grown(marked: Marked | None, start: int, end: int, taken: bytearray, reached: int) -> Marked:
    """The marked words where they are free, else the numeral alone; never less than it."""
    if marked is None:
        return Marked(start, end, "other_number")
    if marked.start >= reached and not any(taken[marked.start : marked.end]):
        return marked
    return Marked(start, end, marked.reason)


def reasons(names: Sequence[str] = ()) -> frozenset[str]:
    """The codes in use here, with `names`."""
    return frozenset((*names, "other_number", "placeholder", *(row[0] for row in _REASONS)))
