"""The dictionary that travels with a set: what each column of its observations means."""

from __future__ import annotations

import json

from dashboard.pages.desk import Desk, Values

__all__ = ["columns", "meanings"]


def columns(desk: Desk) -> list[Values]:
    """Name, type and meaning of every column, in order."""
    package = json.loads((desk.dataset.folder / "datapackage.json").read_text(encoding="utf-8"))
    table = next(r for r in package["resources"] if r["name"] == "observations")
    return [
        {"name": f["name"], "type": f["type"], "text": _text(desk, f)}
        for f in table["schema"]["fields"]
    ]


def meanings(desk: Desk) -> dict[str, str]:
    """Column → its meaning in the reader's language."""
    return {column["name"]: column["text"] for column in columns(desk)}


def _text(desk: Desk, field: Values) -> str:
    other = field.get(f"livelihood:description_{desk.locale}") or field.get("description", "")
    return str(other)
