"""Offices and indicators found by what somebody types; built once for a set, kept in memory.

What is typed and what is registered are folded alike before they meet: full-width letters become
half-width, capitals small, and spaces go. No question looks at an observation.
"""

from __future__ import annotations

import difflib
import heapq
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard.records import Indicator, Names, Office

__all__ = ["Directory", "Entry", "folded"]

SEPARATOR = "\n"
"""Between the names of an entry; nobody can type it into a field of one line."""
ALIKE, ALIKE_LETTERS = 0.6, 0.8
"""Share of equal characters from which a name is suggested for another: one slip in a short
Chinese name, one in a word or a code of nine."""
LIKELY = 40
"""Names that share most characters with what was typed; only these are compared in order."""
EXACT, BEGINS, HOLDS, AROUND = range(4)
"""How well an entry answers: by its name, its beginning, a part of it, or what stands around."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One office or indicator: its code, and its names folded."""

    code: str
    names: tuple[str, ...]
    joined: str
    """Names and codes, each after a SEPARATOR."""
    forms: tuple[str, ...]
    """The names and codes, folded."""
    around: str
    """Names and what belongs to them: city and parent, or family and variants."""

    def answers(self, typed: str) -> int:
        """How well an entry that is known to answer does so; `typed` is folded."""
        if typed not in self.joined:
            return AROUND
        if typed in self.names:
            return EXACT
        return BEGINS if SEPARATOR + typed in self.joined else HOLDS


