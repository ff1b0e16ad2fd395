"""The rows of one question as columns: what order, places and verdicts depend on, nothing else.

`likeness` numbers the kinds of rows: two of one kind are the same to every rule of
`dashboard.compare`, but for their ids, their areas, and their bounds. Columns come from the set by
one statement, or from observations at hand where something was computed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.cabinet import COLUMNS, READERS
from dashboard.compare import Observation, Registry
from dashboard.compare.groups import Codes
from dashboard.compare.observation import RATIO_UNITS
from dashboard.dataset import STANDARD, Dataset, reading, reread
from dashboard.wide.ends import Ends, Marks, Mask, Side, ends
from dashboard.wide.kinship import kinship
from dashboard.wide.scope import Scope
from extract.quantity import Quantity

__all__ = ["Columns", "columns_of", "read"]

JUDGED = (
    *("unit", "window", "scope", "scope_note", "variant", "period_precision", "obs_status"),
    *("period_start", "period_end", "is_full_period", "flags"),
)
"""Columns that rules look at, besides the registry's and those that a question is about."""
BOUNDS = ("lower", "upper", "lower_open", "upper_open")
SOFT = ("lower_kind", "upper_kind")
REGISTERED = frozenset({"office", "office_en", "family"})
"""Columns that a row has from the registries: a quarter of the file, and read from there."""
TAKEN = ("id", "ref_area", "unit", "flags", *BOUNDS)
ALIKE = ", ".join(f'"{name}"' for name in JUDGED if name != "flags")
KIND = f"hash({ALIKE}) AS kind"
"""64 bits, equal where all these columns are. Of some hundred kinds two come to the same once in a
hundred million million questions; the columns themselves would take a fifth of its time."""
CHUNK = 2_000
"""Rows that are read whole at a time."""
MOST_KINDS = 2**31
SPARSE = 8
"""Times as many numbers as rows that are counted one by one."""

Read = Callable[[Codes], list[Observation]]
"""Rows as values, by their places."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Rows in no order: identifiers, areas (numbered, with their codes), kind, bounds."""

    ids: pa.Array
    areas: Codes
    codes: pa.Array
    likeness: Codes
    ends: Ends
    overlapping: Mask
    read: Read

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def are_apart(self) -> bool:
        """Whether no two rows are of one area."""
        return len(self.codes) == len(self.ids)

    def area(self, row: int) -> str:
        """The code of a row's area."""
        return str(self.codes[int(self.areas[row])].as_py())


def read(dataset: Dataset, scope: Scope) -> Columns:
    """The rows of a question, by one statement or two."""
    more = ["as_written"] if dataset.preset != STANDARD else []
    is_soft = [f"coalesce({name}, 'hard') = 'soft' AS {name}" for name in SOFT]
    table = scope.table(dataset.cabinet, ", ".join((_listed((*TAKEN, *more)), *is_soft, KIND)))
    areas, flags = _encoded(table["ref_area"]), _encoded(table["flags"])
    is_hull = _having(flags, "conflicting")
    levels = kinship(dataset).levels(areas.dictionary)[_codes(areas)]
    return Columns(
        _whole(table["id"]),
        _codes(areas),
        areas.dictionary,
        _kinds([_codes(_encoded(table["kind"])), is_hull, levels]),
        ends(_marks(dataset.preset, table, is_hull)),
        _having(flags, "overlapping").astype(bool),
        lambda rows: _read(dataset, scope, table, rows),
    )


def columns_of(
    rows: Sequence[Observation],
    registry: Registry,
    more: Callable[[Observation], Observation],
) -> Columns:
    """The same of observations at hand; `more` is another that rules look at for each."""
    areas = pa.array([o.ref_area for o in rows], pa.string()).dictionary_encode()
    kinds: dict[Hashable, int] = {}
    likeness = [
        kinds.setdefault((_judged(o), _judged(more(o)), registry.level(o.ref_area)), len(kinds))
        for o in rows
    ]
    lower, upper = (
        Side(
            [getattr(o, side) for o in rows],
            _mask(getattr(o, f"{side}_open") for o in rows),
            _mask(getattr(o, f"{side}_kind") == "soft" for o in rows),
        )
        for side in ("lower", "upper")
    )
    return Columns(
        pa.array([o.id for o in rows], pa.string()),
        _codes(areas),
        areas.dictionary,
        np.array(likeness, dtype=np.int64),
        ends(Marks(lower, upper, _mask(o.unit in RATIO_UNITS for o in rows))),
        _mask("overlapping" in o.flags for o in rows),
        lambda places: [rows[place] for place in places.tolist()],
    )


