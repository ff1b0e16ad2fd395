"""A JSON body is sent under the rules by which files are fetched."""

import socket
import time
from dataclasses import replace

import pytest

from extract.sources import Source
from extract.sources.rules import Refused
from extract.sources.web import post

HOOK = Source("notify", "http", "http://127.0.0.1/", "1h", "o", timeout_seconds=5)
AWAY = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n"


def test_the_body_arrives(server) -> None:  # type: ignore[no-untyped-def]
    server.says["/hook"] = b"HTTP/1.1 204 No Content\r\n\r\n"
    post(replace(HOOK, where=server.url("/hook"), allow_private=True), b"{}")
    assert server.heard[0].startswith("POST /hook HTTP/1.1")
    assert "application/json" in server.heard[0]


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "http-status"),
        (AWAY, "http-status"),
        (b"hello\r\n\r\n", "not-http"),
    ],
)
def test_no_redirect_is_followed(server, answer: bytes, rule: str) -> None:  # type: ignore[no-untyped-def]
    server.says["/hook"] = answer
    with pytest.raises(Refused) as reason:
        post(replace(HOOK, where=server.url("/hook"), allow_private=True), b"{}")
    assert reason.value.problems[0].rule == rule
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("http://127.0.0.1:9/", False),
        ("http://10.0.0.1/", False),
        ("http://[::1]/", False),
        ("http://169.254.169.254/", True),
    ],
)
def test_addresses_are_guarded(address: str, allowed: bool) -> None:
    with pytest.raises(Refused) as reason:
        post(replace(HOOK, where=address, allow_private=allowed), b"{}")
    assert reason.value.problems[0].rule == "address-refused"


def test_silence_costs_the_time_out_and_no_more(server) -> None:  # type: ignore[no-untyped-def]
    def silent(connection: socket.socket, _asked: str) -> None:
        time.sleep(2)

    server.says["/hook"] = silent
    begun = time.monotonic()
    with pytest.raises(Refused) as reason:
        there = replace(HOOK, where=server.url("/hook"), allow_private=True, timeout_seconds=0.4)
        post(there, b"{}")
    assert reason.value.problems[0].rule == "too-slow"
    assert time.monotonic() - begun < 1.9
