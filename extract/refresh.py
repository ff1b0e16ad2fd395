"""From the sources to the published set: gather, check, part, tidy, compare, publish; or say why.

The promise: what is published is whole, checked, explained, and the newest that passed. One
refresh runs at a time. A bad row waits in quarantine and the good are published; an error of the
set leaves `current` as it was. The reasons stand in status.json (now), log.jsonl (every attempt),
and in the snapshot itself (quarantine.csv, changes.csv); history.jsonl says when.
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from filelock import Timeout

from extract import (
    configuration,
    content,
    decisions,
    edition,
    handout,
    history,
    journal,
    notify,
    outcome,
    remote,
    snapshot,
    vintage,
    waiting,
    workroom,
)
from extract.commands import means
from extract.configuration import Configuration
from extract.content import Content
from extract.history import ZONE
from extract.intake import Intake
from extract.outcome import Outcome
from extract.partitions import Means, Unable
from extract.problem import Language, Problem, errors
from extract.quarantine import Split
from extract.supply import Supply, from_folder
from extract.unreadable import Unreadable
from extract.workroom import OBSERVATIONS, REAL, Steps, Workroom

__all__ = [
    "REAL",
    "ZONE",
    "Job",
    "Outcome",
    "Steps",
    "Supply",
    "configure",
    "refresh",
    "run",
    "told",
]

PRINTED = 20
SLACK = timedelta(minutes=1)
"""So much before its interval is over a source is asked by `refresh`: timers are not exact."""

_EVERY_DUE = Intake(())


def _nowhere(_step: str) -> None:
    return None


def _now() -> datetime:
    return datetime.now(ZONE)


def _from_folder(job: "Job") -> Supply:
    """The raw folder as it stands, and whether it still stands so afterwards."""
    return from_folder(job.raw, job.steps.read)


@dataclass(frozen=True, slots=True)
class Job:
    """What to refresh: raw tables → published folder, with the reports at hand if any.

    `supply` gives the tables, by default those of the folder `raw`; it is asked under the lock,
    tells its own steps through `job.at`, and may raise Unreadable; the sources of `config` (a
    sources.toml, read at each refresh) take its place, with `intake` for how they are asked.
    `force` writes the set again even when nothing has changed; `keep` and `keep_days` say which
    older sets stay; `now` tells the time (with its zone); `at` is told each step as it begins;
    `means` are what a large set is worked on with.
    """

    raw: Path
    published: Path
    sources: Path | None = None
    steps: Steps = REAL
    supply: Callable[["Job"], Supply] = _from_folder
    keep: int = snapshot.KEEP
    keep_days: float = vintage.DAYS
    force: bool = False
    now: Callable[[], datetime] = _now
    at: Callable[[str], None] = _nowhere
    config: Path | None = None
    intake: Intake = _EVERY_DUE
    means: Means = field(default_factory=Means)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What would be published, and everything found on the way; no files where it is refused."""

    problems: Sequence[Problem]
    data: Mapping[str, Content] = field(default_factory=dict)
    waiting: int = 0
    released: Mapping[str, str] = field(default_factory=dict)
    supply: Supply | None = None


