"""Invented observations, sites over each data set, and HTML read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from flask.testing import FlaskClient
from pyarrow import parquet

from dashboard.app import Site, create_app
from dashboard.cabinet import Cabinet, cabinet
from dashboard.compare import Area, Observation, Registry
from dashboard.exports.room import Room
from dashboard.records import Document, Names
from dashboard.store import Store
from extract import evidence
from extract.parquet import TYPES

_TEXT: dict[str, Any] = {field.name: "" for field in fields(Observation)}
_BASE = Observation(
    **{
        **_TEXT,
        "id": "doc-001",
        "document": "doc",
        "start": 0,
        "end": 4,
        "as_written": "130件",
        "ref_area": "111111001",
        "office": "甲街道办事处",
        "office_en": "Jia Office",
        "family": "mediations",
        "indicator": "mediations",
        "scope": "whole",
        "freq": "A",
        "time_period": "2022",
        "year": 2022,
        "period_start": date(2022, 1, 1),
        "period_end": date(2022, 12, 31),
        "period_basis": "全年",
        "period_precision": "stated",
        "is_full_period": True,
        "window": "flow",
        "status": "result",
        "value": Decimal(130),
        "lower": Decimal(130),
        "upper": Decimal(130),
        "lower_open": False,
        "upper_open": False,
        "lower_kind": "hard",
        "upper_kind": "hard",
        "unit": "件",
        "unit_mult": 0,
        "decimals": 0,
        "obs_status": "A",
        "rule": "R0",
        "ruleset": "cn-approx-1",
        "flags": (),
        "chosen": True,
        "read_1_on": date(2026, 1, 5),
        "read_2_on": date(2026, 1, 9),
    }
)
REPORT = Document(
    "doc", "=报道", "", "", date(2024, 1, 5), date(2024, 1, 5), "stated", "111111001",
    ("111111001", "111111002"), date(2020, 1, 1), date(2023, 12, 31), Names("", ""), 100,
    "ab" * 32, "", Names("", ""),
)  # fmt: skip
"""What the invented observations stand in."""


@pytest.fixture(scope="session")
def observed() -> Callable[..., Observation]:
    """Make an observation: 130件 in the whole of 2022, with the given fields replaced.

    `exactly=` sets value and both bounds; `year=` alone moves the full year; `on=` makes a stock.
    """

    def make(**given: Any) -> Observation:
        changes = dict(given)
        if "exactly" in changes:
            number = Decimal(changes.pop("exactly"))
            changes = {"value": number, "lower": number, "upper": number} | changes
        if "on" in changes:
            day = changes.pop("on")
            changes = {"window": "stock", "period_start": day, "period_end": day} | changes
        if "period_end" in changes:
            changes = {"year": changes["period_end"].year} | changes
        elif "year" in changes:
            year = changes["year"]
            whole = {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}
            changes = whole | {"time_period": str(year)} | changes
        for bound in ("lower", "upper"):
            if isinstance(changes.get(bound), int | str):
                changes[bound] = Decimal(changes[bound])
        return replace(_BASE, **changes)

    return make


@pytest.fixture(scope="session")
def cabinet_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Cabinet]:
    """A cabinet of observations, packed as the publisher packs them, and of reports."""

    def make(rows: Iterable[Observation], documents: Iterable[Document] = (REPORT,)) -> Cabinet:
        folder = tmp_path_factory.mktemp("cabinet")
        registered = [as_row(d) for d in documents]
        if registered:
            parquet.write_table(pa.Table.from_pylist(registered), folder / "documents.parquet")
        cells = [{f.name: getattr(o, f.name) for f in fields(Observation)} for o in rows]
        columns = {
            f.name: pa.array(
                [None if (c := row[f.name]) == "" else packed(c) for row in cells],
                type=TYPES.get(f.name, pa.string()),
            )
            for f in fields(Observation)
        }
        parquet.write_table(pa.table(columns), folder / "observations.parquet")
        return cabinet(folder)

    def as_row(d: Document) -> dict[str, str | None]:
        cells = {f.name: getattr(d, f.name) for f in fields(Document)}
        basis, note = cells.pop("period_basis"), cells.pop("note")
        cells |= {"document": cells.pop("id"), "covers": " ".join(d.covers)}
        cells |= {"period_basis_zh": basis.zh, "period_basis_en": basis.en}
        cells |= {"note_zh": note.zh, "note_en": note.en}
        return {name: None if cell in {None, ""} else str(cell) for name, cell in cells.items()}

    def packed(cell: object) -> object:
        return " ".join(cell) if isinstance(cell, tuple) else cell

    return make


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Three offices, their zone, a community, and an office that gave way to another in 2021."""
    areas = (
        Area("111111001", "subdistrict_office", parent="zone-1"),
        Area("111111002", "subdistrict_office", parent="zone-1"),
        Area("111111101", "town"),
        Area("zone-1", "zone"),
        Area("community-1", "community", parent="111111001"),
        Area("111111008", "subdistrict_office", valid_to=date(2021, 6, 30), successor="111111009"),
        Area("111111009", "subdistrict_office", valid_from=date(2021, 7, 1)),
    )
    return Registry(
        {area.ref_area: area for area in areas}, {"recruits": frozenset({"volunteers"})}
    )


@pytest.fixture(scope="session")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Site]:
    """The application over the real, demo or small set; made once each."""

    @cache
    def make(name: str) -> Site:
        data = request.getfixturevalue(f"{name}_set")
        nothing_published = data.tidy / "published"
        store = Store(nothing_published, data.tidy, every=float("inf"))
        room = Room(tmp_path_factory.mktemp("exports"))
        return create_app(store, sources=evidence.sources(data.sources), exports=room)

    return make


@pytest.fixture(scope="session")
def client(site: Callable[[str], Site]) -> Callable[[str], FlaskClient]:
    """A browser without scripts, before the application over a set."""
    return lambda name: site(name).server.test_client()


@dataclass
class Element:
    """One start tag with its attributes, and the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


CHILDLESS = frozenset({"meta", "link", "input", "br", "path", "rect", "circle", "use"})


@dataclass
class Html(HTMLParser):
    """A page read back: its elements in order, their text gathered."""

    source: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in CHILDLESS:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while tag not in CHILDLESS and self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag whose attributes have the values given; `_` stands for `-`."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attributes.items()]

    def addresses(self) -> Iterator[str]:
        """Everything the page points to or loads."""
        for element in self.elements:
            for name in ("href", "src", "action", "srcset", "data", "poster", "formaction"):
                if name in element.attributes:
                    yield element.attributes[name]


@pytest.fixture(scope="session")
def html() -> Callable[[str], Html]:
    """Read HTML back."""
    return Html


@pytest.fixture
def tidy_copy(tmp_path: Path, small_set: Any) -> Path:
    """The small set's tidy files, free to be changed."""
    copy = tmp_path / "tidy"
    copy.mkdir()
    for file in small_set.tidy.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy
