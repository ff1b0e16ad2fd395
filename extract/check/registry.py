"""Rules of the registries: offices, indicators, variants, documents, cells that do not apply."""

import re
from collections.abc import Iterator
from decimal import Decimal

from extract.check.case import Case, Record, found, words
from extract.problem import Problem
from extract.quantity import parse

__all__ = ["RULES"]

_PART = re.compile(r"[A-Za-z0-9_]+")


def variants_disagree(case: Case) -> Iterator[Problem]:
    """An indicator's list of variants and variants.csv say the same."""
    registered: dict[str, set[str]] = {}
    for record in case.sound("variants"):
        registered.setdefault(record["indicator"], set()).add(record["variant"])
    for record in case.indicators.values():
        listed = set(words(record["variants"]))
        differing = sorted(listed ^ registered.get(record["indicator"], set()))
        if differing:
            codes = ", ".join(differing)
            yield found(
                record,
                "variants-disagree",
                en=(
                    f"{codes}: in variants or in variants.csv, not in both",
                    "make the two lists agree",
                ),
                zh=(f"口径 {codes} 只在本行或只在 variants.csv 中出现", "使两处一致"),
            )


def wrong_table(case: Case) -> Iterator[Problem]:
    """An observation stands in the table of its indicator's family, or in a part of it."""
    pairs = case.table.loc[:, ["indicator", "_file"]].drop_duplicates()
    astray = {
        (indicator, file)
        for indicator, file in pairs.itertuples(index=False)
        if indicator in case.indicators and not _is_of(case.indicators[indicator]["family"], file)
    }
    for row in case.rows if astray else ():
        if (row["indicator"], row["_file"]) in astray:
            family = case.indicators[row["indicator"]]["family"]
            yield found(
                row,
                "wrong-table",
                en=(f"{row['indicator']} belongs to {family}.csv", "move the line"),
                zh=(f"指标 {row['indicator']} 属于 {family}.csv", "移到该表"),
            )


def derived_unit(case: Case) -> Iterator[Problem]:
    """An indicator is counted in a base unit: 人 not 名, 元 not 万元, 平方米 not ㎡."""
    for record in case.indicators.values():
        quantity = parse(f"1{record['unit']}")
        if quantity is None or (quantity.unit, quantity.value) != (record["unit"], Decimal(1)):
            base = quantity.unit if quantity else None
            yield found(
                record,
                "derived-unit",
                en=(f"{record['unit']} is not a base unit", f"use {base or 'a known unit'}"),
                zh=(f"{record['unit']}不是基本单位", f"改用{base or '已知单位'}"),
            )


def other_unit(case: Case) -> Iterator[Problem]:
    """An observation whose unit is not its indicator's is named: it will not be compared."""
    for row in case.rows:
        indicator = case.indicators.get(row["indicator"])
        if indicator and indicator["unit"] != row["unit"]:
            yield found(
                row,
                "other-unit",
                en=(
                    f"unit is {row['unit']}, {row['indicator']} is counted in "
                    f"{indicator['unit']}: it will not be compared",
                    "correct the unit, or leave it if the text says so",
                ),
                zh=(
                    f"单位是{row['unit']}，指标 {row['indicator']} 的单位是{indicator['unit']}，"
                    "不会参与比较",
                    "更正单位；原文如此则不必改",
                ),
                severity="note",
            )


def not_covered(case: Case) -> Iterator[Problem]:
    """An observation or a practice is of a unit its document reports on."""
    for row in [*case.rows, *case.practices]:
        document = case.documents.get(row["document"])
        if document and row["ref_area"] not in document["covers"].split():
            yield found(
                row,
                "not-covered",
                en=(
                    f"{row['document']} does not cover {row['ref_area']}",
                    "correct ref_area, or add it to covers in documents.csv",
                ),
                zh=(
                    f"{row['document']} 的 covers 没有 {row['ref_area']}",
                    "更正 ref_area，或在 documents.csv 的 covers 中补上",
                ),
            )


def circular_parent(case: Case) -> Iterator[Problem]:
    """No unit is above itself, however far up."""
    parents = {record["ref_area"]: record["parent"] for record in case.sound("offices")}
    for record in case.sound("offices"):
        if _is_above_itself(record["ref_area"], parents):
            yield found(
                record,
                "circular-parent",
                en=(f"{record['ref_area']} is its own parent", "correct parent"),
                zh=(f"{record['ref_area']} 成了自己的上级", "更正 parent"),
            )


def colour_taken(case: Case) -> Iterator[Problem]:
    """A colour slot belongs to one unit."""
    holders: dict[str, Record] = {}
    for record in case.sound("offices"):
        holder = holders.setdefault(record["colour"], record) if record["colour"] else record
        if holder is not record:
            yield found(
                record,
                "colour-taken",
                en=(
                    f"colour {record['colour']} belongs to {holder['ref_area']}",
                    "choose a free slot or leave it empty",
                ),
                zh=(f"颜色位 {record['colour']} 已属于 {holder['ref_area']}", "另选或留空"),
            )


def applies_after_all(case: Case) -> Iterator[Problem]:
    """A cell said not to apply holds no observation."""
    for record in case.sound("not_applicable"):
        last = record["to"] or "9999-12-31"
        held = [
            row["id"]
            for row in case.rows
            if (row["ref_area"], row["indicator"]) == (record["ref_area"], record["indicator"])
            and record["from"] <= row["period_end"] <= last
        ]
        if held:
            yield found(
                record,
                "applies-after-all",
                en=(
                    f"said not to apply, yet {', '.join(held)} has a number",
                    "shorten the period or remove the line",
                ),
                zh=(f"写明不适用，却有观测 {'、'.join(held)}", "缩短期间或删去本行"),
            )


RULES = (
    variants_disagree,
    wrong_table,
    derived_unit,
    other_unit,
    not_covered,
    circular_parent,
    colour_taken,
    applies_after_all,
)


def _is_of(family: str, file: str) -> bool:
    """Whether a file is a family's table or a part of it: mediations.csv, mediations-34.csv."""
    name, _, part = file.removesuffix(".csv").partition("-")
    return name == family and (file == f"{family}.csv" or _PART.fullmatch(part) is not None)


def _is_above_itself(ref_area: str, parents: dict[str, str]) -> bool:
    above, seen = parents.get(ref_area, ""), set[str]()
    while above and above not in seen:
        if above == ref_area:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False
