"""A view as a workbook: what its address asks for and no more, said on the cover."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from dashboard import chosen
from dashboard.__main__ import main
from dashboard.address import Address, query_of, read
from dashboard.exports.room import Room
from dashboard.exports.routes import blueprint
from dashboard.store import Dataset, Store
from dashboard.workbook import workbook
from dashboard.workbook.long import write

ROOT = Path(__file__).resolve().parents[3]
TIDY = ROOT / "data" / "tidy"

Table = Callable[[Any], list[dict[str, Any]]]


def asked(dataset: Dataset, page: str, query: str) -> Address:
    view = read("zh", page, query_of(query), dataset)
    assert not view.unread
    return view


def opened(dataset: Dataset, page: str, query: str) -> Workbook:
    return load_workbook(io.BytesIO(workbook(dataset, "zh", view=asked(dataset, page, query))))


def ids(table: Table, book: Workbook) -> set[str]:
    return {row["编号"].value for row in table(book["证据"])}


@pytest.mark.parametrize(
    ("page", "query", "expected"),
    [
        ("evidence", "", {"*"}),
        ("evidence", "office=111111001", {"a-1", "a-2", "a-3", "a-4"}),
        ("evidence", "year=2022&office=111111001", {"a-3"}),
        ("evidence", "indicator=accidents", {"c-2"}),
        ("evidence", "q=90", {"a-3"}),
        ("evidence", "obs_status=V", {"b-3"}),
        ("evidence", "flag=negated", {"c-2"}),
        ("evidence", "rule=R1", {"a-2"}),
        ("office", "office=111111101", {"c-1", "c-2"}),
        ("compare", "indicator=mediations&year=2022&office=111111002", {"a-3", "b-2", "c-1"}),
        ("compare", "indicator=mediations&year=2022&like=1", {"a-3", "b-2"}),
        ("trends", "indicator=mediations&office=111111001", {"a-1", "a-2", "a-3", "a-4"}),
        ("overview", "year=2023", {"a-4", "b-3"}),
        ("indicator", "indicator=accidents", {"c-2"}),
    ],
)
def test_a_view_holds_what_its_address_asks_for(
    table: Table, invented: Dataset, page: str, query: str, expected: set[str]
) -> None:
    book = opened(invented, page, query)
    wanted = {o.id for o in invented.select()} if expected == {"*"} else expected
    assert ids(table, book) == wanted
    shown = {
        row["编号"].value for ws in book.worksheets for row in table(ws) if "数值" in row
    }  # fmt: skip
    assert shown == wanted


def test_the_cover_says_what_the_view_is(table: Table, invented: Dataset) -> None:
    book = opened(invented, "compare", "indicator=mediations&year=2022&preset=open&like=1")
    (row,) = [row for row in table(book["说明"]) if row["事项"].value == "范围"]
    said = row["写法"].value.split("\n")
    assert said == ["页面：比较", "指标：调解", "年份：2022", "只要可比的：有"]
    assert "/zh/compare?indicator=mediations&year=2022&preset=open&like=1" in row["意思"].value
    assert "没有总览表" in row["意思"].value
    assert "总览" not in book.sheetnames


def test_everything_says_so(table: Table, book: Workbook) -> None:
    (row,) = [row for row in table(book["说明"]) if row["事项"].value == "范围"]
    assert row["写法"].value == "全部"


def test_rates_are_formulas_on_both_ranges(
    table: Table, invented: Dataset, observed: Callable[..., Any], cabinet_of: Callable[..., Any]
) -> None:
    people = {"indicator": "population", "unit": "人", "on": date(2022, 12, 31)}
    over = {"lower": 20_000, "upper": 30_000, "lower_open": True, "upper_open": True}
    rows = (
        *invented.select(),
        observed(
            id="p-1", ref_area="111111001", as_written="2万余人", value=20_000, **people, **over
        ),
    )
    mediations = invented.indicators["mediations"]
    known = {**invented.indicators, "population": replace(mediations, code="population")}
    dataset = replace(invented, indicators=known, cabinet=cabinet_of(rows))
    book = opened(dataset, "compare", "indicator=mediations&year=2022&per=10000")
    (row,) = table(book["每万人"])
    at = {head: cell.coordinate for head, cell in row.items()}
    assert row["编号"].value == "a-3"
    assert row["每万人下界"].value == f"={letter(at, 0)}/{letter(at, 3)}*10000"
    assert row["每万人上界"].value == f"={letter(at, 1)}/{letter(at, 2)}*10000"
    assert "p-1" in ids(table, book)
    assert "总览" not in book.sheetnames
    assert "2个数没有同期的人口数" in book["每万人"]["A3"].value
    said = {row["写法"].value for row in table(book["说明"]) if row["事项"].value == "范围"}
    assert "按每万人：有" in said.pop()


def letter(at: Mapping[str, str], place: int) -> str:
    """A bound of the row of rates: those of the number, then those of its residents."""
    return f"{'EFHI'[place]}{at['编号'][1:]}"


def test_a_direction_asked_for_is_the_only_one_listed(table: Table, invented: Dataset) -> None:
    view = "indicator=mediations&office=111111001"
    every = [row["增减"].value for row in table(opened(invented, "trends", view)["同比"])]
    book = opened(invented, "trends", f"{view}&sign=decrease")
    assert 0 < len(table(book["同比"])) < len(every)
    (row,) = [row for row in table(book["说明"]) if row["事项"].value == "范围"]
    assert "同比只列：▼ 减" in row["写法"].value


def test_a_matrix_shows_only_the_years_asked_for(book: Workbook, invented: Dataset) -> None:
    heads = [c.value for c in opened(invented, "overview", "year=2022")["总览"][5]][3:]
    assert heads
    assert all(str(head).endswith("2022") for head in heads)
    assert len(heads) < len([*book["总览"][5]]) - 3


def test_practices_alone(table: Table, real: Dataset) -> None:
    book = opened(real, "practices", "family=grid")
    wanted = {p.id for p in real.practices if p.family == "grid"}
    assert wanted
    assert {row["编号"].value for row in table(book["做法"])} == wanted
    assert "证据" not in book.sheetnames


def test_another_preset_reads_other_bounds(table: Table, invented: Dataset) -> None:
    dataset = invented.with_preset("open")
    view = asked(dataset, "compare", "indicator=mediations&year=2021&preset=open")
    ws = load_workbook(io.BytesIO(workbook(dataset, "zh", view=view)))["调解"]
    uppers = {row["编号"].value: row["上界"].value for row in table(ws)}
    assert uppers["a-2"] == "没有上界"


@pytest.mark.parametrize(
    ("page", "query", "name"),
    [
        ("overview", "", "livelihood-overview-zh.xlsx"),
        ("compare", "indicator=mediations&year=2022", "livelihood-compare-mediations-2022-zh.xlsx"),
        ("evidence", "q=../../x", "livelihood-evidence-zh.xlsx"),
    ],
)
def test_file_names_are_made_of_codes(invented: Dataset, page: str, query: str, name: str) -> None:
    assert chosen.name(asked(invented, page, query)) == name


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    server = Flask("test")
    store = Store(tmp_path_factory.mktemp("none"), TIDY)
    server.register_blueprint(blueprint(store, Room(tmp_path_factory.mktemp("exports")), str))
    return server.test_client()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zh/compare.xlsx?indicator=mediations&year=2022", 200),
        ("/en/evidence.xlsx?indicator=mediations", 200),
        ("/zh/compare.xlsx?indicator=nosuch", 400),
        ("/zh/compare.xlsx?nosuch=1", 400),
        ("/zh/compare.xlsx?asof=2001-01-01", 404),
        ("/zh/nosuch.xlsx", 404),
        ("/zh/method.xlsx", 404),
        ("/fr/compare.xlsx", 404),
    ],
)
def test_the_button_answers_or_says_why_not(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if status == 200:
        assert answer.data.startswith(b"PK")
        assert ".xlsx" in answer.headers["Content-Disposition"]


def test_the_command_gives_the_same_file_as_the_button(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVELIHOOD_TIDY", str(TIDY))
    monkeypatch.setenv("LIVELIHOOD_PUBLISHED", str(tmp_path / "none"))
    out, view = tmp_path / "out.xlsx", "compare?indicator=mediations&year=2022"
    assert main(["export", "--view", view, "--preset", "open", str(out)]) == 0
    assert client.get(f"/zh/{view}&preset=open".replace("?", ".xlsx?")).data == out.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ["--view", "nosuch"],
        ["--view", "compare?indicator=nosuch"],
        ["--preset", "nosuch"],
        ["--asof", "2001-01-01"],
        ["--asof", "yesterday"],
    ],
)
def test_a_call_that_is_not_understood_writes_nothing(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LIVELIHOOD_TIDY", str(TIDY))
    monkeypatch.setenv("LIVELIHOOD_PUBLISHED", str(tmp_path / "none"))
    out = tmp_path / "out.xlsx"
    assert main(["export", *words, str(out)]) == 2
    assert capsys.readouterr().err
    assert not out.exists()


def test_a_long_export_is_one_table_with_every_row(
    table: Table, invented: Dataset, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    out = tmp_path / "long.xlsx"
    every = {o.id: o for o in invented.select()}
    assert write(invented, "zh", out, lambda *at: told.append(at)) == len(every)
    assert told[-1] == (len(every), len(every))
    ws = load_workbook(out)["观测"]
    heads = [cell.value for cell in ws[4]]
    found = [dict(zip(heads, row, strict=True)) for row in ws.iter_rows(min_row=5)]
    assert {row["编号"].value for row in found} == every.keys()
    for row in found:
        o = every[row["编号"].value]
        assert row["原文写法"].data_type == "s"
        assert row["原文写法"].value == o.as_written.removeprefix("\x0b")
        if o.value is not None:
            assert row["数值"].value == pytest.approx(float(o.value))
    assert ws.freeze_panes == "B5"
