"""An invented data set with all kinds of bounds, and workbooks of it and of the real one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dashboard import address
from dashboard.address import Address, preset_of, query_of
from dashboard.cabinet import Cabinet
from dashboard.chosen import settled
from dashboard.compare import Observation
from dashboard.documents import Documents
from dashboard.pages.desk import Desk
from dashboard.records import Indicator, Names, Office
from dashboard.store import Dataset, read
from dashboard.workbook import workbook
from tests.dashboard.register import register

ROOT = Path(__file__).resolve().parents[3]
HEAD, FIRST = 5, 6
LABEL = Names("演示数据：虚构", "Demonstration data: invented")
A, B, C = "111111001", "111111002", "111111101"
NASTY = ("=1+1", '+HYPERLINK("x")', "-2", "@SUM(A1)", "\tx", "#N/A", "\x0b_x000b_")

Observed = Callable[..., Observation]


def _office(code: str, name: str) -> Office:
    names = Names(name, f"Office {code[-3:]}")
    kind = "town" if code == C else "subdistrict_office"
    none = Names("", "")
    return Office(code, names, names, kind, none, none, code, "2023", "", "", "", 0, none)


def _indicator(code: str, name: str, english: str, *, core: bool, unit: str) -> Indicator:
    text, none = Names("数的是" + name, "Counts " + english), Names("", "")
    names = Names(name, english)
    return Indicator(code, "mediations", names, text, unit, "flow", "", core, (), (), none)


def _observations(observed: Observed) -> tuple[Observation, ...]:
    over: dict[str, Any] = {
        "as_written": "200余件",
        "value": Decimal(200),
        "lower": 200,
        "upper": 300,
        "lower_open": True,
        "upper_open": True,
        "rule": "R1",
        "qualifier": "余",
    }
    nearly = {"as_written": "近90件", "value": Decimal(90), "lower": 81, "lower_kind": "soft"}
    zero = {"as_written": "未发生", "exactly": 0, "flags": ("negated", "self_reported")}
    between = {"as_written": "120至130件", "value": None, "lower": 120, "upper": 130}
    return (
        observed(id="a-1", ref_area=A, year=2020, exactly=130),
        observed(id="a-2", ref_area=A, year=2021, **over),
        observed(id="a-3", ref_area=A, year=2022, **nearly, upper=90, upper_open=True),
        observed(
            id="a-4",
            ref_area=A,
            year=2023,
            as_written="500件以上",
            value=Decimal(500),
            lower=500,
            upper=None,
        ),
        observed(id="b-1", ref_area=B, year=2021, **between),
        observed(id="b-2", ref_area=B, year=2022, exactly="14.5", as_written="14.5件"),
        observed(id="b-3", ref_area=B, year=2023, obs_status="V", exactly=7, as_written="7件"),
        observed(
            id="c-1",
            ref_area=C,
            period_start=date(2022, 1, 1),
            period_end=date(2022, 3, 31),
            is_full_period=False,
            exactly=9,
            as_written="9件",
        ),
        observed(id="c-2", ref_area=C, indicator="accidents", year=2022, **zero),
    )


@pytest.fixture(scope="session")
def invented(observed: Observed, cabinet_of: Callable[..., Cabinet]) -> Dataset:
    """Three invented offices, two indicators, all kinds of bounds, text that looks like code."""
    indicators = (
        _indicator("mediations", "调解", "Mediations", core=True, unit="件"),
        _indicator("accidents", "事故", "Accidents", core=False, unit="件"),
    )
    offices = (_office(A, "=甲街道"), _office(B, "乙街道"), _office(C, "丙镇"))
    rows = (*_observations(observed), *_nasty(observed))
    held = cabinet_of(rows)
    return Dataset(
        folder=Path(),
        snapshot_id="0123456789abcdef",
        package={},
        label=LABEL,
        offices=register(offices),
        indicators={found.code: found for found in indicators},
        variants={},
        families={"mediations": Names("矛盾调解", "Mediation")},
        tables={
            "offices": tuple(_row(o) for o in offices),
            "indicators": tuple(
                {"indicator": i.code, "not_comparable_with": ""} for i in indicators
            ),
            "documents": Documents(held, {}).rows,
            "corrections": (),
            "not_applicable": ({"ref_area": B, "indicator": "accidents", "from": "", "to": ""},),
        },
        left_out={"doc": 3},
        cabinet=held,
    )  # fmt: skip


def _row(office: Office) -> dict[str, str]:
    keys = ("parent", "valid_from", "valid_to", "successor")
    return {"ref_area": office.ref_area, "kind": office.kind, **dict.fromkeys(keys, "")}


def _nasty(observed: Observed) -> Iterator[Observation]:
    for number, text in enumerate(NASTY):
        yield observed(
            id=f"n-{number}", ref_area=B, year=2020, context=text, as_written=text, scope="site",
            exactly=number,
        )  # fmt: skip


@pytest.fixture(scope="session")
def real() -> Dataset:
    return read(ROOT / "data" / "tidy")


@pytest.fixture(scope="session")
def body(invented: Dataset) -> bytes:
    return workbook(invented, "zh")


@pytest.fixture(scope="session")
def book(body: bytes) -> Workbook:
    return load_workbook(io.BytesIO(body))


@pytest.fixture(scope="session")
def real_body(real: Dataset) -> bytes:
    return workbook(real, "zh")


@pytest.fixture(scope="session")
def real_book(real_body: bytes) -> Workbook:
    return load_workbook(io.BytesIO(real_body))


Table = list[dict[str, Any]]


@pytest.fixture(scope="session")
def table() -> Callable[[Any], Table]:
    """Read the cells of a sheet's table by head."""

    def rows(ws: Any) -> Table:
        heads = [cell.value for cell in ws[HEAD]]
        return [dict(zip(heads, row, strict=True)) for row in ws.iter_rows(min_row=FIRST)]

    return rows


