"""Fetching: from a server that does everything a server should not."""

import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from extract.sources import Answer, Source, Validators, fetch
from extract.sources.address import parse
from extract.sources.rules import Refused
from extract.sources.web import _follow

from .conftest import Server, Speak, answer

Make = Callable[..., Source]
LOOPBACK = "127.0.0.1"
CSV = b"id,value\na-1,130\n"
BOMB = gzip.compress(b"0" * 5_000_000)


def loopback(host: str, port: int, seconds: float) -> Sequence[str]:
    return (LOOPBACK,)


def get(source: Source, known: Validators | None = None) -> Answer:
    return fetch(source, known or Validators(), resolver=loopback)


def refused(source: Source) -> list[str]:
    with pytest.raises(Refused) as caught:
        get(source)
    for problem in caught.value.problems:
        assert problem.where == "office" and problem.message_zh and problem.next_step_zh
    return [problem.rule for problem in caught.value.problems]


def slowly(piece: bytes, seconds: float, times: int, first: bytes = b"") -> Speak:
    def speak(connection: socket.socket, asked: str) -> None:
        connection.sendall(first)
        for _ in range(times):
            connection.sendall(piece)
            time.sleep(seconds)

    return speak


def reset(first: bytes) -> Speak:
    def speak(connection: socket.socket, asked: str) -> None:
        connection.sendall(first)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return speak


HEAD = b"HTTP/1.1 200 OK\r\n"

