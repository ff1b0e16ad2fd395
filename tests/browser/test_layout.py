"""Where things stand: bars beside their rows, on screens of each width and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WITHIN_PIXELS = 3
OFFSETS = """() => {
    const middle = (box) => box.top + box.height / 2;
    const chart = document.querySelector('#chart .js-plotly-plot');
    const rows = {};
    document.querySelectorAll('a.r[data-row]').forEach((row) => {
        rows[row.dataset.row] = middle(row.querySelector('.draw').getBoundingClientRect());
    });
    const found = [];
    const solids = chart.data.filter((trace) => trace.type === 'bar' && trace.meta !== 'range');
    const bars = [...chart.querySelectorAll('.barlayer .trace.bars')];
    solids.forEach((trace) => {
        const own = bars.find((group) => group.__data__[0].trace.uid ===
            chart._fullData[chart.data.indexOf(trace)].uid);
        [...own.querySelectorAll('.point path')].forEach((bar, at) => {
            found.push(middle(bar.getBoundingClientRect()) - rows[trace.customdata[at]]);
        });
    });
    return found;
}"""
ALIGNED = f"""() => {{
    const chart = document.querySelector('#chart .js-plotly-plot');
    if (!chart || !chart._fullData) return false;
    const found = ({OFFSETS})();
    return found.length > 3 && found.every((offset) => Math.abs(offset) <= {WITHIN_PIXELS});
}}"""


def offsets(page: Page) -> list[float]:
    found: list[float] = page.evaluate(OFFSETS)
    return found


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("real", "/zh/compare"),
        ("demo", "/en/compare?indicator=mediations"),
        ("demo", "/zh/compare?indicator=volunteers&preset=open"),
    ],
)
def test_bars_stand_beside_their_rows(
    name: str, path: str, width: int, visit: Callable[..., Any]
) -> None:
    page = visit(name, width=width).open(path)
    found = offsets(page)
    assert len(found) == page.locator("a.r[data-row]").count()
    assert max(map(abs, found)) <= WITHIN_PIXELS


def test_bars_follow_their_rows_when_the_window_changes(visit: Callable[..., Any]) -> None:
    page = visit("demo").open("/zh/compare?indicator=mediations")
    for width in (390, 1440, 800):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(ALIGNED)


def test_bars_follow_their_rows_after_another_question(visit: Callable[..., Any]) -> None:
    reader = visit("demo", width=390)
    page = reader.open("/zh/compare?indicator=mediations")
    page.select_option("select[name=indicator]", "volunteers")
    page.wait_for_function("() => document.title.includes('志愿者人数')")
    reader.settle()
    page.wait_for_function(ALIGNED)


@pytest.mark.parametrize("width", [1440, 1024])
def test_bars_stay_with_their_rows_beside_the_drawer(width: int, visit: Callable[..., Any]) -> None:
    page = visit("demo", width=width).open("/zh/compare?indicator=mediations")
    page.locator("a.r[data-row]").first.click()
    page.locator("#drawer").wait_for(state="visible")
    page.wait_for_function(ALIGNED)
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    page.wait_for_function(ALIGNED)


AXES = """() => {
    const chart = document.querySelector('#chart .js-plotly-plot');
    const left = chart.querySelector('.main-svg').getBoundingClientRect().left;
    return [...document.querySelectorAll('.panels .stack')].map((stack, place) => {
        const axis = chart._fullLayout['xaxis' + (place ? place + 1 : '')];
        const column = stack.querySelector('.draw').getBoundingClientRect();
        const start = left + axis._offset;
        return [start - column.left, column.right - start - axis._length];
    });
}"""


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_each_drawing_stays_in_its_column(width: int, visit: Callable[..., Any]) -> None:
    page = visit("demo", width=width).open(
        "/zh/compare?indicator=mediations&indicator=volunteers&indicator=canteens"
    )
    page.wait_for_function(ALIGNED)
    found = page.evaluate(AXES)
    assert len(found) == 3
    for before, after in found:
        assert 0 <= before <= 12
        assert 0 <= after <= 24


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/zh/compare?indicator=mediations", "/zh/trends"])
def test_on_paper_the_chart_is_there_in_ink(
    path: str, theme: str, visit: Callable[..., Any]
) -> None:
    page = visit("demo", theme=theme).open(path)
    page.emulate_media(media="print")
    page.wait_for_function(
        "() => document.querySelector('#chart .js-plotly-plot').layout.font.color === '#333333'"
    )
    assert page.locator("#chart .main-svg").first.is_visible()
    assert page.locator("#twin").is_visible()
    for hidden in ("nav.nav", "form.filters", "header .tools", ".act"):
        assert not page.locator(hidden).first.is_visible()
    if "compare" in path:
        page.wait_for_function(ALIGNED)
