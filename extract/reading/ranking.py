"""Which indicator a number speaks of: patterns of words weighed by where the words stand.

The noun right behind the measure word counts most (120余名志愿者), then what stands before
the number in its own piece (志愿活动17场), then what the clauses before it hand down: a verb to the
items of a list (检查企业5家、加油站7家), a noun to a piece that names none (受理纠纷9件，化解8件).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from extract.quantity.patterns import pattern_of

from .candidate import Alternative
from .clauses import REACH, Clauses, Scope
from .lexicon import NOUNS, VERBS, WITHOUT, Hit, Lexicon, Pattern, Roles

LEAST = 0.58
"""What a pattern must weigh for its indicator to be proposed."""
SHOWN = 0.3
MOST = 5
_CLAUSE, _ITEM, _FAR, _AFTER_LIST = 0.8, 0.93, 0.58, 0.6
_Weights = tuple[float, float, float, float, bool]
"""What a word in a column weighs by its zone, and whether it bars a pattern there."""
_RIGHT = _LEFT = (1.0, 1.0, 1.0, 0.0, True)
_LEFT_HEAD = (0.55, 1.0, 1.0, 0.0, True)
_FAR_AWAY, _FAR_OTHER = (0.9, 1.0, 1.0, 1.0, False), (0.25, 1.0, 1.0, 1.0, False)
_FAR_VERB, _FAR_OTHER_VERB = (0.9, 0.2, 1.0, 1.0, False), (0.25, 0.2, 1.0, 1.0, False)
"""Where the number's own piece has a verb, those before it hardly count."""
_BEHIND = (0.0, 1.0, 0.0, 0.0, False)
"""Behind a list only what is done to the whole of it counts."""
_FUNCTION = pattern_of(
    "[了的地着过已共计约近超达为有等各是在向对给将把又还并及和与其内已经累]|全年|今年|以来|去年|"
    "[0-9０-９]+|[年月日份]|当月|本月|全市|全县|全区|全镇|全乡|街道|共计|累计|合计|总计|先后|目前|截至|截止|现场|成功|"
    "实际|直接|分别|平均|日均|月均|年均|每天|每日|每年|同时|资金|总额|金额|达到|实现|完成|完毕|"
    "扩[大充]到|增[至到]|增加[到至]|[扩发]展到|优化为|调整为|整合[为成]|壮大到|"
    "其中|上述|同期|进站|当场|全部|及时|线上|线下|惠及|涉及|人数|总数|数量|一共|已有|现有|共有"
)
_OTHER_PEOPLE = pattern_of("党员|干部|女兵|女性|男性|少数民族|大学生|中学生|本科|名额")
_SUBSET = pattern_of(
    "其中[:：]?(?!(?:调解|调处|化解)?成功|成功|办结|化解)|包括|含(?!量)|中(?=党员|女|男|大学生|残疾人|退役军人|少数民族|本科)"
)
_ATTRIBUTE = pattern_of(
    "女|男性|男兵|少数民族|本科|大专|大学(?:毕业|以上|学历|生)|高校毕业生|应届|党员"
)
_CHANGE = pattern_of(
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


_Zone = tuple[Hit, float, _Weights]
_Found = tuple[float, Hit]
_BY_CLAUSE = tuple(_FAR * _CLAUSE ** max(0, clauses - 1) for clauses in range(REACH + 3))
_BY_ITEM = tuple(_ITEM**items for items in range(REACH + 1))


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
        right = self._within(scope.end, scope.right)
        zones: list[_Zone] = [
            (hit, max(0.35, 1.05 - 0.05 * (hit.start - scope.end)), _RIGHT)
            for hit in right
            if hit.word in roles
        ]
        if not is_article or not self._text[scope.end : scope.right].strip():
            zones += self._after_list(scope, roles)
            has_head = any(hit.is_noun and hit.start - scope.end <= 4 for hit in right)
            zones += self._before(scope, roles, has_head=has_head)
        fits = self._weighed(zones, roles) if zones else []
        if not fits:
            return fits
        fits = self._standing(fits, scope, before)
        if len(fits) > 1:
            fits.sort(key=_place)
        return fits

    def _before(self, scope: Scope, roles: Mapping[str, Roles], *, has_head: bool) -> list[_Zone]:
        """Every word before the number that has a role, with the weight of its place."""
        before = self._within(self._begin(scope), scope.start)
        own = [hit for hit in before if hit.start >= scope.left]
        found = _left(own, scope, roles, _LEFT_HEAD if has_head else _LEFT)
        far = [hit for hit in before[: len(before) - len(own)] if hit.word in roles]
        if not far:
            return found
        inherits = self._inherits(scope)
        if any(hit.is_verb for hit in own):
            zone = _FAR_VERB if inherits else _FAR_OTHER_VERB
        else:
            zone = _FAR_AWAY if inherits else _FAR_OTHER
        last = self._clauses.place(scope.start)
        return [*found, *((hit, self._far(hit, last, inherits=inherits), zone) for hit in far)]

    def _after_list(self, scope: Scope, roles: Mapping[str, Roles]) -> list[_Zone]:
        """What is done to the whole of a list stands behind its end: 9家企业、6家门店受检."""
        if not self._text.startswith("、", scope.right):
            return []
        begin = max(scope.right, self._clauses.last_number(scope.clause_end))
        behind = self._within(begin, scope.clause_end)
        return [(hit, _AFTER_LIST, _BEHIND) for hit in behind if hit.is_verb and hit.word in roles]

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

    def _far(self, hit: Hit, last: int, *, inherits: bool) -> float:
        """The weight of a word in an earlier clause; `last` is the place of the number."""
        clauses, items = self._clauses.between(self._clauses.place(hit.end), last)
        if clauses and not inherits:
            clauses += 2
        return max(0.08, _BY_CLAUSE[clauses] * _BY_ITEM[items])

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
        """The patterns whose columns are all met, those too light to be shown left out."""
        patterns, wanted = self._lexicon.patterns, self._lexicon.wanted
        fits = []
        for number, found in _met(zones, roles).items():
            columns = wanted[number]
            if len(found) == len(columns):
                pattern = patterns[number]
                score = round(pattern.weight * _score(columns, found), 3)
                if score >= SHOWN:
                    fits.append(Weighed(pattern, score, _words(columns, found)))
        return fits

    def _standing(self, fits: list[Weighed], scope: Scope, before: str | None) -> list[Weighed]:
        """Those that what the number's own piece says leaves standing."""
        if before is not None and self._is_subset(scope):
            fits = [found for found in fits if found.pattern.indicator != before]
        change = _CHANGE.search(self._text, scope.lead, scope.start)
        if change is None:
            return fits
        said = change[0].rstrip("了")
        return [found for found in fits if any(said in word for word in found.words)]


def _place(found: Weighed) -> tuple[float, str]:
    return -found.score, found.pattern.indicator


def _reach(scopes: Iterable[Scope]) -> Iterator[tuple[int, int]]:
    """The parts of the text that some number looks at, in order, not overlapping."""
    begin = end = 0
    for scope in scopes:
        if scope.earlier > end:
            yield begin, end
            begin = scope.earlier
        end = max(end, scope.right)
    yield begin, end


def _left(
    own: list[Hit], scope: Scope, roles: Mapping[str, Roles], weights: _Weights
) -> list[_Zone]:
    """The words before the number in its own piece; the noun nearest to it is the head."""
    head = next((hit for hit in reversed(own) if hit.is_noun), None)
    found: list[_Zone] = []
    for hit in own:
        if hit.word in roles:
            near = max(0.3, 1.0 - 0.04 * (scope.start - hit.end))
            found.append((hit, near if hit is head or not hit.is_noun else 0.7 * near, weights))
    return found


def _met(zones: Sequence[_Zone], roles: Mapping[str, Roles]) -> dict[int, dict[int, _Found]]:
    """Pattern → its columns met, each by its weightiest word; without the patterns barred."""
    met: dict[int, dict[int, _Found]] = {}
    barred: list[int] = []
    for hit, weight, weights in zones:
        for column, numbers in roles[hit.word]:
            here = weight * weights[column]
            if column == WITHOUT:
                barred += numbers if here else ()
            elif here:
                found = (here, hit)
                for number in numbers:
                    columns = met.get(number)
                    if columns is None:
                        met[number] = {column: found}
                    elif column not in columns or here > columns[column][0]:
                        columns[column] = found
    for number in barred:
        met.pop(number, None)
    return met


def _score(wanted: tuple[int, ...], found: Mapping[int, _Found]) -> float:
    """What the words weigh that meet the columns of a pattern."""
    nouns = found[NOUNS] if NOUNS in wanted else None
    verbs = found[VERBS] if VERBS in wanted else None
    if nouns and verbs:
        own = 0.75 * (nouns[0] + verbs[0]) + 0.03 * len(nouns[1].word)
        return 0.1 * (len(wanted) - 2) + own
    only = nouns or verbs
    if only is None:
        return 0.1 * len(wanted)
    return 0.1 * (len(wanted) - 1) + (0.95 * only[0] + 0.04 * len(only[1].word))


def _words(wanted: tuple[int, ...], found: Mapping[int, _Found]) -> tuple[str, ...]:
    """The words that decided, in text order."""
    if len(wanted) == 1:
        return (found[wanted[0]][1].word,)
    hits = {(found[column][1].start, found[column][1].word) for column in wanted}
    return tuple(word for _, word in sorted(hits))


def alternatives(ranked: Sequence[Weighed]) -> tuple[Alternative, ...]:
    """The indicators ranked, each once, with its best score."""
    best: dict[str, Alternative] = {}
    for found in ranked:
        code = found.pattern.indicator
        if code not in best:
            best[code] = Alternative(code, found.score, found.words)
            if len(best) == MOST:
                break
    return tuple(best.values())
