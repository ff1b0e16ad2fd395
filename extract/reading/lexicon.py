"""The words of indicators, found in a text: the longest word at each place, none within another.

Chinese compounds end with their head, so a longer word found also stands for the words it ends
with (社区食堂 for 食堂), never for those it begins with (慰问金 is no 慰问).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Roles = Mapping[str, frozenset[int]]
"""Column → the patterns in which a word stands there."""

COLUMNS = ("nouns", "verbs", "near", "earlier", "without")


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


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the vocabulary at text[start:end], and all the words it stands for."""

    start: int
    end: int
    word: str
    roles: Roles
    is_noun: bool


class Lexicon:
    """The patterns of a vocabulary, and where their words stand in a text."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self.patterns = tuple(_pattern(row) for row in rows)
        self._roles = _roles(self.patterns)
        self._lengths = _lengths(self._roles)
        self._nouns = frozenset(word for pattern in self.patterns for word in pattern.nouns)

    def hits(self, text: str) -> list[Hit]:
        """Every word of the vocabulary in the text, in order of its end; linear in its length."""
        found: list[Hit] = []
        reached = 0
        lengths, roles = self._lengths, self._roles
        for at in range(len(text)):
            for length in lengths.get(text[at : at + 2]) or lengths.get(text[at], ()):
                word = text[at : at + length]
                if word in roles:
                    if at + len(word) > reached:
                        reached = at + len(word)
                        is_noun = word in self._nouns
                        found.append(Hit(at, reached, word, roles[word], is_noun))
                    break
        return found


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


def _roles(patterns: tuple[Pattern, ...]) -> dict[str, Roles]:
    own: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, pattern in enumerate(patterns):
        for column in COLUMNS:
            for word in getattr(pattern, column):
                own[word][column].add(number)
    return {word: _with_endings(word, own) for word in own}


def _with_endings(word: str, own: Mapping[str, Mapping[str, set[int]]]) -> Roles:
    roles: dict[str, set[int]] = defaultdict(set)
    for ending in (word[start:] for start in range(len(word))):
        for column, numbers in own.get(ending, {}).items():
            roles[column] |= numbers
    barred = own.get(word, {}).get("without", set())
    return {
        column: frozenset(numbers if column == "without" else numbers - barred)
        for column, numbers in roles.items()
    }


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The first two letters (or the one) of a word → lengths to try, longest first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    singles = {word for word in words if len(word) == 1}
    for word in words:
        lengths[word[:2]].add(len(word))
        if len(word) > 1 and word[0] in singles:
            lengths[word[:2]].add(1)
    return {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}
