"""Where the tables of one refresh are worked on: in memory, or in partitions on disk if large.

Both ways give the same rows, the same reasons and the same files, byte for byte.
"""

import csv
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from extract import evidence, formats, parquet, partitions, quarantine, snapshot, tables, tidy
from extract.check import check
from extract.content import Content
from extract.decisions import Decision
from extract.partitions import Given, Good, Means, Spool
from extract.problem import Problem
from extract.quarantine import Split
from extract.returns import kept
from extract.supply import Supply

__all__ = ["OBSERVATIONS", "REAL", "Steps", "Workroom", "beside"]

OBSERVATIONS = "observations.csv"
_PLACE = ".workroom"


@dataclass(frozen=True, slots=True)
class Steps:
    """The rooms a refresh walks through; a test puts its own in their place."""

    read: Callable[[Path], Any]
    sources: Callable[[Path | None], Mapping[str, str]]
    check: Callable[[Any, Mapping[str, str]], Sequence[Problem]]
    split: Callable[..., Split]
    tidy: Callable[[Any], Any]
    files: Callable[[Any], Mapping[str, Content]]
    pack: Callable[[Any], Mapping[str, Content]]
    columns: Callable[[Any], Sequence[str]]


def _columns(raw: tables.Raw | Spool) -> Sequence[str]:
    return tables.row_columns(raw.package)


def _files(tables: tidy.Tidy) -> Mapping[str, Content]:
    """The tidy files, and what describes them to statistical software."""
    made = tidy.files(tables)
    return {**made, **formats.described(made)}


REAL = Steps(
    tables.read,
    evidence.sources,
    check,
    quarantine.split,
    tidy.tidy,
    _files,
    parquet.editions,
    _columns,
)


def _nowhere(_step: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Workroom:
    """One refresh's steps and means; `place` is a folder beside what is published.

    `at` is told each step as it begins, and of a large set how far it has come.
    """

    place: Path
    steps: Steps = REAL
    means: Means = field(default_factory=Means)
    at: Callable[[str], None] = _nowhere

    def own_steps(self) -> Steps:
        """The steps, of which reading lays a large set down here."""
        return replace(self.steps, read=self._read)

    def parted(
        self,
        supply: Supply,
        folders: tuple[Path, Path | None],
        decided: Mapping[str, Decision],
        before: snapshot.Snapshot | None,
    ) -> Split:
        """The rows that may be published and those that wait; `folders`: raw tables, sources."""
        self.at("check")
        raw, sources = folders
        if isinstance(supply.raw, Spool):
            shelf = evidence.Shelf(sources, kept.texts(raw))
            published = partial(_published, before)
            given = Given(shelf, supply.problems, decided, supply.origins, published)
            tell = partial(self._progress, "rows")
            return partitions.parted(
                supply.raw, self.means.engine(), given, self._room("parts"), tell
            )
        texts = {**self.steps.sources(sources), **kept.texts(raw)}
        problems = [*supply.problems, *self.steps.check(supply.raw, texts)]
        self.at("quarantine")
        return self.steps.split(
            supply.raw,
            problems,
            decisions=decided,
            origins=supply.origins,
            published=lambda: _published(before),
            recheck=lambda good: [*supply.problems, *self.steps.check(good, texts)],
        )

    def files(self, good: Any) -> Mapping[str, Content]:
        """The files of the set; those of a large one lie here."""
        self.at("tidy")
        if isinstance(good, Good):
            made = partitions.files(good, self._room("files"), self._told)
            return {**made, **formats.described(made)}
        files = self.steps.files(self.steps.tidy(good))
        self.at("pack")
        return {**files, **self.steps.pack(files.get(OBSERVATIONS, b""))}

    def _read(self, folder: Path) -> Any:
        if self.steps.read is not tables.read or not self.means.divides(folder):
            return self.steps.read(folder)
        room, engine = self._room("tables"), self.means.engine()
        tell = partial(self._progress, "bytes")
        return partitions.laid_down(folder, room, engine, size=self.means.size, tell=tell)

    def _room(self, name: str) -> Path:
        """A new folder: a set may be worked on anew where a source is put back."""
        self.place.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.place))

    def _progress(self, what: str, done: int, total: int) -> None:
        self.at(f"{done:,} / {total:,} {what}")

    def _told(self, file: str, rows: int) -> None:
        self.at(f"{file} {rows:,}")


@contextmanager
def beside(published: Path) -> Iterator[Path]:
    """A folder to work in, on the same disk; what a killed refresh left there goes first."""
    place = published / _PLACE
    shutil.rmtree(place, ignore_errors=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _published(
    before: snapshot.Snapshot | None, asked: Collection[str] | None = None
) -> frozenset[str]:
    """The ids that are published now; of those asked about, if any are."""
    path = before.folder / OBSERVATIONS if before else None
    if path is None or not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8", newline="") as lines:
        names = (line.get("id", "") for line in csv.DictReader(lines))
        return frozenset(name for name in names if asked is None or name in asked)
