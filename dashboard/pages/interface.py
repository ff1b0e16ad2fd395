"""The interface for programs, by examples that can be opened: what is asked, and what comes."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from dashboard.filters import Filters
from dashboard.pages.desk import Desk, Values

__all__ = ["KINDS", "examples"]

TIMELESS = frozenset({"changes", "openapi"})
"""What is the same for every set, or names its set in another way."""
DESCRIBED = {
    "structure": "structure.xml",
    "csvw": "csv-metadata.json",
    "dcat": "dcat.json",
    "dictionary": "data-dictionary.md",
}
"""Files that describe the set to programs."""
KINDS = (
    "parameters",
    "not-then",
    "not-found",
    "too-many",
    "busy",
    "no-data",
    "method",
    "request",
    "failure",
)
"""Kinds of problems: what `type` of an answer points to."""


def examples(desk: Desk) -> Values:
    """Examples with what they give now, and the kinds of problems."""
    dataset = desk.dataset
    usage = dataset.facts.usage
    code = next(iter(usage), "")
    own = Filters(indicators=(code,))
    count, rows = dataset.search((), own, 2)
    chosen = dataset.cabinet.count(replace(own, is_chosen=True))
    shown = [
        ("observations", "observations", {"indicator": code, "size": "2"}, count),
        ("file", "observations.csv", {"indicator": code}, count),
        ("parquet", "observations.parquet", {"indicator": code}, count),
        ("sdmx", "observations.sdmx.csv", {"indicator": code}, chosen),
        ("offices", "offices", {"size": "2"}, len(dataset.offices)),
        ("practices", "practices", {"size": "2"}, len(dataset.practices)),
    ]
    told = [_example(desk, kind, path, query, n) for kind, path, query, n in shown]
    if len(rows) > 1:
        pair = f"compare/{rows[0].id}/{rows[1].id}"
        told.append(_plain(desk, "compare", pair, desk.t("data.api.compare.result")))
    told += [
        _plain(desk, "changes", "changes", desk.t("data.api.changes.result")),
        _plain(desk, "openapi", "openapi.json", desk.t("data.api.openapi.result")),
        *(_described(desk, kind, name) for kind, name in DESCRIBED.items()),
    ]
    return {
        "examples": told,
        "problems": [{"kind": k, "text": desk.t(f"data.problem.{k}")} for k in KINDS],
    }


def _described(desk: Desk, kind: str, name: str) -> Values:
    """A file that describes the set, as an example of its own."""
    told = _plain(desk, kind, name, desk.t(f"data.api.{kind}.result"))
    return {**told, "href": desk.download(name)}


def _example(desk: Desk, kind: str, path: str, query: dict[str, str], rows: int) -> Values:
    return _plain(desk, kind, path, desk.t("data.api.rows", n=rows), query)


def _plain(
    desk: Desk, kind: str, path: str, result: str, query: dict[str, str] | None = None
) -> Values:
    """An example; of an earlier day's set where that is shown, unless every set has the same."""
    asof = {"asof": desk.address.asof} if desk.address.asof and kind not in TIMELESS else {}
    asked = urlencode({**(query or {}), **asof})
    address = f"/api/v1/{path}" + (f"?{asked}" if asked else "")
    return {"name": desk.t(f"data.api.{kind}"), "href": address, "result": result}
