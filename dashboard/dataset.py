"""One whole published set: its registries in memory, its observations on asking."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from dashboard import practices, records, sound
from dashboard.cabinet import Cabinet, cabinet
from dashboard.compare import Observation, Registry
from dashboard.compare.registry import REGISTERED
from dashboard.directory import Directory
from dashboard.documents import Documents
from dashboard.facts import Facts
from dashboard.filters import Filters, Word
from dashboard.offices import Named, Offices, Rows
from dashboard.practices import Practices
from dashboard.records import Indicator, Names
from dashboard.seek import DOCUMENT_ORDER, Order
from dashboard.wording import Glossary
from extract import snapshot
from extract.quantity import Quantity, parse

__all__ = ["STANDARD", "Dataset", "read", "reading", "reread"]

STANDARD = "cn-approx-1"
TABLES = ("indicators", "variants", "corrections", "not_applicable")
"""Registries kept as rows, for questions that read their columns."""
UNPUBLISHED = "data/tidy"
UNREAD = ("places", "documents", "facts", "directory", "registry", "glossary")
"""What is made of a set once and is the same however bounds are read."""
WHOLE = "every observation finds its office, indicator and document"
PARTS = 40
"""Parts of a total that are told."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """One whole published set. Mappings are keyed by code; observations stand in document order.

    It stays readable for as long as somebody holds it, whatever is published meanwhile.
    """

    folder: Path
    snapshot_id: str
    label: Names
    offices: Offices
    indicators: Mapping[str, Indicator]
    variants: Mapping[tuple[str, str], Names]
    families: Mapping[str, Names]
    tables: Mapping[str, Sequence[Mapping[str, str]]]
    left_out: Mapping[str, int]
    cabinet: Cabinet
    package: Mapping[str, Any]
    """The set's datapackage.json."""
    preset: str = STANDARD
    practices: Practices = field(default_factory=Practices)
    """Named ways of working; none in a set made before there were any."""

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each office stands in the registry."""
        return self.offices.places

    @cached_property
    def documents(self) -> Documents:
        """The source reports, by code."""
        return Documents(self.cabinet, self.places)

    @cached_property
    def facts(self) -> Facts:
        """Small counts that pages ask again and again."""
        return Facts(self.cabinet, self.indicators, self.places)

    @cached_property
    def directory(self) -> Directory:
        """Offices and indicators found by what somebody types."""
        return Directory(self.offices, self.indicators, self.variants, self.families)

    @cached_property
    def registry(self) -> Registry:
        """What comparison needs to know of areas and indicators."""
        return Registry.from_rows(self.offices.rows.only(REGISTERED), self.tables["indicators"])

    @cached_property
    def glossary(self) -> Glossary:
        """Names that verdict sentences use."""
        return Glossary(
            offices=Named(self.offices),
            indicators={code: (i.name.zh, i.name.en) for code, i in self.indicators.items()},
            variants={key: (names.zh, names.en) for key, names in self.variants.items()},
        )

    @property
    def is_published(self) -> bool:
        """False for the tidy tables of a checkout that has not published anything."""
        return self.snapshot_id != UNPUBLISHED

    def prepare(self) -> None:
        """Ask at once what the first readers would wait for: whoever opens a set may wait."""
        for facts in ("usage", "numbers", "codes", "years", "last_read"):
            getattr(self.facts, facts)
        for told in ("years", "spoken", "span"):
            getattr(self.documents, told)
        self.directory.prepare()

    def select(
        self,
        *,
        indicator: str | Iterable[str] = "",
        offices: Iterable[str] = (),
        year: int | Iterable[int] | None = None,
        variant: str = "",
        family: str = "",
        is_result: bool = False,
        is_other: bool = False,
        is_latest: bool = False,
    ) -> tuple[Observation, ...]:
        """Observations that meet every condition given, in document order.

        `is_result`: reported as done or in place, and chosen among conflicting numbers;
        `is_other`: reported, but not as a result;
        `is_latest`: of what is left, each office's last year.
        """
        filters = Filters(
            indicators=_codes(indicator),
            offices=tuple(offices),
            years=(year,) if isinstance(year, int) else tuple(year or ()),
            variant=variant,
            family=family,
            is_result=is_result,
            is_other=is_other,
        )
        return self.meeting(filters, is_latest=is_latest)

    def meeting(
        self, filters: Filters, *, is_latest: bool = False, limit: int | None = None
    ) -> tuple[Observation, ...]:
        """The same of any filters; the first `limit`, if given."""
        return self._read(self.cabinet.select(filters, is_latest=is_latest, limit=limit))

    def get(self, row: str) -> Observation | None:
        """The observation of that id."""
        found = self.cabinet.get(row) if row else None
        return None if found is None else reread(found, self.preset)

    def having(self, rows: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the set has, of observations and of practices."""
        named = self.practices.by_id.keys() & set(rows)
        return self.cabinet.having(rows) | named

    def nearest(self, row: str) -> str:
        """The id most like `row`; '' where none is at all like it."""
        return self.cabinet.nearest(row)

    def search(
        self,
        words: Sequence[str],
        filters: Filters,
        limit: int,
        offset: int = 0,
        order: Order = DOCUMENT_ORDER,
    ) -> tuple[int, tuple[Observation, ...]]:
        """How many observations hold every word and meet `filters`, and a page of them."""
        wanted = self.looking_for(words, filters)
        total = self.cabinet.count(wanted)
        if total <= offset:
            return total, ()
        return total, tuple(self.sorted(wanted, order, range(offset, offset + limit), total))

    def sorted(
        self, filters: Filters, order: Order, places: range, size: int | None = None
    ) -> Iterator[Observation]:
        """Observations that meet `filters`, in an order, from and to a place; few at a time.

        `size`: how many meet them, where that is known.
        """
        for o in self.cabinet.sorted(filters, order, places, size):
            yield reread(o, self.preset)

    def place(self, row: str, filters: Filters, order: Order) -> int | None:
        """How many observations stand before that of an id; None where it is not among them."""
        return self.cabinet.place(row, filters, order)

    def having_parts(self, row: str) -> tuple[Observation, ...]:
        """The observations listed under the total of an id."""
        return self._read(self.cabinet.select(Filters(part_of=row), limit=PARTS))

    def stream(self, filters: Filters) -> Iterator[Observation]:
        """Every observation that meets `filters`, in document order, few at a time."""
        for o in self.cabinet.stream(filters):
            yield reread(o, self.preset)

    def neighbours(self, o: Observation, limit: int) -> tuple[int, tuple[Observation, ...]]:
        """How many other chosen numbers its indicator has, and the `limit` nearest of them."""
        total, found = self.cabinet.neighbours(o, limit)
        return total, self._read(found)

    def looking_for(self, words: Iterable[str], filters: Filters) -> Filters:
        """`filters` and every word, each with the codes whose names hold it."""
        return replace(filters, words=tuple(self._word(word.lower()) for word in words))

    def with_preset(self, preset: str) -> Dataset:
        """The same set with every bound read by another rule preset."""
        if preset == self.preset:
            return self
        other = replace(self, preset=preset)
        made = {name: vars(self)[name] for name in UNREAD if name in vars(self)}
        vars(other).update(made)
        return other

    def _read(self, rows: tuple[Observation, ...]) -> tuple[Observation, ...]:
        if self.preset == STANDARD:
            return rows
        return tuple(reread(o, self.preset) for o in rows)

    def _offices_called(self, text: str) -> tuple[str, ...]:
        if isinstance(self.offices, Offices):
            return self.offices.holding(text)
        every = self.offices.items()
        return tuple(a for a, o in every if _in(text, o.name.zh, o.name.en, o.code, o.city.zh))

    def _word(self, text: str) -> Word:
        return Word(
            text,
            tuple(
                code for code, i in self.indicators.items() if _in(text, i.name.zh, i.name.en, code)
            ),
            self._offices_called(text),
            tuple(
                "/".join(key)
                for key, names in self.variants.items()
                if _in(text, names.zh, names.en)
            ),
        )


