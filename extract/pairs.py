"""Two states of a table side by side, by its key: whole where they are small, else what differs.

Tables that fit into memory are one pair. Of larger ones DuckDB finds the lines whose cells differ,
on disk, and only those are held: a stretch of keys at a time.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pyarrow as pa

from extract import content
from extract.content import Content
from extract.engine import connected, quoted, table

__all__ = ["LARGE", "STRETCH", "Pair", "by_key", "pairs"]

LARGE = 64_000_000
"""Bytes of a table from which on it is compared on disk."""
STRETCH = 20_000
"""Keys of a pair of what differs between large tables."""
KEY = "_key"


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows of both states, every cell text, indexed by their keys (cells joined by a space)."""

    old: pd.DataFrame
    new: pd.DataFrame


def pairs(
    old: Content,
    new: Content,
    key: Sequence[str],
    *,
    passed_over: Collection[str] = (),
    apart: Collection[str] = (),
    scratch: Path | None = None,
) -> Iterator[Pair]:
    """The table in both states, at least where they differ in a row or a column they share.

    Columns `passed_over` do not count. The first pair holds all rows with the keys `apart`. What
    does not fit into memory lies in the folder `scratch` meanwhile. Raises OSError.
    """
    if max(content.size(old), content.size(new)) < LARGE:
        yield Pair(by_key(old, key), by_key(new, key))
        return
    with (
        TemporaryDirectory(dir=scratch, prefix=".comparing-") as spill,
        closing(connected(Path(spill))) as connection,
    ):
        both = _Both(connection, Path(spill), tuple(key), frozenset(passed_over))
        both.take("old", old)
        both.take("new", new)
        yield from both.pairs(apart)


def by_key(given: Content, key: Sequence[str]) -> pd.DataFrame:
    """A table by its key; empty where there is none, or without the columns of the key."""
    empty = pd.DataFrame(columns=list(key), dtype="str")
    if content.size(given):
        with content.opened(given) as file:
            frame = pd.read_csv(file, dtype="str", na_filter=False)
    else:
        frame = empty
    return _indexed(frame if set(key) <= set(frame.columns) else empty, key)


def _indexed(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    cells = frame[list(key)].itertuples(index=False, name=None)
    joined = pd.Index([" ".join(own) for own in cells], dtype="str", name=KEY)
    return frame.set_index(joined).pipe(lambda f: f[~f.index.duplicated()])


@dataclass(frozen=True, slots=True)
class _Both:
    """Two large tables in DuckDB: views `old` and `new`, and what of them differs as Parquet."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    key: tuple[str, ...]
    passed_over: frozenset[str]

    def take(self, name: str, given: Content) -> None:
        """Make a view of a table; without the columns of the key it holds nothing."""
        if not set(self.key) <= set(content.header(given)):
            given = f"{','.join(self.key)}\n".encode()
        path = given if isinstance(given, Path) else self.folder / f"{name}.csv"
        if not isinstance(given, Path):
            path.write_bytes(given)
        named = (f"{_cell(column)} AS {_column(column)}" for column in content.header(path))
        key = f"concat_ws(' ', {', '.join(map(_cell, self.key))})"
        self.connection.execute(
            f"CREATE VIEW {name} AS SELECT {', '.join(named)}, {key} AS {KEY} FROM {table(path)}"
        )

    def pairs(self, apart: Collection[str]) -> Iterator[Pair]:
        """What differs, a stretch of keys at a time; the rows `apart` first."""
        self.connection.register("given", pa.table({KEY: pa.array(apart, pa.string())}))
        self.connection.execute(f"CREATE TABLE apart AS SELECT DISTINCT {KEY} FROM given")
        self._mark()
        for name in ("old", "new"):
            self._keep(name, f"hash({KEY}) IN (SELECT k FROM differing)")
        is_apart = f"{KEY} IN (SELECT {KEY} FROM apart)"
        yield self._pair(is_apart)
        for first, after in self._stretches():
            until = "" if after is None else f" AND {KEY} < {quoted(after)}"
            yield self._pair(f"{KEY} >= {quoted(first)}{until} AND NOT {is_apart}")

    def _mark(self) -> None:
        """The keys, as 64-bit sums, whose lines are not the same in both, or that are apart."""
        old, new = (self.connection.table(name).columns for name in ("old", "new"))
        shared = [c for c in new if c in old and c not in {KEY, *self.passed_over}]
        line = f"hash({', '.join(map(_column, shared))})::HUGEINT + 1"
        self.connection.execute(
            "CREATE TABLE differing AS SELECT k FROM ("
            f"SELECT hash({KEY}) AS k, {line} AS h FROM old UNION ALL "
            f"SELECT hash({KEY}) AS k, -({line}) AS h FROM new) GROUP BY k HAVING sum(h) <> 0 "
            f"UNION SELECT hash({KEY}) FROM apart"
        )

    def _keep(self, name: str, where: str) -> None:
        self.connection.execute(
            f"COPY (SELECT * FROM {name} WHERE {where} ORDER BY {KEY}) "
            f"TO {quoted(self._kept(name))} (FORMAT parquet, COMPRESSION zstd)"
        )

    def _kept(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _stretches(self) -> Iterator[tuple[str, str | None]]:
        """The first key of each stretch, and the one after its last."""
        both = " UNION ".join(
            f"SELECT {KEY} FROM read_parquet({quoted(self._kept(name))})" for name in ("old", "new")
        )
        found = self.connection.execute(
            f"SELECT {KEY} FROM (SELECT {KEY}, row_number() OVER (ORDER BY {KEY}) AS n "
            f"FROM ({both})) WHERE n % {STRETCH} = 1 OR {STRETCH} = 1 ORDER BY {KEY}"
        ).fetchall()
        starts = [start for (start,) in found]
        yield from zip_longest(starts, starts[1:])

    def _pair(self, where: str) -> Pair:
        return Pair(*(self._frame(name, where) for name in ("old", "new")))

    def _frame(self, name: str, where: str) -> pd.DataFrame:
        rows = f"read_parquet({quoted(self._kept(name))})"
        found = self.connection.sql(f"SELECT * FROM {rows} WHERE {where}").to_arrow_table()
        return _indexed(found.drop_columns([KEY]).to_pandas().astype("str"), self.key)


def _cell(name: str) -> str:
    return f"coalesce({_column(name)}, '')"


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
