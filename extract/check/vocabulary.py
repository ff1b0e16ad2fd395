"""Rules of the vocabulary: a wording has words, and names a variant that its indicator has."""

from collections.abc import Iterator

from extract.check.case import Case, Record, found
from extract.problem import Problem

__all__ = ["RULES"]

_TABLE = "vocabulary"


def empty_wording(case: Case) -> Iterator[Problem]:
    """A wording names what is counted, or the verb that governs the number."""
    for row in _wordings(case):
        if not row["nouns"] and not row["verbs"]:
            yield found(
                row,
                "empty-wording",
                en=(
                    f"wording {row['pattern']} of {row['indicator']} has neither nouns nor verbs",
                    "name one of them, or delete the line",
                ),
                zh=(
                    f"指标 {row['indicator']} 的第{row['pattern']}种说法没有名词也没有动词",
                    "填写其一，或删除本行",
                ),
            )


def wording_of_no_variant(case: Case) -> Iterator[Problem]:
    """The variant that a wording names is registered for its indicator."""
    known = {(row["indicator"], row["variant"]) for row in case.every("variants")}
    for row in _wordings(case):
        pair = (row["indicator"], row["variant"])
        if row["variant"] and row["indicator"] in case.indicators and pair not in known:
            yield found(
                row,
                "wording-of-no-variant",
                en=(f"{pair[0]} has no variant '{pair[1]}'", "register it in variants.csv"),
                zh=(f"指标 {pair[0]} 没有口径“{pair[1]}”", "在 variants.csv 中登记"),
            )


def _wordings(case: Case) -> list[Record]:
    """The sound wordings; none where the contract has no such table."""
    is_there = any(resource.name == _TABLE for resource in case.resources)
    return case.sound(_TABLE) if is_there else []


RULES = (empty_wording, wording_of_no_variant)
