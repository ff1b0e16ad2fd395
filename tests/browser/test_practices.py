"""Practices in a browser: filter them, open one, read its name in the source, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

NAME = "灯塔议事亭"


def test_a_reader_finds_a_practice_and_reads_where_it_stands(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/zh/practices")
    assert NAME in page.locator("#main").inner_text()
    page.select_option("select[name=family]", "deliberation")
    page.wait_for_url("**family=deliberation**")
    page.wait_for_selector(".practices-matrix thead th:nth-child(3):last-child")
    page.locator(".register .named", has_text=NAME).first.click()
    quote = page.locator("#drawer mark")
    quote.wait_for()
    assert quote.inner_text() == NAME
    assert "停车和晾衣" in page.locator("#quote").inner_text()
    assert "原文在位" in page.locator("#drawer").inner_text()
    assert "-p" in reader.path
    shared = reader.path
    page.keyboard.press("Escape")
    assert page.locator("#drawer").is_hidden()
    assert page.evaluate("document.activeElement.className") == "named"
    again = reader.open(shared)
    assert again.locator("#drawer mark").inner_text() == NAME
    assert reader.troubles == []


def test_a_name_elsewhere_opens_from_the_drawer(visit: Callable[..., Any]) -> None:
    reader = visit("demo")
    page = reader.open("/en/practices?family=deliberation")
    page.locator(".register .named", has_text=NAME).first.click()
    page.locator("#drawer .vlist a").first.wait_for()
    before = page.locator("#drawer .kv").last.inner_text()
    page.locator("#drawer .vlist a").first.click()
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('#drawer .kv')].pop().innerText !== before",
        arg=before,
    )
    assert page.locator("#drawer mark").inner_text() == NAME
    assert reader.troubles == []
