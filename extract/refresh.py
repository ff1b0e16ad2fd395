"""From the raw tables to the published set: read, check, tidy, publish; or say why not.

The promise: what is published is whole, checked, and the newest that passed. One refresh runs
at a time; whatever goes wrong leaves `current` as it was, and the reasons stand in status.json
(now) and log.jsonl (every attempt) of the published folder.
"""

import argparse
import csv
import io
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from filelock import Timeout

from extract import evidence, journal, outcome, parquet, snapshot, tables, tidy
from extract.check import check
from extract.outcome import Outcome
from extract.problem import Language, Problem, errors
from extract.unreadable import Unreadable

__all__ = ["REAL", "ZONE", "Job", "Outcome", "Steps", "configure", "refresh", "run", "told"]

ZONE = ZoneInfo("Asia/Shanghai")
OBSERVATIONS = "observations.csv"
PRINTED = 20


@dataclass(frozen=True, slots=True)
class Steps:
    """The rooms a refresh walks through; a test puts its own in their place."""

    read: Callable[[Path], Any]
    sources: Callable[[Path | None], Mapping[str, str]]
    check: Callable[[Any, Mapping[str, str]], Sequence[Problem]]
    tidy: Callable[[Any], Any]
    files: Callable[[Any], Mapping[str, bytes]]
    pack: Callable[[bytes], bytes]


REAL = Steps(tables.read, evidence.sources, check, tidy.tidy, tidy.files, parquet.observations)


def _nowhere(_step: str) -> None:
    return None


def _now() -> datetime:
    return datetime.now(ZONE)


@dataclass(frozen=True, slots=True)
class Job:
    """What to refresh: raw tables → published folder, with the reports at hand if any.

    `force` writes the set again even when nothing has changed; `now` tells the time (with its
    zone); `at` is told each step as it begins.
    """

    raw: Path
    published: Path
    sources: Path | None = None
    steps: Steps = REAL
    keep: int = snapshot.KEEP
    force: bool = False
    now: Callable[[], datetime] = _now
    at: Callable[[str], None] = _nowhere


