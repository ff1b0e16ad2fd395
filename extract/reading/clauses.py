"""Where clauses, items of a list and sentences end, and what stands around a number.

A clause ends at a comma or a colon, an item at 、, a sentence at a full stop, a semicolon or the
end of a paragraph. Marks within a number (1,234) are none.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

MARKS = re.compile("[，,、：:；;。！!？?\\n\\r]")
SENTENCE_MARKS = frozenset("。！!？?\n\r；;")
REACH = 100
"""How far back a number looks for its words."""
AFTER = 40


@dataclass(frozen=True, slots=True)
class Scope:
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
        self.marks = [
            found.start() for found in MARKS.finditer(text) if not _within(text, found.start())
        ]

    def scope(self, start: int, end: int) -> Scope:
        """The surroundings of text[start:end], up to the numbers given on either side."""
        before, after = bisect_left(self.marks, start), bisect_left(self.marks, end)
        left = self.marks[before - 1] + 1 if before else 0
        right = self.marks[after] if after < len(self.marks) else len(self._text)
        place, following = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if place:
            left = max(left, self._ends[place - 1])
        if following < len(self._starts):
            right = min(right, self._starts[following])
        return Scope(
            start=start,
            end=end,
            left=max(left, start - REACH),
            right=min(right, end + AFTER),
            earlier=max(self._sentence(before), start - REACH),
            clause_start=self._clause(before, start),
            clause_end=self._clause_end(after, end),
            lead=max(left, start - REACH),
        )

    def between(self, start: int, end: int) -> tuple[int, int]:
        """How many clauses and how many items end between two places."""
        marks = self.marks[bisect_left(self.marks, start) : bisect_left(self.marks, end)]
        items = sum(self._text[mark] == "、" for mark in marks)
        return len(marks) - items, items

    def last_number(self, end: int) -> int:
        """Where the last number that ends by `end` does."""
        place = bisect_right(self._ends, end)
        return self._ends[place - 1] if place else 0

    def _sentence(self, place: int) -> int:
        for mark in reversed(self.marks[max(0, place - REACH) : place]):
            if self._text[mark] in SENTENCE_MARKS:
                return mark + 1
        return 0

    def _clause(self, place: int, start: int) -> int:
        for mark in reversed(self.marks[max(0, place - REACH) : place]):
            if self._text[mark] != "、":
                return max(mark + 1, start - REACH)
        return max(0, start - REACH)

    def _clause_end(self, place: int, end: int) -> int:
        for mark in self.marks[place : place + REACH]:
            if self._text[mark] != "、":
                return min(mark, end + REACH)
        return min(len(self._text), end + REACH)


def _within(text: str, at: int) -> bool:
    """A comma or a colon between digits belongs to the number."""
    return text[at] in ",，:：" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
