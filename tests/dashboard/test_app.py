"""The application: where an address leads, what a live page gets, that nothing makes it fail."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import pages
from dashboard.address import PAGES, PRESETS
from dashboard.api import collections
from dashboard.app import Site, create_app
from dashboard.charts import CONFIG
from dashboard.store import Store


@pytest.mark.parametrize(
    ("languages", "query", "there"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "/zh/"),
        ("en-GB,en;q=0.9", "", "/en/"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "", "/en/"),
        ("zh", "", "/zh/"),
        ("fr-FR", "", "/zh/"),
        ("", "", "/zh/"),
        ("*", "", "/zh/"),
        ("not a language;;q=x", "", "/zh/"),
        ("en", "?year=2031&q=%E8%B7%AF", "/en/?year=2031&q=%E8%B7%AF"),
    ],
)
def test_the_root_leads_to_the_readers_language(
    languages: str, query: str, there: str, client: Callable[[str], FlaskClient]
) -> None:
    answer = client("small").get(f"/{query}", headers={"Accept-Language": languages})
    assert (answer.status_code, answer.headers["Location"]) == (302, there)


@pytest.mark.parametrize("query", ["//elsewhere.example", "\r\nSet-Cookie: a=b", "\xff\xfe"])
def test_the_root_leads_nowhere_else(query: str, client: Callable[[str], FlaskClient]) -> None:
    answer = client("small").get("/", environ_overrides={"QUERY_STRING": query})
    assert answer.headers["Location"].startswith("/zh/")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/zh", "zh-CN"),
        ("/zh/nothing", "zh-CN"),
        ("/en/nothing", "en"),
        ("/zh/compare/", "zh-CN"),
        ("/index.html", "zh-CN"),
        ("/favicon", "zh-CN"),
        ("/%ff%fe", "zh-CN"),
        ("/zh/%00", "zh-CN"),
        ("/zh/" + "x" * 3000, "zh-CN"),
    ],
)
def test_an_unknown_path_is_not_found_and_says_so(
    path: str, language: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    answer = client("small").get(path)
    read = html(answer.text)
    assert answer.status_code == 404
    assert read.all("html")[0].attributes["lang"] == language
    assert read.all("a", **{"class": "btn main"})[0].attributes["href"] in {"/zh/", "/en/"}


QUERIES = [
    ("/zh/", ""),
    ("/en/compare", "?indicator=mediations"),
    ("/zh/compare", "?indicator=volunteers&preset=open&office=local-liuxi"),
    ("/zh/compare", "?indicator=nothing&year=x"),
    ("/en/trends", "?indicator=lamps_repaired"),
    ("/zh/evidence", "?q=%E8%B7%AF%E7%81%AF&page=1"),
    ("/zh/evidence", "?q=a%2Bb%26c"),
    ("/zh/compare", "?row=liuxi-2031-001"),
]


def call(browser: FlaskClient, path: str, search: str) -> dict[str, Any]:
    """What the open page gets when its address changes."""
    answer = browser.post(
        "/_dash-update-component",
        json={
            "output": "view.data",
            "outputs": {"id": "view", "property": "data"},
            "inputs": [{"id": "address", "property": "search", "value": search}],
            "changedPropIds": ["address.search"],
            "state": [{"id": "address", "property": "pathname", "value": path}],
        },
    )
    found: dict[str, Any] = answer.json["response"]["view"]["data"]
    return found


@pytest.mark.parametrize(("path", "search"), QUERIES)
def test_a_changed_page_is_the_page_that_a_reload_gives(
    path: str, search: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    live = call(client("small"), path, search)
    page = client("small").get(path + search).text
    (state,) = html(page).all("script", id="view")
    assert f'tabindex="-1">{live["main"]}</main>' in page
    assert html(page).all("title")[0].text == live["title"]
    assert json.loads(state.text) == {**live, "main": ""}


def opened(browser: FlaskClient, row: object, search: str = "") -> Any:
    answer = browser.post(
        "/_dash-update-component",
        json={
            "output": "evidence.data",
            "outputs": {"id": "evidence", "property": "data"},
            "inputs": [{"id": "opened", "property": "data", "value": row}],
            "changedPropIds": ["opened.data"],
            "state": [
                {"id": "address", "property": "pathname", "value": "/zh/compare"},
                {"id": "address", "property": "search", "value": search},
            ],
        },
    )
    return answer.json["response"]["evidence"]["data"]


def test_a_row_opened_is_the_drawer_of_its_link(client: Callable[[str], FlaskClient]) -> None:
    shown = opened(client("small"), {"row": "liuxi-2031-002"}, "?preset=open")
    page = client("small").get("/zh/compare?preset=open&row=liuxi-2031-002").text
    assert "200" in shown
    assert f">{shown}</aside>" in page


@pytest.mark.parametrize("row", [None, "liuxi-2031-002", {}, {"row": None}, {"row": "nothing"}])
def test_a_row_that_is_none_opens_nothing(row: object, client: Callable[[str], Any]) -> None:
    assert opened(client("small"), row) == ""


@pytest.mark.parametrize(("path", "search"), QUERIES)
def test_no_page_lets_a_chart_send_its_data_away(
    path: str, search: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    (state,) = html(client("small").get(path + search).text).all("script", id="view")
    for config in (json.loads(state.text)["config"], call(client("small"), path, search)["config"]):
        assert config == dict(CONFIG)
        assert (config["showSendToCloud"], config["plotlyServerURL"]) == (False, "")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(page=st.sampled_from(PAGES), data=st.data())
def test_any_question_to_the_real_set_is_answered(
    page: str, data: Any, site: Callable[[str], Site]
) -> None:
    dataset = site("real").store.dataset()
    query = {
        "indicator": [data.draw(st.sampled_from(("", *dataset.indicators)))],
        "office": data.draw(st.lists(st.sampled_from(tuple(dataset.offices)), max_size=3)),
        "year": [str(data.draw(st.sampled_from(("", *dataset.facts.years))))],
        "preset": [data.draw(st.sampled_from(PRESETS))],
        "row": [data.draw(st.sampled_from([o.id for o in dataset.select()]))],
    }
    path = f"/zh/{'' if page == 'overview' else page}"
    assert pages.view_of(site("real").store, path, query, {}).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-component-suites/nothing/x.js",
        "/_dash-component-suites/dash/dcc/nothing.js",
        "/_dash-component-suites/dash/../../app.py",
        "/assets/../app.py",
        "/assets/nothing.js",
    ],
)
def test_scripts_that_are_not_there_are_not_found(
    path: str, client: Callable[[str], FlaskClient]
) -> None:
    assert client("small").get(path).status_code == 404


def test_without_data_every_page_says_what_to_run(tmp_path: Path, html: Any) -> None:
    browser = create_app(Store(tmp_path, tmp_path / "missing")).server.test_client()
    page = browser.get("/en/compare")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "make tidy" in page.text
    assert html(page.text).all("title")[0].text.startswith("There are no data to read")
    api = browser.get("/api/v1/observations.csv")
    assert (api.status_code, "make tidy" in api.json["detail"]) == (503, True)


@pytest.fixture
def failing(
    tmp_path: Path, small_set: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], FlaskClient]:
    """A browser before an application whose data page fails, and whose CSV does."""

    def fails(*_given: object) -> None:
        raise RuntimeError("an inside matter")

    def make() -> FlaskClient:
        monkeypatch.setattr(pages, "PAGES", {**pages.PAGES, "data": fails})
        monkeypatch.setattr(collections, "ready_made", fails)
        return create_app(Store(tmp_path, small_set.tidy)).server.test_client()

    return make


@pytest.mark.parametrize(
    ("locale", "title"), [("zh", "这一页没有做成"), ("en", "This page could not be made")]
)
def test_a_failure_is_a_page_without_its_insides(
    locale: str, title: str, failing: Callable[[], FlaskClient], caplog: Any, html: Any
) -> None:
    asked = f"/{locale}/data?q=%3Cb%3E"
    with caplog.at_level(logging.ERROR):
        answer = failing().get(asked)
    read = html(answer.text)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert read.all("h1")[0].text == title
    assert read.all("dd")[1].text == asked
    assert read.all("a", **{"class": "btn main"})[0].attributes["href"] == asked
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "an inside matter" in caplog.text


def test_a_program_is_told_of_a_failure_as_json(
    failing: Callable[[], FlaskClient], caplog: Any
) -> None:
    answer = failing().get("/api/v1/observations.csv")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "没有数据丢失" in answer.json["detail"]
    assert "inside" not in answer.text


def test_an_open_page_that_cannot_be_changed_says_so(
    failing: Callable[[], FlaskClient], caplog: Any
) -> None:
    with caplog.at_level(logging.ERROR):
        live = call(failing(), "/zh/data", "?q=路灯")
    assert live["title"] == "这一页没有做成"
    assert "/zh/data?q=路灯" in live["main"]
    assert live["figure"] is None
    assert "an inside matter" in caplog.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("indicater=mediations", 400, "indicater"),
        ("indicator=mediation", 400, "indicator"),
        ("asof=2021-12-31", 404, "asof"),
    ],
)
def test_a_table_is_not_sent_for_a_question_not_understood(
    query: str, status: int, parameter: str, page: str, client: Callable[[str], FlaskClient]
) -> None:
    path = f"/zh/{'' if page == 'overview' else page}.csv"
    understood = client("small").get(path)
    answer = client("small").get(f"{path}?{query}")
    assert understood.status_code in {200, 404}
    if understood.status_code == 200:
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.json["problems"][0]["parameter"] == parameter


def test_making_an_app_reads_no_request_and_leaves_no_state_behind(
    tmp_path: Path, small_set: Any
) -> None:
    one, other = (create_app(Store(tmp_path, small_set.tidy)) for _ in range(2))
    assert one.csp_hashes() == other.csp_hashes()
    assert list(one.callback_map) == list(other.callback_map)
