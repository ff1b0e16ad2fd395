"""When too much is bad, the rows are not the mistake: the source is refused whole.

A column moved, a unit changed, a file cut off: one mistake spoils many rows at once. Then nothing
of the source is taken, and what was published stays.
"""

from collections import Counter
from collections.abc import Iterator

from extract.problem import Problem

__all__ = ["MASS", "Count", "failed"]

MASS = 3
"""Bad rows from which on "more than half of a table" means the source, not its rows: of a table
of two rows one or both may simply be wrong."""

Count = Counter[tuple[str, str]]
"""(source, table) → rows; the base tables are the source ''."""


def failed(bad: Count, totals: Count) -> tuple[tuple[str, ...], list[Problem]]:
    """The sources that failed and why: every row bad, or more than half of a table's rows."""
    found = [*_all(bad, totals), *_halves(bad, totals)]
    return tuple(dict.fromkeys(source for source, _ in found)), [problem for _, problem in found]


def _all(bad: Count, totals: Count) -> Iterator[tuple[str, Problem]]:
    for source in sorted({source for source, _ in bad}):
        count, total = _of(bad, source), _of(totals, source)
        if count == total:
            yield source, _all_bad(source, count)


def _halves(bad: Count, totals: Count) -> Iterator[tuple[str, Problem]]:
    for (source, table), count in sorted(bad.items()):
        if count >= MASS and 2 * count > totals[source, table]:
            yield source, _half_bad(source, table, count, totals[source, table])


def _of(counts: Count, source: str) -> int:
    return sum(count for (name, _), count in counts.items() if name == source)


def _all_bad(source: str, count: int) -> Problem:
    return Problem(
        source or "raw",
        "wholesale",
        f"all {count} rows are bad: nothing of this source is taken",
        "see the reasons of its rows; it is likely one mistake",
        message_zh=f"全部 {count} 行都不合格，整个来源不予采用",
        next_step_zh="看各行的原因，多半是同一个错误",
    )


def _half_bad(source: str, table: str, count: int, total: int) -> Problem:
    named, named_zh = (f" of source {source}", f"来源 {source} 的 ") if source else ("", "")
    return Problem(
        f"{table}.csv",
        "wholesale",
        f"{count} of {total} rows{named} are bad, more than half: nothing is taken",
        "see the reasons of the rows; it is likely one mistake",
        message_zh=f"{named_zh}{total} 行中有 {count} 行不合格，超过一半，整体不予采用",
        next_step_zh="看各行的原因，多半是同一个错误",
    )
