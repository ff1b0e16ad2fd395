"""Fetch what is due, read it, and keep it so that a later failure changes nothing.

One source's failure never reaches another. Nothing is published here: what counts is handed on
as deliveries. The caller holds the lock of the published set, so that two do not gather at once.
"""

import csv
import io
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from extract.contract import Resource, resources
from extract.problem import Problem
from extract.sources import folder, web
from extract.sources.delivery import Delivery
from extract.sources.folder import Arrival, Mark
from extract.sources.naming import table_of, unknown_table
from extract.sources.rules import ROW_RULES, Refused, capped, found
from extract.sources.source import Source
from extract.sources.state import Good, Kept, Room, sha256
from extract.sources.table import Reading, read_table, to_csv
from extract.sources.web import Fetch, Validators

__all__ = ["Gathering", "gather"]

_WORKERS = 4
_FEW_ROWS = 20
_NO_MARK = Mark(0, 0, 0, 0, 0)


def _now() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Gathering:
    """How to gather; a test puts its own in the place of a default.

    ``package`` is the descriptor of the base tables: columns are checked against it. ``at`` is
    told each step as it begins.
    """

    package: Mapping[str, Any] = field(default_factory=dict)
    fetcher: Fetch = web.fetch
    now: Callable[[], datetime] = _now
    pause: Callable[[float], None] = time.sleep
    at: Callable[[str], None] = lambda _step: None


@dataclass(frozen=True, slots=True)
class _Brought:
    """What one attempt brought: files, or None for "as before"; and what was wrong with others."""

    arrivals: tuple[Arrival, ...] | None = ()
    problems: tuple[Problem, ...] = ()
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One source's turn."""

    source: Source
    room: Room
    how: Gathering
    is_due: bool

    @property
    def fingerprint(self) -> str:
        """Changes when the source is configured otherwise or the contract does."""
        source, tables = self.source, self.how.package.get("resources", [])
        told = [source.kind, source.where, source.table, source.sheet, tables]
        return sha256(json.dumps(told, sort_keys=True, default=str).encode())

    @property
    def is_as_configured(self) -> bool:
        """Whether what was kept was fetched under the present configuration."""
        good = self.room.good
        return good is not None and good.fingerprint == self.fingerprint


def gather(
    sources: Sequence[Source],
    state: Path,
    due: Collection[str] | None = None,
    how: Gathering | None = None,
) -> tuple[Delivery, ...]:
    """One delivery a source, in their order; those named in ``due`` (None: all) are asked.

    A source that is not due, or fails, stands with what it last brought, as its ``on_failure``
    says. Raises nothing for what a source does; OSError only where ``state`` cannot be read.
    """
    how = how or Gathering()
    turns = [_turn(source, state, due, how) for source in sources]
    asked = [turn for turn in turns if turn.is_due]
    how.at("fetch")
    with ThreadPoolExecutor(_WORKERS) as pool:
        brought = dict(
            zip((turn.source.name for turn in asked), pool.map(_bring, asked), strict=True)
        )
    how.at("keep")
    return tuple(_delivery(turn, brought.get(turn.source.name)) for turn in turns)


def _turn(source: Source, state: Path, due: Collection[str] | None, how: Gathering) -> _Turn:
    room = Room.opened(state, source.name)
    is_due = due is None or source.name in due
    turn = _Turn(source, room, how, is_due)
    is_new = room.is_damaged or (room.good is not None and not turn.is_as_configured)
    return replace(turn, is_due=is_due or is_new)


def _bring(turn: _Turn) -> _Brought | Refused:
    """Ask one source; runs beside others, so it touches nothing but the source."""
    try:
        return _from_web(turn) if turn.source.kind == "http" else _from_folder(turn)
    except Refused as reason:
        return reason
    except Exception as reason:  # the rim of a source: its failure must not reach another
        return _unforeseen(turn, reason)


def _from_web(turn: _Turn) -> _Brought:
    good, known = turn.room.good, Validators()
    if good is not None and turn.is_as_configured:
        known = Validators(good.etag, good.last_modified)
    answer = turn.how.fetcher(turn.source, known)
    if answer.content is None:
        return _Brought(None)
    arrival = Arrival(answer.name or turn.source.name, answer.content, _NO_MARK)
    return _Brought((arrival,), validators=answer.validators)


