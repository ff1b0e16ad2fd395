"""Files of the browser: named by content, compressed where asked, the chart library that fits."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import brotli
import plotly.offline
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import shelf
from dashboard.app import Site

BUNDLED = {name for names in shelf.BUNDLES.values() for name in names}
ALONE = sorted({path.name for path in shelf.ASSETS.iterdir()} - BUNDLED)


@pytest.fixture
def browser(client: Callable[[str], FlaskClient]) -> FlaskClient:
    return client("small")


@pytest.mark.parametrize("name", [*ALONE, *shelf.BUNDLES, shelf.CHART_LIBRARY])
def test_every_file_is_served_as_it_is(
    name: str, browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    plain = browser.get(site("small").files.address(name))
    squeezed = browser.get(
        site("small").files.address(name), headers={"Accept-Encoding": "gzip, br"}
    )
    assert plain.status_code == squeezed.status_code == 200
    assert "Content-Encoding" not in plain.headers
    assert squeezed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(squeezed.data) == plain.data
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.headers["Vary"] == "Accept-Encoding"
    if name in shelf.BUNDLES:
        parts = [(shelf.ASSETS / part).read_bytes() for part in shelf.BUNDLES[name]]
        assert plain.data == b"\n".join(parts)
    elif name in ALONE:
        assert plain.data == (shelf.ASSETS / name).read_bytes()


@pytest.mark.parametrize(
    ("accepted", "coded"),
    [("br", True), ("gzip;q=1, br;q=0.5", True), ("zebra", False), ("", False)],
)
def test_brotli_only_where_it_is_accepted(
    accepted: str, coded: bool, browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    address = site("small").files.address("site.js")
    answer = browser.get(address, headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "br") is coded


@pytest.mark.parametrize(
    "path",
    [
        "/static/000000000000/site.js",
        "/static/{digest}/nothing.js",
        "/static/{digest}/../guard.py",
        "/static/{digest}/..%2fguard.py",
    ],
)
def test_another_name_or_digest_is_not_found(
    path: str, browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    digest = site("small").files.address("site.js").split("/")[2]
    assert browser.get(path.format(digest=digest)).status_code == 404


def test_the_address_changes_when_the_file_does() -> None:
    one, other = (shelf.StaticFile(body, b"", "text/css") for body in (b"a{}", b"b{}"))
    assert shelf.Shelf({"x.css": one}).address("x.css") != shelf.Shelf({"x.css": other}).address(
        "x.css"
    )


def test_the_chart_library_is_the_one_that_plotly_writes_figures_for(
    browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    head = browser.get(site("small").files.address(shelf.CHART_LIBRARY)).data[:300].decode()
    found = re.search(r"plotly\.js .*?v(\d+\.\d+\.\d+)", head)
    assert found is not None, head
    assert found[1] == plotly.offline.get_plotlyjs_version()


def sent(files: shelf.Shelf, name: str, accepted: str = "") -> bytes:
    server = Flask("shelf")
    server.register_blueprint(files.blueprint())
    answer = server.test_client().get(files.address(name), headers={"Accept-Encoding": accepted})
    return bytes(answer.data)


def test_without_the_small_bundle_the_full_one_is_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shelf, "ASSETS", tmp_path)
    monkeypatch.setattr(shelf, "BUNDLES", {})
    monkeypatch.setattr(shelf, "BASIC_BUNDLE", tmp_path / "missing.js")
    monkeypatch.setattr(shelf.brotli, "compress", lambda body, quality: b"")
    body = sent(shelf.shelf(), shelf.CHART_LIBRARY)
    assert b"plotly.js v" in body[:300]
    assert len(body) > 3_000_000


@pytest.mark.parametrize(("age", "used"), [(1, b"ready"), (-1, None)])
def test_a_file_compressed_beforehand_is_used_unless_it_is_older(
    age: int, used: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain, ready, bundle = (tmp_path / n for n in ("a.css", "a.css.br", "bundle.js"))
    plain.write_bytes(b"a{}")
    ready.write_bytes(b"ready")
    bundle.write_bytes(b"0")
    written = plain.stat().st_mtime
    os.utime(ready, (written + age, written + age))
    monkeypatch.setattr(shelf, "ASSETS", tmp_path)
    monkeypatch.setattr(shelf, "BUNDLES", {})
    monkeypatch.setattr(shelf, "BASIC_BUNDLE", bundle)
    assert sent(shelf.shelf(), "a.css", "br") == (used or brotli.compress(b"a{}", quality=9))
