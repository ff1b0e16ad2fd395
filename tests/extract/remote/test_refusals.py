"""What a storage may hold that is not right: it is told, and the machine shows what it showed."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from extract import journal, snapshot
from extract.outcome import Outcome
from extract.refresh import Job, refresh
from extract.remote import RemoteError, Target, around, deliver, opened
from extract.remote.pointer import Pointer
from extract.remote.trouble import clean, told
from extract.remote.watching import Watch, read
from tests.extract.remote.conftest import NOON, World, publish, shown

SECRET = "hunter2hunter2"


def forged(world: World, files: Any) -> None:
    """A manifest of these files, and a pointer to it that fits."""
    raw = json.dumps({"format": 1, "files": files}).encode()
    digest = hashlib.sha256(raw).hexdigest()
    place = world.storage / "snapshots" / digest[:16]
    place.mkdir(parents=True)
    (place / "manifest.json").write_bytes(raw)
    point(world, id=digest[:16], manifest=digest)


def point(world: World, **changes: Any) -> None:
    path = world.storage / "current.json"
    said = json.loads(path.read_bytes())
    path.write_text(json.dumps({**said, "sequence": said["sequence"] + 1, **changes}))


def objects(world: World) -> list[Path]:
    """The objects of the set pointed to, the tables first."""
    manifest = world.storage / "snapshots" / str(world.pointed()) / "manifest.json"
    listed = json.loads(manifest.read_bytes())["files"]
    return [world.storage / "objects" / each["sha256"] for each in listed]


def entry(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "bytes": 3, "sha256": "ab" * 32, **changes}


SPOILT: dict[str, Callable[[World], Any]] = {
    "no pointer": lambda w: (w.storage / "current.json").write_bytes(b"not json"),
    "a list": lambda w: (w.storage / "current.json").write_bytes(b"[]"),
    "a pointer too large": lambda w: (w.storage / "current.json").write_bytes(b" " * 70_000),
    "an id out of the folder": lambda w: point(w, id="../../etc"),
    "an id of another manifest": lambda w: point(w, id="0" * 16),
    "a number that is none": lambda w: point(w, sequence=True),
    "a huge number of bytes": lambda w: point(w, files=[entry("history.jsonl", bytes=1 << 60)]),
    "a file of another name": lambda w: point(w, files=[entry("../status.json")]),
    "a manifest that was altered": lambda w: _altered(w, b'{"files": []}'),
    "a manifest that is missing": lambda w: shutil.rmtree(w.storage / "snapshots"),
    "a name with a folder": lambda w: forged(w, [entry("../../a.csv")]),
    "a hidden name": lambda w: forged(w, [entry(".lock")]),
    "a name twice": lambda w: forged(w, [entry("a.csv"), entry("a.csv")]),
    "a size that is none": lambda w: forged(w, [entry("a.csv", bytes="3")]),
    "a sum that is none": lambda w: forged(w, [entry("a.csv", sha256="../../../current.json")]),
    "an object that is missing": lambda w: objects(w)[0].unlink(),
    "an object cut short": lambda w: objects(w)[0].write_bytes(b"x"),
    "an object altered": lambda w: objects(w)[0].write_bytes(b"x" * objects(w)[0].stat().st_size),
}


def _altered(world: World, content: bytes) -> None:
    name = json.loads((world.storage / "current.json").read_bytes())["id"]
    (world.storage / "snapshots" / name / "manifest.json").write_bytes(content)


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_not_right_is_not_taken(world: World, what: str) -> None:
    old = publish(world.here, 1)
    world.push()
    world.follow()
    publish(world.here, 2)
    world.push()
    SPOILT[what](world)
    for _ in range(2):
        with pytest.raises(RemoteError) as met:
            world.follow()
        assert met.value.code == "spoilt" and "存储" in met.value.zh
        assert shown(world.there) == old
        assert snapshot.snapshots(world.there) == (old,)


@pytest.mark.parametrize("what", ["an object cut short", "an object altered"])
def test_sending_everything_again_mends_the_storage(world: World, what: str) -> None:
    new = publish(world.here, 1)
    world.push()
    SPOILT[what](world)
    with pytest.raises(RemoteError):
        world.follow()
    world.push(everything=True)
    world.follow()
    assert shown(world.there) == world.pointed() == new


def test_a_damaged_set_is_not_uploaded(world: World) -> None:
    name = publish(world.here, 1)
    path = world.here / "snapshots" / name / "a.csv"
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(RemoteError, match="SHA-256 differs"):
        world.push()
    assert world.pointed() is None


def test_no_room_is_told_before_the_disk_is_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish(world.here, 1)
    world.push()
    world.follow()
    publish(world.here, 2)
    world.push()
    watch = watching(world)
    with monkeypatch.context() as patched:
        small = SimpleNamespace(free=1 << 20)
        patched.setattr("extract.remote.filling.shutil.disk_usage", lambda _path: small)
        watch.turn()
        said = read(world.there)
        assert (said["state"], said["code"]) == ("behind", "full")
        assert "磁盘空间不足" in said["reason_zh"]
        assert shown(world.there) == old
    assert watch.turn() is None
    assert shown(world.there) == world.pointed()


def watching(world: World, target: Target | None = None) -> Watch:
    return Watch(world.there, target or world.target, 2, lambda _zh, _en: None, now=lambda: NOON)


def test_a_disk_that_fills_up_meanwhile_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(world.here, 1)
    world.push()

    def full(*_given: object, **_named: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("extract.remote.storage.Remote.part", full)
    trouble = watching(world).turn()
    assert trouble is not None and trouble.code in {"full", "local"}
    assert shown(world.there) is None


def test_what_a_follower_says_of_itself(world: World) -> None:
    said: list[str] = []
    watch = watching(world)
    watch.say = lambda _zh, en: said.append(en)
    watch.turn()
    assert read(world.there)["state"] == "empty"
    publish(world.here, 1)
    journal.update(
        world.here, {"last_attempt": "2033-03-01T12:00:00+08:00", "outcome": "published"}
    )
    deliver(world.here, world.target, NOON)
    watch.turn()
    state = read(world.there)
    assert (state["state"], state["id"]) == ("current", shown(world.there))
    assert state["looked_at"] == state["arrived_at"] == NOON.isoformat()
    assert journal.read(world.there)["outcome"] == "published"
    assert "remote" not in journal.read(world.there), "that tells of the publisher's uploads"
    shutil.rmtree(world.storage)
    (world.storage).write_bytes(b"")
    watch.turn()
    assert read(world.there)["state"] == "unreachable"
    assert len(said) == 4, said


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("bucket/prefix", "misspelt"),
        ("s3://", "misspelt"),
        ("nosuch://bucket/x", "unknown-scheme"),
        ("s3://user:hunter2hunter2@bucket/x?secret=hunter2hunter2", ""),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_secrets(url: str, code: str) -> None:
    try:
        shown_url = opened(Target(url)).url
    except RemoteError as reason:
        assert reason.code == code
        shown_url = reason.zh + reason.en
    assert SECRET not in shown_url


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.fsspec", None)
    with pytest.raises(RemoteError, match="make install WITH=storage"):
        opened(Target("s3://bucket/x"))


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (PermissionError("no"), "denied"),
        (ConnectionRefusedError("no"), "unreachable"),
        (TimeoutError("no"), "too-slow"),
        (OSError(errno.ENOSPC, "full"), "full"),
        (RuntimeError(f"Signature={SECRET} at https://u:{SECRET}@host/x"), "server"),
        (RuntimeError("PUT http://169.254.169.254/latest/api/token"), "no-credentials"),
    ],
)
def test_every_trouble_has_words_and_no_secret(
    reason: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with pytest.raises(RemoteError) as met, told("s3://bucket"):
        raise reason
    assert met.value.code == code
    assert met.value.zh and met.value.en and SECRET not in met.value.zh + met.value.en
    assert SECRET not in clean(f"the key {SECRET} is wrong")


def test_a_cause_says_the_same_at_each_try_and_no_address_of_the_network() -> None:
    """status.json changes when something does, and the Status page may be public."""
    head = "Generic S3 error: Error performing GET http://10.1.2.3:9000/b/current.json in "
    said = {
        clean(f"{head}{took}, after 1 retries, max_retries: 1, retry_timeout: 10s  - HTTP error")
        for took in ("103.305247ms", "99.1µs", "10.1s")
    }
    assert said == {"Generic S3 error: Error performing GET … - HTTP error"}


def refreshed(raw: Path, folder: Path, target: Target) -> Outcome:
    job = Job(raw, folder, now=lambda: NOON)
    return around(folder, target, job.now, lambda: refresh(job))


def test_a_refresh_publishes_though_the_storage_is_out_of_reach(
    valid_raw: Path, world: World
) -> None:
    world.storage.write_bytes(b"a file where a folder should be")
    done = refreshed(valid_raw, world.here, world.target)
    assert (done.kind, done.exit_code) == ("published", 0)
    assert "尚未上传" in done.zh and "Not uploaded" in done.en
    assert journal.read(world.here)["remote"]["state"] == "behind"
    world.storage.unlink()
    assert refreshed(valid_raw, world.here, world.target).kind == "unchanged"
    assert world.pointed() == shown(world.here) == done.current
    said = journal.read(world.here)["remote"]
    assert (said["state"], said["id"], said["reason_zh"]) == ("current", done.current, "")
    assert json.loads((world.storage / "status.json").read_bytes())["current"] == done.current


def test_a_refresh_goes_on_from_what_the_storage_holds(valid_raw: Path, world: World) -> None:
    first = refreshed(valid_raw, world.here, world.target)
    done = refreshed(valid_raw, world.there, world.target)
    assert (done.kind, done.current) == ("unchanged", first.current)


def test_a_pointer_is_read_as_it_was_written() -> None:
    found = Pointer("ab" * 8, 3, NOON.isoformat(timespec="seconds"), "ab" * 32)
    assert Pointer.read(found.written()) == found