def _from_folder(turn: _Turn) -> _Brought:
    source = turn.source
    place = Path(source.where)
    if source.kind == "inbox" and turn.room.is_damaged:
        raise Refused(found("inbox-damaged", source.name, folder=turn.room.folder))
    settle = 0.0
    if source.kind == "inbox":
        settle = folder.SETTLE_SECONDS
        _clear(turn)
    listing = folder.files(
        place, source.name, source.max_bytes, settle_seconds=settle, pause=turn.how.pause
    )
    if source.kind == "folder" and not listing.arrivals and not _errors(listing.problems):
        raise Refused(found("no-files", source.name))
    return _Brought(listing.arrivals, listing.problems)


def _clear(turn: _Turn) -> None:
    """Take out of an inbox what was taken over before a killed turn could remove it."""
    good = turn.room.good
    for name, mark in good.taking.items() if good else ():
        folder.remove(Path(turn.source.where), turn.source.name, name, mark)


def _delivery(turn: _Turn, brought: _Brought | Refused | None) -> Delivery:
    """What counts of one source after its turn; None where it was not due."""
    before = turn.room.good
    if brought is None:
        return _standing(turn, turn.room, unchanged=True)
    try:
        if isinstance(brought, Refused):
            room = _failed(turn, brought.problems)
        elif turn.source.kind == "inbox":
            room = _taken(turn, brought)
        else:
            room = _replaced(turn, brought)
        return _standing(turn, room, unchanged=_tables(before) == _tables(room.good))
    except OSError as reason:
        problem = found("state-unwritable", turn.source.name, reason=reason.strerror)
    except Exception as reason:  # the rim of a source, as above
        problem = _unforeseen(turn, reason).problems[0]
    return _standing(turn, replace(turn.room, failures=(problem,)), unchanged=True)


def _failed(turn: _Turn, failures: Iterable[Problem]) -> Room:
    """The room after a failure; a damaged one is left as found, for a person to look at."""
    if turn.room.is_damaged:
        return replace(turn.room, failures=capped(failures))
    return turn.room.settle(turn.room.good, capped(failures))


def _replaced(turn: _Turn, brought: _Brought) -> Room:
    """A folder or an address: what it brings now takes the place of what it brought before."""
    room, good = turn.room, turn.room.good
    if brought.arrivals is None or good is None or not turn.is_as_configured:
        is_same = brought.arrivals is None
    else:
        is_same = _digests(brought.arrivals) == good.originals and not _errors(brought.problems)
    if is_same and good is not None:
        return room.settle(good, ())
    arrivals = brought.arrivals or ()
    tables, problems = _read(turn, arrivals)
    problems = [*brought.problems, *problems, *_shrunk(turn, tables)]
    if failures := _errors(problems):
        return _failed(turn, failures)
    fresh = Good(
        turn.how.now().isoformat(timespec="seconds"),
        turn.fingerprint,
        {arrival.name: room.keep(arrival.content, arrival.name) for arrival in arrivals},
        {table: _store(room, reading) for table, reading in tables.items()},
        capped(_notes(problems)),
        brought.validators.etag,
        brought.validators.last_modified,
    )
    settled = room.settle(fresh, ())
    settled.forget_originals()
    return settled


def _taken(turn: _Turn, brought: _Brought) -> Room:
    """An inbox: each sound file is taken once and its rows join those that came before."""
    room, good = turn.room, turn.room.good
    tables = {name: _stored(room, kept) for name, kept in good.tables.items()} if good else {}
    problems, taking = list(brought.problems), dict[str, Mark]()
    originals = dict(good.originals) if good else {}
    for arrival in brought.arrivals or ():
        read, wrong = _read(turn, [arrival])
        problems += wrong
        if _errors(wrong):
            continue
        originals[arrival.name] = room.keep(arrival.content, arrival.name)
        taking[arrival.name] = arrival.mark
        for table, reading in read.items():
            tables[table] = _joined(tables.get(table), reading, _resource(turn, table))
    fresh = Good(
        turn.how.now().isoformat(timespec="seconds") if taking or not good else good.fetched_at,
        turn.fingerprint,
        originals,
        {table: _store(room, reading) for table, reading in tables.items()},
        capped(_notes(problems)),
        taking=taking,
    )
    settled = room.settle(fresh if tables or good else None, capped(_errors(problems)))
    turn.how.at("take")
    _clear(replace(turn, room=settled))
    return settled


def _read(turn: _Turn, arrivals: Iterable[Arrival]) -> tuple[dict[str, Reading], list[Problem]]:
    """Table → reading of every arrival, and everything that was wrong with any."""
    source, arrivals = turn.source, tuple(arrivals)
    readings: dict[str, Reading] = {}
    files: dict[str, list[str]] = {}
    problems: list[Problem] = []
    known = {path for each in resources(turn.how.package) for path in each.paths}
    for arrival in arrivals:
        where = f"{source.name}/{arrival.name}"
        table = source.table or table_of(arrival.name, known)
        files.setdefault(table, []).append(arrival.name)
        if known and table not in known:
            problems.append(unknown_table(where, table, known))
            continue
        resource = _resource(turn, table)
        reading = readings[table] = read_table(
            where,
            arrival.content,
            resource=resource,
            sheet=source.sheet,
            max_bytes=source.max_bytes,
        )
        problems += reading.problems
    problems += _crowded(source, files)
    return readings, problems