def _read(dataset: Dataset, scope: Scope, table: pa.Table, rows: Codes) -> list[Observation]:
    """Rows as values: what the table holds of them, and the rest of their cells."""
    known = table.select((*TAKEN, *SOFT)).take(pa.array(rows)).to_pydict()
    names = ["id", *(name for name in COLUMNS if name not in known and name not in REGISTERED)]
    found: dict[str, tuple[Any, ...]] = {}
    for start in range(0, len(rows), CHUNK):
        asked = known["id"][start : start + CHUNK]
        found |= {row[0]: row for row in scope.rows(dataset.cabinet, _listed(names), asked)}
    rest = zip(*(found[row] for row in known["id"]), strict=True)
    cells = {**known, **dict(zip(names, rest, strict=False)), **_as_a_set_has_them(known)}
    cells |= _registered(dataset, cells)
    columns = (read_cells(cells[name]) for name, read_cells in READERS.items())
    told = (Observation(*row) for row in zip(*columns, strict=True))
    return [reread(o, dataset.preset) for o in told]


def _as_a_set_has_them(known: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Bounds as text, and their kinds as words."""
    exact = {n: [None if c is None else str(c) for c in known[n]] for n in ("lower", "upper")}
    return {**exact, **{n: ["soft" if c else "hard" for c in known[n]] for n in SOFT}}


def _registered(dataset: Dataset, cells: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The names that every row has from the registries of its set."""
    short = [dataset.offices[area].short for area in cells["ref_area"]]
    return {
        "office": [names.zh for names in short],
        "office_en": [names.en for names in short],
        "family": [dataset.indicators[code].family for code in cells.get("indicator", ())],
    }


def _listed(names: Iterable[str]) -> str:
    """Columns as a statement names them; those read as text keep every digit."""
    text = {name for name, kind in COLUMNS.items() if kind == "Decimal | None"} - set(TAKEN)
    return ", ".join(
        f'CAST("{name}" AS VARCHAR)' if name in text else f'"{name}"' for name in names
    )


def _marks(preset: str, table: pa.Table, is_hull: Codes) -> Marks:
    unit = _encoded(table["unit"])
    is_ratio = np.asarray(pc.is_in(unit.dictionary, pa.array(sorted(RATIO_UNITS))))[_codes(unit)]
    if preset == STANDARD:
        lower, upper = (
            Side(_whole(table[side]), _truth(table[f"{side}_open"]), _truth(table[f"{side}_kind"]))
            for side in ("lower", "upper")
        )
    else:
        lower, upper = _reread(preset, table, is_hull)
    return Marks(lower, upper, is_ratio)


def _reread(preset: str, table: pa.Table, is_hull: Codes) -> tuple[Side, Side]:
    """The bounds of rows by another rule preset."""
    phrases = table["as_written"].to_pylist()
    found = [
        reading(phrase or "", preset, is_hull=bool(hull))
        for phrase, hull in zip(phrases, is_hull.tolist(), strict=True)
    ]
    return _side(table, found, "lower"), _side(table, found, "upper")


def _side(table: pa.Table, found: Sequence[Quantity | None], side: str) -> Side:
    """One bound of each row, as it was read; as it is held where it was not read."""
    names = (side, f"{side}_open", f"{side}_kind")
    held = zip(*(table[name].to_pylist() for name in names), strict=True)
    cells, is_open, is_soft = zip(
        *(
            (None if cell is None else Decimal(str(cell)), bool(opened), bool(soft))
            if q is None
            else (getattr(q, side), getattr(q, names[1]), getattr(q, names[2]) == "soft")
            for q, (cell, opened, soft) in zip(found, held, strict=True)
        ),
        strict=True,
    )
    return Side(cells, _mask(is_open), _mask(is_soft))


def _truth(column: pa.ChunkedArray) -> Mask:
    return np.asarray(_whole(column).fill_null(False)).astype(bool)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.combine_chunks().dictionary_encode(null_encoding="encode")


def _codes(column: pa.DictionaryArray) -> Codes:
    return np.asarray(column.indices).astype(np.int64)


def _having(flags: pa.DictionaryArray, flag: str) -> Codes:
    """1 for the rows that have a flag."""
    told = [flag in (text or "").split() for text in flags.dictionary.to_pylist()]
    return np.array(told, dtype=np.int64)[_codes(flags)]


def _kinds(columns: Sequence[Codes]) -> Codes:
    """Numbers from 0, equal for rows that are equal in every column."""
    kind, size = np.zeros_like(columns[0]), 1
    for codes in columns:
        width = int(codes.max(initial=0)) + 1
        if width * size > MOST_KINDS:
            kind, size = _renumbered(kind, size)
        kind, size = kind * width + codes, size * width
    return _renumbered(kind, size)[0]


def _renumbered(kind: Codes, size: int) -> tuple[Codes, int]:
    """Numbers below `size` as numbers without gaps, and how many there are."""
    if size > SPARSE * len(kind):
        found, numbers = np.unique(kind, return_inverse=True)
        return numbers, len(found)
    is_used = np.bincount(kind, minlength=size) > 0
    return (np.cumsum(is_used) - 1)[kind], int(is_used.sum())


def _judged(o: Observation) -> Hashable:
    told = (getattr(o, name) for name in JUDGED if name != "flags")
    return *told, "conflicting" in o.flags


def _mask(truths: Iterable[bool]) -> Mask:
    return np.array(list(truths), dtype=bool)
