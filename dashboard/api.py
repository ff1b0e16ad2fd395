"""Read-only HTTP for machines: health, the observations as CSV, the workbook, descriptions."""

from __future__ import annotations

import csv
import io
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from dashboard import address, chosen
from dashboard.address import Address, Unread
from dashboard.compare import Observation
from dashboard.edition import edition
from dashboard.filters import filters_of
from dashboard.readiness import overdue
from dashboard.records import Locale
from dashboard.store import Dataset, NoDataError, NotThenError, Store
from dashboard.twin import BOM, OBSERVED, csv_text, observed
from extract.returns import period_of

NOT_UNDERSTOOD = "没有读懂的参数 / parameters not understood"
NOT_THEN = "没有那一天的版本 / no version of that day"
SAID = {
    "stale": "数据应在 {0} 前更新 / the data were due to be refreshed by {0}",
    "silent": "时钟自 {0} 起没有动静 / no sign of life from the clock since {0}",
    "late": "自 {0} 起没有成功的更新 / no refresh has succeeded since {0}",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = 4
"""Workbooks that stay in memory."""
TOO_MANY = (
    f"这个视图超过{chosen.MOST_WHOLE}条观测。缩小范围，或下载 CSV。 / "
    f"This view holds more than {chosen.MOST_WHOLE} observations: narrow it, or take the CSV.\n"
)
DESCRIPTIONS = ("datapackage.json", "offices.csv", "indicators.csv", "documents.csv")


def blueprint(store: Store) -> Blueprint:
    """Routes under `/healthz`, `/readyz`, `/api/v1/` and `/download/`."""
    routes = Blueprint("api", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        dataset = store.dataset()
        return jsonify(status="ok", snapshot=dataset.snapshot_id, observations=dataset.facts.total)

    @routes.get("/readyz")
    def readyz() -> Response:
        return _ready(store)

    @routes.get("/api/v1/observations.csv")
    def observations() -> Response:
        query = address.query_of(request.query_string)
        shown = edition(store, query)
        asked = address.read("zh", "data", query, shown.dataset)
        if asked.unread or shown.refusal:
            return refused(asked.unread, shown.refusal)
        return _csv(shown.dataset, asked)

    binder = Binder(store)

    @routes.get("/download/workbook-<any(zh, en):locale>.xlsx")
    def workbook(locale: str) -> Response:
        shown = edition(store, address.query_of(request.query_string))
        if shown.refusal:
            return refused((), shown.refusal)
        if shown.dataset.facts.total > chosen.MOST_WHOLE:
            return Response(TOO_MANY, status=413, mimetype="text/plain")
        body = binder.workbook(shown.dataset, _locale(locale))
        return _attachment(Response(body, mimetype=XLSX), f"livelihood-compared-{locale}.xlsx")

    @routes.get("/<any(zh, en):locale>/<page>.xlsx")
    def view(locale: str, page: str) -> Response:
        if page not in chosen.PAGES:
            return Response("没有这个文件 / no such file\n", status=404, mimetype="text/plain")
        query = address.query_of(request.query_string)
        shown = edition(store, query)
        asked = address.read(_locale(locale), page, query, shown.dataset)
        if asked.unread or shown.refusal:
            return refused(asked.unread, shown.refusal)
        if chosen.size(shown.dataset, asked) > chosen.MOST_WHOLE:
            return Response(TOO_MANY, status=413, mimetype="text/plain")
        body = binder.workbook(shown.dataset, asked.locale, asked)
        return _attachment(Response(body, mimetype=XLSX), chosen.name(asked))

    @routes.get("/download/template.xlsx")
    def form() -> Response:
        return _form(store)

    @routes.get("/download/<name>")
    def described(name: str) -> Response:
        if name not in DESCRIPTIONS:
            return Response("没有这个文件 / no such file\n", status=404, mimetype="text/plain")
        shown = edition(store, address.query_of(request.query_string))
        if shown.refusal:
            return refused((), shown.refusal)
        body = (shown.dataset.folder / name).read_bytes()
        if name.endswith(".csv"):
            body = _labelled(body.decode("utf-8"), shown.dataset.label.zh)
        kind = "text/csv" if name.endswith(".csv") else "application/json"
        return _attachment(Response(body, mimetype=kind), name)

    return routes


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


def _locale(code: str) -> Locale:
    return "en" if code == "en" else "zh"


def observations_csv(rows: Iterable[Observation], label: str = "") -> Iterator[str]:
    """The observations as CSV text in pieces; `label` as in `csv_text`."""
    return csv_text(OBSERVED, map(observed, rows), label)


def _form(store: Store) -> Response:
    """The return form of `office` and `period`; 404 and 400 in words where there is none."""
    from dashboard.workbook.template import office_of, template  # noqa: PLC0415  as above

    dataset = store.dataset()
    area = office_of(dataset, request.args.get("office", ""))
    period = period_of(request.args.get("period", ""))
    if area is None:
        said = "没有这个单位：office 写单位代码 / no such office: give its code as office\n"
        return Response(said, status=404, mimetype="text/plain")
    if period is None:
        said = "看不懂期间：period 写 2024 或 2024-Q1 / give a period such as 2024 or 2024-Q1\n"
        return Response(said, status=400, mimetype="text/plain")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    body = template(dataset, area, period)
    name = f"return-{area}-{period.slug}.xlsx"
    return _attachment(Response(body, mimetype=kind), name)


def _ready(store: Store) -> Response:
    """200 while data can be read and are as new as promised, else 503 with every reason."""
    try:
        dataset = store.dataset()
    except NoDataError as problem:
        return _unready([{"code": "no_data", "message": str(problem)}])
    broken = overdue(store.status(), datetime.now(UTC))
    if broken:
        since = [(reason, reason.since.isoformat(timespec="seconds")) for reason in broken]
        return _unready(
            [
                {"code": reason.code, "since": when, "message": SAID[reason.code].format(when)}
                for reason, when in since
            ]
        )
    return jsonify(
        status="ready",
        snapshot=dataset.snapshot_id,
        observations=dataset.facts.total,
        damaged=store.trouble,
    )


def _unready(reasons: list[dict[str, str]]) -> Response:
    answer = jsonify(status="not ready", reasons=reasons)
    answer.status_code = 503
    return answer


def _labelled(text: str, label: str) -> bytes:
    """A registry as it is, with a BOM; a set that is not real says so in a last column."""
    if not label:
        return (BOM + text).encode("utf-8")
    piece = io.StringIO()
    writer = csv.writer(piece, lineterminator="\n")
    for number, row in enumerate(csv.reader(io.StringIO(text))):
        writer.writerow([*row, label if number else "label"])
    return (BOM + piece.getvalue()).encode("utf-8")


def _csv(dataset: Dataset, asked: Address) -> Response:
    filters = dataset.looking_for(asked.q.split(), filters_of(asked))
    body = observations_csv(dataset.stream(filters), dataset.label.zh)
    answer = Response(body, mimetype="text/csv", content_type="text/csv; charset=utf-8")
    return _attachment(answer, "observations.csv")


def _attachment(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def refused(unread: Sequence[Unread], refusal: NotThenError | None) -> Response:
    """400 for what was not understood, 404 for a day whose set cannot be given.

    `unknown` says whether it is the parameter's name that nobody knows, or its value.
    """
    problems = [
        {
            "parameter": u.parameter,
            "given": u.given,
            "nearest": u.nearest,
            "unknown": "name" if u.is_name else "value",
        }
        for u in unread
    ]
    if refusal is not None:
        given, nearest = refusal.day.isoformat(), refusal.first
        problems.append(
            {
                "parameter": "asof",
                "given": given,
                "nearest": nearest.isoformat() if nearest else "",
                "unknown": "value",
            }
        )
    message = NOT_UNDERSTOOD if unread else NOT_THEN
    answer = jsonify(error=message, problems=problems)
    answer.status_code = 400 if unread else 404
    return answer
