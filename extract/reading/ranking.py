"""Which indicator a number speaks of: patterns of words weighed by where the words stand.

The noun right behind the measure word counts most (120余名志愿者), then what stands before
the number in its own piece (志愿活动17场), then what the clauses before it hand down: a verb to the
items of a list (检查企业5家、加油站7家), a noun to a piece that names none (受理纠纷9件，化解8件).
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from .candidate import Alternative
from .clauses import Clauses, Scope
from .lexicon import Hit, Lexicon, Pattern, Roles

LEAST = 0.58
"""What a pattern must weigh for its indicator to be proposed."""
SHOWN = 0.3
MOST = 5
_CLAUSE, _ITEM, _FAR, _AFTER_LIST = 0.8, 0.93, 0.58, 0.6
_NOUN_IN = {
    "left head": 0.55,
    **dict.fromkeys(("far", "far verb"), 0.9),
    **dict.fromkeys(("far other", "far other verb"), 0.25),
}
_FUNCTION = re.compile(
    "[了的地着过已共计约近超达为有等各是在向对给将把又还并及和与其内已经累]|全年|今年|以来|去年|"
    "[0-9０-９]+|[年月日份]|当月|本月|全市|全县|全区|全镇|全乡|街道|共计|累计|合计|总计|先后|目前|截至|截止|现场|成功|"
    "实际|直接|分别|平均|日均|月均|年均|每天|每日|每年|同时|资金|总额|金额|达到|实现|完成|完毕|"
    "扩[大充]到|增[至到]|增加[到至]|[扩发]展到|优化为|调整为|整合[为成]|壮大到|"
    "其中|上述|同期|进站|当场|全部|及时|线上|线下|惠及|涉及|人数|总数|数量|一共|已有|现有|共有"
)
_OTHER_PEOPLE = re.compile("党员|干部|女兵|女性|男性|少数民族|大学生|中学生|本科|名额")
_SUBSET = re.compile(
    "其中[:：]?(?!(?:调解|调处|化解)?成功|成功|办结|化解)|包括|含(?!量)|中(?=党员|女|男|大学生|残疾人|退役军人|少数民族|本科)"
)
_ATTRIBUTE = re.compile(
    "女|男性|男兵|少数民族|本科|大专|大学(?:毕业|以上|学历|生)|高校毕业生|应届|党员"
)
_CHANGE = re.compile(
    "(?:比|较|同比|环比)[^，,。；]{0,10}(?:多|少|增|减|升|降|高|低|增加|减少|增长|下降|提高)了?$"
    "|(?:比|较)[^，,。；]{1,8}(?:多|少)[^，,。；]{0,4}$|(?:提高|提标|上调|上涨|调增|多发)了?$"
    "|同比[^，,。；]{0,6}$|(?:新增|净增|增加|增设|增长|减少|取消|清退|净减|退出|停发|核减|新纳入|"
    "注销|流失|下降)了?(?!登记|注册|就业|[到至为])"
)
_CHANGE_UNITS = frozenset("人户家个件支处元张名所座套")


class Weighed(NamedTuple):
    """A pattern that fits, its score, and the words that decided, in text order."""

    pattern: Pattern
    score: float
    words: tuple[str, ...]


_Zone = tuple[Hit, float, str]
_Found = tuple[float, Hit]
_OWN = frozenset(("left", "left head", "right"))


class Ranking:
    """Weighs the patterns of a lexicon for the numbers of one text."""

    def __init__(
        self, lexicon: Lexicon, text: str, clauses: Clauses, scopes: Iterable[Scope]
    ) -> None:
        self._text, self._clauses, self._lexicon = text, clauses, lexicon
        self._hits = lexicon.hits(text, _reach(scopes))
        self._ends = [hit.end for hit in self._hits]

    def rank(
        self, scope: Scope, unit: str | None, before: str | None, *, is_article: bool = False
    ) -> list[Weighed]:
        """The patterns that fit the number, best first; `before` is the indicator before it.

        An article (一个, 一座) counts only what stands right behind it, or what ends with it.
        """
        roles = self._lexicon.roles(unit)
        zones = self._zones(scope, roles)
        if is_article and self._text[scope.end : scope.right].strip():
            zones = [found for found in zones if found[2] == "right"]
        fits = [w for w in self._weighed(zones, roles) if self._holds(w, scope, before)]
        return sorted(fits, key=lambda found: (-found.score, found.pattern.indicator))

    def _zones(self, scope: Scope, roles: Mapping[str, Roles]) -> list[_Zone]:
        """Every word in reach that has a role, with the weight of its place."""
        right = self._within(scope.end, scope.right)
        before = self._within(self._begin(scope), scope.start)
        own = [hit for hit in before if hit.start >= scope.left]
        found: list[_Zone] = [
            (hit, max(0.35, 1.05 - 0.05 * (hit.start - scope.end)), "right")
            for hit in right
            if hit.word in roles
        ]
        found += self._after_list(scope, roles)
        has_head = any(hit.is_noun and hit.start - scope.end <= 4 for hit in right)
        found += _left(own, scope, roles, "left head" if has_head else "left")
        far = [hit for hit in before[: len(before) - len(own)] if hit.word in roles]
        if far:
            inherits = self._inherits(scope)
            zone = "far" if inherits else "far other"
            zone += " verb" if any(hit.is_verb for hit in own) else ""
            found += [(hit, self._far(hit, scope, inherits=inherits), zone) for hit in far]
        return found

    def _after_list(self, scope: Scope, roles: Mapping[str, Roles]) -> list[_Zone]:
        """What is done to the whole of a list stands behind its end: 9家企业、6家门店受检."""
        if not self._text.startswith("、", scope.right):
            return []
        begin = max(scope.right, self._clauses.last_number(scope.clause_end))
        behind = self._within(begin, scope.clause_end)
        return [(hit, _AFTER_LIST, "after") for hit in behind if hit.is_verb and hit.word in roles]

    def _begin(self, scope: Scope) -> int:
        """Where the words that may speak of the number begin: a part has only its own."""
        marked = _SUBSET.search(self._text, scope.left, scope.start)
        if marked is not None:
            return marked.end()
        return scope.left if self._is_subset(scope) else scope.earlier

    def _is_subset(self, scope: Scope) -> bool:
        """Whether the piece names a part of what was counted before: 其中女兵2人, 女青年13人."""
        if _SUBSET.search(self._text, scope.left, scope.start):
            return True
        return scope.left > scope.earlier and bool(_ATTRIBUTE.match(self._text, scope.left))

    def _within(self, start: int, end: int) -> list[Hit]:
        """The words that lie in text[start:end], in order."""
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end)
        hits = self._hits[first:last]
        while hits and hits[0].start < start:
            del hits[0]
        return hits

    def _far(self, hit: Hit, scope: Scope, *, inherits: bool) -> float:
        clauses, items = self._clauses.between(hit.end, scope.start)
        if clauses and not inherits:
            clauses += 2
        return max(0.08, _FAR * _CLAUSE ** max(0, clauses - 1) * _ITEM**items)

    def _inherits(self, scope: Scope) -> bool:
        """Whether the number's own piece names nothing, so that a noun may come from before."""
        own = self._text[scope.left : scope.start] + "|" + self._text[scope.end : scope.right]
        if _OTHER_PEOPLE.search(own):
            return False
        for hit in self._within(scope.left, scope.right):
            if not hit.is_noun or hit.is_verb:
                own = own.replace(hit.word, "", 1)
        return len(_FUNCTION.sub("", own).strip("| 　")) <= 2

    def _weighed(self, zones: Sequence[_Zone], roles: Mapping[str, Roles]) -> list[Weighed]:
        by_pattern: dict[int, dict[str, _Found]] = defaultdict(dict)
        barred: set[int] = set()
        for hit, weight, zone in zones:
            for column, numbers in roles[hit.word]:
                if column == "without":
                    barred.update(numbers if zone in _OWN else ())
                    continue
                here = _weight(column, weight, zone)
                for number in numbers if here > 0 else ():
                    kept = by_pattern[number].get(column)
                    if kept is None or here > kept[0]:
                        by_pattern[number][column] = (here, hit)
        patterns, wanted = self._lexicon.patterns, self._lexicon.wanted
        return [
            _fit(patterns[number], wanted[number], found)
            for number, found in by_pattern.items()
            if number not in barred and all(name in found for name in wanted[number])
        ]

    def _holds(self, found: Weighed, scope: Scope, before: str | None) -> bool:
        """Whether what the number's own piece says leaves the indicator standing."""
        if before == found.pattern.indicator and self._is_subset(scope):
            return False
        change = _CHANGE.search(self._text, scope.lead, scope.start)
        return change is None or any(change[0].rstrip("了") in word for word in found.words)


