"""Evidence: does the phrase stand there, and does the machine read it the same.

Exact, not fuzzy: a phrase stands at its offsets or it does not. 调处130件 is not found inside
调处1130件: the characters around a number are part of the question.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from extract.quantity import Quantity, parse

__all__ = [
    "JOINER",
    "Shelf",
    "digit_groups",
    "is_cut",
    "names_what_it_counts",
    "reading",
    "reads_as",
    "sources",
    "stands",
]

JOINER = "…"
"""Joins the pieces of a context that are not adjacent in the text."""

_DIGITS = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)*")
_DIGIT = re.compile(r"[0-9０-９]")
_SMALL = frozenset("〇零一二三四五六七八九两几数")
_LARGE = frozenset("十百千万亿")


def sources(folder: Path | None) -> Mapping[str, str]:
    """SHA-256 of each ``*.txt`` file of ``folder`` → its text; empty without a folder.

    The text is decoded as UTF-8 with no newline translation and a BOM kept, so that offsets
    count what was received. A file that is not UTF-8 is passed over: no row can name it.
    """
    if folder is None or not folder.is_dir():
        return {}
    texts: dict[str, str] = {}
    for path in sorted(folder.rglob("*.txt")):
        content = path.read_bytes()
        try:
            texts[hashlib.sha256(content).hexdigest()] = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return texts


class Shelf(Mapping[str, str]):
    """The same texts, each read when it is asked for: of a large set they are many.

    ``further`` are texts that are at hand already.
    """

    def __init__(self, folder: Path | None, further: Mapping[str, str]) -> None:
        self._further = further
        there = folder is not None and folder.is_dir()
        paths = sorted(folder.rglob("*.txt")) if folder and there else []
        self._paths = {_sum(path): path for path in paths}

    def __getitem__(self, sha256: str) -> str:
        if sha256 in self._further:
            return self._further[sha256]
        try:
            return self._paths[sha256].read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            raise KeyError(sha256) from None

    def __iter__(self) -> Iterator[str]:
        return iter({**self._paths, **self._further})

    def __len__(self) -> int:
        return len({**self._paths, **self._further})


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stands(text: str, start: int, end: int, phrase: str) -> bool:
    """Whether ``phrase`` is ``text[start:end]``, to the character."""
    return 0 <= start < end == start + len(phrase) and text.startswith(phrase, start)


def is_cut(text: str, start: int, end: int) -> bool:
    """Whether the phrase cuts a number: more of it stands just before or just after.

    Digits, decimal points between digits, Chinese numerals and multipliers are looked at:
    130件 in 1130件, 三人 in 十三人 and 2387 in 2387万 are cut.
    """
    before, first = text[max(start - 2, 0) : start], text[start : start + 1]
    last, after = text[end - 1 : end], text[end : end + 2]
    return _joins(before[-1:], first, before[:1]) or _joins(last, after[:1], after[1:])


def names_what_it_counts(text: str, start: int, end: int, context: str) -> bool:
    """Whether ``context`` is verbatim: its pieces stand in order, one around the phrase.

    Exactly one piece contains ``text[start:end]`` at its very offsets; the pieces before it
    stand before it in the text, the pieces after it after it.
    """
    pieces = context.split(JOINER)
    phrase = text[start:end]
    anchors = [
        (index, start - offset)
        for index, piece in enumerate(pieces)
        for offset in _offsets(piece, phrase)
        if offset <= start and text.startswith(piece, start - offset)
    ]
    if len({index for index, _ in anchors}) != 1 or not all(pieces):
        return False
    index, begin = anchors[0]
    return _stand_before(text, pieces[:index], begin) and _stand_after(
        text, pieces[index + 1 :], begin + len(pieces[index])
    )


@lru_cache(maxsize=65_536)
def reading(phrase: str) -> Quantity | None:
    """The one quantity the machine reads in a phrase, or None; phrases recur, and are read once."""
    return parse(phrase)


def reads_as(quantity: Quantity | None, value: str, unit: str, indicator_unit: str) -> bool:
    """Whether the machine's reading gives the value and unit entered.

    ``value`` is the cell as written ('' for ranges and words such as 几). Where the phrase has no
    measure word, the unit must be the indicator's.
    """
    if quantity is None:
        return False
    plain = "" if quantity.value is None else format(quantity.value.normalize(), "f")
    entered = value.rstrip("0").rstrip(".") if "." in value else value
    return plain == entered and unit == (quantity.unit or indicator_unit)


def digit_groups(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of every run of digits (with decimal points between digits), in text order."""
    return (match.span() for match in _DIGITS.finditer(text))


def _joins(left: str, right: str, beyond: str) -> bool:
    """Whether two neighbouring characters belong to one number."""
    if not left or not right:
        return False
    if _DIGIT.match(left) and (_DIGIT.match(right) or right in _LARGE):
        return True
    if (left in ".．" or right in ".．") and _DIGIT.match(beyond or ""):
        other = right if left in ".．" else left
        return bool(_DIGIT.match(other))
    return (left in _LARGE and (right in _SMALL or right in _LARGE)) or (
        left in _SMALL and right in _LARGE
    )


def _offsets(piece: str, phrase: str) -> Iterator[int]:
    offset = piece.find(phrase)
    while offset != -1:
        yield offset
        offset = piece.find(phrase, offset + 1)


def _stand_before(text: str, pieces: list[str], end: int) -> bool:
    for piece in reversed(pieces):
        end = text.rfind(piece, 0, end)
        if end == -1:
            return False
    return True


def _stand_after(text: str, pieces: list[str], start: int) -> bool:
    for piece in pieces:
        found = text.find(piece, start)
        if found == -1:
            return False
        start = found + len(piece)
    return True