RISKY_WORDS = ("=1+1", "+HYPERLINK(1)", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "&P", "'=1", '"&A1&"')


@pytest.fixture(scope="session")
def hostile(invented: Dataset, cabinet_of: Callable[..., Cabinet]) -> Dataset:
    """The invented set with text that looks like a formula wherever a set has free text."""
    words = cycle(RISKY_WORDS)

    def names() -> Names:
        return Names(next(words), next(words))

    def told(thing: Any, *fields: str, **more: Any) -> Any:
        return replace(thing, **{field: names() for field in fields}, **more)

    offices = register(
        told(o, "name", "short", "parent", "note") for o in invented.offices.values()
    )
    indicators = {
        code: told(i, "name", "definition", "note") for code, i in invented.indicators.items()
    }
    documents = [
        replace(d, title=next(words), publisher=next(words), page=next(words))
        for d in invented.documents.values()
    ]
    correction = {"row": "a-1", "status": "suspected", "unit": "件", "as_written": "=130件"}
    correction |= {"corrected": "@13", "reason_zh": "-疑", "reason_en": "+perhaps"}
    return replace(
        invented,
        label=Names("=1&P", "=1&P"),
        offices=offices,
        indicators=indicators,
        cabinet=cabinet_of(invented.select(), documents),
        families={code: names() for code in invented.families},
        tables={**invented.tables, "corrections": (correction,)},
    )


@pytest.fixture(scope="session")
def demo(demo_set: Any) -> Dataset:
    return read(demo_set.tidy)


VIEWS = {
    "per": ("compare", "indicator=mediations&year=2023&per=10000"),
    "trends": ("trends", "indicator=volunteers&preset=open"),
    "evidence": ("evidence", "year=2022&indicator=mediations"),
    "practices": ("practices", ""),
}
"""Views of the invented district that are tried as workbooks."""


@pytest.fixture(scope="session")
def desks(invented: Dataset, hostile: Dataset, real: Dataset, demo: Dataset) -> dict[str, Desk]:
    """What each workbook of `files` tells, as pages would: the whole set, or a view of it."""
    whole = {"invented": invented, "hostile": hostile, "real": real, "demo": demo}
    made = {name: Desk(Address("zh", "overview"), held, {}, {}) for name, held in whole.items()}
    for name, (page, query) in VIEWS.items():
        asked = query_of(query)
        shown = demo.with_preset(preset_of(asked))
        view = settled(shown, address.read("zh", page, asked, shown))
        made[name] = Desk(view, shown, {}, {})
    return made


@pytest.fixture(scope="session")
def files(
    tmp_path_factory: pytest.TempPathFactory,
    desks: dict[str, Desk],
    real: Dataset,
    body: bytes,
    real_body: bytes,
) -> dict[str, Path]:
    """Workbooks as files: whole sets, in both languages, and views of the demonstration."""
    folder = tmp_path_factory.mktemp("workbooks")
    made = {"invented": body, "real": real_body, "english": workbook(real, "en")}
    for name in ("hostile", "demo"):
        made[name] = workbook(desks[name].dataset, "zh")
    for name in VIEWS:
        made[name] = workbook(desks[name].dataset, "zh", view=desks[name].address)
    written = {name: folder / f"{name}.xlsx" for name in made}
    for name, path in written.items():
        path.write_bytes(made[name])
    return written
