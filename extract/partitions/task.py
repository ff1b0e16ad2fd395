"""One partition checked, parted and made tidy: the same pure rules on fewer rows.

What goes in and comes out are bytes and small values: a worker needs neither the folder of raw
tables nor a disk it shares with others.
"""

import io
import json
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pyarrow import parquet

from extract import quarantine
from extract.aside import Aside, Origin, Waiting
from extract.check import OF_FILES, OF_SET, findings
from extract.check.findings import Findings, Key
from extract.decisions import Decision
from extract.partitions.crossing import framed, unpacked
from extract.partitions.entry import complete
from extract.problem import Problem
from extract.tables import Raw
from extract.tidy import tidy
from extract.wholesale import Count

__all__ = ["GIVEN", "Answer", "Keyed", "Parted", "Purpose", "Task", "answered"]

Purpose = Literal["check", "tidy", "part"]
"""Only look; make tidy what has no error; set bad rows aside and make the others tidy."""

Keyed = tuple[tuple[Key, Problem], ...]

GIVEN = -1
"""Position of what was found before the tables were checked: it is told first."""

_OF_OFFICES = frozenset({"before-valid-from", "after-valid-to"})
"""Rules about a unit beside its rows: asked where the rows are."""


@dataclass(frozen=True, slots=True)
class Task:
    """A partition: its own lines, and what they are held against.

    `tables` and `guests` are packed tables by file, in the order of the files; problems at guests
    are another's to tell. `given` was found before; `known` are the ids published now, None
    where nobody asked. `is_open` is false where nothing can be published anyhow.
    """

    number: int
    purpose: Purpose
    package: bytes
    files: Mapping[str, int]
    tables: Mapping[str, bytes]
    guests: Mapping[str, bytes]
    texts: Mapping[str, str]
    given: Keyed = ()
    decisions: Mapping[str, Decision] | None = None
    origins: Mapping[str, Origin] | None = None
    known: frozenset[str] | None = None
    is_open: bool = True

    def __str__(self) -> str:
        """The partition by its documents, for whoever has to be told of it."""
        raw = _raw(self)
        names = raw.rows["document"].unique() if len(raw.rows) else raw.documents["document"]
        return f"{len(names):,}: {min(names)} … {max(names)}" if len(names) else f"{self.number}"


@dataclass(frozen=True, slots=True)
class Parted:
    """What `quarantine` made of a partition, each with its place in the order of the set."""

    waiting: tuple[tuple[tuple[int, int], Waiting], ...]
    rest: Keyed
    overruled: Keyed
    excused: Keyed
    places: tuple[frozenset[str], ...]
    totals: Count


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a partition; `part` is Parquet of its tidy rows, b'' where there are none.

    `seen` counts its rows, `rows` those that are tidy. `asks`: it cannot be parted without
    knowing which of its `ids` are published.
    """

    number: int
    findings: Findings
    parted: Parted | None = None
    seen: int = 0
    part: bytes = b""
    rows: int = 0
    asks: bool = False
    ids: frozenset[str] = frozenset()


class _UnknownError(Exception):
    """Which ids are published has to be known first."""


def answered(task: Task) -> Answer:
    """Check one partition, and do with it what the task wants."""
    raw = _raw(task)
    found, seen = _findings(task, raw), len(raw.rows)
    if task.purpose == "part":
        return _parted(task, raw, found, seen)
    if task.purpose == "check" or found.errors:
        return Answer(task.number, found, seen=seen)
    return Answer(task.number, found, seen=seen, part=_part(raw), rows=seen)


def _parted(task: Task, raw: Raw, found: Findings, seen: int) -> Answer:
    try:
        aside = _aside(task, raw, found)
    except _UnknownError:
        return Answer(task.number, found, asks=True, ids=frozenset(raw.rows["id"]))
    keyed = _keyed(task, aside, found)
    if aside.rest or not task.is_open:
        return Answer(task.number, found, keyed, seen)
    return Answer(task.number, found, keyed, seen, _part(aside.good), len(aside.good.rows))


def _raw(task: Task) -> Raw:
    packed = {**task.tables, **task.guests}
    frames = {
        file.removesuffix(".csv"): framed(unpacked(packed[file]), file)
        for file in sorted(packed, key=task.files.__getitem__)
    }
    return complete(Raw(Path(), frames, json.loads(task.package)))


def _findings(task: Task, raw: Raw) -> Findings:
    """What is found at the partition's own lines, and at its units for their rows' sake."""

    def is_own(problem: Problem) -> bool:
        file = problem.where.partition(":")[0]
        return file in task.tables or problem.rule in _OF_OFFICES

    return findings(raw, task.texts, but=OF_FILES | OF_SET, files=task.files, only=is_own)


def _aside(task: Task, raw: Raw, found: Findings) -> Aside:
    given = [problem for _, problem in task.given]

    def published() -> Collection[str]:
        if task.known is None:
            raise _UnknownError
        return task.known

    return quarantine.set_aside(
        raw,
        [*given, *(problem for _, problem in found.errors)],
        decisions=task.decisions or {},
        origins=task.origins or {},
        published=published,
        recheck=lambda good: [*given, *(each for _, each in _findings(task, good).errors)],
    )


def _part(raw: Raw) -> bytes:
    """The tidy rows as a Parquet file; b'' where there are no rows."""
    if raw.rows.empty:
        return b""
    table = pa.Table.from_pandas(tidy(raw).observations, preserve_index=False)
    sink = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    return sink.getvalue()


def _keyed(task: Task, aside: Aside, found: Findings) -> Parted:
    keys = (*task.given, *found.errors)
    return Parted(
        tuple((_place(task, row), row) for row in aside.waiting),
        _with_keys(aside.rest, keys),
        _with_keys(aside.overruled, keys),
        _with_keys(aside.excused, keys),
        aside.places,
        aside.totals,
    )


def _place(task: Task, row: Waiting) -> tuple[int, int]:
    file, _, line = row.reasons[0].where.rpartition(":")
    return task.files[file], int(line)


def _with_keys(problems: Iterable[Problem], keys: Keyed) -> Keyed:
    """Each problem with the key it was found under; one that became a note is known by what it
    was, and of equal ones each has its own."""
    known: dict[Problem, deque[Key]] = defaultdict(deque)
    for key, problem in keys:
        known[replace(problem, severity="error")].append(key)
    return tuple((known[replace(each, severity="error")].popleft(), each) for each in problems)
