"""The unit that a number speaks of: the nearest one named, else that of its article.

A newspaper page holds several items; each begins with 本报讯 or ends with its writers in brackets,
and the unit changes there.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping

from extract.quantity.patterns import pattern_of

from .candidate import OfficeHint

_ITEM = pattern_of(r"本报讯|[（(](?:全媒体)?(?:记者|通讯员)[^）)\n]{1,30}[）)]")
_NAMED = pattern_of(
    "[\u4e00-\u9fff]{2,8}?(?:街道办事处|办事处|街道|经济技术开发区|经开区|高新区|新区|社区|镇|乡|村)"
    "(?![\u4e00-\u9fff]?(?:干部|工作者|居民|食堂|民|活动))"
)
_KIND = pattern_of("街道|办事处|经济技术|经开|高新|新区|社区|镇|乡|村")
_LEAD = pattern_of(
    "^.*(?:[的了在由与和为对从向到给是及、等]|辖区|全市|打造|成立|目前|以来|其中|联合|组织|"
    "开展|走进|深入|进入|市|县|区(?=.{2,}))"
)
_GENERIC = frozenset("各全本该每某老新进入到在村小")


class Offices:
    """Where units are named in one text."""

    def __init__(
        self,
        text: str,
        offices: Iterable[Mapping[str, str]],
        span: Callable[[int, int], tuple[int, int]],
    ) -> None:
        """`span` gives the offsets of a hint in the text as received."""
        self._items = [found.start() for found in _ITEM.finditer(text)]
        named = _innermost(_registered(text, offices) or _unregistered(text))
        self._starts = [hint.start for hint in named]
        self._named = [
            OfficeHint(hint.name, hint.ref_area, *span(hint.start, hint.end)) for hint in named
        ]

    def hint(self, start: int, earlier: int) -> OfficeHint | None:
        """The last unit named in the number's sentence, else the first of its item."""
        place = bisect_left(self._starts, start) - 1
        item = bisect_right(self._items, start) - 1
        begin = self._items[item] if item >= 0 else 0
        if place >= 0 and self._starts[place] >= max(earlier, begin):
            return self._named[place]
        first = bisect_left(self._starts, begin)
        if first < len(self._named):
            return self._named[first]
        return self._named[place] if place >= 0 else None


def _innermost(named: list[OfficeHint]) -> list[OfficeHint]:
    """A unit named right behind another is its part: 云州开发区临溪街道 is the street."""
    following = [*(hint.start for hint in named[1:]), -1][: len(named)]
    return [hint for hint, start in zip(named, following, strict=True) if hint.end != start]


def _registered(text: str, offices: Iterable[Mapping[str, str]]) -> list[OfficeHint]:
    names: dict[str, str] = {}
    for row in offices:
        for name in (row.get("name_zh", ""), row.get("short_zh", "")):
            if len(name) > 2:
                names.setdefault(name, row["ref_area"])
    if not names:
        return []
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return [
        OfficeHint(found[0], names[found[0]], *found.span()) for found in pattern.finditer(text)
    ]


def _unregistered(text: str) -> list[OfficeHint]:
    hints = []
    for found in _named(text):
        name = _LEAD.sub("", found[0])
        if len(name) >= 3 and name[0] not in _GENERIC:
            hints.append(OfficeHint(name, None, found.end() - len(name), found.end()))
    return hints


def _named(text: str) -> Iterator[re.Match[str]]:
    """The matches of `_NAMED`, one after the other, tried only where its last word is near."""
    at = 0
    while kind := _KIND.search(text, at + 2):
        last = kind.start() - 1
        tried = (_NAMED.match(text, start) for start in range(max(at, last - 7), last))
        found = next((match for match in tried if match), None)
        at = found.end() if found else last
        if found:
            yield found
