"""The address is the state: what is read is written again, what is not understood is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.address import (
    LONGEST,
    PAGES,
    PRESETS,
    SUGGESTED,
    Address,
    Unread,
    locate,
    preset_of,
    read,
)
from dashboard.app import Site
from dashboard.grid import CODES, FIXED, GRID, HIDDEN, SIZES, SORTED_BY
from dashboard.meant import PARAMETERS
from dashboard.practices import KINDS
from dashboard.store import Dataset


@pytest.fixture(scope="module")
def dataset(site: Callable[[str], Site]) -> Dataset:
    return site("small").store.dataset()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/zh/", ("zh", "overview")),
        ("/en/", ("en", "overview")),
        *((f"/zh/{page}", ("zh", page)) for page in PAGES[1:]),
        *((f"/en/{page}", ("en", page)) for page in PAGES[1:]),
        ("/", None),
        ("/zh", None),
        ("/zh/overview", None),
        ("/zh/compare/", None),
        ("/zh/Compare", None),
        ("/fr/compare", None),
        ("/zh/nothing", None),
        ("/zh/compare\n", None),
        ("//zh/", None),
        ("", None),
    ],
)
def test_a_path_names_a_page_or_nothing(path: str, place: object) -> None:
    assert locate(path) == place


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("indicator=mediations", "indicator", "mediations"),
        ("indicator= mediations ", "indicator", "mediations"),
        ("office=local-liuxi&office=990001101", "offices", ("local-liuxi", "990001101")),
        ("office=local-liuxi&office=local-liuxi", "offices", ("local-liuxi",)),
        ("year=2031", "year", 2031),
        ("year=", "year", None),
        ("variant=recruited", "variant", "recruited"),
        ("preset=open", "preset", "open"),
        ("preset=", "preset", "cn-approx-1"),
        ("asof=2032-02-29", "asof", "2032-02-29"),
        ("embed=1", "embed", True),
        ("embed=0", "embed", False),
        ("row=liuxi-2031-001", "row", "liuxi-2031-001"),
        ("q= 路灯 ", "q", "路灯"),
        ("q=" + "长" * 500, "q", "长" * LONGEST),
        ("family=lamps", "family", "lamps"),
        ("sort=-lower", "sort", "-lower"),
        ("hide=lower upper office", "hidden", ("lower", "upper")),
        ("hide=none", "hidden", ()),
        ("hide=", "hidden", HIDDEN),
        ("col=period&col=lower", "hidden", ("upper", "phrase", "status", *HIDDEN)),
        ("col=period&hide=none", "hidden", ()),
        ("size=250", "size", 250),
        ("status=plan", "status", "plan"),
        ("obs_status=V", "obs_status", "V"),
        ("window=stock", "window", "stock"),
        ("rule=R10", "rule", "R10"),
        ("flag=negated", "flag", "negated"),
        ("page=7", "number", 7),
        ("indicator=mediations&indicator=lamps_repaired", "indicator", "mediations"),
        *((f"{name}=whatever", "unread", ()) for name in ("fbclid", "utm_source", "from", "theme")),
        ("like=on", "like", True),
        ("like=off", "like", False),
    ],
)
def test_what_is_understood(query: str, field: str, value: object, dataset: Dataset) -> None:
    found = read("zh", "compare", parse_qs(query), dataset)
    assert getattr(found, field) == value
    assert found.unread == ()


@pytest.mark.parametrize(
    ("query", "unread"),
    [
        ("indicator=mediation", Unread("indicator", "mediation", "mediations")),
        ("indicator=zzz", Unread("indicator", "zzz")),
        ("office=local-liux", Unread("office", "local-liux", "local-liuxi")),
        ("year=1999", Unread("year", "1999", "2031")),
        ("year=20310", Unread("year", "20310", "2031")),
        ("year=99999999", Unread("year", "99999999")),
        ("year=２０３１", Unread("year", "２０３１", "2031")),
        ("year=last", Unread("year", "last")),
        ("variant=recruit", Unread("variant", "recruit", "recruited")),
        ("preset=opened", Unread("preset", "opened", "open")),
        ("asof=2031-02-29", Unread("asof", "2031-02-29")),
        ("asof=20310101", Unread("asof", "20310101")),
        ("asof=２０３１-01-01", Unread("asof", "２０３１-01-01")),
        ("row=liuxi-2031-999", Unread("row", "liuxi-2031-999", "liuxi-2031-009")),
        ("family=lamp", Unread("family", "lamp", "lamps")),
        ("sort=phrase", Unread("sort", "phrase")),
        ("sort=-uper", Unread("sort", "-uper", "upper")),
        ("sort=lower; --", Unread("sort", "lower; --")),
        ("size=99999", Unread("size", "99999")),
        ("status=plans", Unread("status", "plans", "plan")),
        ("rule=R99", Unread("rule", "R99")),
        ("obs_status=' OR 1=1", Unread("obs_status", "' OR 1=1")),
        ("like=maybe", Unread("like", "maybe")),
        ("embed=onn", Unread("embed", "onn", "on")),
        ("sort=-perriod", Unread("sort", "-perriod", "period")),
        ("indicator=MEDIATIONS", Unread("indicator", "MEDIATIONS", "mediations")),
        ("indicator=lamps_mended", Unread("indicator", "lamps_mended")),
        ("office=990001123", Unread("office", "990001123")),
        ("office=990001102", Unread("office", "990001102", "990001101")),
        ("indicater=mediations", Unread("indicater", "mediations", "indicator", is_name=True)),
        ("Year=2031", Unread("Year", "2031", "year", is_name=True)),
        ("offices=a&offices=b", Unread("offices", "a", "office", is_name=True)),
        ("colour=red", Unread("colour", "red", "", is_name=True)),
        ("=x", Unread("", "x", "", is_name=True)),
        ("page=0", Unread("page", "0", "1")),
        ("page=-1", Unread("page", "-1", "1")),
        ("page=9999999", Unread("page", "9999999")),
    ],
)
def test_what_is_not_understood_is_kept_with_the_nearest(
    query: str, unread: Unread, dataset: Dataset
) -> None:
    found = read("zh", "compare", parse_qs(query), dataset)
    assert found.unread == (unread,)
    assert found.query() == ""


def test_so_many_mistakes_are_kept_and_so_few_looked_up(dataset: Dataset) -> None:
    wrong = {"office": [f"local-liuxi{n}" for n in range(500)], "indicater": ["mediations"]}
    unread = read("zh", "compare", wrong, dataset).unread
    assert len(unread) == 501
    assert sum(bool(u.nearest) for u in unread) == SUGGESTED


def test_every_parameter_that_is_written_is_known_by_name() -> None:
    full = Address(
        "zh",
        "compare",
        indicator="a",
        offices=("b",),
        within="34",
        year=2031,
        variant="c",
        preset="open",
        asof="2031-01-01",
        like=True,
        per="10000",
        sign="increase",
        embed=True,
        row="d",
        q="e",
        family="f",
        kind="n",
        sort="g",
        hidden=("h",),
        status="i",
        obs_status="j",
        window="k",
        rule="l",
        flag="m",
        size=50,
        number=2,
    )
    assert tuple(parse_qs(full.query())) == PARAMETERS


def test_a_variant_of_another_indicator_is_not_understood(dataset: Dataset) -> None:
    query = {"indicator": ["mediations"], "variant": ["recruited"]}
    assert read("zh", "compare", query, dataset).unread[0].parameter == "variant"


@pytest.mark.parametrize(
    ("given_", "preset"),
    [([], "cn-approx-1"), (["open"], "open"), ([" open "], "open"), (["openx"], "cn-approx-1")],
)
def test_the_preset_is_read_the_same_way_everywhere(
    given_: list[str], preset: str, dataset: Dataset
) -> None:
    query = {"preset": given_}
    assert preset_of(query) == read("zh", "compare", query, dataset).preset == preset


def addresses(dataset: Dataset) -> st.SearchStrategy[Address]:
    return st.sampled_from(PAGES).flatmap(lambda page: _addresses(dataset, page))


def _addresses(dataset: Dataset, page: str) -> st.SearchStrategy[Address]:
    families = dataset.practices.families if page == "practices" else dataset.families
    return st.builds(
        Address,
        locale=st.sampled_from(("zh", "en")),
        page=st.just(page),
        indicator=st.sampled_from(("", *dataset.indicators)),
        offices=st.lists(st.sampled_from(tuple(dataset.offices)), unique=True).map(tuple),
        year=st.sampled_from((None, *dataset.facts.years)),
        preset=st.sampled_from(PRESETS),
        asof=st.dates().map(str) | st.just(""),
        embed=st.booleans(),
        row=st.sampled_from(("", *(o.id for o in dataset.select()))),
        q=st.text(max_size=LONGEST, alphabet=st.characters(exclude_categories=("Cs",))).map(
            str.strip
        ),
        family=st.sampled_from(("", *families)),
        kind=st.sampled_from(("", *KINDS)),
        sort=st.sampled_from(("", *SORTED_BY, *(f"-{name}" for name in SORTED_BY))),
        hidden=st.sets(st.sampled_from([n for n in GRID if n not in FIXED])).map(
            lambda names: tuple(name for name in GRID if name in names)
        ),
        size=st.sampled_from(SIZES),
        status=st.sampled_from(("", *CODES["status"])),
        flag=st.sampled_from(("", *CODES["flag"])),
        number=st.integers(1, 999999),
    )


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_an_address_written_and_read_again_is_the_same(data: Any, dataset: Dataset) -> None:
    address = data.draw(addresses(dataset))
    assert locate(address.path()) == (address.locale, address.page)
    assert read(address.locale, address.page, parse_qs(address.query()), dataset) == address


def test_a_neighbouring_view_keeps_the_question_and_drops_the_row() -> None:
    here = Address("zh", "compare", indicator="a", year=2031, row="x", unread=(Unread("q", "?"),))
    assert here.href() == "/zh/compare?indicator=a&year=2031"
    assert here.href(locale="en", row="y") == "/en/compare?indicator=a&year=2031&row=y"
    assert here.href(page="overview", indicator="", year=None) == "/zh/"
    assert here.row == "x"


def test_text_in_an_address_is_quoted() -> None:
    assert Address("zh", "evidence", q="a&b=<路灯>").query() == (
        "q=a%26b%3D%3C%E8%B7%AF%E7%81%AF%3E"
    )
