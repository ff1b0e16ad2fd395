"""What readers do: change a filter, open a number, share the address, switch language or theme."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

COMPARE = "/zh/compare?indicator=mediations"
CHART = """() => {
    const chart = document.querySelector('#chart .js-plotly-plot') ||
        document.querySelector('.js-plotly-plot');
    return chart && chart.data.map((trace) => trace.customdata || null);
}"""
PAGE = """() => {
    const main = document.getElementById('main').cloneNode(true);
    main.querySelectorAll('#plot, option').forEach((part) => part.remove());
    return [document.title, main.textContent.replace(/\\s+/g, ' ')];
}"""
FOCUS_IN_DRAWER = "() => document.getElementById('drawer').contains(document.activeElement)"


def shown(page: Page) -> list[Any]:
    """All that an address decides: title, text, rows of the chart."""
    return [page.evaluate(PAGE), page.evaluate(CHART)]


def wait_for_title(page: Page, words: str) -> None:
    page.wait_for_function("(words) => document.title.includes(words)", arg=words)


def test_a_changed_filter_changes_page_and_address_without_a_reload(
    visit: Callable[..., Any],
) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    before = shown(page)
    page.evaluate("window.stillHere = true")
    page.locator("select[name=indicator]").focus()
    page.select_option("select[name=indicator]", "volunteers")
    wait_for_title(page, "志愿者人数")
    reader.settle()
    assert page.evaluate("window.stillHere") is True
    assert "indicator=volunteers" in reader.path
    assert "志愿者人数" in page.locator("h1").inner_text()
    assert page.evaluate("document.activeElement.name") == "indicator"
    after = shown(page)
    assert after[0] != before[0]
    assert after[1] != before[1]
    page.reload(wait_until="domcontentloaded")
    reader.settle()
    assert page.evaluate("window.stillHere") is None
    assert shown(page) == after


def test_back_and_forward_walk_through_the_views(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    first = shown(page)
    page.select_option("select[name=indicator]", "recruits")
    wait_for_title(page, "兵员")
    reader.settle()
    second = shown(page)
    page.go_back()
    wait_for_title(page, "矛盾")
    reader.settle()
    assert reader.path == COMPARE
    assert shown(page) == first
    assert page.locator("select[name=indicator]").input_value() == "mediations"
    page.go_forward()
    wait_for_title(page, "兵员")
    reader.settle()
    assert shown(page) == second


def test_a_comparison_without_a_chart_gives_way_to_one_with_and_back(
    visit: Callable[..., Any],
) -> None:
    reader = visit("demo")
    page = reader.open("/zh/compare?indicator=mediations&year=2019&variant=none")
    page.select_option("select[name=indicator]", "volunteers")
    wait_for_title(page, "志愿者人数")
    reader.settle()
    assert page.locator("#plot .main-svg").first.is_visible()


@pytest.mark.parametrize("name", ["real", "demo"])
def test_a_row_opens_its_evidence_and_esc_returns_to_it(
    name: str, visit: Callable[..., Any]
) -> None:
    reader = visit(name)
    page = reader.open(COMPARE)
    row = page.locator("a.r[data-row]").nth(1)
    identity = row.get_attribute("data-row")
    row.click()
    page.wait_for_function(FOCUS_IN_DRAWER)
    drawer = page.locator("#drawer")
    assert drawer.is_visible()
    assert f"row={identity}" in reader.path
    assert identity in drawer.inner_text()
    assert drawer.locator("mark").inner_text().strip()
    assert "sel" in (row.get_attribute("class") or "").split()
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.row") == identity
    assert "row=" not in reader.path
    assert "sel" not in (row.get_attribute("class") or "").split()


def test_another_number_can_be_opened_from_the_drawer(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    page.locator("a.r[data-row]").first.click()
    page.wait_for_function(FOCUS_IN_DRAWER)
    link = page.locator("#drawer .vlist a[data-row]").first
    other = link.get_attribute("data-row")
    link.click()
    page.wait_for_function(
        "(row) => document.getElementById('drawer').textContent.includes(row)", arg=other
    )
    assert f"row={other}" in reader.path
    page.locator("#drawer header [data-close]").click()
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('#main a.r')")


def test_a_filter_closes_the_evidence_that_its_address_does_not_name(
    visit: Callable[..., Any],
) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    page.locator("a.r[data-row]").first.click()
    page.wait_for_function(FOCUS_IN_DRAWER)
    page.select_option("select[name=indicator]", "volunteers")
    wait_for_title(page, "志愿者人数")
    page.locator("#drawer").wait_for(state="hidden")
    assert "row=" not in reader.path
    page.go_back()
    wait_for_title(page, "矛盾")
    page.locator("#drawer").wait_for(state="visible")
    assert "row=" in reader.path


def test_a_link_with_a_row_opens_with_its_evidence(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    row = page.locator("a.r[data-row]").nth(2)
    identity, href = row.get_attribute("data-row"), row.get_attribute("href")
    page = reader.open(href)
    assert page.locator("#drawer").is_visible()
    assert identity in page.locator("#drawer").inner_text()
    selected = page.locator("a.r.sel")
    assert selected.count() == 1
    assert selected.get_attribute("data-row") == identity
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert reader.path == COMPARE


def test_the_other_language_shows_the_same_view(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    page.select_option("select[name=preset]", "open")
    page.wait_for_url("**preset=open**")
    page.locator("#main a.r[href*='preset=open']").first.wait_for()
    reader.settle()
    rows = page.evaluate(CHART)
    page.locator("a.r[data-row]").first.click()
    page.wait_for_function(FOCUS_IN_DRAWER)
    asked = reader.path.partition("?")[2]
    page.locator("a[data-switch][lang=en]").click()
    page.wait_for_url("**/en/compare?**")
    reader.settle()
    assert reader.path == f"/en/compare?{asked}"
    assert "preset=open&row=" in asked
    assert page.locator("#drawer").is_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate(CHART) == rows


def test_the_theme_button_redraws_the_chart_and_is_remembered(visit: Callable[..., Any]) -> None:
    colour = "() => document.querySelector('#chart .js-plotly-plot').layout.font.color"
    reader = visit("demo")
    page = reader.open(COMPARE)
    light = page.evaluate(colour)
    page.locator("[data-theme-toggle]").click()
    page.wait_for_function(
        "(light) => document.querySelector('#chart .js-plotly-plot').layout.font.color !== light",
        arg=light,
    )
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = page.evaluate(colour)
    page.reload(wait_until="domcontentloaded")
    reader.settle()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(colour) == dark


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("demo", "/zh/trends?indicator=volunteers&office=local-demo-04"),
        ("demo", "/zh/trends?indicator=volunteers&office=local-demo-09"),
        ("real", "/zh/trends?indicator=subsidies_paid"),
    ],
)
def test_a_year_without_a_report_is_a_gap_that_no_line_crosses(
    name: str, path: str, visit: Callable[..., Any]
) -> None:
    page = visit(name).open(path)
    layout, lines, years = page.evaluate(
        """() => {
            const chart = document.querySelector('#chart .js-plotly-plot');
            const lines = chart.data.filter((trace) => trace.mode === 'lines');
            const points = chart.data.filter((trace) => trace.mode === 'markers');
            return [chart.layout, lines.map((line) => line.x), points.flatMap((p) => p.x)];
        }"""
    )
    silent = [n["x"] for n in layout["annotations"] if n["text"].replace("<br>", "") == "没有报道"]
    assert silent
    assert [shape["type"] for shape in layout["shapes"]].count("path") == len(silent)
    for gap in silent:
        assert min(years) < gap < max(years)
        assert not any(start < gap < end for start, end, *_ in lines)
    assert all(end - start < 1.5 for start, end, *_ in lines)


def test_everything_can_be_reached_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(COMPARE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash === '#main'")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.r[data-row]')"):
            break
    identity = page.evaluate("document.activeElement.dataset.row")
    assert identity
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_function(FOCUS_IN_DRAWER)
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.row") == identity


def test_the_search_field_finds_words_of_the_reports(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/")
    page.locator("header input[name=q]").fill("矛盾")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/evidence?q=**")
    reader.settle()
    assert page.locator("#twin tbody tr").count() > 5
    assert page.locator(".quote-cell").first.inner_text()


def test_the_filters_of_the_evidence_apply_at_once(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/evidence")
    page.evaluate("window.stillHere = true")
    page.select_option("select[name=year]", "2020")
    page.wait_for_url("**year=2020**")
    page.locator("a[download][href*='.csv?year=2020']").wait_for()
    assert page.evaluate("window.stillHere") is True
    assert page.locator("#twin tbody tr:has-text('2024')").count() == 0


def test_the_table_can_be_downloaded(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(COMPARE)
    with page.expect_download() as waiting:
        page.locator(".section a[download]").first.click()
    body = waiting.value.path().read_bytes()
    assert waiting.value.suggested_filename == "compare-zh.csv"
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert {row["indicator"] for row in rows} == {"mediations"}


def test_the_address_can_be_copied(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("figure details.menu summary").nth(1).click()
    page.locator("[data-copy-link]").first.click()
    page.locator(".toast").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == reader.base + COMPARE
    page.locator("[data-copy='#twin']").click()
    page.wait_for_function("() => document.querySelectorAll('.toast').length === 2")
    table = page.evaluate("navigator.clipboard.readText()")
    assert table.splitlines()[0].split("\t")[0] == "办事处"
    assert len(table.splitlines()) == page.locator("#twin tr").count()


@pytest.mark.parametrize("path", ["/zh/compare", "/zh/trends"])
def test_no_chart_can_send_its_data_away(path: str, visit: Callable[..., Any]) -> None:
    page = visit("demo").open(path)
    settings = page.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map((chart) => [
            chart._context.showSendToCloud, chart._context.plotlyServerURL,
            chart._context.displayModeBar])"""
    )
    assert settings == [[False, "", False]]


