"""The Evidence page: every row in the order, the columns and the filters of its address."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dashboard import grid
from dashboard.app import Site
from dashboard.filters import Filters
from dashboard.pages import view_of
from dashboard.store import Dataset

SHOWN = [name for name in grid.GRID if name not in grid.HIDDEN]


@pytest.fixture(scope="module")
def dataset(site: Callable[[str], Site]) -> Dataset:
    return site("small").store.dataset()


@pytest.fixture(scope="module")
def page(client: Callable[[str], FlaskClient], html: Any) -> Callable[[str], Any]:
    """The page for a query, read back."""
    return lambda query, name="small": html(client(name).get(f"/zh/evidence?{query}").text)


def keys(read: Any) -> list[str]:
    return [e.attributes["data-key"] for e in read.all("tr") if "data-key" in e.attributes]


def heads(read: Any) -> list[str]:
    """Column names by their class, in order."""
    found = (
        re.match(r"c-(\w+)", e.attributes.get("class", "")) for e in read.all("th", scope="col")
    )
    return [match[1] for match in found if match]


@pytest.mark.parametrize("sort", ["", *(s + name for name in grid.SORTED_BY for s in ("", "-"))])
def test_rows_stand_in_the_order_asked_for(
    sort: str, page: Callable[..., Any], dataset: Dataset
) -> None:
    wanted = [o.id for o in dataset.sorted(Filters(), grid.order(sort), range(999))]
    read = page(f"sort={sort}&hide=none")
    assert keys(read) == wanted
    sorted_heads = [
        (name, e.attributes["aria-sort"])
        for name, e in zip(heads(read), read.all("th", scope="col"), strict=True)
        if e.attributes.get("aria-sort", "none") != "none"
    ]
    way = "descending" if sort.startswith("-") else "ascending"
    assert sorted_heads == ([(sort.removeprefix("-"), way)] if sort else [])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", SHOWN),
        ("hide=none", list(grid.GRID)),
        ("hide=lower+upper", [n for n in grid.GRID if n not in {"lower", "upper"}]),
        ("hide=office+as_written+nothing", list(grid.GRID)),
        ("col=period&col=rule", ["office", "indicator", "period", "as_written", "rule"]),
        ("hide=" + quote("lower'--"), list(grid.GRID)),
    ],
)
def test_columns_are_those_of_the_address(
    query: str, names: list[str], page: Callable[..., Any]
) -> None:
    read = page(query)
    assert heads(read) == names
    row = read.elements.index(next(e for e in read.all("tr") if "data-key" in e.attributes))
    cells = [e for e in read.elements[row:] if e.tag in {"th", "td"}][: len(names)]
    assert [e.attributes["class"].split()[0] for e in cells] == [f"c-{name}" for name in names]
    ticked = {
        e.attributes["value"] for e in read.all("input", name="col") if "checked" in e.attributes
    }
    assert ticked == set(names)


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        ("status=plan", lambda o: o.status == "plan"),
        ("obs_status=V", lambda o: o.obs_status == "V"),
        ("window=stock", lambda o: o.window == "stock"),
        ("rule=R1", lambda o: o.rule == "R1"),
        ("flag=negated", lambda o: "negated" in o.flags),
        ("year=2031&window=flow", lambda o: (o.year, o.window) == (2031, "flow")),
        ("q=路灯&rule=R0", lambda o: o.rule == "R0" and "路灯" in o.context + o.indicator),
    ],
)
def test_filters_of_the_address_hold_on_the_page_and_in_its_csv(
    query: str,
    keep: Callable[[Any], bool],
    page: Callable[..., Any],
    client: Callable[[str], FlaskClient],
    dataset: Dataset,
) -> None:
    ordered = dataset.sorted(Filters(), grid.order("-lower"), range(999))
    wanted = [o.id for o in ordered if keep(o)]
    filters, query = query, f"{query}&sort=-lower"
    if "q=" not in query:
        assert keys(page(query)) == wanted
    answer = client("small").get(f"/zh/evidence.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["id"] for row in rows] == keys(page(query))
    api = client("small").get(f"/api/v1/observations.csv?{filters}").text
    assert {row["id"] for row in csv.DictReader(io.StringIO(api.removeprefix("\ufeff")))} == {
        row["id"] for row in rows
    }


def test_the_csv_holds_every_page(client: Callable[[str], FlaskClient], page: Any) -> None:
    answer = client("demo").get("/zh/evidence.csv?size=50&page=2&sort=period")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    first = keys(page("size=50&sort=period", "demo"))
    second = keys(page("size=50&page=2&sort=period", "demo"))
    assert len(first) == len(second) == 50
    assert [row["id"] for row in rows][:100] == first + second
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("size", [50, 100, 250])
@pytest.mark.parametrize("sort", ["", "-lower", "office"])
def test_an_address_with_a_row_shows_the_page_it_is_on(
    size: int, sort: str, page: Callable[..., Any], site: Callable[[str], Site]
) -> None:
    dataset = site("demo").store.dataset()
    every = [o.id for o in dataset.sorted(Filters(), grid.order(sort), range(9999))]
    for place in (0, len(every) // 2, len(every) - 1):
        read = page(f"size={size}&sort={sort}&row={every[place]}&page=1", "demo")
        begin = place // size * size
        assert keys(read) == every[begin : begin + size]
        (marked,) = [e for e in read.all("tr") if e.attributes.get("class") == "sel"]
        assert marked.attributes["data-key"] == every[place]


def test_a_row_that_the_filters_hold_back_is_said_to_be_elsewhere(
    page: Callable[..., Any], dataset: Dataset
) -> None:
    row = next(o for o in dataset.select() if o.status == "result")
    read = page(f"status=plan&row={row.id}")
    assert row.id not in keys(read)
    (banner,) = read.all("div", role="alert")
    assert "不在当前筛选里" in banner.text
    place = read.elements.index(banner)
    link = next(e for e in read.elements[place:] if e.tag == "a")
    assert row.id in keys(page(link.attributes["href"].partition("?")[2]))


@pytest.mark.parametrize("number", [2, 3, 99999])
def test_beyond_the_last_page_stands_the_last(number: int, page: Callable[..., Any]) -> None:
    assert keys(page(f"page={number}")) == keys(page(""))


@pytest.mark.parametrize(
    "query",
    [
        "sort=lower%3B+DROP+VIEW+by_office",
        "sort=1",
        "sort=-id",
        "status=" + quote("' OR 1=1 --"),
        "flag=%25",
        "rule=R0%27",
        "size=-1",
        "size=1e9",
        "page=0",
    ],
)
def test_what_is_no_column_or_code_is_named_and_ignored(
    query: str, page: Callable[..., Any]
) -> None:
    read = page(query)
    assert keys(read) == keys(page(""))
    (banner,) = read.all("div", role="alert")
    assert query.partition("=")[0] in banner.text


def test_every_filter_in_use_can_be_taken_away(page: Callable[..., Any], html: Any) -> None:
    read = page("q=路灯&year=2031&status=result&rule=R0&sort=-lower")
    links = [
        e.attributes["href"]
        for e in read.all("a")
        if e.attributes.get("aria-label", "").startswith("去掉筛选")
    ]
    assert len(links) == 4
    assert all("sort=-lower" in link for link in links)
    for name, link in zip(("q", "year", "status", "rule"), links, strict=True):
        assert f"{name}=" not in link


def test_a_form_keeps_what_it_does_not_ask_for(page: Callable[..., Any]) -> None:
    read = page("hide=lower&preset=open&sort=-lower&size=50")
    hidden = {e.attributes["name"]: e.attributes["value"] for e in read.all("input", type="hidden")}
    assert hidden["preset"] == "open"
    assert hidden["hide"] == "lower"
    chosen = [e.attributes["value"] for e in read.all("option") if "selected" in e.attributes]
    assert {"-lower", "50"} <= set(chosen)


def test_the_reports_of_the_page_are_cited_once_each(
    page: Callable[..., Any], dataset: Dataset
) -> None:
    read = page("")
    said = [e for e in read.all("li") if "data-source" in e.attributes]
    assert {e.attributes["data-source"] for e in said} == {o.document for o in dataset.select()}
    for e in said:
        assert dataset.documents[e.attributes["data-source"]].title in e.text


def test_its_code_is_loaded_on_this_page_only(client: Callable[[str], FlaskClient]) -> None:
    for name in ("", "compare", "trends", "method", "data"):
        assert "grid.js" not in client("small").get(f"/zh/{name}").text
    assert client("small").get("/zh/evidence").text.count("/grid.") == 2


def test_two_publications_of_the_same_rows_give_the_same_page(
    site: Callable[[str], Site],
) -> None:
    store = site("small").store
    query = {"sort": ["-upper"], "rule": ["R0"]}
    assert view_of(store, "/zh/evidence", query, {}) == view_of(store, "/zh/evidence", query, {})
