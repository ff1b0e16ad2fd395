"""What rules found, each finding with its place in the order of telling; parts can be joined.

However the tables are taken apart, the findings joined again are told in one order: by file, by
line, by rule, and as the rule came upon them. Notes that are as many as the data are told once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from extract.problem import Problem

__all__ = ["MANY", "Findings", "Key", "joined", "limited"]

MANY = 100
"""Notes of one rule in one file that are told one by one; of more the first stands for all."""

Key = tuple[int, int, int, int]
"""Position of the file, line (0 = the file as a whole), position of the rule, turn."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Errors, all of them; and of each kind of note (file, rule) the first, and how many."""

    errors: tuple[tuple[Key, Problem], ...] = ()
    notes: tuple[tuple[Key, Problem], ...] = ()
    counts: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def keyed(self) -> list[tuple[Key, Problem]]:
        """Errors and notes in the order of telling; of too many notes of a kind one."""
        few = (entry for entry in self.notes if self.counts[_kind(entry)] <= MANY)
        many = (entry for entry in self.notes if self.counts[_kind(entry)] > MANY)
        told = (_once(list(alike), self.counts) for _, alike in groupby(_by_kind(many), _kind))
        return sorted([*self.errors, *few, *told], key=_key)

    def problems(self) -> list[Problem]:
        """What is told, in order."""
        return [problem for _, problem in self.keyed()]


def limited(keyed: Iterable[tuple[Key, Problem]]) -> Findings:
    """Findings of what rules yielded, in any order."""
    errors: list[tuple[Key, Problem]] = []
    notes: list[tuple[Key, Problem]] = []
    for entry in sorted(keyed, key=_key):
        (errors if entry[1].severity == "error" else notes).append(entry)
    return Findings(tuple(errors), tuple(_first(notes)), Counter(map(_kind, notes)))


def joined(parts: Iterable[Findings]) -> Findings:
    """The findings of parts that share no line, as if they had been asked as one."""
    errors: list[tuple[Key, Problem]] = []
    notes: list[tuple[Key, Problem]] = []
    counts: Counter[tuple[int, int]] = Counter()
    for part in parts:
        errors += part.errors
        notes = list(_first(sorted([*notes, *part.notes], key=_key)))
        counts.update(part.counts)
    return Findings(tuple(sorted(errors, key=_key)), tuple(notes), counts)


def _key(entry: tuple[Key, Problem]) -> Key:
    return entry[0]


def _kind(entry: tuple[Key, Problem]) -> tuple[int, int]:
    file, _, rule, _ = entry[0]
    return file, rule


def _by_kind(entries: Iterable[tuple[Key, Problem]]) -> list[tuple[Key, Problem]]:
    return sorted(entries, key=lambda entry: (*_kind(entry), *entry[0]))


def _first(entries: Iterable[tuple[Key, Problem]]) -> Iterator[tuple[Key, Problem]]:
    """Of each kind the first MANY, in the order given."""
    seen: Counter[tuple[int, int]] = Counter()
    for entry in entries:
        seen[_kind(entry)] += 1
        if seen[_kind(entry)] <= MANY:
            yield entry


def _once(
    alike: list[tuple[Key, Problem]], counts: Mapping[tuple[int, int], int]
) -> tuple[Key, Problem]:
    """One note of the file for all that are alike."""
    (file, _, rule, _), first = alike[0]
    count = counts[file, rule]
    lines = [problem.where.rpartition(":")[2] for _, problem in alike[:3]]
    name = first.where.partition(":")[0]
    told = replace(
        first,
        where=name,
        message=f"{count:,} times (lines {', '.join(lines)} …), the first: {first.message}",
        message_zh=f"共{count:,}处（第{'、'.join(lines)}行…），第一处：{first.message_zh}",
    )
    return (file, 0, rule, 0), told
