"""Profiles of offices and indicators: everything known, in five states, with real verdicts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import readings
from dashboard.address import Address
from dashboard.app import Site
from dashboard.compare import verdict
from dashboard.pages import view_of
from dashboard.pages.apart import SHOWN, limits
from dashboard.pages.desk import Desk
from dashboard.pages.known import ROWS, known
from dashboard.pages.office import KEY_NUMBERS, code_of, key_numbers
from dashboard.store import Dataset
from dashboard.view import View

SETS = ("real", "demo", "small")


def desk_of(site: Callable[[str], Site], name: str, **asked: Any) -> Desk:
    page = "indicator" if "indicator" in asked else "office"
    return Desk(Address("zh", page, **asked), site(name).store.dataset(), {}, {})


def shown(site: Callable[[str], Site], name: str, path: str, **query: str) -> View:
    return view_of(site(name).store, path, {key: [value] for key, value in query.items()}, {})


def rows_of(view: View, html: Any) -> set[str]:
    """Observations that the tables of a page open."""
    links = html(view.main).all("a")
    return {a.attributes["data-row"] for a in links if "data-row" in a.attributes}


@pytest.mark.parametrize("name", SETS)
def test_every_office_has_a_page_of_its_own_numbers(
    name: str, site: Callable[[str], Site], html: Any
) -> None:
    dataset = site(name).store.dataset()
    for number, area in enumerate(dataset.offices):
        locale = ("zh", "en")[number % 2]
        view = shown(site, name, f"/{locale}/office", office=area)
        own = {o.id for o in dataset.select(offices=[area])}
        page = html(view.main)
        names = dataset.offices[area].name
        assert page.all("h1")[0].text == (names.zh if locale == "zh" else names.en)
        assert view.twin is not None
        ids = {row[0] for row in view.twin.rows}
        assert ids <= own
        assert bool(ids) is bool(own)
        table = {a.attributes.get("data-row") for a in page.all("a", **{"class": "kf"})}
        assert table <= own
        assert bool(page.all("div", **{"class": "empty"})) is not bool(own)


@pytest.mark.parametrize("name", SETS)
def test_the_table_holds_each_number_once_and_the_twin_the_same(
    name: str, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    for area in dataset.facts.offices:
        rows = dataset.select(offices=[area])
        years = dict.fromkeys(range(2000, 2040), True)
        table = known(desk_of(site, name, offices=(area,)), area, rows, years)
        cells = [c for f in table.families for r in f["rows"] for c in r["cells"]]
        ids = Counter(
            e["id"]
            for c in cells
            for e in [*c["entries"], *c.get("parts", ())]
            + [rival for entry in c["entries"] for rival in entry["rivals"]]
        )
        hidden = sum(1 for c in cells if c["more"])
        assert set(ids) <= {o.id for o in table.shown}
        assert hidden or {o.id for o in table.shown} - set(ids) == {
            o.id for o in table.shown if o.id not in ids and not o.chosen
        }
        assert max(ids.values()) == 1
        assert table.listed == min(table.total, ROWS)


@pytest.mark.parametrize(
    ("name", "area", "states"),
    [
        ("real", "341172001", {"v", "s", "gap-cell"}),
        ("demo", "local-demo-04", {"v", "s", "gap-cell"}),
    ],
)
def test_the_five_states_are_told_apart(
    name: str, area: str, states: set[str], site: Callable[[str], Site], html: Any
) -> None:
    view = shown(site, name, "/zh/office", office=area)
    table = html(view.main).all("td")
    found = {e.attributes.get("class", "").split()[0] for e in table if e.attributes.get("class")}
    assert states <= found
    gaps = [e for e in table if e.attributes.get("data-said")]
    assert gaps
    assert all(e.text == e.attributes["data-said"] == "没有报道" for e in gaps)
    silent = [e for e in table if e.attributes.get("class") == "s"]
    assert all("未提及" in e.text for e in silent)


@pytest.mark.parametrize(
    ("name", "area", "said"),
    [
        ("real", "341172001", "2021年没有报道"),
        ("demo", "local-demo-04", "2021年没有报道"),  # a later report tells a number of 2021
        ("demo", "local-demo-01", ""),
    ],
)
def test_a_year_without_a_report_is_named(
    name: str, area: str, said: str, site: Callable[[str], Site], html: Any
) -> None:
    (lede,) = html(shown(site, name, "/zh/office", office=area).main).all("p", **{"class": "lede"})
    assert said in lede.text
    assert ("没有报道" in lede.text) is bool(said)


def test_every_zero_is_ringed(site: Callable[[str], Site]) -> None:
    desk = desk_of(site, "demo")
    dataset, zeros = desk.dataset, 0
    for area in dataset.facts.offices:
        rows = dataset.select(offices=[area])
        table = known(desk, area, rows, dict.fromkeys(dataset.facts.years, True))
        cells = [c for f in table.families for r in f["rows"] for c in r["cells"]]
        for entry in (e for c in cells for e in c["entries"]):
            o = dataset.get(entry["id"])
            assert o is not None
            is_ringed = "zero" in {kind for kind, _ in entry["segments"]}
            assert is_ringed is (o.lower == o.upper == 0)
            zeros += is_ringed
    assert zeros > 2


def test_what_does_not_apply_is_said(site: Callable[[str], Site]) -> None:
    """A row registered as not applicable until August 2022 leaves 2022 silent, not 2020."""
    desk = desk_of(site, "real", offices=("341172001",), family="culture_education")
    rows = desk.dataset.select(offices=["341172001"])
    table = known(desk, "341172001", rows, {2020: True, 2021: False, 2022: True})
    barred = {r["indicator"] for r in desk.dataset.tables["not_applicable"]}
    lines = {r["profile"]: r for f in table.families for r in f["rows"]}
    for code in barred:
        states = [c["state"] for c in lines[desk.indicator_href(code)]["cells"]]
        assert states[:2] == ["not_applicable", "not_applicable"]
        assert states[2] in {"number", "silent"}


@pytest.mark.parametrize("name", SETS)
def test_key_numbers_are_results_one_an_indicator_core_ones_first(
    name: str, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    for area in dataset.facts.offices:
        rows = dataset.select(offices=[area])
        keys = key_numbers(desk_of(site, name, offices=(area,)), rows)
        assert len(keys) <= KEY_NUMBERS
        assert len({o.indicator for o in keys}) == len(keys)
        assert all(o.status == "result" and o.chosen for o in keys)
        core = [dataset.indicators[o.indicator].is_core for o in keys]
        assert core == sorted(core, reverse=True)
        for o in keys:
            same = [p for p in rows if p.indicator == o.indicator and p.status == "result"]
            assert o.year == max(p.year for p in same if p.chosen)


@pytest.mark.parametrize("name", SETS)
def test_what_must_not_be_compared_is_what_the_verdict_blocks(
    name: str, site: Callable[[str], Site]
) -> None:
    dataset, blocked = site(name).store.dataset(), 0
    for area in dataset.facts.offices:
        desk = desk_of(site, name, offices=(area,))
        rows = dataset.select(offices=[area])
        found = limits(desk, rows, key_numbers(desk, rows))
        assert len(found["allowed"]) <= SHOWN
        for is_blocked, pair in [
            *((True, pair) for pair in found["blocked"]),
            *((False, pair) for pair in found["allowed"]),
        ]:
            assert pair["reason"]
            assert (pair["verdict"]["css"] == "no") is is_blocked
            if pair["second"] is None:
                continue
            first, second = (dataset.get(pair[side]["id"]) for side in ("first", "second"))
            assert first is not None
            assert second is not None
            assert verdict(first, second, dataset.registry).blocks is is_blocked
            blocked += is_blocked
    assert blocked or name == "small"


def test_the_nearest_other_office_is_the_one_with_the_mildest_verdict(
    site: Callable[[str], Site],
) -> None:
    """130 mediations of a whole year meet 36 of three months: nothing milder is there."""
    desk = desk_of(site, "real", offices=("341172001",))
    rows = desk.dataset.select(offices=["341172001"])
    pairs = limits(desk, rows, key_numbers(desk, rows))["blocked"]
    mediations = [p for p in pairs if p["name"] == desk.indicator("mediations")]
    assert [p["second"]["who"] for p in mediations] == ["茶岭镇"]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_several_offices_in_the_address_can_be_compared(
    locale: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    asked = "office=local-liuxi&office=990001101"
    page = html(client("small").get(f"/{locale}/office?{asked}").text)
    assert f"/{locale}/compare?{asked}" in [a.attributes.get("href") for a in page.all("a")]


def test_the_index_lists_every_office_with_data_below_where_it_lies(
    client: Callable[[str], FlaskClient], site: Callable[[str], Site], html: Any
) -> None:
    dataset = site("real").store.dataset()
    page = html(client("real").get("/zh/office").text)
    listed = [th.text for th in page.all("th", scope="row")]
    assert sorted(listed) == sorted(dataset.offices[a].name.zh for a in dataset.facts.offices)
    heads = [th.text for th in page.all("th", scope="rowgroup")]
    assert "安庆市 › 安庆经开区" in heads
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize(
    ("q", "names"),
    [("柳溪", ["柳溪街道"]), ("禾山开发区", ["禾山开发区"]), ("990001101", ["云帆镇"])],
)
def test_the_index_finds_any_registered_office(
    q: str, names: list[str], client: Callable[[str], FlaskClient], html: Any
) -> None:
    found = [
        th.text for th in html(client("small").get(f"/zh/office?q={q}").text).all("th", scope="row")
    ]
    assert set(names) <= set(found)


def test_an_index_that_finds_nothing_says_so(client: Callable[[str], FlaskClient]) -> None:
    for page in ("office", "indicator"):
        text = client("small").get(f"/zh/{page}?q=没有的").text
        assert "没有找到“没有的”" in text
        assert "/zh/evidence?q=" in text


def test_a_cut_index_pages_through_all(
    client: Callable[[str], FlaskClient], html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.offices.PAGE", 2)
    seen: list[str] = []
    address = "/zh/office"
    for _ in range(9):
        page = html(client("small").get(address).text)
        seen += [th.text for th in page.all("th", scope="row")]
        following = [
            a.attributes["href"] for a in page.all("a", **{"class": "btn"}) if a.text == "下一页"
        ]
        if not following:
            break
        (address,) = following
    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize("name", SETS)
def test_an_indicator_is_titled_as_its_comparison(
    name: str, site: Callable[[str], Site], html: Any
) -> None:
    dataset = site(name).store.dataset()
    for number, code in enumerate(dataset.facts.usage):
        locale = ("zh", "en")[number % 2]
        own = shown(site, name, f"/{locale}/indicator", indicator=code)
        compared = shown(site, name, f"/{locale}/compare", indicator=code)
        assert html(own.main).all("h1")[0].text == html(compared.main).all("h1")[0].text
        assert own.twin is not None
        assert len(own.twin.rows) == min(100, dataset.facts.usage[code].observations)
        assert {row[0] for row in own.twin.rows} <= rows_of(own, html)


def apart(dataset: Dataset, html: Any, view: View) -> set[str]:
    aside = view.main.partition("<aside")[2]
    links = [a.attributes["href"] for a in html(f"<aside{aside}").all("a")]
    begin = "/zh/indicator?indicator="
    return {link.removeprefix(begin) for link in links if link.startswith(begin)}


def test_what_one_indicator_refuses_the_other_refuses_too(
    site: Callable[[str], Site], html: Any
) -> None:
    dataset = site("real").store.dataset()
    found = {
        code: apart(dataset, html, shown(site, "real", "/zh/indicator", indicator=code))
        for code in dataset.indicators
    }
    for code, others in found.items():
        declared = {c for c in dataset.indicators[code].not_comparable_with if c in found}
        assert declared <= others
        assert all(code in found[other] for other in others)


@pytest.mark.parametrize("name", SETS)
def test_counts_of_variants_rules_and_certainty_add_up(
    name: str, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    for code, usage in dataset.facts.usage.items():
        rows = dataset.select(indicator=code)
        assert len(rows) == usage.observations
        assert sum(readings.rules(dataset, code).values()) == len(rows)
        sure = readings.certainty(dataset, code)
        assert sure.total == len(rows)
        assert sure.exact == sum(o.lower is not None and o.lower == o.upper for o in rows)
        counted = Counter(o.variant for o in rows)
        assert {v: n for v, (n, _) in readings.variants(dataset, code).items()} == counted
        assert readings.years(dataset)[code] == tuple(sorted({o.year for o in rows}))


def test_an_indicator_narrowed_to_a_variant_keeps_its_title(
    site: Callable[[str], Site], html: Any
) -> None:
    asked = {"indicator": "mediations", "variant": "petition_disputes"}
    narrowed = shown(site, "demo", "/zh/indicator", **asked)
    whole = shown(site, "demo", "/zh/indicator", indicator="mediations")
    assert narrowed.title == whole.title
    assert narrowed.twin is not None
    variant = narrowed.twin.columns.index("variant")
    assert {row[variant] for row in narrowed.twin.rows} == {"petition_disputes"}


def test_a_page_past_the_last_is_the_last(site: Callable[[str], Site]) -> None:
    last = shown(site, "demo", "/zh/indicator", indicator="mediations", page="2")
    past = shown(site, "demo", "/zh/indicator", indicator="mediations", page="999")
    assert last.twin is not None
    assert past.twin is not None
    assert last.twin.rows == past.twin.rows


@pytest.mark.parametrize(
    "address",
    [
        "office",
        "office?q=柳",
        "office?office=local-liuxi",
        "indicator",
        "indicator?indicator=mediations",
    ],
)
def test_the_twin_is_a_file(address: str, client: Callable[[str], FlaskClient], html: Any) -> None:
    page = html(client("small").get(f"/zh/{address}").text)
    (link,) = (a for a in page.all("a") if "download" in a.attributes and a.text == "CSV")
    answer = client("small").get(link.attributes["href"])
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert answer.mimetype == "text/csv"
    assert len(rows) > 1
    assert rows[0][-1] == "label"
    assert len({len(row) for row in rows}) == 1


def test_every_indicator_is_in_the_index(site: Callable[[str], Site], html: Any) -> None:
    dataset = site("real").store.dataset()
    view = shown(site, "real", "/zh/indicator")
    names = [th.text for th in html(view.main).all("th", scope="row")]
    assert sorted(names) == sorted(i.name.zh for i in dataset.indicators.values())
    one = shown(site, "real", "/zh/indicator", family="safety")
    assert 0 < len(html(one.main).all("th", scope="row")) < len(names)


def test_a_profile_of_an_earlier_day_links_to_that_day(site: Callable[[str], Site]) -> None:
    desk = desk_of(site, "real")
    then = replace(desk, address=replace(desk.address, asof="2026-01-01"))
    assert "asof=2026-01-01" in then.office_href("341172001")
    assert "asof=2026-01-01" in then.indicator_href("mediations")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "341172001", "code_vintage": "2023"}, "区划代码341172001，据2023。"),
        ({"code": "341172001", "code_vintage": ""}, "区划代码341172001。"),
        ({"code": ""}, "local-x"),
    ],
)
def test_a_code_is_told_with_the_list_it_is_from_if_that_is_known(
    given: dict[str, str], said: str, site: Callable[[str], Site]
) -> None:
    desk = desk_of(site, "small", offices=())
    own = replace(next(iter(desk.dataset.offices.values())), ref_area="local-x", **given)
    told = code_of(desk, own)
    assert told == said or (said in told and not given["code"])