class Directory:
    """Everything registered, in registry order."""

    def __init__(
        self,
        offices: Mapping[str, Office],
        indicators: Mapping[str, Indicator],
        variants: Mapping[tuple[str, str], Names],
        families: Mapping[str, Names],
    ) -> None:
        self._offices = offices
        self._indicators = indicators
        self._variants = variants
        self._families = families

    def find_offices(
        self, typed: str, limit: int, held: Container[str], only: Container[str] | None = None
    ) -> tuple[int, tuple[str, ...]]:
        """How many offices answer, and the codes of the best: those of that very name, then those
        of `held`, then by how well they answer. With `only`, no other office is asked."""
        return _best(self.office_entries, typed, limit, held, only)

    def find_indicators(
        self, typed: str, limit: int, held: Container[str]
    ) -> tuple[int, tuple[str, ...]]:
        """The same of indicators."""
        return _best(self._indicator_entries, typed, limit, held, None)

    def named(self, typed: str) -> tuple[str, ...]:
        """Offices of exactly this name, in full or short, in either language."""
        return self._by_name.get(folded(typed), ())

    def nearest(self, typed: str, held: Container[str]) -> str:
        """The office that was probably meant; '' where none is at all like it."""
        wanted = folded(typed)
        if not wanted:
            return ""
        _, found = self.find_offices(typed, 1, held)
        if found:
            return found[0]
        letters, half = set(wanted), SEPARATOR + wanted[: (len(wanted) + 1) // 2]
        likely = heapq.nlargest(
            LIKELY, self.office_entries, key=lambda e: (_shared(letters, e), half in e.joined)
        )
        cutoff = ALIKE_LETTERS if wanted.isascii() else ALIKE
        alike = [(_likeness(wanted, e), half in e.joined, e.code in held, e.code) for e in likely]
        likeness, *_, code = max(alike, default=(0.0, False, False, ""))
        return code if likeness >= cutoff else ""

    def children(self, ref_area: str) -> tuple[str, ...]:
        """Offices whose parent is this one."""
        return self._by_parent.get(ref_area, ())

    def siblings(self, ref_area: str) -> tuple[str, ...]:
        """Other offices of the same parent, by its code or else by its name within its city."""
        own = self._offices[ref_area]
        key = _parent(own)
        found = self._by_parent.get(key, ()) if key else ()
        return tuple(area for area in found if area != ref_area)

    def predecessors(self, ref_area: str) -> tuple[str, ...]:
        """Offices that this one followed."""
        return self._by_successor.get(ref_area, ())

    @cached_property
    def office_entries(self) -> tuple[Entry, ...]:
        """An entry an office."""
        return tuple(map(_office_entry, self._offices.values()))

    @cached_property
    def _indicator_entries(self) -> tuple[Entry, ...]:
        variants: dict[str, list[Names]] = {}
        for (code, _variant), names in self._variants.items():
            variants.setdefault(code, []).append(names)
        nothing = Names("", "")
        return tuple(
            _entry(
                found.code,
                (found.name,),
                (found.code,),
                (*variants.get(found.code, ()), self._families.get(found.family, nothing)),
            )
            for found in self._indicators.values()
        )

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered((name, e.code) for e in self.office_entries for name in e.names)

    @cached_property
    def _by_parent(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered((_parent(o), area) for area, o in self._offices.items())

    @cached_property
    def _by_successor(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered((o.successor, area) for area, o in self._offices.items())


def folded(text: str) -> str:
    """Text as it is compared: NFKC, without case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _best(
    entries: Sequence[Entry],
    typed: str,
    limit: int,
    held: Container[str],
    only: Container[str] | None,
) -> tuple[int, tuple[str, ...]]:
    wanted = folded(typed)
    if not wanted:
        return 0, ()
    answering = _answering(entries, wanted, tuple(map(folded, typed.split())))
    if only is not None:
        answering = [entry for entry in answering if entry.code in only]
    likely = [entry for entry in answering if entry.code in held or wanted in entry.names]
    ranked = (
        ((how := entry.answers(wanted)) != EXACT, entry.code not in held, how, place, entry.code)
        for place, entry in enumerate(likely if len(likely) >= limit else answering)
    )
    best = heapq.nsmallest(limit, ranked)
    return len(answering), tuple(code for *_, code in best)


def _answering(entries: Sequence[Entry], wanted: str, words: Sequence[str]) -> Sequence[Entry]:
    """Entries that hold what was typed as one word, or each of its words."""
    if len(words) < 2:
        return [entry for entry in entries if wanted in entry.around]
    left = entries
    for word in words:
        left = [entry for entry in left if word in entry.around]
    return left or [entry for entry in entries if wanted in entry.joined]


def _office_entry(o: Office) -> Entry:
    codes = (o.ref_area, o.code)
    return _entry(o.ref_area, (o.name, o.short), codes, (o.city, o.parent))


def _entry(code: str, own: Iterable[Names], codes: Iterable[str], more: Iterable[Names]) -> Entry:
    names = tuple(dict.fromkeys(_folded_all(own))) or (folded(code),)
    forms = tuple(dict.fromkeys((*names, *map(folded, filter(None, codes)))))
    joined = SEPARATOR + SEPARATOR.join(forms)
    return Entry(code, names, joined, forms, SEPARATOR.join((joined, *_folded_all(more))))


def _folded_all(named: Iterable[Names]) -> Iterator[str]:
    return (folded(name) for names in named for name in (names.zh, names.en) if name)


def _parent(o: Office) -> str:
    """The parent's code, else its name and city; '' where nothing is known of it."""
    if o.parent_code:
        return o.parent_code
    return f"{o.city.zh}{SEPARATOR}{o.parent.zh}" if o.parent.zh else ""


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, code in pairs:
        if key and code not in found.setdefault(key, []):
            found[key].append(code)
    return {key: tuple(codes) for key, codes in found.items()}


def _shared(letters: set[str], entry: Entry) -> float:
    """The share of characters that what was typed has in common with the likest name or code."""
    size, shared = len(letters), letters.intersection
    return max([2 * len(shared(form)) / (size + len(form)) for form in entry.forms])


def _likeness(wanted: str, entry: Entry) -> float:
    """The share of characters that are the same and in the same order."""
    return max(difflib.SequenceMatcher(None, wanted, form).ratio() for form in entry.forms)