PLAIN = ("", "compare", "trends", "evidence", "method", "data", "status")


@pytest.mark.parametrize("name", ["real", "demo"])
def test_without_scripts_every_page_still_says_it_all(name: str, visit: Callable[..., Any]) -> None:
    reader = visit(name, scripts=False)
    for place in PLAIN:
        reader.page.goto(f"{reader.base}/zh/{place}")
        assert reader.page.locator("h1").is_visible()
        assert reader.page.locator("table").first.is_visible()
        assert reader.page.locator("nav.nav a").count() == 11


def test_without_scripts_forms_and_links_lead_to_the_same_addresses(
    visit: Callable[..., Any],
) -> None:
    reader = visit("demo", scripts=False)
    page = reader.page
    page.goto(reader.base + COMPARE)
    page.select_option("select[name=indicator]", "volunteers")
    page.locator("form.filters button[type=submit]").click()
    page.wait_for_url("**indicator=volunteers**")
    assert "志愿者人数" in page.locator("h1").inner_text()
    page.locator("a.r[data-row]").first.click()
    page.wait_for_url("**row=**")
    assert page.locator("#drawer mark").is_visible()
    page.locator("#drawer header [data-close]").click()
    page.wait_for_url(re.compile(r"^((?!row=).)*$"))
    assert not page.locator("#drawer").is_visible()
