"""What a question may say: one table that reads it, and that the OpenAPI document is made from.

Every parameter has a JSON schema for one value. The schema decides; nothing else is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import grid, meant, practices, revisions
from dashboard.address import LONGEST, PRESETS, SUGGESTED, Unread
from dashboard.dataset import Dataset

__all__ = ["LISTED", "PARAMETERS", "Asked", "Parameter", "Schema", "read"]

Schema = Mapping[str, Any]

LISTED = 500
"""So many codes are listed as the values of a parameter; of more, only the form is given."""
MOST = 200
"""Values of a parameter that may be repeated."""
LARGEST_PAGE = 1_000
PERIOD = "^[0-9]{4}(-Q[1-4]|-[0-9]{2}-[0-9]{2}(/P[0-9]+[YMD])?)?$"  # as TIME_PERIOD is written


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name in a query; `schema` is that of one value; it may stand `most` times."""

    name: str
    zh: str
    en: str
    schema: Callable[[Dataset], Schema]
    most: int = 1
    least: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query says, by parameter; and what in it was not understood."""

    values: Mapping[str, tuple[str, ...]]
    unread: tuple[Unread, ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter."""
        return self.values.get(name, ())

    def one(self, name: str) -> str:
        """The value of a parameter, '' where it is not given."""
        return next(iter(self.all(name)), "")

    def number(self, name: str, default: int) -> int:
        """The value of a parameter that is a whole number."""
        return int(self.one(name) or default)

    def day(self, name: str) -> date | None:
        """The value of a parameter that is a day."""
        given = self.one(name)
        return date.fromisoformat(given) if given else None


def read(
    query: Mapping[str, Sequence[str]], parameters: Sequence[Parameter], dataset: Dataset
) -> Asked:
    """The values of a parsed query; a name or value that is not understood is in `unread`."""
    names = [p.name for p in parameters]
    unread = [*_unknown(query, names)]
    values: dict[str, tuple[str, ...]] = {}
    for parameter in parameters:
        given = [value.strip() for value in query.get(parameter.name, ())]
        schema = parameter.schema(dataset)
        found = [_meant(parameter.name, value, schema, dataset) for value in given]
        for value, known in zip(given, found, strict=True):
            if known is None:
                unread.append(_unread(parameter.name, value, schema, dataset, len(unread)))
        unread += [Unread(parameter.name, value) for value in _excess(parameter, given)]
        values[parameter.name] = tuple(value for value in found if value is not None)
    return Asked(values, tuple(unread))


def _unknown(query: Mapping[str, Sequence[str]], names: Sequence[str]) -> Iterable[Unread]:
    for name, given in query.items():
        if name not in names and not meant.is_foreign(name):
            shown = name[:LONGEST]
            near = meant.nearest(shown, names)
            yield Unread(shown, (given or [""])[0][:LONGEST], near, is_name=True)


def _excess(parameter: Parameter, given: Sequence[str]) -> Sequence[str]:
    """Values beyond what a parameter takes, or '' for those that it lacks."""
    if len(given) < parameter.least:
        return [""]
    return [value[:LONGEST] for value in given[parameter.most :]]


def _meant(name: str, value: str, schema: Schema, dataset: Dataset) -> str | None:
    """The value as it is used; None where it is none."""
    if name == "office" and value not in dataset.offices:
        named = dataset.directory.named(value[:LONGEST])
        return named[0] if len(named) == 1 else None
    return value if _fits(value, schema) else None


def _unread(name: str, value: str, schema: Schema, dataset: Dataset, before: int) -> Unread:
    given = value[:LONGEST]
    if before >= SUGGESTED:
        return Unread(name, given)
    if name == "office":
        near = dataset.directory.nearest(given, dataset.facts.numbers)
    elif name == "year":
        near = meant.nearest_year(given, dataset.facts.years)
    else:
        near = meant.nearest(given, map(str, schema.get("enum", ())))
    return Unread(name, given, near)


def _fits(value: str, schema: Schema) -> bool:
    """Whether a value is one that the schema allows."""
    if "enum" in schema:
        return value in map(str, schema["enum"])
    if schema["type"] == "integer":
        is_number = re.fullmatch("[0-9]{1,9}", value) is not None
        return is_number and schema["minimum"] <= int(value) <= schema["maximum"]
    if schema.get("format") == "date":
        return _is_day(value)
    return len(value) <= schema["maxLength"] and bool(re.search(schema.get("pattern", ""), value))


