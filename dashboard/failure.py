"""What a reader sees where something failed: when, at which address, what to do. Needs no data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dashboard import address
from dashboard.address import Address
from dashboard.phrases import phrases
from dashboard.records import Locale
from dashboard.view import View, fill

__all__ = ["page", "view"]

PLAIN = 2000
"""More of an address than this helps nobody."""


def page(path: str, query: str, now: datetime, asset: Callable[[str], str], why: str = "") -> str:
    """The whole HTML document; `why` in place of the general words where the reason is known."""
    here, values = _told(path, query, now, why)
    return fill("failed.html", here, {**values, "asset": asset})


def view(path: str, query: str, now: datetime) -> View:
    """The same for an open page whose filters were changed."""
    here, values = _told(path, query, now, "")
    return View(here, 500, values["title"], fill("sorry.html", here, values))


def _told(path: str, query: str, now: datetime, why: str) -> tuple[Address, dict[str, str]]:
    locale: Locale = "en" if path.startswith("/en") else "zh"
    t = phrases(locale)
    known = path if address.locate(path) else f"/{locale}/"
    where = known + (f"?{query.removeprefix('?')}" if query else "")
    return Address(locale, "overview"), {
        "title": t("failed.data") if why else t("failed.title"),
        "text": why or t("failed.text"),
        "when": now.isoformat(sep=" ", timespec="seconds"),
        "where": where[:PLAIN],
    }