UNSOUND: dict[str, tuple[bytes | Speak, str]] = {
    "not found": (answer(b"", status="404 Not Found"), "http-status"),
    "gone": (answer(b"", status="410 Gone"), "http-status"),
    "forbidden": (answer(b"", status="403 Forbidden"), "http-status"),
    "busy": (answer(b"", status="429 Too Many Requests"), "http-status"),
    "broken": (answer(b"oops", status="500 Internal Server Error"), "http-status"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "http-status"),
    "unasked 304": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "http-status"),
    "partial": (answer(CSV, status="206 Partial Content"), "http-status"),
    "login page": (answer(b"<html>", "Content-Type: text/html; charset=gbk"), "content-type"),
    "json": (answer(b"{}", "Content-Type: application/json"), "content-type"),
    "picture": (answer(b"\x89PNG", "Content-Type: image/png"), "content-type"),
    "said too large": (HEAD + b"Content-Length: 9999999\r\n\r\n", "too-large"),
    "too large": (HEAD + b"Connection: close\r\n\r\n" + b"x" * 200_000, "too-large"),
    "too large in chunks": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65536 + b"\r\n"
        b"10000\r\n" + b"x" * 65536 + b"\r\n0\r\n\r\n",
        "too-large",
    ),
    "shorter than said": (HEAD + b"Content-Length: 99\r\n\r\n" + CSV, "cut-short"),
    "a chunk cut": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n" + CSV,
        "cut-short",
    ),
    "last chunk missing": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n11\r\n" + CSV + b"\r\n",
        "cut-short",
    ),
    "gzip bomb": (answer(BOMB, "Content-Encoding: gzip"), "decompression"),
    "deflate bomb": (
        answer(zlib.compress(b"0" * 5_000_000), "Content-Encoding: deflate"),
        "decompression",
    ),
    "many small members": (
        answer(gzip.compress(b"0" * 9000) * 50, "Content-Encoding: gzip"),
        "decompression",
    ),
    "gzip cut": (answer(gzip.compress(CSV)[:-9], "Content-Encoding: gzip"), "content-encoding"),
    "gzip in name only": (answer(CSV, "Content-Encoding: gzip"), "content-encoding"),
    "unknown coding": (answer(CSV, "Content-Encoding: zstd"), "content-encoding"),
    "coded twice": (answer(CSV, "Content-Encoding: gzip, gzip"), "content-encoding"),
    "silent": (slowly(b"", 0.4, 3), "too-slow"),
    "dripping head": (slowly(b"H", 0.05, 20), "too-slow"),
    "dripping header": (slowly(HEAD + b"X: y\r\n", 0.05, 20), "not-http|too-slow"),
    "dripping body": (
        slowly(b"x", 0.05, 20, first=HEAD + b"Content-Length: 90\r\n\r\n"),
        "too-slow",
    ),
    "reset at once": (reset(b""), "no-answer"),
    "reset in the body": (reset(HEAD + b"Content-Length: 90\r\n\r\nabc"), "no-answer|cut-short"),
    "hangs up": (lambda connection, asked: None, "no-answer"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", "not-http"),
    "endless header": (HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\n", "not-http"),
    "too many headers": (HEAD + b"X: y\r\n" * 200 + b"\r\n", "not-http"),
    "redirect off host": (
        answer(b"", "Location: http://elsewhere.example/x", status="302 Found"), "redirect-away",
    ),
    "redirect to metadata": (
        answer(b"", "Location: http://169.254.169.254/x", status="302 Found"), "redirect-away",
    ),
    "redirect to another port": (
        answer(b"", f"Location: http://{LOOPBACK}:1/x", status="307 Temporary"), "redirect-away",
    ),
    "redirect to a file": (
        answer(b"", "Location: file" + ":///etc/passwd", status="301 Moved"), "redirect-away",
    ),
    "redirect loop": (answer(b"", "Location: /volunteers.csv", status="302 F"), "redirect-loop"),
    "redirect nowhere": (answer(b"", status="302 Found"), "http-status"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
def test_what_a_server_should_not_do(case: str, server: Server, source: Make) -> None:
    says, rules = UNSOUND[case]
    server.says["/volunteers.csv"] = says
    asked = source(where=server.url(), allow_private=True, max_bytes=100_000, timeout_seconds=0.5)
    begun = time.monotonic()
    assert refused(asked)[0] in rules.split("|")
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize(
    "says",
    [
        answer(CSV),
        answer(CSV, "Content-Type: application/octet-stream"),
        answer(gzip.compress(CSV), "Content-Encoding: gzip"),
        answer(gzip.compress(CSV[:4]) + gzip.compress(CSV[4:]), "Content-Encoding: gzip"),
        answer(zlib.compress(CSV), "Content-Encoding: deflate"),
        answer(zlib.compress(CSV, wbits=-15), "Content-Encoding: deflate"),
        HEAD + b"\r\n" + CSV,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n11\r\n" + CSV + b"\r\n0\r\n\r\n",
        slowly(answer(CSV), 0, 1),
    ],
    ids=(
        *("plain", "typed", "gzip", "gzip in two", "deflate", "raw deflate"),
        *("no length", "chunked", "slowly"),
    ),
)
def test_what_a_server_may_do(says: bytes | Speak, server: Server, source: Make) -> None:
    server.says["/volunteers.csv"] = says
    got = get(source(where=server.url(), allow_private=True))
    assert (got.content, got.name) == (CSV, "volunteers.csv")


def test_what_has_not_changed_is_not_sent_again(server: Server, source: Make) -> None:
    def speak(connection: socket.socket, asked: str) -> None:
        known = 'If-None-Match: "v1"' in asked and "If-Modified-Since: Sat" in asked
        validators = ('ETag: "v1"', "Last-Modified: Sat, 21 Nov 2026 08:00:00 GMT")
        connection.sendall(
            b"HTTP/1.1 304 Not Modified\r\n\r\n" if known else answer(CSV, *validators)
        )

    server.says["/volunteers.csv"] = speak
    asked = source(where=server.url(), allow_private=True)
    first = get(asked)
    assert first.content == CSV and first.validators.etag == '"v1"'
    again = get(asked, first.validators)
    assert again.content is None and again.validators == first.validators


def test_a_validator_unfit_to_be_sent_back_is_forgotten(server: Server, source: Make) -> None:
    server.says["/volunteers.csv"] = answer(CSV, "ETag: " + "x" * 500, "Last-Modified: \xe9")
    assert get(source(where=server.url(), allow_private=True)).validators == Validators()


def test_redirects_on_the_host_are_followed(server: Server, source: Make) -> None:
    server.says["/a"] = answer(b"", "Location: /b/c.csv?d=1", status="302 Found")
    server.says["/b/c.csv?d=1"] = answer(CSV)
    assert get(source(where=server.url("/a"), allow_private=True)).name == "c.csv"


def test_the_checked_address_is_asked_and_the_host_keeps_its_name(
    server: Server, source: Make
) -> None:
    server.says["/t.csv"] = answer(CSV)
    asked = source(where=f"http://data.example.org:{server.port}/t.csv", allow_private=True)
    assert get(asked).content == CSV
    assert f"Host: data.example.org:{server.port}\r\n" in server.heard[0]


def test_each_hop_is_checked_again(server: Server, source: Make) -> None:
    """A name that leads home first and to the metadata address when asked again."""
    server.says["/a"] = answer(b"", "Location: /b", status="302 Found")
    answers = [[LOOPBACK], ["169.254.169.254"]]

    def turning(host: str, port: int, seconds: float) -> Sequence[str]:
        return answers.pop(0)

    asked = source(where=f"http://data.example.org:{server.port}/a", allow_private=True)
    with pytest.raises(Refused) as caught:
        fetch(asked, Validators(), resolver=turning)
    assert caught.value.problems[0].rule == "address-refused" and not answers


@pytest.mark.parametrize("where", ["http://127.0.0.1:{port}/x", "http://data.example.org:{port}/x"])
def test_nothing_private_is_asked_unless_allowed(where: str, server: Server, source: Make) -> None:
    server.says["/x"] = answer(CSV)
    assert refused(source(where=where.format(port=server.port))) == ["address-refused"]
    assert not server.heard


def test_the_environment_is_no_way_round(
    server: Server, source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, server.url())
    assert refused(source(where="http://127.0.0.2:9/x")) == ["address-refused"]
    assert not server.heard


def test_nobody_there(source: Make) -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        port = taken.getsockname()[1]
        asked = source(where=f"http://127.0.0.1:{port}/x", allow_private=True)
        assert refused(asked) == ["no-answer"]


def test_a_name_service_that_does_not_answer(source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: held.wait(5) and [])
    with pytest.raises(Refused) as caught:
        fetch(source(where="http://a.example/x", timeout_seconds=0.2), Validators())
    held.set()
    assert caught.value.problems[0].rule == "unknown-host"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of data.example.org that nobody else trusts, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=data.example.org -addext subjectAltName=DNS:data.example.org "
        f"-keyout {path}.key -out {path}.crt"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    path.write_bytes(Path(f"{path}.key").read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def encrypted(certificate: Path) -> Server:
    """A TLS server that answers each connection with CSV and leaves without a goodbye."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str] = []
    context.sni_callback = lambda _sock, name, _context: names.append(name or "") or None  # type: ignore[func-returns-value]
    listener = socket.create_server((LOOPBACK, 0))
    listener.settimeout(5)

    def serve() -> None:
        with listener:
            connection, _ = listener.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as spoken:
                    path = spoken.recv(4096).split(b" ")[1]
                    spoken.sendall(HEAD + b"\r\n" + CSV if path == b"/open" else answer(CSV))
            except OSError:
                connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return Server(listener.getsockname()[1], heard=names)


@pytest.mark.parametrize(
    ("path", "host", "is_trusted", "outcome"),
    [
        ("/t.csv", "data.example.org", True, ""),
        ("/t.csv", "data.example.org", False, "tls"),
        ("/t.csv", "other.example.org", True, "tls"),
        ("/open", "data.example.org", True, "cut-short"),
    ],
)
def test_certificates_are_verified_for_the_name(
    path: str, host: str, is_trusted: bool, outcome: str,
    encrypted: Server, certificate: Path, source: Make,
) -> None:  # fmt: skip
    context = ssl.create_default_context()
    if is_trusted:
        context.load_verify_locations(certificate)
    asked = source(where=f"https://{host}:{encrypted.port}{path}", allow_private=True)
    try:
        got = fetch(asked, Validators(), resolver=loopback, context=context)
    except Refused as reason:
        assert [problem.rule for problem in reason.problems] == [outcome]
    else:
        assert not outcome and got.content == CSV
    assert encrypted.heard == [host]


def test_plain_http_where_encryption_was_meant(server: Server, source: Make) -> None:
    server.says["/x"] = answer(CSV)
    asked = source(where=f"https://127.0.0.1:{server.port}/x", allow_private=True)
    assert refused(asked)[0] in {"tls", "no-answer"}


def test_encryption_is_not_given_up_on_the_way(source: Make) -> None:
    here = parse("https://data.example.org/a")
    with pytest.raises(Refused):
        _follow(source(), here, here, "http://data.example.org/a")
    plain = parse("http://data.example.org/a")
    assert _follow(source(), plain, plain, "https://data.example.org/a").scheme == "https"
