"""Room for readers: a worker sends few large files at once, whoever asks for one more waits.

A large file holds a thread of the worker for as long as its reader takes. Pages and small answers
need threads too, so these are never all given to files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Response, request

from dashboard.api.problem import problem

__all__ = ["LARGE", "PLACES", "Gate"]

PLACES = 2
"""Large files that a worker sends at once; it has four threads."""
LARGE = 50_000
"""Rows from which on a file is large."""
AGAIN_SECONDS = 10


class Gate:
    """Counts the large files that are being sent."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._door = threading.Lock()
        self.sending = 0
        """Large files that are being sent now."""

    def through(self, rows: int, write: Callable[[], Response]) -> Response:
        """What `write` gives; 503 where it is large and there is no place left.

        The place is given back when the answer is closed: at its end, or when its reader leaves.
        """
        if rows < LARGE or request.method == "HEAD":
            return write()
        if not self._free.acquire(blocking=False):
            answer = problem(503, "busy")
            answer.headers["Retry-After"] = str(AGAIN_SECONDS)
            return answer
        self._count(+1)
        try:
            answer = write()
        except BaseException:
            self._leave()
            raise
        answer.call_on_close(self._leave)
        return answer

    def _leave(self) -> None:
        self._count(-1)
        self._free.release()

    def _count(self, step: int) -> None:
        with self._door:
            self.sending += step
