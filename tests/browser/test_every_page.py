"""Every page of both sets, in both languages and themes: silent, accessible, never too wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "compare",
    "compare?indicator=mediations&indicator=volunteers&per=10000",
    "trends",
    "office",
    "office?office={office}",
    "indicator",
    "indicator?indicator=volunteers",
    "practices",
    "evidence",
    "method",
    "data",
    "changes",
    "status",
)
OFFICE = {"real": "341172001", "demo": "local-demo-01"}
STRUCTURE = {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"runOnly": ["color-contrast"]}
SHORTER = "document.querySelectorAll('tbody tr:nth-child(n+9)').forEach((row) => row.remove())"
FITS = "() => document.scrollingElement.scrollWidth <= innerWidth"


def violations(page: Page, options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options={"resultTypes": ["violations"], **options})
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"][:4]])
        for violation in found.response["violations"]
    ]


def is_readable_in_both_themes(page: Page) -> bool:
    """Contrast in light and dark; of long tables the first rows, as the rest look the same."""
    page.evaluate(SHORTER)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert violations(page, CONTRAST) == [], theme
    return True


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("name", ["real", "demo"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_silent_accessible_and_fits(
    page: str, name: str, locale: str, visit: Callable[..., Any]
) -> None:
    shown = visit(name).open(f"/{locale}/{page.format(office=OFFICE[name])}")
    assert violations(shown, STRUCTURE) == []
    for width in (1024, 390):
        shown.set_viewport_size({"width": width, "height": 900})
        shown.wait_for_function(FITS)
    assert name != "real" or is_readable_in_both_themes(shown)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_in_the_dark_on_a_small_screen(page: str, visit: Callable[..., Any]) -> None:
    path = page.format(office=OFFICE["demo"])
    shown = visit("demo", theme="dark", width=390).open(f"/en/{path}")
    assert shown.evaluate(FITS)
    assert shown.evaluate("() => getComputedStyle(document.body).backgroundColor") == (
        "rgb(18, 22, 27)"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/zh/compare?indicator=recruits&year=1999&row=none",
        "/en/evidence?q=nothing-like-it",
        "/zh/trends?indicator=disputes",
        "/en/compare?embed=1",
        "/en/nowhere",
    ],
)
def test_a_page_that_has_something_to_say_is_accessible_too(
    path: str, visit: Callable[..., Any]
) -> None:
    reader = visit("demo")
    shown = reader.open(path)
    if path.endswith("nowhere"):
        assert len(reader.troubles) == 1  # the browser itself notes the 404
        reader.troubles.clear()
    assert violations(shown, STRUCTURE) == []
    shown.set_viewport_size({"width": 390, "height": 900})
    shown.wait_for_function(FITS)
    assert is_readable_in_both_themes(shown)


@pytest.mark.parametrize(("width", "locale"), [(1440, "zh"), (1024, "en"), (390, "zh")])
def test_an_open_drawer_is_accessible_and_fits(
    width: int, locale: str, visit: Callable[..., Any]
) -> None:
    shown = visit("demo", width=width).open(f"/{locale}/compare?indicator=mediations")
    shown.locator("a.r[data-row]").first.click()
    shown.locator("#drawer").wait_for(state="visible")
    assert violations(shown, STRUCTURE) == []
    shown.wait_for_function(FITS)
    assert width != 1440 or is_readable_in_both_themes(shown)
