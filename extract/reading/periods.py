"""The period that a number speaks of, by the words nearest before it (method §1)."""

import re
from bisect import bisect_left
from collections.abc import Callable

from extract.quantity.patterns import pattern_of

from .candidate import PeriodHint

_D = "0-9"
_WORDS = pattern_of(
    rf"(?=[{_D}今上下前第年去全本一二三四五六七八九十两几截目至近成自开日月周每当])(?:(?P<day>(?P<y1>[{_D}]{{4}})年(?P<m1>[{_D}]{{1,2}})月(?P<d1>[{_D}]{{1,2}})日)"
    rf"|(?P<months>(?:(?P<y2>[{_D}]{{4}})年)?(?P<m2>[{_D}]{{1,2}})月?[-—至到~～](?P<m3>[{_D}]{{1,2}})月(?:份|底)?)"
    rf"|(?P<half>(?:(?P<y4>[{_D}]{{4}})年|今年)?(?P<h>[上下])半年)"
    rf"|(?P<quarters>(?:(?P<y5>[{_D}]{{4}})年|今年)?(?:前(?P<q>[一二三])个?季度|第?(?P<q1>[一二三四])季度))"
    rf"|(?P<first>(?:(?P<y6>[{_D}]{{4}})年|今年)?前(?P<m6>[{_D}]{{1,2}}|[一二三四五六七八九十]{{1,2}})个月)"
    rf"|(?P<since>(?:(?P<y7>[{_D}]{{4}})年|今年|年初|去年)以来)"
    rf"|(?P<month>(?P<y8>[{_D}]{{4}})年(?P<m8>[{_D}]{{1,2}})月)"
    rf"|(?P<year>(?P<y9>[{_D}]{{4}})年(?:全年|共|度)?)"
    rf"|(?P<whole>全年|本年度|年度内|一年来|去年全年)"
    rf"|(?P<until>截至(?:目前|(?:[{_D}]{{4}}年)?[{_D}]{{1,2}}月(?:[{_D}]{{1,2}}日)?(?:份|底)?)|目前|至今|截止目前)"
    rf"|(?P<date>[{_D}]{{1,2}}月[{_D}]{{1,2}}日|[{_D}]{{1,2}}月份?)"
    rf"|(?P<long>近年来|[一二三四五六七八九十两几近]{{1,2}}年来|成立以来|自[^，。]{{1,12}}以来|开展以来|"
    rf"[两三四五六七八九十]年(?=累计|共|调解|来))"
    rf"|(?P<rate>[日月年周]均|每[日天月年周])|(?P<now>今年|当月|本月|去年|当天|当日|近日|日前))"
)
_YEAR = pattern_of(rf"(?:19|20)[{_D}]{{2}}年")
_CN = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)}
CUMULATIVE = frozenset(("long",))
REACH = 160


class Periods:
    """The words for periods in one text; a year once named stands for the months after it."""

    def __init__(self, text: str, span: Callable[[int, int], tuple[int, int]]) -> None:
        """`span` gives the offsets of a hint in the text as received."""
        self._span = span
        self._hints: dict[int, tuple[PeriodHint, str]] = {}
        self._days: dict[tuple[str, str], tuple[str, str, str]] = {}
        self._found = list(_WORDS.finditer(text))
        self._starts = [found.start() for found in self._found]
        years = (_YEAR.match(found[0]) for found in self._found)
        self._year = next((year[0][:4] for year in years if year), "")

    def hint(self, start: int, earlier: int) -> tuple[PeriodHint | None, str]:
        """The words nearest before `start`, in its sentence first; and their kind."""
        place = bisect_left(self._starts, start) - 1
        if place < 0 or self._starts[place] < start - REACH:
            return None, ""
        chosen = place
        for other in range(place, max(-1, place - 5), -1):
            if self._starts[other] < earlier:
                break
            if self._found[other].lastgroup not in ("rate", "now"):
                chosen = other
                break
        if chosen not in self._hints:
            self._hints[chosen] = self._hint(self._found[chosen])
        return self._hints[chosen]

    def _hint(self, found: re.Match[str]) -> tuple[PeriodHint, str]:
        kind, words = found.lastgroup or "", found[0]
        if (kind, words) not in self._days:
            self._days[kind, words] = self._told(found, kind)
        return PeriodHint(words, *self._span(*found.span()), *self._days[kind, words]), kind

    def _told(self, found: re.Match[str], kind: str) -> tuple[str, str, str]:
        groups = found.groupdict()
        year = next(
            (groups[name] for name in groups if name[0] == "y" and len(name) == 2 and groups[name]),
            None,
        )
        year = year or self._year
        months = _months(groups, kind)
        if not year or months is None:
            return "", "", "inferred"
        if kind == "day":
            day = f"{year}-{int(groups['m1']):02}-{int(groups['d1']):02}"
            return day, day, "stated"
        first, last = months
        if kind == "since":
            return f"{year}-01-01", "", "inferred"
        if not 1 <= first <= last <= 12:
            return "", "", "inferred"
        days = _days_in(int(year), last) if int(year) else 28
        precision = (
            "stated"
            if kind not in ("year",) or "共" in found[0] or "全年" in found[0]
            else "nominal"
        )
        return f"{year}-{first:02}-01", f"{year}-{last:02}-{days:02}", precision


def _days_in(year: int, month: int) -> int:
    """Days of a month; `calendar` would take longer to import than all of this package."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _months(groups: dict[str, str | None], kind: str) -> tuple[int, int] | None:
    """First and last month that the words tell, None where they tell none."""
    number = {name: int(value) for name, value in groups.items() if value and value.isdecimal()}
    if kind in ("since", "year", "whole", "day"):
        return 1, 12
    if kind == "half":
        return (1, 6) if groups["h"] == "上" else (7, 12)
    if kind == "quarters":
        return _quarters(groups)
    if kind == "first":
        return 1, number.get("m6") or _CN.get(groups["m6"] or "", 12)
    ends = {"months": ("m2", "m3"), "month": ("m8", "m8")}.get(kind)
    return (number[ends[0]], number[ends[1]]) if ends else None


def _quarters(groups: dict[str, str | None]) -> tuple[int, int]:
    if groups["q"]:
        return 1, 3 * _CN[groups["q"]]
    last = 3 * _CN[groups["q1"] or "一"]
    return last - 2, last
