"""The observations of one set, asked through DuckDB; no question loads them all.

The connection lives in memory, reads the files of one folder and nothing else, and cannot be
told otherwise. Each thread asks through a cursor of its own. Rows come in document order
(document, start, id). Numbers come as text and become Decimal: exact, whatever the file.

A published folder brings Parquet: `by_indicator.parquet` and `by_office.parquet`, the same rows
sorted for either question, or `observations.parquet` for both. A folder with nothing but
`observations.csv` is packed once, when it is opened, into a temporary folder that goes with the
cabinet: later changes to the CSV do not reach into it.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard import batches
from dashboard.compare import Observation
from dashboard.compare.observation import LATER
from dashboard.engine import locked, quoted
from dashboard.filters import Filters, joined
from dashboard.seek import DOCUMENT_ORDER, Order, Sought, Stretch

__all__ = ["Cabinet", "UnopenedError", "cabinet"]

BY_INDICATOR = "by_indicator.parquet"
BY_OFFICE = "by_office.parquet"
ONE_ORDER = "observations.parquet"
TEXT = "observations.csv"
MEMORY = "128MB"
PACKING_MEMORY = "512MB"
NUMBER = "[-+]?[0-9]+([.][0-9]+)?"
GROUP_ROWS = 20_480
FETCHED = 500

_CSV_TYPES = {
    "int": "INTEGER",
    "int | None": "INTEGER",
    "date": "DATE",
    "date | None": "DATE",
}
COLUMNS: dict[str, str] = {
    name: str(field.type) for name, field in Observation.__dataclass_fields__.items()
}
"""Column → its type in Observation, as written there."""
_TYPES = tuple(
    (name, "BOOLEAN" if kind == "bool" else _CSV_TYPES.get(kind, "VARCHAR"))
    for name, kind in COLUMNS.items()
)
_TRUTHS = tuple(name for name, kind in COLUMNS.items() if kind == "bool")
ORDER = 'ORDER BY document, "start", id'
LATEST = "QUALIFY year = max(year) OVER (PARTITION BY ref_area)"


class UnopenedError(ValueError):
    """The observations of a folder cannot be opened; str() is the reason."""


def cabinet(folder: Path) -> Cabinet:
    """The observations of `folder`, warm; UnopenedError if they are not there or not whole."""
    packed = None
    try:
        files = _parquet(folder)
        if files is None:
            packed = Path(tempfile.mkdtemp(prefix="livelihood-"))
            files = _pack(folder / TEXT, packed)
        return Cabinet(*files, packed)
    except (duckdb.Error, OSError) as problem:
        if packed is not None:
            shutil.rmtree(packed, ignore_errors=True)
        raise UnopenedError(str(problem)) from problem


class Cabinet:
    """Questions to one set; safe to use from several threads. Closes when nobody holds it."""

    def __init__(
        self,
        by_indicator: Path,
        by_office: Path,
        packed: Path | None = None,
        *,
        only: Filters | None = None,
    ) -> None:
        self._files = by_indicator, by_office
        self._is_copied = only is not None
        self._text = None if packed else _text_of(by_indicator.parent)
        self._connection = locked(by_indicator.parent, MEMORY)
        self._cursors = threading.local()
        self._close = weakref.finalize(self, _dismantle, self._connection, packed)
        if only is None:
            self._open("by_indicator", by_indicator)
            self._open("by_office", by_office)
        else:
            self._copy(only)
        self.documents: tuple[tuple[str, int, int], ...] = tuple(
            self.ask(
                "SELECT document, count(*), count(*) FILTER (obs_status = 'A') "
                "FROM by_indicator GROUP BY document ORDER BY document"
            )
        )
        """(document, observations, verified ones) of every document with observations."""
        self.select(Filters(), limit=1)

    @property
    def is_closed(self) -> bool:
        """True once the connection is gone."""
        return not self._close.alive

    def close(self) -> None:
        """Give back the connection and the temporary folder; safe to call again."""
        self._close()

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer that is known to be small."""
        return self._cursor().execute(sql, list(values)).fetchall()

    def table(self, sql: str, values: Sequence[object] = ()) -> pa.Table:
        """An answer column by column, of as many rows as one indicator has in a year."""
        return self._cursor().sql(sql, params=list(values)).to_arrow_table()

    def select(
        self,
        filters: Filters,
        *,
        is_latest: bool = False,
        order: str = ORDER,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[Observation, ...]:
        """Observations that meet `filters`, in document order; `is_latest`: of each office's
        last year only."""
        where, values = filters.condition()
        latest = LATEST if is_latest else ""
        page = "" if limit is None else f"LIMIT {int(limit)} OFFSET {int(offset)}"
        sql = f"SELECT {_SELECTED} FROM {_table(filters)} WHERE {where} {latest} {order} {page}"
        return tuple(_observation(row) for row in self.ask(sql, values))

    def only(self, filters: Filters) -> Cabinet:
        """A cabinet of the observations that meet `filters`, copied into memory: few of them."""
        return Cabinet(*self._files, only=filters)

    def count(self, filters: Filters) -> int:
        """How many observations meet `filters`."""
        where, values = filters.condition()
        return int(self.ask(f"SELECT count(*) FROM {_table(filters)} WHERE {where}", values)[0][0])

    def sorted(self, filters: Filters, order: Order, places: range) -> Iterator[Observation]:
        """Those of the observations that meet `filters` which stand at `places` of an order.

        However many there are, no more than a few thousand are sorted at a time.
        """
        table, scope, size = _sorted_in(filters, order), filters.condition(), self.count(filters)
        wanted = range(max(places.start, 0), min(places.stop, size))
        cursor = self._connection.cursor()
        try:
            for stretch in Sought(self.ask, table).stretches(scope, order.keys, wanted, size):
                cursor.execute(_cut(table, stretch, order), stretch.condition[1])
                while rows := cursor.fetchmany(FETCHED):
                    yield from map(_observation, rows)
        finally:
            cursor.close()

    def place(self, row: str, filters: Filters, order: Order) -> int | None:
        """How many that meet `filters` stand before the one of an id; None where it is not one."""
        table, own = _sorted_in(filters, order), ("id = ?", [row])
        where, values = joined([filters.condition(), own])
        keys = ", ".join(key.text for key in order.keys)
        found = self.ask(f"SELECT {keys} FROM by_indicator WHERE {where}", values)
        if not found:
            return None
        where, values = joined([filters.condition(), order.before(found[0])])
        return int(self.ask(f"SELECT count(*) FROM {table} WHERE {where}", values)[0][0])

    def stream(self, filters: Filters) -> Iterator[Observation]:
        """The same as `select`, few in memory at a time, through a connection of its own."""
        if self._is_copied:
            yield from self.select(filters)
            return
        for batch in self.batches(filters, batches.Cells(_SELECTED)):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            yield from map(_observation, rows)

    def batches(self, filters: Filters, cells: batches.Cells) -> Generator[pa.RecordBatch]:
        """`cells` of what meets `filters`, in document order.

        Through a connection of its own, which ends with the iterator; not from a copy.
        """
        table, scope = _table(filters), filters.condition()
        file = self._files[table == "by_office"]
        source = f"read_parquet({quoted(file)})"
        shown = f"*{_later(self._cursor(), source)}"
        parquet = f"SELECT {shown} FROM {source}"
        found = batches.Source(file.parent, parquet, self._text, _TYPES)
        yield from batches.batches(found, scope, self.count(filters), cells)

    def get(self, row: str) -> Observation | None:
        """The observation of that id."""
        sql = f"SELECT {_SELECTED} FROM by_indicator WHERE id = ?"
        return next((_observation(found) for found in self.ask(sql, [row])), None)

    def having(self, rows: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the set has."""
        if not rows:
            return frozenset()
        marks = ", ".join("?" * len(rows))
        sql = f"SELECT id FROM by_indicator WHERE id IN ({marks})"
        return frozenset(found[0] for found in self.ask(sql, rows))

    def nearest(self, row: str) -> str:
        """The id most like `row`; '' where none is at all like it."""
        found = self.ask(
            "SELECT id, jaro_winkler_similarity(id, ?) AS likeness FROM by_indicator "
            "WHERE likeness >= 0.9 ORDER BY likeness DESC, id LIMIT 1",
            [row],
        )
        return str(found[0][0]) if found else ""

    def neighbours(self, o: Observation, limit: int) -> tuple[int, tuple[Observation, ...]]:
        """How many other chosen numbers its indicator has, and the first `limit` of them:
        its own office first, then the newest."""
        where, values = joined([("indicator = ?", [o.indicator]), ("chosen AND id <> ?", [o.id])])
        total = self.ask(f"SELECT count(*) FROM by_indicator WHERE {where}", values)[0][0]
        sql = (
            f"SELECT {_SELECTED} FROM by_indicator WHERE {where} "
            f"ORDER BY ref_area <> ?, year DESC, id LIMIT {int(limit)}"
        )
        found = self.ask(sql, [*values, o.ref_area])
        return int(total), tuple(_observation(row) for row in found)

    def _open(self, name: str, path: Path) -> None:
        source = f"read_parquet({quoted(path)})"
        shown = f"*{_later(self._connection, source)}"
        self._connection.execute(f"CREATE VIEW {name} AS SELECT {shown} FROM {source}")

    def _copy(self, filters: Filters) -> None:
        where, values = filters.condition()
        source = f"read_parquet({quoted(self._files[_table(filters) == 'by_office'])})"
        shown = f"*{_later(self._connection, source)}"
        self._connection.execute(
            f"CREATE TABLE by_indicator AS SELECT {shown} FROM {source} WHERE {where}", values
        )
        self._connection.execute("CREATE VIEW by_office AS SELECT * FROM by_indicator")

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._cursors, "own"):
            self._cursors.own = self._connection.cursor()
        own: duckdb.DuckDBPyConnection = self._cursors.own
        return own


def _table(filters: Filters) -> str:
    """Whichever sort order lets the reader skip most of the file."""
    return "by_office" if filters.offices and not filters.indicators else "by_indicator"


def _sorted_in(filters: Filters, order: Order) -> str:
    """Likewise, where a sorted page is sought: offices and their documents lie together in one."""
    is_by_office = order.keys[0].text in {DOCUMENT_ORDER.keys[0].text, "ref_area"}
    return "by_office" if is_by_office and not filters.indicators else _table(filters)


def _cut(table: str, stretch: Stretch, order: Order) -> str:
    where, _values = stretch.condition
    return (
        f"SELECT {_SELECTED} FROM {table} WHERE {where} {order.clause()} "
        f"LIMIT {stretch.take} OFFSET {stretch.skip}"
    )


def _text_of(folder: Path) -> Path | None:
    """observations.csv of a published folder, where its columns are ours."""
    try:
        with (folder / TEXT).open(encoding="utf-8-sig", newline="") as file:
            return folder / TEXT if next(csv.reader(file), []) == list(COLUMNS) else None
    except OSError:
        return None


def _parquet(folder: Path) -> tuple[Path, Path] | None:
    found = [folder / name for name in (BY_INDICATOR, BY_OFFICE, ONE_ORDER)]
    present = [path for path in found if path.is_file()]
    if not present:
        return None
    by_indicator = found[0] if found[0] in present else present[-1]
    return by_indicator, found[1] if found[1] in present else by_indicator


def _pack(source: Path, into: Path) -> tuple[Path, Path]:
    """observations.csv as two Parquet files; columns have the types of Observation."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    missing = [name for name in COLUMNS if name not in header and name not in LATER]
    if missing:
        raise UnopenedError(f"{source.name} lacks the column {missing[0]}")
    types = {name: _CSV_TYPES.get(COLUMNS.get(name, ""), "VARCHAR") for name in header}
    given = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items())
    read = (
        f"read_csv({quoted(source)}, columns = {{{given}}}, header = true, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', auto_detect = false, "
        "max_line_size = 1000000)"
    )
    truths = ", ".join(f"{name} = 'true' AS {name}" for name in _TRUTHS)
    connection = locked(source.parent, PACKING_MEMORY, into)
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


def _dismantle(connection: duckdb.DuckDBPyConnection, packed: Path | None) -> None:
    connection.close()
    if packed is not None:
        shutil.rmtree(packed, ignore_errors=True)


def _later(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """The columns that a set made before they were there lacks, to be selected beside its own."""
    described = connection.execute(f"SELECT * FROM {source} LIMIT 0").description or ()
    present = {column[0] for column in described}
    missing = (name for name in LATER if name not in present)
    return "".join(f", {quoted(LATER[name])} AS {name}" for name in missing)


def _observation(row: Sequence[Any]) -> Observation:
    return Observation(*[read(cell) for read, cell in zip(_READERS, row, strict=True)])


def _exact(cell: str | None) -> Decimal | None:
    """A number without the trailing zeros that its column's type gives it."""
    if cell is None:
        return None
    return Decimal(cell.rstrip("0").rstrip(".") if "." in cell else cell)


def _text(cell: str | None) -> str:
    return cell or ""


def _codes(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split()) if cell else ()


def _kind(cell: str | None) -> str:
    return cell or "hard"


def _whole(cell: int | None) -> int:
    return cell or 0


def _as_is(cell: object) -> object:
    return cell


_BY_TYPE: dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": _whole,
    "Kind": _kind,
    "tuple[str, ...]": _codes,
    "Decimal | None": _exact,
}
READERS = {name: _BY_TYPE.get(kind, _as_is) for name, kind in COLUMNS.items()}
"""Column → how its cell, a number as text, becomes that of an Observation."""
_READERS = tuple(READERS.values())
_SELECTED = ", ".join(
    f'CAST("{name}" AS VARCHAR)' if kind == "Decimal | None" else f'"{name}"'
    for name, kind in COLUMNS.items()
)
