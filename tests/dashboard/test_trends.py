"""Trends: changes drawn as intervals, told apart without colour, and given as data."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.address import SIGNS
from dashboard.app import Site
from dashboard.charts import Below, Line, Step, Ticks, trend_chart
from dashboard.compare import Interval, Observation, Registry, compare
from dashboard.pages import trends, view_of
from dashboard.pages.trend_lines import LINES
from dashboard.pages.trend_table import CHANGED
from dashboard.pages.years import changes_of, latest_of, newest

TICKS = Ticks((0.0, 250.0, 500.0), ("0", "250", "500件"), 500.0)
BELOW = Below(Ticks((-50.0, 0.0, 50.0), ("−50", "0", "50件"), 50.0), "数", "变化")
D = Decimal

STEPS: dict[str, tuple[Interval | None, dict[str, list[float]]]] = {
    "exact": (Interval(D(12), D(12)), {"square": [12.0]}),
    "open-ends": (
        Interval(D(5), D(9), lower_open=True, upper_open=True),
        {"circle": [5.0, 9.0], "line": [5.0, 9.0]},
    ),
    "closed-ends": (Interval(D(-5), D(9)), {"line-ew": [-5.0, 9.0], "line": [-5.0, 9.0]}),
    "assumed-upper": (
        Interval(D(5), D(9), upper_kind="soft"),
        {"line-ew": [5.0], "line": [5.0, 9.0], "dashed": [9.0, 9.0]},
    ),
    "no-upper": (
        Interval(D(5), None, upper_open=True),
        {"line-ew": [5.0], "line": [5.0, 50.0], "triangle-up": [50.0]},
    ),
    "no-lower": (
        Interval(None, D(9), lower_open=True),
        {"line-ew": [9.0], "line": [-50.0, 9.0], "triangle-down": [-50.0]},
    ),
    "blocked": (None, {"text": [0.0]}),
}


def below(figure: dict[str, Any]) -> dict[str, list[float]]:
    """What is drawn under the numbers, by mark."""
    found: dict[str, list[float]] = {}
    for trace in figure["data"]:
        if trace.get("yaxis") != "y2" or not len(trace["y"]):
            continue
        name = trace["mode"]
        if name == "markers":
            name = trace["marker"]["symbol"]
        elif name == "lines":
            name = "line" if trace["line"]["dash"] == "solid" else "dashed"
        found.setdefault(name, []).extend(trace["y"])
    return found


def line_of(own: tuple[Observation, ...], **more: Any) -> Line:
    return Line("甲", "var(--o2)", "square", own, (False,) * (len(own) - 1), **more)


@pytest.mark.parametrize("name", STEPS)
def test_a_change_has_the_ends_of_its_interval(
    name: str, observed: Callable[..., Observation]
) -> None:
    interval, marks = STEPS[name]
    first, second = observed(id="a", year=2021), observed(id="b", year=2022)
    line = line_of((first, second), steps=(Step(first, second, interval, "≠ 不计算"),))
    figure = trend_chart([line], (2021, 2022), {}, TICKS, BELOW)
    assert below(figure) == marks
    words = [t for t in figure["data"] if t.get("mode") == "text"]
    assert [list(t["text"]) for t in words] == ([["≠ 不计算"]] if interval is None else [])


def test_a_change_stands_under_its_later_year_and_opens_it(
    observed: Callable[..., Observation],
) -> None:
    first, second = observed(id="a", year=2020), observed(id="b", year=2022)
    line = line_of((first, second), steps=(Step(first, second, Interval(D(1), D(1))),))
    figure = trend_chart([line], (2020, 2021, 2022), {2021: "没有报道"}, TICKS, BELOW)
    (mark,) = [t for t in figure["data"] if t.get("yaxis") == "y2" and len(t["x"])]
    assert (list(mark["x"]), list(mark["customdata"])) == ([2022], ["b"])
    numbers, changes = figure["layout"]["yaxis"], figure["layout"]["yaxis2"]
    assert numbers["domain"][0] > changes["domain"][1]
    assert figure["layout"]["xaxis"]["anchor"] == "y2"


def test_silence_has_a_ground_of_its_own(observed: Callable[..., Observation]) -> None:
    own = (observed(id="a", year=2020), observed(id="b", year=2023))
    figure = trend_chart(
        [line_of(own)],
        (2020, 2021, 2022, 2023),
        {2021: "没有报道"},
        TICKS,
        unmentioned={2022: "未提及"},
    )
    hatched, bare = figure["layout"]["shapes"]
    assert (hatched["type"], bare["type"]) == ("path", "rect")
    assert hatched["path"].count("M") > 20
    assert (bare["x0"], bare["x1"]) == (2021.62, 2022.38)


def test_words_of_one_year_do_not_lie_on_each_other(observed: Callable[..., Observation]) -> None:
    lines = [
        line_of((observed(id=f"{n}", exactly=100 + n),), label=f"口径{n}", words=(f"{100 + n}件",))
        for n in range(3)
    ]
    figure = trend_chart(lines, (2022,), {}, TICKS)
    span = figure["layout"]["yaxis"]["range"]
    per_pixel = (span[1] - span[0]) / 320
    lows = sorted(
        note["y"] / per_pixel + note["yshift"] for note in figure["layout"]["annotations"]
    )
    assert all(after - before >= 32 for before, after in pairwise(lows))


def test_a_ring_that_would_hide_its_point_is_left_out(
    observed: Callable[..., Observation],
) -> None:
    near = {"lower": 300, "upper": 303, "upper_open": True}
    far = {"lower": 300, "upper": 400, "upper_open": True}
    for fields, rings in ((near, 0), (far, 1)):
        figure = trend_chart([line_of((observed(**fields),))], (2022,), {}, TICKS)
        circles = [t for t in figure["data"] if t["marker"]["symbol"] == "circle"]
        assert sum(len(t["x"]) for t in circles) == rings


def test_the_latest_of_each_series_comes_first(
    observed: Callable[..., Observation], registry: Registry
) -> None:
    rows = [
        observed(id=f"{variant}{year}", year=year, variant=variant)
        for year in (2020, 2021, 2022)
        for variant in ("x", "y")
    ]
    latest, earlier = newest(changes_of(rows, registry))
    assert [(c.change.first.id, c.change.second.id) for c in latest] == [
        ("x2021", "x2022"),
        ("y2021", "y2022"),
    ]
    assert [c.change.second.id for c in earlier] == ["x2021", "y2021"]


@pytest.mark.parametrize("name", ["real", "demo"])
def test_the_latest_alone_are_the_latest_of_all(name: str, site: Callable[[str], Site]) -> None:
    dataset = site(name).store.dataset()
    seen = 0
    for area in dataset.offices:
        for code in dataset.facts.repeated(area):
            rows = dataset.select(indicator=code, offices=[area], is_result=True)
            latest, _earlier = newest(changes_of(rows, dataset.registry))
            assert latest_of(rows, dataset.registry) == latest
            seen += len(latest)
    assert seen


def test_an_office_of_many_indicators_lists_some_and_says_so(
    site: Callable[[str], Site], html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = site("demo").store
    dataset, area = store.dataset(), "local-demo-01"
    query = {"indicator": ["volunteers"], "office": [area]}
    n = len(dataset.facts.repeated(area))
    assert f"共{n}项" in view_of(store, "/zh/trends", query, {}).main
    monkeypatch.setattr(trends, "PAIRED", 2)
    page = view_of(store, "/zh/trends", query, {}).main
    assert f"先列2项，共{n}项" in page
    (rest,) = [a for a in html(page).all("a") if f"另有{n - 2}项" in a.text]
    assert rest.attributes["href"] == f"/zh/office?office={area}"


def ask(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("name", ["real", "demo"])
def test_the_csv_holds_the_changes_as_they_are_computed(
    name: str, client: Callable[[str], FlaskClient], site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    rows = ask(client(name), "/zh/trends.csv?indicator=subsidies_paid")
    assert rows
    assert set(CHANGED) <= set(rows[0])
    for row in rows:
        first, second = dataset.get(row["first_id"]), dataset.get(row["second_id"])
        assert first is not None
        assert second is not None
        found = compare(first, second, dataset.registry)
        interval, share = found.change.interval, found.change.percentage
        assert row["verdict"] == found.verdict.code
        assert row["reasons"].split() == [str(r.code) for r in found.verdict.reasons]
        assert (row["first_as_written"], row["second_as_written"]) == (
            first.as_written,
            second.as_written,
        )
        if found.verdict.blocks:
            computed = {key for key in CHANGED if key.startswith(("change_", "percentage_"))}
            assert {row[key] for key in computed | {"sign"}} == {""}
            continue
        assert interval is not None
        ends = [row["change_lower"], row["change_upper"]]
        assert [Decimal(end) if end else None for end in ends] == [interval.lower, interval.upper]
        assert row["change_lower_open"] == str(interval.lower_open).lower()
        assert (row["percentage_lower"] == "") is (share is None or share.lower is None)


@pytest.mark.parametrize("sign", SIGNS)
def test_only_changes_of_a_sign_are_shown(
    sign: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    browser = client("demo")
    rows = ask(browser, f"/zh/trends.csv?indicator=subsidies_paid&sign={sign}")
    every = ask(browser, "/zh/trends.csv?indicator=subsidies_paid")
    wanted = "" if sign == SIGNS[-1] else sign
    assert [row for row in every if row["sign"] == wanted] == rows
    page = html(browser.get(f"/zh/trends?indicator=subsidies_paid&sign={sign}").text)
    assert bool(page.all("table", id="twin")) is bool(rows)


@pytest.mark.parametrize(
    ("name", "query", "title"),
    [
        ("real", "indicator=subsidies_paid", "2020与2022不能比"),
        ("demo", "indicator=subsidies_paid&office=local-demo-08", "2023与2024不能比"),
        ("demo", "indicator=subsidies_paid&office=local-demo-01", "2023→2024 ▲ 增"),
    ],
)
def test_the_title_of_one_office_says_what_was_found(
    name: str, query: str, title: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    page = html(client(name).get(f"/zh/trends?{query}").text)
    assert title in page.all("h1")[0].text
    is_blocked = "不能比" in title
    large = page.all("section", **{"class": "changes-large block"})[0].text
    assert ("不算增减，不算增幅。" in large) is is_blocked
    assert ("▲" in large) is not is_blocked


def test_lines_are_told_apart_without_colour(site: Callable[[str], Site], html: Any) -> None:
    store = site("demo").store
    many = view_of(store, "/zh/trends", {"indicator": ["volunteers"]}, {})
    assert many.figure is not None
    names = [n["text"] for n in many.figure["layout"]["annotations"] if n["text"].isdecimal()]
    assert sorted(map(int, names)) == list(range(1, LINES + 1))
    listed = html(many.main).all("ul", **{"class": "lines"})[0].text
    assert "另有" in many.main
    assert all(str(n) in listed for n in range(1, LINES + 1))
    query = {"indicator": ["volunteers"], "office": ["local-demo-04"]}
    few = view_of(store, "/zh/trends", query, {})
    assert few.figure is not None
    dashes = {t["line"]["dash"] for t in few.figure["data"] if t.get("mode") == "lines"}
    assert {"solid", "6px,3px"} <= dashes
    texts = " ".join(note["text"] for note in few.figure["layout"]["annotations"])
    assert "注册" in texts
    assert "招募" in texts


@pytest.mark.parametrize(("locale", "words"), [("zh", "不计算"), ("en", "Not computed")])
def test_the_changes_are_spoken(
    locale: str, words: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    path = f"/{locale}/trends?indicator=subsidies_paid&office=local-demo-08"
    (spoken,) = html(client("demo").get(path).text).all("p", **{"class": "sr"})
    assert words in spoken.text
