"""The registries as values: an office, an indicator, a document, named in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Locale = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Names:
    """One thing's name in both languages."""

    zh: str
    en: str

    def in_(self, locale: Locale) -> str:
        """The name in `locale`, or the Chinese one where no English name was given."""
        return self.zh if locale == "zh" or not self.en else self.en


@dataclass(frozen=True, slots=True)
class Office:
    """A body that a number can speak of (SDMX REF_AREA)."""

    ref_area: str
    name: Names
    short: Names
    kind: str
    parent: Names
    city: Names
    code: str
    code_vintage: str
    valid_from: str
    valid_to: str
    successor: str
    colour: int
    note: Names
    parent_code: str = ""
    """The parent's ref_area where it is registered itself, else ''."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted, and what it must not be compared with."""

    code: str
    family: str
    name: Names
    definition: Names
    unit: str
    window: str
    polarity: str
    is_core: bool
    variants: tuple[str, ...]
    not_comparable_with: tuple[str, ...]
    note: Names


@dataclass(frozen=True, slots=True)
class Document:
    """A source report, by its facts; its text is not part of the data set."""

    id: str
    title: str
    publisher: str
    page: str
    published_from: date | None
    published_to: date | None
    published_precision: str
    ref_area: str
    covers: tuple[str, ...]
    period_start: date | None
    period_end: date | None
    period_basis: Names
    characters: int
    sha256: str
    url: str
    note: Names


def names(row: Mapping[str, str], stem: str) -> Names:
    """`<stem>_zh` and `<stem>_en` of a table row."""
    return Names(row.get(f"{stem}_zh", ""), row.get(f"{stem}_en", ""))


def office(row: Mapping[str, str]) -> Office:
    """A row of offices.csv."""
    return Office(
        ref_area=row["ref_area"],
        name=names(row, "name"),
        short=names(row, "short"),
        kind=row["kind"],
        parent=names(row, "parent_name"),
        city=names(row, "city"),
        code=row["code"],
        code_vintage=row["code_vintage"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        successor=row["successor"],
        colour=int(row["colour"] or 0),
        note=names(row, "note"),
        parent_code=row["parent"],
    )


def indicator(row: Mapping[str, str]) -> Indicator:
    """A row of indicators.csv."""
    return Indicator(
        code=row["indicator"],
        family=row["family"],
        name=names(row, "name"),
        definition=names(row, "definition"),
        unit=row["unit"],
        window=row["window"],
        polarity=row["polarity"],
        is_core=row["core"] == "1",
        variants=tuple(row["variants"].split()),
        not_comparable_with=tuple(row["not_comparable_with"].split()),
        note=names(row, "note"),
    )


def document(row: Mapping[str, str]) -> Document:
    """A row of documents.csv."""
    return Document(
        id=row["document"],
        title=row["title"],
        publisher=row["publisher"],
        page=row["page"],
        published_from=_day(row["published_from"]),
        published_to=_day(row["published_to"]),
        published_precision=row["published_precision"],
        ref_area=row["ref_area"],
        covers=tuple(row["covers"].split()),
        period_start=_day(row["period_start"]),
        period_end=_day(row["period_end"]),
        period_basis=names(row, "period_basis"),
        characters=int(row["characters"] or 0),
        sha256=row["sha256"],
        url=row["url"],
        note=names(row, "note"),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
