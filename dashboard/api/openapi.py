"""The interface described: OpenAPI 3.1, made from the tables that read and answer questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response

from dashboard.address import LONGEST
from dashboard.api import comparison
from dashboard.api.caching import answered
from dashboard.api.collections import JSON, asked, taken_by
from dashboard.api.parameters import Parameter
from dashboard.api.problem import MEDIA_TYPE, TITLES
from dashboard.api.tables import TABLES, Column, Table
from dashboard.compare import Code, NoPercentage, Relation, Sign
from dashboard.store import Dataset, Store

__all__ = ["VERSION", "connect", "document"]

VERSION = "1.0.0"
Entry = dict[str, Any]
NUMBER = {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
"""Decimal text: nothing is rounded on the way; null where there is no number or no bound."""
TYPES: Mapping[str, Entry] = {
    "string": {"type": "string"},
    "number": NUMBER,
    "integer": {"type": ["integer", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
}
TRUTH: Entry = {"type": "boolean"}
TEXT: Entry = {"type": "string"}


def connect(routes: Blueprint, store: Store) -> None:
    """`/api/v1/openapi.json`."""

    @routes.get("/api/v1/openapi.json")
    def openapi() -> Response:
        question = asked(store, ())
        if isinstance(question, Response):
            return question
        return answered(question.dataset, lambda: _written(question.dataset))


def document(dataset: Dataset) -> Entry:
    """The whole description; lists of codes are those of the set."""
    paths: Entry = {}
    for table in TABLES.values():
        paths[f"/api/v1/{table.name}"] = _get(table, "", dataset)
        for kind, media in _files(table):
            paths[f"/api/v1/{table.name}{kind}"] = _get(table, kind, dataset, media)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "民生对照 · Livelihood Compared",
            "version": VERSION,
            "description": "Read only. Numbers are decimal text; a missing bound is null. "
            "Identifiers stay; v1 only grows. See docs/open-data.md.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {**paths, **_comparing(dataset), "/api/v1/openapi.json": _itself()},
        "components": {"schemas": _schemas(dataset)},
    }


def _written(dataset: Dataset) -> Response:
    return Response(json.dumps(document(dataset), ensure_ascii=False), content_type=JSON)


def _files(table: Table) -> Iterable[tuple[str, str]]:
    yield ".csv", "text/csv"
    if table.name == "observations":
        yield ".parquet", "application/vnd.apache.parquet"
        yield ".sdmx.csv", "application/vnd.sdmx.data+csv"


def _get(table: Table, kind: str, dataset: Dataset, media: str = JSON) -> Entry:
    schema = {"$ref": f"#/components/schemas/{table.name}"} if media == JSON else TEXT
    content = {} if "parquet" in media else {"schema": schema}
    return _operation(
        f"{table.name}{kind.replace('.', '_')}",
        (table.zh, table.en),
        [_parameter(p, dataset) for p in taken_by(table, kind)],
        {media: content},
    )


def _operation(name: str, said: tuple[str, str], parameters: list[Entry], content: Entry) -> Entry:
    refused = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}}
    tag = {"ETag": {"schema": TEXT, "description": "Of the published set and the question"}}
    return {
        "get": {
            "operationId": name,
            "summary": said[0],
            "description": said[1],
            "parameters": parameters,
            "responses": {
                "200": {"description": "OK", "headers": tag, "content": content},
                "304": {"description": "Not modified: If-None-Match names this ETag"},
                "400": {"description": "Not understood", "content": refused},
                "404": {"description": "Not there", "content": refused},
                "503": {"description": "No data; or busy, Retry-After says", "content": refused},
            },
        }
    }


def _parameter(parameter: Parameter, dataset: Dataset) -> Entry:
    schema = dict(parameter.schema(dataset))
    if parameter.most > 1:
        limits = {"minItems": parameter.least, "maxItems": parameter.most}
        schema = {"type": "array", "items": schema, **limits}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.least > 0,
        "description": f"{parameter.zh} / {parameter.en}",
        "schema": schema,
        "style": "form",
        "explode": True,
    }


def _comparing(dataset: Dataset) -> Entry:
    said = (
        "两个数的结论：能不能比，为什么；能比时才有先后和差",
        "The verdict on a pair of numbers",
    )
    content: Entry = {JSON: {"schema": {"$ref": "#/components/schemas/comparisons"}}}
    rows = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": "观测编号 / Id of an observation",
            "schema": {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": LONGEST},
        }
        for name in ("first", "second")
    ]
    by_words = [_parameter(p, dataset) for p in comparison.BY_WORDS]
    by_rows = [*rows, *(_parameter(p, dataset) for p in comparison.BY_ROWS)]
    return {
        "/api/v1/compare": _operation("compare", said, by_words, content),
        "/api/v1/compare/{first}/{second}": _operation("compare_rows", said, by_rows, content),
    }


def _itself() -> Entry:
    said = ("接口说明", "This document")
    return _operation("openapi", said, [], {JSON: {"schema": {"type": "object"}}})


def _schemas(dataset: Dataset) -> Entry:
    tables = {t.name: _collection(t.columns(dataset)) for t in TABLES.values()}
    return {**tables, "comparisons": _comparisons(), "problem": _problem()}


def _collection(columns: Iterable[Column]) -> Entry:
    row = {c.name: {**TYPES[c.type], "description": f"{c.zh} / {c.en}"} for c in columns}
    paging = {name: {"type": "integer", "minimum": 0} for name in ("total", "page", "size")}
    link: Entry = {"type": ["string", "null"]}
    return _object(
        data={"type": "array", "items": _object(**row)},
        meta=_object(**_meta(), **paging),
        links=_object(self=TEXT, next=link, prev=link, csv=TEXT),
    )


def _meta() -> Entry:
    return {"snapshot": TEXT, "label": _object(zh=TEXT, en=TEXT)}


def _comparisons() -> Entry:
    ends = {"lower": NUMBER, "upper": NUMBER, "lower_open": TRUTH, "upper_open": TRUTH}
    names = ("id", "ref_area", "indicator", "variant", "time_period", "as_written", "unit")
    side = _object(**dict.fromkeys(names, TEXT), year={"type": "integer"}, value=NUMBER, **ends)
    code = {"type": "string", "enum": [str(c) for c in Code]}
    by = _or_null({"type": "string", "enum": ["hard", "soft"]})
    words = {"zh": TEXT, "en": TEXT}
    change = _object(
        sign=_or_null({"type": "string", "enum": [str(s) for s in Sign]}),
        decided_by=by,
        difference=_or_null(_object(**ends)),
        percentage=_or_null(_object(**ends)),
        no_percentage=_or_null({"type": "string", "enum": [str(n) for n in NoPercentage]}),
        gap_years={"type": ["integer", "null"]},
        **words,
    )
    relation = {"type": "string", "enum": [str(r) for r in Relation]}
    pair = _object(
        first=side,
        second=side,
        verdict=_object(code=code, blocks=TRUTH),
        reasons={"type": "array", "items": _object(code=code, blocks=TRUTH, **words)},
        order=_or_null(_object(relation=relation, decided_by=by, **words)),
        change=_or_null(change),
    )
    total = {"type": "integer", "minimum": 0}
    return _object(data={"type": "array", "items": pair}, meta=_object(**_meta(), total=total))


def _problem() -> Entry:
    told = _object(
        parameter=TEXT, given=TEXT, nearest=TEXT, unknown={"type": "string", "enum": KINDS}
    )
    kinds = [f"/en/data#problem-{kind}" for kind in TITLES]
    return _object(
        type={"type": "string", "enum": kinds},
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        instance=TEXT,
        problems={"type": "array", "items": told},
    )


KINDS = ["name", "value"]


def _object(**properties: Entry) -> Entry:
    """An object with all of these; more may come within v1."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _or_null(schema: Entry) -> Entry:
    return {"anyOf": [schema, {"type": "null"}]}
