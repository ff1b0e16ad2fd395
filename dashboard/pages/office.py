"""Office page."""

from __future__ import annotations

from dashboard.pages.desk import Desk
from dashboard.view import Content


def content(desk: Desk) -> Content:
    """The page."""
    return Content(desk.t("nav.office"), {"notices": desk.notices()})
