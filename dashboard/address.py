"""The address is the state: read it, say what in it could not be understood, write it again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from dashboard import grid, meant
from dashboard.compare import Sign
from dashboard.grid import GRID
from dashboard.practices import KINDS
from dashboard.wide.places import places
from extract.quantity import PRESETS

if TYPE_CHECKING:
    from dashboard.records import Locale
    from dashboard.store import Dataset

__all__ = [
    "LONGEST",
    "PAGES",
    "PRESETS",
    "STANDARD",
    "SUGGESTED",
    "TRUE",
    "Address",
    "Unread",
    "day_of",
    "locate",
    "preset_of",
    "query_of",
    "read",
]

PAGES = (
    "overview",
    "compare",
    "trends",
    "office",
    "indicator",
    "practices",
    "evidence",
    "method",
    "data",
    "changes",
    "status",
)
STANDARD = PRESETS[0]
LONGEST = 200
MOST_BESIDE = 5
PER_RESIDENTS = "10000"
NOT_COMPUTED = "not_computed"
SIGNS = (*map(str, Sign), NOT_COMPUTED)
"""What can become of two years: a sign, or nothing that may be computed."""
KNOWN = frozenset({*meant.PARAMETERS, "col", "beside"})
"""`col` comes from the form of the grid and is written as what it leaves out; `beside` from that
of Compare, and is written as a further `indicator`."""
NONE = "none"
"""Written for a list that is empty on purpose."""
TRUE = frozenset({"1", "true", "on"})
FALSE = frozenset({"", "0", "false", "off"})
SUGGESTED = 3
"""So many things not understood get a suggestion each; to look for one takes a while."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A parameter that could not be understood, and the nearest value that can.

    `is_name`: nobody knows the parameter itself; `nearest` is then a name. `shared_by`: so many
    offices are called what was given.
    """

    parameter: str
    given: str
    nearest: str = ""
    is_name: bool = False
    shared_by: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """One view of the dashboard. Empty values mean "not asked for"."""

    locale: Locale
    page: str
    indicator: str = ""
    beside: tuple[str, ...] = ()
    """Further indicators, shown as small multiples."""
    offices: tuple[str, ...] = ()
    within: str = ""
    """Of offices only those whose codes begin so: a province, a city, a county."""
    year: int | None = None
    variant: str = ""
    preset: str = STANDARD
    asof: str = ""
    like: bool = False
    """Only what compares with the baseline."""
    per: str = ""
    """What values are divided by: '' or PER_RESIDENTS."""
    sign: str = ""
    """Of the changes over the years only these: one of SIGNS."""
    embed: bool = False
    row: str = ""
    q: str = ""
    family: str = ""
    kind: str = ""
    """What a practice is."""
    sort: str = ""
    """A column of the grid, with a minus sign before it for falling order."""
    status: str = ""
    obs_status: str = ""
    window: str = ""
    rule: str = ""
    flag: str = ""
    hidden: tuple[str, ...] = grid.HIDDEN
    """Columns of the grid that are not shown."""
    size: int = grid.SIZES[0]
    """Rows a page of the grid."""
    number: int = 1
    unread: tuple[Unread, ...] = ()

    def path(self) -> str:
        """Path without query: `/zh/` or `/zh/compare`."""
        return f"/{self.locale}/" + ("" if self.page == "overview" else self.page)

    def query(self) -> str:
        """Canonical query string, without the question mark; empty parameters are left out."""
        pairs = [("indicator", code) for code in (self.indicator, *self.beside)]
        pairs += [("office", area) for area in self.offices]
        pairs += [
            ("within", self.within),
            ("year", str(self.year or "")),
            ("variant", self.variant),
            ("preset", "" if self.preset == STANDARD else self.preset),
            ("asof", self.asof),
            ("like", "1" if self.like else ""),
            ("per", self.per),
            ("sign", self.sign),
            ("embed", "1" if self.embed else ""),
            ("row", self.row),
            ("q", self.q),
            ("family", self.family),
            ("kind", self.kind),
            *((code, getattr(self, code)) for code in grid.CODES),
            ("sort", self.sort),
            ("hide", "" if self.hidden == grid.HIDDEN else " ".join(self.hidden) or NONE),
            ("size", "" if self.size == grid.SIZES[0] else str(self.size)),
            ("page", "" if self.number == 1 else str(self.number)),
        ]
        return urlencode([(key, value) for key, value in pairs if value])

    def href(self, **changes: object) -> str:
        """Address of a neighbouring view: this one with `changes`; no `row` unless given."""
        there = replace(self, **{"row": "", "unread": (), **changes})  # type: ignore[arg-type]
        query = there.query()
        return there.path() + (f"?{query}" if query else "")

    def to(self, page: str, **changes: object) -> str:
        """Address of another page in the same language, of the same day's set."""
        there = Address(self.locale, page, asof=self.asof)
        return there.href(**changes)


def locate(path: str) -> tuple[Locale, str] | None:
    """Language and page of a path, or None where there is no such page."""
    found = re.fullmatch(r"/(zh|en)/([a-z]*)", path)
    if found is None:
        return None
    page = found[2] or "overview"
    if page not in PAGES or (page == "overview" and found[2]):
        return None
    return ("zh" if found[1] == "zh" else "en"), page


def query_of(written: bytes | str) -> Mapping[str, Sequence[str]]:
    """Parameters of a query string, blank ones too; bytes that are no UTF-8 become U+FFFD.

    Browsers of old send what was typed as GBK, unquoted: that is a word not found, not a failure.
    """
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else written
    return parse_qs(text.removeprefix("?"), keep_blank_values=True)


