"""What every page of the comparison shows: the same figures and the same tables, as plain JSON.

They are taken from the compare page of the dashboard, so each rival draws exactly its traces. The
one difference: the dashboard writes the names of its rows as text of the page, a rival as labels
of the axis.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from dashboard.filters import Filters
from dashboard.pages import view_of
from dashboard.pages.choice import fullest
from dashboard.shelf import ASSETS
from dashboard.store import Store

MOST = 60
"""Indicators that a page offers."""
LEFT = 170
"""Pixels for the labels of the axis."""

Figure = dict[str, Any]


def write(store: Store, where: Path) -> dict[str, Any]:
    """Write what the rivals show to `where`; returns it.

    `first` is the indicator shown at the start, `other` the one changed to: that with most bars.
    It stands second in every list.
    """
    found = [each for code in _codes(store) if (each := _shown(store, code))]
    first = found[0]
    other = max(found[1:], key=lambda each: int(each["bars"]))
    found.insert(1, found.pop(found.index(other)))
    material = {
        "label": store.dataset().label.zh,
        "first": first["code"],
        "other": other["code"],
        "indicators": found,
    }
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(json.dumps(material, ensure_ascii=False), encoding="utf-8")
    return material


def _codes(store: Store) -> list[str]:
    """The one that the dashboard itself begins with, then the widest reported."""
    dataset = store.dataset()
    first, usage = fullest(dataset), dataset.facts.usage
    return sorted(usage, key=lambda code: (code != first, -usage[code].places))[:MOST]


def _shown(store: Store, code: str) -> dict[str, Any] | None:
    view = view_of(store, "/zh/compare", {"indicator": [code]}, {})
    if view.figure is None:
        return None
    table = Table(view.main)
    bars = sum(len(trace["x"]) for trace in view.figure["data"] if trace["type"] == "bar")
    return {
        "code": code,
        "name": store.dataset().indicators[code].name.zh,
        "title": view.title,
        "bars": bars,
        "figure": _drawn_alone(view.figure, _labels(store, code, view.figure)),
        "columns": table.rows[0],
        "rows": [row for row in table.rows[1:] if len(row) == len(table.rows[0])],
    }


def _labels(store: Store, code: str, figure: Mapping[str, Any]) -> dict[float, str]:
    """Row of the chart → the office that stands there."""
    ids = {
        row: y
        for trace in figure["data"]
        if trace["type"] == "bar"
        for row, y in zip(trace["customdata"], trace["y"], strict=True)
    }
    dataset = store.dataset()
    rows = dataset.meeting(Filters(indicators=(code,), rows=tuple(ids))) if ids else ()
    return {ids[o.id]: dataset.offices[o.ref_area].name.zh for o in rows}


def _drawn_alone(figure: Mapping[str, Any], labels: Mapping[float, str]) -> Figure:
    """The figure with colours in place of custom properties, and names on its axis."""
    plain: Figure = _resolved(dict(figure), _colours())
    layout = plain["layout"]
    layout["margin"] = {"l": LEFT, "r": 10, "t": 10, "b": 30}
    layout["yaxis"] |= {
        "visible": True,
        "tickvals": list(labels),
        "ticktext": list(labels.values()),
        "showgrid": False,
        "zeroline": False,
    }
    return plain


def _colours() -> dict[str, str]:
    """Custom properties of the light theme."""
    text = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for name, value in re.findall(r"(--[\w-]+):\s*([^;}]+)", text):
        found.setdefault(name, value.strip())
    return found


def _resolved(value: Any, colours: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        named = re.fullmatch(r"var\((--[\w-]+)\)", value)
        return colours.get(named[1], "#444") if named else value
    if isinstance(value, list | tuple):
        return [_resolved(each, colours) for each in value]
    if isinstance(value, dict):
        return {key: _resolved(each, colours) for key, each in value.items()}
    return value


class Table(HTMLParser):
    """The cells of the table `#twin` of a page, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._is_inside = False
        self._cell: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A row or a cell begins."""
        if tag == "table":
            self._is_inside = ("id", "twin") in attrs
        elif self._is_inside and tag == "tr":
            self.rows.append([])
        elif self._is_inside and tag in {"td", "th"}:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        """A cell or the table ends."""
        if tag == "table":
            self._is_inside = False
        elif tag in {"td", "th"} and self._cell is not None:
            self.rows[-1].append(_spaced(self._cell))
            self._cell = None

    def handle_data(self, data: str) -> None:
        """Words of a cell."""
        if self._cell is not None:
            self._cell.append(data)


def _spaced(pieces: Iterable[str]) -> str:
    return " ".join("".join(pieces).split())
