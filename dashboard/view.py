"""A view: what one address shows, before it becomes HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.address import Address
from dashboard.charts import CONFIG
from dashboard.phrases import Phrase, phrases
from dashboard.store import NotThenError
from dashboard.twin import Twin

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Content:
    """What a page function gives: its title, its template's values, and a chart if it has one.

    `twin` is the table of exactly what is shown, sent as CSV by `<page>.csv`; `assets` are files
    that this page alone needs.
    """

    title: str
    values: Mapping[str, Any]
    figure: Mapping[str, Any] | None = None
    twin: Twin | None = None
    assets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """One address, answered. `main` and `drawer` are finished HTML.

    `refusal` says why the set of the day asked for is not the one shown.
    """

    address: Address
    status: int
    title: str
    main: str
    drawer: str = ""
    figure: Mapping[str, Any] | None = None
    label: str = ""
    snapshot: str = ""
    twin: Twin | None = None
    assets: tuple[str, ...] = ()
    refusal: NotThenError | None = None

    def as_json(self) -> dict[str, Any]:
        """What the browser needs to change an open page into this one."""
        return {
            "title": self.title,
            "main": self.main,
            "figure": self.figure,
            "config": dict(CONFIG),
            "row": self.address.row,
        }


@cache
def templates() -> Environment:
    """Templates escape everything that is not marked as HTML; an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(template: str, address: Address, values: Mapping[str, Any]) -> str:
    """A template with the words of the address's language and links relative to it."""
    return templates().get_template(template).render(**_tools(address), **values)


def document(view: View, dash: Mapping[str, str], asset: Callable[[str], str], early: str) -> str:
    """The whole HTML page. `dash` holds Dash's own tags; `asset` gives a static file's address;
    `early` is the script that runs before anything is painted.

    Its scripts lie in a template: site.js brings them to life once the first chart is drawn.
    """
    address = view.address
    return fill(
        "base.html",
        address,
        {
            "dash": dash,
            "asset": asset,
            "early": early,
            "title": view.title,
            "main": view.main,
            "drawer": view.drawer,
            "label": view.label,
            "snapshot": view.snapshot,
            "has_chart": view.figure is not None,
            "styles": [name for name in view.assets if name.endswith(".css")],
            "scripts": [name for name in view.assets if name.endswith(".js")],
            "state": script_safe({**view.as_json(), "main": ""}),
        },
    )


def script_safe(value: object) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _tools(address: Address) -> dict[str, Any]:
    t: Phrase = phrases(address.locale)
    return {
        "t": t,
        "address": address,
        "locale": address.locale,
        "page": address.page,
        "embed": address.embed,
        "here": address.href(),
        "path": lambda page: Address(address.locale, page).path(),
        "url": address.to,
        "switch": lambda locale: address.href(locale=locale, row=address.row),
    }