def preset_of(query: Mapping[str, Sequence[str]]) -> str:
    """The reading rules a query asks for; the standard ones where it names none that exist."""
    given = _first(query, "preset")
    return given if given in PRESETS else STANDARD


def day_of(query: Mapping[str, Sequence[str]]) -> date | None:
    """The day a query asks for the set of; None where it names none of the calendar."""
    return _day(_first(query, "asof"))


def read(
    locale: Locale, page: str, query: Mapping[str, Sequence[str]], dataset: Dataset
) -> Address:
    """Understand what can be understood of `query`; the rest is kept in `unread`, never raised."""
    unread = [*_names(query)]

    def one(name: str) -> str:
        return _first(query, name)

    def known(name: str, value: str, allowed: Collection[str]) -> str:
        if not value or value in allowed:
            return value
        near = meant.nearest(value, allowed) if len(unread) < SUGGESTED else ""
        unread.append(Unread(name, value, near))
        return ""

    def flag(name: str) -> bool:
        return known(name, one(name), TRUE | FALSE) in TRUE

    indicators = tuple(
        dict.fromkeys(
            code
            for given in (*query.get("indicator", ()), *query.get("beside", ()))
            if (code := known("indicator", given.strip()[:LONGEST], dataset.indicators))
        )
    )
    indicator = indicators[0] if indicators else ""
    named = (_office(given.strip()[:LONGEST], dataset, unread) for given in query.get("office", ()))
    offices = tuple(dict.fromkeys(filter(None, named)))
    variants = {v for i, v in dataset.variants if not indicator or i == indicator}
    return Address(
        locale=locale,
        page=page,
        indicator=indicator,
        beside=indicators[1 : 1 + MOST_BESIDE],
        offices=offices,
        within=known("within", one("within"), places(dataset)),
        year=_year(one("year"), dataset.facts.years, unread),
        variant=known("variant", one("variant"), variants),
        preset=known("preset", one("preset"), PRESETS) or STANDARD,
        asof=_asof(one("asof"), unread),
        like=flag("like"),
        per=known("per", one("per"), (PER_RESIDENTS,)),
        sign=known("sign", one("sign"), SIGNS),
        embed=flag("embed"),
        row=_row(one("row"), dataset, unread),
        q=one("q"),
        family=known("family", one("family"), _families(page, dataset)),
        kind=known("kind", one("kind"), KINDS),
        sort=_sort(one("sort"), unread),
        **{code: known(code, one(code), allowed) for code, allowed in grid.CODES.items()},
        hidden=_hidden(one("hide"), query.get("col") or ()),
        size=int(known("size", one("size"), tuple(map(str, grid.SIZES))) or grid.SIZES[0]),
        number=_number(one("page"), unread),
        unread=tuple(unread),
    )


def _families(page: str, dataset: Dataset) -> Collection[str]:
    """Families of what the page shows: of practices there, else of indicators."""
    return dataset.practices.families if page == "practices" else dataset.families


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    return (query.get(name) or [""])[0].strip()[:LONGEST]


def _office(given: str, dataset: Dataset, unread: list[Unread]) -> str:
    """The office of a code, or of a name that it alone has."""
    if not given or given in dataset.offices:
        return given
    named = dataset.directory.named(given)
    if len(named) == 1:
        return named[0]
    is_wanted = len(unread) < SUGGESTED
    near = dataset.directory.nearest(given, dataset.facts.numbers) if is_wanted else ""
    unread.append(Unread("office", given, near, shared_by=len(named)))
    return ""


def _names(query: Mapping[str, Sequence[str]]) -> list[Unread]:
    """Parameters whose names nobody knows."""
    unknown = [n for n in query if n not in KNOWN and not meant.is_foreign(n)]
    return [
        Unread(
            name[:LONGEST],
            _first(query, name),
            meant.nearest(name[:LONGEST], meant.PARAMETERS) if place < SUGGESTED else "",
            is_name=True,
        )
        for place, name in enumerate(unknown)
    ]


def _year(text: str, years: tuple[int, ...], unread: list[Unread]) -> int | None:
    if not text:
        return None
    if re.fullmatch(r"[12][0-9]{3}", text) and int(text) in years:
        return int(text)
    unread.append(Unread("year", text, meant.nearest_year(text, years)))
    return None


def _row(text: str, dataset: Dataset, unread: list[Unread]) -> str:
    if not text or dataset.having([text]):
        return text
    unread.append(Unread("row", text, dataset.nearest(text)))
    return ""


def _asof(text: str, unread: list[Unread]) -> str:
    if text and _day(text) is None:
        unread.append(Unread("asof", text))
        return ""
    return text


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:  # of the form of a day, but none of the calendar
        return None


def _sort(text: str, unread: list[Unread]) -> str:
    if not text or text.removeprefix("-") in grid.SORTED_BY:
        return text
    unread.append(Unread("sort", text, meant.nearest(text.removeprefix("-"), grid.SORTED_BY)))
    return ""


def _hidden(written: str, shown: Sequence[str]) -> tuple[str, ...]:
    """Columns not to show: those written, else all that a form (`col`) does not tick."""
    if written:
        left_out = frozenset(written.split())
    elif shown:
        left_out = frozenset(GRID) - frozenset(shown)
    else:
        return grid.HIDDEN
    return tuple(name for name in GRID if name in left_out and name not in grid.FIXED)


def _number(text: str, unread: list[Unread]) -> int:
    if not text:
        return 1
    if re.fullmatch(r"[1-9][0-9]{0,5}", text):
        return int(text)
    unread.append(Unread("page", text, "1" if re.fullmatch("0|-[0-9]+", text) else ""))
    return 1
