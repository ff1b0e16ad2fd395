"""The web application: pages written by the server, kept live by Dash.

`create_app(store)` builds it; importing this module does nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dash import Dash
from dash.exceptions import DependencyException
from flask import Flask, Response, g, redirect, request
from werkzeug.exceptions import HTTPException

from dashboard import api, failure, guard, shelf, wires
from dashboard.address import query_of
from dashboard.exports.room import Room, place
from dashboard.exports.routes import blueprint as exporting
from dashboard.kept import Kept
from dashboard.pages import View, drawer_of, view_of
from dashboard.store import NoDataError, Store
from dashboard.suggestions import blueprint as suggesting
from dashboard.twin import Twin
from dashboard.view import document
from extract.history import ZONE

log = logging.getLogger(__name__)

FAILED = "a request failed: %s"
SORRY = (
    "出错了，没有数据丢失。把时间和网址告诉维护者。 / "
    "Something failed; no data is lost. Tell the maintainers the time and the address."
)
MACHINES = ("/api/", "/_dash", "/healthz", "/readyz")
"""Where programs ask, not readers."""
CODINGS = ("zstd", "br", "gzip", "deflate")
"""How a stream is compressed, the first that its reader takes."""
COMPRESSED = (
    *("text/html", "text/css", "text/javascript", "text/xml", "text/csv", "image/svg+xml"),
    *("application/javascript", "application/json", "application/xml", api.PROBLEM),
    *("application/vnd.sdmx.data+csv", "application/ld+json", "application/csvm+json"),
)
KINDS = {503: "no-data", 404: "not-found", 405: "method", 400: "request"}
"""Kinds of problems by status."""


class Site(Dash):
    """Dash whose index page is the finished page for the address asked for."""

    def __init__(
        self, store: Store, files: shelf.Shelf, sources: Mapping[str, str], **options: Any
    ) -> None:
        self.store = store
        self.files = files
        self.sources = sources
        self.kept = Kept(store, self.view)
        super().__init__(__name__, **options)

    def view(self, path: str, query: Mapping[str, Sequence[str]]) -> View:
        """What an address shows, worked out now."""
        return view_of(self.store, path, query, self.sources)

    def index(self, *_args: object, **_options: object) -> Response | str:
        """Answer any path that is nobody else's: a page, a redirect to one, or 404."""
        if request.path == "/":
            return redirect(_preferred(), code=302)  # type: ignore[return-value]
        query = query_of(request.query_string)
        if request.path.endswith(".csv"):
            shown = self.view(request.path.removesuffix(".csv"), query)
            if shown.twin is not None:
                return _sent(shown, shown.twin)
        g.view = self.kept.view(request.path, query)
        return Response(super().index(), status=g.view.status, mimetype="text/html")

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        """The whole HTML document, Dash's own tags in their places."""
        view: View | None = g.get("view")
        if view is None:  # Dash asks once at start, outside any request for a page
            view = self.kept.view("/zh/", {})
        return document(view, parts, self.files.address, self.files.text(shelf.EARLY))


def create_app(
    store: Store, *, sources: Mapping[str, str] | None = None, exports: Room | None = None
) -> Site:
    """The application over `store`.

    `sources` are report texts by SHA-256, shown around a phrase where they are at hand; `exports`
    is where workbooks that take a while are made. The WSGI callable is `.server`.
    """
    files = shelf.shelf()
    app = Site(
        store,
        files,
        sources or {},
        server=_server(),
        title="民生对照",
        update_title=None,
        compress=True,
        include_assets_files=False,
        suppress_callback_exceptions=True,
        serve_locally=True,
    )
    app.layout = wires.layout()
    wires.connect(app, lambda path, search: _answer(app, path, search), _evidence(app))
    app.server.register_blueprint(files.blueprint())
    app.server.register_blueprint(api.blueprint(store))
    app.server.register_blueprint(suggesting(store))
    room = exports or Room(place(store.published, None))
    app.server.register_blueprint(exporting(store, room, files.address))
    _tell_errors(app)
    hashes = [*app.csp_hashes(), files.policy_hash(shelf.EARLY)]
    guard.protect(app.server, hashes, wired=wires.calls(app))
    _settle(app)
    return app


def _server() -> Flask:
    """A server that compresses tables as well as pages, also while they are streamed."""
    server = Flask(__name__, static_folder=None)
    server.config["COMPRESS_MIMETYPES"] = list(COMPRESSED)
    server.config["COMPRESS_ALGORITHM_STREAMING"] = list(CODINGS)
    return server


def _sent(view: View, twin: Twin) -> Response:
    """The table of what a page shows, as a file; never of something else than was asked for."""
    if view.address.unread or view.refusal:
        return api.refused(view.address.unread, view.refusal)
    answer = Response(twin.csv(view.label), content_type="text/csv; charset=utf-8")
    name = f"{view.address.page}-{view.address.locale}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _settle(app: Site) -> None:
    """Answer one page before any reader asks.

    Dash names its scripts to itself when it first writes a page; until then a worker answers 404
    for scripts that a page of another worker points to.
    """
    app.server.test_client().get("/zh/status")


def warm(app: Site) -> None:
    """Answer the first pages that readers open, so that none of them waits for code to load."""
    for path in ("/zh/", "/zh/compare", "/en/"):
        app.server.test_client().get(path)


def _answer(app: Site, path: str, search: str) -> Mapping[str, Any]:
    """A page as JSON. A failure is a page too: an open one would else stay and seem to be it."""
    try:
        return app.kept.view(path, query_of(search)).as_json()
    except Exception:
        log.exception(FAILED, path)
        return failure.view(path, search, _now()).as_json()


def _evidence(app: Site) -> wires.Evidence:
    def evidence(path: str, search: str, row: str) -> str:
        return drawer_of(app.store, path, {**query_of(search), "row": [row]}, app.sources)

    return evidence


def _preferred() -> str:
    best = request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh")
    query = urlencode(query_of(request.query_string), doseq=True)
    return f"/{'en' if best == 'en' else 'zh'}/" + (f"?{query}" if query else "")


def _failed(app: Site, why: str, status: int) -> Response:
    """What happened, as a page in the reader's language; as JSON where a program asked."""
    if request.method != "GET" or request.path.startswith(MACHINES):
        return api.problem(status, KINDS.get(status, "failure"), why or SORRY)
    query = request.query_string.decode("utf-8", "replace")
    body = failure.page(request.path, query, _now(), app.files.address, why)
    return Response(body, status=status, mimetype="text/html")


def _now() -> datetime:
    return datetime.now(ZONE)


def _tell_errors(app: Site) -> None:
    @app.server.errorhandler(NoDataError)
    def no_data(problem: NoDataError) -> Response:
        log.error("%s", problem)
        return _failed(app, str(problem), 503)

    @app.server.errorhandler(DependencyException)
    def no_such_file(_problem: DependencyException) -> tuple[str, int]:
        return "没有这个文件 / no such file\n", 404

    @app.server.errorhandler(Exception)
    def anything(problem: Exception) -> Response | HTTPException:
        if isinstance(problem, HTTPException):
            return _as_told(problem)
        log.exception(FAILED, request.path)
        return _failed(app, "", 500)


def _as_told(problem: HTTPException) -> Response | HTTPException:
    """What the server itself refuses, such as a path or a method nobody knows: for programs too."""
    if not request.path.startswith("/api/") or problem.code is None or problem.code < 400:
        return problem
    answer = api.problem(
        problem.code, KINDS.get(problem.code, "request"), problem.description or ""
    )
    if allowed := getattr(problem, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


__all__ = ["Site", "create_app", "warm"]
