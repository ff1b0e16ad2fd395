"""A number that an office returned is told apart on the pages; sets from before there were any
returns still open."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.address import PAGES
from dashboard.app import create_app
from dashboard.store import Store
from extract import tables
from extract.__main__ import main
from extract.tidy import files, tidy

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
OFFICE = "local-liuxi"
SENT = "单位代码,local-liuxi\n期间,2024\n\n指标,口径,填报数,单位\n维修路灯,,近20,盏\n"
LATER = {
    "observations.csv": ("evidence", "place"),
    "documents.csv": ("kind",),
}
"""Columns that came with returns; practices came a little before."""


def served(folder: Path) -> FlaskClient:
    store = Store(folder / "none", folder, every=float("inf"))
    return create_app(store).server.test_client()


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The invented set with one more number, sent in as 回执.csv."""
    place = tmp_path_factory.mktemp("returned")
    shutil.copytree(FIXTURES / "raw", place / "raw")
    (place / "回执.csv").write_text(SENT, encoding="utf-8-sig")
    command = ["import", "--raw", str(place / "raw"), "--received", "2026-11-22"]
    assert main([*command, str(place / "回执.csv")]) == 0
    (place / "tidy").mkdir()
    for name, content in files(tidy(tables.read(place / "raw"))).items():
        (place / "tidy" / name).write_bytes(content)
    return served(place / "tidy")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh", ("填报", "C5", "回执.csv", "单位自行填报，没有另作核对")),
        ("en", ("Return", "C5", "回执.csv", "nobody read it again")),
    ],
)
def test_the_drawer_names_file_and_cell(
    locale: str, words: tuple[str, ...], returned: FlaskClient
) -> None:
    page = returned.get(f"/{locale}/evidence?row=return-liuxi-2024-1-001").text
    drawer = page.partition('id="drawer"')[2] or page
    for word in words:
        assert word in drawer, word


@pytest.mark.parametrize(("locale", "word"), [("zh", "填报"), ("en", "Return")])
def test_the_grid_marks_it_and_nothing_else(
    locale: str, word: str, returned: FlaskClient, html: Any
) -> None:
    read = html(returned.get(f"/{locale}/evidence?office={OFFICE}").text)
    rows = [row.text for row in read.all("tr")]
    marked = [row for row in rows if word in row and "近20" in row]
    assert len(marked) == 1
    assert not [row for row in rows if word in row and "近20" not in row]


def test_the_file_beside_the_grid_has_its_place(returned: FlaskClient) -> None:
    text = returned.get(f"/api/v1/observations.csv?office={OFFICE}").text.removeprefix("\ufeff")
    rows = [*csv.DictReader(io.StringIO(text))]
    told = {row["id"]: (row["evidence"], row["place"]) for row in rows}
    assert told.pop("return-liuxi-2024-1-001") == ("return", "C5")
    assert {evidence for evidence, _ in told.values()} == {"report"}


@pytest.fixture(scope="module")
def older(small_set: Any, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The small set as it was made before returns and practices were known."""
    folder = tmp_path_factory.mktemp("older") / "tidy"
    shutil.copytree(small_set.tidy, folder)
    for name, columns in LATER.items():
        _without(folder / name, columns)
    gone = {"practices", "practice_families"}
    for name in gone:
        (folder / f"{name}.csv").unlink()
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] not in gone]
    for entry in package["resources"]:
        dropped = LATER.get(entry["path"] if isinstance(entry["path"], str) else "", ())
        fields = entry["schema"]["fields"]
        entry["schema"]["fields"] = [f for f in fields if f["name"] not in dropped]
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    return served(folder)


def _without(path: Path, columns: tuple[str, ...]) -> None:
    rows = [*csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))]
    out = io.StringIO()
    writer = csv.DictWriter(out, [n for n in rows[0] if n not in columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows({n: c for n, c in row.items() if n not in columns} for row in rows)
    assert set(columns) <= set(rows[0])
    path.write_text(out.getvalue(), encoding="utf-8")


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_an_older_set_opens_on_every_page(page: str, locale: str, older: FlaskClient) -> None:
    path = "" if page == "overview" else page
    answer = older.get(f"/{locale}/{path}")
    assert answer.status_code == 200
    assert ("填报模板" if locale == "zh" else "Return form") in older.get(f"/{locale}/data").text


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/observations.csv",
        "/api/v1/documents.csv",
        "/zh/evidence.csv",
        "/download/workbook-zh.xlsx",
        f"/download/template.xlsx?office={OFFICE}&period=2024",
    ],
)
def test_an_older_set_is_handed_out_whole(address: str, older: FlaskClient) -> None:
    assert older.get(address).status_code == 200


def test_a_number_of_an_older_set_is_one_of_a_report(
    older: FlaskClient, site: Callable[[str], Any]
) -> None:
    row = site("small").store.dataset().select()[0].id
    page = older.get(f"/zh/evidence?row={row}").text
    assert "单位自行填报" not in page
