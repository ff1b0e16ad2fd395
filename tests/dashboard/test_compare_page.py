"""Compare: what is asked for is what is shown, counted, and sent as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import Site
from dashboard.dataset import Dataset
from dashboard.filters import Filters
from dashboard.pages import compare as pages
from dashboard.pages import question, view_of
from dashboard.view import View
from dashboard.wide import Rows

Open = Callable[..., View]


@pytest.fixture
def compare(site: Callable[[str], Site]) -> Open:
    def open_page(name: str = "demo", locale: str = "zh", **query: str | list[str]) -> View:
        lists = {key: [given] if isinstance(given, str) else given for key, given in query.items()}
        return view_of(site(name).store, f"/{locale}/compare", lists, {})

    return open_page


def column(view: View, name: str) -> list[Any]:
    assert view.twin is not None
    place = view.twin.columns.index(name)
    return [row[place] for row in view.twin.rows]


def drawn(view: View) -> set[str]:
    assert view.figure is not None
    return {row for trace in view.figure["data"] for row in trace.get("customdata", ())}


def test_like_for_like_leaves_only_what_nothing_blocks(compare: Open) -> None:
    every, alike = compare(indicator="volunteers"), compare(indicator="volunteers", like="1")
    blocked = [b is True for b in column(every, "verdict_blocks")]
    assert any(blocked)
    kept = [row for row, b in zip(column(every, "id"), blocked, strict=True) if row and not b]
    assert [row for row in column(alike, "id") if row] == kept
    assert drawn(alike) <= set(kept)
    assert f"另有{sum(blocked)}个数" in alike.main


def test_like_for_like_without_a_pair_says_so_and_leads_back(compare: Open) -> None:
    view = compare("small", indicator="mediations", like="1")
    assert view.figure is None
    assert "没有可比的数" in view.title
    assert 'href="/zh/compare?indicator=mediations"' in view.main


def test_per_residents_divides_by_what_the_same_office_reports(
    compare: Open, site: Callable[[str], Site]
) -> None:
    dataset: Dataset = site("demo").store.dataset()
    view = compare(indicator="mediations", per="10000", year="2024")
    having = {
        o.ref_area
        for o in dataset.select(indicator="population", year=2024, is_result=True)
        if o.scope == "whole"
    }
    divided = [
        a for a, row in zip(column(view, "ref_area"), column(view, "id"), strict=True) if row
    ]
    assert divided
    assert set(divided) <= having
    assert "每万人" in view.main
    assert "没有自己的人口数" in view.main
    for row, upper in zip(column(view, "id"), column(view, "upper"), strict=True):
        if row:
            o = dataset.get(row)
            assert o is not None
            assert o.upper is not None
            assert upper < o.upper


def test_where_nobody_reports_residents_the_page_says_why(compare: Open) -> None:
    view = compare("real", indicator="recruits", per="10000")
    assert view.figure is None
    assert "没有办事处能按人口算" in view.title


def test_indicators_beside_each_other_have_panels_of_their_own(compare: Open) -> None:
    view = compare(indicator=["mediations", "canteens", "recruits"])
    assert view.figure is not None
    axes = {trace["xaxis"] for trace in view.figure["data"]}
    assert axes == {"x", "x2", "x3"}
    assert view.main.count('class="stack"') == 3
    assert set(column(view, "indicator")) == {"mediations", "canteens", "recruits"}


def test_one_beside_without_numbers_leaves_the_others_their_axes(compare: Open) -> None:
    view = compare(indicator=["mediations", "canteens", "recruits"], year="2019")
    assert view.figure is not None
    stacks = view.main.count('class="stack"')
    assert len({trace["xaxis"] for trace in view.figure["data"]}) == stacks


def test_the_csv_holds_what_is_shown_and_who_is_silent(
    client: Callable[[str], FlaskClient],
) -> None:
    answer = client("real").get("/zh/compare.csv?indicator=mediations")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert [row["as_written"] for row in rows if row["id"]] == ["130件", "36件"]
    assert [row["verdict_blocks"] for row in rows if row["id"]] == ["", "true"]
    silent = [row for row in rows if not row["id"]]
    assert silent
    assert {row["obs_status"] for row in silent} == {"O"}
    assert {row["lower"] + row["value"] for row in silent} == {""}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_any_page_without_a_table_has_no_csv(
    locale: str, client: Callable[[str], FlaskClient]
) -> None:
    answer = client("small").get(f"/{locale}/method.csv")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_of_too_many_rows_the_first_are_listed_and_the_page_says_so(
    compare: Open, html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed() -> list[str]:
        _, _, table = compare(indicator="mediations").main.partition('id="twin"')
        links = html(table.partition("</table>")[0]).all("a")
        return list(dict.fromkeys(a.attributes["data-row"] for a in links))

    every = listed()
    total = len(every)
    monkeypatch.setattr(question, "MOST_LISTED", total - 1)
    monkeypatch.setattr(question, "FIRST_LISTED", 3)
    monkeypatch.setattr(pages, "DRAWN", 2)
    shown = listed()
    assert shown[:3] == every[:3]
    assert set(shown) < set(every)
    said = compare(indicator="mediations", locale="en").main
    expected = f"The chart shows the first 2, the table the first 3; all {total} are in the CSV."
    assert expected in said
    assert len(column(compare(indicator="mediations"), "id")) >= total


def test_of_many_other_rows_the_first_are_listed_with_the_way_to_the_rest(
    compare: Open, html: Any, site: Callable[[str], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    others = site("demo").store.dataset().meeting(Filters(is_other=True))
    code, count = Counter(o.indicator for o in others).most_common(1)[0]
    assert count > 1
    monkeypatch.setattr(pages, "OTHERS", 1)
    links = html(compare(indicator=code, locale="en").main).all("a")
    (more,) = [a for a in links if "on the Evidence page" in a.text]
    assert f"{count - 1} more" in more.text
    assert more.attributes["href"].startswith(f"/en/evidence?indicator={code}")


@pytest.mark.parametrize(("locale", "said"), [("zh", "另有2个单位"), ("en", "2 more offices")])
def test_of_many_offices_whose_numbers_overlap_a_few_are_named(
    locale: str, said: str, compare: Open, site: Callable[[str], Site], monkeypatch: Any
) -> None:
    areas = list(site("demo").store.dataset().offices)[:5]
    monkeypatch.setattr(Rows, "overlapping", lambda _rows: dict.fromkeys(areas, 2))
    assert said in compare(locale=locale, indicator="mediations").main
    monkeypatch.setattr(Rows, "overlapping", lambda _rows: dict.fromkeys(areas[:3], 2))
    assert said not in compare(locale=locale, indicator="mediations").main
