"""The observations of one set, asked through DuckDB; no question loads them all.

The connection lives in memory, reads the files of one folder and nothing else, and cannot be
told otherwise. Each thread asks through a cursor of its own. Rows come in document order
(document, start, id). Numbers come as text and become Decimal: exact, whatever the file.

Three views can be asked: `by_indicator` and `by_office`, the same rows sorted for either question,
and `documents`, every cell as text, null where it is empty. `dashboard.packing` finds the files or
packs them; what is packed goes with the cabinet.
"""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import starmap
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard import batches
from dashboard.compare import Observation
from dashboard.compare.observation import LATER
from dashboard.engine import locked, quoted
from dashboard.filters import Filters, joined
from dashboard.packing import BY_INDICATOR, COLUMNS, TYPES, Files, UnopenedError, files, text_of
from dashboard.seek import DOCUMENT_ORDER, Order, Sought, Stretch
from dashboard.sound import is_ready

__all__ = ["BY_INDICATOR", "COLUMNS", "Cabinet", "UnopenedError", "cabinet"]

MEMORY = "128MB"
FETCHED = 500
FEW_OFFICES = 200
"""Offices that are sought one by one rather than in all of an indicator."""
DOCUMENT = ("document", "ref_area", "covers", "period_start", "period_end", "published_to")
"""Columns of `documents` that questions name."""

ORDER = 'ORDER BY document, "start", id'
LATEST = "QUALIFY year = max(year) OVER (PARTITION BY ref_area)"


def cabinet(folder: Path) -> Cabinet:
    """The observations of `folder`, warm; UnopenedError if they are not there or not whole."""
    found = files(folder)
    try:
        return Cabinet(found)
    except (duckdb.Error, OSError) as problem:
        if found.packed is not None:
            shutil.rmtree(found.packed, ignore_errors=True)
        raise UnopenedError(str(problem)) from problem


