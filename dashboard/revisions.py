"""What one publication changed, and which rows wait aside: tables of a snapshot, read in part.

Each may be missing, from before it was kept, or be longer than anybody reads on a page.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.change import CHANGES, KINDS, Change

__all__ = ["KINDS", "Change", "Revision", "of_row", "of_set", "revision", "waiting"]

QUARANTINE = "quarantine.csv"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Revision:
    """The first changes of each kind, and how many of each there are."""

    changes: tuple[Change, ...]
    counts: Mapping[str, int]


def revision(folder: Path, limit: int) -> Revision | None:
    """What a snapshot changed, at most `limit` rows a kind; None where it does not say."""
    if not (folder / CHANGES).is_file():
        return None
    kept: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    counts: dict[str, int] = {}
    for row in _rows(folder / CHANGES):
        kind = row["kind"]
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= limit:
            kept.setdefault(kind, []).append(_change(row))
    return Revision(tuple(change for found in kept.values() for change in found), counts)


def of_row(folder: Path, row: str) -> tuple[Change, ...]:
    """What a snapshot changed of one row; nothing where it does not say."""
    path = folder / CHANGES
    try:
        is_named = row.encode() in path.read_bytes()
    except OSError:
        return ()
    return tuple(_change(found) for found in _rows(path) if found["id"] == row) if is_named else ()


def of_set(folder: Path) -> Iterator[Change]:
    """Everything that a snapshot changed, one after the other; nothing where it does not say."""
    return map(_change, _rows(folder / CHANGES))


def waiting(folder: Path, limit: int) -> tuple[tuple[Row, ...], int]:
    """The first `limit` rows in quarantine, and how many there are."""
    kept: list[Row] = []
    number = 0
    for number, row in enumerate(_rows(folder / QUARANTINE), 1):
        if number <= limit:
            kept.append(row)
    return tuple(kept), number


def _change(row: Row) -> Change:
    return Change(**{name: row.get(name, "") for name in Change.__dataclass_fields__})


def _rows(path: Path) -> Iterator[Row]:
    """Rows of a table with every cell a text; nothing where it is not there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, restval=""):
                yield {str(name): str(cell or "") for name, cell in row.items()}
    except (OSError, ValueError, csv.Error):
        return
