"""The raw tables: read them whole, or say everything that keeps them from being read.

This is the only door to ``data/raw``. Reading accepts what officials' machines write (UTF-8 with
or without BOM, GB18030, full-width digits); writing is UTF-8 without BOM, sorted, atomic and
under a lock.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from extract import entering, unreadable
from extract.contract import ROWS, Resource, resource_for, resources
from extract.disk import write_if_changed
from extract.problem import Problem
from extract.sheet import framed, read_sheet
from extract.unreadable import READ_RULES, Unreadable

__all__ = [
    "PRACTICES",
    "READ_RULES",
    "Raw",
    "Unreadable",
    "append",
    "contract_of",
    "enter",
    "listed",
    "locked",
    "read",
    "replace",
    "row_columns",
]

PRACTICES = "practices"
"""The table of named practices: evidence of its own, yet no observations."""

_LOCK = ".lock"
_LOCK_SECONDS = 60.0


@dataclass(frozen=True)
class Raw:
    """The raw tables as they stand: every cell a string, '' where nothing is entered.

    ``tables`` maps a file's name without ending to its frame; each frame ends with ``_line``
    (int, line in the file) and ``_file`` (the file's name). ``notes`` holds what was read but
    not quite as written (another encoding, full-width digits).
    """

    folder: Path
    tables: Mapping[str, pd.DataFrame]
    package: Mapping[str, Any]
    notes: tuple[Problem, ...] = ()

    @cached_property
    def family_tables(self) -> tuple[str, ...]:
        """Names of the tables that hold observations: those with the columns of ``rows``."""
        wanted = set(row_columns(self.package))
        return tuple(name for name, frame in self.tables.items() if wanted <= set(frame.columns))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All family tables, one below the other, in file and line order."""
        frames = [self.tables[name] for name in self.family_tables]
        if not frames:
            return framed((), (*row_columns(self.package),), "")
        return pd.concat(frames, ignore_index=True)

    @property
    def offices(self) -> pd.DataFrame:
        """The registry of offices."""
        return self.tables["offices"]

    @property
    def indicators(self) -> pd.DataFrame:
        """The registry of indicators."""
        return self.tables["indicators"]

    @property
    def variants(self) -> pd.DataFrame:
        """What exactly is counted, an indicator."""
        return self.tables["variants"]

    @property
    def families(self) -> pd.DataFrame:
        """The groups of indicators, in the order of pages."""
        return self.tables["families"]

    @property
    def documents(self) -> pd.DataFrame:
        """The source reports."""
        return self.tables["documents"]

    @property
    def returns(self) -> frozenset[str]:
        """The documents that are returns; a set made before there were any has none."""
        documents = self.documents
        if "kind" not in documents:
            return frozenset()
        return frozenset(documents.loc[documents["kind"] == "return", "document"])

    @property
    def corrections(self) -> pd.DataFrame:
        """Errors in the sources, kept apart from what the sources say."""
        return self.tables["corrections"]

    @property
    def readings(self) -> pd.DataFrame:
        """Differences between two readings and how they were settled."""
        return self.tables["readings"]

    @property
    def not_applicable(self) -> pd.DataFrame:
        """Cells for which no number can exist, with the reason."""
        return self.tables["not_applicable"]

    @property
    def left_out(self) -> pd.DataFrame:
        """Numbers of the documents that are not observations, with the reason."""
        return self.tables["left_out"]

    @property
    def reasons(self) -> pd.DataFrame:
        """The reasons for leaving a number out."""
        return self.tables["reasons"]

    @property
    def practices(self) -> pd.DataFrame:
        """Named practices and where they stand; a set made before there were any has none."""
        return self.tables.get(PRACTICES, pd.DataFrame())

    @property
    def practice_families(self) -> pd.DataFrame:
        """The groups of practices, in the order of pages; none where there are no practices."""
        return self.tables.get("practice_families", pd.DataFrame())


def row_columns(package: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that make a table a family table, from the descriptor."""
    resource = resource_for(package, ROWS)
    return resource.columns if resource else ()


def read(folder: Path) -> Raw:
    """Read every CSV of ``folder`` against its ``datapackage.json``.

    Raises Unreadable with all problems located: missing files and columns, an encoding that is
    neither UTF-8 nor GB18030, duplicate headers, ragged lines.
    """
    package, paths, problems = listed(folder)
    frames: dict[str, pd.DataFrame] = {}
    for path in paths:
        frame, found = read_sheet(path.name, path.read_bytes(), contract_of(package, path.name))
        problems.extend(found)
        if frame is not None:
            frames[path.stem] = frame
    if any(problem.severity == "error" for problem in problems):
        raise Unreadable(problems)
    return Raw(folder, frames, package, tuple(problems))


def listed(folder: Path) -> tuple[dict[str, Any], list[Path], list[Problem]]:
    """The descriptor of a folder, its CSV files in order, and which are missing.

    What a killed process decided to enter is finished first. Raises Unreadable for a descriptor
    that is none.
    """
    if entering.is_under_way(folder):
        with locked(folder):
            pass  # whoever is at it has finished now, or it was finished for them
    package = _package(folder)
    return package, _in_order(folder, package), list(_missing_files(folder, package))


def append(folder: Path, name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Add ``rows`` to table ``name``, sort, and write it whole; True if the file changed.

    Raises ValueError if a row has a column the table lacks or a key that is taken.
    """
    with locked(folder):
        raw = read(folder)
        present = raw.tables[name]
        resource = _required_resource(raw.package, f"{name}.csv")
        added = framed(
            [[row.get(c, "") for c in resource.columns] for row in rows],
            resource.columns,
            f"{name}.csv",
        )
        _refuse_strangers(rows, resource)
        joined = pd.concat([present, added], ignore_index=True)
        _refuse_taken_keys(joined, resource)
        return _write(folder, name, joined, resource)


def replace(folder: Path, name: str, frame: pd.DataFrame) -> bool:
    """Put ``frame`` in the place of table ``name``, sorted; True if the file changed.

    Raises ValueError if a column is missing or a key occurs twice.
    """
    with locked(folder):
        resource = _required_resource(_package(folder), f"{name}.csv")
        missing = [column for column in resource.columns if column not in frame.columns]
        if missing:
            raise ValueError(f"{name}.csv: missing columns {', '.join(missing)}")
        _refuse_taken_keys(frame, resource)
        return _write(folder, name, frame, resource)


def enter(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    files: Mapping[str, bytes],
    package: Mapping[str, Any],
) -> None:
    """Put several tables and further files in place: all, or none where one cannot be written.

    The caller holds ``locked(folder)``. Raises ValueError for a key that occurs twice, OSError.
    """
    contents = dict(files)
    for name, frame in frames.items():
        resource = contract_of(package, f"{name}.csv")
        if resource is None:
            raise ValueError(f"{name}.csv is not a table of this set")
        _refuse_taken_keys(frame, resource)
        contents[f"{name}.csv"] = _content(frame, resource)
    entering.put(folder, contents)


def contract_of(package: Mapping[str, Any], file: str) -> Resource | None:
    """The contract of a file, if the descriptor names it."""
    return next((entry for entry in resources(package) if file in entry.paths), None)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The lock of the raw tables, to be held while they are read and changed together.

    What a process decided to enter before it was killed is finished first.
    """
    with FileLock(folder / _LOCK, timeout=_LOCK_SECONDS):
        entering.settle(folder)
        yield


def _write(folder: Path, name: str, frame: pd.DataFrame, resource: Resource) -> bool:
    return write_if_changed(folder / f"{name}.csv", _content(frame, resource))


def _content(frame: pd.DataFrame, resource: Resource) -> bytes:
    tidy = frame.loc[:, list(resource.columns)]
    if {"document", "start"} <= set(resource.columns):
        tidy = tidy.assign(_start=pd.to_numeric(tidy["start"]))
        by = ["document", "_start", *(["id"] if "id" in resource.columns else [])]
        tidy = tidy.sort_values(by, kind="stable").drop(columns="_start")
    return tidy.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _refuse_strangers(rows: Sequence[Mapping[str, str]], resource: Resource) -> None:
    strangers = sorted({column for row in rows for column in row} - set(resource.columns))
    if strangers:
        raise ValueError(f"{resource.name}: unknown columns {', '.join(strangers)}")


def _refuse_taken_keys(frame: pd.DataFrame, resource: Resource) -> None:
    key = list(resource.primary_key)
    if not key:
        return
    repeated = frame.loc[frame.duplicated(key), key]
    taken = [" ".join(cells) for cells in repeated.itertuples(index=False, name=None)]
    if taken:
        raise ValueError(f"{resource.name}: keys already taken: {', '.join(taken)}")


def _required_resource(package: Mapping[str, Any], file: str) -> Resource:
    resource = contract_of(package, file)
    if resource is None:
        raise ValueError(f"{file} is not a table of this set")
    return resource


def _package(folder: Path) -> dict[str, Any]:
    path = folder / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise Unreadable([unreadable.missing_file(path.name)]) from error
    except (ValueError, OSError) as error:
        raise Unreadable([unreadable.not_a_descriptor(path.name, error)]) from error
    if not isinstance(package, dict) or resource_for(package, ROWS) is None:
        raise Unreadable([unreadable.not_a_descriptor(path.name, f"no resource called {ROWS}")])
    return package


def _in_order(folder: Path, package: Mapping[str, Any]) -> list[Path]:
    """The CSV files: first those the descriptor names, in its order, then the others by name."""
    named = [name for entry in resources(package) for name in entry.paths]
    present = {path.name: path for path in sorted(folder.glob("*.csv"))}
    first = [present[name] for name in named if name in present]
    return first + [path for name, path in present.items() if name not in named]


def _missing_files(folder: Path, package: Mapping[str, Any]) -> Iterator[Problem]:
    for entry in resources(package):
        yield from (
            unreadable.missing_file(name) for name in entry.paths if not (folder / name).is_file()
        )
