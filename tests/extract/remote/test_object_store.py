"""The same on an S3-compatible server, with its line cut in the middle of requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.object_store import BUCKET, CREDENTIALS, SERVER, Line, object_store
from extract import history, snapshot
from extract.remote import Remote, RemoteError, Target, collect, opened
from extract.remote.pointer import CURRENT, STATUS, Pointer
from tests.extract.remote.conftest import NOON, World, numbered, publish, shown

pytestmark = pytest.mark.skipif(
    not SERVER.exists(), reason="there is no S3 server: make test makes .venv-s3"
)


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with object_store() as port:
        yield port


@pytest.fixture
def line(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with Line(server) as line:
        yield line


@pytest.fixture
def remote(line: Line, tmp_path: Path) -> Remote:
    return opened(Target(f"s3://{BUCKET}/{tmp_path.name}", line.endpoint))


def pointed(remote: Remote) -> Pointer | None:
    content = remote.read(CURRENT, 1 << 16)
    return Pointer.read(content) if content else None


def test_sets_travel_through_s3(world: World, remote: Remote) -> None:
    assert world.follow(remote).state == "empty"
    for number in range(3):
        new = publish(world.here, number)
        assert world.push(remote).objects == (4 if number == 0 else 3)
        assert world.follow(remote).state == "switched"
        assert shown(world.there) == new
    assert (world.push(remote).state, world.follow(remote).state) == ("current", "current")


def test_a_large_file_goes_in_parts_and_an_empty_one_too(world: World, remote: Remote) -> None:
    content = bytes(range(256)) * (80 << 10)
    files = {**numbered(1), "large.parquet": content, "empty.csv": b""}
    with snapshot.lock(world.here).acquire(timeout=5):
        name = snapshot.publish(world.here, files).snapshot.id
        history.append(world.here, history.event(world.here, name, NOON))
    world.push(remote)
    world.follow(remote)
    assert shown(world.there) == name
    assert (world.there / "snapshots" / name / "large.parquet").read_bytes() == content


def test_gc_on_s3(world: World, remote: Remote) -> None:
    for number in range(5):
        publish(world.here, number)
        world.push(remote)
    gone = collect(world.here, remote, NOON.replace(hour=22), keep=2)
    assert (len(gone.removed), len(gone.kept)) == (3, 2)
    assert len(remote.names("objects")) == 2 * 2 + 1 + 1, "of each set two, one shared, the history"
    world.follow(remote)
    assert shown(world.there) == shown(world.here)


def test_what_is_not_there_is_none(remote: Remote) -> None:
    assert remote.read(STATUS, 100) is None
    assert remote.size(STATUS) is None
    assert remote.names("objects") == ()
    remote.remove(STATUS)


def test_a_line_cut_anywhere_in_a_push(world: World, remote: Remote, line: Line) -> None:
    """At any byte: the pointer names a whole set, and once the line is back the newest."""
    old = publish(world.here, 0)
    world.push(remote)
    world.follow(remote)
    new = publish(world.here, 1)
    before = line.relayed
    world.push(remote)
    world.follow(remote)
    whole = line.relayed - before
    for number, size in enumerate(range(1, whole, whole // 25), start=2):
        old, new = new, publish(world.here, number)
        line.cut_after(size)
        with suppress(RemoteError):
            world.push(remote)
            world.follow(remote)
        assert shown(world.there) in {old, new}
        line.cut()
        line.mend()
        there = pointed(remote)
        assert there is not None and there.id in {old, new}
        world.push(remote)
        world.follow(remote)
        assert shown(world.there) == new
    assert number > 20


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (Target("s3://no-such-bucket/x"), "missing"),
        (Target(f"s3://{BUCKET}/x", "http://127.0.0.1:9"), "unreachable"),
        (Target(f"s3://{BUCKET}/x", "http://nowhere.invalid"), "unreachable"),
    ],
)
def test_what_cannot_be_reached_is_told(
    world: World, line: Line, target: Target, code: str
) -> None:
    publish(world.here, 1)
    target = replace(target, endpoint=target.endpoint or line.endpoint)
    with pytest.raises(RemoteError) as met:
        world.push(opened(target))
    assert met.value.code == code
    assert target.shown in met.value.zh


class Refusing(BaseHTTPRequestHandler):
    """Answers everything with 403."""

    def do_GET(self) -> None:
        content = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_HEAD = do_GET  # noqa: N815  names given by the library

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


def test_denied_access_is_told(world: World, line: Line) -> None:
    publish(world.here, 1)
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        remote = opened(Target(f"s3://{BUCKET}/x", f"http://127.0.0.1:{server.server_port}"))
        with pytest.raises(RemoteError) as met:
            world.push(remote)
        server.shutdown()
    assert met.value.code == "denied"
