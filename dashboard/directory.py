"""Offices and indicators found by what somebody types; built once for a set, kept in memory.

What is typed and what is registered are folded alike before they meet: full-width letters become
half-width, capitals small, and spaces go. No question looks at an observation.
"""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cached_property

from dashboard.by_office import ByOffice
from dashboard.entries import SEPARATOR, Entries, Letters, folded
from dashboard.offices import Offices
from dashboard.records import Indicator, Names

__all__ = ["Directory", "folded"]

ALIKE, ALIKE_LETTERS = 0.6, 0.8
"""Share of equal characters from which a name is suggested for another: one slip in a short
Chinese name, one in a word or a code of nine."""
LIKELY = 40
"""Names that share most characters with what was typed; only these are compared in order."""
OWN = ("name_zh", "name_en", "short_zh", "short_en")
CODES = ("ref_area", "code")
AROUND = (("city_zh", "city_en"), ("parent_name_zh", "parent_name_en"))
"""Columns of the registry that an office is found by."""
RELATED = ("ref_area", "successor", "parent", "city_zh", "parent_name_zh")


class Directory:
    """Everything registered, in registry order."""

    def __init__(
        self,
        offices: Offices,
        indicators: Mapping[str, Indicator],
        variants: Mapping[tuple[str, str], Names],
        families: Mapping[str, Names],
    ) -> None:
        self._offices = offices
        self._indicators = indicators
        self._variants = variants
        self._families = families

    def prepare(self) -> None:
        """Make everything that a search needs."""
        self.nearest("?", ())
        self.find_indicators("?", 1, ())

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
        entries, wanted = self.office_entries, folded(typed)
        return tuple(entries.codes[n] for n in entries.called(wanted)) if wanted else ()

    def nearest(self, typed: str, held: Container[str]) -> str:
        """The office that was probably meant; '' where none is at all like it."""
        wanted = folded(typed)
        if not wanted:
            return ""
        _, found = self.find_offices(typed, 1, held)
        if found:
            return found[0]
        entries, half = self.office_entries, wanted[: (len(wanted) + 1) // 2]
        sharing = (
            (share, entries.begins(n, half), n) for share, n in self._letters.likest(wanted, LIKELY)
        )
        likely = heapq.nlargest(LIKELY, sharing, key=lambda found: found[:2])
        best = (ALIKE_LETTERS if wanted.isascii() else ALIKE), False, False, ""
        for _share, is_half, n in likely:
            code, likeness = entries.codes[n], _likeness(wanted, entries.forms(n), best[0])
            best = max(best, (likeness, is_half, code in held, code))
        return best[-1]

    def children(self, ref_area: str) -> tuple[str, ...]:
        """Offices whose parent is this one."""
        return self._by_parent.get(ref_area, ())

    def siblings(self, ref_area: str) -> tuple[str, ...]:
        """Other offices of the same parent, by its code or else by its name within its city."""
        own = self._offices[ref_area]
        key = _parent(own.parent_code, own.city.zh, own.parent.zh)
        found = self._by_parent.get(key, ()) if key else ()
        return tuple(area for area in found if area != ref_area)

    def predecessors(self, ref_area: str) -> tuple[str, ...]:
        """Offices that this one followed."""
        return self._by_successor.get(ref_area, ())

    @cached_property
    def office_entries(self) -> Entries:
        """An entry an office."""
        entries, told = Entries(), self._offices.rows.column
        around = [(told(zh), told(en)) for zh, en in AROUND]
        entries.extend(told("ref_area"), [*map(told, OWN)], [*map(told, CODES)], around)
        return entries

    @cached_property
    def _letters(self) -> Letters:
        return Letters(self.office_entries)

    @cached_property
    def _indicator_entries(self) -> Entries:
        variants: dict[str, list[Names]] = {}
        for (code, _variant), names in self._variants.items():
            variants.setdefault(code, []).append(names)
        entries, nothing = Entries(), Names("", "")
        for found in self._indicators.values():
            more = (*variants.get(found.code, ()), self._families.get(found.family, nothing))
            entries.add(found.code, (found.name,), (found.code,), more)
        return entries

    @cached_property
    def _by_parent(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered((_parent(*around), area) for area, _, *around in self._relations())

    @cached_property
    def _by_successor(self) -> Mapping[str, tuple[str, ...]]:
        return _gathered((successor, area) for area, successor, *_ in self._relations())

    def _relations(self) -> Iterable[Sequence[str]]:
        """Of every office: its code, its successor's, its parent's; names of city and parent."""
        return zip(*map(self._offices.rows.column, RELATED), strict=True)


def _best(
    entries: Entries,
    typed: str,
    limit: int,
    held: Container[str],
    only: Container[str] | None,
) -> tuple[int, tuple[str, ...]]:
    wanted = folded(typed)
    if not wanted:
        return 0, ()
    own, around = entries.answering(wanted, tuple(map(folded, typed.split())))
    if only is not None:
        is_asked = _test(entries, only)
        own, around = (list(filter(is_asked, numbers)) for numbers in (own, around))
    best = _ranked(entries, (own, around), wanted, limit, _test(entries, held))
    return len(own) + len(around), tuple(entries.codes[n] for n in best)


def _ranked(
    entries: Entries,
    answering: tuple[Sequence[int], Sequence[int]],
    wanted: str,
    limit: int,
    is_held: Callable[[int], bool],
) -> list[int]:
    """The best so many: by that very name, then those held, then how well they answer."""
    own, around = answering
    called = sorted(entries.called(wanted, own), key=lambda n: not is_held(n))
    exact, found = frozenset(called), called[:limit]
    for wants in (True, False):
        if len(found) < limit:
            rest = (n for n in own if is_held(n) is wants and n not in exact)
            beside = (n for n in around if is_held(n) is wants)
            found += entries.best(rest, beside, wanted, limit - len(found))
    return found


def _test(entries: Entries, codes: Container[str]) -> Callable[[int], bool]:
    """Whether the code of an entry is among others, by the number of the entry."""
    if isinstance(codes, ByOffice) and len(codes.mask) == len(entries):
        mask: list[bool] = codes.mask.tolist()
        return mask.__getitem__
    known = entries.codes
    return lambda n: known[n] in codes


def _parent(code: str, city: str, name: str) -> str:
    """The parent's code, else its name and city; '' where nothing is known of it."""
    return code or (f"{city}{SEPARATOR}{name}" if name else "")


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, code in pairs:
        if key:
            found.setdefault(key, {})[code] = None
    return {key: tuple(codes) for key, codes in found.items()}


def _likeness(wanted: str, forms: Iterable[str], least: float) -> float:
    """The share of characters that are the same and in the same order, of the likest form; 0 where
    none can reach `least`."""
    shares = [0.0]
    for form in forms:
        compared = difflib.SequenceMatcher(None, wanted, form)
        if compared.real_quick_ratio() >= least and compared.quick_ratio() >= least:
            shares.append(compared.ratio())
    return max(shares)
