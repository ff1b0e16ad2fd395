"""Observations as Parquet and as SDMX-CSV."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import BinaryIO, cast

import pyarrow as pa
from flask import Blueprint, Response
from pyarrow import parquet

from dashboard.api.caching import answered
from dashboard.api.collections import Question, as_file, asked, taken_by
from dashboard.api.problem import problem
from dashboard.api.tables import TABLES, filters
from dashboard.cabinet import BY_INDICATOR
from dashboard.compare import Observation
from dashboard.dataset import STANDARD
from dashboard.store import Store
from dashboard.twin import OBSERVED
from extract.formats import sdmx
from extract.parquet import TYPES

__all__ = ["MOST", "connect"]

PARQUET = "application/vnd.apache.parquet"
SDMX = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
MOST = 200_000
"""Rows that are packed on asking; more have to be narrowed, or taken whole."""
GROUP = 10_000
PIECE = 1 << 16
SCHEMA = pa.schema([(name, TYPES.get(name, pa.string())) for name in OBSERVED])


def connect(routes: Blueprint, store: Store) -> None:
    """`/api/v1/observations.parquet` and `/api/v1/observations.sdmx.csv`."""
    table = TABLES["observations"]

    @routes.get("/api/v1/observations.parquet")
    def packed() -> Response:
        question = asked(store, taken_by(table, ".parquet"))
        if isinstance(question, Response):
            return question
        return answered(question.dataset, partial(_parquet, question))

    @routes.get("/api/v1/observations.sdmx.csv")
    def sdmx_csv() -> Response:
        question = asked(store, taken_by(table, ".sdmx.csv"))
        if isinstance(question, Response):
            return question
        return answered(question.dataset, partial(_sdmx, question))


def _sdmx(question: Question) -> Response:
    wanted = filters(question.dataset, question.asked)
    cells = map(_cells, question.dataset.stream(wanted))
    return as_file(sdmx.csv(cells), SDMX, "observations.sdmx.csv")


def _parquet(question: Question) -> Response:
    dataset, given = question.dataset, question.asked
    is_whole = not any(values for name, values in given.values.items() if name != "asof")
    if is_whole and dataset.is_published and dataset.preset == STANDARD:
        try:
            return _sent((dataset.folder / BY_INDICATOR).open("rb"))
        except OSError:  # a set from before there was such a file
            pass
    wanted = filters(dataset, given)
    if dataset.cabinet.count(wanted) > MOST:
        return problem(413, "too-many", f"最多{MOST}行 / at most {MOST} rows")
    return _sent(_packed(dataset.stream(wanted)))


def _packed(rows: Iterator[Observation]) -> BinaryIO:
    """The rows as Parquet in a temporary file that goes when it is closed."""
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  closed by who sends it
    with parquet.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(pa.Table.from_pylist([_typed(o) for o in group], SCHEMA))
    file.seek(0)
    return file


def _sent(file: BinaryIO) -> Response:
    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(PIECE):
                yield piece

    return as_file(pieces(), PARQUET, "observations.parquet")


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
