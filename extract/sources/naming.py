"""Which table a file stands for, by its name."""

import difflib
import re
from collections.abc import Collection
from pathlib import PurePosixPath

from extract.problem import Problem
from extract.sources.rules import found

__all__ = ["table_of", "unknown_table"]

_COPY = re.compile(r"(\s*[(（][0-9]+[)）]|\s*-\s*(副本|Copy|copy))+$")
_DATED = re.compile(r"[-_ ]?[12][0-9]{3}([-_. 年]?[0-9]{1,2}){0,2}[月日]?$")


def table_of(name: str, known: Collection[str]) -> str:
    """The table's file name: `volunteers.xlsx`, `volunteers (1).csv`, `volunteers-2024-05.csv` →
    `volunteers.csv`; with a name no table has, the name as it is.
    """
    stem = PurePosixPath(name).stem.strip()
    bare = _COPY.sub("", stem)
    for candidate in (stem, bare, _DATED.sub("", bare)):
        if f"{candidate.lower()}.csv" in known:
            return f"{candidate.lower()}.csv"
    return f"{stem}.csv"


def unknown_table(where: str, table: str, known: Collection[str]) -> Problem:
    """No table is called so; the nearest is named."""
    near = difflib.get_close_matches(table, sorted(known), n=1)
    hint = f"，是不是“{near[0]}”？" if near else ""
    hint_en = f"; did you mean '{near[0]}'?" if near else ""
    return found("unknown-table", where, table=table, hint=hint, hint_en=hint_en)
