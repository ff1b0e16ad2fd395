"""The process that makes an export: real ones, and one that nobody wants any more."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from dashboard.exports import making
from dashboard.exports.room import Room, end
from dashboard.exports.ticket import Ticket, ticket
from dashboard.store import Store

Asked = Callable[..., Ticket]
A_WHILE = 60.0


def _until(get: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    end_of_patience = time.monotonic() + A_WHILE
    while not wanted(found := get()):
        assert time.monotonic() < end_of_patience, found
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize(("locale", "sheet"), [("zh", "说明"), ("en", "Guide")])
def test_a_process_makes_the_workbook(
    locale: Any, sheet: str, is_whole: bool, tidy_copy: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "none" / "published", tidy_copy)
    dataset = store.dataset()
    one = replace(ticket(store, dataset, locale, None, "/"), is_whole=is_whole)
    real = Room(tmp_path / "exports")
    real.ask(one, "a")
    done = _until(lambda: real.look(one.key), lambda state: state is None or state.is_over)
    assert done is not None
    assert done.name == "ready"
    path = real.file(one.key)
    assert path is not None
    book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    assert book.sheetnames[0] == sheet
    assert (len(book.sheetnames) == 2) is not is_whole


def test_a_process_of_another_set_ends_in_failure(tidy_copy: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "none" / "published", tidy_copy)
    one = replace(ticket(store, store.dataset(), "zh", None, "/"), folder=str(tmp_path / "gone"))
    real = Room(tmp_path / "exports")
    real.ask(one, "a")
    done = _until(lambda: real.look(one.key), lambda state: state is None or state.is_over)
    assert done is not None
    assert done.name == "failed"


def test_a_process_leaves_when_the_same_is_asked_anew(
    kept: Room, builders: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, asked: Asked
) -> None:
    """Stopped and asked for again within the half second before it looks: two would write."""
    left: list[int] = []
    monkeypatch.setattr(making.os, "_exit", left.append)
    clock.now = time.time()
    key = kept.ask(asked(), "a").key
    first = making.Come(at=clock.now)
    kept.stop(key, "a")
    clock.now += 0.1
    assert kept.ask(asked(), "a").name == "building"
    making.look(builders.begun[0], first)
    assert left


def test_a_process_killed_outright_is_told(tidy_copy: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "none" / "published", tidy_copy)
    one = ticket(store, store.dataset(), "zh", None, "/")
    folder = tmp_path / "exports"
    slow = [sys.executable, "-c", "import time; time.sleep(600)"]
    started: list[subprocess.Popen[bytes]] = []

    def launch(own: Path, locks: tuple[int, ...], size: int) -> None:
        started.append(subprocess.Popen(slow, pass_fds=locks))

    real = Room(folder, launch)
    assert real.ask(one, "a").name == "building"
    started[0].kill()
    started[0].wait()
    assert (real.look(one.key) or one).name == "died"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("leave", "why"),
    [
        (lambda own: end(own, "stopped"), "stopped"),
        (lambda own: os.utime(own / "asked.json", (1, 1)), "abandoned"),
        (shutil.rmtree, ""),
    ],
)
def test_a_process_ends_when_it_is_not_wanted(
    leave: Callable[[Path], None],
    why: str,
    kept: Room,
    builders: Any,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    asked: Asked,
) -> None:
    class Left(BaseException):
        pass

    def leaves(_code: int) -> None:
        raise Left

    clock.now = time.time()
    kept.ask(asked(), "a")
    own = builders.begun[0]
    monkeypatch.setattr(making, "EVERY", 0.0)
    monkeypatch.setattr(making.os, "_exit", leaves)
    making.look(own, making.Come(3, 9, clock.now))
    assert (kept.look(own.name) or asked()).written == 3  # type: ignore[union-attr]
    (own / "openpyxl.tmp").write_bytes(b"x")
    leave(own)
    with pytest.raises(Left):
        making.watch(own, making.Come(at=clock.now))
    state = kept.look(own.name)
    assert (state.name if state else "") == why
    assert not (own / "openpyxl.tmp").exists()
