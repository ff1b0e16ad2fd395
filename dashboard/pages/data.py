"""Data: the same set in several forms, and what each column means."""

from __future__ import annotations

import json

from dashboard.pages.desk import Desk, Values
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
        "columns": _columns(desk),
    }
    return Content(desk.t("nav.data"), values)


def _download(desk: Desk, kind: str, href: str) -> Values:
    return {
        "name": desk.t(f"data.{kind}"),
        "text": desk.t(f"data.{kind}.text"),
        "href": href,
        "action": desk.t("data.download"),
    }


def _columns(desk: Desk) -> list[Values]:
    package = json.loads((desk.dataset.folder / "datapackage.json").read_text(encoding="utf-8"))
    table = next(r for r in package["resources"] if r["name"] == "observations")
    return [
        {"name": f["name"], "type": f["type"], "text": _text(desk, f)}
        for f in table["schema"]["fields"]
    ]


def _text(desk: Desk, field: Values) -> str:
    other = field.get(f"livelihood:description_{desk.locale}") or field.get("description", "")
    return str(other)
