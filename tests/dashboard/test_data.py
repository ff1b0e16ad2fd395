"""The Data page: every download with its size, the citation, the dictionary."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pyarrow import parquet

from dashboard.app import Site
from dashboard.twin import OBSERVED
from extract.returns import form as form_of_returns


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_download_is_there_and_as_long_as_is_said(
    locale: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    browser = client("small")
    read = html(browser.get(f"/{locale}/data").text)
    links = [
        a.attributes["href"]
        for a in read.all("a")
        if "download" in a.attributes or ".xlsx" in a.attributes.get("href", "")
    ]  # a workbook may be led to by a page, and a link with `download` would save that
    assert len(links) == 6
    for link in links:
        assert browser.get(link).status_code == 200, link
    said = {row.text for row in read.all("td", **{"class": "num"})}
    for name in ("offices", "indicators", "documents"):
        text = browser.get(f"/download/{name}.csv").text.removeprefix("\ufeff")
        assert str(len(list(csv.DictReader(io.StringIO(text))))) in said


def lines(body: bytes) -> int:
    """Rows under a header."""
    return len(list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))) - 1


@pytest.mark.parametrize("name", ["real", "demo", "small"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_example_gives_now_what_is_said(
    name: str, locale: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    """The words beside an address: so many rows, of a JSON answer in all, of a file in it."""
    browser = client(name)
    text = browser.get(f"/{locale}/data").text
    read = html(text[text.index('id="api"') :].partition("</section>")[0])
    links, cells = read.all("a"), read.all("td")[1::2]
    assert len(links) == len(cells) >= 12
    for link, cell in zip(links, cells, strict=True):
        address = link.attributes["href"]
        assert link.text.replace("\u200b", "") == address
        answer = browser.get(address)
        assert answer.status_code == 200, address
        if found := re.match(r"[\d,]+", cell.text):
            told = int(found[0].replace(",", ""))
            if answer.mimetype == "application/json":
                assert answer.json["meta"]["total"] == told
            elif ".parquet" in address:
                assert parquet.read_table(io.BytesIO(answer.data)).num_rows == told
            else:
                assert lines(answer.data) == told


def test_one_button_stands_out(client: Callable[[str], FlaskClient], html: Any) -> None:
    assert len(html(client("small").get("/zh/data").text).all("a", **{"class": "btn main"})) == 1


def test_the_citation_names_the_version(
    client: Callable[[str], FlaskClient], site: Callable[[str], Site], html: Any
) -> None:
    (cite,) = html(client("small").get("/zh/data").text).all("p", id="cite")
    dataset = site("small").store.dataset()
    assert dataset.snapshot_id in cite.text
    assert f"{dataset.facts.total}条" in cite.text


def test_the_dictionary_has_every_column(client: Callable[[str], FlaskClient], html: Any) -> None:
    read = html(client("small").get("/zh/data").text)
    heads = [e.text.replace("\u200b", "") for e in read.all("th", **{"class": "mono"})]
    assert heads == list(OBSERVED)


@pytest.mark.parametrize(("locale", "name"), [("zh", "small"), ("en", "real")])
def test_the_form_asks_for_office_and_period_without_scripts(
    locale: str, name: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    browser = client(name)
    read = html(browser.get(f"/{locale}/data").text)
    (form,) = read.all("form", action="/download/template.xlsx")
    assert form.attributes["method"] == "get"
    (year,) = read.all("input", name="period")
    office, part = (read.all("select", name=field)[0].text for field in ("office", "part"))
    assert office and part
    shown = {e.attributes["value"] for e in read.all("option")}
    assert {"Q1", "H2", "12"} < shown
    area = next(value for value in shown if len(value) == 9 or value.startswith("local-"))
    for chosen, period in (("", "{0}"), ("Q1", "{0}-Q1"), ("H2", "{0}-H2"), ("12", "{0}-12")):
        query = {"office": area, "period": year.attributes["value"], "part": chosen}
        answer = browser.get("/download/template.xlsx", query_string=query)
        sheet = load_workbook(io.BytesIO(answer.data))[form_of_returns.SHEET]
        wanted = period.format(year.attributes["value"])
        assert (sheet["B4"].value, sheet["B6"].value) == (area, wanted)
