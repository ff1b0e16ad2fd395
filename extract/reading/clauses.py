"""Where clauses, items of a list and sentences end, and what stands around a number.

A clause ends at a comma or a colon, an item at 、, a sentence at a full stop, a semicolon or the
end of a paragraph. Marks within a number (1,234) are none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from extract.quantity.patterns import pattern_of

MARKS = pattern_of("[，,、：:；;。！!？?\\n\\r]")
SENTENCE_MARKS = frozenset("。！!？?\n\r；;")
REACH = 100
"""How far back a number looks for its words."""
AFTER = 40


class Scope(NamedTuple):
    """What stands around a number at text[start:end].

    `left` and `right` are the ends of its own piece: from the mark or the number before it to the
    mark or the number after it; `lead` is `left`, or that of the number before it if both measure
    one event. `earlier` begins its sentence (or what of it is in reach);
    `clause_start`, `clause_end` are the clause, commas being its ends.
    """

    start: int
    end: int
    left: int
    right: int
    earlier: int
    clause_start: int
    clause_end: int
    lead: int


class Clauses:
    """The marks of one text, found once."""

    def __init__(self, text: str, numbers: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._starts = [start for start, _ in numbers]
        self._ends = [end for _, end in numbers]
        self._marks = [
            found.start() for found in MARKS.finditer(text) if not _within(text, found.start())
        ]
        self._note([text[mark] for mark in self._marks])

    def _note(self, signs: Sequence[str]) -> None:
        """For each place between two marks: what ends before it, and where its clause ends."""
        sentence = clause = items = 0
        self._sentence, self._clause, self._items = [0], [0], [0]
        for mark, sign in zip(self._marks, signs, strict=True):
            if sign == "、":
                items += 1
            else:
                clause = mark + 1
                sentence = clause if sign in SENTENCE_MARKS else sentence
            self._sentence.append(sentence)
            self._clause.append(clause)
            self._items.append(items)
        end = len(self._text)
        self._clause_end = [end]
        for mark, sign in zip(reversed(self._marks), reversed(signs), strict=True):
            end = end if sign == "、" else mark
            self._clause_end.append(end)
        self._clause_end.reverse()

    def scope(self, start: int, end: int) -> Scope:
        """The surroundings of text[start:end], up to the numbers given on either side."""
        marks = self._marks
        before, after = bisect_left(marks, start), bisect_left(marks, end)
        first, last = max(0, start - REACH), end + REACH
        left = marks[before - 1] + 1 if before else 0
        right = marks[after] if after < len(marks) else len(self._text)
        place, following = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if place:
            left = max(left, self._ends[place - 1])
        if following < len(self._starts):
            right = min(right, self._starts[following])
        left = max(left, start - REACH)
        return Scope(
            start,
            end,
            left,
            min(right, end + AFTER),
            max(self._sentence[before], start - REACH),
            max(self._clause[before], first),
            min(self._clause_end[after], last),
            left,
        )

    def place(self, at: int) -> int:
        """How many marks stand before `at`."""
        return bisect_left(self._marks, at)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """How many clauses and how many items end between two places (see `place`)."""
        items = self._items[end] - self._items[start]
        return end - start - items, items

    def last_number(self, end: int) -> int:
        """Where the last number that ends by `end` does."""
        place = bisect_right(self._ends, end)
        return self._ends[place - 1] if place else 0


def _within(text: str, at: int) -> bool:
    """A comma or a colon between digits belongs to the number."""
    return text[at] in ",，:：" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
