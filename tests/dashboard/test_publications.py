"""Earlier sets on the pages: the day of an address, what each publication changed, readiness."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.pages.changes import publications
from dashboard.revisions import KINDS, revision, waiting
from dashboard.store import Store
from extract import changes, history, snapshot
from extract.history import Event

FIRST = datetime(2031, 3, 1, 9, 30, tzinfo=history.ZONE)
ROW = "liuxi-2031-002"
HEAD = ",".join(changes.COLUMNS)
QUARANTINE = (
    "id,ref_area,indicator,as_written,source,file,line,rule,reason_zh,reason_en,is_dropped,since"
)


def publish(published: Path, tidy: Path, moment: datetime, extra: dict[str, str]) -> str:
    """A set with further files, noted in the history; its id."""
    files = {f.name: f.read_bytes() for f in tidy.iterdir() if f.is_file()}
    files |= {name: text.encode() for name, text in extra.items()}
    found = snapshot.publish(published, files).snapshot.id
    history.append(published, history.event(published, found, moment))
    return found


def said(counts: dict[str, int], predecessor: str | None) -> str:
    return json.dumps({"predecessor": predecessor, "observations": 12, "counts": counts})


@pytest.fixture
def ids(tmp_path: Path, small_set: Any) -> list[str]:
    """Two publications: the first, and one with a change of every kind, a row aside."""
    published = tmp_path / "published"
    first = publish(published, small_set.tidy, FIRST, {"snapshot.json": said({"added": 12}, None)})
    kinds = {
        "added": f"added,{ROW},liuxi-2031,local-liuxi,mediations,,,290件,新报道,new report",
        "revised": f"revised,{ROW},liuxi-2031,local-liuxi,mediations,value,1129,1130,重读,again",
        "withdrawn": "withdrawn,gone-2031-009,gone-2031,nowhere,nothing,,9件,,撤稿,retracted",
        "quarantined": "quarantined,liuxi-2031-077,liuxi-2031,local-liuxi,fires,,,7起,<b>错</b>,no",
        "released": "released,liuxi-2031-004,liuxi-2031,local-liuxi,fires,,,0起,放行,released",
    }
    aside = "liuxi-2031-077,local-liuxi,fires,7起,,fires.csv,4,not-standing,不在原处,not there,"
    second = publish(
        published,
        small_set.tidy,
        FIRST + timedelta(days=4),
        {
            "snapshot.json": said(dict.fromkeys(KINDS, 1), first),
            "changes.csv": "\n".join([HEAD, *kinds.values(), ""]),
            "quarantine.csv": f"{QUARANTINE}\n{aside}true,{first}\n",
        },
    )
    return [first, second]


@pytest.fixture
def browser(ids: list[str], small_set: Any, tmp_path: Path) -> FlaskClient:
    today = date(2031, 3, 9)
    store = Store(tmp_path / "published", small_set.tidy, today=lambda: today)
    return create_app(store).server.test_client()


def test_changes_tell_every_kind_with_its_reason_the_newest_first(
    browser: FlaskClient, ids: list[str], html: Any
) -> None:
    page = browser.get("/zh/changes").text
    heads = [h.text for h in html(page).all("h2")]
    assert heads == ["2031年3月5日 09:30", "2031年3月1日 09:30"]
    for words in ("新增 1", "修改 1", "撤回 1", "隔离 1", "放行 1", "1129", "1130", "重读", *ids):
        assert words in page
    assert "第一版" in page
    assert "<b>错</b>" not in page


def test_a_changed_row_is_linked_and_a_withdrawn_one_in_the_set_before(
    browser: FlaskClient, html: Any
) -> None:
    links = [a.attributes.get("href", "") for a in html(browser.get("/en/changes").text).all("a")]
    assert f"/en/changes?row={ROW}" in links
    assert "/en/evidence?asof=2031-03-01&row=gone-2031-009" in links
    assert not any("liuxi-2031-077" in link for link in links)


def test_status_shows_what_waits_and_since_when(browser: FlaskClient) -> None:
    page = browser.get("/zh/status").text
    for words in ("隔离", "7起", "不在原处", "fires.csv:4", "not-standing", "2031-03-05 09:30:00"):
        assert words in page
    assert "由人决定不用" in page


@pytest.mark.parametrize(
    "page",
    [
        *("", "compare", "trends", "office", "indicator", "practices", "evidence"),
        *("method", "data", "changes", "status"),
    ],
)
def test_every_link_of_an_earlier_set_keeps_its_day(
    page: str, browser: FlaskClient, html: Any
) -> None:
    answer = browser.get(f"/zh/{page}?asof=2031-03-02")
    read = html(answer.text)
    (banner,) = read.all("div", role="alert")
    assert "按2031年3月2日所知" in banner.text
    assert "按2031年3月2日所知" in read.all("footer", **{"class": "foot"})[0].text
    back = [a for a in read.all("a") if "asof" not in a.attributes.get("href", "")]
    back = [a for a in back if a.attributes["href"].startswith(("/zh", "/en", "/api", "/down"))]
    timeless = {"/api/v1/changes", "/api/v1/openapi.json"}
    back = [a for a in back if a.attributes["href"] not in timeless]
    assert [a.text for a in back] in (["看当前版本"], ["看当前版本", "清空"])
    kept = [e for e in read.all("input", name="asof") if e.attributes["value"] == "2031-03-02"]
    chosen = read.all("option", value="2031-03-02", selected="")
    assert len(chosen) == len(read.all("select", name="asof"))
    assert len(kept) + len(chosen) == len(read.all("form"))
    days = [parse_qs(urlsplit(a).query).get("asof") for a in read.addresses() if "asof=" in a]
    assert ["2031-03-02"] in days


def test_the_data_are_those_of_the_day(browser: FlaskClient, ids: list[str]) -> None:
    for day, held in (("2031-03-04", ids[0]), ("2031-03-05", ids[1])):
        page = browser.get(f"/en/?asof={day}").text
        assert f"Data version {held} (as known on {date.fromisoformat(day).day} March 2031)" in page
        assert browser.get(f"/api/v1/observations.csv?asof={day}").status_code == 200
        assert browser.get(f"/download/offices.csv?asof={day}").status_code == 200


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2031-02-28", ("2031年2月28日还没有发布过数据", "?asof=2031-03-01")),
        ("2031-03-10", ("2031年3月10日还没有到",)),
    ],
)
def test_a_day_without_a_set_says_so_and_shows_the_current_one(
    day: str, words: tuple[str, ...], browser: FlaskClient, ids: list[str]
) -> None:
    page = browser.get(f"/zh/compare?asof={day}").text
    assert all(part in page for part in (*words, f"数据版本 {ids[1]}"))
    assert f"asof={day}" not in page
    for path in ("/api/v1/observations.csv", "/download/offices.csv", "/download/workbook-zh.xlsx"):
        assert browser.get(f"{path}?asof={day}").status_code == 404


def test_changes_until_a_day_leave_out_what_came_later() -> None:
    moments = [FIRST + timedelta(hours=h) for h in (0, 1, 48, 50)]
    events = [Event(f"{n:016x}", moment) for n, moment in enumerate(moments)][::-1]
    every = publications(events)
    assert [p.asof for p in every] == ["2031-03-03", "", "2031-03-01", ""]
    assert [p.before for p in every] == ["", "2031-03-01", "", ""]
    assert [p.event.id for p in publications(events, "2031-03-02")] == [f"{n:016x}" for n in (1, 0)]
    assert publications([], "2031-03-02") == []


def test_a_publication_without_a_record_is_still_listed(
    small_set: Any, tmp_path: Path, html: Any
) -> None:
    published = tmp_path / "published"
    publish(published, small_set.tidy, FIRST, {})
    browser = create_app(Store(published, small_set.tidy)).server.test_client()
    page = browser.get("/zh/changes").text
    assert "这一版没有留下变更记录" in page
    assert len(html(page).all("h2")) == 1


def test_before_any_publication_the_page_says_so(client: Callable[[str], FlaskClient]) -> None:
    assert "这里还没有发布过数据" in client("small").get("/zh/changes").text


def test_a_long_table_is_read_in_part_and_counted_whole(tmp_path: Path) -> None:
    lines = [f"added,doc-{n:03},doc,a,i,,,1件,," for n in range(50)] + ["revised,x,doc,a,i,f,1,2"]
    (tmp_path / "changes.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    found = revision(tmp_path, 3)
    assert found is not None
    assert [c.id for c in found.changes] == ["doc-000", "doc-001", "doc-002", "x"]
    assert found.counts == {"added": 50, "revised": 1}
    assert found.changes[-1].reason_zh == ""
    assert revision(tmp_path / "none", 3) is None
    assert waiting(tmp_path, 3) == ((), 0)


def test_ready_while_data_can_be_read_and_are_as_new_as_promised(
    browser: FlaskClient, ids: list[str], tmp_path: Path
) -> None:
    told = browser.get("/readyz")
    assert (told.status_code, told.json["snapshot"]) == (200, ids[1])
    late = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    status = tmp_path / "published" / "status.json"
    status.write_text(json.dumps({"stale_after": late}), encoding="utf-8")
    told = browser.get("/readyz")
    assert told.status_code == 503
    assert [reason["code"] for reason in told.json["reasons"]] == ["stale"]
    assert browser.get("/healthz").status_code == 200
    assert "已经过期" in browser.get("/zh/status").text
    soon = (datetime.now(UTC) + timedelta(minutes=9)).isoformat()
    status.write_text(json.dumps({"stale_after": soon}), encoding="utf-8")
    assert browser.get("/readyz").status_code == 200


def test_not_ready_when_nothing_can_be_read(
    tidy_copy: Path, tmp_path: Path, small_set: Any
) -> None:
    app = create_app(Store(tmp_path / "published", tidy_copy, every=0))
    app.store.close()
    (tidy_copy / "offices.csv").unlink()
    told = app.server.test_client().get("/readyz")
    assert told.status_code == 503
    assert told.json["reasons"][0]["code"] == "no_data"


def test_a_damaged_newest_set_is_told_on_every_page(
    browser: FlaskClient, ids: list[str], small_set: Any, tmp_path: Path
) -> None:
    store = Store(tmp_path / "published", small_set.tidy, every=0)
    browser = create_app(store).server.test_client()
    new = publish(tmp_path / "published", small_set.tidy, FIRST + timedelta(days=5), {"a.csv": "x"})
    (store.folder(new) / "a.csv").chmod(0o644)
    (store.folder(new) / "a.csv").write_text("y", encoding="utf-8")
    page = browser.get("/zh/status").text
    assert "最新一版的文件有损坏" in page
    assert "a.csv was altered" in page
    assert f"数据版本 {ids[1]}" in page
    assert browser.get("/readyz").json["damaged"] != ""
