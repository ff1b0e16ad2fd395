"""Take the pictures of docs/screenshots from a running demonstration set.

    python -m docs.pictures http://127.0.0.1:8050

Start the demonstration without LIVELIHOOD_SOURCES, so that no report's text is in a picture.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.chromium import EXECUTABLE, FLAGS

FOLDER = Path(__file__).parent / "screenshots"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a reader meets it."""

    name: str
    path: str
    height: int
    width: int = 1440
    theme: str = "light"
    opens: str = ""
    """What is clicked first."""


PICTURES = (
    Picture("overview-demo", "/zh/", 1500),
    Picture("compare-demo", "/zh/compare?indicator=mediations", 1500, opens="a.r >> nth=11"),
    Picture("trends-demo-dark", "/zh/trends?indicator=mediations", 1300, theme="dark"),
    Picture("office-demo-en", "/en/office?office=local-demo-01", 1300),
    Picture("practices-demo", "/zh/practices", 1200),
    Picture("evidence-demo-phone", "/zh/evidence?q=志愿者", 1700, width=390, theme="dark"),
)


def main(arguments: Sequence[str]) -> int:
    """Take every picture; 0 when done, 2 when no address is given."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        for picture in PICTURES:
            _take(browser, arguments[0].rstrip("/"), picture)
        browser.close()
    return 0


def _take(browser: Browser, base: str, picture: Picture) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.goto(base + picture.path)
    page.wait_for_selector("html[data-live]")
    if picture.opens:
        page.locator(picture.opens).click()
        page.locator("#drawer").wait_for(state="visible")
    page.wait_for_timeout(1000)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    page.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
