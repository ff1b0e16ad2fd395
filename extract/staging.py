"""The base tables with what sources brought, as one folder that can be read and checked.

A source adds rows, and replaces only rows of documents it owns: those it brought itself, and
those sources.toml names. Whatever it may not touch is set aside with the reason, never lost and
never in the way. The base keeps its lines and bytes wherever no source has a say.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from extract import unreadable
from extract.contract import Resource, resources
from extract.disk import write_if_changed
from extract.problem import Problem
from extract.sources import Delivery
from extract.sources.naming import unknown_table
from extract.sources.rules import Refused, found
from extract.sources.table import row_problems, to_csv
from extract.sources.text_table import stood
from extract.unreadable import Unreadable

__all__ = ["Aside", "Origin", "Staged", "stage"]

BASE = ""
"""The owner of rows entered by hand."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a staged row comes from: a source's name ('' for the base) and `file:line` there."""

    source: str
    place: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A row a source brought that was not staged, with the reason."""

    source: str
    table: str
    place: str
    cells: Mapping[str, str]
    problem: Problem


@dataclass(frozen=True, slots=True)
class Staged:
    """The staged folder, and how its lines lead back.

    ``problems`` are errors about single staged rows (`where` is file:line in ``folder``);
    ``origins`` maps file and line to the origin, for tables a source has a say in; ``stopped``
    names the sources for whose failure nothing may be published.
    """

    folder: Path
    problems: tuple[Problem, ...] = ()
    aside: tuple[Aside, ...] = ()
    origins: Mapping[str, Mapping[int, Origin]] = field(default_factory=dict)
    stopped: tuple[str, ...] = ()

    def origin(self, file: str, line: int) -> Origin:
        """Where the row on that line comes from."""
        return self.origins.get(file, {}).get(line) or Origin(BASE, f"{file}:{line}")

    def told(self, problem: Problem) -> Problem:
        """The same problem, at the place where a person can mend it."""
        file, _, line = problem.where.partition(":")
        if not line.isdecimal():
            return problem
        return replace(problem, where=self.origin(file, int(line)).place)

    def marked(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table as ``tables.read`` gives it, with the column ``_source``."""
        places = zip(frame["_file"], frame["_line"], strict=True)
        return frame.assign(_source=[self.origin(str(f), int(n)).source for f, n in places])


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[str, ...]
    origin: Origin


