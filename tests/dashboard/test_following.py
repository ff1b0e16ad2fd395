"""A machine that follows another: one follower beside the workers, and what pages tell of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.exports.locks import is_locked
from dashboard.pages import view_of
from dashboard.phrases import table
from dashboard.settings import from_environment
from dashboard.store import Store
from extract import history, snapshot
from extract.remote import Target, opened, push
from extract.remote.watching import LOCK, read

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
NOW = datetime.now(UTC)
KEEPER = """
import sys, time
from pathlib import Path
from dashboard import following
published = Path(sys.argv[1])
line = following.lifeline()
for _ in range(2):
    following.keep(published, line)
time.sleep(600)
"""


def until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.1)


def publish(folder: Path, number: int) -> str:
    name = snapshot.publish(folder, {"a.csv": f"a\n{number}\n".encode()}).snapshot.id
    history.append(folder, history.event(folder, name, NOW))
    return name


def test_one_follower_whatever_becomes_of_it_and_none_without_the_server(tmp_path: Path) -> None:
    """Two workers keep it: it is one; killed, it comes back; they are killed, it ends."""
    pytest.importorskip("fsspec")
    here, there = tmp_path / "here", tmp_path / "there"
    target = Target((tmp_path / "storage").as_uri())
    first = publish(here, 1)
    push(here, opened(target))
    environment = {**os.environ, "LIVELIHOOD_REMOTE": target.url}
    command = [sys.executable, "-c", KEEPER, str(there)]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment) as keeper:
        try:
            until(lambda: snapshot.current_id(there) == first and read(there))
            before = read(there)["pid"]
            assert children(keeper.pid) == {before}
            os.kill(before, signal.SIGKILL)
            second = publish(here, 2)
            push(here, opened(target))
            until(lambda: snapshot.current_id(there) == second)
            until(lambda: read(there)["pid"] != before)
            until(lambda: len(children(keeper.pid)) == 1)
        finally:
            keeper.kill()
    until(lambda: not is_locked(there / LOCK))


def children(pid: int) -> set[int]:
    found = (
        path.read_text(encoding="ascii").split()
        for path in Path(f"/proc/{pid}/task").glob("*/children")
    )
    return {int(each) for listed in found for each in listed}


def ago(**given: float) -> str:
    return (datetime.now(UTC) - timedelta(**given)).isoformat(timespec="seconds")


def followed(state: str, **changes: Any) -> dict[str, Any]:
    """remote.json of a follower that is alive."""
    said = {"state": state, "url": "s3://bucket/prefix", "since": ago(seconds=5), "code": ""}
    beat = {"heartbeat": ago(seconds=5), "looked_at": ago(seconds=5)}
    reason = {"reason_zh": "磁盘空间不足", "reason_en": "The disk is full"}
    return {**said, **beat, **(reason if state == "behind" else {}), **changes}


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (lambda: followed("current"), []),
        (lambda: followed("unreachable"), []),
        (lambda: followed("unreachable", looked_at=ago(minutes=3)), ["unseen"]),
        (lambda: followed("current", heartbeat=ago(minutes=3)), ["unseen"]),
        (lambda: followed("unreachable", looked_at=None, since=ago(minutes=3)), ["unseen"]),
        (lambda: followed("behind"), []),
        (lambda: followed("behind", since=ago(minutes=3)), ["behind"]),
        (dict, ["silent"]),
        (list, ["silent"]),
    ],
)
def test_ready_while_the_storage_is_looked_at(
    tmp_path: Path, small_set: Any, said: Callable[[], Any], codes: list[str]
) -> None:
    """A clock of which nothing newer can be known here is not blamed beside the storage."""
    beat = "2021-01-01T00:00:00+08:00" if codes else ago(seconds=5)
    (tmp_path / "status.json").write_text(json.dumps({"clock": {"heartbeat": beat}}))
    (tmp_path / "remote.json").write_text(json.dumps(said()))
    browser = create_app(Store(tmp_path, small_set.tidy)).server.test_client()
    told = browser.get("/readyz")
    assert told.status_code == (503 if codes else 200)
    assert [reason["code"] for reason in told.json.get("reasons", [])] == codes
    assert browser.get("/healthz").status_code == 200


def test_the_machine_that_publishes_is_ready_without_the_storage(
    tmp_path: Path, small_set: Any
) -> None:
    status = {"remote": {"state": "behind", "url": "s3://bucket"}}
    (tmp_path / "status.json").write_text(json.dumps(status))
    said = followed("unreachable", looked_at=ago(hours=3))
    (tmp_path / "remote.json").write_text(json.dumps(said))
    browser = create_app(Store(tmp_path, small_set.tidy)).server.test_client()
    assert browser.get("/readyz").status_code == 200


UPLOADS = ("current", "behind", "unreachable", "elsewhere")
COPIES = ("current", "empty", "ahead", "unreachable", "behind")


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize(
    ("file", "kind", "state"),
    [
        *(("status.json", "upload", state) for state in UPLOADS),
        *(("remote.json", "copy", state) for state in COPIES),
    ],
)
def test_the_status_page_says_how_it_stands(
    tmp_path: Path, small_set: Any, locale: str, file: str, kind: str, state: str
) -> None:
    said = followed(state)
    content = {"remote": said} if kind == "upload" else said
    (tmp_path / file).write_text(json.dumps(content))
    page = view_of(Store(tmp_path, small_set.tidy), f"/{locale}/status", {}, {}).main
    assert table(locale)[f"status.remote.{kind}.{state}"] in page
    assert "s3://bucket/prefix" in page
    assert (said[f"reason_{locale}"] in page) if state == "behind" else True


def test_the_environment_names_the_storage(tmp_path: Path) -> None:
    given = {"LIVELIHOOD_REMOTE": "s3://b/p", "LIVELIHOOD_CONFIG": str(tmp_path / "a.toml")}
    settings = from_environment(given)
    assert (settings.remote, settings.config) == ("s3://b/p", tmp_path / "a.toml")
    assert (from_environment({}).remote, from_environment({}).config) == ("", None)
