"""A loopback server that says exactly what it is told, and a small table of invented rows."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from extract.contract import Resource, resource_for
from extract.sources import Source

RAW = Path(__file__).resolve().parents[2] / "fixtures" / "raw"

Speak = Callable[[socket.socket, str], None]
"""The connection, already asked, and the request's text."""


@dataclass
class Server:
    """A server on 127.0.0.1: ``says`` maps a path to bytes or to a function that speaks."""

    port: int
    says: dict[str, bytes | Speak] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def url(self, path: str = "/volunteers.csv") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    told = Server(listener.getsockname()[1])
    threading.Thread(target=_serve, args=[listener, told], daemon=True).start()
    yield told
    listener.close()


def _serve(listener: socket.socket, server: Server) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_speak, args=[connection, server], daemon=True).start()


def _speak(connection: socket.socket, server: Server) -> None:
    with connection:
        try:
            asked = connection.recv(65536).decode("latin-1")
            server.heard.append(asked)
            says = server.says[asked.split(" ")[1]]
            if callable(says):
                says(connection, asked)
            else:
                connection.sendall(says)
        except (OSError, KeyError, IndexError):
            return


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.fixture(scope="session")
def package() -> dict[str, Any]:
    """The descriptor of the invented set."""
    content: dict[str, Any] = json.loads((RAW / "datapackage.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def rows(package: dict[str, Any]) -> Resource:
    """The contract of family tables."""
    found = resource_for(package, "rows")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def lamps() -> bytes:
    """A sound table: four rows of invented street lamps."""
    return (RAW / "lamps.csv").read_bytes()


@pytest.fixture
def source() -> Callable[..., Source]:
    """A source with the given fields, http unless told."""

    def make(**given: Any) -> Source:
        bare = {"name": "office", "kind": "http", "where": "", "schedule": "15m", "owner": "某某"}
        return Source(**{**bare, **given})

    return make
