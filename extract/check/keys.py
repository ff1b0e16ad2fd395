"""Rules of reference: identifiers are unique, in order, and point to something."""

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from extract.check.case import Case, Record, found, records, words
from extract.contract import ROWS, ForeignKey, Resource
from extract.problem import Problem

__all__ = ["RULES"]

_LISTS = (
    ("documents", "covers", "offices", "ref_area"),
    ("indicators", "not_comparable_with", "indicators", "indicator"),
)


def duplicate_key(case: Case) -> Iterator[Problem]:
    """A key names one line only."""
    for resource in case.resources:
        seen: dict[tuple[str, ...], Record] = {}
        for record in case.every(resource.name):
            key = tuple(record[column] for column in resource.primary_key)
            if key in seen and any(key):
                name = " ".join(key)
                yield found(
                    record,
                    "duplicate-key",
                    en=(
                        f"'{name}' is already in line {seen[key]['_line']} of {seen[key]['_file']}",
                        "give it a key of its own or remove one",
                    ),
                    zh=(
                        f"“{name}”与 {seen[key]['_file']} 第{seen[key]['_line']}行重复",
                        "另编一个或删去一行",
                    ),
                )
            seen.setdefault(key, record)


def unknown_key(case: Case) -> Iterator[Problem]:
    """What a line refers to exists in the table it refers to."""
    for resource in case.resources:
        for key in resource.foreign_keys:
            yield from _dangling(case, resource, key)


def unknown_in_list(case: Case) -> Iterator[Problem]:
    """Every code of a list (units covered, indicators not comparable) is registered."""
    for table, column, target, target_column in _LISTS:
        known = {record[target_column] for record in case.every(target)}
        for record in case.sound(table):
            unknown = [code for code in words(record[column]) if code not in known]
            if unknown:
                codes = ", ".join(unknown)
                yield found(
                    record,
                    "unknown-in-list",
                    en=(f"{column} names {codes}, not in {target}.csv", "register or correct it"),
                    zh=(f"{column} 中的 {codes} 不在 {target}.csv", "先登记或更正"),
                )


def unknown_variant(case: Case) -> Iterator[Problem]:
    """A variant belongs to the indicator of its line."""
    known = {(v["indicator"], v["variant"]) for v in case.every("variants")}
    for row in case.rows:
        pair = (row["indicator"], row["variant"])
        if row["variant"] and row["indicator"] in case.indicators and pair not in known:
            yield found(
                row,
                "unknown-variant",
                en=(f"{pair[0]} has no variant '{pair[1]}'", "register it in variants.csv"),
                zh=(f"指标 {pair[0]} 没有口径“{pair[1]}”", "在 variants.csv 中登记"),
            )


def foreign_id(case: Case) -> Iterator[Problem]:
    """An identifier of an observation or a practice begins with its document's."""
    for row in [*case.rows, *case.practices]:
        if row["id"].rpartition("-")[0] != row["document"]:
            yield found(
                row,
                "foreign-id",
                en=(
                    f"'{row['id']}' is not an identifier of {row['document']}",
                    f"write {row['document']}-…",
                ),
                zh=(f"编号“{row['id']}”不属于文件 {row['document']}", f"改为 {row['document']}-…"),
            )


def id_order(case: Case) -> Iterator[Problem]:
    """Within a document, identifiers follow the order of the text."""
    rows = [row for row in case.rows if row["id"].rpartition("-")[0] == row["document"]]
    ordered = sorted(rows, key=lambda row: (row["document"], _serial(row)))
    for before, after in pairwise(ordered):
        if before["document"] == after["document"] and int(after["start"]) < int(before["start"]):
            yield found(
                after,
                "id-order",
                en=(
                    f"{after['id']} stands before {before['id']} in the text",
                    "number the rows in text order",
                ),
                zh=(f"{after['id']} 在文中位于 {before['id']} 之前", "按文中次序编号"),
            )


def row_order(case: Case) -> Iterator[Problem]:
    """A family table is sorted by document, start, identifier."""
    for frame in (rows for _, rows in case.table.groupby("_file", sort=False)):
        for after in records(frame[_is_earlier(frame)]):
            yield found(
                after,
                "row-order",
                en=(f"{after['id']} is out of order", "sort by document, start, id"),
                zh=(f"{after['id']} 次序不对", "按 document、start、id 排序"),
            )


RULES = (
    duplicate_key,
    unknown_key,
    unknown_in_list,
    unknown_variant,
    foreign_id,
    id_order,
    row_order,
)


def _dangling(case: Case, resource: Resource, key: ForeignKey) -> Iterator[Problem]:
    target = key.resource or resource.name
    known = {tuple(r[column] for column in key.reference) for r in case.every(target)}
    for record in case.every(resource.name):
        value = tuple(record[column] for column in key.fields)
        if any(value) and value not in known:
            table = "the observations" if target == ROWS else f"{target}.csv"
            table_zh = "各观测表" if target == ROWS else f"{target}.csv"
            name = " ".join(value)
            yield found(
                record,
                "unknown-key",
                en=(f"{' '.join(key.fields)} '{name}' is not in {table}", "register or correct it"),
                zh=(f"{' '.join(key.fields)} “{name}”不在{table_zh}", "先登记或更正"),
            )


def _serial(row: Record) -> int:
    return int(row["id"].rpartition("-")[2])


def _is_earlier(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows belong before the one above them."""
    document, name = rows["document"], rows["id"]
    start = rows["start"].map(int)
    same, level = document == document.shift(), start == start.shift()
    return (document < document.shift(fill_value="")) | (
        same & ((start < start.shift()) | (level & (name < name.shift(fill_value=""))))
    )
