"""The return form: what can be filled in, what is refused while it is typed, the same bytes."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dashboard.__main__ import main
from dashboard.app import create_app
from dashboard.store import Store
from dashboard.workbook.template import OPEN, TOP, office_of, template
from extract.quantity import parse
from extract.returns import form, lines, period_of

ROOT = Path(__file__).resolve().parents[2]
OFFICE = "341172001"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory):
    return Store(tmp_path_factory.mktemp("none"), ROOT / "data" / "tidy").dataset()


@pytest.fixture(scope="module")
def book(dataset):
    body = template(dataset, OFFICE, period_of("2024-Q1"))
    return load_workbook(io.BytesIO(body))


def test_the_same_set_gives_the_same_bytes(dataset) -> None:
    period = period_of("2024")
    assert template(dataset, OFFICE, period) == template(dataset, OFFICE, period)


def test_every_line_has_its_code_unit_and_definition(dataset, book) -> None:
    sheet = book[form.SHEET]
    keys = [head.key for head in form.HEADS]
    made = [*lines(dataset.tables["indicators"], dataset.tables["variants"])]
    assert len(made) == len({line.code for line in made}) >= len(dataset.indicators)
    for row, line in enumerate(made, TOP + 1):
        cells = dict(zip(keys, [cell.value for cell in sheet[row]], strict=True))
        assert (cells["code"], cells["indicator"]) == (line.code, line.name)
        assert cells["unit"] == line.unit
        assert cells["definition"] == line.definition
        assert cells["number"] is None


def test_only_the_cells_to_fill_in_are_open(book) -> None:
    sheet = book[form.SHEET]
    heads = {cell.column_letter: cell.value for cell in sheet[TOP]}
    named = {head.name: head.key for head in form.HEADS}
    assert all(each.protection.sheet for each in book.worksheets)
    for row in sheet.iter_rows(min_row=1, max_row=sheet.max_row):
        for cell in row:
            is_open = not cell.protection.locked
            in_form = cell.row > TOP and named[heads[cell.column_letter]] in OPEN
            assert is_open <= in_form, cell.coordinate


def test_every_number_and_unit_has_its_limit_with_a_message(book) -> None:
    sheet = book[form.SHEET]
    for limit in sheet.data_validations.dataValidation:
        assert limit.showErrorMessage
        assert limit.error and len(limit.error) <= 225 and limit.errorTitle
        assert len(limit.formula1) <= 255
    for key, letter in (("number", "D"), ("unit", "E"), ("end", "G"), ("state", "H")):
        for row in range(TOP + 1, sheet.max_row + 1):
            held = [v for v in sheet.data_validations.dataValidation if f"{letter}{row}" in v.sqref]
            assert len(held) == 1, f"{key} {letter}{row}"


@pytest.mark.parametrize("unit", ["元", "人", "平方米", "%", "批次", "人次"])
def test_units_offered_read_as_the_base_unit(unit: str) -> None:
    for offered in form.units(unit):
        read = parse(f"2{offered}")
        assert read is not None and read.unit == unit


@pytest.mark.parametrize(
    ("said", "name", "last"),
    [
        ("2024", "2024", "2024-12-31"),
        ("2024年", "2024", "2024-12-31"),
        ("2024-q1", "2024-Q1", "2024-03-31"),
        ("2024年第二季度", "2024-Q2", "2024-06-30"),
        ("2024年上半年", "2024-H1", "2024-06-30"),
        ("2024年2月", "2024-02", "2024-02-29"),
        ("2024-01-01/2024-05-20", "2024-01-01/2024-05-20", "2024-05-20"),
    ],
)
def test_periods_as_they_are_said(said: str, name: str, last: str) -> None:
    period = period_of(said)
    assert period is not None
    assert (period.name, period.end.isoformat()) == (name, last)


@pytest.mark.parametrize("said", ["", "明年", "24", "2024-13", "2024-05-20/2024-01-01"])
def test_what_is_no_period(said: str) -> None:
    assert period_of(said) is None


def test_offices_by_code_and_name(dataset) -> None:
    name = dataset.offices[OFFICE].name.zh
    assert office_of(dataset, OFFICE) == office_of(dataset, name) == OFFICE
    assert office_of(dataset, "没有这个街道") is None


def test_the_command_writes_the_form(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LIVELIHOOD_PUBLISHED", str(tmp_path / "none"))
    out = tmp_path / "form.xlsx"
    assert main(["export", "--template", OFFICE, "2024", str(out)]) == 0
    assert load_workbook(out)[form.SHEET]["B4"].value == OFFICE
    assert main(["export", "--template", "nobody", "2024", str(out)]) == 2
    assert "没有单位“nobody”" in capsys.readouterr().err
    assert main(["export", "--template", OFFICE, "soon", str(out)]) == 2
    assert "看不懂期间“soon”" in capsys.readouterr().err


def test_the_button_of_an_office_brings_its_form(tmp_path) -> None:
    client = create_app(Store(tmp_path / "none", ROOT / "data" / "tidy")).server.test_client()
    page = client.get(f"/zh/office?office={OFFICE}").get_data(as_text=True)
    there = f"/download/template.xlsx?office={OFFICE}&amp;period="
    assert there in page
    href = page.split(there)[1].split('"')[0]
    answer = client.get(f"/download/template.xlsx?office={OFFICE}&period={href}")
    assert load_workbook(io.BytesIO(answer.data))[form.SHEET]["B6"].value == href
    assert client.get("/download/template.xlsx?office=x&period=2024").status_code == 404
    known = f"/download/template.xlsx?office={OFFICE}&period=2024"
    assert client.get(f"{known}&asof=1999-01-01").status_code == 404
    refused = client.get(f"{known}&asof=soon")
    assert refused.status_code == 400
    assert "asof=soon" in refused.get_json()["detail"]
    assert client.get(f"/download/template.xlsx?office={OFFICE}").status_code == 400
