"""A refresh with sources: each adds its rows, fails alone, and is told of."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from extract import configuration, handout, intake, journal, notify, snapshot
from extract.configuration import Notify
from extract.outcome import Outcome
from extract.problem import Problem
from extract.refresh import Job, refresh
from extract.sources import Source
from extract.sources.rules import Refused
from extract.unreadable import Unreadable

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2033, 3, 1, 12, 0, tzinfo=ZONE)
SOURCE = """
[[source]]
name = "office"
kind = "folder"
where = "office"
schedule = "15m"
owner = "统计员"
"""


def moved_out(raw: Path, table: str, prefix: str) -> bytes:
    """Take the rows of a document out of a base table, as a file a source would bring."""
    path = raw / table
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    brought = [line for line in lines[1:] if line.startswith(prefix)]
    assert brought
    path.write_text("".join(line for line in lines if line not in brought), encoding="utf-8")
    return "".join([lines[0], *brought]).encode()


@pytest.fixture
def job(valid_raw: Path) -> Job:
    """A base without one document's volunteers, which a folder beside it brings."""
    office = valid_raw.parent / "office"
    office.mkdir()
    (office / "volunteers.csv").write_bytes(moved_out(valid_raw, "volunteers.csv", "yunfan-2032"))
    config = valid_raw.parent / "sources.toml"
    config.write_text(SOURCE, encoding="utf-8")
    return Job(valid_raw, valid_raw.parent / "published", config=config, now=lambda: NOON)


def later(job: Job, **more: float) -> Job:
    moment = job.now() + timedelta(**(more or {"hours": 1}))
    return replace(job, now=lambda: moment)


def configured(job: Job, old: str, new: str) -> None:
    assert job.config is not None
    text = job.config.read_text(encoding="utf-8")
    assert old in text
    job.config.write_text(text.replace(old, new), encoding="utf-8")


def delivered(job: Job) -> Path:
    return job.raw.parent / "office" / "volunteers.csv"


def ids(job: Job) -> set[str]:
    found = snapshot.open_current(job.published)
    assert found is not None and snapshot.verify(found.folder) == ()
    text = (found.folder / "observations.csv").read_text(encoding="utf-8")
    return {line["id"] for line in csv.DictReader(io.StringIO(text, newline=""))}


def brought(job: Job) -> set[str]:
    return {name for name in ids(job) if name.startswith("yunfan-2032")}


def rules(done: Outcome) -> set[str]:
    return {problem.rule for problem in done.problems}


def test_a_source_adds_its_rows_to_the_base(job: Job) -> None:
    alone = refresh(replace(job, config=None))
    assert alone.kind == "published"
    before = ids(job)
    done = refresh(job)
    assert (done.kind, done.failing) == ("published", ()), done.zh
    assert ids(job) > before
    assert done.changes["added"] == len(ids(job)) - len(before)
    state = journal.read(job.published)["sources"]
    assert [(each["name"], each["failed"]) for each in state] == [("office", False)]
    assert not (job.published / "sources" / ".staged").exists()
    assert refresh(later(job)).kind == "unchanged"


def test_a_source_is_asked_when_it_is_due(job: Job) -> None:
    refresh(job)
    delivered(job).unlink()
    assert refresh(later(job, minutes=14)).failing == ()
    assert refresh(later(job, minutes=15)).failing == ("office",)


WHOLESALE: Mapping[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[: content.index(b"\n")],
    "not a table": lambda content: b"\x00\x01\x02",
    "column renamed": lambda content: content.replace(b"as_written", b"written", 1),
    "every number misread": lambda content: _with(content, "value", "7777"),
    "every office unknown": lambda content: _with(content, "ref_area", "000000000"),
}


def _with(content: bytes, column: str, value: str) -> bytes:
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    for row in rows:
        row[header.index(column)] = value
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode()


@pytest.mark.parametrize("flaw", WHOLESALE)
def test_a_source_that_fails_as_a_whole_changes_nothing_of_its_rows(job: Job, flaw: str) -> None:
    refresh(job)
    before = ids(job)
    delivered(job).write_bytes(WHOLESALE[flaw](delivered(job).read_bytes()))
    done = refresh(later(job))
    assert (done.kind, done.failing) == ("unchanged", ("office",)), done.problems
    assert ids(job) == before
    assert "kept-last" in rules(done) and len(rules(done)) > 1
    assert "office" in done.zh


