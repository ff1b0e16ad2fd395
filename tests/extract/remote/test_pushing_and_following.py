"""What one machine publishes the others show: the same bytes, switched once, never backwards."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from extract import history, pin, snapshot, vintage
from extract.remote import Remote, RemoteError, catch_up, collect, follow
from tests.extract.remote.conftest import NOON, Faults, World, numbered, publish, shown


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_follower_shows_the_same_bytes(world: World) -> None:
    assert world.follow().state == "empty"
    assert world.push().state == "empty"
    first = publish(world.here, 1)
    assert world.push().state == "uploaded"
    assert world.follow().state == "switched"
    assert shown(world.there) == world.pointed() == first
    ours, theirs = (each / "snapshots" / first for each in (world.here, world.there))
    assert contents(ours) == contents(theirs)
    assert history.read(world.here) == history.read(world.there)
    assert (world.push().state, world.follow().state) == ("current", "current")
    assert not list(world.there.glob("snapshots/.*"))


def test_what_did_not_change_is_neither_sent_nor_fetched(world: World) -> None:
    publish(world.here, 1)
    assert world.push().objects == 4
    world.follow()
    second = publish(world.here, 2)
    sent = world.push()
    assert sent.objects == 3, "two tables and the history"
    steps: list[str] = []
    world.follow(at=steps.append)
    assert [step for step in steps if step.startswith("fetch")] == ["fetch a.csv", "fetch b.csv"]
    inodes = {path.stat().st_ino for path in (world.there / "snapshots").glob("[0-9a-f]*/same.csv")}
    assert shown(world.there) == second
    assert len(inodes) == 1


def test_a_file_that_was_cut_off_is_taken_up_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.remote.filling.PIECE", 100)
    monkeypatch.setattr("extract.remote.filling.AT_ONCE", 1)
    publish(world.here, 1)
    world.push()
    pieces = 0

    def stop_at_ten(step: str) -> None:
        nonlocal pieces
        pieces += step == "piece"
        if pieces == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.follow(at=stop_at_ten)
    assert shown(world.there) is None
    steps: list[str] = []
    assert world.follow(at=steps.append).state == "switched"
    whole = sum(-(-len(content) // 100) for content in numbered(1).values())
    assert steps.count("piece") == whole - 10


def test_a_roll_back_is_followed_and_so_is_its_end(world: World) -> None:
    old, new = publish(world.here, 1), publish(world.here, 2)
    world.push()
    world.follow()
    vintage.roll_back(world.here, old, reason="why", by="me", now=NOON)
    world.push()
    assert world.follow().state == "switched"
    assert (shown(world.there), pin.read(world.there)) == (old, pin.read(world.here))
    assert history.read(world.there)[-1].kind == "rolled_back"
    vintage.unpin(world.here, reason="why", by="me", now=NOON)
    world.push()
    world.follow()
    assert pin.read(world.there) is None
    vintage.roll_back(world.here, new, reason="again", by="me", now=NOON)
    vintage.unpin(world.here, reason="why", by="me", now=NOON)
    world.push()
    steps: list[str] = []
    world.follow(at=steps.append)
    assert shown(world.there) == new
    assert "manifest" not in steps or "fetch a.csv" in steps


def test_a_set_that_is_kept_is_shown_again_without_fetching(world: World) -> None:
    old = publish(world.here, 1)
    world.push()
    world.follow()
    publish(world.here, 2)
    world.push()
    world.follow()
    vintage.roll_back(world.here, old, reason="why", by="me", now=NOON)
    world.push()
    shutil.rmtree(world.storage / "snapshots")
    assert world.follow().state == "switched"
    assert shown(world.there) == old


@pytest.mark.parametrize("way", ["before", "half", "after"])
def test_a_push_cut_at_every_operation_names_nothing_half(
    world: World, faulty: Callable[[Faults], Remote], way: str
) -> None:
    """Whatever fails: the pointer names a whole set, the old or the new, and the next push ends."""
    old = publish(world.here, 0)
    world.push()
    counted = Faults()
    new = publish(world.here, 1)
    world.push(faulty(counted))
    assert counted.count > 15
    for at in range(1, counted.count + 1):
        old, new = new, publish(world.here, at + 1)
        with suppress(RemoteError):
            world.push(faulty(Faults(at, way)))
        assert world.pointed() in {old, new}
        world.follow()
        assert shown(world.there) in {old, new}
        world.push()
        world.follow()
        assert world.pointed() == shown(world.there) == new
    assert not list(world.storage.rglob(".*"))


@pytest.mark.parametrize("way", ["before", "after"])
def test_a_follower_cut_at_every_operation_stays_on_a_whole_set(
    world: World, faulty: Callable[[Faults], Remote], way: str
) -> None:
    new = publish(world.here, 0)
    world.push()
    counted = Faults()
    world.follow(faulty(counted))
    assert counted.count >= 5
    for at in range(1, counted.count + 3):
        old, new = new, publish(world.here, at)
        world.push()
        faults = Faults(at, way)
        try:
            world.follow(faulty(faults))
        except RemoteError:
            assert shown(world.there) == old
        assert shown(world.there) == (new if faults.count < at else old)
        world.follow()
        assert shown(world.there) == new
        assert not list(world.there.glob("snapshots/.*"))


def test_older_sets_stay_as_with_a_publisher(world: World) -> None:
    ids = []
    for number in range(6):
        ids.append(publish(world.here, number))
        world.push()
        world.follow(keep=3, days=0)
    assert snapshot.snapshots(world.there) == tuple(reversed(ids[3:]))


def test_a_follower_does_not_undo_what_its_own_machine_published(world: World) -> None:
    publish(world.here, 1)
    world.push()
    mine = publish(world.here, 2)
    assert follow(world.here, world.remote, NOON).state == "ahead"
    assert shown(world.here) == mine
    world.push()
    assert follow(world.here, world.remote, NOON).state == "current"


def test_a_set_published_but_not_yet_recorded_is_not_undone(world: World) -> None:
    """A refresh that was killed between the switch and its line in the history."""
    publish(world.here, 1)
    world.push()
    mine = snapshot.publish(world.here, numbered(2)).snapshot.id
    assert follow(world.here, world.remote, NOON).state == "ahead"
    assert shown(world.here) == mine


def test_another_machine_goes_on_where_the_first_stopped(world: World) -> None:
    publish(world.here, 1)
    world.push()
    assert catch_up(world.there, world.target, NOON) is None
    mine = publish(world.there, 2)
    assert World(world.there, world.here, world.storage).push().state == "uploaded"
    assert world.push().state == "behind", "the first has nothing of its own to send"
    assert catch_up(world.here, world.target, NOON) is None
    assert shown(world.here) == world.pointed() == mine
    assert len(history.read(world.here)) == 2


def test_two_that_publish_are_told_and_a_person_decides(world: World) -> None:
    publish(world.here, 1)
    world.push()
    world.follow()
    publish(world.here, 2)
    other = publish(world.there, 3)
    world.push()
    with pytest.raises(RemoteError, match="another machine published"):
        World(world.there, world.here, world.storage).push()
    with pytest.raises(RemoteError, match="another machine published"):
        world.follow()
    assert shown(world.there) == other
    mine = World(world.there, world.here, world.storage).push(take_over=True)
    assert mine.state == "uploaded"
    assert follow(world.here, world.remote, NOON).state == "switched"
    assert shown(world.here) == world.pointed() == other


def test_the_storage_may_decide_instead(world: World) -> None:
    publish(world.here, 1)
    world.push()
    publish(world.there, 3)
    assert world.follow(take_over=True).state == "switched"
    assert shown(world.there) == shown(world.here)
    assert history.read(world.there) == history.read(world.here)


def test_a_storage_that_went_back_is_told_and_mended_by_the_next_upload(world: World) -> None:
    publish(world.here, 1)
    world.push()
    before = (world.storage / "current.json").read_bytes()
    new = publish(world.here, 2)
    world.push()
    world.follow()
    (world.storage / "current.json").write_bytes(before)
    with pytest.raises(RemoteError, match="went back to an earlier state"):
        world.follow()
    assert shown(world.there) == new
    world.push()
    assert world.pointed() == new
    assert world.follow().state == "current"


def test_damage_here_is_mended_when_it_is_looked_for(world: World) -> None:
    name = publish(world.here, 1)
    world.push()
    world.follow()
    path = world.there / "snapshots" / name / "a.csv"
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)
    assert world.follow().state == "current"
    assert world.follow(is_doubted=True).state == "switched"
    assert shown(world.there) == name


def test_a_damaged_older_set_does_not_spoil_the_next(world: World) -> None:
    """A file that would be linked, altered or cut short: it is fetched, and the old left alone."""
    first = publish(world.here, 1)
    world.push()
    world.follow()
    path = world.there / "snapshots" / first / "same.csv"
    path.chmod(0o644)
    damaged = b"x" * path.stat().st_size
    path.write_bytes(damaged)
    second = publish(world.here, 2)
    world.push()
    world.follow()
    assert shown(world.there) == second
    assert path.read_bytes() == damaged
    path.write_bytes(b"short")
    third = publish(world.here, 3)
    world.push()
    world.follow()
    assert shown(world.there) == third
    assert path.read_bytes() == b"short"


def test_gc_leaves_what_somebody_may_need(world: World) -> None:
    ids = []
    for number in range(8):
        ids.append(publish(world.here, number))
        world.push()
    late = NOON.replace(hour=20)
    told = collect(world.here, world.remote, late, keep=3, only_tell=True)
    assert set(told.removed) == set(ids[:5])
    assert collect(world.here, world.remote, NOON, keep=3).removed == (), "all of the last hour"
    vintage.roll_back(world.here, ids[1], reason="why", by="me", now=late)
    world.push()
    gone = collect(world.here, world.remote, late.replace(hour=23), keep=3)
    assert set(gone.kept) == {ids[1], ids[7], ids[6]}
    assert world.pointed() == ids[1]
    objects = {path.name for path in (world.storage / "objects").iterdir()}
    listed = {
        each["sha256"]
        for path in world.storage.glob("snapshots/*/manifest.json")
        for each in json.loads(path.read_bytes())["files"]
    }
    assert listed <= objects and len(objects - listed) == 2, "and the history and the pin"
    world.follow()
    assert shown(world.there) == ids[1]


def test_gc_removes_nothing_where_a_manifest_that_stays_is_spoilt(world: World) -> None:
    for number in range(4):
        publish(world.here, number)
        world.push()
    newest = world.pointed()
    shutil.rmtree(world.here / "snapshots" / str(newest))
    (world.storage / "snapshots" / str(newest) / "manifest.json").write_bytes(b"{}")
    before = sorted(world.storage.rglob("*"))
    with pytest.raises(RemoteError):
        collect(world.here, world.remote, NOON.replace(hour=23), keep=2)
    assert sorted(world.storage.rglob("*")) == before
