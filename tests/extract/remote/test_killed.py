"""Killed for real while uploading or fetching, at every step: nothing half, and then the newest.

Run as a script, this file is a stand: it forks pushes and follows that end themselves at a step.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extract.remote import follow, opened, push
from extract.remote.storage import Target
from tests.extract.remote.conftest import NOON, World, publish, shown

CHECKOUT = Path(__file__).resolve().parents[3]
FOLLOW = (
    *("look", "manifest", "fetch a.csv", "fetch b.csv", "piece", "taking", "verify", "name"),
    *("switch", "switched", "record history.jsonl", "record pinned.json", "mark"),
)
PUSH = ("look", "send a.csv", "send b.csv", "send history.jsonl", "manifest", "point", "mark")

Ask = Callable[[World, str, str], int]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Ask the stand: the exit code of one push or follow that is killed at a step."""
    command = [sys.executable, "-m", "tests.extract.remote.test_killed"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout

        def asked(world: World, verb: str, step: str) -> int:
            assert process.stdin and process.stdout
            folder = world.here if verb == "push" else world.there
            process.stdin.write(f"{json.dumps([verb, str(folder), world.target.url, step])}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield asked
        process.stdin.close()


@pytest.mark.parametrize("step", PUSH)
def test_a_killed_push_leaves_everybody_on_a_whole_set(world: World, ask: Ask, step: str) -> None:
    old = publish(world.here, 1)
    world.push()
    world.follow()
    new = publish(world.here, 2)
    assert ask(world, "push", step) == -9
    assert world.pointed() == (new if step == "mark" else old)
    world.follow()
    assert shown(world.there) == world.pointed()
    world.push()
    world.follow()
    assert world.pointed() == shown(world.there) == new


@pytest.mark.parametrize("step", FOLLOW)
def test_a_killed_follower_shows_a_whole_set(world: World, ask: Ask, step: str) -> None:
    """And takes the one after it though it never learnt that it had the one before."""
    old = publish(world.here, 1)
    world.push()
    world.follow()
    new = publish(world.here, 2)
    world.push()
    assert ask(world, "follow", step) == -9
    assert shown(world.there) in {old, new}
    if FOLLOW.index(step) % 2:
        new = publish(world.here, 3)
        world.push()
    assert world.follow().state in {"switched", "current"}
    assert shown(world.there) == new
    assert (world.there / "history.jsonl").read_bytes() == (
        world.here / "history.jsonl"
    ).read_bytes()
    assert not list(world.there.glob("snapshots/.*"))


def _stand() -> None:
    """A line in: what to do, where, and at which step to end; a line out: how it ended."""
    for line in sys.stdin:
        verb, folder, url, step = json.loads(line)
        child = os.fork()
        if not child:
            _die_at(verb, Path(folder), url, step)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _die_at(verb: str, folder: Path, url: str, step: str) -> None:
    def at(begins: str) -> None:
        if begins == step:
            os.kill(os.getpid(), 9)

    if verb == "push":
        push(folder, opened(Target(url)), at=at)
    else:
        follow(folder, opened(Target(url)), NOON, at=at)
    os._exit(0)


if __name__ == "__main__":
    _stand()
