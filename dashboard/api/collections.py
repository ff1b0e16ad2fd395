"""The tables as JSON, a page at a time, and as CSV, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from dashboard import address, lines
from dashboard.api.caching import answered
from dashboard.api.downloads import attachment
from dashboard.api.gate import LARGE, Gate
from dashboard.api.parameters import PARAMETERS, Asked, Parameter, read
from dashboard.api.problem import problem, refused, unknown
from dashboard.api.tables import TABLES, Table, filters, in_json
from dashboard.api.wholesale import ready_made
from dashboard.compare import Observation
from dashboard.edition import Edition, edition
from dashboard.store import STANDARD, Dataset, Store
from dashboard.twin import OBSERVED, csv_text, observed

__all__ = [
    "PAGING",
    "Question",
    "as_file",
    "asked",
    "connect",
    "observations_csv",
    "size_of",
    "taken_by",
]

PAGING = (PARAMETERS["page"], PARAMETERS["size"])
ASOF = (PARAMETERS["asof"],)
JSON = "application/json"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was understood, and the set that answers it."""

    store: Store
    dataset: Dataset
    asked: Asked


def connect(routes: Blueprint, store: Store, gate: Gate) -> None:
    """`/api/v1/<table>` and `/api/v1/<table>.csv` for every table."""
    for table in TABLES.values():
        for kind, give in (("", _page), (".csv", _file)):
            routes.add_url_rule(
                f"/api/v1/{table.name}{kind}",
                f"{table.name}{kind.replace('.', '_')}",
                _answering(store, gate, table, kind, give),
            )

    @routes.get("/api/<path:_rest>")
    def nothing(_rest: str) -> Response:
        return problem(404, "not-found")


def taken_by(table: Table, kind: str) -> tuple[Parameter, ...]:
    """The parameters of a table in a form; a file comes whole, without pages."""
    return (*table.parameters, *(ASOF if table.is_dated else ()), *(() if kind else PAGING))


def asked(store: Store, parameters: Iterable[Parameter]) -> Question | Response:
    """The question of this request, or why it cannot be answered."""
    query = address.query_of(request.query_string)
    shown: Edition = edition(store, query)
    given = read(query, tuple(parameters), shown.dataset)
    if given.unread or shown.refusal:
        return refused(given.unread, shown.refusal)
    return Question(store, shown.dataset, given)


def as_file(body: Iterator[str] | Iterator[bytes], kind: str, name: str) -> Response:
    """A streamed file."""
    return attachment(Response(body, content_type=kind), name)


def observations_csv(rows: Iterable[Observation], label: str = "") -> Iterator[str]:
    """The observations as CSV text in pieces; `label` as in `csv_text`."""
    return csv_text(OBSERVED, map(observed, rows), label)


def size_of(question: Question) -> int:
    """How many observations a file for the question holds, or more where they are few anyway."""
    dataset = question.dataset
    if dataset.facts.total < LARGE:
        return dataset.facts.total
    return dataset.cabinet.count(filters(dataset, question.asked))


def _answering(
    store: Store, gate: Gate, table: Table, kind: str, give: Callable[[Question, Table], Response]
) -> Callable[[], Response]:
    def answer() -> Response:
        question = asked(store, taken_by(table, kind))
        if isinstance(question, Response):
            return question
        snapshot = question.asked.one("snapshot")
        if snapshot and not store.folder(snapshot).is_dir():
            return unknown("snapshot", snapshot)
        more = "" if table.is_dated else store.stamp()
        return answered(question.dataset, lambda: sent(question), more)

    def sent(question: Question) -> Response:
        is_stream = kind and table.name == "observations"
        return gate.through(size_of(question) if is_stream else 0, lambda: give(question, table))

    return answer


def _page(question: Question, table: Table) -> Response:
    size, number = question.asked.number("size", 100), question.asked.number("page", 1)
    first = (number - 1) * size
    total, rows = table.rows(question.store, question.dataset, question.asked, first, size)
    kinds = {c.name: c.type for c in table.columns(question.dataset)}
    data = [{name: in_json(row.get(name), kind) for name, kind in kinds.items()} for row in rows]
    dataset = question.dataset
    body = {
        "data": data,
        "meta": {
            "snapshot": dataset.snapshot_id,
            "label": {"zh": dataset.label.zh, "en": dataset.label.en},
            "total": total,
            "page": number,
            "size": size,
        },
        "links": _links(table, question.asked, number, -(-total // size)),
    }
    return Response(json.dumps(body, ensure_ascii=False), content_type=JSON)


def _links(table: Table, given: Asked, number: int, last: int) -> Mapping[str, str | None]:
    pairs = [(name, v) for name, values in given.values.items() for v in values]
    kept = [pair for pair in pairs if pair[0] not in {"page", "size"}]
    sized = [pair for pair in pairs if pair[0] == "size"]

    def at(page: int) -> str:
        turned = [("page", str(page))] if page > 1 else []
        return _href(table.name, [*kept, *sized, *turned])

    def to(page: int) -> str | None:
        return at(page) if 1 <= page <= last else None

    return {
        "self": at(number),
        "next": to(number + 1),
        "prev": to(min(number - 1, last)),
        "csv": _href(f"{table.name}.csv", kept),
    }


def _href(name: str, pairs: list[tuple[str, str]]) -> str:
    query = urlencode(pairs)
    return f"/api/v1/{name}" + (f"?{query}" if query else "")


def _file(question: Question, table: Table) -> Response:
    name = f"{table.name}.csv"
    label = question.dataset.label.zh
    if table.name == "observations":
        return as_file(_observations(question, label), CSV, name)
    _total, rows = table.rows(question.store, question.dataset, question.asked, 0, None)
    names = [c.name for c in table.columns(question.dataset)]
    cells = ([row.get(column) for column in names] for row in rows)
    return as_file(csv_text(names, cells, label), CSV, name)


def _observations(question: Question, label: str) -> Iterator[str] | Iterator[bytes]:
    """Everything as it was published, where everything is asked for; else as DuckDB writes it.

    Under other reading rules every row is read anew, one by one.
    """
    dataset = question.dataset
    given = [name for name, values in question.asked.values.items() if values]
    whole = ready_made(dataset) if set(given) <= {"asof"} else None
    if whole is not None:
        return whole
    wanted = filters(dataset, question.asked)
    if dataset.preset == STANDARD:
        return lines.as_table(dataset.cabinet, wanted, label)
    return iter(observations_csv(dataset.stream(wanted), label))
