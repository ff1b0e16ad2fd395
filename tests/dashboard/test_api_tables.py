"""The tables as JSON: pages of them, filters, tags, compression, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api.tables import TABLES
from dashboard.app import create_app
from dashboard.store import Store
from dashboard.twin import OBSERVED
from extract import snapshot

API = "/api/v1/"


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def publish(tidy: Path, published: Path, **changed: bytes) -> str:
    """Publish a tidy folder, some files replaced; the snapshot's id."""
    files = {path.name: path.read_bytes() for path in tidy.iterdir()}
    return snapshot.publish(published, files | changed).snapshot.id


@pytest.fixture
def shown(small_set: Any, tmp_path: Path) -> FlaskClient:
    """A browser before the small set, published."""
    publish(small_set.tidy, tmp_path / "published")
    return create_app(Store(tmp_path / "published", small_set.tidy)).server.test_client()


@pytest.mark.parametrize("name", TABLES)
def test_json_and_csv_hold_the_same_cells(name: str, client: Callable[[str], FlaskClient]) -> None:
    told = client("demo").get(f"{API}{name}?size=1000").json
    filed = rows(client("demo").get(f"{API}{name}.csv").data)
    assert told["meta"]["total"] == len(filed)
    assert told["meta"]["label"]["zh"]
    for row, line in zip(told["data"], filed, strict=False):
        assert line.pop("label")
        assert list(row) == list(line)
        for column, cell in row.items():
            if isinstance(cell, bool):
                assert line[column] in (("true", "1") if cell else ("false", "0"))
            else:
                assert ("" if cell is None else str(cell)) == line[column].removeprefix("'")


@pytest.mark.parametrize("name", TABLES)
def test_pages_follow_each_other_without_a_gap(
    name: str, client: Callable[[str], FlaskClient]
) -> None:
    browser = client("small")
    key = TABLES[name].key
    every = [row[key] for row in browser.get(f"{API}{name}?size=1000").json["data"]]
    found, address = [], f"{API}{name}?size=7"
    while address:
        page = browser.get(address).json
        found += [row[key] for row in page["data"]]
        assert page["links"]["self"] == address
        address = page["links"]["next"]
    assert found == every
    assert browser.get(f"{API}{name}?page=999&size=7").json["data"] == []


def test_numbers_are_decimal_text_and_no_bound_is_null(
    client: Callable[[str], FlaskClient],
) -> None:
    data = client("small").get(f"{API}observations?preset=open").json["data"]
    assert {type(row[name]) for row in data for name in ("value", "lower", "upper")} == {
        str,
        type(None),
    }
    assert any(row["lower"] and row["upper"] is None for row in data)
    assert all(Decimal(row["lower"]) >= 0 for row in data if row["lower"])
    assert list(data[0]) == list(OBSERVED)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("year=2031&year=2032", lambda r: r["year"] in (2031, 2032)),
        ("indicator=mediations&indicator=volunteers", lambda r: r["indicator"] in INDICATORS),
        ("period=2031", lambda r: r["time_period"] == "2031"),
        ("period_start=2032-01-01", lambda r: (r["period_start"] or "") >= "2032-01-01"),
        ("period_end=2031-12-31", lambda r: r["period_end"] <= "2031-12-31"),
        ("status=plan", lambda r: r["status"] == "plan"),
        ("obs_status=V", lambda r: r["obs_status"] == "V"),
        ("window=stock", lambda r: r["window"] == "stock"),
        ("within=9901", lambda r: r["ref_area"].startswith("9901")),
        ("within=98", lambda r: r["ref_area"].startswith("98")),
    ],
)
def test_filters_keep_exactly_what_meets_them(
    query: str, holds: Callable[[Any], bool], client: Callable[[str], FlaskClient]
) -> None:
    every = client("small").get(f"{API}observations?size=1000").json["data"]
    told = client("small").get(f"{API}observations?size=1000&{query}").json
    assert told["data"] == [row for row in every if holds(row)]
    filed = rows(client("small").get(f"{API}observations.csv?{query}").data)
    assert [row["id"] for row in filed] == [row["id"] for row in told["data"]]


INDICATORS = ("mediations", "volunteers")


