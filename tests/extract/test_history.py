"""When which set was shown: as of a day, back to an older one, and which may go."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from extract import history, journal, pin, snapshot, vintage
from extract.history import ZONE, Event
from extract.problem import Problem
from extract.quarantine import Split
from extract.refresh import Job, Steps, refresh

MONDAY = datetime(2032, 6, 7, 9, 0, tzinfo=ZONE)


def split(word: str, _problems: list[Problem], **_known: object) -> Split:
    return Split(word)


SMALL = Steps(
    read=lambda folder: (folder / "word.txt").read_text(encoding="utf-8"),
    sources=lambda _folder: {},
    check=lambda _word, _texts: [],
    split=split,
    tidy=lambda word: word,
    files=lambda word: {"observations.csv": f"id\n{word}\n".encode()},
    pack=lambda _content: {},
    columns=lambda _word: ("id",),
)

WEDNESDAY = MONDAY + timedelta(days=2)

Publish = Callable[[str, datetime], str]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def job(tmp_path: Path, published: Path) -> Job:
    return Job(tmp_path, published, steps=SMALL, now=lambda: MONDAY)


@pytest.fixture
def publish(job: Job) -> Publish:
    def one(word: str, moment: datetime) -> str:
        (job.raw / "word.txt").write_text(word, encoding="utf-8")
        return str(refresh(replace(job, now=lambda: moment)).current)

    return one


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_as_of_a_day_is_the_last_set_of_that_day(published: Path, publish: Publish) -> None:
    early, late = publish("early", MONDAY), publish("late", MONDAY + timedelta(hours=14))
    friday = publish("friday", MONDAY + days(4))
    asked = [history.asof(published, MONDAY.date() + days(n)) for n in (-1, 0, 3, 4, 999)]
    assert asked == [None, late, late, friday, friday]
    assert early in {event.id for event in history.read(published)}


def test_a_day_ends_at_midnight_where_the_readers_are(published: Path, publish: Publish) -> None:
    first = publish("first", MONDAY)
    publish("second", datetime(2032, 6, 7, 23, 30, tzinfo=ZONE) + timedelta(hours=1))
    assert history.asof(published, MONDAY.date()) == first


def test_a_clock_set_back_does_not_reorder_what_happened(published: Path, publish: Publish) -> None:
    publish("first", MONDAY)
    second = publish("second", MONDAY - days(3))
    assert history.asof(published, MONDAY.date()) == second
    assert history.asof(published, MONDAY.date() - days(2)) == second


def test_lines_that_cannot_be_read_are_passed_over(published: Path, publish: Publish) -> None:
    first = publish("first", MONDAY)
    path = published / "history.jsonl"
    with path.open("ab") as lines:
        lines.write(b'[]\n{"id": "../x", "published_at": "2032-06-07T00:00:00+08:00"}\n{"id"')
    second = publish("second", MONDAY + days(1))
    assert [event.id for event in history.read(published)] == [first, second]
    assert json.loads(path.read_bytes().splitlines()[-1])["id"] == second


def test_a_folder_from_before_has_a_history_too(published: Path) -> None:
    long_ago = datetime(2022, 6, 6, 9, 0, tzinfo=ZONE)
    ids = [
        snapshot.publish(published, {"observations.csv": f"id\n{n}\n".encode()}).snapshot.id
        for n in range(3)
    ]
    for number, name in enumerate(ids):
        moment = (long_ago + days(number)).timestamp()
        os.utime(published / "snapshots" / name, (moment, moment))
    assert [event.id for event in history.read(published)] == ids
    assert history.asof(published, long_ago.date() + days(1)) == ids[1]
    history.complete(published)
    assert [event.id for event in history.read(published)] == ids
    assert (published / "history.jsonl").read_bytes().count(b"\n") == 3


def test_an_empty_folder_has_none(published: Path) -> None:
    assert history.read(published) == ()
    assert history.asof(published, date(2032, 1, 1)) is None


def back(published: Path, name: str, moment: datetime = WEDNESDAY) -> pin.Pin:
    return vintage.roll_back(published, name, reason="数据有误", by="clerk", now=moment)


def test_rolled_back_stays_so_until_a_person_says(published: Path, publish: Publish) -> None:
    first, second = publish("first", MONDAY), publish("second", MONDAY + days(1))
    assert back(published, first).instead_of == second
    assert snapshot.current_id(published) == first
    assert publish("second", MONDAY + days(3)) == first, "unchanged input does not undo it"
    assert publish("third", MONDAY + days(3)) == first, "nor does new input"
    status = journal.read(published)
    assert (status["current"], status["pinned"]["id"]) == (first, first)
    assert "固定" in status["message_zh"] and "unpin" in status["message_en"]
    assert history.asof(published, (MONDAY + days(2)).date()) == first
    assert history.read(published)[-1] == Event(
        first, MONDAY + days(2), "rolled_back", None, 1,
        history.read(published)[0].counts, "数据有误", "clerk",
    )  # fmt: skip
    vintage.unpin(published, reason="已改正", by="clerk", now=MONDAY + days(4))
    third = publish("third", MONDAY + days(4))
    assert snapshot.current_id(published) == third not in {first, second}
    assert journal.read(published)["pinned"] is None
    said = json.loads((published / "current" / "snapshot.json").read_bytes())
    assert said["predecessor"] == first
    lines = (published / "log.jsonl").read_bytes().splitlines()
    outcomes = [json.loads(line)["outcome"] for line in lines]
    assert outcomes[2] == "rolled_back" and "unpinned" in outcomes


def test_unchanged_after_rolling_back_is_unchanged(published: Path, publish: Publish) -> None:
    first = publish("first", MONDAY)
    publish("second", MONDAY)
    back(published, first)
    assert publish("first", MONDAY) == first
    assert "没有变化" in journal.read(published)["message_zh"]


def test_a_damaged_or_missing_set_is_not_gone_back_to(published: Path, publish: Publish) -> None:
    first, second = publish("first", MONDAY), publish("second", MONDAY)
    path = published / "snapshots" / first / "observations.csv"
    path.unlink()
    for name in (first, "0" * 16, "../../etc"):
        with pytest.raises(snapshot.DamagedError):
            back(published, name)
    assert snapshot.current_id(published) == second
    assert pin.read(published) is None


def test_a_roll_back_cut_short_is_finished(published: Path, publish: Publish) -> None:
    first, second = publish("first", MONDAY), publish("second", MONDAY)
    pin.put(published, pin.Pin(first, second, "数据有误", "clerk", journal.stamp(MONDAY)))
    assert publish("second", MONDAY) == first
    last = history.read(published)[-1]
    assert (last.id, last.kind, last.reason) == (first, "rolled_back", "数据有误")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"id": 1}', b"\xff"])
def test_a_spoilt_pin_holds_nothing(published: Path, publish: Publish, content: bytes) -> None:
    publish("first", MONDAY)
    (published / pin.PIN).write_bytes(content)
    assert publish("second", MONDAY) == snapshot.current_id(published)
    assert pin.read(published) is None


def shown(published: Path, publish: Publish, count: int) -> list[str]:
    """Sets shown a day each, the last on Monday."""
    return [publish(f"word {n}", MONDAY - days(count - 1 - n)) for n in range(count)]


def test_what_was_shown_of_late_is_kept(published: Path, publish: Publish) -> None:
    ids = shown(published, publish, 12)
    gone = vintage.collect(published, MONDAY, keep=2, days=5)
    assert gone.removed == tuple(reversed(ids[:6])), "the set of day -6 was shown until day -5"
    assert set(snapshot.snapshots(published)) == set(ids[6:])
    assert len(history.read(published)) == 12, "the history stays"


def test_unless_told_nothing_recent_goes(published: Path, publish: Publish) -> None:
    ids = shown(published, publish, 30)
    assert vintage.collect(published, MONDAY).removed == ()
    only_told = vintage.collect(published, MONDAY, keep=1, days=0, only_tell=True)
    assert only_told.removed == tuple(reversed(ids[:-1]))
    assert len(snapshot.snapshots(published)) == 30
    assert vintage.collect(published, MONDAY, keep=1, days=0).kept == (ids[-1],)


def test_current_and_pinned_never_go(published: Path, publish: Publish) -> None:
    ids = shown(published, publish, 6)
    back(published, ids[1], MONDAY)
    os.utime(published / "snapshots" / ids[1], (0, 0))
    vintage.collect(published, MONDAY, keep=1, days=0)
    assert {ids[1], ids[5]} <= set(snapshot.snapshots(published)), "and the one left for it"
    assert snapshot.verify(published / "snapshots" / ids[1]) == ()


def test_a_clock_set_back_removes_nothing(published: Path, publish: Publish) -> None:
    ids = shown(published, publish, 6)
    assert vintage.collect(published, MONDAY - days(3650), keep=1, days=1).removed == ()
    assert len(snapshot.snapshots(published)) == len(ids)


def test_a_refresh_keeps_what_was_shown_of_late(job: Job, publish: Publish) -> None:
    ids = shown(job.published, publish, 5)
    (job.raw / "word.txt").write_text("next", encoding="utf-8")
    refresh(replace(job, keep=2, keep_days=2, now=lambda: MONDAY))
    assert set(snapshot.snapshots(job.published)) >= {ids[4], ids[3], ids[2]}
    assert not {ids[0], ids[1]} & set(snapshot.snapshots(job.published))


def test_leftovers_are_swept(published: Path, publish: Publish) -> None:
    publish("first", MONDAY)
    (published / "snapshots" / f".retired-{'0' * 16}").mkdir()
    vintage.collect(published, MONDAY)
    assert [path.name for path in (published / "snapshots").glob(".*")] == []
