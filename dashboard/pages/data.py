"""Data: the same set in several forms, how to cite it, and what each column means."""

from __future__ import annotations

from dashboard.pages.desk import Desk, Values
from dashboard.pages.dictionary import columns
from dashboard.pages.interface import examples
from dashboard.twin import OBSERVED
from dashboard.view import Content

REGISTRIES = ("offices", "indicators", "documents")
"""Tables that are given out whole beside the observations."""
KIB = 1024
PARTS = ("", *(f"Q{n}" for n in range(1, 5)), "H1", "H2", *(f"{n:02}" for n in range(1, 13)))
"""What a return may speak of within a year; the whole of it first."""


def content(desk: Desk) -> Content:
    """The page: downloads with their sizes, citation, terms, the dictionary of the columns."""
    rows = desk.dataset.facts.total
    package = desk.dataset.folder / "datapackage.json"
    values: Values = {
        "notices": desk.notices(),
        "downloads": [
            _download(
                desk,
                "workbook",
                desk.download(f"workbook-{desk.locale}.xlsx"),
                desk.t("data.rows", n=rows),
            ),
            _download(
                desk,
                "csv",
                desk.csv(),
                desk.t("data.rows_columns", n=rows, columns=len(OBSERVED)),
            ),
            _download(
                desk,
                "package",
                desk.download("datapackage.json"),
                _size(desk, package.stat().st_size),
            ),
        ],
        "registries": [_registry(desk, name) for name in REGISTRIES],
        "form": _form(desk),
        "cite": {
            "text": desk.t("data.cite.text", version=desk.dataset.snapshot_id, n=rows),
            "href": desk.address.to("data"),
        },
        "columns": columns(desk),
        **examples(desk),
    }
    return Content(desk.t("nav.data"), values)


def _form(desk: Desk) -> Values:
    """Choices of the return form: an office, a year, a part of it; the year after the last known
    stands there at first."""
    offices = desk.office_choices(desk.dataset.offices, desk.t("office"))
    if isinstance(offices, list):
        offices[0]["options"] = offices[0]["options"][1:]  # a form is always of some office
    parts = [{"value": part, "label": desk.t(f"data.part.{part or 'year'}")} for part in PARTS]
    return {
        "offices": offices,
        "year": max(desk.dataset.facts.years, default=2023) + 1,
        "parts": [{"label": "", "options": parts}],
    }


def _download(desk: Desk, kind: str, href: str, size: str) -> Values:
    return {
        "name": desk.t(f"data.{kind}"),
        "text": desk.t(f"data.{kind}.text"),
        "size": size,
        "href": href,
        "action": desk.t(f"data.{kind}.download"),
    }


def _registry(desk: Desk, name: str) -> Values:
    size = (desk.dataset.folder / f"{name}.csv").stat().st_size
    return {
        "file": f"{name}.csv",
        "text": desk.t(f"data.{name}"),
        "rows": len(desk.dataset.tables[name]),
        "size": _size(desk, size),
        "href": desk.download(f"{name}.csv"),
    }


def _size(desk: Desk, size: int) -> str:
    """A file's size, in KB or, from a thousand of them on, MB."""
    kib = max(1, round(size / KIB))
    return desk.t("data.kb", n=kib) if kib < KIB else desk.t("data.mb", n=round(kib / KIB, 1))
