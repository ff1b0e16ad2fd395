"""Observations as Parquet and as SDMX-CSV, written while they are sent."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from flask import Blueprint, Response
from pyarrow import parquet

from dashboard import lines
from dashboard.api.caching import answered
from dashboard.api.collections import Question, as_file, asked, size_of, taken_by
from dashboard.api.gate import Gate
from dashboard.api.tables import TABLES, filters
from dashboard.batches import ROWS, Cells
from dashboard.cabinet import BY_INDICATOR, COLUMNS
from dashboard.compare import Observation
from dashboard.dataset import STANDARD
from dashboard.store import Store
from dashboard.twin import OBSERVED
from extract.formats import sdmx
from extract.parquet import DECIMAL, TYPES

__all__ = ["connect"]

PARQUET = "application/vnd.apache.parquet"
SDMX = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
GROUP = 32_768
"""Rows of a group of a Parquet file: what of it is held before it is sent."""
PIECE = 1 << 18
SCHEMA = pa.schema([(name, TYPES.get(name, pa.string())) for name in OBSERVED])


def connect(routes: Blueprint, store: Store, gate: Gate) -> None:
    """`/api/v1/observations.parquet` and `/api/v1/observations.sdmx.csv`."""
    for kind, give in ((".parquet", _parquet), (".sdmx.csv", _sdmx)):
        routes.add_url_rule(
            f"/api/v1/observations{kind}",
            f"observations{kind.replace('.', '_')}",
            partial(_answer, store, gate, kind, give),
        )


def _answer(store: Store, gate: Gate, kind: str, give: Callable[[Question], Response]) -> Response:
    question = asked(store, taken_by(TABLES["observations"], kind))
    if isinstance(question, Response):
        return question
    return answered(
        question.dataset, lambda: gate.through(size_of(question), lambda: give(question))
    )


def _sdmx(question: Question) -> Response:
    """As DuckDB writes it; under other reading rules every row is read anew, one by one."""
    dataset, wanted = question.dataset, filters(question.dataset, question.asked)
    label = dataset.label.zh
    if dataset.preset == STANDARD:
        return as_file(lines.as_sdmx(dataset.cabinet, wanted, label), SDMX, FILE)
    return as_file(sdmx.csv(map(_cells, dataset.stream(wanted)), label), SDMX, FILE)


FILE = "observations.sdmx.csv"


def _parquet(question: Question) -> Response:
    dataset, given = question.dataset, question.asked
    is_whole = not any(values for name, values in given.values.items() if name != "asof")
    if is_whole and dataset.is_published and dataset.preset == STANDARD:
        path = dataset.folder / BY_INDICATOR
        if path.is_file():  # sets from before there was such a file are kept too
            return _sent(_read(path))
    wanted = filters(dataset, given)
    if dataset.preset == STANDARD:
        return _sent(_packed(_batches(dataset.cabinet.batches(wanted, Cells(TYPED)))))
    return _sent(_packed(_reread(dataset.stream(wanted))))


def _sent(body: Iterator[bytes]) -> Response:
    return as_file(body, PARQUET, "observations.parquet")


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


class Sink(io.RawIOBase):
    """What is written to it, until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes written in all."""
        return self._size

    def write(self, piece: Any) -> int:
        """Keep a piece."""
        kept = bytes(piece)
        self._parts.append(kept)
        self._size += len(kept)
        return len(kept)

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def _packed(groups: Generator[pa.Table]) -> Iterator[bytes]:
    """The groups as one Parquet file, in pieces: what comes last, its end says where they lie."""
    sink = Sink()
    with closing(groups), parquet.ParquetWriter(sink, SCHEMA, compression="zstd") as writer:
        for group in groups:
            writer.write_table(group.cast(SCHEMA), row_group_size=GROUP)
            yield sink.taken()
    yield sink.taken()


def _batches(found: Generator[pa.RecordBatch]) -> Generator[pa.Table]:
    """Groups of about GROUP rows."""
    with closing(found):
        while group := list(islice(found, GROUP // ROWS)):
            yield pa.Table.from_batches(group)


def _reread(rows: Iterator[Observation]) -> Generator[pa.Table]:
    while group := list(islice(rows, GROUP)):
        yield pa.Table.from_pylist([_typed(o) for o in group], SCHEMA)


def _column(name: str) -> str:
    """A column as SCHEMA types it; missing is null."""
    match COLUMNS[name]:
        case "Decimal | None":
            return f'"{name}"::DECIMAL({DECIMAL.precision}, {DECIMAL.scale}) AS "{name}"'
        case "str" | "tuple[str, ...]":
            return f'nullif("{name}", \'\') AS "{name}"'
        case "Kind":
            return f'coalesce("{name}", \'hard\') AS "{name}"'
        case "int":
            return f'coalesce("{name}", 0) AS "{name}"'
    return f'"{name}"'


TYPED = ", ".join(map(_column, OBSERVED))


def _typed(o: Observation) -> Mapping[str, object]:
    return {name: _cell(getattr(o, name)) for name in OBSERVED}


def _cell(cell: object) -> object:
    if isinstance(cell, tuple):
        return " ".join(cell) or None
    return None if cell == "" else cell


def _cells(o: Observation) -> Mapping[str, str]:
    return {name: _text(getattr(o, name)) for name in sdmx.READ}


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, tuple):
        return " ".join(cell)
    return f"{cell:f}" if hasattr(cell, "as_tuple") else str(cell)
