"""Data: the same set in several forms, and what each column means."""

from __future__ import annotations

from dashboard.pages.desk import Desk, Values
from dashboard.pages.dictionary import columns
from dashboard.view import Content


def content(desk: Desk) -> Content:
    """The page: downloads, and the dictionary that travels with the data."""
    values: Values = {
        "notices": desk.notices(),
        "downloads": [
            _download(desk, "workbook", desk.download(f"workbook-{desk.locale}.xlsx")),
            _download(desk, "csv", desk.csv()),
            _download(desk, "package", desk.download("datapackage.json")),
        ],
        "columns": columns(desk),
    }
    return Content(desk.t("nav.data"), values)


def _download(desk: Desk, kind: str, href: str) -> Values:
    return {
        "name": desk.t(f"data.{kind}"),
        "text": desk.t(f"data.{kind}.text"),
        "href": href,
        "action": desk.t("data.download"),
    }
