"""Read-only HTTP for machines: the same observations, in a form that spreadsheets open safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api import observations_csv
from dashboard.compare import Observation
from dashboard.twin import BOM, CHUNK

CSV = "/api/v1/observations.csv"


def lines(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_the_csv_holds_the_tidy_table_cell_by_cell(
    name: str, client: Callable[[str], FlaskClient], request: pytest.FixtureRequest
) -> None:
    answer = client(name).get(CSV)
    data = request.getfixturevalue(f"{name}_set")
    tidy = lines((data.tidy / "observations.csv").read_bytes())
    labelled = {} if name == "real" else {"label"}
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="observations.csv"'
    assert answer.data.startswith(BOM.encode())
    assert answer.data.count(b"\r\n") == len(tidy) + 1
    served = lines(answer.data)
    assert list(served[0]) == [*tidy[0], *labelled]
    assert [{k: row[k] for k in tidy[0]} for row in served] == tidy
    assert all(row.get("label", "") for row in served) is bool(labelled)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("indicator=mediations", {"indicator": "mediations"}),
        ("office=990001101&office=local-liuxi", {"offices": ["990001101", "local-liuxi"]}),
        ("year=2032", {"year": 2032}),
        ("indicator=volunteers&variant=recruited", {"variant": "recruited"}),
        ("indicator=volunteers&year=2032", {"indicator": "volunteers", "year": 2032}),
    ],
)
def test_parameters_pick_rows(
    query: str, asked: dict[str, Any], client: Callable[[str], FlaskClient], site: Any
) -> None:
    wanted = [o.id for o in site("small").store.dataset().select(**asked)]
    assert [row["id"] for row in lines(client("small").get(f"{CSV}?{query}").data)] == wanted


def test_the_preset_picks_the_bounds(client: Callable[[str], FlaskClient]) -> None:
    def upper(query: str) -> str:
        rows = lines(client("small").get(f"{CSV}?indicator=mediations{query}").data)
        return next(row["upper"] for row in rows if row["id"] == "liuxi-2031-002")

    assert upper("") == "300"
    assert upper("&preset=open") == upper("&preset=+open+") == ""


def test_what_is_not_understood_is_an_error_with_the_nearest(
    client: Callable[[str], FlaskClient],
) -> None:
    answer = client("small").get(f"{CSV}?indicator=mediation&year=x&indicater=lamps&utm_source=a")
    assert answer.status_code == 400
    assert answer.json["problems"] == [
        dict(zip(PROBLEM, problem, strict=True))
        for problem in (
            ("indicater", "lamps", "indicator", "name"),
            ("indicator", "mediation", "mediations", "value"),
            ("year", "x", "", "value"),
        )
    ]


PROBLEM = ("parameter", "given", "nearest", "unknown")


@pytest.mark.parametrize(
    ("field", "value", "cell"),
    [
        ("scope_note", "=1+1", "'=1+1"),
        ("scope_note", "+86", "'+86"),
        ("scope_note", "-1", "'-1"),
        ("scope_note", "@SUM(A1)", "'@SUM(A1)"),
        ("scope_note", "\t=1", "'\t=1"),
        ("scope_note", "", ""),
        ("scope_note", 'a,"b"\nc', 'a,"b"\nc'),
        ("value", Decimal("-3"), "-3"),
        ("value", Decimal("23870000"), "23870000"),
        ("value", Decimal("1E+7"), "10000000"),
        ("value", Decimal("0.30"), "0.30"),
        ("upper", None, ""),
        ("upper_open", True, "true"),
        ("chosen", False, "false"),
        ("flags", ("negated", "self_reported"), "negated self_reported"),
        ("flags", (), ""),
        ("read_1_on", None, ""),
        ("decimals", None, ""),
    ],
)
def test_a_cell_is_plain_text_and_never_a_formula(
    field: str, value: object, cell: str, observed: Callable[..., Observation]
) -> None:
    body = "".join(observations_csv([observed(**{field: value})]))
    assert lines(body.encode())[0][field] == cell


def test_many_rows_come_in_pieces_and_few_in_one(observed: Callable[..., Observation]) -> None:
    rows = [observed(id=f"doc-{n:03}") for n in range(CHUNK + 1)]
    pieces = list(observations_csv(rows))
    assert len(pieces) == 2
    assert [row["id"] for row in lines("".join(pieces).encode())] == [o.id for o in rows]
    assert "".join(pieces).count(BOM) == 1


def test_the_label_of_an_invented_set_stands_in_every_row(
    observed: Callable[..., Observation],
) -> None:
    (row,) = lines("".join(observations_csv([observed()], "演示")).encode())
    assert list(row)[-1] == "label"
    assert row["label"] == "演示"


@pytest.mark.parametrize("name", ["real", "demo"])
def test_health_names_what_is_served(name: str, client: Callable[[str], FlaskClient]) -> None:
    told = client(name).get("/healthz").json
    assert told.pop("observations") > 100
    assert told == {"status": "ok", "snapshot": "data/tidy"}


@pytest.mark.parametrize("name", ["offices.csv", "indicators.csv", "documents.csv"])
def test_tables_are_handed_out_as_they_are_with_a_bom(
    name: str, client: Callable[[str], FlaskClient]
) -> None:
    answer = client("real").get(f"/download/{name}")
    assert answer.data == BOM.encode() + (Path("data/tidy") / name).read_bytes()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_tables_of_an_invented_set_say_so_in_every_row(
    client: Callable[[str], FlaskClient], small_set: Any
) -> None:
    handed = client("small").get("/download/offices.csv").data.decode("utf-8-sig")
    kept = (small_set.tidy / "offices.csv").read_text(encoding="utf-8")
    rows, before = list(csv.reader(io.StringIO(handed))), list(csv.reader(io.StringIO(kept)))
    assert [row[:-1] for row in rows] == before
    assert rows[0][-1] == "label" and all("虚构" in row[-1] for row in rows[1:])


def test_the_description_is_handed_out_as_it_is(
    client: Callable[[str], FlaskClient], small_set: Any
) -> None:
    answer = client("small").get("/download/datapackage.json")
    assert answer.data == (small_set.tidy / "datapackage.json").read_bytes()
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize(
    "path",
    [
        "/download/observations.parquet",
        "/download/manifest.json",
        "/download/..%2f..%2fpyproject.toml",
        "/download/workbook-fr.xlsx",
        "/api/v1/",
        "/api/v1/nothing",
    ],
)
def test_nothing_else_is_handed_out(path: str, client: Callable[[str], FlaskClient]) -> None:
    assert client("small").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", CSV, "/download/offices.csv"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_everything_is_read_only(
    method: str, path: str, client: Callable[[str], FlaskClient]
) -> None:
    assert client("small").open(path, method=method.upper()).status_code == 405
