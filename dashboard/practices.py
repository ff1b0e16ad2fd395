"""The register of named practices: who names what, where it stands, and what is named alike.

Names are joined by their wording alone: two reports that use one name name one practice here.
What no report names may still be done; the register knows nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dashboard.records import Names

__all__ = ["KINDS", "Family", "Practice", "Practices", "Wanted", "family", "practice"]

KINDS = ("model", "mechanism", "platform", "station", "team", "activity", "brand")
"""What a practice can be, as in the contract of the table."""


@dataclass(frozen=True, slots=True)
class Family:
    """A group of practices and what belongs to it."""

    code: str
    name: Names
    definition: Names


@dataclass(frozen=True, slots=True)
class Practice:
    """A name in one report, of one unit. `written` is as it stands there, `name` on one line."""

    id: str
    document: str
    start: int
    end: int
    ref_area: str
    written: str
    name: str
    family: str
    kind: str
    read_1_on: date | None
    read_2_on: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which practices are asked for; an empty condition asks nothing.

    Every one of `words` (in small letters) must stand in the name or among `about`: further words
    that belong to a family, kind, unit or document, by its code.
    """

    family: str = ""
    kind: str = ""
    offices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    about: Mapping[str, str] | None = None

    @property
    def is_any(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.family or self.kind or self.offices or self.words)

    def meets(self, p: Practice) -> bool:
        """Whether a practice meets every condition."""
        return (
            self.family in ("", p.family)
            and self.kind in ("", p.kind)
            and (not self.offices or p.ref_area in self.offices)
            and (not self.words or all(word in self._said(p) for word in self.words))
        )

    def _said(self, p: Practice) -> str:
        about = self.about or {}
        codes = (p.ref_area, p.family, p.kind, p.document)
        return "\n".join((p.name.lower(), p.id, *(about.get(code, "") for code in codes)))


class Practices(Sequence[Practice]):
    """Every practice of a set, in document order; counts are made once."""

    def __init__(
        self, practices: Iterable[Practice] = (), families: Mapping[str, Family] | None = None
    ) -> None:
        self._all = tuple(practices)
        self.families: Mapping[str, Family] = families or {}

    def __getitem__(self, place: int) -> Practice:  # type: ignore[override]
        return self._all[place]

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def by_id(self) -> Mapping[str, Practice]:
        """Practices by identifier."""
        return {p.id: p for p in self._all}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Practice, ...]]:
        """Everything named alike: names in several reports first, then those of several units,
        then by family; within a name in document order."""
        found: dict[str, list[Practice]] = {}
        for p in self._all:
            found.setdefault(p.name, []).append(p)
        place = {code: number for number, code in enumerate(self.families)}

        def rank(name: str) -> tuple[int, int, int]:
            rows = found[name]
            reports, units = {p.document for p in rows}, {p.ref_area for p in rows}
            return -len(reports), -len(units), place.get(rows[0].family, len(place))

        return {name: tuple(found[name]) for name in sorted(found, key=rank)}

    @cached_property
    def offices(self) -> Mapping[str, int]:
        """How many names each unit has, most first."""
        pairs = {(p.ref_area, p.name) for p in self._all}
        return dict(Counter(area for area, _ in sorted(pairs)).most_common())

    @cached_property
    def shared(self) -> int:
        """How many names more than one unit uses."""
        return sum(len({p.ref_area for p in rows}) > 1 for rows in self.by_name.values())

    @cached_property
    def documents(self) -> frozenset[str]:
        """Documents that name something."""
        return frozenset(p.document for p in self._all)

    def find(self, wanted: Wanted) -> tuple[Practice, ...]:
        """The practices that meet every condition, in document order."""
        if wanted.is_any:
            return self._all
        return tuple(p for p in self._all if wanted.meets(p))


def practice(row: Mapping[str, str]) -> Practice:
    """A row of practices.csv."""
    return Practice(
        id=row["id"],
        document=row["document"],
        start=int(row["start"]),
        end=int(row["end"]),
        ref_area=row["ref_area"],
        written=row["name"],
        name="".join(row["name"].split("\n")),
        family=row["family"],
        kind=row["kind"],
        read_1_on=_day(row["read_1_on"]),
        read_2_on=_day(row["read_2_on"]),
    )


def family(row: Mapping[str, str]) -> Family:
    """A row of practice_families.csv."""
    return Family(
        row["family"],
        Names(row["name_zh"], row["name_en"]),
        Names(row["definition_zh"], row["definition_en"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
