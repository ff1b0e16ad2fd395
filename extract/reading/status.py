"""Whether a number tells what was done, or what is planned, wanted or built for."""

import re
from bisect import bisect_left

from extract.quantity.patterns import pattern_of

from .candidate import Status
from .clauses import Scope

_PLAN = pattern_of(
    "(?<!工作)(?<!年度)(?<!行动)(?<!培训)计划(?!生育)(?!的?实施)|拟(?![定订人稿])|预计|预期|力争|"
    "明年|后年|下一步|下半年将|年内将?(?!已)|年底前|即将|将(?:新建|新增|改造|建设|建成|投入|投资|于|"
    "给予|再|开展|继续|完成|实现|举办|发放|打造|组织|达|达到|超|超过|突破|陆续|累计|新|设立|设置|推出|"
    "建|为|安排|争取|全面|提供|惠及|培训|带动|解决|招聘|招募|容纳|增加|扩大|覆盖|有)|规划(?:建设|设置|设立|布局|总|建筑|"
    "面积|用地|新建)|筹建|待建|(?<!已)(?:确保|争取)(?=[^到得，,。]{0,8}(?:达|完成|新增|实现|建成))|"
    "到20[0-9]{2}年"
)
_TARGET = pattern_of(
    "(?<!完成)(?<!实现)(?<!超额完成)(?:目标任务|目标|任务数|任务指标|指标)(?!责任)(?:数|值)?|"
    "(?<!完成)(?:征兵|征集|年度|下达|既定|的)任务|任务(?:为|是|数)|指标(?:为|是|数)|名额|要求(?=[^，,。]{0,6}$)"
)
_CAPACITY = pattern_of("建成(?:投用|运营|使用|投入使用)?后|能力将|设计(?:容纳|床位|能力)|投用后")
_DONE = pattern_of(
    "已(?!经?计划)|截至|目前|(?<![拟将划争保计])完成(?!后)|实际|建成(?!后)|共(?!同|建共|享|治|创)|累计|结束|竣工|同比|落实到位"
)
_COMMA = pattern_of("[，,：:]")
_HINTS = pattern_of(
    "计(?=划)|拟|预(?=[计期])|力(?=争)|明(?=年)|后(?=年)|下(?=一步|半年)|年(?=内|底前)|即(?=将)|将|规(?=划)|"
    "筹(?=建)|待(?=建)|确(?=保)|争(?=取)|到(?=20[0-9])|目(?=标)|任(?=务)|指(?=标)|名(?=额)|要(?=求)|"
    "建(?=成)|能(?=力将)|设(?=计)|投(?=用后)"
)
"""The first letter of a word that each match of the three patterns above holds: most texts hold
few, and where none stands there is nothing to look for."""
_SPAN = 60


class States:
    """Where the words of plans, targets and capacities may stand in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._hints = [found.start() for found in _HINTS.finditer(text)]

    def status(self, scope: Scope) -> Status:
        """What the words before the number in its sentence make of it; what was done later wins."""
        begin = max(scope.earlier, scope.start - _SPAN)
        place = bisect_left(self._hints, begin)
        if place == len(self._hints) or self._hints[place] >= scope.end:
            return "result"
        before = self._text[begin : scope.end]
        clause = max(scope.clause_start, scope.start - _SPAN)
        return _told(before, self._text[clause : scope.end])


def _told(before: str, clause: str) -> Status:
    if _CAPACITY.search(before):
        return "planned_capacity"
    plan, target = _last(_PLAN, before), _last(_TARGET, clause)
    if target >= 0:
        target += len(before) - len(clause)
    if max(plan, target) < 0 or _is_done(before, max(plan, target)):
        return "result"
    return "plan" if plan >= target else "target"


def _is_done(words: str, since: int) -> bool:
    """Whether a clause after the plan says that it was done: 计划6月开工，目前已完成300米."""
    comma = _COMMA.search(words, since)
    return comma is not None and _DONE.search(words, comma.end()) is not None


def _last(pattern: re.Pattern[str], words: str) -> int:
    return max((found.start() for found in pattern.finditer(words)), default=-1)
