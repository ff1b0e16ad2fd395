"""Wires of the live app: which input changes which output. Bodies are plumbing only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

Answer = Callable[[str, str], Mapping[str, Any]]
Evidence = Callable[[str, str, str], str]


def layout() -> html.Div:
    """The few live components; pages are written by the server around them."""
    return html.Div(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="view"),
            dcc.Store(id="opened"),
            dcc.Store(id="evidence"),
            html.Div(id="stage"),
            html.Div(id="shown", hidden=True),
        ]
    )


def connect(app: Dash, answer: Answer, evidence: Evidence) -> None:
    """Register callbacks on `app`.

    `answer(pathname, search)` gives a page as JSON; `evidence(pathname, search, row)` gives the
    drawer of one observation as HTML. Both take any text and never raise for it.
    """

    @app.callback(
        Output("view", "data"),
        Input("address", "search"),
        State("address", "pathname"),
        prevent_initial_call=True,
    )
    def changed_address(search: object, pathname: object) -> Mapping[str, Any]:
        return answer(_text(pathname), _text(search))

    @app.callback(
        Output("evidence", "data"),
        Input("opened", "data"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def opened_row(opened: object, pathname: object, search: object) -> str:
        row = opened.get("row") if isinstance(opened, dict) else ""
        return evidence(_text(pathname), _text(search), _text(row))

    app.clientside_callback(
        ClientsideFunction("site", "stage"), Output("stage", "children"), Input("view", "data")
    )
    app.clientside_callback(
        ClientsideFunction("site", "drawer"),
        Output("shown", "children"),
        Input("evidence", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("site", "clicked"),
        Output("opened", "data", allow_duplicate=True),
        Input("chart", "clickData"),
        prevent_initial_call=True,
    )


def calls(app: Dash) -> Mapping[str, Mapping[str, object]]:
    """What a call to the server holds, by output: (component, property) of outputs, inputs, state.

    Callbacks that run in the browser are not among them.
    """
    return {
        key: {
            "outputs": (wire["output"].component_id, wire["output"].component_property),
            "inputs": [(end["id"], end["property"]) for end in wire["inputs"]],
            "state": [(end["id"], end["property"]) for end in wire["state"]],
        }
        for key, wire in app.callback_map.items()
        if "callback" in wire
    }


def _text(value: object) -> str:
    """Text as it can be asked for: JSON may carry halves of characters, which no file holds."""
    given = value[:2000] if isinstance(value, str) else ""
    return given.encode("utf-8", "replace").decode("utf-8")
