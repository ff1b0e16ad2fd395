"""Rules of named practices: the name stands in its report, once a unit, in text order."""

from collections.abc import Iterator
from itertools import pairwise

from extract.check.case import Case, Record, found
from extract.evidence import stands
from extract.problem import Problem

__all__ = ["RULES"]


def practice_not_standing(case: Case) -> Iterator[Problem]:
    """A practice's name stands at its offsets, to the character."""
    for row in case.practices:
        text = case.text(row["document"])
        start, end = int(row["start"]), int(row["end"])
        if text is not None and not stands(text, start, end, row["name"]):
            said = _said(row)
            yield found(
                row,
                "practice-not-standing",
                en=(
                    f"'{said}' does not stand at {start}–{end} of {row['document']}",
                    "correct start and end, or name",
                ),
                zh=(
                    f"{row['document']} 的 {start}–{end} 处不是“{said}”",
                    "更正 start、end 或 name",
                ),
            )


def practice_order(case: Case) -> Iterator[Problem]:
    """Practices are sorted by document and place, and numbered in that order."""
    for before, after in pairwise(case.practices):
        if _place(after) < _place(before) or _number(after) < _number(before):
            yield found(
                after,
                "practice-order",
                en=(
                    f"{after['id']} is out of order",
                    "sort by document, start, id and number in text order",
                ),
                zh=(f"{after['id']} 次序不对", "按 document、start、id 排序，按文中次序编号"),
            )


def practice_repeated(case: Case) -> Iterator[Problem]:
    """A name is entered once a unit and document: its first standing mention."""
    seen: dict[tuple[str, str, str], Record] = {}
    for row in case.practices:
        key = (row["document"], row["ref_area"], row["name"])
        first = seen.setdefault(key, row)
        if first is not row:
            said = _said(row)
            yield found(
                row,
                "practice-repeated",
                en=(f"'{said}' is already entered as {first['id']}", "keep the first mention only"),
                zh=(f"“{said}”已录入为 {first['id']}", "只留第一次出现的一行"),
            )


def practice_sorted_twice(case: Case) -> Iterator[Problem]:
    """One name belongs to one family and is one kind, wherever it stands."""
    seen: dict[str, Record] = {}
    for row in case.practices:
        first = seen.setdefault(row["name"], row)
        differing = [name for name in ("family", "kind") if row[name] != first[name]]
        if differing:
            said, columns = _said(row), ", ".join(differing)
            yield found(
                row,
                "practice-sorted-twice",
                en=(
                    f"'{said}' has another {columns} than in {first['id']}",
                    "sort one of them anew; if they are two things, leave it",
                ),
                zh=(
                    f"“{said}”的 {columns} 与 {first['id']} 不同",
                    "改正其中一行；确是两件事则不必改",
                ),
                severity="note",
            )


RULES = (practice_not_standing, practice_order, practice_repeated, practice_sorted_twice)

OF_FILES = (practice_order, practice_sorted_twice)
"""Rules about practices of several documents: all practices stand in one file."""


def _said(row: Record) -> str:
    """The name on one line."""
    return "".join(str(row["name"]).splitlines())


def _place(row: Record) -> tuple[str, int, str]:
    return row["document"], int(row["start"]), row["id"]


def _number(row: Record) -> tuple[str, int]:
    return row["document"], int(row["id"].rpartition("-p")[2])
