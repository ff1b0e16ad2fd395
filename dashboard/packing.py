"""The files of a set as questions need them: Parquet that was published, or packed from the CSV.

A published folder brings Parquet: `by_indicator.parquet` and `by_office.parquet`, the same rows
sorted for either question, or `observations.parquet` for both; and `documents.parquet`, sorted by
document. What a folder has as CSV only is packed once, when it is opened, into a temporary folder:
later changes to the CSV do not reach into it.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.compare import Observation
from dashboard.compare.observation import LATER
from dashboard.engine import locked, quoted

__all__ = ["BY_INDICATOR", "COLUMNS", "TYPES", "Files", "UnopenedError", "files", "text_of"]

BY_INDICATOR = "by_indicator.parquet"
BY_OFFICE = "by_office.parquet"
ONE_ORDER = "observations.parquet"
TEXT = "observations.csv"
DOCUMENTS = "documents"
MEMORY = "512MB"
NUMBER = "[-+]?[0-9]+([.][0-9]+)?"
GROUP_ROWS, DOCUMENT_ROWS = 20_480, 8_192

COLUMNS: dict[str, str] = {
    name: str(field.type) for name, field in Observation.__dataclass_fields__.items()
}
"""Column → its type in Observation, as written there."""
_CSV_TYPES = {
    "int": "INTEGER",
    "int | None": "INTEGER",
    "date": "DATE",
    "date | None": "DATE",
}
TYPES = tuple(
    (name, "BOOLEAN" if kind == "bool" else _CSV_TYPES.get(kind, "VARCHAR"))
    for name, kind in COLUMNS.items()
)
"""Columns of the published CSV and their types in DuckDB."""
_TRUTHS = tuple(name for name, kind in COLUMNS.items() if kind == "bool")


class UnopenedError(ValueError):
    """The observations of a folder cannot be opened; str() is the reason."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the rows are; `documents` is None where a folder has none, `packed` a temporary
    folder that somebody has to remove."""

    by_indicator: Path
    by_office: Path
    documents: Path | None
    packed: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """All that must be readable."""
        places = (self.by_indicator, self.by_office, self.documents)
        return tuple(dict.fromkeys(path.parent for path in places if path is not None))


def files(folder: Path) -> Files:
    """The files of `folder`, packed where there is only CSV; UnopenedError if that fails."""
    packed: Path | None = None
    try:
        observations, documents = _parquet(folder), _documents(folder)
        text = documents if documents and documents.suffix == ".csv" else None
        if observations is None or text is not None:
            packed = Path(tempfile.mkdtemp(prefix="livelihood-"))
            observations = observations or _pack(folder / TEXT, packed)
            documents = _packed_documents(text, packed) if text else documents
        return Files(*observations, documents, packed)
    except (duckdb.Error, OSError, ValueError) as problem:
        if packed is not None:
            shutil.rmtree(packed, ignore_errors=True)
        raise UnopenedError(str(problem)) from problem


def text_of(folder: Path) -> Path | None:
    """observations.csv of a published folder, where its columns are ours."""
    try:
        return folder / TEXT if _header(folder / TEXT) == list(COLUMNS) else None
    except OSError:
        return None


def _header(source: Path) -> list[str]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _parquet(folder: Path) -> tuple[Path, Path] | None:
    found = [folder / name for name in (BY_INDICATOR, BY_OFFICE, ONE_ORDER)]
    present = [path for path in found if path.is_file()]
    if not present:
        return None
    by_indicator = found[0] if found[0] in present else present[-1]
    return by_indicator, found[1] if found[1] in present else by_indicator


def _documents(folder: Path) -> Path | None:
    found = (folder / f"{DOCUMENTS}{ending}" for ending in (".parquet", ".csv"))
    return next((path for path in found if path.is_file()), None)


def _pack(source: Path, into: Path) -> tuple[Path, Path]:
    """observations.csv as two Parquet files; columns have the types of Observation."""
    header = _header(source)
    missing = [name for name in COLUMNS if name not in header and name not in LATER]
    if missing:
        raise UnopenedError(f"{source.name} lacks the column {missing[0]}")
    types = {name: _CSV_TYPES.get(COLUMNS.get(name, ""), "VARCHAR") for name in header}
    read = _reading(source, types)
    truths = ", ".join(f"{name} = 'true' AS {name}" for name in _TRUTHS)
    connection = locked(source.parent, MEMORY, into)
    try:
        _check(connection, f"(SELECT * FROM {read})")
        for name, order in (
            (BY_INDICATOR, "indicator, year, ref_area"),
            (BY_OFFICE, "ref_area, indicator, year"),
        ):
            connection.execute(
                f"COPY (SELECT * REPLACE ({truths}) FROM {read} ORDER BY {order}) "
                f"TO {quoted(into / name)} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP_ROWS})"
            )
    finally:
        connection.close()
    return into / BY_INDICATOR, into / BY_OFFICE


def _packed_documents(source: Path, into: Path) -> Path:
    """documents.csv as Parquet, every cell as it is written."""
    read = _reading(source, dict.fromkeys(_header(source), "VARCHAR"))
    packed = into / f"{DOCUMENTS}.parquet"
    connection = locked(source.parent, MEMORY, into)
    try:
        connection.execute(
            f"COPY (SELECT * FROM {read} ORDER BY document) TO {quoted(packed)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {DOCUMENT_ROWS})"
        )
    finally:
        connection.close()
    return packed


def _reading(source: Path, types: dict[str, str]) -> str:
    given = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
    return (
        f"read_csv({quoted(source)}, columns = {{{given}}}, header = true, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', auto_detect = false, "
        "max_line_size = 1000000)"
    )


def _check(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """UnopenedError for a cell that the types of the columns let pass and Observation does not."""
    decimals = [name for name, kind in COLUMNS.items() if kind == "Decimal | None"]
    kinds = [name for name, kind in COLUMNS.items() if kind == "Kind"]
    wrong = [
        *(f"NOT regexp_full_match({name}, '{NUMBER}')" for name in decimals),
        *(f"{name} NOT IN ('hard', 'soft')" for name in kinds),
        *(f"{name} IS NULL OR {name} NOT IN ('true', 'false')" for name in _TRUTHS),
        *(f'"{name}" IS NULL' for name in ("id", "document", "year", "period_end")),
    ]
    for condition in wrong:
        found = connection.execute(f"SELECT id FROM {table} WHERE {condition} LIMIT 1").fetchall()
        if found:
            raise UnopenedError(f"observation {found[0][0]}: {condition}")
