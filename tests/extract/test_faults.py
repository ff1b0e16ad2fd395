"""Faults from end to end: killed for real while sources are asked, four at once, spoilt tables.

Run as a script, this file is a stand: it forks refreshes that kill themselves at a named step, or
four that start together, and tells how they ended.
"""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extract import history, journal, snapshot, waiting
from extract.refresh import ZONE, Job, refresh, told
from extract.sources import read_table

CHECKOUT = Path(__file__).resolve().parents[2]
FIXTURES = CHECKOUT / "tests" / "fixtures"
NOON = datetime(2033, 3, 1, 12, 0, tzinfo=ZONE)
TABLE = "volunteers.csv"
CONFIG = """
[publish]
folder = "copy"
[[source]]
name = "office"
kind = "inbox"
where = "office"
schedule = "15m"
owner = "统计员"
"""
STEPS = ("fetch", "keep", "take", "stage", "copy")
"""The steps that only a refresh with sources walks through."""

Ask = Callable[..., list[int]]


def records(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def put(content: bytes, column: str, value: str) -> bytes:
    header, first, *rest = records(content)
    first[header.index(column)] = value
    return written([header, first, *rest])


def published(job: Job) -> list[dict[str, str]]:
    """The rows shown, every file having been verified."""
    found = snapshot.open_current(job.published)
    assert found is not None and snapshot.verify(found.folder) == ()
    text = (found.folder / "observations.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def ids(job: Job) -> set[str]:
    return {row["id"] for row in published(job)}


@pytest.fixture
def base(valid_raw: Path) -> Job:
    """Tables entered by hand, and no source."""
    return Job(valid_raw, valid_raw.parent / "published", now=lambda: NOON)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder of the sound tables."""
    published = tmp_path_factory.mktemp("shown") / "published"
    assert refresh(Job(FIXTURES / "raw", published, now=lambda: NOON)).kind == "published"
    return published


@pytest.fixture
def running(base: Job, shown: Path) -> Job:
    """The same tables, published before."""
    shutil.copytree(shown, base.published, symlinks=True)
    return base


@pytest.fixture
def job(base: Job) -> Job:
    """The same, but one document's volunteers come by an inbox."""
    place = base.raw.parent
    header, *rows = records((base.raw / TABLE).read_bytes())
    ours = [row for row in rows if not row[0].startswith("yunfan-2032")]
    (base.raw / TABLE).write_bytes(written([header, *ours]))
    (place / "office").mkdir()
    brought = [row for row in rows if row not in ours]
    assert brought
    (place / "brought.csv").write_bytes(written([header, *brought]))
    (place / "sources.toml").write_text(CONFIG, encoding="utf-8")
    return replace(base, config=place / "sources.toml")


def deliver(job: Job, note: str) -> Path:
    """Put the table into the inbox, with `note` as the note on its first row."""
    place = job.raw.parent
    path = place / "office" / TABLE
    path.write_bytes(put((place / "brought.csv").read_bytes(), "scope_note", note))
    os.utime(path, ns=(0, 0))
    return path


def notes(job: Job) -> set[str]:
    return {row["scope_note"] for row in published(job) if row["id"].startswith("yunfan-2032")}


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Ask the stand: exit codes of `times` refreshes at once, killed at `step` if it is named."""
    command = [sys.executable, "-m", "tests.extract.test_faults"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout

        def asked(job: Job, step: str = "", times: int = 1, days: int = 0) -> list[int]:
            assert process.stdin and process.stdout
            places = [str(job.raw), str(job.published), str(job.config or "")]
            process.stdin.write(f"{json.dumps([*places, step, times, days])}\n")
            process.stdin.flush()
            return list(json.loads(process.stdout.readline()))

        yield asked
        process.stdin.close()


def test_killed_at_every_step_with_a_source(job: Job, ask: Ask) -> None:
    """Whatever the step: a whole set, the delivery in the inbox or kept, and then published."""
    deliver(job, "first")
    assert refresh(job).kind == "published"
    everything, before = ids(job), "first"
    for number, step in enumerate(STEPS, 1):
        after = f"killed at {step}"
        path = deliver(job, after)
        moment = NOON + timedelta(days=number)
        assert ask(job, step, days=number) == [-signal.SIGKILL]
        assert ids(job) == everything
        assert (before in notes(job)) != (after in notes(job))
        assert path.exists() or (job.published / "sources" / "office" / "kept").is_dir()
        later = replace(job, now=lambda moment=moment: moment + timedelta(hours=1))
        done = refresh(later)
        assert done.exit_code == 0 and done.failing == (), done.zh
        assert after in notes(job) and ids(job) == everything and not path.exists()
        assert not (job.published / "sources" / ".staged").exists()
        before = after
    content = (job.raw.parent / "copy" / "observations.csv").read_text("utf-8")
    assert before in content, "the copy catches up"


def test_four_processes_at_once(running: Job, ask: Ask) -> None:
    base = running
    offices = base.raw / "offices.csv"
    offices.write_bytes(put(offices.read_bytes(), "note_en", "four at once"))
    codes = ask(base, times=4)
    assert set(codes) <= {0, 3} and 0 in codes
    lines = (base.published / "log.jsonl").read_text("utf-8").splitlines()
    kinds = [json.loads(line)["outcome"] for line in lines[1:]]
    assert kinds.count("published") == 1 and len(kinds) == 4
    assert set(kinds) <= {"published", "unchanged", "busy"}
    assert ids(base) and len(history.read(base.published)) == 2


def test_a_clock_set_back_still_asks_publishes_and_removes_nothing(job: Job) -> None:
    deliver(job, "first")
    first = refresh(job)
    deliver(job, "second")
    back = replace(job, now=lambda: NOON - timedelta(days=400), keep=1, keep_days=1)
    second = refresh(back)
    assert (second.kind, "second" in notes(job)) == ("published", True)
    assert [event.id for event in history.read(job.published)] == [first.current, second.current]
    assert {first.current, second.current} <= set(snapshot.snapshots(job.published))
    assert journal.read(job.published)["running_since"] is None
    deliver(job, "third")
    assert refresh(replace(job, now=lambda: NOON)).kind == "published"
    assert "third" in notes(job)


def semicolons(content: bytes) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(records(content))
    return out.getvalue().encode()


def reversed_columns(content: bytes) -> bytes:
    return written([row[::-1] for row in records(content)])


def twice(content: bytes) -> bytes:
    header, first, *rest = records(content)
    again = [*first[:17], "7777", *first[18:]]
    return written([header, first, again, *rest])


SPOILT: dict[str, tuple[Callable[[bytes], bytes | None], str]] = {
    "missing": (lambda _: None, "missing-file"),
    "empty": (lambda _: b"", "missing-column"),
    "truncated": (lambda c: c[: len(c) - 60], "ragged-line"),
    "semicolons": (semicolons, "missing-column"),
    "wrong encoding": (lambda c: c[:-40] + b"\xff\xfe\x81" + c[-40:], "encoding"),
    "NULs": (lambda c: c + b"\0" * 4096, "ragged-line"),
    "a million characters": (lambda c: c + b"x" * 1_000_000, "csv-syntax"),
    "column renamed": (lambda c: c.replace(b"ref_area", b"ref_aera", 1), "missing-column"),
    "column twice": (lambda c: c.replace(b"ref_area", b"value", 1), "duplicate-header"),
    "key twice": (twice, "duplicate-key"),
    "an error page": (lambda _: b"<html><body>404</body></html>", "missing-column"),
    "Excel's day number": (lambda c: put(c, "period_start", "47849"), "wrong-type"),
    "a swallowed number": (lambda c: put(c, "value", "1.1E+12"), "wrong-type"),
    "a formula": (lambda c: put(c, "scope_note", "=1+1"), "formula-text"),
}
WAIT = {"key twice", "Excel's day number", "a swallowed number", "a formula"}
"""Faults of rows, which wait; any other refuses the set."""
SOUND: dict[str, Callable[[bytes], bytes]] = {
    "BOM": lambda content: b"\xef\xbb\xbf" + content,
    "GB18030": lambda content: content.decode().encode("gb18030"),
    "columns moved": reversed_columns,
    "carriage returns": lambda content: content.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_table_of_the_base_gone_wrong(running: Job, fault: str) -> None:
    """The set shown stays, or its bad rows wait; nothing is lost and the line is told."""
    before = ids(running)
    spoil, rule = SPOILT[fault]
    content = spoil((running.raw / TABLE).read_bytes())
    (running.raw / TABLE).unlink()
    if content is not None:
        (running.raw / TABLE).write_bytes(content)
    done = refresh(running)
    found = snapshot.open_current(running.published)
    assert found is not None
    waits = set(waiting.read(found.folder))
    assert ids(running) | waits >= before
    assert (done.kind == "refused", bool(waits)) == (fault not in WAIT, fault in WAIT)
    told_of = [problem for problem in done.problems if problem.where.startswith(TABLE)]
    assert rule in {problem.rule for problem in told_of}, done.problems
    assert all(problem.message_zh and problem.next_step_zh for problem in told_of)
    assert fault in WAIT or TABLE in told(done, "zh")


@pytest.mark.parametrize("way", SOUND)
def test_a_table_of_the_base_in_another_dress(running: Job, way: str) -> None:
    before = published(running)
    path = running.raw / TABLE
    path.write_bytes(SOUND[way](path.read_bytes()))
    assert refresh(running).exit_code == 0
    assert published(running) == before


def test_a_million_rows_on_one_line() -> None:
    content = b"id,value\n" + b"a-1,10 " * 1_000_000
    reading = read_table("office/lamps.csv", content, max_bytes=20_000_000)
    assert reading.is_refused
    [problem] = reading.problems
    assert (problem.where, problem.rule) == ("office/lamps.csv:2", "line-too-long")
    assert len(problem.text("zh")) < 300


def one(raw: str, place: str, config: str, step: str, days: int) -> int:
    """One refresh, which kills itself as `step` begins."""

    def at(now: str) -> None:
        if step and (now == step or now.startswith(f"{step} ")):
            os.kill(os.getpid(), signal.SIGKILL)

    moment = NOON + timedelta(days=days)
    job = Job(Path(raw), Path(place), now=lambda: moment, at=at)
    return refresh(replace(job, config=Path(config) if config else None)).exit_code


def serve() -> None:
    """Read requests line by line; fork so many at once, and tell how each ended."""
    for line in sys.stdin:
        raw, place, config, step, times, days = json.loads(line)
        children = []
        for _ in range(times):
            if (pid := os.fork()) == 0:
                os._exit(one(raw, place, config, step, days))
            children.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
        sys.stdout.write(f"{json.dumps(codes)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
