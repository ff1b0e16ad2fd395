"""All partitions of a spooled set: sent out, their answers joined, their tidy rows kept as parts.

The promise: what is found, what waits and what is tidy are those of the same tables read whole,
whatever the number of partitions, of workers, or the engine.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from extract.aside import Aside, Origin, Split, concluded
from extract.check.findings import Findings, Key, joined
from extract.decisions import Decision
from extract.partitions.crossing import packed, tabled
from extract.partitions.engines import Engine
from extract.partitions.entry import file_findings
from extract.partitions.spool import Laid, Spool
from extract.partitions.task import GIVEN, Answer, Keyed, Purpose, Task, answered
from extract.partitions.ties import OFFICES
from extract.problem import Problem
from extract.tables import Raw

__all__ = ["Given", "Good", "checked", "parted", "tidied"]

ROW_ORDER = "row-order"

KEPT = b"kept"
"""In place of a part that was written down."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of the rows beside their tables (see extract.quarantine.split)."""

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    published: Callable[[Collection[str]], Collection[str]] = frozenset


@dataclass(frozen=True, slots=True)
class Good:
    """The rows to publish: `parts` are Parquet files of tidy rows, `rows` of them in all.

    `aside` are the ids of rows that wait: what speaks of them waits too.
    """

    spool: Spool
    parts: tuple[Path, ...]
    rows: int
    aside: frozenset[str] = frozenset()


Tell = Callable[[int, int], None]
"""Hears how many observations of all are done."""


def checked(spool: Spool, engine: Engine, given: Given, tell: Tell) -> Findings:
    """All that is found in the set."""
    answers = _answers(_Work(spool, "check", given), engine, tell)
    return joined([spool.findings, *(answer.findings for answer in answers)])


def tidied(
    spool: Spool, engine: Engine, given: Given, into: Path, tell: Tell
) -> tuple[Findings, Good]:
    """All that is found, and the tidy parts, which count for nothing where there is an error."""
    purpose: Purpose = "check" if spool.findings.errors else "tidy"
    answers = _answers(_Work(spool, purpose, given, into), engine, tell)
    found = joined([spool.findings, *(answer.findings for answer in answers)])
    return found, _good(spool, answers, into, frozenset())


def parted(spool: Spool, engine: Engine, given: Given, into: Path, tell: Tell) -> Split:
    """The rows to publish (`good` is a Good) and those that wait, as quarantine.split has them."""
    answers = _answers(_Work(spool, "part", given, into), engine, tell)
    halves = [answer.parted for answer in answers if answer.parted is not None]
    waiting = sorted((each for half in halves for each in half.waiting), key=lambda one: one[0])
    places = [frozenset[str]().union(*(half.places[k] for half in halves)) for k in range(3)]
    rest = [*_of_set(spool, given), *_still(spool, places)]
    rows = [row for _, row in waiting]
    totals = sum((half.totals for half in halves), Counter[tuple[str, str]]())
    aside = Aside(
        _good(spool, answers, into, frozenset(row.id for row in rows) - {""}),
        tuple(rows),
        _in_order([*rest, *(each for half in halves for each in half.rest)]),
        _in_order([each for half in halves for each in half.overruled]),
        _in_order([each for half in halves for each in half.excused]),
        tuple(places),
        totals,
    )
    found = joined([spool.findings, *(answer.findings for answer in answers)])
    return concluded(aside, [*given.problems, *found.problems()])


@dataclass(frozen=True)
class _Work:
    """What is asked of every partition, and what all of them are told."""

    spool: Spool
    purpose: Purpose
    given: Given
    into: Path | None = None

    @cached_property
    def package(self) -> bytes:
        return json.dumps(self.spool.package, ensure_ascii=False).encode()

    @cached_property
    def carried(self) -> Mapping[str, bytes]:
        tables = self.spool.carried.items()
        return {f"{name}.csv": packed(tabled(frame)) for name, frame in tables}

    @cached_property
    def at_file(self) -> Mapping[str, Mapping[str, Keyed]]:
        """File → `file:line` → what was found there before."""
        found: dict[str, Keyed] = {}
        for entry in _given(self.given):
            found[entry[1].where] = (*found.get(entry[1].where, ()), entry)
        return _by_file(found)

    @cached_property
    def from_file(self) -> Mapping[str, Mapping[str, Origin]]:
        """File → `file:line` → where that line came from."""
        return _by_file(self.given.origins)

    def task(self, number: int, known: frozenset[str] | None = None) -> Task:
        """The task of one partition."""
        pieces = list(self.spool.pieces(number))
        units = [file.units(table) for file, table in pieces]
        offices = self.spool.offices
        guests = offices[offices["ref_area"].isin(set[str]().union(*units))]
        tables = {file.name: table for file, table in pieces}
        names = {*tables, *self.carried, f"{OFFICES}.csv"}
        return Task(
            number,
            self.purpose,
            self.package,
            {name: self.spool.files[name] for name in names},
            {name: packed(table) for name, table in tables.items()},
            {**self.carried, f"{OFFICES}.csv": packed(tabled(guests))},
            _texts(tables.get("documents.csv"), self.given.texts),
            tuple(sorted(chain(*_there(tables, self.at_file).values()), key=lambda one: one[0])),
            self.given.decisions,
            _there(tables, self.from_file),
            known,
            self.is_open,
        )

    @cached_property
    def is_open(self) -> bool:
        """Whether anything can still be published: nothing is wrong but rows."""
        return all(p.rule == "row-order" for _, p in self.spool.findings.errors)


