"""Pages as functions of their addresses: each renders, says what it could not read, escapes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.address import PAGES, PRESETS, Address
from dashboard.app import Site, create_app
from dashboard.charts import CONFIG
from dashboard.pages import drawer_of, view_of
from dashboard.pages.desk import Desk
from dashboard.pages.drawer import drawer
from dashboard.store import Store

SETS = ("real", "demo", "small")
EVERY = [(name, locale, page) for name in SETS for locale in ("zh", "en") for page in PAGES]


def path_of(locale: Any, page: str) -> str:
    return Address(locale, page).path()


@pytest.mark.parametrize(("name", "locale", "page"), EVERY)
def test_every_page_is_whole_html_from_here(
    name: str, locale: str, page: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    answer = client(name).get(path_of(locale, page))
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    read = html(answer.text)
    assert read.all("html")[0].attributes["lang"] == {"zh": "zh-CN", "en": "en"}[locale]
    assert len(read.all("h1")) == len(read.all("main")) == len(read.all("title")) == 1
    assert read.all("h1")[0].text.strip()
    assert len(read.all("a", aria_current="page")) == 1
    identities = [e.attributes["id"] for e in read.elements if "id" in e.attributes]
    assert len(identities) == len(set(identities))
    assert all(th.attributes.get("scope") for th in read.all("th"))
    assert all(f.attributes["method"] == "get" for f in read.all("form"))
    assert (len(read.all("aside", **{"class": "label"})) == 1) is (name != "real")
    assert [a for a in read.addresses() if urlsplit(a).netloc or urlsplit(a).scheme] == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_link_leads_somewhere(
    locale: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    """Followed from the overview on; rows, which every page links to, are opened elsewhere."""
    browser = client("small")
    found, followed = {f"/{locale}/"}, set[str]()
    while found - followed:
        address = min(found - followed)
        followed.add(address)
        answer = browser.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype == "text/html" and address.startswith(f"/{locale}/"):
            links = (a.attributes.get("href", "") for a in html(answer.text).all("a"))
            inside = (link for link in links if link.startswith("/") and ".xlsx" not in link)
            found |= {link for link in inside if "row=" not in link}
    assert len(followed) > 30


BAD = [
    ("indicator", "mediation"),
    ("indicator", "<b>bold</b>"),
    ("office", "nowhere"),
    ("year", "1066"),
    ("year", "２０３１"),
    ("variant", "none-such"),
    ("preset", "guess"),
    ("asof", "yesterday"),
    ("row", "liuxi-2031-999"),
    ("family", "{t}"),
    ("page", "-1"),
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("parameter", "given"), BAD)
def test_a_bad_parameter_is_named_on_the_page(
    parameter: str, given: str, page: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    locale = ("zh", "en")[len(page) % 2]
    answer = client("small").get(f"{path_of(locale, page)}?{parameter}={quote(given)}")
    assert answer.status_code == 200
    (banner,) = html(answer.text).all("div", role="alert")
    assert f"{parameter}={given}" in banner.text


@pytest.mark.parametrize(
    ("query", "href"),
    [
        ("indicator=mediation&year=2031", "/zh/compare?indicator=mediations&year=2031"),
        ("office=local-liux", "/zh/compare?office=local-liuxi"),
        ("year=1999", "/zh/compare?year=2031"),
        ("page=0", "/zh/compare"),
        ("indicater=mediations&year=2031", "/zh/compare?year=2031&indicator=mediations"),
        ("row=liuxi-2031-00", "/zh/compare?row=liuxi-2031-0"),
    ],
)
def test_the_message_leads_to_the_nearest_address(
    query: str, href: str, client: Callable[[str], FlaskClient], html: Any
) -> None:
    read = html(client("small").get(f"/zh/compare?{query}").text)
    banner = next(n for n, e in enumerate(read.elements) if e.attributes.get("role") == "alert")
    link = next(e for e in read.elements[banner:] if e.tag == "a")
    assert link.attributes["href"].startswith(href)
    assert not html(client("small").get(link.attributes["href"]).text).all("div", role="alert")


def test_an_earlier_version_is_said_not_to_be_shown(
    client: Callable[[str], FlaskClient], html: Any
) -> None:
    (banner,) = html(client("small").get("/zh/?asof=2021-12-31").text).all("div", role="alert")
    assert "2021年12月31日" in banner.text


@pytest.mark.parametrize("name", ["real", "demo"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_evidence_of_every_row_opens(
    name: str, locale: str, site: Callable[[str], Site]
) -> None:
    """Each row in one of the languages, its neighbours in the other."""
    app = site(name)
    dataset = app.store.dataset()
    desk = Desk(Address(locale, "evidence"), dataset, {}, app.sources)  # type: ignore[arg-type]
    for o in dataset.select()[("zh", "en").index(locale) :: 2]:
        row = o.id
        shown = drawer(desk, row)
        assert f"<mark>{escape(o.as_written)}</mark>" in shown, row
        assert f"<dd>{row}</dd>" in shown, row


def test_the_words_around_the_phrase_are_shown_only_where_the_report_is_at_hand(
    site: Callable[[str], Site],
) -> None:
    app = site("demo")
    row = app.store.dataset().select()[0].id
    asked = ("/zh/", {"row": [row]})
    with_text = drawer_of(app.store, *asked, app.sources)
    without = drawer_of(app.store, *asked, {})
    assert 'class="faint"' in with_text
    assert 'class="faint"' not in without
    assert "报道原文不在这台机器上" in without


QUERIES = [
    "",
    "indicator=mediations",
    "indicator=mediations&office=local-liuxi&preset=open",
    "indicator=volunteers&year=2031&variant=recruited",
    "year=2031&row=liuxi-2031-002",
    "q=路灯&page=2",
    "embed=1&indicator=fires",
    "indicator=nothing&year=1",
    *(f"preset={preset}" for preset in PRESETS),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_a_function_of_its_address(
    page: str, site: Callable[[str], Site], small_set: Any, tmp_path: Path
) -> None:
    """Asked in another order, of another store in another place, it is the same."""

    def answers(store: Store, queries: list[str]) -> dict[str, Any]:
        sources = site("small").sources
        views = {q: view_of(store, path_of("zh", page), parse_qs(q), sources) for q in queries}
        return {q: (replace(v, twin=None), v.twin and [*v.twin.rows]) for q, v in views.items()}

    first = answers(site("small").store, QUERIES)
    again = answers(Store(tmp_path, small_set.tidy), QUERIES[::-1])
    assert again == first
    assert len({view.main for view, _rows in first.values()}) > 1


@pytest.mark.parametrize(
    ("name", "page"), [("real", "compare"), ("real", "trends"), ("demo", "trends")]
)
def test_every_indicator_has_its_comparison_and_its_years(
    name: str, page: str, site: Callable[[str], Site]
) -> None:
    store = site(name).store
    drawn = 0
    for number, code in enumerate(store.dataset().facts.usage):
        locale = ("zh", "en")[number % 2]
        view = view_of(store, path_of(locale, page), {"indicator": [code]}, {})
        assert view.status == 200
        assert 'role="alert"' not in view.main
        drawn += view.figure is not None
        assert view.as_json()["config"] == dict(CONFIG)
    assert drawn > 0


@pytest.mark.parametrize("name", ["real", "demo"])
def test_bars_and_rows_of_a_comparison_are_the_same_in_the_same_order(
    name: str, site: Callable[[str], Site], html: Any
) -> None:
    store = site(name).store
    for code in list(store.dataset().facts.usage)[:20]:
        view = view_of(store, "/zh/compare", {"indicator": [code]}, {})
        if view.figure is None:
            continue
        stack = [
            e.attributes.get("data-row")
            for e in html(view.main).elements
            if "r" in e.attributes.get("class", "").split() and "th" not in e.attributes["class"]
        ]
        bars = {
            int(y): row
            for trace in view.figure["data"]
            if trace["type"] == "bar" and trace.get("meta") != "range"
            for y, row in zip(trace["y"], trace["customdata"], strict=True)
        }
        assert bars == {place: row for place, row in enumerate(stack) if row is not None}


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
TEXTS = {
    "offices.csv": ("name_zh", "name_en", "short_zh", "short_en", "city_zh", "note_zh"),
    "indicators.csv": ("name_zh", "name_en", "definition_zh", "definition_en"),
    "variants.csv": ("name_zh", "name_en"),
    "families.csv": ("name_zh", "name_en"),
    "documents.csv": ("title", "publisher", "page", "period_basis_zh", "period_basis_en"),
    "corrections.csv": ("reason_zh", "reason_en", "as_written"),
    "observations.csv": ("context", "scope_note", "period_basis", "qualifier"),
}


@pytest.fixture
def hostile(tidy_copy: Path) -> Path:
    """The small set with markup in every text that people enter."""
    for name, columns in TEXTS.items():
        rows = list(csv.DictReader(io.StringIO((tidy_copy / name).read_text(encoding="utf-8"))))
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {c: HOSTILE + row[c] for c in columns} for row in rows)
        (tidy_copy / name).write_text(out.getvalue(), encoding="utf-8", newline="")
    return tidy_copy


def test_text_from_the_data_is_never_markup(hostile: Path, tmp_path: Path, html: Any) -> None:
    app = create_app(Store(tmp_path / "published", hostile))
    browser = app.server.test_client()
    rows = [o.id for o in app.store.dataset().select()]
    paths = [
        f"{path_of(locale, page)}?row={row}&q={quote(HOSTILE)}"
        for locale in ("zh", "en")
        for page, row in zip(PAGES, rows, strict=False)
    ]
    paths += [f"/zh/{quote(HOSTILE)}", f"/zh/?indicator={quote(HOSTILE)}"]
    for path in paths:
        page = browser.get(path).text
        assert "<script>alert" not in page
        read = html(page)
        assert not any(name.startswith("on") for e in read.elements for name in e.attributes)
        assert not read.all("img")
        assert "49" not in read.all("h1")[0].text
        assert "alert(1)" in page


def test_a_failed_update_is_said_on_every_page(tmp_path: Path, small_set: Any, html: Any) -> None:
    (tmp_path / "status.json").write_text(
        '{"outcome": "refused", "message_zh": "有2处没有通过核对", "problems":'
        ' [{"severity": "error", "where": "volunteers.csv:7", "rule": "reads-differently",'
        ' "message_zh": "读数不同", "next_step_zh": "改为原文的数"}]}',
        encoding="utf-8",
    )
    store = Store(tmp_path, small_set.tidy)
    for page in PAGES:
        main = view_of(store, path_of("zh", page), {}, {}).main
        (banner,) = html(main).all("div", role="alert")
        assert "有2处没有通过核对" in banner.text
    assert "volunteers.csv:7" in view_of(store, "/zh/status", {}, {}).main
