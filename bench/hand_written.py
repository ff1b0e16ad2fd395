"""A page written by hand: what a careful person would make for this chart and table alone.

    python -m bench.hand_written MATERIAL --port N

One HTML file with the first figure and its table in it, the "basic" bundle of plotly.js, and a
JSON file for every indicator that the select can change to. Everything is compressed beforehand
at brotli's highest level, named by content where it may be kept for a year, and served by the
same gunicorn as the dashboard, with as many workers and threads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import brotli
from gunicorn.app.base import BaseApplication

from dashboard.__main__ import THREADS, WORKERS
from dashboard.shelf import BASIC_BUNDLE, FOREVER

PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.5 sans-serif;margin:0 auto;max-width:1180px;padding:16px}}
table{{border-collapse:collapse;width:100%}}td,th{{border-bottom:1px solid #ccc;padding:6px 8px;
text-align:left}}select{{font:inherit;padding:6px}}</style></head>
<body><h1 id="title">{title}</h1><p>{label}</p>
<select name="indicator" aria-label="indicator">{options}</select>
<div id="chart"></div>
<table id="twin"><thead>{head}</thead><tbody>{body}</tbody></table>
<script type="application/json" id="first">{figure}</script>
<script src="{plotly}"></script>
<script src="{script}"></script></body></html>
"""
SCRIPT = """
var config = {displayModeBar: false, responsive: false, showSendToCloud: false};
var first = JSON.parse(document.getElementById('first').textContent);
Plotly.newPlot('chart', first.data, first.layout, config);
var cell = function (tag, text) {
  var made = document.createElement(tag); made.textContent = text; return made;
};
var show = function (shown) {
  document.title = shown.title;
  document.getElementById('title').textContent = shown.title;
  Plotly.react('chart', shown.figure.data, shown.figure.layout, config);
  var rows = shown.rows.map(function (row) {
    var made = document.createElement('tr');
    made.append.apply(made, row.map(function (text) { return cell('td', text); }));
    return made;
  });
  var body = document.querySelector('#twin tbody');
  body.replaceChildren.apply(body, rows);
};
document.querySelector('select').addEventListener('change', function (event) {
  fetch('/data/' + event.target.value + '.json')
    .then(function (answer) { return answer.json(); }).then(show);
});
"""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it goes over the wire."""

    body: bytes
    squeezed: bytes
    kind: str
    kept: str


def files(material: Mapping[str, Any]) -> dict[str, File]:
    """Path → file."""
    plotly, script = BASIC_BUNDLE.read_bytes(), SCRIPT.encode()
    plotly_at, script_at = f"/{_digest(plotly)}/plotly.js", f"/{_digest(script)}/page.js"
    page = _page(material, plotly_at, script_at).encode()
    made = {
        "/": _file(page, "text/html; charset=utf-8", "no-cache"),
        plotly_at: _file(plotly, "text/javascript; charset=utf-8", FOREVER),
        script_at: _file(script, "text/javascript; charset=utf-8", FOREVER),
    }
    for shown in material["indicators"]:
        body = _json(shown).encode()
        made[f"/data/{shown['code']}.json"] = _file(body, "application/json", "no-cache")
    return made


def _page(material: Mapping[str, Any], plotly: str, script: str) -> str:
    shown = next(i for i in material["indicators"] if i["code"] == material["first"])
    options = "".join(
        f'<option value="{i["code"]}"{" selected" if i is shown else ""}>{escape(i["name"])}'
        for i in material["indicators"]
    )
    return PAGE.format(
        title=escape(shown["title"]),
        label=escape(material["label"]),
        options=options,
        head=_row("th", shown["columns"]),
        body="".join(_row("td", row) for row in shown["rows"]),
        figure=_json(shown["figure"]).replace("<", "\\u003c"),
        plotly=plotly,
        script=script,
    )


def _row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _file(body: bytes, kind: str, kept: str) -> File:
    return File(body, brotli.compress(body, quality=11), kind, kept)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


class Server(BaseApplication):
    """gunicorn over files in memory."""

    def __init__(self, held: Mapping[str, File], port: int) -> None:
        self._held = held
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        """The settings of the dashboard's own server."""
        for key, value in {
            "bind": f"127.0.0.1:{self._port}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            self.cfg.set(key, value)

    def load(self) -> Callable[..., list[bytes]]:
        """The WSGI callable."""
        return self._answer

    def _answer(self, environ: Mapping[str, Any], start: Callable[..., Any]) -> list[bytes]:
        found = self._held.get(environ["PATH_INFO"])
        if found is None:
            start("404 Not Found", [("Content-Length", "0")])
            return [b""]
        is_squeezed = "br" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = found.squeezed if is_squeezed else found.body
        headers = [
            ("Content-Type", found.kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", found.kept),
            ("Vary", "Accept-Encoding"),
        ]
        start("200 OK", headers + ([("Content-Encoding", "br")] if is_squeezed else []))
        return [body]


def main() -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("material", type=Path)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    material = json.loads(asked.material.read_text(encoding="utf-8"))
    Server(files(material), asked.port).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