def read(folder: Path) -> Dataset:
    """Read one folder of tidy files; OSError, KeyError or ValueError if it is not whole.

    A published folder must be what its manifest says, byte for byte, as far as pages are made of
    it; in any folder every observation must find its office, indicator and document.
    """
    if not (folder / snapshot.MANIFEST).exists():
        return _whole(_read(folder, UNPUBLISHED))
    if damage := sound.flaws(folder):
        raise ValueError("; ".join(damage))
    found = _read(folder, folder.name)
    if not sound.is_remembered(folder, WHOLE):
        _whole(found)
        sound.remember(folder, WHOLE)
    return found


def _read(folder: Path, snapshot_id: str) -> Dataset:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    if not isinstance(package, dict):
        raise ValueError("datapackage.json holds no object")
    tables = {name: tuple(_rows(folder, name)) for name in TABLES}
    offices = Offices(Rows.of_cells(_lines(folder, "offices")))
    indicators = {r["indicator"]: records.indicator(r) for r in tables["indicators"]}
    variants = {
        (r["indicator"], r["variant"]): records.names(r, "name") for r in tables["variants"]
    }
    asked = cabinet(folder)
    return Dataset(
        folder=folder,
        snapshot_id=snapshot_id,
        label=Names(
            package.get("livelihood:label_zh") or "", package.get("livelihood:label_en") or ""
        ),
        offices=offices,
        indicators=indicators,
        variants=variants,
        families={r["family"]: records.names(r, "name") for r in _rows(folder, "families")},
        tables={"offices": offices.rows, **tables, "documents": Documents(asked, {}).rows},
        left_out=_count(r["document"] for r in _rows(folder, "left_out")),
        cabinet=asked,
        package=package,
        practices=Practices(
            map(practices.practice, _later(folder, "practices")),
            {r["family"]: practices.family(r) for r in _later(folder, "practice_families")},
        ),
    )