@dataclass(slots=True)
class _Table:
    """One table being put together: rows by key, the base's first and in its order."""

    file: str
    resource: Resource
    rows: dict[tuple[str, ...], _Row]

    def key(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The cells of the primary key; the whole row where the contract names none."""
        names = self.resource.primary_key or self.resource.columns
        return tuple(cells[self.resource.columns.index(name)] for name in names)

    def document(self, cells: Sequence[str]) -> str:
        """The document a row belongs to, '' in a table of no documents."""
        columns = self.resource.columns
        return cells[columns.index("document")] if "document" in columns else ""


def stage(base: Path, deliveries: Sequence[Delivery], into: Path) -> Staged:
    """Write ``base`` and the deliveries' rows to the new or empty folder ``into``.

    Raises Unreadable where the base itself cannot be read, FileExistsError where ``into`` holds
    anything, OSError as the disk does.
    """
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise FileExistsError(f"{into} is not empty")
    contracts = {path: each for each in resources(_package(base)) for path in each.paths}
    touched = [file for file in contracts if any(file in each.files for each in deliveries)]
    tables = {file: _base(base, file, contracts[file]) for file in touched}
    aside: list[Aside] = []
    owned = _owned(deliveries, tables)
    for delivery in deliveries:
        for file, content in delivery.files.items():
            aside += _added(delivery, file, content, tables, owned[delivery.source.name])
    _copy(base, into, touched)
    written = {file: _write(into, table) for file, table in tables.items()}
    return Staged(
        into,
        tuple(problem for file in tables for problem in _flaws(tables[file], written[file])),
        tuple(aside),
        written,
        tuple(delivery.source.name for delivery in deliveries if delivery.stops),
    )


def _package(base: Path) -> Mapping[str, Any]:
    name = "datapackage.json"
    try:
        package = json.loads((base / name).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as reason:
        raise Unreadable([unreadable.missing_file(name)]) from reason
    except (OSError, ValueError) as reason:
        raise Unreadable([unreadable.not_a_descriptor(name, reason)]) from reason
    if not isinstance(package, dict):
        raise Unreadable([unreadable.not_a_descriptor(name, "no object")])
    return package


def _base(base: Path, file: str, resource: Resource) -> _Table:
    """The base's rows of one table exactly as entered; a key that is taken stays to be found."""
    table = _Table(file, resource, {})
    path = base / file
    if not path.is_file():
        raise Unreadable([unreadable.missing_file(file)])
    try:
        rows = stood(file, path.read_bytes(), resource)
    except Refused as reason:
        raise Unreadable(reason.problems) from reason
    for line, cells in rows:
        key = table.key(cells)
        unique = (*key, str(line)) if key in table.rows else key
        table.rows[unique] = _Row(cells, Origin(BASE, f"{file}:{line}"))
    return table


def _owned(
    deliveries: Sequence[Delivery], tables: Mapping[str, _Table]
) -> dict[str, frozenset[str]]:
    """Source → the documents whose rows it may replace: named for it, or first brought by it."""
    taken = {key[0] for table in tables.values() if _lists(table) for key in table.rows}
    owned: dict[str, frozenset[str]] = {}
    for delivery in deliveries:
        brought: set[str] = set()
        for file, content in delivery.files.items():
            table = tables.get(file)
            if table is not None and _lists(table):
                brought |= {key for row in _parsed(content)[1] if (key := row[0]) not in taken}
        taken |= brought
        owned[delivery.source.name] = frozenset({*delivery.source.documents, *brought})
    return owned


def _lists(table: _Table) -> bool:
    """Whether it is the registry of documents."""
    return table.resource.primary_key == ("document",) and table.resource.columns[0] == "document"


def _added(
    delivery: Delivery,
    file: str,
    content: bytes,
    tables: Mapping[str, _Table],
    owned: frozenset[str],
) -> Iterator[Aside]:
    """Put one delivered table's rows in; yields those that may not."""
    source, places = delivery.source.name, delivery.places.get(file, ())
    columns, rows = _parsed(content)
    table = tables.get(file)
    for number, row in enumerate(rows):
        place = places[number] if number < len(places) else f"{source}/{file}"
        cells = dict(zip(columns, row, strict=True))
        if table is None:
            problem: Problem | None = unknown_table(place, file, tables)
        else:
            known = tuple(cells.get(name, "") for name in table.resource.columns)
            problem = _put(table, _Row(known, Origin(source, place)), owned)
        if problem:
            yield Aside(source, file, place, cells, problem)


def _put(table: _Table, row: _Row, owned: frozenset[str]) -> Problem | None:
    """Add or replace one row; the problem if it may not be."""
    key = table.key(row.cells)
    said, where, source = " ".join(key), row.origin.place, row.origin.source
    if not all(key[:1]):
        column = (table.resource.primary_key or table.resource.columns)[0]
        return found("empty-key", where, column=column)
    present = table.rows.get(key)
    if present is None or present.origin.source == source:
        table.rows[key] = row
        return None
    if present.cells == row.cells:
        return None
    if present.origin.source:
        other = present.origin.source
        return found("taken-by-another", where, key=said, other=other)
    if not {table.document(present.cells), table.document(row.cells)} <= owned:
        return found("not-yours", where, key=said, source=source)
    table.rows[key] = row
    return None


def _parsed(content: bytes) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    return header, rows


def _copy(base: Path, into: Path, touched: Sequence[str]) -> None:
    for path in sorted(base.iterdir()):
        is_table = path.suffix == ".csv" or path.name == "datapackage.json"
        if is_table and path.is_file() and path.name not in touched:
            write_if_changed(into / path.name, path.read_bytes())


def _write(into: Path, table: _Table) -> Mapping[int, Origin]:
    """Write one table; the origin of each of its lines."""
    rows = list(table.rows.values())
    columns = table.resource.columns
    write_if_changed(into / table.file, to_csv(columns, [row.cells for row in rows]))
    origins: dict[int, Origin] = {}
    line = 2
    for row in rows:
        origins[line] = row.origin
        line += 1 + sum(_breaks(cell) for cell in row.cells)
    return origins


def _breaks(cell: str) -> int:
    """Line breaks inside a cell, as a CSV reader counts them."""
    return len(io.StringIO(cell, newline="").readlines()) - 1 if "\n" in cell or "\r" in cell else 0


def _flaws(table: _Table, lines: Mapping[int, Origin]) -> Iterator[Problem]:
    """Errors about single rows a source brought, at their staged lines."""
    staged = zip(lines, table.rows.values(), strict=True)
    brought = [(line, row.cells) for line, row in staged if row.origin.source]
    places = [f"{table.file}:{line}" for line, _ in brought]
    rows = [cells for _, cells in brought]
    yield from row_problems(table.resource.columns, rows, places, table.resource)
