"""A text with its cut sentences joined, and the way back to the text as received.

Newspapers cut sentences by blank lines, so that a number and its noun stand in different lines.
A paragraph is joined to the next where it ends within a sentence: it holds a comma or fills a
line, and no sentence ends with it.
"""

import re
from bisect import bisect_right

from extract.quantity.patterns import pattern_of

_BREAK = pattern_of(r"[ \t\u3000\r]*\n[\s\u3000\ufeff]*")
_ENDS = frozenset("。！？!?…：:；;”』」》>)）】")
_COMMA = pattern_of("[，,、。；]")
_NEXT = pattern_of("[（(]?[一二三四五六七八九十0-9]{1,3}[、.．)）]|[—·●■◆▲★#*“]")
FULL_LINE = 18


class Joined:
    """`text` is the joined text; `origin(at)` says where its character `at` stood before."""

    def __init__(self, original: str) -> None:
        self.original = original
        pieces: list[str] = []
        self._starts: list[int] = []
        self._shifts: list[int] = []
        begin = length = line = 0
        for found in _BREAK.finditer(original):
            if _is_cut(original, line, found):
                piece = original[begin : found.start()]
                self._note(length, begin)
                pieces.append(piece)
                length += len(piece)
                begin = found.end()
            line = found.end()
        self._note(length, begin)
        pieces.append(original[begin:])
        self.text = "".join(pieces)

    def _note(self, at: int, begin: int) -> None:
        if self._starts and self._starts[-1] == at:
            self._shifts[-1] = begin - at
            return
        self._starts.append(at)
        self._shifts.append(begin - at)

    def origin(self, at: int) -> int:
        """The offset in the original of the joined text's character `at`."""
        if len(self._starts) == 1:
            return at
        return at + self._shifts[bisect_right(self._starts, at) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of text[start:end]; an end before a cut stays before it."""
        if len(self._starts) == 1:
            return start, max(start, end)
        if end <= start:
            return self.origin(start), self.origin(start)
        return self.origin(start), self.origin(end - 1) + 1


def _is_cut(text: str, line: int, found: re.Match[str]) -> bool:
    """Whether the break stands within a sentence."""
    if found.start() == line or found.end() == len(text) or text[found.start() - 1] in _ENDS:
        return False
    if _NEXT.match(text, found.end()):
        return text[found.start() - 1] in "，,、"
    ends_open = text[found.start() - 1] in "，,、"
    is_blank = found[0].count("\n") > 1
    is_long = found.start() - line >= FULL_LINE
    if is_blank:
        return ends_open or (is_long and bool(_COMMA.search(text, line, found.start())))
    return ends_open or is_long
