"""Files the browser keeps: named by their content, sent compressed, cached for a year.

Assets are read once when the app is made. The chart library is the partial "basic" bundle where
the install step fetched it, else the full bundle that plotly brings; either way it is served
from here and from nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import brotli
from flask import Blueprint, Response, abort, request

from dashboard.settings import CHECKOUT

ASSETS = Path(__file__).parent / "assets"
BASIC_BUNDLE = CHECKOUT / "node_modules/plotly.js-basic-dist-min/plotly-basic.min.js"
FOREVER = "public, max-age=31536000, immutable"
CHART_LIBRARY = "plotly.js"
EARLY = "theme.js"
"""Stands in the page: a file would hold up everything after it."""
BUNDLES: Mapping[str, Sequence[str]] = {
    "site.css": (
        "tokens.css",
        "components.css",
        "trends.css",
        "profiles.css",
        "practices.css",
        "search.css",
    ),
    "site.js": ("charts.js", "site.js", "edges.js", "search.js"),
}
"""Files of every page, sent as one, in this order; what only one page needs stands alone."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file: its bytes, the same in brotli, and what kind it is."""

    body: bytes
    brotli: bytes
    kind: str

    @property
    def digest(self) -> str:
        """First 12 hex digits of the SHA-256 of the bytes."""
        return hashlib.sha256(self.body).hexdigest()[:12]


class Shelf:
    """All static files by name, with the address that changes when a file does."""

    def __init__(self, files: Mapping[str, StaticFile]) -> None:
        self._files = {f"/static/{file.digest}/{name}": file for name, file in files.items()}
        self._addresses = {path.rpartition("/")[2]: path for path in self._files}

    def address(self, name: str) -> str:
        """Where the browser finds `name`; KeyError if there is no such file."""
        return self._addresses[name]

    def text(self, name: str) -> str:
        """A script that stands in the page itself."""
        return self._files[self._addresses[name]].body.decode("utf-8")

    def policy_hash(self, name: str) -> str:
        """What a content security policy calls that script."""
        digest = hashlib.sha256(self._files[self._addresses[name]].body).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    def blueprint(self) -> Blueprint:
        """The route that serves the shelf."""
        routes = Blueprint("shelf", __name__)

        @routes.get("/static/<digest>/<path:name>")
        def static_file(digest: str, name: str) -> Response:
            found = self._files.get(f"/static/{digest}/{name}")
            if found is None:
                abort(404)
            return _response(found, as_brotli=request.accept_encodings.quality("br") > 0)

        return routes


def shelf() -> Shelf:
    """The bundles, every other file of `assets/`, and the chart library."""
    bundled = {name for names in BUNDLES.values() for name in names}
    alone = [path for path in sorted(ASSETS.iterdir()) if path.name not in bundled]
    files = {path.name: _read(path) for path in alone}
    files |= {name: _joined(name, names) for name, names in BUNDLES.items()}
    return Shelf({**files, CHART_LIBRARY: _read(_chart_library())})


def _chart_library() -> Path:
    if BASIC_BUNDLE.is_file():
        return BASIC_BUNDLE
    return Path(str(resources.files("plotly") / "package_data/plotly.min.js"))


def _joined(name: str, names: Sequence[str]) -> StaticFile:
    body = b"\n".join((ASSETS / part).read_bytes() for part in names)
    return StaticFile(body, _squeezed(ASSETS / name, body), _kind(name))


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    return StaticFile(body, _squeezed(path, body), _kind(path.name))


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _squeezed(path: Path, body: bytes) -> bytes:
    """The brotli form beside the file if there is one that is not older, else a fresh one."""
    ready = path.with_name(path.name + ".br")
    if ready.is_file() and ready.stat().st_mtime >= path.stat().st_mtime:
        return ready.read_bytes()
    return bytes(brotli.compress(body, quality=5 if len(body) > 200_000 else 9))


def _response(found: StaticFile, *, as_brotli: bool) -> Response:
    answer = Response(found.brotli if as_brotli else found.body, mimetype=found.kind)
    if as_brotli:
        answer.headers["Content-Encoding"] = "br"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOREVER
    return answer
