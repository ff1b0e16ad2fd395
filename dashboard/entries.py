"""What is registered, folded, as one text an entry: little more memory than the text itself."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.records import Names

__all__ = ["SEPARATOR", "Entries", "Letters", "folded"]

SEPARATOR = "\n"
"""Around the names of an entry; nobody can type it into a field of one line."""


class Entries:
    """Offices or indicators by number, in registry order.

    The own text of an entry is its names, then its codes, each between separators. What is around
    it (city and parent, or family and variants) is kept once for all that share it.
    """

    def __init__(self) -> None:
        self.codes: list[str] = []
        """In registry order."""
        self._own: list[str] = []
        self._names, self._around = array("I"), array("I")
        self._places: dict[tuple[Names, ...], int] = {}

    def __len__(self) -> int:
        return len(self.codes)

    def add(
        self, code: str, own: Iterable[Names], codes: Iterable[str], around: tuple[Names, ...]
    ) -> None:
        """The next entry: its code, names, further codes, and what is around it."""
        place = self._places.setdefault(around, len(self._places))
        self._put(code, _folded_all(own), map(folded, codes), place)

    def extend(
        self,
        codes: Sequence[str],
        own: Sequence[Sequence[str]],
        more: Sequence[Sequence[str]],
        around: Sequence[tuple[Sequence[str], Sequence[str]]],
    ) -> None:
        """Many entries by columns: names, further codes, and names of what is around in both
        languages."""
        named, coded = ([_folded_column(column) for column in some] for some in (own, more))
        known: dict[tuple[str, ...], int] = {}
        said = zip(*(column for pair in around for column in pair), strict=True)
        for n, (code, texts) in enumerate(zip(codes, said, strict=True)):
            if texts not in known:
                pairs = tuple(starmap(Names, zip(texts[::2], texts[1::2], strict=True)))
                known[texts] = self._places.setdefault(pairs, len(self._places))
            own_names, own_codes = ([column[n] for column in some] for some in (named, coded))
            self._put(code, own_names, own_codes, known[texts])

    def _put(self, code: str, own: Iterable[str], codes: Iterable[str], around: int) -> None:
        """The next entry, of what was folded; what is empty falls away."""
        names = dict.fromkeys(filter(None, own)) or {folded(code): None}
        forms = names | dict.fromkeys(filter(None, codes))
        self.codes.append(code)
        self._own.append(SEPARATOR.join(("", *forms, "")))
        self._names.append(sum(map(len, names)) + len(names))
        self._around.append(around)

    def answering(self, wanted: str, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Entries that hold what was typed as one word, or each of its words: in their own text,
        and in what is around them."""
        if len(words) < 2:
            return self._holding(wanted)
        found = [set().union(*self._holding(word)) for word in words]
        left = sorted(set.intersection(*found))
        if not left:
            return self._holding(wanted)[0], []
        own = [n for n in left if wanted in self._own[n]]
        return own, sorted(set(left).difference(own))

    def called(self, wanted: str, among: Iterable[int] | None = None) -> list[int]:
        """Those of that very name."""
        name, texts, names = f"{SEPARATOR}{wanted}{SEPARATOR}", self._own, self._names
        numbers = range(len(texts)) if among is None else among
        held = (n for n in numbers if name in texts[n])
        return [n for n in held if texts[n].find(name) < names[n]]

    def best(self, own: Iterable[int], around: Iterable[int], wanted: str, limit: int) -> list[int]:
        """So many of those known to answer: by the beginning of a name or code, by a part of it,
        by what stands around."""
        texts, start = self._own, SEPARATOR + wanted
        begin: list[int] = []
        hold: list[int] = []
        for n in own:
            if start in texts[n]:
                begin.append(n)
                if len(begin) == limit:
                    return begin
            elif len(hold) < limit:
                hold.append(n)
        left = max(0, limit - len(begin) - len(hold))
        return [*begin, *hold, *islice(around, left)][:limit]

    def begins(self, number: int, start: str) -> bool:
        """Whether a name or code of an entry begins so."""
        return SEPARATOR + start in self._own[number]

    def forms(self, number: int) -> list[str]:
        """The names and codes of an entry."""
        return self._own[number][1:-1].split(SEPARATOR)

    def _holding(self, word: str) -> tuple[list[int], list[int]]:
        own = [n for n, text in enumerate(self._own) if word in text]
        holding = [word in said for said in self._said]
        if not any(holding):
            return own, []
        texts = self._own
        around = (n for n, place in enumerate(self._around) if holding[place])
        return own, [n for n in around if word not in texts[n]]

    @cached_property
    def _said(self) -> list[str]:
        """What is around, folded; all entries have been added by now."""
        return [SEPARATOR.join(_folded_all(around)) for around in self._places]


class Letters:
    """Which characters occur in which name or code."""

    def __init__(self, entries: Entries) -> None:
        forms = [(n, form) for n in range(len(entries)) for form in entries.forms(n)]
        self._entry = np.fromiter((n for n, _form in forms), np.uint32, len(forms))
        self._size = np.fromiter((len(form) for _n, form in forms), np.uint32, len(forms))
        text = "".join(form for _n, form in forms)
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        place = np.repeat(np.arange(len(forms), dtype=np.uint64), self._size)
        both = np.sort(letters.astype(np.uint64) << np.uint64(32) | place)
        both = both[_is_first(both)]
        found = (both >> np.uint64(32)).astype(np.uint32)
        first = np.flatnonzero(_is_first(found))
        parts = np.split(both.astype(np.uint32), first)[1:]
        self._places = {chr(found[n]): part for n, part in zip(first, parts, strict=True)}
        self._entries = len(entries)

    def shares(self, wanted: str) -> NDArray[np.float64]:
        """By entry: the share of characters in common with the likest of its names or codes."""
        letters = set(wanted)
        places = [self._places[letter] for letter in letters if letter in self._places]
        none = np.zeros(0, np.uint32)
        common = np.bincount(np.concatenate([none, *places]), minlength=len(self._size))
        shares = np.zeros(self._entries)
        np.maximum.at(shares, self._entry, 2 * common / (len(letters) + self._size))
        return shares

    def likest(self, wanted: str, limit: int) -> list[tuple[float, int]]:
        """Share and number of the entries that share most, with those that share as much as the
        last of them, in registry order; none that shares nothing."""
        shares = self.shares(wanted)
        sharing = shares[shares > 0]
        least = np.partition(sharing, -limit)[-limit] if len(sharing) > limit else 0
        found = np.flatnonzero((shares >= least) & (shares > 0))
        return [(float(shares[n]), int(n)) for n in found]


def folded(text: str) -> str:
    """Text as it is compared: NFKC, without case, without white space."""
    if text.isascii():
        return "".join(text.lower().split())
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _folded_all(named: Iterable[Names]) -> Iterator[str]:
    return (folded(name) for names in named for name in (names.zh, names.en) if name)


def _is_first(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Where another number begins, of numbers in their order."""
    return np.concatenate([np.ones(len(numbers[:1]), np.bool_), numbers[1:] != numbers[:-1]])


def _folded_column(texts: Sequence[str]) -> list[str]:
    """Many texts folded at once: what stands between two of them stays between them."""
    whole = unicodedata.normalize("NFKC", SEPARATOR.join(texts)).casefold().split(SEPARATOR)
    if len(whole) != len(texts):
        return [folded(text) for text in texts]
    return ["".join(text.split()) for text in whole]
