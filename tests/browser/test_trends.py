"""Trends as a reader meets them: the warning of one office's subsidies, by keyboard, on a phone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

BLOCKED = "/zh/trends?indicator=subsidies_paid&office=local-demo-08"
"""An invented office whose last two years are part of a year and a whole one."""
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"
CHANGES = """() => {
    const chart = document.querySelector('#chart .js-plotly-plot');
    return chart.data.filter((trace) => trace.yaxis === 'y2')
        .map((trace) => [trace.mode, (trace.text || []).length]);
}"""


def test_the_warning_stands_before_the_chart(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(BLOCKED)
    assert "2023与2024不能比" in page.locator("h1").inner_text()
    large = page.locator(".changes-large .card").first
    assert large.locator(".verdict.no").inner_text() == "部分时段与整年"
    assert "不算增减" in large.inner_text()
    assert "不是同样完整的时段" in large.inner_text()
    assert not any(sign in large.inner_text() for sign in "▲▼%")
    above, chart = large.bounding_box(), page.locator("figure.chart").bounding_box()
    assert above["y"] + above["height"] <= chart["y"]
    assert any(mode == "text" and count for mode, count in page.evaluate(CHANGES))


def test_a_number_of_the_warning_opens_its_evidence_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(BLOCKED)
    link = page.locator(".changes-large a[data-row]").first
    identity = link.get_attribute("data-row")
    page.locator("select[name=preset]").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.row") == identity:
            break
    page.keyboard.press("Enter")
    page.locator("#drawer").wait_for(state="visible")
    assert identity in page.locator("#drawer").inner_text()
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.row") == identity


def test_only_one_sign_can_be_asked_for(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/trends?indicator=subsidies_paid")
    page.select_option("select[name=sign]", "not_computed")
    page.wait_for_url("**sign=not_computed**")
    page.locator("#main .section a[download][href*='sign=not_computed']").wait_for()
    reader.settle()
    rows = page.locator("#twin tbody tr")
    assert rows.count() > 0
    assert rows.locator(".verdict.no").count() == rows.count()


def test_the_changes_can_be_downloaded(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(BLOCKED)
    with page.expect_download() as waiting:
        page.locator("section .act a[download]").first.click()
    assert waiting.value.suggested_filename == "trends-zh.csv"
    text = waiting.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["verdict"] == "PARTIAL_VS_FULL"
    assert rows[0]["change_lower"] == rows[0]["sign"] == ""


@pytest.mark.parametrize("path", ["/zh/", BLOCKED, "/en/trends?indicator=volunteers"])
def test_on_a_phone_nothing_is_cut(path: str, visit: Callable[..., Any]) -> None:
    page = visit("demo", width=390).open(path)
    across, window = page.evaluate(WIDTHS)
    assert across <= window
    for table in page.locator("table.cards:visible").all():
        box = table.bounding_box()
        assert box["x"] + box["width"] <= window


def test_a_wide_table_shows_that_it_goes_on(visit: Callable[..., Any]) -> None:
    page = visit("demo", width=390).open("/zh/")
    frame = page.locator(".scroll:has(table.matrix)")
    frame.scroll_into_view_if_needed()
    page.locator(".scroll.more:has(table.matrix)").wait_for()
    assert "左右滚动" in frame.locator("caption").inner_text()
    frame.evaluate("(box) => { box.scrollLeft = box.scrollWidth; }")
    page.locator(".scroll:not(.more):has(table.matrix)").wait_for()


def test_a_citation_opens_the_number_it_cites(visit: Callable[..., Any]) -> None:
    page = visit("demo").open("/zh/")
    cite = page.locator("a.cite").first
    identity = cite.get_attribute("data-row")
    cite.click()
    page.locator("#drawer").wait_for(state="visible")
    assert identity in page.locator("#drawer").inner_text()
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "cite"
