"""The dictionary that travels with a set: what each column of its observations means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dashboard.pages.desk import Desk, Values
from dashboard.records import Locale

__all__ = ["columns", "meanings"]


def columns(desk: Desk) -> list[Values]:
    """Name, type and meaning of every column, in order."""
    return [
        {"name": name, "type": kind, "text": text}
        for name, kind, text in _fields(desk.dataset.folder, desk.locale)
    ]


def meanings(desk: Desk) -> Mapping[str, str]:
    """Column → its meaning in the reader's language."""
    return {name: text for name, _kind, text in _fields(desk.dataset.folder, desk.locale)}


def _fields(folder: Path, locale: Locale) -> list[tuple[str, str, str]]:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    table = next(r for r in package["resources"] if r["name"] == "observations")
    told = f"livelihood:description_{locale}"
    return [
        (f["name"], f["type"], str(f.get(told) or f.get("description", "")))
        for f in table["schema"]["fields"]
    ]
