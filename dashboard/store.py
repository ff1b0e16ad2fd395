"""The only reader of published data: opens the current set and notices a new one.

A `Dataset` is frozen; a page that has taken one finishes with it, whatever is published
meanwhile. A set that cannot be read leaves the last whole one in place.
"""

from __future__ import annotations

import csv
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from dashboard import records
from dashboard.compare import Observation, Registry
from dashboard.records import Document, Indicator, Names, Office
from extract import snapshot
from extract.quantity import parse

log = logging.getLogger(__name__)

STANDARD = "cn-approx-1"
TABLES = ("offices", "indicators", "documents", "corrections", "not_applicable")
"""Registries kept as rows, for questions that read their columns."""


class NoDataError(Exception):
    """Neither a published set nor data/tidy could be read; the message says what to do."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """One whole published set. Mappings are keyed by code; observations stand in document order."""

    folder: Path
    snapshot_id: str
    label: Names
    observations: tuple[Observation, ...]
    offices: Mapping[str, Office]
    indicators: Mapping[str, Indicator]
    variants: Mapping[tuple[str, str], Names]
    families: Mapping[str, Names]
    documents: Mapping[str, Document]
    tables: Mapping[str, tuple[Mapping[str, str], ...]]
    left_out: Mapping[str, int]
    preset: str = STANDARD

    @cached_property
    def registry(self) -> Registry:
        """What comparison needs to know of areas and indicators."""
        return Registry.from_rows(self.tables["offices"], self.tables["indicators"])

    @cached_property
    def by_id(self) -> Mapping[str, Observation]:
        """Observations by row id."""
        return {o.id: o for o in self.observations}

    @cached_property
    def by_indicator(self) -> Mapping[str, tuple[Observation, ...]]:
        """Observations by indicator code."""
        grouped: dict[str, list[Observation]] = {}
        for o in self.observations:
            grouped.setdefault(o.indicator, []).append(o)
        return {code: tuple(rows) for code, rows in grouped.items()}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that any observation ends in, ascending."""
        return tuple(sorted({o.year for o in self.observations}))

    def select(
        self,
        *,
        indicator: str = "",
        offices: Iterable[str] = (),
        year: int | None = None,
        variant: str = "",
    ) -> tuple[Observation, ...]:
        """Observations that meet every condition given, in document order."""
        pool = self.by_indicator.get(indicator, ()) if indicator else self.observations
        wanted = frozenset(offices)
        return tuple(
            o
            for o in pool
            if (not wanted or o.ref_area in wanted)
            and (year is None or o.year == year)
            and (not variant or o.variant == variant)
        )

    def with_preset(self, preset: str) -> Dataset:
        """The same set with every bound read by another rule preset."""
        if preset == self.preset:
            return self
        read_again = tuple(_reread(o, preset) for o in self.observations)
        return replace(self, observations=read_again, preset=preset)


