"""From a question to the sentence behind a number, and out again as a picture or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
COMPARE = "/zh/compare?indicator=mediations"
FOCUSED = "() => document.activeElement && document.activeElement.dataset.row"


def download(page: Page, button: str, folder: Path) -> Path:
    page.locator("figure details.menu summary").first.click()
    with page.expect_download() as coming:
        page.locator(button).click()
    kept = folder / coming.value.suggested_filename
    coming.value.save_as(kept)
    return kept


def test_why_130_and_36_do_not_compare(visit: Callable[..., Any]) -> None:
    """Find an office, compare its mediations, read the reason, open the number, go on."""
    reader = visit("real")
    page = reader.open("/zh/")
    page.locator("header input[type=search]").fill("凤凰")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.pathname === '/zh/office'")
    reader.settle()
    assert "凤凰办事处" in page.locator("h1").inner_text()
    page.goto(reader.base + COMPARE)
    reader.settle()
    assert "没有两个可以直接比" in page.locator("h1").inner_text()
    rows = page.locator("a.r[data-row]")
    assert [" ".join(text.split()) for text in rows.locator(".q").all_inner_texts()] == [
        "130件",
        "36件",
    ]
    second = page.locator("#twin tbody tr").nth(1).inner_text()
    assert "定义不同" in second
    assert "矛盾纠纷" in second
    assert "不是同样完整的时段" in second
    rows.first.click()
    drawer = page.locator("#drawer")
    drawer.wait_for(state="visible")
    assert drawer.locator("blockquote mark").first.inner_text() == "130件"
    linked = page.url
    page.locator("nav.seg a[lang=en]").click()
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    reader.settle()
    assert page.url == linked.replace("/zh/", "/en/")
    assert page.locator("#drawer blockquote mark").first.inner_text() == "130件"
    again = visit("real", theme="dark")
    shared = again.open(linked.removeprefix(reader.base))
    assert shared.locator("#drawer blockquote mark").first.inner_text() == "130件"


def test_a_chart_can_be_taken_as_svg_with_its_words(
    visit: Callable[..., Any], tmp_path: Path
) -> None:
    page = visit("demo").open(COMPARE)
    kept = download(page, "[data-picture=svg]", tmp_path)
    assert kept.name == "mediations.svg"
    drawn = ElementTree.fromstring(kept.read_text(encoding="utf-8"))
    words = " ".join("".join(text.itertext()) for text in drawn.iter(f"{SVG}text"))
    assert page.locator("figure h2").inner_text() in words
    assert "演示数据" in words
    for row in page.locator("a.r .o span").all_inner_texts():
        assert row in words
    assert "compare?indicator=mediations" in words
    bars = [path for path in drawn.iter(f"{SVG}path") if "fill" in (path.get("style") or "")]
    assert len(bars) > page.locator("a.r").count()


@pytest.mark.parametrize(("width", "path"), [(1440, COMPARE), (390, "/en/trends")])
def test_a_chart_can_be_taken_as_png(
    width: int, path: str, visit: Callable[..., Any], tmp_path: Path
) -> None:
    page = visit("demo", width=width).open(path)
    box = page.locator("figure.chart").first.bounding_box()
    kept = download(page, "[data-picture=png]", tmp_path).read_bytes()
    assert kept[:8] == b"\x89PNG\r\n\x1a\n"
    assert box is not None
    assert int.from_bytes(kept[16:20], "big") >= 2 * box["width"]
    assert len(kept) > 20_000


def test_the_csv_of_a_chart_holds_what_it_shows(visit: Callable[..., Any], tmp_path: Path) -> None:
    page = visit("demo").open(f"{COMPARE}&like=1")
    kept = download(page, ".pop a[href*='.csv']", tmp_path)
    rows = list(csv.DictReader(io.StringIO(kept.read_text(encoding="utf-8-sig"))))
    shown = [row.get_attribute("data-row") for row in page.locator("a.r[data-row]").all()]
    assert [row["id"] for row in rows if row["id"]] == shown


def test_like_for_like_is_one_tick_away_and_in_the_address(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/compare?indicator=volunteers")
    every = page.locator("a.r[data-row]").count()
    page.get_by_label("只看可比的").check()
    page.wait_for_function(
        "(n) => document.querySelectorAll('a.r[data-row]').length < n", arg=every
    )
    assert "like=1" in reader.path
    reader.settle()
    assert page.locator("a.r .verdict.no").count() == 0


def test_another_indicator_can_be_set_beside_and_taken_off(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(COMPARE)
    page.select_option("select[name=beside]", "canteens")
    page.locator(".mini .stack").wait_for()
    reader.settle()
    page.wait_for_function(
        "() => document.querySelector('#chart .js-plotly-plot')._fullLayout.xaxis2"
    )
    page.locator(".beside .chip a").click()
    page.locator(".mini").wait_for(state="detached")


def test_menus_open_and_close_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(COMPARE)
    page.locator("figure details.menu summary").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-copy-embed]").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("[data-copy-embed]").is_visible()
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_the_embedded_view_keeps_title_verdicts_and_a_way_back(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(f"{COMPARE}&embed=1")
    assert page.locator("figure h2").is_visible()
    assert page.locator("a.r .verdict").first.is_visible()
    for hidden in ("header.top", "form.filters", "footer.foot", "figure .act"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".embed-back a").get_attribute("href") == COMPARE


def test_a_row_is_reached_and_opened_by_keyboard_alone(visit: Callable[..., Any]) -> None:
    page = visit("demo", width=390).open(COMPARE)
    page.locator("figure details.menu summary").nth(1).focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED):
            break
    opened = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    page.locator("#drawer").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate(FOCUSED) == opened
