"""Whole files: the return form, the registries, and what describes the set."""

from __future__ import annotations

import csv
import io
import threading
from collections import OrderedDict
from collections.abc import Iterator
from itertools import chain, islice, repeat
from pathlib import Path

from flask import Blueprint, Response, request

from dashboard import address
from dashboard.address import Address
from dashboard.api.caching import answered
from dashboard.api.problem import problem, refused
from dashboard.edition import edition
from dashboard.records import Locale
from dashboard.store import Dataset, Store
from dashboard.twin import BOM
from extract import formats
from extract.returns import period_of

__all__ = ["DESCRIPTIONS", "SHEET", "Binder", "attachment", "connect"]

DESCRIPTIONS = ("datapackage.json", "offices.csv", "indicators.csv", "documents.csv")
TOLD = (formats.STRUCTURE, formats.CSVW, formats.DCAT, formats.DICTIONARY)
"""What describes the set, made here for sets that were published without."""
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = 4
"""Workbooks that stay in memory."""
PIECE, LINES = 1 << 18, 2_000
"""Characters and lines of a registry that are sent at a time."""


def connect(routes: Blueprint, store: Store) -> None:
    """Routes under `/download/`, but for the workbook: `dashboard.exports` has those."""

    @routes.get("/download/template.xlsx")
    def form() -> Response:
        return _form(store)

    @routes.get(f"/download/<any({', '.join(map(repr, TOLD))}):name>")
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
    """Workbooks by language and view, the last asked for kept; one is made at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._bound: OrderedDict[Address | tuple[Locale, str], tuple[Dataset, bytes]]
        self._bound = OrderedDict()

    def workbook(self, dataset: Dataset, locale: Locale, view: Address | None = None) -> bytes:
        """The workbook of `dataset`; whoever asks meanwhile waits for the same bytes."""
        from dashboard.workbook import workbook  # noqa: PLC0415  openpyxl loads here only

        key = view or (locale, dataset.preset)
        with self._lock:
            kept = self._bound.get(key)
            if kept is None or kept[0].cabinet is not dataset.cabinet:
                kept = dataset, workbook(dataset, locale, view=view, store=self._store)
            self._bound[key] = kept
            self._bound.move_to_end(key)
            while len(self._bound) > KEPT:
                self._bound.popitem(last=False)
            return kept[1]


def attachment(answer: Response, name: str) -> Response:
    """The answer as a file of that name."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _form(store: Store) -> Response:
    """The return form of `office` and `period`; 404 and 400 in words where there is none.

    A page's form says the part of a year apart: `period=2024&part=Q1` is `period=2024-Q1`. With
    `asof` the numbers to compare with are those known on that day.
    """
    from dashboard.workbook.template import office_of, template  # noqa: PLC0415  as above

    query = address.query_of(request.query_string)
    day = request.args.get("asof", "")
    if day and address.day_of(query) is None:
        said = f"看不懂 asof={day[:20]}：写 2024-03-31 / give a day such as 2024-03-31 as asof"
        return problem(400, "parameters", said)
    shown = edition(store, query)
    if shown.refusal:
        return refused((), shown.refusal)
    dataset = shown.dataset
    area = office_of(dataset, request.args.get("office", "").strip())
    said_period = (request.args.get("period", ""), request.args.get("part", ""))
    period = period_of("-".join(filter(None, said_period)))
    if area is None:
        said = "没有这个单位：office 写单位代码 / no such office: give its code as office"
        return problem(404, "not-found", said)
    if period is None:
        said = "看不懂期间：period 写 2024 或 2024-Q1 / give a period such as 2024 or 2024-Q1"
        return problem(400, "parameters", said)
    body = template(dataset, area, period)
    name = f"return-{area}-{period.slug}.xlsx"
    return attachment(Response(body, mimetype=SHEET), name)


def _told(dataset: Dataset, name: str) -> Response:
    """Structure, metadata or catalogue entry: made here, so that older sets have them too."""
    if name == formats.STRUCTURE:
        body = formats.structure.written(dataset.tables, dataset.package)
        return attachment(Response(body, mimetype="application/xml"), name)
    if name == formats.DCAT:
        tables = dataset.tables["offices"], _days(dataset)
        body = formats.dcat.written(dataset.package, *tables, formats.dcat.SERVED, "/download/")
        return attachment(Response(body, mimetype="application/ld+json"), name)
    if name == formats.DICTIONARY:
        body = formats.dictionary.written(dataset.package)
        return attachment(Response(body, content_type="text/markdown; charset=utf-8"), name)
    body = formats.csvw.written(dataset.package)
    return attachment(Response(body, mimetype="application/csvm+json"), name)


def _days(dataset: Dataset) -> list[dict[str, str]]:
    """The days on which what reports tell of begins and ends, as of one report."""
    days = dataset.documents.days
    return [{"period_start": f"{days[0]}", "period_end": f"{days[1]}"}] if days else []


def _described(dataset: Dataset, name: str) -> Response:
    path = dataset.folder / name
    if not path.is_file():
        return problem(404, "not-found", "这一版没有这个文件 / this set has no such file")
    if name.endswith(".csv"):
        return attachment(Response(_labelled(path, dataset.label.zh), mimetype="text/csv"), name)
    return attachment(Response(path.read_bytes(), mimetype="application/json"), name)


def _labelled(path: Path, label: str) -> Iterator[str]:
    """A registry as it is, with a BOM, some lines at a time: reports are as many as a hundred
    megabytes. A set that is not real says so in a last column."""
    yield BOM
    with path.open(encoding="utf-8-sig", newline="") as file:
        if not label:
            yield from iter(lambda: file.read(PIECE), "")
            return
        rows = csv.reader(file)
        more = chain(["label"], repeat(label))
        while some := list(islice(rows, LINES)):
            piece = io.StringIO()
            named = ([*row, next(more)] for row in some)
            csv.writer(piece, lineterminator="\n").writerows(named)
            yield piece.getvalue()