def _whole(dataset: Dataset) -> Dataset:
    """The set itself; ValueError where it is empty or an observation stands in the air."""
    if not dataset.facts.total:
        raise ValueError("the set holds no observation")
    for column, stray in _strays(dataset):
        ((row,),) = dataset.cabinet.ask(
            f"SELECT min(id) FROM by_office WHERE {column} = ?", [stray]
        )
        raise ValueError(f"observation {row}: {column} {stray} is in no registry")
    known = dataset.documents.fetch(p.document for p in dataset.practices)
    for p in dataset.practices:
        if not (p.ref_area in dataset.offices and p.document in known) or (
            p.family not in dataset.practices.families
        ):
            raise ValueError(f"practice {p.id}: its unit, document or family is in no registry")
    return dataset


def _strays(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Codes that observations use and no registry has."""
    ask = dataset.cabinet.ask
    for column, known in (("ref_area", dataset.offices), ("indicator", dataset.indicators)):
        used = ask(f"SELECT DISTINCT {column} FROM by_office")
        yield from ((column, code) for (code,) in used if code not in known)
    strangers = ask(
        "SELECT document FROM (SELECT DISTINCT document FROM by_office) "
        "ANTI JOIN documents USING (document) LIMIT 1"
    )
    yield from (("document", code) for (code,) in strangers)


def _later(folder: Path, table: str) -> Iterator[Mapping[str, str]]:
    """The lines of a table that older sets do not have."""
    return _rows(folder, table) if (folder / f"{table}.csv").is_file() else iter(())


def _rows(folder: Path, table: str) -> Iterator[Mapping[str, str]]:
    """The lines of a table by the names of their columns."""
    lines = _lines(folder, table)
    header = next(lines, [])
    return (dict(zip(header, cells, strict=True)) for cells in lines)


def _lines(folder: Path, table: str) -> Iterator[list[str]]:
    """The cells of each line, of the header first; ValueError where one has more or fewer."""
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            size = -1
            for cells in reader:
                size = len(cells) if size < 0 else size
                if len(cells) != size:
                    raise ValueError(f"{len(cells)} cells under a header of {size}")
                yield cells
        except (csv.Error, ValueError) as problem:
            raise ValueError(f"{table}.csv:{reader.line_num}: {problem}") from problem


def _count(values: Iterable[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def _codes(given: str | Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,) if given else ()
    return tuple(given)


def _in(word: str, *names: str) -> bool:
    return any(word in name.lower() for name in names)


def reread(o: Observation, preset: str) -> Observation:
    """An observation with its bounds by a rule preset."""
    if preset == STANDARD:
        return o
    found = reading(o.as_written, preset, is_hull=o.chosen and "conflicting" in o.flags)
    if found is None:
        return replace(o, ruleset=preset)
    return replace(
        o,
        ruleset=preset,
        lower=found.lower,
        upper=found.upper,
        lower_open=found.lower_open,
        upper_open=found.upper_open,
        lower_kind=found.lower_kind,
        upper_kind=found.upper_kind,
    )


def reading(phrase: str, preset: str, *, is_hull: bool) -> Quantity | None:
    """A phrase by a rule preset; None where its bounds stay: it does not read, or several
    numbers share them (`is_hull`)."""
    return None if is_hull else _parsed(phrase, preset)


@lru_cache(maxsize=4096)
def _parsed(phrase: str, preset: str) -> Quantity | None:
    return parse(phrase, preset=preset)