class Store:
    """Gives the newest whole data set; safe to use from several threads."""

    def __init__(
        self,
        published: Path,
        tidy: Path,
        *,
        every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._published = published
        self._tidy = tidy
        self._every = every
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, Dataset] = {}
        self._token = ""
        self._looked_at = float("-inf")

    @property
    def published(self) -> Path:
        """Folder of snapshots, status and log."""
        return self._published

    def dataset(self, preset: str = STANDARD) -> Dataset:
        """The current set under `preset`; NoDataError if there has never been one to read."""
        with self._lock:
            now = self._clock()
            if now - self._looked_at >= self._every or not self._kept:
                self._looked_at = now
                self._notice()
            if preset not in self._kept:
                self._kept[preset] = self._kept[STANDARD].with_preset(preset)
            return self._kept[preset]

    def status(self) -> Mapping[str, Any]:
        """What the last refresh left behind (`status.json`); empty if there was none."""
        try:
            found = json.loads((self._published / "status.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _notice(self) -> None:
        folder, token = self._current()
        if token == self._token and self._kept:
            return
        try:
            self._kept = {STANDARD: read(folder)}
            self._token = token
        except (OSError, KeyError, ValueError) as problem:
            if not self._kept:
                step = "make tidy" if folder == self._tidy else "make refresh"
                raise NoDataError(
                    f"没有可读的数据：{folder}（{problem}）。先运行 {step}。 / "
                    f"No readable data in {folder} ({problem}); run {step} first."
                ) from problem
            log.warning("kept the last whole set: %s could not be read (%s)", folder, problem)

    def _current(self) -> tuple[Path, str]:
        pointer = self._published / "current"
        if pointer.is_symlink() or pointer.exists():  # a pointer to nothing is not data/tidy
            folder = pointer.resolve()
            return folder, folder.name
        return self._tidy, _token(self._tidy)


def read(folder: Path) -> Dataset:
    """Read one folder of tidy files; OSError, KeyError or ValueError if it is not whole.

    A published folder must be what its manifest says, byte for byte; in any folder every
    observation must find its office, indicator and document.
    """
    is_published = (folder / snapshot.MANIFEST).exists()
    if is_published and (damage := snapshot.verify(folder)):
        raise ValueError("; ".join(damage))
    return _whole(_read(folder, folder.name if is_published else "data/tidy"))


def _read(folder: Path, snapshot_id: str) -> Dataset:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    if not isinstance(package, dict):
        raise ValueError("datapackage.json holds no object")
    indicators = {r["indicator"]: records.indicator(r) for r in _rows(folder, "indicators")}
    return Dataset(
        folder=folder,
        snapshot_id=snapshot_id,
        label=Names(
            package.get("livelihood:label_zh") or "", package.get("livelihood:label_en") or ""
        ),
        observations=tuple(Observation.from_row(r) for r in _rows(folder, "observations")),
        offices={r["ref_area"]: records.office(r) for r in _rows(folder, "offices")},
        indicators=indicators,
        variants={
            (r["indicator"], r["variant"]): records.names(r, "name")
            for r in _rows(folder, "variants")
        },
        families={r["family"]: records.names(r, "name") for r in _rows(folder, "families")},
        documents={r["document"]: records.document(r) for r in _rows(folder, "documents")},
        tables={name: _rows(folder, name) for name in TABLES},
        left_out=_count(r["document"] for r in _rows(folder, "left_out")),
    )


def _whole(dataset: Dataset) -> Dataset:
    """The set itself; ValueError where it is empty or an observation stands in the air."""
    if not dataset.observations:
        raise ValueError("observations.csv holds no observation")
    for o in dataset.observations:
        for code, known in (
            (o.ref_area, dataset.offices),
            (o.indicator, dataset.indicators),
            (o.document, dataset.documents),
        ):
            if code not in known:
                raise ValueError(f"observation {o.id}: {code} is in no registry")
    return dataset


def _rows(folder: Path, table: str) -> tuple[Mapping[str, str], ...]:
    """The lines of a table; ValueError where one has more or fewer cells than the header."""
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            return tuple(_row(header, cells) for cells in reader)
        except (csv.Error, ValueError) as problem:
            raise ValueError(f"{table}.csv:{reader.line_num}: {problem}") from problem


def _row(header: list[str], cells: list[str]) -> Mapping[str, str]:
    if len(cells) != len(header):
        raise ValueError(f"{len(cells)} cells under a header of {len(header)}")
    return dict(zip(header, cells, strict=True))


def _count(values: Iterable[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def _token(folder: Path) -> str:
    """Changes when a file of an unpublished folder is written."""
    try:
        stamps = sorted((p.name, p.stat().st_mtime_ns) for p in folder.iterdir())
    except OSError:
        return "absent"
    return repr(stamps)


def _reread(o: Observation, preset: str) -> Observation:
    found = parse(o.as_written, preset=preset)
    is_hull = o.chosen and "conflicting" in o.flags
    if found is None or is_hull:
        return replace(o, ruleset=preset)
    return replace(
        o,
        ruleset=preset,
        lower=found.lower,
        upper=found.upper,
        lower_open=found.lower_open,
        upper_open=found.upper_open,
        lower_kind=found.lower_kind,
        upper_kind=found.upper_kind,
    )
