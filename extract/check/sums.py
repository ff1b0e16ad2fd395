"""Rules between observations: parts and totals, numbers that contradict one another."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from extract.check.case import Case, Record, by_id, found
from extract.check.wording import interval
from extract.periods import time_period
from extract.problem import Problem
from extract.quantity import Quantity

__all__ = ["RULES"]


_NAMES = ("ref_area", "indicator", "variant", "window", "scope", "scope_note")


def listed_alone(case: Case) -> Iterator[Problem]:
    """A listed item names its total, a row of the same document with the same unit."""
    named = by_id(case.related)
    for row in case.related:
        total = named.get(row["part_of"])
        if row["status"] == "listed" and not row["part_of"]:
            yield found(
                row,
                "listed-alone",
                en=("status is listed, part_of is empty", "name the total's row in part_of"),
                zh=("status 为 listed，part_of 却为空", "在 part_of 填总数的编号"),
            )
        elif total and not _can_hold(total, row):
            yield found(
                row,
                "listed-alone",
                en=(
                    f"{row['part_of']} cannot be its total (another document or unit, or itself)",
                    "correct part_of",
                ),
                zh=(
                    f"{row['part_of']} 不能是它的总数（文件或单位不同，或就是本行）",
                    "更正 part_of",
                ),
            )


def parts_exceed(case: Case) -> Iterator[Problem]:
    """Parts do not add up to more than their total allows (overlapping parts may)."""
    for total in _totals(case):
        top = total.whole.upper
        if top is not None and total.lower > top and not _flagged(total.row, "overlapping"):
            yield total.problem("parts-exceed", "overlapping")


def parts_differ(case: Case) -> Iterator[Problem]:
    """Where the listed parts cannot add up to their total, the total says so."""
    for total in _totals(case):
        least = total.whole.lower
        falls_short = total.upper is not None and least is not None and total.upper < least
        if falls_short and not _flagged(total.row, "parts_differ"):
            yield total.problem("parts-differ", "parts_differ")


def conflicting(case: Case) -> Iterator[Problem]:
    """Two different numbers for one cell are both flagged."""
    cells: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for row in case.those(_may_share_a_cell(case.table, _NAMES)):
        cells[_cell(row)].append(row)
    for rows in cells.values():
        if len({_amount(case, row) for row in rows}) < 2:
            continue
        for row in rows:
            if not _flagged(row, "conflicting"):
                others = "、".join(other["id"] for other in rows if other is not row)
                yield found(
                    row,
                    "conflicting",
                    en=(
                        f"the same cell has another number in {others}",
                        "flag them conflicting, or tell them apart by variant or scope_note",
                    ),
                    zh=(
                        f"同一格在 {others} 另有不同的数",
                        "都加 conflicting 标记，或用口径、scope_note 区分",
                    ),
                )


def partly_overlapping(case: Case) -> Iterator[Problem]:
    """Of the variants in one cell all are flagged overlapping, or none."""
    cells: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    flags = case.table["flags"].str.contains("overlapping", regex=False)
    for row in case.those(_may_share_a_cell(case.table, _NAMES[:2])) if flags.any() else ():
        cells[(row["ref_area"], row["indicator"], *_period(row))].append(row)
    for rows in cells.values():
        overlapping = [row["id"] for row in rows if _flagged(row, "overlapping")]
        if not overlapping or len({row["variant"] for row in rows}) < 2:
            continue
        for row in rows:
            if row["id"] not in overlapping:
                yield _other_overlaps(row, overlapping)


RULES = (listed_alone, parts_exceed, parts_differ, conflicting, partly_overlapping)


def _other_overlaps(row: Record, overlapping: list[str]) -> Problem:
    return found(
        row,
        "partly-overlapping",
        en=(
            f"{', '.join(overlapping)} in the same cell is flagged overlapping, this one is not",
            "flag it too, or leave it if it counts nobody twice",
        ),
        zh=(
            f"同一格的 {'、'.join(overlapping)} 标了 overlapping，本行没有",
            "也加上标记；确无重复计数则不必改",
        ),
        severity="note",
    )


def _can_hold(total: Record, part: Record) -> bool:
    """人次 and 人, 户次 and 户 may be total and part: reports mix them."""
    units = {total["unit"].removesuffix("次"), part["unit"].removesuffix("次")}
    return total["document"] == part["document"] and len(units) == 1 and total is not part


@dataclass(frozen=True, slots=True)
class _Total:
    """A total, its reading, and the ends of the sum of its parts (upper None = unbounded)."""

    row: Record
    whole: Quantity
    lower: Decimal
    upper: Decimal | None

    def problem(self, rule: str, flag: str) -> Problem:
        """That the sum and the total do not agree, and the flag that would acknowledge it."""
        parts, unit = _sum_in_words(self.lower, self.upper), self.row["unit"]
        return found(
            self.row,
            rule,
            en=(
                f"its parts add up to {parts} {unit}, the total reads "
                f"{interval(self.whole, unit, 'en')}",
                f"correct the rows; if the text says so, flag the total {flag}",
            ),
            zh=(
                f"分项之和为 {parts} {unit}，总数读作 {interval(self.whole, unit, 'zh')}",
                f"更正各行；若原文如此，给总数加 {flag} 标记",
            ),
        )


def _totals(case: Case) -> Iterator[_Total]:
    parts: dict[str, list[Record]] = defaultdict(list)
    named = by_id(case.related)
    for row in case.related:
        total = named.get(row["part_of"])
        if total and _can_hold(total, row):
            parts[row["part_of"]].append(row)
    for total in (row for row in case.related if row["id"] in parts):
        whole = case.quantities[total["as_written"]]
        read = [case.quantities[part["as_written"]] for part in parts[total["id"]]]
        amounts = [quantity for quantity in read if quantity is not None]
        if whole is not None and len(amounts) == len(read):
            yield _Total(total, whole, *_ends(amounts))


def _ends(amounts: list[Quantity]) -> tuple[Decimal, Decimal | None]:
    lower = sum((a.lower for a in amounts if a.lower is not None), Decimal(0))
    uppers = [a.upper for a in amounts if a.upper is not None]
    return lower, sum(uppers, Decimal(0)) if len(uppers) == len(amounts) else None


def _sum_in_words(lower: Decimal, upper: Decimal | None) -> str:
    if lower == upper:
        return f"{lower:,f}"
    return f"{lower:,f}–…" if upper is None else f"{lower:,f}–{upper:,f}"


def _may_share_a_cell(rows: pd.DataFrame, names: Sequence[str]) -> "pd.Series[bool]":
    """Which results could be of one cell: equal periods end in one year, or have no name."""
    cells = rows.loc[:, list(names)].assign(_year=rows["period_end"].str[:4])
    is_single = (rows["status"] == "result") & (rows["part_of"] == "")
    is_dated = rows["window"].isin(["stock", "cumulative"])
    is_dated |= rows["period_precision"] == "nominal"
    is_open = (rows["period_start"] > rows["period_end"]) | (rows["period_start"] == "")
    cells.loc[is_open & ~is_dated, "_year"] = ""
    return is_single & (cells[is_single].duplicated(keep=False).reindex(rows.index).fillna(False))


def _cell(row: Record) -> tuple[str, ...]:
    """What one number is about: the key of an observation, and the scope within it."""
    return (*(row[name] for name in _NAMES), *_period(row))


def _period(row: Record) -> tuple[str, str]:
    return time_period(
        row["window"], row["period_precision"], row["period_start"], row["period_end"]
    )


def _amount(case: Case, row: Record) -> tuple[object, ...]:
    quantity = case.quantities[row["as_written"]]
    if quantity is None:
        return (row["value"],)
    return quantity.value, quantity.lower, quantity.upper


def _flagged(row: Record, flag: str) -> bool:
    return flag in row["flags"].split()