def refresh(job: Job) -> Outcome:
    """Publish what the tables and the sources hold now, unless a check objects or another runs.

    Raises no Exception: what went wrong is the outcome's, in words and with its exit code. Who is
    to be told of it is told afterwards, when the next refresh may begin already.
    """
    try:
        given = _given(job)
        with snapshot.lock(job.published).acquire(timeout=0):
            done = _alone(job, given)
        notify.after(job.published, given[0].notify, done, job.now())
        return done
    except Timeout:
        return _noted(job, outcome.busy(_current(job)))
    except OSError as reason:
        return outcome.out_of_reach(_current(job), reason)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m extract refresh`."""
    parser.add_argument("--once", action="store_true", help="run one time and stop (the default)")
    parser.add_argument("--force", action="store_true", help="write the set again if unchanged")
    parser.add_argument(
        "--keep", type=int, default=snapshot.KEEP, help="older sets that stay, at least (20)"
    )
    parser.add_argument(
        "--days", type=float, default=vintage.DAYS, help="sets shown of late that stay (30)"
    )
    parser.add_argument("--verbose", action="store_true", help="tell each step as it begins")
    parser.add_argument("--all", action="store_true", help="ask every source, due or not")
    means.configure(parser)


def run(args: argparse.Namespace) -> int:
    """Refresh once and say what happened, Chinese first.

    Exit codes: 0 published or unchanged, 1 refused or failed, 3 another refresh is running.
    """
    at = _tell if args.verbose else _nowhere
    job = Job(args.raw, args.published, args.sources, force=args.force, at=at)
    job = replace(job, keep=args.keep, keep_days=args.days, means=means.means(args))
    config = configuration.place(args.config, args.raw)
    job = replace(job, config=config, intake=Intake((), args.all, SLACK))
    storage = configuration.shared(args.remote, config)
    done = remote.around(args.published, storage, job.now, lambda: refresh(job))
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


def _given(job: Job) -> tuple[Configuration, Sequence[Problem]]:
    """The configuration, or none and what is wrong with it."""
    try:
        return configuration.load(job.config), ()
    except Unreadable as reason:
        return Configuration(), reason.problems


def _alone(job: Job, given: tuple[Configuration, Sequence[Problem]]) -> Outcome:
    """One attempt under the lock, from the note that it begins to the note how it ended."""
    started, (settings, wrong) = job.now(), given
    try:
        journal.begin(job.published, started)
        if settings.sources:
            intake = replace(job.intake, sources=settings.sources)
            job = replace(job, supply=intake.supply)
        with workroom.beside(job.published) as place:
            done = outcome.refused(_current(job), wrong) if wrong else _attempt(job, place)
        done = handout.after(job.published, settings.folder, done, job.at)
        job.at("ending")
    except Exception as reason:  # the rim: no failure may end without being told
        done = _unexpected(job, reason)
    try:
        journal.end(job.published, done, started, job.now(), settings.stale_after)
    except OSError as reason:
        return _untold(done, reason)
    return done


def _attempt(job: Job, place: Path) -> Outcome:
    held = vintage.finish(job.published)
    before = edition.predecessor(job.published)
    try:
        prepared = _prepare(job, before, Workroom(place, job.steps, job.means, job.at))
    except Unreadable as reason:
        return outcome.refused(_current(job), reason.problems)
    if not prepared.data:
        done = outcome.refused(_current(job), prepared.problems)
        return _beside(done, prepared.supply)
    if held is not None and not edition.same_data(job.published, prepared.data):
        done = outcome.held(_current(job) or held.id, held.reason, prepared.problems)
        return _beside(done, prepared.supply)
    done = _publish(job, prepared, before)
    try:
        if prepared.supply is not None:
            prepared.supply.accept()
    except OSError as reason:
        done = _untold(done, reason, "sources")
    return _beside(done, prepared.supply)


def _beside(done: Outcome, supply: Supply | None) -> Outcome:
    """The outcome with what the sources did; as it is, where there are none."""
    return outcome.beside(done, supply.states) if supply and supply.states else done


def _publish(job: Job, prepared: _Prepared, before: snapshot.Snapshot | None) -> Outcome:
    job.at("compare")
    sources = prepared.supply.sources() if prepared.supply else {}
    made = edition.next_edition(
        job.published, prepared.data, before, released=prepared.released, sources=sources
    )
    spare = vintage.spared(job.published, job.now(), job.keep_days)
    done = snapshot.publish(
        job.published, made.files, keep=job.keep, spare=spare, force=job.force, at=job.at
    )
    job.at("record")
    rows = content.records(prepared.data[OBSERVATIONS])
    if not done.changed and not job.force:
        return outcome.unchanged(
            done.snapshot.id, rows, prepared.problems, waiting=prepared.waiting
        )
    said = outcome.published(
        done.snapshot.id, rows, prepared.problems, waiting=prepared.waiting, changes=made.counts
    )
    return _recorded(job, said) if done.changed else said


def _recorded(job: Job, done: Outcome) -> Outcome:
    """The publication in the history; a disk that refuses the line does not undo what is shown."""
    try:
        history.append(job.published, history.event(job.published, str(done.current), job.now()))
    except OSError as reason:
        return _untold(done, reason, history.HISTORY)
    return done


def _prepare(job: Job, before: snapshot.Snapshot | None, room: Workroom) -> _Prepared:
    """The data to publish and what was found; no data where the set is refused."""
    job.at("read")
    supply = job.supply(replace(job, steps=room.own_steps()))
    decided = decisions.read(job.published)
    folders = (job.raw, job.sources)
    parted = room.parted(supply, folders, decided, before)
    if parted.objections:
        refused = _Prepared(_told(supply, [*parted.objections, *parted.told]), supply=supply)
    while parted.objections:
        again = supply.without(_blamed(supply, parted), _placed(supply, parted.objections))
        if again is None:
            return refused
        supply = again
        parted = room.parted(supply, folders, decided, before)
    files = room.files(parted.good)
    observations = files.get(OBSERVATIONS, b"")
    objections = [*supply.moved(), *_empty(observations)]
    if objections:
        return _Prepared(_told(supply, [*objections, *parted.told]), supply=supply)
    data = {
        **files,
        waiting.QUARANTINE: _waiting(job, supply, parted, before),
    }
    return _Prepared(
        _told(supply, parted.told),
        data,
        sum(not row.is_dropped for row in parted.waiting),
        {name: said.reason for name, said in decided.items() if said.decision == "release"},
        supply,
    )


def _blamed(supply: Supply, parted: Split) -> set[str]:
    """The sources whose rows the objections are about; none where that is not known."""
    at = {supply.origins[p.where].source for p in parted.objections if p.where in supply.origins}
    return {*at, *parted.failed} - {""}


def _placed(supply: Supply, problems: Sequence[Problem]) -> list[Problem]:
    return [supply.placed(problem) for problem in problems]


def _told(supply: Supply, problems: Sequence[Problem]) -> list[Problem]:
    """All there is to tell, each where a person can mend it; what the sources say comes last."""
    return [*_placed(supply, problems), *supply.told]


def _waiting(job: Job, supply: Supply, parted: Split, before: snapshot.Snapshot | None) -> bytes:
    return waiting.written(
        parted.waiting,
        job.steps.columns(supply.raw),
        before=waiting.read(before.folder) if before else {},
        predecessor=before.id if before else None,
    )


def _empty(observations: Content) -> list[Problem]:
    if content.records(observations) > 0:
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


def _current(job: Job) -> str | None:
    try:
        found = snapshot.open_current(job.published)
    except snapshot.DamagedError:
        return None
    return found.id if found else None


def _unexpected(job: Job, reason: Exception) -> Outcome:
    if isinstance(reason, OSError):
        return outcome.out_of_reach(_current(job), reason)
    if isinstance(reason, Unable):
        return outcome.unable(_current(job), reason.zh, reason.en)
    trace = "".join(traceback.format_exception(reason))
    return outcome.failed(_current(job), f"{type(reason).__name__}: {reason}", trace)


def _noted(job: Job, done: Outcome) -> Outcome:
    try:
        journal.log(job.published, done, job.now())
    except OSError as reason:
        return _untold(done, reason)
    return done


def _untold(done: Outcome, reason: OSError, file: str = journal.STATUS) -> Outcome:
    """The same outcome, saying that it could not be written down."""
    return replace(
        done,
        zh=f"{done.zh}（未能写入 {file}：{reason.strerror}）",
        en=f"{done.en} ({file} could not be written: {reason.strerror})",
    )
