"""The folder of exports with processes that do nothing, and the site over it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.exports import routes
from dashboard.exports.room import Room
from dashboard.exports.ticket import Ticket
from dashboard.store import Store


class Browser(FlaskClient):
    """Reads every answer to its end, as browsers do."""

    def open(self, *given: Any, **named: Any) -> TestResponse:
        return super().open(*given, **{"buffered": True, **named})


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Builders:
    """Processes that only hold their locks, as many as were started, until they are let go."""

    def __init__(self) -> None:
        self.begun: list[Path] = []
        self._held: dict[Path, tuple[int, ...]] = {}

    def __call__(self, own: Path, locks: tuple[int, ...], size: int) -> None:
        self.begun.append(own)
        self._held[own] = tuple(os.dup(fd) for fd in locks)

    def let_go(self, own: Path) -> None:
        """As the system does when a process ends, however it ends."""
        for fd in self._held.pop(own, ()):
            os.close(fd)

    def finish(self, own: Path, size: int = 10) -> None:
        (own / "book.xlsx").write_bytes(b"P" * size)
        self.let_go(own)


@pytest.fixture
def builders() -> Iterator[Builders]:
    made = Builders()
    yield made
    for own in list(made.begun):
        made.let_go(own)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, builders: Builders, clock: Clock) -> Room:
    return Room(tmp_path / "exports", builders, size=100, clock=clock)


@pytest.fixture
def web(
    tidy_copy: Path, tmp_path: Path, builders: Builders, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """The site over the small set, every workbook of which counts as slow."""
    monkeypatch.setattr(routes, "QUICK", 0)
    monkeypatch.setattr(routes, "PATIENCE", 0.0)
    store = Store(tmp_path / "none" / "published", tidy_copy, every=float("inf"))
    server = create_app(store, exports=Room(tmp_path / "exports", builders)).server
    server.test_client_class = Browser
    return server.test_client()


@pytest.fixture(scope="session")
def asked() -> Callable[..., Ticket]:
    """A ticket by number, with the given fields replaced."""

    def make(number: int = 0, **changes: Any) -> Ticket:
        given: dict[str, Any] = {
            "locale": "zh", "page": "evidence", "query": f"q={number}", "preset": "cn-approx-1",
            "snapshot": "0123456789abcdef", "folder": ".", "published": ".", "stamp": "", "rows": 9,
            "is_whole": False, "name": "a.xlsx", "source": "/zh/evidence.xlsx",
        }  # fmt: skip
        return Ticket(**{**given, **changes})

    return make
