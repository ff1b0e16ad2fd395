"""Exports over HTTP: a page for readers, JSON for programs, the file for both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import chosen
from dashboard.exports import room, routes
from dashboard.exports.room import come, end
from dashboard.exports.ticket import Ticket

Asked = Callable[..., Ticket]
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}


@pytest.mark.parametrize(
    ("path", "locale", "title"),
    [
        ("/zh/evidence.xlsx", "zh", "正在生成工作簿"),
        ("/en/evidence.xlsx", "en", "Making the workbook"),
        ("/download/workbook-zh.xlsx", "zh", "正在生成工作簿"),
        ("/download/workbook-en.xlsx", "en", "Making the workbook"),
    ],
)
def test_a_reader_is_led_to_a_page_that_gives_the_file(
    path: str, locale: str, title: str, web: FlaskClient, builders: Any
) -> None:
    led = web.get(path, headers=PAGE)
    assert led.status_code == 303
    assert led.headers["Cache-Control"] == "no-store"
    there = led.headers["Location"]
    assert re.fullmatch(rf"/{locale}/exports/[0-9a-f]{{32}}", there)
    come(builders.begun[0], 7, 20)
    page = web.get(there).text
    assert f"<h1>{title}</h1>" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'value="7" max="20"' in page
    builders.finish(builders.begun[0])
    done = web.get(there).text
    file = re.search(r'url=(/exports/[0-9a-f]{32}\.xlsx)"', done)
    assert file is not None
    assert web.get(file[1]).data == b"P" * 10
    assert web.get(path, headers=PAGE).data == b"P" * 10


def test_a_page_says_why_there_is_no_file(web: FlaskClient, builders: Any) -> None:
    there = web.get("/zh/evidence.xlsx", headers=PAGE).headers["Location"]
    builders.let_go(builders.begun[0])
    page = web.get(there).text
    assert "生成中断了" in page
    assert 'href="/zh/evidence.xlsx"' in page
    assert "refresh" not in page
    lost = web.get("/en/exports/" + "0" * 32)
    assert lost.status_code == 404
    assert "No such export" in lost.text


def test_the_button_stops_it(web: FlaskClient) -> None:
    there = web.get("/zh/evidence.xlsx", headers=PAGE).headers["Location"]
    assert f'action="{there}/stop"' in web.get(there).text
    other = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert web.post(f"{there}/stop", headers=other).status_code == 403
    assert web.post(f"{there}/stop").headers["Location"] == there
    assert "已停止" in web.get(there).text


def test_a_program_is_told_where_to_look(web: FlaskClient, builders: Any) -> None:
    begun = web.get("/en/evidence.xlsx", headers=JSON)
    assert begun.status_code == 202
    assert int(begun.headers["Retry-After"]) > 0
    there = begun.headers["Location"]
    assert begun.json is not None
    assert begun.json["state"] == "building"
    come(builders.begun[0], 1000, 2000)
    told = web.get(there).json
    assert told is not None
    assert (told["written"], told["total"], told["file"]) == (1000, 2000, None)
    assert told["said"]["en"] == "1,000 of 2,000 rows written"
    builders.finish(builders.begun[0])
    done = web.get(there)
    assert done.json is not None
    assert "Retry-After" not in done.headers
    assert web.get(done.json["file"]).data == b"P" * 10
    assert web.get("/en/evidence.xlsx", headers=JSON).data == b"P" * 10


@pytest.mark.parametrize(
    ("why", "status"), [("failed", 500), ("full", 500), ("stopped", 410), ("abandoned", 410)]
)
def test_a_program_gets_a_problem_for_what_ended(
    why: Any, status: int, web: FlaskClient, builders: Any
) -> None:
    there = web.get("/zh/evidence.xlsx", headers=JSON).headers["Location"]
    end(builders.begun[0], why)
    builders.let_go(builders.begun[0])
    answer = web.get(there)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert " / " in str((answer.json or {})["detail"])
    assert web.get(f"{there}.xlsx").status_code == 404


@pytest.mark.parametrize(
    "path", ["/exports/" + "0" * 32, "/exports/..", "/exports/x.xlsx", "/exports/%2e%2e%2fa.xlsx"]
)
def test_no_word_of_a_reader_becomes_a_path(path: str, web: FlaskClient) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_too_many_are_refused_in_words(web: FlaskClient) -> None:
    for number in range(room.EACH):
        assert web.get(f"/zh/evidence.xlsx?q={number}", headers=PAGE).status_code == 303
    page = web.get("/zh/evidence.xlsx?q=x", headers=PAGE)
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "现在不能开始" in page.text
    told = web.get("/en/evidence.xlsx?q=x", headers=JSON)
    assert (told.status_code, told.mimetype) == (429, "application/problem+json")
    assert int(told.headers["Retry-After"]) > 0
    other = {**PAGE, "X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
    assert web.get("/zh/evidence.xlsx?q=x", headers=other).status_code == 303


def test_more_than_a_sheet_holds_is_refused(
    web: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen, "MOST_LONG", 1)
    answer = web.get("/zh/evidence.xlsx", headers=PAGE)
    assert answer.status_code == 413
    assert "CSV" in answer.text


def test_asking_for_the_head_makes_nothing(web: FlaskClient, builders: Any) -> None:
    answer = web.head("/zh/evidence.xlsx")
    assert (answer.status_code, answer.data) == (202, b"")
    assert not builders.begun
    web.get("/zh/evidence.xlsx", headers=JSON)
    builders.finish(builders.begun[0], 77)
    answer = web.head("/zh/evidence.xlsx")
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "77")


def test_a_file_is_fetched_in_parts_and_not_twice(web: FlaskClient, builders: Any) -> None:
    there = web.get("/zh/evidence.xlsx", headers=JSON).headers["Location"] + ".xlsx"
    builders.finish(builders.begun[0])
    whole = web.get(there)
    assert "attachment" in whole.headers["Content-Disposition"]
    assert "no-cache" in whole.headers["Cache-Control"]
    tag = {"If-None-Match": whole.headers["ETag"]}
    assert web.get(there, headers=tag).status_code == 304
    part = web.get(there, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data) == (206, b"PPP")


def test_a_quick_one_is_given_at_once(
    web: FlaskClient, builders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "QUICK", 10_000)
    for headers in (PAGE, JSON, {}):
        assert web.get("/zh/evidence.xlsx", headers=headers).data[:2] == b"PK"
    assert web.head("/zh/evidence.xlsx").mimetype == routes.SHEET
    assert not builders.begun
