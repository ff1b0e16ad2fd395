"""The words of indicators, found in a text: the longest word at each place, none within another.

Chinese compounds end with their head, so a longer word found also stands for the words it ends
with (社区食堂 for 食堂), never for those it begins with (慰问金 is no 慰问).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import add
from typing import NamedTuple

Roles = tuple[tuple[int, tuple[int, ...]], ...]
"""Column and the patterns in which a word stands there, of each column it stands in."""

COLUMNS = ("nouns", "verbs", "near", "earlier", "without")
NOUNS, VERBS, NEAR, EARLIER, WITHOUT = range(5)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of wording an indicator: a row of vocabulary.csv with its cells split."""

    indicator: str
    variant: str
    units: frozenset[str]
    nouns: frozenset[str]
    verbs: frozenset[str]
    near: frozenset[str]
    earlier: frozenset[str]
    without: frozenset[str]
    weight: float
    is_proposed: bool

    @property
    def wanted(self) -> tuple[int, ...]:
        """The columns that must be met."""
        return tuple(at for at, name in enumerate(COLUMNS[:-1]) if getattr(self, name))


class Hit(NamedTuple):
    """A word of the vocabulary at text[start:end]; whether it names a thing, or an act."""

    start: int
    end: int
    word: str
    is_noun: bool
    is_verb: bool


class Lexicon:
    """The patterns of a vocabulary, and where their words stand in a text."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self.patterns = tuple(_pattern(row) for row in rows)
        self.wanted = tuple(pattern.wanted for pattern in self.patterns)
        self._roles = _roles(self.patterns)
        self._lengths, self._letters = _lengths(self._roles)
        nouns = frozenset(word for pattern in self.patterns for word in pattern.nouns)
        self._kinds = {word: (word in nouns, "verbs" in self._roles[word]) for word in self._roles}
        self._by_unit: dict[str | None, dict[str, Roles]] = {}

    def roles(self, unit: str | None) -> Mapping[str, Roles]:
        """Word → its roles in the patterns that count in this unit (in any, where it is None)."""
        if unit not in self._by_unit:
            fits = frozenset(
                number
                for number, pattern in enumerate(self.patterns)
                if unit is None or unit in pattern.units
            )
            self._by_unit[unit] = _kept(self._roles, fits)
        return self._by_unit[unit]

    def hits(self, text: str, parts: Iterable[tuple[int, int]]) -> list[Hit]:
        """Every word of the vocabulary in these parts of the text, in order of its end.

        The parts stand in order and do not overlap; the time is linear in their length.
        """
        found: list[Hit] = []
        kinds = self._kinds
        for start, end in parts:
            part, reached = text[start:end], 0
            for at, lengths in self._beginnings(part):
                for length in lengths:
                    word = part[at : at + length]
                    if word in kinds:
                        if at + len(word) > reached:
                            reached = at + len(word)
                            found.append(Hit(start + at, start + reached, word, *kinds[word]))
                        break
        return found

    def _beginnings(self, text: str) -> list[tuple[int, tuple[int, ...]]]:
        """Where two letters begin a word, or one is a word; and the lengths of words to try."""
        lengths, letters = self._lengths, self._letters
        pairs = map(add, text, text[1:])
        found = [(at, lengths[pair]) for at, pair in enumerate(pairs) if pair in lengths]
        if letters.isdisjoint(text):
            return found
        begun = {at for at, _ in found}
        single = (at for at, letter in enumerate(text) if letter in letters and at not in begun)
        return sorted([*found, *((at, (1,)) for at in single)])


def _pattern(row: Mapping[str, str]) -> Pattern:
    return Pattern(
        indicator=row["indicator"],
        variant=row["variant"],
        units=frozenset(row["units"].split()),
        nouns=frozenset(row["nouns"].split()),
        verbs=frozenset(row["verbs"].split()),
        near=frozenset(row["near"].split()),
        earlier=frozenset(row["earlier"].split()),
        without=frozenset(row["without"].split()),
        weight=float(row["weight"]),
        is_proposed=row["use"] == "propose",
    )


def _roles(patterns: tuple[Pattern, ...]) -> dict[str, dict[str, frozenset[int]]]:
    own: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, pattern in enumerate(patterns):
        for column in COLUMNS:
            for word in getattr(pattern, column):
                own[word][column].add(number)
    return {word: _with_endings(word, own) for word in own}


def _with_endings(
    word: str, own: Mapping[str, Mapping[str, set[int]]]
) -> dict[str, frozenset[int]]:
    roles: dict[str, set[int]] = defaultdict(set)
    for ending in (word[start:] for start in range(len(word))):
        for column, numbers in own.get(ending, {}).items():
            roles[column] |= numbers
    barred = own.get(word, {}).get("without", set())
    return {
        column: frozenset(numbers if column == "without" else numbers - barred)
        for column, numbers in roles.items()
    }


def _kept(
    roles: Mapping[str, Mapping[str, frozenset[int]]], fits: frozenset[int]
) -> dict[str, Roles]:
    kept = {
        word: tuple(
            (COLUMNS.index(column), tuple(sorted(numbers & fits)))
            for column, numbers in columns.items()
            if not numbers.isdisjoint(fits)
        )
        for word, columns in roles.items()
    }
    return {word: columns for word, columns in kept.items() if columns}


def _lengths(words: Iterable[str]) -> tuple[dict[str, tuple[int, ...]], frozenset[str]]:
    """The first two letters of a word → lengths to try, longest first; and the words of one."""
    lengths: dict[str, set[int]] = defaultdict(set)
    letters = frozenset(word for word in words if len(word) == 1)
    for word in words:
        if len(word) > 1:
            lengths[word[:2]].add(len(word))
            if word[0] in letters:
                lengths[word[:2]].add(1)
    tried = {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}
    return tried, letters
