"""What the sources bring, as the tables of one refresh.

Due sources are asked, their rows staged over the base tables, and the staged folder read. A source
whose rows cannot be taken as a whole stands with what was last published of it (keep), without
rows (drop), or stops the publication (stop): its failure never reaches another's rows.

    <published>/sources/turns.json             when each source was last asked
    <published>/sources/<name>/                what extract.sources keeps of it
    <published>/sources/<name>/accepted.json   its tables as they were last published
"""

import json
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from extract import supply
from extract.contract import resources
from extract.disk import write_if_changed
from extract.problem import Problem, errors
from extract.quarantine import Origin
from extract.sources import Delivery, Fetch, Gathering, Source, fetch, gather, next_turn
from extract.sources.rules import found
from extract.staging import BASE, Staged, stage
from extract.supply import Supply
from extract.unreadable import Unreadable

__all__ = ["Intake", "due", "turns"]

STATE = "sources"
_TURNS = "turns.json"
_ACCEPTED = "accepted.json"
_STAGED = ".staged"


class Asked(Protocol):
    """Of a refresh, what an intake needs to know (see extract.refresh.Job)."""

    @property
    def raw(self) -> Path: ...
    @property
    def published(self) -> Path: ...
    @property
    def steps(self) -> Any: ...
    def now(self) -> datetime: ...
    def at(self, step: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Intake:
    """The sources of a configuration; `slack` lets an interval be due a little early.

    `everyone`: ask all, due or not. `fetcher` is a test's own.
    """

    sources: Sequence[Source]
    everyone: bool = False
    slack: timedelta = timedelta(0)
    fetcher: Fetch = fetch

    def supply(self, job: Asked) -> Supply:
        """Ask, stage and read; the caller holds the lock. Raises Unreadable, OSError."""
        state, now = job.published / STATE, job.now()
        asked = due(self.sources, turns(job.published), now, self.slack)
        names = [source.name for source in self.sources] if self.everyone else asked
        how = Gathering(_package(job.raw), self.fetcher, job.now, at=job.at)
        deliveries = gather(self.sources, state, names, how)
        _turned(job.published, names, now)
        if stopped := [delivery for delivery in deliveries if delivery.stops]:
            raise Unreadable([p for delivery in stopped for p in _stopping(delivery)])
        return _Round(job, deliveries).supply()


def turns(published: Path) -> dict[str, datetime]:
    """Source → when it was last asked; {} where that is not known."""
    try:
        said = json.loads((published / STATE / _TURNS).read_bytes())
        return {name: datetime.fromisoformat(moment) for name, moment in said.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def due(
    sources: Iterable[Source],
    asked: Mapping[str, datetime],
    now: datetime,
    slack: timedelta = timedelta(0),
) -> list[str]:
    """The names of the sources whose turn has come, by when each was last asked."""

    def early(source: Source) -> timedelta:
        return slack if len(source.schedule.split()) == 1 else timedelta(0)

    return [
        source.name
        for source in sources
        if next_turn(source.schedule, source.timezone, asked.get(source.name), now)
        <= now + early(source)
    ]


@dataclass(frozen=True, slots=True)
class _Round:
    """One staging: the deliveries, and what was said of those that were put back."""

    job: Asked
    deliveries: tuple[Delivery, ...]
    failed: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def supply(self) -> Supply:
        """The staged tables, read."""
        self.job.at("stage")
        place = self.job.published / STATE / _STAGED
        try:
            staged: list[Staged] = []
            given = supply.from_folder(self.job.raw, partial(self._staged, place, staged))
        finally:
            shutil.rmtree(place, ignore_errors=True)
        known = staged[0]
        told = [p for delivery in self.deliveries for p in delivery.problems]
        aside = [each.problem for each in known.aside]
        lost = [each.source.name for each in self.deliveries if each.failed]
        return replace(
            given,
            origins=_origins(known),
            problems=tuple(known.problems),
            told=(*self.problems, *told, *aside),
            placed=known.told,
            failed=frozenset({*self.failed, *lost, *(each.source for each in known.aside)}),
            states=tuple(self._state(each) for each in self.deliveries),
            without=self._without,
            accept=self._accept,
        )

    def _staged(self, place: Path, staged: list[Staged], base: Path) -> Any:
        shutil.rmtree(place, ignore_errors=True)
        staged.append(stage(base, self.deliveries, place))
        return self.job.steps.read(place)

    def _without(self, names: Collection[str], reasons: Sequence[Problem]) -> Supply | None:
        """The same with what was published before of the sources that are to blame.

        An empty `names` blames every source that brings something new. None where nobody is left
        to blame; raises Unreadable where one of them stops publication.
        """
        new = [each for each in self.deliveries if each.source.name not in self.failed]
        new = [each for each in new if each.files != self._before(each).files]
        blamed = [each for each in new if each.source.name in names or not names]
        if not blamed:
            return None
        stopping = [each for each in blamed if each.source.on_failure == "stop"]
        if stopping:
            notes = [found("source-stops", s, source=s) for s in _names(stopping)]
            raise Unreadable([*reasons, *notes])
        back = {each.source.name: self._before(each) for each in blamed}
        rule = {"keep": "kept-last", "drop": "rows-dropped"}
        said = [
            found(rule[each.source.on_failure], name, source=name, when=each.fetched_at or "—")
            for name, each in back.items()
        ]
        again = tuple(back.get(each.source.name, each) for each in self.deliveries)
        return _Round(
            self.job,
            again,
            self.failed | back.keys(),
            (*self.problems, *errors(reasons), *said),
        ).supply()

    def _before(self, delivery: Delivery) -> Delivery:
        """What was last published of its source; nothing, where it is to be dropped."""
        bare = replace(delivery, files={}, places={}, unchanged=False)
        if delivery.source.on_failure == "drop":
            return bare
        try:
            said = json.loads(self._accepted(delivery).read_bytes())
            files = {name: text.encode() for name, text in said["files"].items()}
            places = {name: tuple(each) for name, each in said["places"].items()}
            moment = datetime.fromisoformat(said["fetched_at"]) if said["fetched_at"] else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return replace(bare, fetched_at=None)
        return replace(bare, files=files, places=places, fetched_at=moment)

    def _accept(self) -> None:
        """Note what is published now of each source; to be asked once it is. Raises OSError."""
        for delivery in self.deliveries:
            if delivery.source.name not in self.failed and not delivery.failed:
                when = delivery.fetched_at
                said = {
                    "fetched_at": when.isoformat(timespec="seconds") if when else None,
                    "files": {name: each.decode() for name, each in delivery.files.items()},
                    "places": delivery.places,
                }
                text = json.dumps(said, ensure_ascii=False)
                write_if_changed(self._accepted(delivery), f"{text}\n".encode(errors="replace"))

    def _accepted(self, delivery: Delivery) -> Path:
        return self.job.published / STATE / delivery.source.name / _ACCEPTED

    def _state(self, delivery: Delivery) -> dict[str, Any]:
        """A source as status.json tells of it."""
        source, when = delivery.source, delivery.fetched_at
        return {
            "name": source.name,
            "kind": source.kind,
            "owner": source.owner,
            "schedule": source.schedule,
            "on_failure": source.on_failure,
            "fetched_at": when.isoformat(timespec="seconds") if when else None,
            "rows": sum(len(places) for places in delivery.places.values()),
            "failed": delivery.failed or source.name in self.failed,
        }


def _names(deliveries: Iterable[Delivery]) -> list[str]:
    return [each.source.name for each in deliveries]


def _stopping(delivery: Delivery) -> Iterator[Problem]:
    yield from delivery.problems
    if delivery.source.on_failure != "stop":
        yield found("source-stops", delivery.source.name, source=delivery.source.name)


def _origins(staged: Staged) -> dict[str, Origin]:
    """`file:line` of the staged folder → where it stood at its source; base rows are not in it."""
    return {
        f"{file}:{line}": _origin(each.source, each.place)
        for file, lines in staged.origins.items()
        for line, each in lines.items()
        if each.source != BASE
    }


def _origin(source: str, place: str) -> Origin:
    file, _, line = place.removeprefix(f"{source}/").rpartition(":")
    return Origin(source, file, int(line)) if line.isdecimal() else Origin(source, place, 0)


def _package(raw: Path) -> dict[str, Any]:
    """The base's contract; what is wrong with it is told when the base is staged."""
    try:
        package = json.loads((raw / "datapackage.json").read_text(encoding="utf-8-sig"))
        resources(package)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return package if isinstance(package, dict) else {}


def _turned(published: Path, names: Iterable[str], now: datetime) -> None:
    said = {**turns(published), **dict.fromkeys(names, now)}
    lines = {name: moment.isoformat(timespec="seconds") for name, moment in said.items()}
    text = json.dumps(lines, ensure_ascii=False, indent=1)
    write_if_changed(published / STATE / _TURNS, f"{text}\n".encode())
