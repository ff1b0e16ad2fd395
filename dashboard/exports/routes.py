"""Workbooks over HTTP: at once where they are quick, else a page that shows how far they are.

/zh/<page>.xlsx, /download/workbook-zh.xlsx   ask for one
/zh/exports/<key>                             the page about it, for readers
/exports/<key>                                the same as JSON, for programs
/exports/<key>.xlsx                           the file
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as Answer

from dashboard import address, chosen
from dashboard.address import Address
from dashboard.api.downloads import SHEET, Binder, attachment
from dashboard.api.problem import problem, refused
from dashboard.edition import edition
from dashboard.exports import telling
from dashboard.exports.room import FullError, Room, TooManyError
from dashboard.exports.state import State
from dashboard.exports.ticket import Ticket, ticket
from dashboard.records import Locale
from dashboard.store import Dataset, Store

__all__ = ["QUICK", "blueprint"]

QUICK = 400
"""Observations up to which a workbook is made while the reader waits: a second or so."""
PATIENCE = 25.0
"""Seconds for which a program that takes nothing but the file is kept waiting."""
LOOK = 0.1
AGAIN = 2
"""Seconds after which to look again."""
LATER = 30
LOCAL = frozenset({"127.0.0.1", "::1"})


class Counter:
    """What the routes work with: the set, the room, workbooks made at once, the page."""

    def __init__(self, store: Store, room: Room, asset: Callable[[str], str]) -> None:
        self.store = store
        self.room = room
        self.asset = asset
        self.binder = Binder(store)
        self.patient = threading.Semaphore(1)

    def answer(self, dataset: Dataset, locale: Locale, view: Address | None) -> Answer:
        """The workbook, or the way to it."""
        asked = ticket(self.store, dataset, locale, view, request.full_path.rstrip("?"))
        if asked.rows > chosen.MOST_LONG:
            return problem(413, "too-many", telling.MOST)
        if asked.rows <= QUICK:
            return self._at_once(dataset, asked, view)
        if request.method == "HEAD":
            return self._headed(asked)
        try:
            state = self.room.ask(asked, reader())
        except TooManyError as refusal:
            return self._refused(429 if refusal.is_own else 503, locale, refusal.is_own)
        except FullError:
            return self._refused(507, locale, None)
        return self._led(state)

    def file(self, key: str) -> Answer:
        """The finished file: whole, in parts, or not again."""
        path, state = self.room.file(key), self.room.look(key)
        if path is None or state is None or state.ticket is None:
            return telling.gone()
        answer = send_file(
            path,
            mimetype=SHEET,
            as_attachment=True,
            download_name=state.ticket.name,
            etag=f"{key}-{path.stat().st_mtime_ns:x}",
            conditional=True,
        )
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    def shown(self, key: str, locale: Locale) -> Answer:
        """The page about an export."""
        state = self._looked(key)
        return telling.page(state, key, locale, self.asset)

    def told(self, key: str) -> Answer:
        """The same for programs."""
        state = self._looked(key)
        return telling.gone() if state is None else telling.as_json(state)

    def _looked(self, key: str) -> State | None:
        state = self.room.look(key)
        if state is not None and state.name == "waiting":
            self.room.go_on()
            state = self.room.look(key)
        return state

    def _at_once(self, dataset: Dataset, asked: Ticket, view: Address | None) -> Answer:
        if request.method == "HEAD":
            return attachment(Response(mimetype=SHEET), asked.name)
        body = self.binder.workbook(dataset, asked.locale, view)
        return attachment(Response(body, mimetype=SHEET), asked.name)

    def _headed(self, asked: Ticket) -> Answer:
        """What a GET would be answered, without making anything."""
        if self.room.file(asked.key):
            return self.file(asked.key)
        return telling.led(State(asked.key, "waiting", asked), as_page=_wants_page())

    def _led(self, state: State) -> Answer:
        """The file if it is there; else the page, or for a program where to look."""
        if state.name == "ready":
            return self.file(state.key)
        if _wants_page():
            return telling.led(state, as_page=True)
        if "json" not in request.headers.get("Accept", "") and self.patient.acquire(blocking=False):
            try:
                state = self._awaited(state)
            finally:
                self.patient.release()
        if state.name == "ready":
            return self.file(state.key)
        return telling.led(state, as_page=False)

    def _awaited(self, state: State) -> State:
        end = time.monotonic() + PATIENCE
        while not state.is_over and time.monotonic() < end:
            time.sleep(LOOK)
            state = self._looked(state.key) or state
        return state

    def _refused(self, status: int, locale: Locale, is_own: bool | None) -> Answer:
        key = {True: "own", False: "all", None: "full"}[is_own]
        if _wants_page():
            answer = telling.refusal(status, key, locale, self.asset)
        else:
            answer = problem(status, "too-many", telling.refusal_words(key))
        answer.headers["Retry-After"] = str(LATER)
        return answer


def blueprint(store: Store, room: Room, asset: Callable[[str], str]) -> Blueprint:
    """The routes; `asset` gives the address of a static file."""
    routes, desk = Blueprint("exports", __name__), Counter(store, room, asset)

    @routes.get("/download/workbook-<any(zh, en):locale>.xlsx")
    def whole(locale: str) -> Answer:
        shown = edition(store, address.query_of(request.query_string))
        if shown.refusal:
            return refused((), shown.refusal)
        return desk.answer(shown.dataset, _locale(locale), None)

    @routes.get("/<any(zh, en):locale>/<page>.xlsx")
    def view(locale: str, page: str) -> Answer:
        if page not in chosen.PAGES:
            return problem(404, "not-found", "没有这个文件 / no such file")
        query = address.query_of(request.query_string)
        shown = edition(store, query)
        asked = address.read(_locale(locale), page, query, shown.dataset)
        if asked.unread or shown.refusal:
            return refused(asked.unread, shown.refusal)
        return desk.answer(shown.dataset, asked.locale, asked)

    @routes.get("/<any(zh, en):locale>/exports/<key>")
    def shown(locale: str, key: str) -> Answer:
        return desk.shown(_key(key), _locale(locale))

    @routes.post("/<any(zh, en):locale>/exports/<key>/stop")
    def stopped(locale: str, key: str) -> Answer:
        desk.room.stop(_key(key), reader())
        return redirect(f"/{locale}/exports/{_key(key)}", 303)

    @routes.get("/exports/<key>")
    def told(key: str) -> Answer:
        return desk.told(_key(key))

    @routes.get("/exports/<key>.xlsx")
    def file(key: str) -> Answer:
        return desk.file(_key(key))

    return routes


def reader() -> str:
    """Who asks, shortened past recognition: the address, as a proxy on this machine tells it."""
    there = request.remote_addr or ""
    passed = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    who = passed if there in LOCAL and passed else there
    return hashlib.sha256(f"{who}\n".encode()).hexdigest()[:16]


def _key(given: str) -> str:
    """A key, or one that nothing has: no word of a reader becomes part of a path."""
    is_one = len(given) == 32 and set(given) <= set("0123456789abcdef")
    return given if is_one else "0" * 32


def _wants_page() -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _locale(code: str) -> Locale:
    return "en" if code == "en" else "zh"
