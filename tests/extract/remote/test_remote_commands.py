"""`extract follow` and `extract remote`, and the commands that upload what they did."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock

from extract import clock, configuration, outcome
from extract.__main__ import main
from extract.remote import Target
from extract.remote.watching import LOCK, read
from extract.unreadable import Unreadable
from tests.extract.remote.conftest import World, publish, shown


def follow(world: World, *words: str) -> int:
    folders = ["--published", str(world.there)]
    return main(["follow", "--from", world.target.url, "--once", *folders, *words])


def remote(world: World, *words: str) -> int:
    folders = ["--published", str(world.here)]
    return main(["remote", *folders, "--remote", world.target.url, *words])


def test_push_show_follow_gc(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert remote(world, "show") == 0
    assert "还没有发布过" in capsys.readouterr().out
    name = publish(world.here, 1)
    assert remote(world, "push") == 0
    assert "已上传 4 个文件" in capsys.readouterr().out
    assert remote(world, "push") == 0
    assert "存储已是这一版" in capsys.readouterr().out
    assert follow(world) == 0
    assert f"Now showing {name}" in capsys.readouterr().out
    assert shown(world.there) == name
    assert read(world.there)["state"] == "current"
    assert remote(world, "show") == 0
    assert capsys.readouterr().out.count(name) == 4
    assert remote(world, "gc", "--dry-run") == 0
    assert "would be removed" in capsys.readouterr().out


def test_a_roll_back_and_its_end_are_uploaded(world: World) -> None:
    old, new = publish(world.here, 1), publish(world.here, 2)
    where = ["--published", str(world.here), "--remote", world.target.url]
    assert main(["snapshot", *where, "rollback", old, "--reason", "why"]) == 0
    assert world.pointed() == old
    assert follow(world) == 0
    assert shown(world.there) == old
    assert (world.there / "pinned.json").is_file()
    assert main(["snapshot", *where, "unpin", "--reason", "why"]) == 0
    assert follow(world) == 0
    assert not (world.there / "pinned.json").exists()
    assert new != old


def test_what_cannot_be_done_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    publish(world.here, 1)
    world.storage.write_bytes(b"a file")
    assert remote(world, "push") == 1
    assert follow(world) == 1
    assert "存储" in capsys.readouterr().err
    words = ["follow", "--published", str(world.there), "--once"]
    assert main([*words, "--from", "nosuch://x/y"]) == 1
    assert "不认识这种存储地址" in capsys.readouterr().err
    assert main(words) == 2
    assert main([*words[:-1], "--from", world.target.url, "--take-over"]) == 2
    world.there.mkdir(exist_ok=True)
    with FileLock(world.there / LOCK).acquire():
        assert follow(world) == 3


def test_the_storage_may_stand_in_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[remote]\nurl = "s3://b/p"\nendpoint = "https://s3.example.org"\n')
    endpoint = "https://s3.example.org"
    assert configuration.shared(None, path) == Target("s3://b/p", endpoint)
    assert configuration.shared("s3://other", path) == Target("s3://other", endpoint)
    assert configuration.shared("s3://other", None) == Target("s3://other")
    assert configuration.shared(None, None) is None


@pytest.mark.parametrize(
    "text",
    [
        '[remote]\nurl = "bucket/prefix"\n',
        "[remote]\nurl = 3\n",
        '[remote]\nendpoint = "https://s3.example.org"\n',
        '[remote]\nurl = "s3://b"\nendpoint = "s3.example.org"\n',
        '[remote]\nurl = "s3://b"\nbucket = "b"\n',
        'remote = "s3://b"\n',
    ],
)
def test_a_mistake_in_the_configuration_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(Unreadable):
        configuration.load(path)


def test_the_clock_delivers_between_its_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "DELIVERED_SECONDS", 1)
    delivered = threading.Event()
    kept = clock.Clock(
        lambda: outcome.unchanged("ab" * 8, 1),
        tmp_path,
        3600,
        ZoneInfo("Asia/Shanghai"),
        lambda _line: None,
        deliver=delivered.set,
    )
    ended = threading.Thread(target=_end_after, args=[delivered])
    ended.start()
    clock.keep(kept)
    ended.join()
    assert delivered.is_set()


def _end_after(delivered: threading.Event) -> None:

    delivered.wait(30)
    os.kill(os.getpid(), signal.SIGTERM)
