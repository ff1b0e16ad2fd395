"""Whole files: the workbook, the registries, and what describes the set."""

from __future__ import annotations

import csv
import io
import threading

from flask import Blueprint, Response, request

from dashboard import address
from dashboard.api.caching import answered
from dashboard.api.problem import problem, refused
from dashboard.edition import edition
from dashboard.records import Locale
from dashboard.store import Dataset, Store
from dashboard.twin import BOM
from extract import formats

__all__ = ["DESCRIPTIONS", "Binder", "attachment", "connect"]

DESCRIPTIONS = ("datapackage.json", "offices.csv", "indicators.csv", "documents.csv")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def connect(routes: Blueprint, store: Store) -> None:
    """Routes under `/download/`."""
    binder = Binder()

    @routes.get("/download/workbook-<any(zh, en):locale>.xlsx")
    def workbook(locale: str) -> Response:
        shown = edition(store, address.query_of(request.query_string))
        if shown.refusal:
            return refused((), shown.refusal)
        body = binder.workbook(shown.dataset, "en" if locale == "en" else "zh")
        return attachment(Response(body, mimetype=SHEET), f"livelihood-compared-{locale}.xlsx")

    @routes.get("/download/<any('structure.xml', 'csv-metadata.json'):name>")
    def described_for(name: str) -> Response:
        shown = edition(store, address.query_of(request.query_string))
        if shown.refusal:
            return refused((), shown.refusal)
        return answered(shown.dataset, lambda: _told(shown.dataset, name))

    @routes.get("/download/<name>")
    def described(name: str) -> Response:
        if name not in DESCRIPTIONS:
            return problem(404, "not-found", "没有这个文件 / no such file")
        shown = edition(store, address.query_of(request.query_string))
        if shown.refusal:
            return refused((), shown.refusal)
        return answered(shown.dataset, lambda: _described(shown.dataset, name))


class Binder:
    """Workbooks by language and preset, each bound once a data set; one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bound: dict[tuple[Locale, str], tuple[Dataset, bytes]] = {}

    def workbook(self, dataset: Dataset, locale: Locale) -> bytes:
        """The workbook of `dataset`; whoever asks meanwhile waits for the same bytes."""
        from dashboard.workbook import workbook  # noqa: PLC0415  openpyxl loads here only

        key = (locale, dataset.preset)
        with self._lock:
            kept = self._bound.get(key)
            if kept is None or kept[0] is not dataset:
                kept = self._bound[key] = (dataset, workbook(dataset, locale))
            return kept[1]


def attachment(answer: Response, name: str) -> Response:
    """The answer as a file of that name."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _told(dataset: Dataset, name: str) -> Response:
    """Structure or metadata: made here, so that older sets have them too."""
    if name == formats.STRUCTURE:
        body = formats.structure.written(dataset.tables, dataset.package)
        return attachment(Response(body, mimetype="application/xml"), name)
    body = formats.csvw.written(dataset.package)
    return attachment(Response(body, mimetype="application/csvm+json"), name)


def _described(dataset: Dataset, name: str) -> Response:
    try:
        body = (dataset.folder / name).read_bytes()
    except OSError:
        return problem(404, "not-found", "这一版没有这个文件 / this set has no such file")
    if name.endswith(".csv"):
        body = _labelled(body.decode("utf-8"), dataset.label.zh)
    kind = "text/csv" if name.endswith(".csv") else "application/json"
    return attachment(Response(body, mimetype=kind), name)


def _labelled(text: str, label: str) -> bytes:
    """A registry as it is, with a BOM; a set that is not real says so in a last column."""
    if not label:
        return (BOM + text).encode("utf-8")
    piece = io.StringIO()
    writer = csv.writer(piece, lineterminator="\n")
    for number, row in enumerate(csv.reader(io.StringIO(text))):
        writer.writerow([*row, label if number else "label"])
    return (BOM + piece.getvalue()).encode("utf-8")
