"""One raw file read: its table, what ties its lines to others, what its own rules find.

A pure function of bytes, so that it may be asked anywhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from extract.check import OF_FILES, RULES, findings
from extract.check.findings import Findings
from extract.contract import ROWS, Resource, resource_for, resources
from extract.partitions.crossing import packed, tabled
from extract.partitions.ties import Ties, partitioned, ties
from extract.problem import Problem
from extract.sheet import framed, read_sheet
from extract.tables import PRACTICES, Raw, contract_of

__all__ = ["Entered", "File", "complete", "entered", "file_findings"]

NOWHERE = Path()


@dataclass(frozen=True, slots=True)
class File:
    """A raw file to be read: its name and place among the others, its bytes, the descriptor."""

    name: str
    position: int
    content: bytes
    package: bytes

    def __str__(self) -> str:
        """The file's name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Entered:
    """A raw file as it was read; `problems` where it could not be, and then nothing else.

    `table` is packed; `ties` is None for a table whose lines are not shared out.
    """

    name: str
    position: int
    problems: tuple[Problem, ...] = ()
    findings: Findings = field(default_factory=Findings)
    table: bytes = b""
    lines: int = 0
    ties: Ties | None = None
    is_family: bool = False

    @property
    def stem(self) -> str:
        """The file's name without ending, as `Raw.tables` calls it."""
        return self.name.removesuffix(".csv")


def entered(file: File) -> Entered:
    """Read one file, whole."""
    package = json.loads(file.package)
    frame, problems = read_sheet(file.name, file.content, contract_of(package, file.name))
    if frame is None:
        return Entered(file.name, file.position, tuple(problems))
    resource = _resource(package, file.name, frame.columns)
    raw = Raw(NOWHERE, {Path(file.name).stem: frame}, package, tuple(problems))
    return Entered(
        file.name,
        file.position,
        findings=file_findings(raw, file.position),
        table=packed(tabled(frame)),
        lines=len(frame),
        ties=ties(frame, resource) if resource and resource in partitioned(package) else None,
        is_family=bool(raw.family_tables),
    )


def _resource(package: Mapping[str, Any], name: str, columns: Any) -> Resource | None:
    """The contract of a table: one that has the columns of observations holds observations."""
    rows = resource_for(package, ROWS)
    if rows and {*rows.columns} <= {*columns}:
        return rows
    return contract_of(package, name)


def file_findings(raw: Raw, position: int) -> Findings:
    """What the rules about the lines of one file find in the only one of `raw`."""
    (stem,) = raw.tables
    is_asked = raw.family_tables or stem == PRACTICES
    but = [rule for rule in RULES if not is_asked or rule not in OF_FILES]
    beside = {} if stem == PRACTICES else {PRACTICES: _empty(raw, PRACTICES)}
    every = Raw(raw.folder, {**raw.tables, **beside}, raw.package, raw.notes)
    return findings(every, {}, but=but, files={f"{stem}.csv": position})


def _empty(raw: Raw, name: str) -> pd.DataFrame:
    resource = resource_for(raw.package, name)
    return framed((), resource.columns if resource else (), "")


def complete(raw: Raw) -> Raw:
    """The same with an empty table for each that the contract names and that is not there."""
    missing = [r for r in resources(raw.package) if r.name not in {ROWS, *raw.tables}]
    empty = {r.name: framed((), r.columns, "") for r in missing}
    return Raw(raw.folder, {**raw.tables, **empty}, raw.package, raw.notes)
