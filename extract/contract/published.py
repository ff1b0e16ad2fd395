"""The descriptor of the tidy tables: carried over from the raw ones, plus what is computed."""

from collections.abc import Iterator, Mapping
from typing import Any

from extract.contract.package import ROWS

__all__ = ["COLUMNS", "describe"]

_Entry = tuple[str, str, str, str, dict[str, Any]]
"""Name, type, description in Chinese, in English, constraints."""

_YES_NO: dict[str, Any] = {"required": True}

_COMPUTED: tuple[_Entry, ...] = (
    ("office", "string", "单位简称", "Short name of the unit, in Chinese", {"required": True}),
    ("office_en", "string", "单位英文简称", "Short name of the unit, in English", {}),
    ("family", "string", "指标所属类别", "Family of the indicator", {"required": True}),
    (
        "freq",
        "string",
        "频率（SDMX FREQ）：A 年，Q 季，D 日，_O 其他期间",
        "Frequency (SDMX FREQ): A year, Q quarter, D day, _O another window",
        {"required": True, "enum": ["A", "Q", "D", "_O"]},
    ),
    (
        "time_period",
        "string",
        "期间（SDMX TIME_PERIOD），如 2022、2023-Q1、2022-06-26、2023-01-01/P3M",
        "Period (SDMX TIME_PERIOD): 2022, 2023-Q1, 2022-06-26, 2023-01-01/P3M",
        {"required": True},
    ),
    ("year", "integer", "期末所在年份", "Year in which the period ends", {"required": True}),
    (
        "is_full_period",
        "boolean",
        "是否整年（时点数恒为 true）",
        "Whether it covers whole calendar years (stocks always true)",
        _YES_NO,
    ),
    (
        "lower",
        "number",
        "原文写法允许的下限",
        "Lower bound that the wording allows; empty = not read by machine",
        {},
    ),
    ("upper", "number", "上限，空为无上限", "Upper bound; empty = no upper bound", {}),
    ("lower_open", "boolean", "下限是否不含端点", "Whether the lower bound is excluded", _YES_NO),
    ("upper_open", "boolean", "上限是否不含端点", "Whether the upper bound is excluded", _YES_NO),
    (
        "lower_kind",
        "string",
        "下限出自词义（hard）还是约定（soft）",
        "Whether the lower bound is the word's meaning (hard) or our convention (soft)",
        {"enum": ["hard", "soft"]},
    ),
    (
        "upper_kind",
        "string",
        "上限出自词义（hard）还是约定（soft）",
        "Whether the upper bound is the word's meaning (hard) or our convention (soft)",
        {"enum": ["hard", "soft"]},
    ),
    ("qualifier", "string", "限定词原文", "Qualifying words as written", {}),
    (
        "unit_mult",
        "integer",
        "单位倍数（10的幂）；数值已是基本单位，恒为 0",
        "Power of ten of the unit; always 0, values are in base units",
        {"required": True},
    ),
    ("decimals", "integer", "小数位数", "Decimal places of the value", {"required": True}),
    (
        "obs_status",
        "string",
        "核对状态：A 两次读取且机器读取一致，V 尚未",
        "A = read twice and re-read the same by machine; V = not so",
        {"required": True, "enum": ["A", "V"]},
    ),
    ("rule", "string", "给出上下限的规则", "Rule that gave the bounds", {}),
    ("ruleset", "string", "规则集", "Rule set", {"required": True}),
    ("comment_obs", "string", "说明", "Comment", {}),
    (
        "chosen",
        "boolean",
        "同一格有多个数时是否显示这一个",
        "Whether this is the one shown of the numbers that share a key",
        _YES_NO,
    ),
    (
        "evidence",
        "string",
        "依据：report 报道原文，return 单位填报表",
        "Kind of evidence: report (a phrase in prose), return (a cell of a form)",
        {"required": True, "enum": ["report", "return"]},
    ),
    (
        "place",
        "string",
        "填报表中的工作表和单元格；报道为空",
        "Sheet and cell in a return; empty for a report",
        {},
    ),
)

COLUMNS: tuple[str, ...] = (
    "id",
    "document",
    "start",
    "end",
    "as_written",
    "context",
    "ref_area",
    "office",
    "office_en",
    "family",
    "indicator",
    "variant",
    "scope",
    "freq",
    "time_period",
    "year",
    "period_start",
    "period_end",
    "period_basis",
    "period_precision",
    "is_full_period",
    "window",
    "status",
    "value",
    "lower",
    "upper",
    "lower_open",
    "upper_open",
    "lower_kind",
    "upper_kind",
    "qualifier",
    "unit",
    "unit_mult",
    "decimals",
    "obs_status",
    "rule",
    "ruleset",
    "flags",
    "scope_note",
    "part_of",
    "comment_obs",
    "chosen",
    "verified_by",
    "read_1_on",
    "read_2_on",
    "evidence",
    "place",
)
"""Columns of observations.csv, in order."""


def describe(package: Mapping[str, Any]) -> dict[str, Any]:
    """The tidy set's descriptor, from the raw one; labels and other own keys are carried over.

    A table that serves the reading of reports only (`livelihood:raw_only`) is not published.
    """
    described = {key: value for key, value in package.items() if key != "resources"}
    described["name"] = f"{package['name'].removesuffix('-raw')}-tidy"
    described["resources"] = [
        _resource(entry) for entry in package["resources"] if not entry.get("livelihood:raw_only")
    ]
    return described


def _resource(entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry["name"] != ROWS:
        return _redirected(entry)
    schema = _redirected(entry)["schema"]
    return {
        **entry,
        "name": "observations",
        "path": "observations.csv",
        "title": "观测",
        "description": "Observations: one number about one office, one indicator, one period, "
        "with its evidence, its bounds and its comparison attributes.",
        "schema": {**schema, "fields": list(_fields(schema["fields"]))},
    }


def _redirected(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with references to the raw rows turned to the observations."""
    schema = dict(entry["schema"])
    if "foreignKeys" in schema:
        schema["foreignKeys"] = [_key(key) for key in schema["foreignKeys"]]
    return {**entry, "schema": schema}


def _key(key: Mapping[str, Any]) -> dict[str, Any]:
    reference = key["reference"]
    if reference["resource"] != ROWS:
        return dict(key)
    return {**key, "reference": {**reference, "resource": "observations"}}


def _fields(raw_fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    known = {field["name"]: field for field in raw_fields}
    known |= {entry[0]: _field(entry) for entry in _COMPUTED}
    yield from (known[name] for name in COLUMNS)


def _field(entry: _Entry) -> dict[str, Any]:
    name, kind, chinese, english, constraints = entry
    field: dict[str, Any] = {"name": name, "type": kind}
    if kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    field |= {"description": english, "livelihood:description_zh": chinese}
    return {**field, "constraints": constraints} if constraints else field
