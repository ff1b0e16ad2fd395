"""Pages answered before: a page is a function of its address, so the next reader gets the same.

Kept for as long as nothing changes that a page tells of: the set, the published folder, the day.
What tells of the moment is answered afresh.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dashboard.address import locate
from dashboard.readiness import overdue
from dashboard.store import Store
from dashboard.view import View

__all__ = ["MOST", "ROOM", "Kept"]

MOST = 300
"""Pages kept by one worker."""
ROOM = 10_000_000
"""Characters of HTML kept by one worker."""
AFRESH = frozenset({"changes", "status"})
"""Pages that tell of the moment, or read deeper into the published folder."""
BY_THE_MINUTE = frozenset({"overview"})
"""Pages that say how many minutes ago something was."""

Query = Mapping[str, Sequence[str]]
Answer = Callable[[str, Query], View]


class Kept:
    """Views by address; safe to use from several threads."""

    def __init__(self, store: Store, answer: Answer, *, most: int = MOST, room: int = ROOM) -> None:
        self._store = store
        self._answer = answer
        self._most = most
        self._room = room
        self._door = threading.Lock()
        self._views: OrderedDict[object, View] = OrderedDict()
        self._size = 0
        self._state: object = None

    def view(self, path: str, query: Query) -> View:
        """The view of an address, without its table twin."""
        place = locate(path)
        if place is None or place[1] in AFRESH:
            return self._answer(path, query)
        state = self._now()
        minute = int(time.time() // 60) if place[1] in BY_THE_MINUTE else 0
        key = (path, minute, tuple((name, *values) for name, values in query.items()))
        with self._door:
            if state != self._state:
                self._views.clear()
                self._state, self._size = state, 0
            elif key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        view = replace(self._answer(path, query), twin=None)
        self._keep(key, view, state)
        return view

    def _now(self) -> object:
        """Equal for as long as every page stays what it is. Holds the set, so none is like it."""
        store = self._store
        late = tuple(overdue(store.status(), datetime.now(UTC)))
        return store.dataset().cabinet, store.stamp(), late

    def _keep(self, key: object, view: View, state: object) -> None:
        size = _size(view)
        with self._door:
            if state != self._state or key in self._views or size > self._room:
                return
            self._views[key] = view
            self._size += size
            while len(self._views) > self._most or self._size > self._room:
                self._size -= _size(self._views.popitem(last=False)[1])


def _size(view: View) -> int:
    """Characters of HTML; a figure weighs less than the table of what it shows."""
    return len(view.main) + len(view.drawer)
