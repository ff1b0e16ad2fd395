"""Rules that yield problems. They never raise, print or repair; one other place reacts.

Each rule is one generator ``rule(case) -> Iterator[Problem]``; its name is the rule's identifier
(``reads_differently`` yields ``[reads-differently]``), its docstring what it demands. A new rule
is one generator in the module of its kind and one file in ``tests/broken/``.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

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
from extract.check.findings import Findings, Key, limited
from extract.problem import Problem, errors
from extract.tables import Raw

__all__ = [
    "OF_FILES",
    "OF_SET",
    "READING",
    "RULES",
    "Problem",
    "Rule",
    "check",
    "errors",
    "findings",
    "name_of",
]

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


OF_FILES = frozenset({keys.row_order, books.read_once, *practices.OF_FILES})
"""Rules about the lines of one file, whatever the other files say. All others look at rows that
speak of one document or one unit together, or at registries alone (extract.partitions)."""


OF_SET = frozenset({shape.unlisted_table})
"""Rules about which tables there are."""

READING = -1
"""Position, among the rules, of what is noted while a table is read."""


def check(
    raw: Raw, texts: Mapping[str, str], *, watch: Callable[[str], None] | None = None
) -> list[Problem]:
    """All problems of the raw tables at once, in file and line order.

    ``texts`` maps SHA-256 to the text of a source; a document that is not there is noted as not
    checked here. ``watch``, if given, is told each rule's name before it is asked.
    """
    return findings(raw, texts, watch=watch).problems()


def findings(
    raw: Raw,
    texts: Mapping[str, str],
    *,
    but: Collection[Rule] = (),
    files: Mapping[str, int] | None = None,
    only: Callable[[Problem], bool] | None = None,
    watch: Callable[[str], None] | None = None,
) -> Findings:
    """What the rules, ``but`` those, find; ``files`` gives each file's position in a larger set.

    ``only`` tells which of what is found is told here.
    """
    case = Case(raw, texts)
    places = files or {f"{name}.csv": position for position, name in enumerate(raw.tables)}
    keyed = [
        (_key(places, problem, READING, turn), problem) for turn, problem in enumerate(raw.notes)
    ]
    for number, rule in enumerate(RULES):
        if rule in but:
            continue
        if watch is not None:
            watch(name_of(rule))
        found = enumerate(rule(case))
        keyed += [(_key(places, problem, number, turn), problem) for turn, problem in found]
    return limited(entry for entry in keyed if only is None or only(entry[1]))


def name_of(rule: Rule) -> str:
    """The identifier a rule prints in brackets."""
    return rule.__name__.replace("_", "-")


def _key(files: Mapping[str, int], problem: Problem, rule: int, turn: int) -> Key:
    file, _, line = problem.where.partition(":")
    position = files.get(file, len(files))
    return position, int(line) if line.isdecimal() else 0, rule, turn
