"""Rules that yield problems. They never raise, print or repair; one other place reacts.

Each rule is one generator ``rule(case) -> Iterator[Problem]``; its name is the rule's identifier
(``reads_differently`` yields ``[reads-differently]``), its docstring what it demands. A new rule
is one generator in the module of its kind and one file in ``tests/broken/``.
"""

from collections.abc import Callable, Iterator, Mapping

from extract.check import (
    books,
    dates,
    keys,
    practices,
    registry,
    shape,
    sums,
    vocabulary,
    witness,
)
from extract.check.case import Case
from extract.problem import Problem, errors
from extract.tables import Raw

__all__ = ["RULES", "Problem", "Rule", "check", "errors", "name_of"]

Rule = Callable[[Case], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    *shape.RULES,
    *keys.RULES,
    *registry.RULES,
    *witness.RULES,
    *dates.RULES,
    *sums.RULES,
    *books.RULES,
    *practices.RULES,
    *vocabulary.RULES,
)
"""Every rule, in the order it is asked."""


def check(
    raw: Raw, texts: Mapping[str, str], *, watch: Callable[[str], None] | None = None
) -> list[Problem]:
    """All problems of the raw tables at once, in file and line order.

    ``texts`` maps SHA-256 to the text of a source; a document that is not there is noted as not
    checked here. ``watch``, if given, is told each rule's name before it is asked.
    """
    case = Case(raw, texts)
    problems = list(raw.notes)
    for rule in RULES:
        if watch is not None:
            watch(name_of(rule))
        problems.extend(rule(case))
    return sorted(problems, key=_in_file_order(raw))


def name_of(rule: Rule) -> str:
    """The identifier a rule prints in brackets."""
    return rule.__name__.replace("_", "-")


def _in_file_order(raw: Raw) -> Callable[[Problem], tuple[int, int]]:
    files = {f"{name}.csv": position for position, name in enumerate(raw.tables)}

    def place(problem: Problem) -> tuple[int, int]:
        file, _, line = problem.where.partition(":")
        return files.get(file, len(files)), int(line) if line.isdecimal() else 0

    return place
