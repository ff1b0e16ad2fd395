"""A refresh publishes what passed, or leaves everything as it was and says why."""

import errno
import json
import os
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from extract import journal, snapshot
from extract.problem import Problem, errors
from extract.quarantine import Split
from extract.refresh import Job, Steps, refresh, told
from extract.unreadable import Unreadable

NAMES = ("observations.csv", "b.csv", "c.csv")
BAD = Problem("volunteers.csv:7", "reads-differently", "no", "mend it", "error", "不对", "请改")
NOTE = Problem("volunteers.csv:8", "other-encoding", "read as GB18030", "", "note")


def read(folder: Path) -> str:
    """The small raw table: one file with one word; 'torn' cannot be read."""
    word = (folder / "word.txt").read_text(encoding="utf-8")
    if word == "torn":
        raise Unreadable([BAD])
    return word


def files(word: str) -> dict[str, bytes]:
    """Three files that all say the same word: a mixture of two sets would show."""
    return {name: f"id\n{word}\n".encode() for name in NAMES} if word != "empty" else {}


def whole(word: str, problems: list[Problem], **_known: object) -> Split:
    """Parts nothing: every error is one of the set."""
    notes = tuple(problem for problem in problems if problem.severity == "note")
    return Split(word, (), tuple(errors(problems)), notes)