def _crowded(source: Source, files: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    for table, names in files.items():
        if len(names) > 1:
            rule = "which-file" if source.table else "two-files"
            facts = {"count": len(names), "files": ", ".join(names)}
            yield found(rule, source.name, table=table, **facts)


def _resource(turn: _Turn, table: str) -> Resource | None:
    return next((each for each in resources(turn.how.package) if table in each.paths), None)


def _shrunk(turn: _Turn, tables: Mapping[str, Reading]) -> Iterator[Problem]:
    """Tables that lost most of their rows, or went: more often cut off than meant."""
    good = turn.room.good
    if turn.source.may_shrink or good is None or not turn.is_as_configured:
        return
    for name, kept in good.tables.items():
        before = len(turn.room.table(kept)[1])
        reading = tables.get(name)
        after = len(reading.rows) if reading else 0
        is_refused = reading is not None and reading.is_refused
        if not is_refused and (not after or (before >= _FEW_ROWS and 2 * after < before)):
            yield found("shrunk", turn.source.name, table=name, before=before, after=after)


def _joined(before: Reading | None, new: Reading, resource: Resource | None) -> Reading:
    """The rows of an inbox with those of one more file: a row of a known key takes its place."""
    if before is None:
        return new
    names = resource.primary_key if resource and resource.primary_key else new.columns
    key = [new.columns.index(name) for name in names]
    rows = {
        tuple(row[position] for position in key): (row, place)
        for each in (_under(new.columns, before), new)
        for row, place in zip(each.rows, each.places, strict=True)
    }
    joined, places = zip(*rows.values(), strict=True) if rows else ((), ())
    return Reading(new.columns, joined, places)


def _under(columns: tuple[str, ...], before: Reading) -> Reading:
    """Rows taken under an older contract, in the columns of the present one."""
    if before.columns == columns:
        return before
    named = (dict(zip(before.columns, row, strict=True)) for row in before.rows)
    rows = tuple(tuple(row.get(column, "") for column in columns) for row in named)
    return Reading(columns, rows, before.places)


def _store(room: Room, reading: Reading) -> Kept:
    return room.store(to_csv(reading.columns, reading.rows), reading.places)


def _stored(room: Room, kept: Kept) -> Reading:
    clean, places = room.table(kept)
    header, *rows = csv.reader(io.StringIO(clean.decode("utf-8"), newline=""))
    return Reading(tuple(header), tuple(map(tuple, rows)), places)


def _standing(turn: _Turn, room: Room, *, unchanged: bool) -> Delivery:
    """The delivery that follows from what is kept and how the last attempt ended."""
    source, good, failures = turn.source, room.good, room.failures
    when = datetime.fromisoformat(good.fetched_at) if good else None
    notes = [*good.notes] if good else []
    if room.is_damaged:
        notes.append(found("state-damaged", source.name, source=source.name))
    bare = Delivery(source, {}, {}, unchanged, failures, tuple(notes), when, room.is_damaged)
    if failures:
        rule = {"keep": "kept-last", "drop": "rows-dropped", "stop": "source-stops"}
        told = found(rule[source.on_failure], source.name, source=source.name, when=when or "—")
        bare = replace(bare, notes=(told, *notes))
    if good is None or (failures and source.on_failure == "drop"):
        return bare
    kept = {table: room.table(each) for table, each in good.tables.items()}
    return replace(
        bare,
        files={table: clean for table, (clean, _) in kept.items()},
        places={table: places for table, (_, places) in kept.items()},
    )


def _tables(good: Good | None) -> Mapping[str, Kept]:
    return good.tables if good else {}


def _digests(arrivals: Iterable[Arrival]) -> dict[str, str]:
    return {arrival.name: sha256(arrival.content) for arrival in arrivals}


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    """Errors about whole files; those about rows are asked again where rows are staged."""
    return [each for each in problems if each.severity == "error" and each.rule not in ROW_RULES]


def _notes(problems: Iterable[Problem]) -> list[Problem]:
    return [each for each in problems if each.severity == "note"]


def _unforeseen(turn: _Turn, reason: Exception) -> Refused:
    said = f"{type(reason).__name__}: {reason}"
    return Refused(found("source-failed", turn.source.name, reason=said))
