"""The Data page: every download with its size, the citation, the dictionary."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import Site
from dashboard.twin import OBSERVED


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