SMALL = Steps(
    read=read,
    sources=lambda _folder: {},
    check=lambda word, _texts: {"bad": [BAD, NOTE], "noted": [NOTE]}.get(word, []),
    tidy=lambda word: word,
    files=files,
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


def state(published: Path) -> tuple[object, ...]:
    """Everything a reader of the published set could tell apart."""
    paths = sorted(path for path in published.glob("snapshots/**/*") if path.is_file())
    return (
        (published / "current").readlink(),
        [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in paths],
    )


def log_lines(published: Path) -> list[dict[str, object]]:
    lines = (published / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_first_refresh_publishes(job: Job) -> None:
    done = refresh(job)
    assert (done.kind, done.exit_code, done.rows) == ("published", 0, 1)
    assert published_words(job.published) == {"first"}
    status = journal.read(job.published)
    assert status["outcome"] == "published"
    assert status["current"] == done.current == (job.published / "current").readlink().name
    assert status["last_attempt"] and status["last_success"] and status["last_published"]
    assert status["running_since"] is None
    assert status["problems"] == []


def test_second_refresh_changes_nothing(job: Job) -> None:
    refresh(job)
    before = state(job.published)
    done = refresh(job)
    assert (done.kind, done.exit_code) == ("unchanged", 0)
    assert state(job.published) == before


def test_force_writes_the_same_set_again(job: Job) -> None:
    refresh(job)
    before = state(job.published)
    assert refresh(replace(job, force=True)).kind == "published"
    assert state(job.published)[0] == before[0]
    assert published_words(job.published) == {"first"}


def test_notes_do_not_stop_publication_and_are_kept(job: Job) -> None:
    write(job.raw, "noted")
    assert refresh(job).kind == "published"
    status = journal.read(job.published)
    assert (status["error_count"], status["problem_count"]) == (0, 1)
    assert status["problems"][0]["where"] == "volunteers.csv:8"
    assert log_lines(job.published)[-1]["problems"] == [], "they would fill the log"


def saved_meanwhile(word: str, _texts: object, *, raw: Path) -> list[Problem]:
    write(raw, f"{word} and more")
    return []


@pytest.mark.parametrize(
    ("word", "rule"),
    [("bad", "reads-differently"), ("torn", "reads-differently"), ("empty", "nothing-to-publish")],
)
def test_what_does_not_pass_leaves_current_and_says_why(job: Job, word: str, rule: str) -> None:
    first = refresh(job)
    before = state(job.published)
    write(job.raw, word)
    done = refresh(job)
    assert (done.kind, done.exit_code, done.current) == ("refused", 1, first.current)
    assert state(job.published) == before
    status = journal.read(job.published)
    assert (status["outcome"], status["current"]) == ("refused", first.current)
    assert status["problems"][0]["rule"] == rule
    assert all(status["problems"][0][key] for key in ("where", "message_zh", "message_en"))
    assert log_lines(job.published)[-1]["outcome"] == "refused"
    write(job.raw, "mended")
    assert refresh(job).kind == "published"
    assert journal.read(job.published)["problems"] == []


def test_a_table_saved_meanwhile_is_not_published(job: Job) -> None:
    refresh(job)
    busy_hand = replace(SMALL, check=partial(saved_meanwhile, raw=job.raw))
    done = refresh(replace(job, steps=busy_hand))
    assert [problem.rule for problem in done.problems] == ["changed-while-read"]
    assert published_words(job.published) == {"first"}


def test_the_outcome_is_told_in_the_language_asked_for(job: Job) -> None:
    write(job.raw, "bad")
    done = refresh(job)
    zh, en = told(done, "zh").splitlines(), told(done, "en").splitlines()
    assert (zh[0], zh[2:]) == (done.zh, [BAD.text("zh")])
    assert (en[0], en[2:]) == (done.en, [BAD.text("en")])
    assert "1 条" in zh[1] and "1 more" in en[1]
    assert set(zh) | set(en) >= set(told(done).splitlines()[:4])


def test_errors_are_told_before_notes(job: Job) -> None:
    found = replace(SMALL, check=lambda _word, _texts: [*[NOTE] * 300, BAD])
    done = refresh(replace(job, steps=found))
    assert BAD.text("zh") in told(done, "zh")
    assert journal.read(job.published)["problems"][0]["rule"] == BAD.rule
    assert NOTE.text("zh") not in told(done, "zh")


def test_refused_before_anything_was_published(job: Job) -> None:
    write(job.raw, "bad")
    done = refresh(job)
    assert (done.exit_code, done.current) == (1, None)
    assert snapshot.open_current(job.published) is None
    assert "此前没有" in done.zh


def broken(_raw: object) -> object:
    raise ZeroDivisionError("nobody foresaw this")


def test_the_unforeseen_is_caught_logged_and_told(job: Job) -> None:
    refresh(job)
    before = state(job.published)
    done = refresh(replace(job, steps=replace(SMALL, tidy=broken)))
    assert (done.kind, done.exit_code) == ("failed", 1)
    assert "log.jsonl" in done.zh and "ZeroDivisionError" in done.en
    assert state(job.published) == before
    assert "in broken" in str(log_lines(job.published)[-1]["trace"])
    assert journal.read(job.published)["running_since"] is None


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (errno.ENOSPC, "磁盘空间不足", "disk is full"),
        (errno.EDQUOT, "磁盘空间不足", "disk is full"),
        (errno.EROFS, "没有写入或读取权限", "no permission"),
        (errno.EACCES, "没有写入或读取权限", "no permission"),
        (errno.EIO, "无法读写", "cannot be read or written"),
    ],
)
def test_a_disk_that_refuses_is_told_in_words(job: Job, monkeypatch, number, zh, en) -> None:
    refresh(job)
    before = state(job.published)
    write(job.raw, "second")
    real = snapshot._write

    def refusing(path: Path, content: bytes) -> None:
        if path.name == "c.csv":
            raise OSError(number, os.strerror(number), str(path))
        real(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_write", refusing)
        done = refresh(job)
    assert (done.kind, done.exit_code) == ("failed", 1)
    assert zh in done.zh and en in done.en and "c.csv" in done.en
    assert state(job.published) == before
    assert journal.read(job.published)["message_zh"] == done.zh
    assert refresh(job).kind == "published"


def test_a_status_that_cannot_be_written_is_said(job: Job, monkeypatch) -> None:
    refresh(job)
    status = (job.published / "status.json").read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = refresh(job)
    assert (done.kind, done.exit_code) == ("failed", 1)
    assert "status.json could not be written" in done.en
    assert (job.published / "status.json").read_bytes() == status


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder nobody can write")
def test_a_folder_nobody_can_write_is_told_in_words(job: Job) -> None:
    done = refresh(replace(job, published=Path("/sys/kernel/published")))
    assert done.exit_code == 1
    assert "/sys/kernel/published" in done.zh
    assert "没有写入" in done.zh or "无法读写" in done.zh


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_folder_is_told_in_words(job: Job, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    done = refresh(replace(job, published=tmp_path / "closed" / "published"))
    assert "没有写入或读取权限" in done.zh


def test_of_two_at_once_one_says_so(job: Job) -> None:
    refresh(job)
    before = journal.read(job.published)
    begun = time.monotonic()
    with snapshot.lock(job.published).acquire(timeout=0):
        done = refresh(job)
    assert time.monotonic() - begun < 2, "it does not wait for the other"
    assert (done.kind, done.exit_code) == ("busy", 3)
    assert "另一次更新正在进行" in told(done)
    assert journal.read(job.published) == before, "the one that runs owns the status"
    assert log_lines(job.published)[-1]["outcome"] == "busy"


def test_four_at_once_publish_once(job: Job) -> None:
    gate = threading.Barrier(4)
    kinds: list[str] = []

    def together() -> None:
        gate.wait()
        kinds.append(refresh(job).kind)

    threads = [threading.Thread(target=together) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds.count("published") == 1
    assert set(kinds) <= {"published", "unchanged", "busy"}
    assert published_words(job.published) == {"first"}


def test_status_and_log_keep_their_size(job: Job) -> None:
    many = replace(SMALL, check=lambda _word, _texts: [BAD] * 5000)
    done = refresh(replace(job, steps=many))
    status = journal.read(job.published)
    assert (status["error_count"], len(status["problems"])) == (5000, 200)
    assert told(done).count("volunteers.csv:7") == 20
    assert "另有问题或提示 4980 条" in told(done) and "4980 more" in told(done)
    assert (job.published / "log.jsonl").stat().st_size < 20_000
    (job.published / "log.jsonl").write_bytes(b"{}\n" * (journal.LOG_BYTES // 3 + 1))
    refresh(job)
    assert (job.published / "log.1.jsonl").stat().st_size >= journal.LOG_BYTES
    assert len(log_lines(job.published)) == 1


def test_status_updates_do_not_lose_each_other(tmp_path: Path) -> None:
    def mark(name: str) -> None:
        for number in range(25):
            journal.update(tmp_path, {name: number})

    threads = [threading.Thread(target=mark, args=[name]) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.read(tmp_path) == {"a": 24, "b": 24, "c": 24}


def test_status_is_never_half_written(tmp_path: Path) -> None:
    journal.update(tmp_path, {"n": 0, "long": "x" * 200_000})
    stop = threading.Event()
    seen: list[int] = []

    def look() -> None:
        while not stop.is_set():
            seen.append(json.loads((tmp_path / "status.json").read_bytes())["n"])

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 100):
        journal.update(tmp_path, {"n": number})
    stop.set()
    reader.join()
    assert seen == sorted(seen)
    assert len(set(seen)) > 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_spoilt_status_is_written_anew(job: Job, content: bytes) -> None:
    refresh(job)
    (job.published / "status.json").write_bytes(content)
    assert refresh(job).kind == "unchanged"
    assert journal.read(job.published)["outcome"] == "unchanged"