class Cabinet:
    """Questions to one set; safe to use from several threads. Closes when nobody holds it."""

    def __init__(self, found: Files, *, only: Filters | None = None) -> None:
        folder = found.by_indicator.parent
        self._files = found
        self._is_copied = only is not None
        self._text = None if found.packed == folder else text_of(folder)
        self._connection = locked(folder, MEMORY, also=found.folders)
        self._cursors = threading.local()
        packed = None if self._is_copied else found.packed
        self._close = weakref.finalize(self, _dismantle, self._connection, packed)
        if only is None:
            self._open("by_indicator", found.by_indicator)
            self._open("by_office", found.by_office)
            self._view_documents()
        else:
            self._copy(only)
        for row in self.ask(f"SELECT {_SELECTED} FROM by_indicator LIMIT 1"):
            _observation(row)

    @property
    def is_part(self) -> bool:
        """Whether it is a copy of a part of a set."""
        return self._is_copied

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
        return tuple(_observations(self.ask(sql, values)))

    def only(self, filters: Filters) -> Cabinet:
        """A cabinet of the observations that meet `filters`, copied into memory: few of them."""
        return Cabinet(self._files, only=filters)

    def count(self, filters: Filters) -> int:
        """How many observations meet `filters`."""
        where, values = filters.condition()
        return int(self.ask(f"SELECT count(*) FROM {_table(filters)} WHERE {where}", values)[0][0])

    def sorted(
        self, filters: Filters, order: Order, places: range, size: int | None = None
    ) -> Iterator[Observation]:
        """Those of the observations that meet `filters` which stand at `places` of an order.

        However many there are, no more than a few thousand are sorted at a time. `size` is what
        `count` says of them, where that has been asked already.
        """
        table, scope = _sorted_in(filters, order), filters.condition()
        size = self.count(filters) if size is None else size
        wanted = range(max(places.start, 0), min(places.stop, size))
        cursor = self._connection.cursor()
        try:
            for stretch in Sought(self.ask, table).stretches(scope, order.keys, wanted, size):
                cursor.execute(_cut(table, stretch, order), stretch.condition[1])
                while rows := cursor.fetchmany(FETCHED):
                    yield from _observations(rows)
        finally:
            cursor.close()

    def place(self, row: str, filters: Filters, order: Order) -> int | None:
        """How many that meet `filters` stand before the one of an id; None where it is not one."""
        table, own = _sorted_in(filters, order), ("id = ?", [row])
        where, values = joined([filters.condition(), own])
        keys = ", ".join(key.text for key in order.keys)
        found = self.ask(f"SELECT {keys} FROM by_office WHERE {where}", values)
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
            yield from _of_columns(column.to_pylist() for column in batch.columns)

    def batches(self, filters: Filters, cells: batches.Cells) -> Generator[pa.RecordBatch]:
        """`cells` of what meets `filters`, in document order.

        Through a connection of its own, which ends with the iterator; not from a copy.
        """
        table, scope = _table(filters), filters.condition()
        file = self._file(table)
        source = f"read_parquet({quoted(file)})"
        shown = f"*{_later(self._cursor(), source)}"
        parquet = f"SELECT {shown} FROM {source}"
        text = self._text if self._text and is_ready(self._text) else None
        found = batches.Source(file.parent, parquet, text, TYPES)
        yield from batches.batches(found, scope, self.count(filters), cells)

    def get(self, row: str) -> Observation | None:
        """The observation of that id."""
        sql = f"SELECT {_SELECTED} FROM by_office WHERE id = ?"  # ids run with offices
        return next((_observation(found) for found in self.ask(sql, [row])), None)

    def having(self, rows: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the set has."""
        if not rows:
            return frozenset()
        marks = ", ".join("?" * len(rows))
        sql = f"SELECT id FROM by_office WHERE id IN ({marks})"
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
        return int(total), tuple(_observations(found))

    def _open(self, name: str, path: Path) -> None:
        source = f"read_parquet({quoted(path)})"
        shown = f"*{_later(self._connection, source)}"
        self._connection.execute(f"CREATE VIEW {name} AS SELECT {shown} FROM {source}")

    def _view_documents(self) -> None:
        self._connection.execute(f"CREATE VIEW documents AS {self._read_documents()}")

    def _read_documents(self) -> str:
        if self._files.documents is None:
            cells = ", ".join(f"NULL::VARCHAR AS {name}" for name in DOCUMENT)
            return f"SELECT {cells} WHERE false"
        source = f"read_parquet({quoted(self._files.documents)})"
        names = _columns(self._connection, source)
        cells = ", ".join(f"nullif({n}::VARCHAR, '') AS {n}" for n in names if n != "document")
        return f"SELECT document, {cells} FROM {source}"

    def _copy(self, filters: Filters) -> None:
        """The rows that meet `filters`, and the reports that they stand in or that speak of the
        offices asked for: of all reports where no office is."""
        where, values = filters.condition()
        source = f"read_parquet({quoted(self._file(_table(filters)))})"
        shown = f"*{_later(self._connection, source)}"
        self._connection.execute(
            f"CREATE TABLE by_indicator AS SELECT {shown} FROM {source} WHERE {where}", values
        )
        self._connection.execute("CREATE VIEW by_office AS SELECT * FROM by_indicator")
        if not filters.offices:
            self._view_documents()
            return
        self._connection.execute(
            f"CREATE TABLE documents AS SELECT * FROM ({self._read_documents()}) WHERE "
            "document IN (SELECT document FROM by_indicator) "
            "OR list_has_any(string_split(covers, ' '), ?)",
            [list(filters.offices)],
        )

    def _file(self, table: str) -> Path:
        return self._files.by_office if table == "by_office" else self._files.by_indicator

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._cursors, "own"):
            self._cursors.own = self._connection.cursor()
        own: duckdb.DuckDBPyConnection = self._cursors.own
        return own


def _table(filters: Filters) -> str:
    """Whichever sort order lets the reader skip most of the file."""
    is_by_office = bool(filters.offices)
    if filters.indicators and len(filters.offices) > FEW_OFFICES:
        is_by_office = False
    return "by_office" if is_by_office else "by_indicator"


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


def _dismantle(connection: duckdb.DuckDBPyConnection, packed: Path | None) -> None:
    connection.close()
    if packed is not None:
        shutil.rmtree(packed, ignore_errors=True)


def _later(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """The columns that a set made before they were there lacks, to be selected beside its own."""
    present = _columns(connection, source)
    missing = (name for name in LATER if name not in present)
    return "".join(f", {quoted(LATER[name])} AS {name}" for name in missing)


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    described = connection.execute(f"SELECT * FROM {source} LIMIT 0").description or ()
    return [column[0] for column in described]


def _observation(row: Sequence[Any]) -> Observation:
    return next(_observations([row]))


def _observations(rows: Sequence[Sequence[Any]]) -> Iterator[Observation]:
    return _of_columns(zip(*rows, strict=True)) if rows else iter(())


def _of_columns(columns: Iterable[Sequence[Any]]) -> Iterator[Observation]:
    """A column at a time: a hundred rows have four thousand cells."""
    made = (read(cells) for read, cells in zip(_READERS, columns, strict=True))
    return starmap(Observation, zip(*made, strict=True))


def _exact(cell: str | None) -> Decimal | None:
    """A number without the trailing zeros that its column's type gives it."""
    if cell is None:
        return None
    return Decimal(cell.rstrip("0").rstrip(".") if "." in cell else cell)


def _codes(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split()) if cell else ()


def _as_they_are(cells: Sequence[Any]) -> Sequence[Any]:
    return cells


_BY_TYPE: dict[str, Callable[[Sequence[Any]], Sequence[Any]]] = {
    "str": lambda cells: [cell or "" for cell in cells],
    "int": lambda cells: [cell or 0 for cell in cells],
    "Kind": lambda cells: [cell or "hard" for cell in cells],
    "tuple[str, ...]": lambda cells: [_codes(cell) for cell in cells],
    "Decimal | None": lambda cells: [_exact(cell) for cell in cells],
}
READERS = {name: _BY_TYPE.get(kind, _as_they_are) for name, kind in COLUMNS.items()}
"""Column → how its cells, numbers as text, become those of Observations."""
_READERS = tuple(READERS.values())
_SELECTED = ", ".join(
    f'CAST("{name}" AS VARCHAR)' if kind == "Decimal | None" else f'"{name}"'
    for name, kind in COLUMNS.items()
)