def test_the_base_goes_on_while_a_source_fails(job: Job) -> None:
    refresh(job)
    delivered(job).write_bytes(_with(delivered(job).read_bytes(), "value", "7777"))
    offices = job.raw / "offices.csv"
    offices.write_bytes(_with(offices.read_bytes(), "note_en", "a new note"))
    done = refresh(later(job))
    assert (done.kind, done.failing) == ("published", ("office",))
    assert brought(job)


def test_drop_withdraws_the_rows_of_a_failed_source(job: Job) -> None:
    configured(job, 'owner = "统计员"', 'owner = "统计员"\non_failure = "drop"')
    refresh(job)
    assert brought(job)
    delivered(job).write_bytes(_with(delivered(job).read_bytes(), "value", "7777"))
    done = refresh(later(job))
    assert (done.kind, done.failing) == ("published", ("office",))
    assert not {name for name in brought(job) if name in delivered(job).read_text("utf-8")}
    assert "rows-dropped" in rules(done)


@pytest.mark.parametrize("flaw", ["cut off", "every number misread"])
def test_stop_publishes_nothing(job: Job, flaw: str) -> None:
    configured(job, 'owner = "统计员"', 'owner = "统计员"\non_failure = "stop"')
    refresh(job)
    before = ids(job)
    delivered(job).write_bytes(WHOLESALE[flaw](delivered(job).read_bytes()))
    done = refresh(later(job))
    assert (done.kind, done.exit_code) == ("refused", 1)
    assert "source-stops" in rules(done)
    assert ids(job) == before


def test_a_broken_configuration_is_told_with_its_line_and_changes_nothing(job: Job) -> None:
    refresh(job)
    before = ids(job)
    configured(job, 'schedule = "15m"', 'schedule = "sometimes"')
    done = refresh(later(job))
    assert done.kind == "refused"
    assert [problem.where for problem in done.problems] == ["sources.toml:6"]
    assert ids(job) == before


def test_a_promise_moves_on_only_while_every_source_answers(job: Job) -> None:
    configured(job, "[[source]]", '[promise]\nstale_after = "26h"\n[[source]]')
    refresh(job)
    promised = journal.read(job.published)["stale_after"]
    assert promised == "2033-03-02T14:00:00+08:00"
    refresh(later(job))
    moved = journal.read(job.published)["stale_after"]
    assert moved == "2033-03-02T15:00:00+08:00"
    delivered(job).unlink()
    refresh(later(job, hours=2))
    assert journal.read(job.published)["stale_after"] == moved


def test_the_copy_is_whole_fits_its_checksum_and_is_left_alone(job: Job, tmp_path: Path) -> None:
    configured(job, "[[source]]", '[publish]\nfolder = "copy"\n[[source]]')
    refresh(job)
    copy = tmp_path / "copy"
    assert {path.name for path in copy.iterdir()} == {
        "observations.csv",
        "observations.csv.sha256",
        "datapackage.json",
    }
    content = (copy / "observations.csv").read_bytes()
    assert content.startswith(handout.BOM)
    digest, name = (copy / "observations.csv.sha256").read_text("utf-8").split()
    assert (digest, name) == (hashlib.sha256(content).hexdigest(), "observations.csv")
    package = json.loads((copy / "datapackage.json").read_bytes())
    assert [each["path"] for each in package["resources"]] == ["observations.csv"]
    assert package["resources"][0]["hash"] == f"sha256:{digest}"
    times = {path.name: path.stat().st_mtime_ns for path in copy.iterdir()}
    refresh(later(job))
    assert {path.name: path.stat().st_mtime_ns for path in copy.iterdir()} == times