def refresh(job: Job) -> Outcome:
    """Publish what `job.raw` holds now, unless a check objects or another refresh runs.

    Raises no Exception: what went wrong is the outcome's, in words and with its exit code.
    """
    try:
        with snapshot.lock(job.published).acquire(timeout=0):
            return _alone(job)
    except Timeout:
        return _noted(job, outcome.busy(_current(job)))
    except OSError as reason:
        return outcome.out_of_reach(_current(job), reason)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m extract refresh`."""
    parser.add_argument("--once", action="store_true", help="run one time and stop (the default)")
    parser.add_argument("--force", action="store_true", help="write the set again if unchanged")
    parser.add_argument("--verbose", action="store_true", help="tell each step as it begins")


def run(args: argparse.Namespace) -> int:
    """Refresh once and say what happened, Chinese first.

    Exit codes: 0 published or unchanged, 1 refused or failed, 3 another refresh is running.
    """
    at = _tell if args.verbose else _nowhere
    done = refresh(Job(args.raw, args.published, args.sources, force=args.force, at=at))
    sys.stdout.write(f"{told(done, args.lang)}\n")
    return done.exit_code


def told(done: Outcome, language: Language = "both") -> str:
    """The outcome for a person: one line a language, then what has to be mended first."""
    listed = errors(done.problems)[:PRINTED]
    zh, en = [done.zh], [done.en]
    if more := len(done.problems) - len(listed):
        what = ("另有问题或提示", "more problems or notes") if listed else ("提示", "notes")
        zh.append(f"{what[0]} {more} 条，运行 python -m extract check 可看全部。")
        en.append(f"{more} {what[1]}: python -m extract check shows all.")
    said = {"zh": zh, "en": en, "both": [*zh, *en]}[language]
    return "\n".join([*said, *(problem.text(language) for problem in listed)])


def _tell(step: str) -> None:
    sys.stderr.write(f"{step}\n")
    sys.stderr.flush()


def _alone(job: Job) -> Outcome:
    """One attempt under the lock, from the note that it begins to the note how it ended."""
    started = job.now()
    try:
        journal.begin(job.published, started)
        done = _attempt(job)
    except Exception as reason:  # the rim: no failure may end without being told
        done = _unexpected(job, reason)
    try:
        journal.end(job.published, done, started, job.now())
    except OSError as reason:
        return _untold(done, reason)
    return done


def _attempt(job: Job) -> Outcome:
    try:
        files, problems = _prepare(job)
    except Unreadable as reason:
        return outcome.refused(_current(job), reason.problems)
    if errors(problems):
        return outcome.refused(_current(job), problems)
    done = snapshot.publish(job.published, files, keep=job.keep, force=job.force, at=job.at)
    rows = _rows(files[OBSERVATIONS])
    say = outcome.published if done.changed or job.force else outcome.unchanged
    return say(done.snapshot.id, rows, problems)


def _prepare(job: Job) -> tuple[Mapping[str, bytes], Sequence[Problem]]:
    """The files to publish and what was found; no files where a check objects."""
    job.at("read")
    before = _marks(job.raw)
    raw = job.steps.read(job.raw)
    job.at("check")
    problems = job.steps.check(raw, job.steps.sources(job.sources))
    if errors(problems):
        return {}, problems
    job.at("tidy")
    files = job.steps.files(job.steps.tidy(raw))
    job.at("pack")
    observations = files.get(OBSERVATIONS, b"")
    packed = {"observations.parquet": job.steps.pack(observations)} if observations else {}
    objections = [*_moved(job.raw, before), *_empty(observations)]
    return {**files, **packed}, [*objections, *problems]


def _marks(raw: Path) -> tuple[tuple[str, int, int], ...]:
    found = ((path.name, path.stat()) for path in sorted(raw.glob("[!.]*")))
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


def _moved(raw: Path, before: object) -> list[Problem]:
    if _marks(raw) == before:
        return []
    moved = Problem(
        raw.name,
        "changed-while-read",
        "a table was saved while it was being read",
        "finish saving, then refresh again",
        message_zh="读取期间有表格被保存",
        next_step_zh="保存完毕后再更新一次",
    )
    return [moved]


def _empty(observations: bytes) -> list[Problem]:
    if _rows(observations) > 0:
        return []
    empty = Problem(
        OBSERVATIONS,
        "nothing-to-publish",
        "the tables hold not one figure",
        "see whether the raw tables are in the folder and hold rows",
        message_zh="表格中一条数据也没有",
        next_step_zh="请检查原始表格是否都在文件夹中、是否有数据行",
    )
    return [empty]


def _rows(observations: bytes) -> int:
    lines = csv.reader(io.StringIO(observations.decode("utf-8"), newline=""))
    return max(sum(1 for _ in lines) - 1, 0)


def _current(job: Job) -> str | None:
    try:
        found = snapshot.open_current(job.published)
    except snapshot.DamagedError:
        return None
    return found.id if found else None


def _unexpected(job: Job, reason: Exception) -> Outcome:
    if isinstance(reason, OSError):
        return outcome.out_of_reach(_current(job), reason)
    trace = "".join(traceback.format_exception(reason))
    return outcome.failed(_current(job), f"{type(reason).__name__}: {reason}", trace)


def _noted(job: Job, done: Outcome) -> Outcome:
    try:
        journal.log(job.published, done, job.now())
    except OSError as reason:
        return _untold(done, reason)
    return done


def _untold(done: Outcome, reason: OSError) -> Outcome:
    """The same outcome, saying that it could not be written down."""
    return replace(
        done,
        zh=f"{done.zh}（未能写入 {journal.STATUS}：{reason.strerror}）",
        en=f"{done.en} ({journal.STATUS} could not be written: {reason.strerror})",
    )
