"""A set of raw tables read file by file and laid down beside the published folder.

In memory are the registries and the plan; the lines of observations, documents and what speaks of
them lie in packed files of a scratch folder, of which any partition takes its own.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from extract.check import OF_FILES, READING, findings
from extract.check.findings import Findings, joined
from extract.contract import ROWS, resource_for
from extract.partitions.crossing import framed, picked, unpacked
from extract.partitions.engines import Engine
from extract.partitions.entry import Entered, File, complete, entered
from extract.partitions.plan import Plan, planned
from extract.partitions.ties import OFFICES
from extract.problem import Problem
from extract.tables import Raw, contract_of, listed, row_columns
from extract.unreadable import Unreadable

__all__ = ["Laid", "Spool", "laid_down"]

UNIT_LISTS = (("documents", "covers"),)
"""Table and column whose cells name several units (no foreign key can say so)."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A file whose lines are shared out: where it lies, and how many lines it has.

    `unit_columns` hold codes of offices, several of them separated by spaces.
    """

    name: str
    position: int
    path: Path
    lines: int
    is_family: bool
    unit_columns: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """Its name without ending, as `Raw.tables` calls it."""
        return self.name.removesuffix(".csv")

    def units(self, table: pa.Table) -> set[str]:
        """The offices that lines of this file name."""
        cells = (cell for name in self.unit_columns for cell in table[name].unique().to_pylist())
        return {code for cell in cells for code in {cell, *cell.split()}}


@dataclass(frozen=True)
class Spool:
    """Raw tables on disk. `registries` are whole, `laid` the others in the order of `plan`.

    `findings` are those of reading, of each file's own rules, and of the registries.
    """

    folder: Path
    scratch: Path
    package: Mapping[str, Any]
    files: Mapping[str, int]
    registries: Mapping[str, pd.DataFrame]
    laid: tuple[Laid, ...]
    plan: Plan
    findings: Findings

    @property
    def lines(self) -> int:
        """Observations in all."""
        return sum(file.lines for file in self.laid if file.is_family)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of an observation."""
        return row_columns(self.package)

    @property
    def offices(self) -> pd.DataFrame:
        """The registry of offices."""
        return self.registries[OFFICES]

    @cached_property
    def carried(self) -> Mapping[str, pd.DataFrame]:
        """The registries that go with every partition."""
        return {name: frame for name, frame in self.registries.items() if name != OFFICES}

    @property
    def rows(self) -> pd.DataFrame:
        """Of every observation its id and place, in file and line order."""
        frames = [self._places(file) for file in self.laid if file.is_family]
        return pd.concat(frames, ignore_index=True)

    def pieces(self, part: int) -> Iterator[tuple[Laid, pa.Table]]:
        """The lines that go to a partition, file by file."""
        for number, file in enumerate(self.laid):
            lines = self.plan.lines(number, part)
            if len(lines):
                yield file, picked(file.path, lines)

    def frame(self, file: Laid) -> pd.DataFrame:
        """A whole file, as it was read."""
        return framed(unpacked(file.path.read_bytes()), file.name)

    def _places(self, file: Laid) -> pd.DataFrame:
        return self.frame(file).loc[:, ["id", "_line", "_file"]]


def laid_down(
    folder: Path,
    scratch: Path,
    engine: Engine,
    *,
    size: int,
    tell: Callable[[int, int], None],
) -> Spool:
    """Read every table of `folder` into the existing folder `scratch`.

    Raises Unreadable as `tables.read` does, with all problems located. `tell` hears how many
    bytes of all are read.
    """
    package, paths, problems = listed(folder)
    said = json.dumps(package, ensure_ascii=False).encode()
    total, done = sum(path.stat().st_size for path in paths), 0
    found: dict[int, Entered] = {}
    files = (File(p.name, n, p.read_bytes(), said) for n, p in enumerate(paths))
    for each in engine.each(entered, files):
        found[each.position] = _put(each, scratch)
        done += paths[each.position].stat().st_size
        tell(done, total)
    read = [found[position] for position in sorted(found)]
    problems += [problem for each in read for problem in _told(each)]
    if any(problem.severity == "error" for problem in problems):
        raise Unreadable([*problems])
    return _spool(folder, scratch, package, read, size)


def _put(each: Entered, scratch: Path) -> Entered:
    """The same with its table on disk, if its lines are shared out."""
    if each.ties is None:
        return each
    (scratch / f"{each.position}.arrow").write_bytes(each.table)
    return replace(each, table=b"")


def _told(each: Entered) -> Sequence[Problem]:
    """What reading a file gave to say."""
    notes = [problem for key, problem in each.findings.notes if key[2] == READING]
    return [*each.problems, *notes]


def _spool(
    folder: Path, scratch: Path, package: Mapping[str, Any], read: Sequence[Entered], size: int
) -> Spool:
    laid, registries = [], {}
    for each in read:
        if each.ties is None:
            registries[each.stem] = framed(unpacked(each.table), each.name)
        else:
            path = scratch / f"{each.position}.arrow"
            units = _unit_columns(package, each)
            laid.append(Laid(each.name, each.position, path, each.lines, each.is_family, units))
    files = {each.name: each.position for each in read}
    plan = planned([each.ties for each in read if each.ties is not None], size)
    found = joined([*(each.findings for each in read), _of_registries(package, files, registries)])
    return Spool(folder, scratch, package, files, registries, tuple(laid), plan, found)


def _unit_columns(package: Mapping[str, Any], each: Entered) -> tuple[str, ...]:
    resource = resource_for(package, ROWS) if each.is_family else contract_of(package, each.name)
    keys = resource.foreign_keys if resource else ()
    named = [key.fields[0] for key in keys if key.resource == OFFICES]
    lists = [column for table, column in UNIT_LISTS if resource and table == resource.name]
    return (*named, *lists)


def _of_registries(
    package: Mapping[str, Any], files: Mapping[str, int], registries: Mapping[str, pd.DataFrame]
) -> Findings:
    """What the rules find in the registries, and in the list of tables."""
    names = {name.removesuffix(".csv") for name in files} - {*registries}
    raw = complete(Raw(Path(), registries, package))
    rows = dict.fromkeys(names - {*raw.tables}, raw.rows)

    def is_here(problem: Problem) -> bool:
        stem = problem.where.partition(":")[0].removesuffix(".csv")
        return stem in registries or problem.rule == "unlisted-table"

    every = Raw(Path(), {**raw.tables, **rows}, package)
    return findings(every, {}, but=OF_FILES, files=files, only=is_here)
