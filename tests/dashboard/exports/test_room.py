"""Exports on disk: the same for every worker, bounded, and told when they end."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.exports import room
from dashboard.exports.locks import is_locked, locked, taken
from dashboard.exports.room import FullError, Room, TooManyError, come, end, place
from dashboard.exports.ticket import Ticket
from dashboard.settings import from_environment

Asked = Callable[..., Ticket]


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"rows": 10}, True),
        ({"source": "/zh/evidence.xlsx?utm_source=x"}, True),
        ({"folder": "elsewhere"}, True),
        ({"locale": "en"}, False),
        ({"snapshot": "fedcba9876543210"}, False),
        ({"query": "q=1"}, False),
        ({"preset": "open"}, False),
        ({"page": "compare"}, False),
        ({"stamp": "1"}, False),
        ({"is_whole": True}, False),
    ],
)
def test_a_key_stands_for_the_content(changes: dict[str, Any], is_same: bool, asked: Asked) -> None:
    assert (asked(**changes).key == asked().key) is is_same
    assert re.fullmatch("[0-9a-f]{32}", asked(**changes).key)


def test_it_waits_is_made_and_is_there(kept: Room, builders: Any, asked: Asked) -> None:
    one = kept.ask(asked(), "a")
    own = builders.begun[0]
    assert (one.name, own.name) == ("building", asked().key)
    come(own, 3, 9)
    seen = kept.look(one.key)
    assert seen is not None
    assert (seen.written, seen.total) == (3, 9)
    assert kept.file(one.key) is None
    assert kept.ask(asked(), "b").name == "building"
    assert len(builders.begun) == 1, "the same content is made once, whoever asks"
    builders.finish(own)
    assert kept.file(one.key) == own / "book.xlsx"
    assert kept.ask(asked(), "b").name == "ready"


def test_two_at_a_time_the_oldest_first(
    kept: Room, builders: Any, clock: Any, asked: Asked
) -> None:
    names = []
    for number in range(4):
        clock.now += 1
        names.append(kept.ask(asked(number), f"reader-{number}").name)
    assert names == ["building", "building", "waiting", "waiting"]
    kept.go_on()
    assert len(builders.begun) == 2
    builders.finish(builders.begun[0])
    kept.go_on()
    assert [own.name for own in builders.begun] == [asked(n).key for n in range(3)]


def test_another_worker_sees_the_same(
    tmp_path: Path, kept: Room, builders: Any, asked: Asked
) -> None:
    kept.ask(asked(), "a")
    other = Room(tmp_path / "exports", builders)
    assert (other.look(asked().key) or asked()).name == "building"  # type: ignore[union-attr]
    assert other.ask(asked(), "b").name == "building"
    builders.finish(builders.begun[0])
    assert other.file(asked().key) is not None
    assert len(builders.begun) == 1


@pytest.mark.parametrize("why", ["failed", "abandoned", "full"])
def test_it_ends_for_a_reason_and_may_be_asked_for_again(
    why: Any, kept: Room, builders: Any, asked: Asked
) -> None:
    kept.ask(asked(), "a")
    own = builders.begun[0]
    end(own, why)
    builders.let_go(own)
    assert (kept.look(own.name) or asked()).name == why  # type: ignore[union-attr]
    assert kept.ask(asked(), "a").name == "building"
    assert len(builders.begun) == 2


def test_a_killed_process_is_noticed_and_leaves_nothing(
    kept: Room, builders: Any, asked: Asked
) -> None:
    kept.ask(asked(), "a")
    own = builders.begun[0]
    (own / "openpyxl.tmp").write_bytes(b"x" * 1000)
    (own / "livelihood-packed").mkdir()
    builders.let_go(own)
    assert (kept.look(own.name) or asked()).name == "died"  # type: ignore[union-attr]
    kept.tidy()
    assert {path.name for path in own.iterdir()} == {"asked.json", "come.json"}
    assert (kept.look(own.name) or asked()).name == "died"  # type: ignore[union-attr]


def test_only_who_asked_may_stop_it(kept: Room, builders: Any, asked: Asked) -> None:
    key = kept.ask(asked(), "a").key
    assert not kept.stop(key, "b")
    assert kept.stop(key, "a")
    assert (kept.look(key) or asked()).name == "stopped"  # type: ignore[union-attr]
    assert not kept.stop(key, "a")
    assert not kept.stop("0" * 32, "a")


def test_a_reader_has_three_at_a_time_and_all_have_ten(
    kept: Room, builders: Any, asked: Asked
) -> None:
    for number in range(room.EACH):
        kept.ask(asked(number), "a")
    with pytest.raises(TooManyError) as refusal:
        kept.ask(asked(room.EACH), "a")
    assert refusal.value.is_own
    kept.ask(asked(0), "a")  # one that is being made may be asked for again
    for number in range(room.EACH, room.WAITING):
        kept.ask(asked(number), f"reader-{number}")
    with pytest.raises(TooManyError) as refusal:
        kept.ask(asked(room.WAITING), "z")
    assert not refusal.value.is_own
    builders.finish(builders.begun[0])
    assert kept.ask(asked(room.WAITING), "z").name in {"waiting", "building"}


def test_the_disk_used_is_bounded(kept: Room, builders: Any, clock: Any, asked: Asked) -> None:
    keys = []
    for number in range(4):
        clock.now += 1
        keys.append(kept.ask(asked(number), "a").key)
        builders.finish(builders.begun[-1], 40)
        kept.tidy()
    assert [kept.file(key) is not None for key in keys] == [False, False, True, True]
    clock.now += 1
    kept.look(keys[2])
    kept.ask(asked(9), "a")
    builders.finish(builders.begun[-1], 40)
    kept.tidy()
    assert kept.file(keys[3]) is None, "what was looked at last stays"
    assert kept.file(keys[2]) is not None


def test_the_newest_stays_however_large(kept: Room, builders: Any, asked: Asked) -> None:
    key = kept.ask(asked(), "a").key
    builders.finish(builders.begun[0], 1000)
    kept.tidy()
    assert kept.file(key) is not None


@pytest.mark.parametrize(
    ("goes_on", "later", "is_there"),
    [
        ("finish", room.KEPT - 1, True),
        ("finish", room.KEPT + 1, False),
        ("let_go", room.KEPT + 1, False),
        ("", room.KEPT + 1, True),
    ],
)
def test_what_nobody_looks_at_goes(
    goes_on: str, later: float, is_there: bool, kept: Room, builders: Any, clock: Any, asked: Asked
) -> None:
    """But for what is being made: its process sees for itself whether anybody waits."""
    key = kept.ask(asked(), "a").key
    if goes_on:
        getattr(builders, goes_on)(builders.begun[0])
    clock.now += later
    kept.tidy()
    assert (kept.look(key) is not None) is is_there


def test_who_waits_and_goes_gives_up_the_place(
    kept: Room, builders: Any, clock: Any, asked: Asked
) -> None:
    for number in range(3):
        kept.ask(asked(number), f"reader-{number}")
    clock.now += room.ABANDONED + 1
    kept.tidy()
    assert kept.look(asked(2).key) is None
    assert kept.look(asked(0).key) is not None


def test_a_disk_without_room_is_told(
    kept: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: Asked
) -> None:
    with pytest.raises(FullError):
        kept.ask(asked(rows=10**15), "a")
    blocked = tmp_path / "a file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(FullError):
        Room(blocked / "exports").ask(asked(), "a")
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(FullError):
        Room(link).ask(asked(), "a")


def test_where_exports_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = tmp_path / "var" / "published"
    assert place(published, tmp_path / "own") == tmp_path / "own"
    assert place(published, None) == tmp_path / "var" / "exports"
    monkeypatch.setattr(room.os, "access", lambda *_asked: False)
    assert place(published, None).name == f"livelihood-exports-{os.getuid()}"


@pytest.mark.parametrize(
    ("given", "size"), [("", 1024), ("20", 20), ("0", 1024), ("-3", 1024), ("viel", 1024)]
)
def test_the_environment_sets_the_room(given: str, size: int) -> None:
    found = from_environment({"LIVELIHOOD_EXPORTS": "there", "LIVELIHOOD_EXPORTROOM": given})
    assert (found.exports, found.export_bytes) == (Path("there"), size << 20)


def test_a_lock_goes_with_the_last_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    fd = taken(path)
    assert fd is not None
    assert is_locked(path)
    assert taken(path) is None
    copy = os.dup(fd)
    os.close(fd)
    assert is_locked(path)
    os.close(copy)
    assert not is_locked(path)
    with locked(path):
        assert is_locked(path)
    assert not is_locked(tmp_path / "none")
