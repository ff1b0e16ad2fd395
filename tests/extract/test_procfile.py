"""The Procfile, started for real on an empty machine: release, web, clock.

A table saved into a source's folder is at /healthz, on a page and on the Changes page without a
restart; SIGTERM ends everything.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FIXTURES = CHECKOUT / "tests" / "fixtures"
PATIENCE_SECONDS = 40
NEW_ROW = "yunfan-2032-002"
SOURCES = """
[promise]
stale_after = "26h"

[publish]
folder = "copy"

[[source]]
name = "street-office"
kind = "folder"
where = "incoming"
schedule = "2s"
owner = "街道统计员"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the tree with the invented tables, one row still to come, nothing published."""
    place = tmp_path / "checkout"
    place.mkdir()
    bare = shutil.ignore_patterns("__pycache__")
    for name in ("extract", "dashboard"):
        shutil.copytree(CHECKOUT / name, place / name, ignore=bare)
    shutil.copy(CHECKOUT / "Procfile", place)
    modules = CHECKOUT / "node_modules"
    if modules.exists():
        (place / "node_modules").symlink_to(modules.resolve())
    raw = place / "data" / "raw"
    shutil.copytree(FIXTURES / "raw", raw)
    incoming = place / "incoming"
    incoming.mkdir()
    lines = (raw / "volunteers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    late = [line for line in lines if line.startswith(f"{NEW_ROW},")]
    assert len(late) == 1 and len(lines) > 2
    (raw / "volunteers.csv").write_text(lines[0], encoding="utf-8")
    early = "".join(line for line in lines if line not in late)
    (incoming / "volunteers.csv").write_text(early, encoding="utf-8")
    (place / "late.csv").write_text("".join(lines), encoding="utf-8")
    (place / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return place


def environment(port: int) -> dict[str, str]:
    """What a fresh machine sets: the way to python, and the port."""
    kept = {name: value for name, value in os.environ.items() if "LIVELIHOOD" not in name}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def procfile(place: Path) -> dict[str, str]:
    lines = (place / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: order.strip() for name, _, order in (line.partition(":") for line in lines)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def started(place: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`honcho start web clock`, its output in honcho.log; ended with SIGTERM whatever happens."""
    command = [sys.executable, "-m", "honcho", "start", "web", "clock"]
    with (place / "honcho.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment(port),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)


def asked(port: int, path: str) -> str:
    """The answer as text; '' while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""


def until(place: Path, holds: Callable[[], bool]) -> float:
    """Wait until it holds; the seconds it took. Fails with what the processes said."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_SECONDS:
        if holds():
            return time.monotonic() - begun
        time.sleep(0.2)
    pytest.fail((place / "honcho.log").read_text(encoding="utf-8", errors="replace")[-4000:])


def observations(port: int) -> int:
    return int(json.loads(asked(port, "/healthz") or '{"observations": 0}')["observations"])


def test_an_empty_machine_publishes_serves_and_takes_a_change_in(checkout: Path) -> None:
    port = free_port()
    orders = procfile(checkout)
    assert list(orders) == ["release", "web", "clock"]
    done = subprocess.run(
        orders["release"],
        shell=True,
        cwd=checkout,
        env=environment(port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first = json.loads((checkout / "var/published/status.json").read_bytes())
    with started(checkout, port) as process:
        until(checkout, lambda: observations(port) == first["rows"])
        assert NEW_ROW not in asked(port, "/zh/changes")
        (checkout / "late.csv").replace(checkout / "incoming" / "volunteers.csv")
        until(checkout, lambda: observations(port) == first["rows"] + 1)
        until(checkout, lambda: NEW_ROW in asked(port, "/zh/changes"))
        until(checkout, lambda: NEW_ROW in asked(port, "/api/v1/observations.csv"))
        until(checkout, lambda: "street-office" in asked(port, "/zh/changes"))
        assert json.loads(asked(port, "/readyz"))["status"] in {"ok", "ready"}
        assert NEW_ROW in (checkout / "copy/observations.csv").read_text(encoding="utf-8")
    assert process.returncode in {0, 128 + signal.SIGTERM, -signal.SIGTERM}
    state = json.loads((checkout / "var/published/status.json").read_bytes())
    assert state["clock"]["stopped"], "SIGTERM reached the clock, which said good-bye"
    assert state["running_since"] is None
    assert state["sources"][0]["rows"] == 2