Value = TypeVar("Value")


def _by_file(known: Mapping[str, Value]) -> Mapping[str, Mapping[str, Value]]:
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for where, value in known.items():
        found[where.partition(":")[0]][where] = value
    return found


def _there(
    tables: Mapping[str, pa.Table], known: Mapping[str, Mapping[str, Value]]
) -> dict[str, Value]:
    """Of what is known of places, what is known of these lines."""
    found: dict[str, Value] = {}
    for name, table in tables.items():
        if at := known.get(name):
            wheres = (f"{name}:{line}" for line in table["_line"].to_pylist())
            found |= {where: at[where] for where in wheres if where in at}
    return found


def _texts(documents: pa.Table | None, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of a partition's documents that are at hand."""
    if documents is None or not texts:
        return {}
    found = ((sha, texts.get(sha)) for sha in documents["sha256"].to_pylist())
    return {sha: text for sha, text in found if text is not None}


def _given(given: Given) -> Keyed:
    return tuple(((GIVEN, turn, GIVEN, 0), each) for turn, each in enumerate(given.problems))


def _answers(work: _Work, engine: Engine, tell: Tell) -> list[Answer]:
    """Every partition's answer, its part on disk, in the partitions' order."""
    found: dict[int, Answer] = {}
    done = 0
    for tasks in (_first(work), _asked(work, found)):
        for answer in engine.each(answered, tasks):
            found[answer.number] = _kept(answer, work.into)
            done += 0 if answer.asks else answer.seen
            tell(done, work.spool.lines)
    return [found[number] for number in sorted(found)]


def _first(work: _Work) -> Iterator[Task]:
    return (work.task(number) for number in range(work.spool.plan.count))


def _asked(work: _Work, found: Mapping[int, Answer]) -> Iterator[Task]:
    """The tasks that have to know which of their ids are published, once they may."""
    for answer in [each for each in found.values() if each.asks]:
        yield work.task(answer.number, frozenset(work.given.published(answer.ids)))


def _kept(answer: Answer, into: Path | None) -> Answer:
    if into is not None and answer.part:
        (into / _part_name(answer.number)).write_bytes(answer.part)
        return replace(answer, part=KEPT)
    return answer


def _good(spool: Spool, answers: Iterable[Answer], into: Path, aside: frozenset[str]) -> Good:
    made = [answer for answer in answers if answer.part == KEPT]
    parts = tuple(into / _part_name(answer.number) for answer in made)
    return Good(spool, parts, sum(answer.rows for answer in made), aside)


def _part_name(number: int) -> str:
    return f"part-{number:06d}.parquet"


def _in_order(keyed: Iterable[tuple[Key, Problem]]) -> tuple[Problem, ...]:
    return tuple(problem for _, problem in sorted(keyed, key=lambda entry: entry[0]))


def _of_set(spool: Spool, given: Given) -> Keyed:
    """Errors at no line of a partition, told beforehand or found in the registries."""
    laid = {file.name for file in spool.laid}
    early = [entry for entry in _given(given) if entry[1].severity == "error"]
    told = [entry for entry in early if not _is_line_of(laid, entry[1].where)]
    return (*told, *(entry for entry in spool.findings.errors if entry[1].rule != ROW_ORDER))


def _is_line_of(files: Collection[str], where: str) -> bool:
    file, _, line = where.partition(":")
    return file in files and line.isdecimal()


def _still(spool: Spool, places: Sequence[frozenset[str]]) -> Keyed:
    """Rows out of order, though those that wait are not looked at."""
    left = [entry for entry in spool.findings.errors if entry[1].rule == ROW_ORDER]
    for aside in places:
        left = [entry for entry in left if entry[1].where not in aside]
        if left and aside:
            names = {problem.where.partition(":")[0] for _, problem in left}
            files = [file for file in spool.laid if file.name in names]
            holds = {where for file in files for where in _out_of_order(spool, file, aside)}
            left = [entry for entry in left if entry[1].where in holds]
    return tuple(left)


def _out_of_order(spool: Spool, file: Laid, aside: frozenset[str]) -> Iterator[str]:
    frame = spool.frame(file)
    wheres = file.name + ":" + frame["_line"].astype("str")
    raw = Raw(spool.folder, {file.stem: frame[~wheres.isin(list(aside))]}, spool.package)
    found = file_findings(raw, file.position).errors
    return (problem.where for _, problem in found if problem.rule == ROW_ORDER)