@pytest.mark.parametrize(
    ("path", "problems"),
    [
        ("observations?indicater=x", [("indicater", "indicator", "name")]),
        ("observations?size=0", [("size", "", "value")]),
        ("observations?size=1001", [("size", "", "value")]),
        ("observations?page=x", [("page", "", "value")]),
        ("observations?within=990", [("within", "", "value")]),
        ("observations?period=spring", [("period", "", "value")]),
        ("observations?period_start=2031-02-30", [("period_start", "", "value")]),
        ("observations?status=results", [("status", "result", "value")]),
        ("observations?preset=point&preset=open", [("preset", "", "value")]),
        ("observations?year=", [("year", "", "value")]),
        ("observations.csv?page=2", [("page", "", "name")]),
        ("indicators?year=2031", [("year", "", "name")]),
        ("changes?year=2031", [("year", "", "name")]),
        ("changes?snapshot=x", [("snapshot", "", "value")]),
        ("practices?kind=brands", [("kind", "brand", "value")]),
    ],
)
def test_what_is_not_understood_is_refused_with_the_nearest(
    path: str, problems: list[tuple[str, str, str]], client: Callable[[str], FlaskClient]
) -> None:
    answer = client("small").get(API + path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert set(answer.json) == {"type", "title", "status", "detail", "instance", "problems"}
    assert answer.json["instance"] == API + path.partition("?")[0]
    told = [(p["parameter"], p["nearest"], p["unknown"]) for p in answer.json["problems"]]
    assert told == problems


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "changes?snapshot=0123456789abcdef", 404),
        ("GET", "observations?asof=2999-01-01", 404),
        ("POST", "offices", 405),
    ],
)
def test_every_refusal_is_a_problem(
    method: str, path: str, status: int, client: Callable[[str], FlaskClient]
) -> None:
    answer = client("small").open(API + path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert status != 405 or "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["observations", "observations.csv", "offices", "snapshots"])
def test_who_has_a_set_already_is_told_so(path: str, shown: FlaskClient) -> None:
    first = shown.get(API + path)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = shown.get(API + path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == "no-cache"
    other = shown.get(f"{API}{path}?", headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200


def test_another_question_or_set_has_another_tag(
    small_set: Any, tmp_path: Path, shown: FlaskClient
) -> None:
    def tags() -> list[str]:
        paths = ("observations", "observations?year=2031", "observations.csv", "offices")
        return [shown.get(API + path).headers["ETag"] for path in paths]

    before = tags()
    package = json.loads((small_set.tidy / "datapackage.json").read_text(encoding="utf-8"))
    changed = json.dumps({**package, "version": "2"}).encode()
    publish(small_set.tidy, tmp_path / "other", **{"datapackage.json": changed})
    shown = create_app(Store(tmp_path / "other", small_set.tidy)).server.test_client()
    assert len(set(before + tags())) == 8


def test_tables_never_published_have_no_tag(client: Callable[[str], FlaskClient]) -> None:
    assert "ETag" not in client("small").get(f"{API}offices").headers


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_answers_are_compressed_for_who_takes_it(coding: str, shown: FlaskClient) -> None:
    plain = shown.get(f"{API}observations")
    answer = shown.get(f"{API}observations", headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert len(answer.data) < len(plain.data) / 2
    assert answer.headers["ETag"] == plain.headers["ETag"]
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_compressed_file_is_still_streamed(shown: FlaskClient) -> None:
    answer = shown.get(f"{API}observations.csv", headers={"Accept-Encoding": "br"}, buffered=False)
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert answer.headers["Content-Encoding"] == "br"


def test_the_published_file_is_passed_on_as_it_would_be_written(
    shown: FlaskClient, client: Callable[[str], FlaskClient]
) -> None:
    assert (
        shown.get(f"{API}observations.csv").data
        == client("small").get(f"{API}observations.csv").data
    )


@pytest.mark.parametrize("note", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "'quoted", "two\nlines"])
def test_a_cell_passed_on_is_never_a_formula(note: str, small_set: Any, tmp_path: Path) -> None:
    lines = rows((small_set.tidy / "observations.csv").read_bytes())
    lines[0]["scope_note"] = note
    lines[1]["value"] = "-3"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    publish(small_set.tidy, tmp_path / "p", **{"observations.csv": text.getvalue().encode()})
    browser = create_app(Store(tmp_path / "p", small_set.tidy)).server.test_client()
    served = rows(browser.get(f"{API}observations.csv").data)
    assert len(served) == len(lines)
    assert served[0]["scope_note"] == (note if note[0] in "'t" else f"'{note}")
    assert served[1]["value"] == "-3"
    assert {row["label"] for row in served} != {""}
