"""A refresh killed at any step leaves a whole set, and the next one succeeds.

Run as a script, this file is a stand that forks a refresh on request and lets it be killed at a
named step: a fork costs milliseconds where a fresh interpreter costs a second.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from extract import history, journal, snapshot, vintage
from extract.problem import Problem, errors
from extract.quarantine import Split
from extract.refresh import Job, Steps, refresh

CHECKOUT = Path(__file__).resolve().parents[2]
NAMES = ("observations.csv", "b.csv", "c.csv")


def whole(word: str, problems: list[Problem], **_known: object) -> Split:
    """Parts nothing: every error is one of the set."""
    notes = tuple(problem for problem in problems if problem.severity == "note")
    return Split(word, (), tuple(errors(problems)), notes)


SMALL = Steps(
    read=lambda folder: (folder / "word.txt").read_text(encoding="utf-8"),
    sources=lambda _folder: {},
    check=lambda _word, _texts: [],
    tidy=lambda word: word,
    files=lambda word: {name: f"id\n{word}\n".encode() for name in NAMES},
    pack=lambda content: {"observations.parquet": b"packed " + content},
    split=whole,
    columns=lambda _word: ("id",),
)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "raw").mkdir()
    write(tmp_path / "raw", "first")
    return Job(tmp_path / "raw", tmp_path / "published", steps=SMALL)


def write(raw: Path, word: str) -> None:
    (raw / "word.txt").write_text(word, encoding="utf-8")


def published_words(published: Path) -> set[str]:
    """The words the current set says, having verified every file; one word when whole."""
    found = snapshot.open_current(published)
    assert found is not None
    assert snapshot.verify(found.folder) == ()
    return {(found.folder / name).read_text(encoding="utf-8").split("\n")[1] for name in NAMES}


def log_outcomes(published: Path) -> list[str]:
    lines = (published / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["outcome"] for line in lines]


STEPS = (
    *("read", "check", "quarantine", "tidy", "pack", "compare", "sweep", "write b.csv"),
    *("write c.csv", "write changes.csv", "write manifest.json", "write observations.csv"),
    *("write observations.parquet", "write quarantine.csv", "write snapshot.json", "seal"),
    *("name", "switch", "switched", "retire", "record", "ending"),
)


class Stand:
    """The stand: forks a refresh on request, kills it where asked, waits until it is gone."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, job: Job, step: str | None, back_to: str = "", *, collect: bool = False) -> int:
        """Start a refresh that stops at `step` (or runs slowly); its process id once there.

        Or, instead of a refresh, a roll-back to a set, or a collection of old ones.
        """
        assert self.process.stdin and self.process.stdout
        wanted = [str(job.raw), str(job.published), step, back_to, collect]
        self.process.stdin.write(f"{json.dumps(wanted)}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def kill(self, pid: int) -> None:
        assert self.process.stdout
        os.kill(pid, signal.SIGKILL)
        assert int(self.process.stdout.readline()) == -signal.SIGKILL


@pytest.fixture
def stand() -> Iterator[Stand]:
    command = [sys.executable, "-m", "tests.extract.test_refresh_killed"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Stand(process)
        assert process.stdin
        process.stdin.close()


def survives(job: Job, before: str, after: str) -> None:
    """After a kill: a whole set, old or new; a status that can be read; the next one succeeds."""
    assert published_words(job.published) in ({before}, {after})
    assert journal.read(job.published)["last_attempt"]
    assert refresh(job).exit_code == 0
    assert published_words(job.published) == {after}
    assert journal.read(job.published)["running_since"] is None
    assert {path.name for path in job.published.rglob(".*")} <= {".lock", ".status.lock"}


def test_killed_at_every_step(job: Job, stand: Stand) -> None:
    refresh(job)
    words = ["first", *(f"killed at {step}" for step in STEPS)]
    for (before, after), step in zip(pairwise(words), STEPS, strict=True):
        write(job.raw, after)
        stand.kill(stand.ask(job, step))
        assert journal.read(job.published)["running_since"] is not None
        survives(job, before, after)
        assert log_outcomes(job.published)[-2] == "interrupted"


def test_killed_at_any_moment(job: Job, stand: Stand) -> None:
    refresh(job)
    moments = random.Random(20261122)
    words = ["first", *(f"kill {number}" for number in range(20))]
    for before, after in pairwise(words):
        write(job.raw, after)
        pid = stand.ask(job, None)
        time.sleep(moments.uniform(0, 0.03))
        stand.kill(pid)
        survives(job, before, after)


def test_a_running_refresh_keeps_others_out_and_its_death_lets_them_in(
    job: Job, stand: Stand
) -> None:
    refresh(job)
    write(job.raw, "second")
    pid = stand.ask(job, "tidy")
    assert refresh(job).kind == "busy"
    stand.kill(pid)
    assert refresh(job).kind == "published"


def test_readers_see_whole_sets_while_refreshes_are_killed(job: Job, stand: Stand) -> None:
    refresh(job)
    stop = threading.Event()
    seen: list[frozenset[str]] = []

    def look() -> None:
        while not stop.is_set():
            seen.append(frozenset(published_words(job.published)))

    reader = threading.Thread(target=look)
    reader.start()
    for number, step in enumerate(STEPS):
        write(job.raw, f"set {number}")
        stand.kill(stand.ask(job, step))
    stop.set()
    reader.join()
    assert all(len(words) == 1 for words in seen)
    assert len(set(seen)) > 1


@pytest.mark.parametrize("step", ["pin", "switch", "switched", "record"])
def test_a_roll_back_killed_is_not_begun_or_is_finished(job: Job, stand: Stand, step: str) -> None:
    first = str(refresh(job).current)
    write(job.raw, "second")
    refresh(job)
    stand.kill(stand.ask(job, step, first))
    assert published_words(job.published) in ({"first"}, {"second"})
    done = refresh(job)
    assert done.exit_code == 0
    assert published_words(job.published) == ({"second"} if step == "pin" else {"first"})
    events = history.read(job.published)
    assert (events[-1].id == first) == (step != "pin")
    assert [event.kind for event in events].count("rolled_back") == (step != "pin")


def test_a_collection_killed_leaves_whole_sets_and_is_swept(job: Job, stand: Stand) -> None:
    for number in range(4):
        write(job.raw, f"word {number}")
        refresh(job)
    stand.kill(stand.ask(job, "retire", collect=True))
    assert published_words(job.published) == {"word 3"}
    kept = snapshot.snapshots(job.published)
    assert len(kept) == 3
    assert all(snapshot.verify(job.published / "snapshots" / name) == () for name in kept)
    survives(job, "word 3", "word 3")


def test_the_history_is_whole_however_often_it_is_killed(job: Job, stand: Stand) -> None:
    """Every set that was ever shown has its line, in the order in which they were shown."""
    refresh(job)
    shown = [snapshot.current_id(job.published)]
    for number, step in enumerate(("switch", "switched", "retire", "record", "ending")):
        write(job.raw, f"set {number}")
        stand.kill(stand.ask(job, step))
        if snapshot.current_id(job.published) != shown[-1]:
            shown.append(snapshot.current_id(job.published))
    assert [event.id for event in history.read(job.published)] == shown
    refresh(job)
    assert [event.id for event in history.read(job.published)] == shown
    assert (job.published / "history.jsonl").read_bytes().count(b"\n") == len(shown) == 5


def halt() -> None:
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    time.sleep(60)


def stopping_at(step: str) -> Callable[[str], None]:
    return lambda now: halt() if now == step or now.startswith(f"{step} ") else None


def victim(raw: str, published: str, step: str | None, back_to: str, collect: bool) -> None:
    """One refresh that waits to be killed: at `step`, or at any moment, taking its time."""
    if back_to or collect:
        elder(Path(published), str(step), back_to)
        return
    job = Job(Path(raw), Path(published), steps=SMALL, keep=2, keep_days=0)
    if step is None:
        sys.stdout.write(f"{os.getpid()}\n")
        sys.stdout.flush()
        refresh(replace(job, at=lambda _step: time.sleep(0.002)))
        time.sleep(60)
    else:
        refresh(replace(job, at=stopping_at(step)))


def elder(published: Path, step: str, back_to: str) -> None:
    """A roll-back, or a collection of old sets, that waits to be killed at `step`."""
    at, now = stopping_at(step), datetime.now(UTC)
    with snapshot.lock(published).acquire(timeout=0):
        if back_to:
            vintage.roll_back(published, back_to, reason="错了", by="clerk", now=now, at=at)
        else:
            vintage.collect(published, now, keep=1, days=0, at=at)


def serve() -> None:
    """Read requests line by line; fork, wait for the child, tell how it ended."""
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            victim(*json.loads(line))
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
