"""The return form: its sheets, heads and lines, as both its writer and its reader know them.

One line an indicator and variant. What is above the heads names the office and the period; a line
is known by its code (``volunteers.rota``) or, without one, by the names of indicator and variant.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from extract.quantity import parse

__all__ = [
    "HEADS",
    "NOTE_LENGTH",
    "NOT_APPLICABLE",
    "NUMBER_LENGTH",
    "OFFICE",
    "OFFICE_NAME",
    "PERIOD",
    "PERIOD_END",
    "PERIOD_START",
    "SHEET",
    "STATES",
    "WINDOWS",
    "Head",
    "Line",
    "Period",
    "label",
    "lines",
    "period_of",
    "units",
]

SHEET = "填报"
OFFICE = "单位代码"
OFFICE_NAME = "单位名称"
PERIOD = "期间"
PERIOD_START = "期间起"
PERIOD_END = "期间止"
NOT_APPLICABLE = "不适用"
STATES = ("未统计", NOT_APPLICABLE)
"""Why a line may stay without a number."""
WINDOWS = {"flow": "期内", "stock": "期末", "cumulative": "累计"}
NUMBER_LENGTH = 30
NOTE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the form: its key, its head, and what else offices call it."""

    key: str
    name: str
    also: tuple[str, ...] = ()


HEADS: tuple[Head, ...] = (
    Head("indicator", "指标", ("指标名称", "项目", "Indicator")),
    Head("variant", "口径", ("统计口径", "Variant")),
    Head("window", "时间", ("时间口径",)),
    Head("number", "填报数", ("数值", "数量", "本期数", "Number")),
    Head("unit", "单位", ("计量单位", "计数单位", "Unit")),
    Head("start", "起", ("起始日期", "开始日期", "From")),
    Head("end", "止", ("截止日期", "结束日期", "时点", "To")),
    Head("state", "情况", ("未填原因",)),
    Head("note", "说明", ("备注", "Note")),
    Head("before", "上期数（参考）", ("上期数",)),
    Head("definition", "定义", ("指标解释",)),
    Head("code", "编号", ("代码", "指标代码", "Code")),
)
"""The columns in their order; ``number``, ``unit`` and one that names the line are needed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form. ``code`` is ``indicator`` or ``indicator.variant``."""

    code: str
    family: str
    indicator: str
    variant: str
    name: str
    variant_name: str
    window: str
    unit: str
    definition: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days a return speaks of; ``name`` is 2024, 2024-Q1, 2024-03 or start/end."""

    name: str
    start: date
    end: date

    @property
    def slug(self) -> str:
        """The period as part of a document's identifier."""
        return self.name.lower().replace("/", "-to-")


def lines(
    indicators: Iterable[Mapping[str, str]], variants: Iterable[Mapping[str, str]]
) -> Iterator[Line]:
    """The lines of the form, in registry order: an indicator with variants has one for each."""
    known: dict[str, list[Mapping[str, str]]] = {}
    for variant in variants:
        known.setdefault(variant["indicator"], []).append(variant)
    for entry in indicators:
        code = entry["indicator"]
        for variant in known.get(code) or [{}]:
            name = variant.get("variant", "")
            yield Line(
                code=f"{code}.{name}" if name else code,
                family=entry["family"],
                indicator=code,
                variant=name,
                name=entry["name_zh"],
                variant_name=variant.get("name_zh", ""),
                window=entry["window"],
                unit=entry["unit"],
                definition=variant.get("definition_zh") or entry["definition_zh"],
            )


def units(unit: str) -> tuple[str, ...]:
    """What the drop-down of a line's unit offers, its base unit first."""
    if unit == "元":
        return "元", "万元", "亿元"
    larger = parse(f"2万{unit}")
    return (unit, f"万{unit}") if larger is not None and larger.unit == unit else (unit,)


def label(indicator: str, variant: str) -> str:
    """What a number is called where it stands alone: 志愿者人数（值班）."""
    return f"{indicator}（{variant}）" if variant else indicator


_YEAR = re.compile(r"([12][0-9]{3})\s*年?度?(?:\s*全年)?")
_QUARTER = re.compile(
    r"([12][0-9]{3})\s*(?:-?\s*Q|年?第?)\s*([1-4一二三四])\s*(季度)?", re.IGNORECASE
)
_HALF = re.compile(r"([12][0-9]{3})\s*(?:-?\s*H|年)\s*([12上下])\s*(半年)?", re.IGNORECASE)
_MONTH = re.compile(r"([12][0-9]{3})\s*[-年/.]\s*(1[0-2]|0?[1-9])\s*月?份?")
_DAYS = re.compile(r"([12][0-9]{3}-[01][0-9]-[0-3][0-9])\s*(?:/|至|～|~)\s*([12][0-9]{3}-.{5})")
_NUMBER = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


def period_of(text: str) -> Period | None:
    """The period that a text names; None where it names none.

    Read are 2024, 2024年, 2024-Q1, 2024年第一季度, 2024-H1, 2024年上半年, 2024-03, 2024年3月 and
    2024-01-01/2024-05-31.
    """
    said = text.strip()
    if found := _YEAR.fullmatch(said):
        return _months(found[1], int(found[1]), 1, 12)
    if (found := _QUARTER.fullmatch(said)) and (found[3] or "q" in said.lower()):
        nth = _NUMBER.get(found[2]) or int(found[2])
        return _months(f"{found[1]}-Q{nth}", int(found[1]), nth * 3 - 2, nth * 3)
    if (found := _HALF.fullmatch(said)) and (found[3] or "h" in said.lower()):
        nth = _NUMBER.get(found[2]) or int(found[2])
        return _months(f"{found[1]}-H{nth}", int(found[1]), nth * 6 - 5, nth * 6)
    if found := _MONTH.fullmatch(said):
        month = int(found[2])
        return _months(f"{found[1]}-{month:02d}", int(found[1]), month, month)
    if found := _DAYS.fullmatch(said):
        return _between(found[1], found[2])
    return None


def _months(name: str, year: int, first: int, last: int) -> Period:
    return Period(name, date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _between(first: str, last: str) -> Period | None:
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return Period(f"{start}/{end}", start, end) if start <= end else None