def _reach(scopes: Iterable[Scope]) -> Iterator[tuple[int, int]]:
    """The parts of the text that some number looks at, in order, not overlapping."""
    begin = end = 0
    for scope in scopes:
        if scope.earlier > end:
            yield begin, end
            begin = scope.earlier
        end = max(end, scope.right)
    yield begin, end


def _left(own: list[Hit], scope: Scope, roles: Mapping[str, Roles], zone: str) -> list[_Zone]:
    """The words before the number in its own piece; the noun nearest to it is the head."""
    head = next((hit for hit in reversed(own) if hit.is_noun), None)
    found: list[_Zone] = []
    for hit in own:
        if hit.word in roles:
            near = max(0.3, 1.0 - 0.04 * (scope.start - hit.end))
            found.append((hit, near if hit is head or not hit.is_noun else 0.7 * near, zone))
    return found


def _weight(column: str, weight: float, zone: str) -> float:
    if zone == "after" and column != "verbs":
        return 0.0
    if column == "nouns":
        return weight * _NOUN_IN.get(zone, 1.0)
    if column == "verbs":
        return weight * (0.2 if zone.endswith("verb") else 1.0)
    if column == "earlier":
        return weight if zone.startswith("far") else 0.0
    return weight


def _fit(pattern: Pattern, wanted: tuple[str, ...], found: Mapping[str, _Found]) -> Weighed:
    """The pattern's score, each of its columns being met."""
    score = 0.1 * (("near" in wanted) + ("earlier" in wanted))
    nouns, verbs = (found[name] if name in wanted else None for name in ("nouns", "verbs"))
    if nouns and verbs:
        score += 0.75 * (nouns[0] + verbs[0]) + 0.03 * len(nouns[1].word)
    else:
        only = nouns or verbs
        score += 0.0 if only is None else 0.95 * only[0] + 0.04 * len(only[1].word)
    hits = sorted({(found[name][1].start, found[name][1].word) for name in wanted})
    return Weighed(pattern, round(pattern.weight * score, 3), tuple(word for _, word in hits))


def alternatives(ranked: Sequence[Weighed]) -> tuple[Alternative, ...]:
    """The indicators ranked, each once, with its best score."""
    best: dict[str, Weighed] = {}
    for found in ranked:
        if found.score >= SHOWN:
            best.setdefault(found.pattern.indicator, found)
    return tuple(
        Alternative(code, found.score, found.words) for code, found in islice(best.items(), MOST)
    )
