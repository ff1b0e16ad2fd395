"""Practices: the register, its matrix, its filters, its drawer, and sets that have none."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dashboard.app import Site
from dashboard.dataset import Dataset, read
from dashboard.pages import drawer_of
from dashboard.practices import Practice, Practices, Wanted, practice

HEARTH, MEALS, BOWLS, FAR_BOWLS = (
    "liuxi-2031-p01",
    "liuxi-2031-p02",
    "liuxi-2031-p03",
    "yunfan-2032-p01",
)


@pytest.fixture(scope="module")
def small(site: Callable[[str], Site]) -> Dataset:
    return site("small").store.dataset()


def ids(found: object) -> list[str]:
    assert isinstance(found, tuple)
    return [p.id for p in found]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [HEARTH, MEALS, BOWLS, FAR_BOWLS]),
        (Wanted(family="care"), [MEALS, BOWLS, FAR_BOWLS]),
        (Wanted(kind="station"), [BOWLS, FAR_BOWLS]),
        (Wanted(offices=("local-liuxi",)), [HEARTH, BOWLS]),
        (Wanted(offices=("local-liuxi", "990001101"), kind="station"), [BOWLS, FAR_BOWLS]),
        (Wanted(words=("食",)), [BOWLS, FAR_BOWLS]),
        (Wanted(words=("食", "east"), about={"local-liuxi": "east"}), [BOWLS]),
        (Wanted(words=("食", "north"), about={"local-liuxi": "east"}), []),
    ],
)
def test_every_condition_must_hold(wanted: Wanted, found: list[str], small: Dataset) -> None:
    assert ids(small.practices.find(wanted)) == found


def test_names_of_several_reports_come_first(small: Dataset) -> None:
    named = small.practices.by_name
    assert [p.id for p in named["食堂"]] == [BOWLS, FAR_BOWLS]
    assert next(iter(named)) == "食堂"
    assert small.practices.offices == {"local-liuxi": 2, "990001101": 1, "local-dongcun": 1}


def test_a_name_broken_over_two_lines_is_shown_on_one(small: Dataset) -> None:
    row = {"document": "d", "start": "1", "end": "6", "ref_area": "a", "family": "f"}
    row |= {"id": "d-p01", "kind": "team", "read_1_on": "", "read_2_on": "", "name": "夜\n\n巡队"}
    found = practice(row)
    assert (found.name, found.written, found.read_1_on) == ("夜巡队", "夜\n\n巡队", None)
    assert list(Practices([found]).by_name) == ["夜巡队"]
    assert isinstance(small.practices[0], Practice)


def test_the_matrix_tells_silence_from_a_lack_of_reports(
    client: Callable[[str], FlaskClient], html: Any
) -> None:
    page = html(client("small").get("/zh/practices").text)
    heads = [th.text for th in page.all("th", scope="col")]
    assert heads[:4] == ["办事处", "合计", "养老", "街巷"]
    cells = {css: len(page.all("td", **{"class": css})) for css in ("p", "s", "gap-cell")}
    assert cells == {"p": 4, "s": 4, "gap-cell": 2}
    assert "没有写到，不等于没有做" in page.source


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["食堂", "送餐", "路灯亮了,心里暖了"]),
        ("?family=streets", ["路灯亮了,心里暖了"]),
        ("?kind=activity", ["送餐"]),
        ("?office=990001101", ["食堂"]),
        (f"?q={quote('东村')}", ["送餐"]),
        (f"?q={quote('养老 云帆')}", ["食堂"]),
        ("?page=9", ["食堂", "送餐", "路灯亮了,心里暖了"]),
    ],
)
def test_the_register_shows_what_the_address_asks(
    query: str, names: list[str], client: Callable[[str], FlaskClient], html: Any
) -> None:
    answer = client("small").get(f"/zh/practices{query}")
    page = html(answer.text)
    rows = [th.text for th in page.all("th", scope="row") if th.text in page_names()]
    assert rows == names
    sent = client("small").get(f"/zh/practices.csv{query}")
    lines = list(csv.DictReader(io.StringIO(sent.text.lstrip("\ufeff"))))
    assert {line["name"] for line in lines} == set(names)


def page_names() -> set[str]:
    return {"食堂", "送餐", "路灯亮了,心里暖了"}


@pytest.mark.parametrize(
    "query", ["family=volunteers", "kind=guess", "row=liuxi-2031-p77", "office=nowhere"]
)
def test_what_is_not_understood_is_said(
    query: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    answer = client("small").get(f"/zh/practices?{query}")
    assert answer.status_code == 200
    assert query in answer.text


def test_families_of_practices_are_none_of_indicators(
    client: Callable[[str], FlaskClient],
) -> None:
    assert "family=care" not in client("small").get("/zh/evidence?family=streets").text
    assert "family=streets" in client("small").get("/zh/evidence?family=streets").text


@pytest.mark.parametrize(
    ("sources", "said"), [(True, "原文在位是"), (False, "原文在位这里没有核对")]
)
def test_the_drawer_shows_the_name_in_its_sentence_where_the_text_is_at_hand(
    sources: bool, said: str, site: Callable[[str], Site], html: Any
) -> None:
    app = site("small")
    texts: Mapping[str, str] = app.sources if sources else {}
    shown = html(drawer_of(app.store, "/zh/practices", {"row": [BOWLS]}, texts))
    assert [mark.text for mark in shown.all("mark")] == ["食堂"]
    quoted = shown.all("blockquote")[0].text
    assert quoted == ("截至目前,街道有食堂7家,每餐收费8至12元。" if sources else "食堂")
    facts = "".join(dl.text for dl in shown.all("dl"))
    assert said in facts
    assert "2032-05-02、2032-05-09" in facts
    assert [a.attributes["data-row"] for a in shown.all("a") if "data-row" in a.attributes] == [
        FAR_BOWLS
    ]


def test_a_link_opens_the_drawer(client: Callable[[str], FlaskClient], html: Any) -> None:
    page = html(client("small").get(f"/en/practices?row={MEALS}").text)
    assert "hidden" not in page.all("aside", id="drawer")[0].attributes
    assert "East Village" in page.source.partition('id="d1"')[2]


def without_practices(folder: Path, into: Path) -> Path:
    shutil.copytree(folder, into)
    for name in ("practices", "practice_families"):
        (into / f"{name}.csv").unlink()
    return into


def test_a_set_of_before_has_none(small: Dataset, tmp_path: Path) -> None:
    older = read(without_practices(small.folder, tmp_path / "older"))
    assert len(older.practices) == 0
    assert older.having([BOWLS, "liuxi-2031-001"]) == {"liuxi-2031-001"}


def test_a_practice_in_the_air_is_no_whole_set(small: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "spoilt"
    shutil.copytree(small.folder, folder)
    path = folder / "practices.csv"
    path.write_text(path.read_text("utf-8").replace(",local-dongcun,", ",local-nowhere,"), "utf-8")
    with pytest.raises(ValueError, match=MEALS):
        read(folder)


@pytest.mark.parametrize(("name", "many"), [("real", 150), ("demo", 15)])
def test_the_sets_are_full(name: str, many: int, site: Callable[[str], Site]) -> None:
    practices = site(name).store.dataset().practices
    assert len(practices.by_name) > many
    assert {p.family for p in practices} == set(practices.families)