def test_a_copy_that_cannot_be_written_is_told_and_undoes_nothing(job: Job, tmp_path: Path) -> None:
    configured(job, "[[source]]", '[publish]\nfolder = "copy"\n[[source]]')
    (tmp_path / "copy").write_bytes(b"a file, not a folder")
    done = refresh(job)
    assert done.kind == "published"
    assert "copy-unwritten" in rules(done)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[promise]\nstale_after = "soon"', "sources.toml:2"),
        ("[promise]\nstale_after = true", "sources.toml:2"),
        ("[promise]\nstaleafter = 1", "sources.toml:2"),
        ("[notify]\ntimeout = 5", "sources.toml:1"),
        ('[notify]\nurl = "ftp://example.org/"', "sources.toml:2"),
        ('[notify]\nurl = "https://example.org/"\ntimeout = 3600', "sources.toml:3"),
        ('[notify]\nurl = "https://example.org/"\non = ["always"]', "sources.toml:3"),
        ('[notify]\nurl = "https://example.org/"\non = [["stale"]]', "sources.toml:3"),
        ("[publish]\nfolder = 3", "sources.toml:2"),
        ("publish = 3", "sources.toml"),
        ("[webhook]\nurl = 3", "sources.toml"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as reason:
        configuration.load(path)
    assert [problem.where for problem in reason.value.problems] == [where]


def test_the_configuration_stands_beside_the_data_unless_named(tmp_path: Path) -> None:
    raw, named = tmp_path / "data" / "raw", tmp_path / "other.toml"
    assert configuration.place(None, raw) is None
    (tmp_path / "sources.toml").write_bytes(b"")
    assert configuration.place(None, raw) == tmp_path / "sources.toml"
    assert configuration.place(named, raw) == named


FAILED = Outcome("failed", "坏了", "broken")
FINE = Outcome("unchanged", "好", "fine", "0123456789abcdef", 3)
TARGET = Notify("https://hooks.example.org/x")


def _told(
    published: Path, done: Outcome | None, *, taken: bool = True, now: datetime = NOON
) -> list[str]:
    """The events sent on one occasion."""
    events: list[str] = []

    def send(source: Source, body: bytes) -> None:
        events.append(json.loads(body)["event"])
        assert source.timeout_seconds <= TARGET.timeout
        if not taken:
            raise Refused(Problem("notify", "no-answer", "no", "again"))

    if done is None:
        notify.watch(published, TARGET, now, send)
    else:
        notify.after(published, TARGET, done, now, send)
    return events


def test_each_trouble_is_told_once_and_its_end_too(tmp_path: Path) -> None:
    assert _told(tmp_path, FINE) == []
    assert _told(tmp_path, FAILED) == ["failure"]
    assert _told(tmp_path, FAILED) == []
    assert _told(tmp_path, replace(FAILED, kind="busy")) == []
    assert _told(tmp_path, replace(FAILED, kind="refused")) == ["failure"]
    assert _told(tmp_path, replace(FINE, sources=({"name": "a", "failed": True},))) == ["failure"]
    assert _told(tmp_path, FINE, taken=False) == ["recovery"]
    assert _told(tmp_path, FINE) == ["recovery"], "what was not taken is sent again"
    assert _told(tmp_path, FINE) == []


def test_old_data_are_told_once(tmp_path: Path) -> None:
    journal.update(tmp_path, {"stale_after": journal.stamp(NOON)})
    assert _told(tmp_path, None) == []
    late = NOON + timedelta(seconds=1)
    assert _told(tmp_path, None, now=late) == ["stale"]
    assert _told(tmp_path, None, now=late) == []
    journal.update(tmp_path, {"stale_after": journal.stamp(late)})
    assert _told(tmp_path, FINE, now=late) == []
    assert _told(tmp_path, FINE, now=late + timedelta(seconds=1)) == ["stale"]


def test_only_what_is_asked_for_is_told(tmp_path: Path) -> None:
    sent: list[bytes] = []
    target = replace(TARGET, on=("recovery",))

    def send(_source: Source, body: bytes) -> None:
        sent.append(body)

    notify.after(tmp_path, target, FAILED, NOON, send)
    assert not sent
    notify.after(tmp_path, target, FINE, NOON, send)
    assert [json.loads(body)["event"] for body in sent] == ["recovery"]


def test_cron_and_intervals_are_due_in_their_zone() -> None:
    daily = Source("daily", "folder", "/x", "0 6 * * *", "o")
    often = Source("often", "folder", "/x", "15m", "o")
    asked = {"daily": NOON - timedelta(hours=5), "often": NOON - timedelta(minutes=14, seconds=30)}
    assert intake.due([daily, often], {}, NOON) == ["daily", "often"]
    assert intake.due([daily, often], asked, NOON) == []
    assert intake.due([daily, often], asked, NOON, timedelta(minutes=1)) == ["often"]
    assert intake.due([daily, often], asked, NOON + timedelta(hours=18)) == ["daily", "often"]