def _is_day(value: str) -> bool:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _codes(found: Iterable[str]) -> Schema:
    codes = sorted(set(found))
    if 0 < len(codes) <= LISTED:
        return {"type": "string", "enum": codes}
    return {"type": "string", "maxLength": LONGEST, "pattern": "^[A-Za-z0-9_-]+$"}


def _office(dataset: Dataset) -> Schema:
    return _codes(dataset.offices)


def _indicator(dataset: Dataset) -> Schema:
    return {"type": "string", "enum": sorted(dataset.indicators)}


def _fixed(**schema: Any) -> Callable[[Dataset], Schema]:
    return lambda _dataset: schema


def _among(values: Iterable[str]) -> Callable[[Dataset], Schema]:
    return _fixed(type="string", enum=list(values))


_DAY = _fixed(type="string", format="date")

_TABLE = (
    Parameter("indicator", "指标代码", "Code of an indicator", _indicator, MOST),
    Parameter(
        "office",
        "单位代码（ref_area），或只有它用的名称",
        "Code of an office (ref_area), or a name that it alone has",
        _office,
        MOST,
    ),
    Parameter(
        "within",
        "省、市、县：区划代码的前2、4、6位",
        "Province, city or county: the first 2, 4 or 6 digits of the codes",
        _fixed(type="string", pattern="^([0-9]{2}){1,3}$", maxLength=6),
    ),
    Parameter(
        "year",
        "期末所在年份",
        "Year in which the period ends",
        lambda d: {"type": "integer", "enum": list(d.facts.years)},
        MOST,
    ),
    Parameter(
        "period",
        "期间（TIME_PERIOD），如 2022、2023-Q1",
        "Period as TIME_PERIOD writes it: 2022, 2023-Q1",
        _fixed(type="string", pattern=PERIOD, maxLength=40),
        MOST,
    ),
    Parameter(
        "period_start",
        "期间不早于这一天开始；起点不明的不算",
        "Periods that begin on this day or later; none whose beginning is unknown",
        _DAY,
    ),
    Parameter("period_end", "期间不晚于这一天结束", "Periods that end on this day or before", _DAY),
    Parameter(
        "variant",
        "口径代码",
        "Code of a variant",
        lambda d: {"type": "string", "enum": sorted({v for _, v in d.variants})},
    ),
    Parameter(
        "family",
        "指标类别",
        "Family of indicators",
        lambda d: {"type": "string", "enum": sorted(d.families)},
    ),
    *(
        Parameter(name, zh, en, _among(grid.CODES[name]))
        for name, zh, en in (
            ("status", "状态：结果、计划等", "Status: result, plan and so on"),
            ("obs_status", "核对状态：A 已核对，V 未核对", "A verified, V not"),
            ("window", "时点、时段或累计", "Stock, flow or cumulative"),
            ("rule", "读数规则", "Reading rule"),
            ("flag", "标记", "A flag that a row has"),
        )
    ),
    Parameter(
        "q",
        "要找的词，空格分开，每个都要有",
        "Words to look for, separated by blanks; all must occur",
        _fixed(type="string", maxLength=LONGEST),
    ),
    Parameter("preset", "读数规则集", "Reading rules", _among(PRESETS)),
    Parameter("asof", "那一天结束时公布的版本", "The set shown at the end of that day", _DAY),
    Parameter(
        "page",
        "第几页，从1起",
        "Page, from 1",
        _fixed(type="integer", minimum=1, maximum=999_999, default=1),
    ),
    Parameter(
        "size",
        "每页几行",
        "Rows a page",
        _fixed(type="integer", minimum=1, maximum=LARGEST_PAGE, default=100),
    ),
    Parameter(
        "snapshot",
        "版本编号",
        "Id of a snapshot",
        _fixed(type="string", pattern="^[0-9a-f]{16}$", maxLength=16),
    ),
    Parameter("change", "变更种类", "Kind of change", _among(revisions.KINDS)),
    Parameter("kind", "做法的种类", "Kind of practice", _among(practices.KINDS)),
    Parameter(
        "practice_family",
        "做法的类别",
        "Family of practices",
        lambda d: {"type": "string", "enum": sorted(d.practices.families)},
    ),
)
PARAMETERS: Mapping[str, Parameter] = {p.name: p for p in _TABLE}
"""Every parameter by its name."""
