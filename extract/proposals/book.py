"""What the raw tables say that a proposal needs: columns, names, families, known documents."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.contract import ROWS, resource_for
from extract.reading import Registry

__all__ = ["Book"]

_FLAG = re.compile(r"[a-z_]{4,}")
_NUMBER = re.compile(r"^(.+)-([0-9]{3,})$")


@dataclass(frozen=True, slots=True)
class Book:
    """The registry, and how rows are written in this folder of raw tables.

    `columns` are those of a family table, `described` those of documents.csv, `documents` its lines
    by SHA-256, `numbers` the highest number among the rows of each document.
    """

    registry: Registry
    columns: tuple[str, ...]
    described: tuple[str, ...]
    flags: frozenset[str]
    indicators: Mapping[str, Mapping[str, str]]
    offices: Mapping[str, Mapping[str, str]]
    documents: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, int]

    @classmethod
    def read(cls, folder: Path) -> "Book":
        """The book of a raw folder. Raises OSError, UnicodeError, ValueError."""
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        resource = resource_for(package, ROWS)
        if resource is None:
            raise ValueError("datapackage.json describes no rows")
        about = resource_for(package, "documents")
        field = next((field for field in resource.fields if field.name == "flags"), None)
        pattern = field.constraints.get("pattern", "") if field else ""
        registry = Registry.read(folder)
        return cls(
            registry,
            resource.columns,
            about.columns if about else (),
            frozenset(_FLAG.findall(pattern)),
            {row["indicator"]: row for row in registry.indicators},
            {row["ref_area"]: row for row in registry.offices},
            {row["sha256"]: row for row in _lines(folder / "documents.csv")},
            _highest(folder, resource.paths),
        )


def _highest(folder: Path, names: tuple[str, ...]) -> Mapping[str, int]:
    """The highest number that a document's rows have."""
    highest: dict[str, int] = {}
    for name in names:
        for row in _lines(folder / name):
            found = _NUMBER.match(row.get("id", ""))
            if found:
                highest[found[1]] = max(highest.get(found[1], 0), int(found[2]))
    return highest


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
