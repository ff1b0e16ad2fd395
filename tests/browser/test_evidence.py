"""The evidence grid before a reader: order, columns, keys, copying, cards, deep links."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

EVIDENCE = "/zh/evidence"
HERE = """() => {
    const cell = document.activeElement.closest('td,th');
    return cell && [cell.parentNode.rowIndex, cell.cellIndex];
}"""
KEYS = "() => [...document.querySelectorAll('tr[data-key]')].map((row) => row.dataset.key)"
SELECTED = "() => document.querySelectorAll('[aria-selected=true]').length"
CATCH = """() => { window.copied = null; document.addEventListener('copy',
    (event) => { window.copied = event.clipboardData.getData('text/plain'); }); }"""
LOWER = """() => [...document.querySelectorAll('td.c-lower')].map((cell) => cell.dataset.plain)"""


def keys(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEYS)
    return found


def focus_first(page: Page) -> None:
    page.locator(".grid tbody tr:first-child th").focus()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def wait_for_order(page: Page, before: list[str]) -> None:
    page.wait_for_function(f"(before) => ({KEYS})().join() !== before", arg=",".join(before))


def test_a_head_sorts_and_the_reader_stays_on_it(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(EVIDENCE)
    page.evaluate("window.stillHere = true")
    first = keys(page)
    for wanted, way in (("lower", "ascending"), ("-lower", "descending")):
        before = keys(page)
        page.locator("thead a[data-column=lower]").click()
        wait_for_order(page, before)
        page.wait_for_selector(f"th.c-lower[aria-sort={way}]")
        assert asked(page)["sort"] == [wanted]
        numbers = [float(number) for number in page.evaluate(LOWER)]
        assert numbers == sorted(numbers, reverse=wanted.startswith("-"))
        assert page.evaluate("document.activeElement.dataset.column") == "lower"
    page.locator("thead a[data-column=lower]").press("Enter")
    page.wait_for_selector("th.c-lower[aria-sort=none]")
    assert keys(page) == first
    assert page.evaluate("window.stillHere") is True


def test_a_column_is_hidden_and_the_address_keeps_it(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(EVIDENCE)
    page.locator("details.menu summary", has_text="选列").click()
    page.locator(".pop input[value=upper]").uncheck()
    page.wait_for_selector("th.c-upper", state="detached")
    assert "upper" in asked(page)["hide"][0].split()
    assert page.evaluate("document.activeElement.value") == "upper"
    page.locator(".pop input[value=rule]").check()
    page.wait_for_selector("th.c-rule")
    page.reload(wait_until="domcontentloaded")
    reader.settle()
    assert page.locator("th.c-rule").count() == 1
    assert page.locator("th.c-upper").count() == 0
    assert page.locator(".pop input[value=office]").is_disabled()
    page.locator("#asked select[name=family]").select_option(index=1)
    page.wait_for_function("() => location.search.includes('family=')")
    page.wait_for_selector("th.c-rule")
    assert page.locator("th.c-upper").count() == 0


@pytest.mark.parametrize(
    ("pressed", "place"),
    [
        (["ArrowRight", "ArrowDown"], [2, 1]),
        (["End"], [1, 7]),
        (["End", "Home"], [1, 0]),
        (["Control+End", "Home"], [None, 0]),
        (["Control+End", "Control+Home"], [1, 0]),
        (["ArrowUp"], [0, 0]),
        (["ArrowLeft", "ArrowLeft"], [1, 0]),
        (["PageDown", "PageUp"], [1, 0]),
    ],
)
def test_keys_walk_through_the_cells(
    pressed: list[str], place: list[int | None], visit: Callable[..., Any]
) -> None:
    page = visit("demo").open(EVIDENCE)
    focus_first(page)
    for key in pressed:
        page.keyboard.press(key)
    row, column = page.evaluate(HERE)
    assert [row if place[0] is not None else None, column] == place
    assert page.locator(".grid [tabindex='0']").count() == 1


def test_the_grid_is_one_stop_for_the_tab_key(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(EVIDENCE)
    focus_first(page)
    page.keyboard.press("Tab")
    assert page.evaluate("() => !document.activeElement.closest('.grid')")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HERE) == [1, 0]


def test_enter_opens_the_evidence_and_esc_returns_to_the_row(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open(EVIDENCE)
    focus_first(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#drawer").wait_for(state="visible")
    page.wait_for_function(
        "() => document.querySelector('#drawer').contains(document.activeElement)"
    )
    assert asked(page)["row"] == [keys(page)[1]]
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.evaluate(HERE)[0] == 2


def test_a_click_on_any_cell_opens_its_row_and_leaves_the_reader_there(
    visit: Callable[..., Any],
) -> None:
    page = visit("demo").open(EVIDENCE)
    page.locator(".grid tbody tr:nth-child(3) td.c-period").click()
    page.locator("#drawer").wait_for(state="visible")
    assert asked(page)["row"] == [keys(page)[2]]
    page.wait_for_function(f"() => JSON.stringify(({HERE})()) === '[3,2]'")


def test_a_range_is_copied_as_a_spreadsheet_reads_it(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(f"{EVIDENCE}?sort=-lower")
    page.evaluate(CATCH)
    focus_first(page)
    for key in ("ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate(SELECTED) == 6
    page.keyboard.press("Control+c")
    page.wait_for_function("() => window.copied !== null")
    lines = [line.split("\t") for line in page.evaluate("window.copied").split("\n")]
    assert [len(line) for line in lines] == [3, 3]
    written = page.locator("td.c-as_written").all_inner_texts()[:2]
    assert [line[0] for line in lines] == [re.sub(r"\s+", " ", text).strip() for text in written]
    assert [line[1] for line in lines] == page.evaluate(LOWER)[:2]
    assert all(re.fullmatch(r"-?[0-9.]*", cell) for line in lines for cell in line[1:])


def test_dragging_selects_a_range_without_opening_anything(visit: Callable[..., Any]) -> None:
    page = visit("demo").open(EVIDENCE)
    start = page.locator(".grid tbody tr:nth-child(2) td.c-period").bounding_box()
    end = page.locator(".grid tbody tr:nth-child(4) td.c-lower").bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 5, steps=6)
    page.mouse.up()
    assert page.evaluate(SELECTED) == 9
    assert page.locator("#drawer").is_hidden()
    page.keyboard.press("Escape")
    assert page.evaluate(SELECTED) == 0


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5人", "@sum"])
def test_text_that_a_spreadsheet_would_reckon_with_is_kept_text(
    text: str, visit: Callable[..., Any]
) -> None:
    page = visit("demo").open(EVIDENCE)
    page.evaluate(CATCH)
    cell = page.locator(".grid tbody tr:first-child td.c-phrase")
    cell.evaluate("(cell, text) => { cell.textContent = text; }", text)
    cell.focus()
    page.keyboard.press("Control+c")
    page.wait_for_function("() => window.copied !== null")
    assert page.evaluate("window.copied") == f"'{text}"


def test_a_row_is_copied_with_its_report_and_address(
    visit: Callable[..., Any], context: Callable[..., Any]
) -> None:
    reader = visit("demo")
    context("light", True).grant_permissions(["clipboard-read", "clipboard-write"])
    page = reader.open(EVIDENCE)
    focus_first(page)
    page.locator("[data-grid-copy=row]").click()
    page.locator(".toast").wait_for()
    cells = page.evaluate("() => navigator.clipboard.readText()").split("\t")
    assert len(cells) == 10
    row = page.locator("tr[data-key]").first
    source = row.get_attribute("data-document")
    assert cells[-2] == page.locator(f"[data-source='{source}']").inner_text()
    assert cells[-1] == f"{reader.base}{EVIDENCE}?row={row.get_attribute('data-key')}"


@pytest.mark.parametrize("width", [1440, 390])
def test_an_address_with_a_row_opens_it_marked_and_in_sight(
    width: int, visit: Callable[..., Any]
) -> None:
    reader = visit("demo", width=width)
    row = keys(reader.open(f"{EVIDENCE}?sort=-lower&size=50&page=3"))[20]
    page = reader.open(f"{EVIDENCE}?sort=-lower&size=50&row={row}")
    page.wait_for_function("() => document.querySelector('table.grid[role=grid] tr.sel')")
    assert page.locator("tr.sel").get_attribute("data-key") == row
    assert row in page.locator("#drawer").inner_text()
    place = page.locator("tr.sel").bounding_box()
    assert 0 <= place["y"] <= 900
    if width == 1440:
        frame = page.locator(".grid-scroll").bounding_box()
        assert frame["y"] <= place["y"] <= frame["y"] + frame["height"] - place["height"]


def test_on_a_phone_rows_are_cards_with_the_phrase(visit: Callable[..., Any]) -> None:
    page = visit("demo", width=390).open(EVIDENCE)
    card = page.locator(".grid tbody tr").first
    box = card.bounding_box()
    assert box["width"] <= 390
    for part in ("c-office", "c-indicator", "c-as_written", "c-period", "c-phrase"):
        place = card.locator(f".{part}").bounding_box()
        assert place["width"] > 0
        assert box["x"] <= place["x"]
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 1
    assert card.locator("mark").is_visible()
    card.locator(".c-phrase").click()
    page.locator("#drawer").wait_for(state="visible")
    assert page.evaluate("getComputedStyle(document.body).overflowY") == "hidden"
    page.locator("#drawer").evaluate("(drawer) => drawer.scrollTo(0, drawer.scrollHeight)")
    close = page.locator("#drawer header [data-close]")
    assert close.bounding_box()["y"] >= 0
    close.click()
    page.locator("#drawer").wait_for(state="hidden")


def test_the_sheet_keeps_the_focus(visit: Callable[..., Any]) -> None:
    page = visit("demo", width=390).open(EVIDENCE)
    page.locator(".grid tbody tr:first-child a[data-row]").click()
    page.locator("#drawer").wait_for(state="visible")
    inside = "() => document.querySelector('#drawer').contains(document.activeElement)"
    page.wait_for_function(inside)
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(inside)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-close')")


def test_without_scripts_links_sort_and_a_form_chooses_columns(visit: Callable[..., Any]) -> None:
    reader = visit("demo", scripts=False)
    page = reader.page
    page.goto(reader.base + EVIDENCE)
    page.locator("thead a", has_text="下界").click()
    assert "sort=lower" in page.url
    page.locator("details.menu summary", has_text="选列").click()
    page.locator(".pop input[value=upper]").uncheck()
    page.locator(".pop button").click()
    assert page.locator("th.c-upper").count() == 0
    assert page.locator("th.c-lower").get_attribute("aria-sort") == "ascending"
