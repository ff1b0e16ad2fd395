"""Finding an office or an indicator as readers do: typing, keys, a finger; then its profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FIELD = "header input[name=q]"
OPTION = "#suggestions [role=option]"
FITS = "() => document.scrollingElement.scrollWidth <= innerWidth"
PICKER = """() => {
    const select = document.querySelector('select[name=office]');
    const box = document.createElement('div');
    box.className = 'field picker';
    box.innerHTML = '<label for="p">p</label><input id="p" type="search" name="office" ' +
        'data-suggest="office" data-indicator="mediations" data-list="p" data-code="" ' +
        'data-name="">';
    select.closest('label').replaceWith(box);
}"""


def type_in(page: Page, text: str, field: str = FIELD) -> None:
    page.locator(field).focus()
    page.keyboard.type(text)
    page.locator(OPTION).first.wait_for()


def test_an_office_is_found_by_typing_and_keys_alone(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/data")
    type_in(page, "望岚")
    field = page.locator(FIELD)
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    assert page.locator("[role=status].sr").last.inner_text() == "1个结果"
    page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    option = page.locator(f"#{active}")
    assert option.get_attribute("aria-selected") == "true"
    assert "望岚街道" in option.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/office?office=local-demo-04")
    reader.settle()
    assert page.locator("h1").inner_text() == "望岚街道"
    page.keyboard.press("Tab")
    for _ in range(60):
        if page.evaluate("document.activeElement.matches('#main a[data-row]')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**row=**")
    page.locator("#drawer mark").first.wait_for()


def test_keys_go_round_and_escape_leaves_the_words(visit: Callable[..., Any]) -> None:
    page = visit("demo").open("/en/data")
    type_in(page, "town")
    n = page.locator(OPTION).count()
    field = page.locator(FIELD)
    page.keyboard.press("ArrowUp")
    last = field.get_attribute("aria-activedescendant")
    assert last == page.locator(OPTION).nth(n - 1).get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    page.locator("#suggestions").wait_for(state="detached")
    assert field.input_value() == "town"
    assert field.get_attribute("aria-expanded") == "false"


def test_an_indicator_leads_to_its_comparison_and_its_profile(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/data")
    type_in(page, "调处")
    page.locator(OPTION).first.click()
    page.wait_for_url("**/zh/compare?indicator=mediations")
    reader.settle()
    type_in(page, "调处")
    page.locator(f"{OPTION}.also").click()
    page.wait_for_url("**/zh/indicator?indicator=mediations")
    reader.settle()
    assert "调处化解矛盾" in page.locator("h1").inner_text()


def test_words_that_nobody_bears_are_looked_for_in_the_reports(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/data")
    type_in(page, "没有的")
    assert "没有叫“没有的”的办事处或指标" in page.locator("#suggestions").inner_text()
    page.locator(OPTION).click()
    page.wait_for_url("**/zh/evidence?q=**")
    reader.settle()
    assert unquote(reader.path) == "/zh/evidence?q=没有的"


def test_a_narrow_screen_shows_the_whole_navigation_and_the_field(
    visit: Callable[..., Any],
) -> None:
    reader = visit("demo", width=390)
    for locale in ("zh", "en"):
        page = reader.open(f"/{locale}/office?office=local-demo-04")
        boxes = [link.bounding_box() for link in page.locator("nav.nav a").all()]
        assert all(box and box["height"] >= 44 for box in boxes)
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        field = page.locator(FIELD).bounding_box()
        assert field
        assert field["width"] >= 350
        assert page.evaluate(FITS)
    type_in(page, "t")
    box = page.locator("#suggestions").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert all(o.bounding_box()["height"] >= 44 for o in page.locator(OPTION).all())  # type: ignore[index]


@pytest.mark.parametrize("how", ["click", "Enter"])
def test_a_picked_office_is_sent_by_code(how: str, visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/compare?indicator=mediations")
    page.evaluate(PICKER)
    type_in(page, "望岚", "#p")
    if how == "click":
        page.locator(OPTION).first.click()
    else:
        page.keyboard.press("Enter")
    page.wait_for_url("**office=local-demo-04**")
    reader.settle()
    assert page.locator("select[name=office]").input_value() == "local-demo-04"


@pytest.mark.parametrize(
    "path",
    ["office", "office?office=local-demo-04", "indicator", "indicator?indicator=mediations"],
)
def test_profiles_fit_every_width_and_paper(path: str, visit: Callable[..., Any]) -> None:
    page = visit("demo").open(f"/en/{path}")
    for width in (1440, 1024, 700, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITS)
    page.emulate_media(media="print")
    assert page.locator("#twin").is_visible()
    assert not page.locator("form.filters, form.inline").first.is_visible()


def test_without_scripts_the_words_are_looked_for(visit: Callable[..., Any]) -> None:
    reader = visit("demo", scripts=False)
    reader.page.goto(f"{reader.base}/zh/office")
    reader.page.locator(FIELD).fill("望岚")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/zh/evidence?q=**")
    reader.page.goto(f"{reader.base}/zh/office")
    reader.page.locator("form.filters input[name=q]").fill("望岚")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/zh/office?q=**")
    reader.page.locator("#twin th[scope=row] a").click()
    assert reader.page.locator("h1").inner_text() == "望岚街道"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("real", "zh/office?office=341172001"),
        ("demo", "en/office?office=local-demo-04"),
        ("real", "zh/indicator?indicator=volunteers"),
        ("real", "en/office"),
        ("real", "en/indicator?family=safety"),
    ],
)
def test_profiles_are_accessible_with_suggestions_open(
    name: str, path: str, theme: str, visit: Callable[..., Any]
) -> None:
    page = visit(name, theme=theme).open(f"/{path}")
    type_in(page, "a")
    page.keyboard.press("ArrowDown")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found] == []
