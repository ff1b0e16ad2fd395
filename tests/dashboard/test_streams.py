"""Files of many rows: the same bytes whichever way they are made, compressed, and let go of."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import brotli
import duckdb
import pytest
from flask.testing import FlaskClient
from pyarrow import parquet

from dashboard import batches, lines
from dashboard.api import gate, observations_csv, wholesale
from dashboard.api.collections import TABLES
from dashboard.app import Site, create_app
from dashboard.dataset import Dataset, read
from dashboard.filters import Filters
from dashboard.store import Store
from dashboard.twin import OBSERVED
from extract import parquet as packing
from extract import snapshot
from extract.formats import described, sdmx

API = "/api/v1/"
FORMS = ("observations.csv", "observations.sdmx.csv", "observations.parquet")
NASTY = (
    *("=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "'quoted", "two\nlines", "cr\rhere", "a,b", 'a "b"'),
    *("\r=1", '"', '""', ",", "=a,b", '-a "b"\n', "x\x1fy", " ", "，", "\r\n", '"\n"\n'),
)
ASKED = {
    "everything": Filters(),
    "an indicator": Filters(indicators=("mediations",)),
    "offices": Filters(offices=("990001101", "local-liuxi")),
    "years": Filters(years=(2031, 2032)),
    "chosen": Filters(is_chosen=True),
    "nothing": Filters(indicators=("none",)),
}


def by_python(dataset: Dataset, filters: Filters) -> bytes:
    """The CSV as it is written row by row."""
    text = observations_csv(dataset.stream(filters), dataset.label.zh)
    return "".join(text).encode()


def sdmx_by_python(dataset: Dataset, filters: Filters) -> bytes:
    """Likewise, from the published text."""
    wanted = {o.id for o in dataset.stream(filters)}
    with (dataset.folder / "observations.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] in wanted]
    return "".join(sdmx.csv(rows, dataset.label.zh)).encode()


def written(rows: list[dict[str, str]]) -> bytes:
    """Rows as a table of a set: lines end with LF, and a cell with CR stands in quotes."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    texts = []
    for cells in lines:
        piece = io.StringIO(newline="")
        csv.writer(piece, lineterminator="\r\n").writerow(cells)
        texts.append(piece.getvalue().removesuffix("\r\n") + "\n")
    return "".join(texts).encode()


@pytest.fixture(scope="module")
def folder(small_set: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small set, published, with cells that no program should stumble over."""
    files = {path.name: path.read_bytes() for path in small_set.tidy.iterdir()}
    rows = list(csv.DictReader(io.StringIO(files["observations.csv"].decode(), newline="")))
    cells = cycle((*NASTY, ""))
    for row in rows:
        for name in ("scope_note", "comment_obs", "period_basis", "place"):
            row[name] = next(cells)
    assert 4 * len(rows) > len(NASTY)
    rows[0]["value"] = rows[0]["lower"] = "-3"
    files["observations.csv"] = written(rows)
    files |= packing.editions(files["observations.csv"]) | described(files)
    return snapshot.publish(tmp_path_factory.mktemp("published"), files).snapshot.folder


@pytest.fixture(scope="module")
def shown(folder: Path, small_set: Any) -> Site:
    """The application over it."""
    return create_app(Store(folder.parents[1], small_set.tidy))


@pytest.fixture(params=["sought", "sought in stretches", "passed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way to the rows in turn."""
    monkeypatch.setattr(batches, "ROWS", 7)
    if request.param == "sought in stretches":
        monkeypatch.setattr(batches, "STRETCH", 5)
    if request.param == "passed":
        monkeypatch.setattr(batches, "FEW", -1)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.usefixtures("way")
def test_duckdb_writes_what_python_writes(name: str, folder: Path) -> None:
    dataset = read(folder)
    made = list(lines.as_table(dataset.cabinet, ASKED[name], dataset.label.zh))
    assert b"".join(made) == by_python(dataset, ASKED[name])
    made = list(lines.as_sdmx(dataset.cabinet, ASKED[name], dataset.label.zh))
    assert b"".join(made) == sdmx_by_python(dataset, ASKED[name])
    assert "'=1+1" in by_python(dataset, Filters()).decode()


@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_so_it_does_for_tables_that_were_never_published(
    name: str, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    for filters in (Filters(), Filters(indicators=tuple(dataset.facts.usage)[:2])):
        made = lines.as_table(dataset.cabinet, filters, dataset.label.zh)
        assert b"".join(made) == by_python(dataset, filters)
        made = lines.as_sdmx(dataset.cabinet, filters, dataset.label.zh)
        assert b"".join(made) == sdmx_by_python(dataset, filters)


@pytest.mark.parametrize(("piece", "small"), [(1 << 18, 1 << 12), (700, 100), (1 << 18, 1), (9, 9)])
def test_the_published_text_is_passed_on_as_python_writes_it(
    piece: int, small: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wholesale, "PIECE", piece)
    monkeypatch.setattr(wholesale, "SMALL", small)
    dataset = read(folder)
    passed = wholesale.ready_made(dataset)
    assert passed is not None
    assert b"".join(passed) == by_python(dataset, Filters())


@pytest.mark.usefixtures("way")
def test_parquet_made_for_a_question_holds_the_same_cells(shown: Site) -> None:
    browser = shown.server.test_client()
    for query in (
        "year=2031&year=2032",
        "indicator=mediations",
        "indicator=mediations&preset=open",
    ):
        packed = parquet.read_table(io.BytesIO(browser.get(f"{API}{FORMS[2]}?{query}").data))
        told = browser.get(f"{API}observations?{query}&size=1000").json["data"]
        assert packed.column_names == list(OBSERVED)
        assert packed.num_rows == len(told) > 1
        for row, known in zip(packed.to_pylist(), told, strict=True):
            assert row["id"] == known["id"]
            assert (row["upper"] is None) == (known["upper"] is None)
            assert row["upper"] is None or float(row["upper"]) == float(known["upper"])
            assert (row["scope_note"] or "") == known["scope_note"]


def test_rows_larger_than_what_is_read_at_once_stay_whole(
    small_set: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes and ends of lines in every row, over many buffers that threads read at once."""
    files = {path.name: path.read_bytes() for path in small_set.tidy.iterdir()}
    rows = list(csv.DictReader(io.StringIO(files["observations.csv"].decode(), newline="")))
    monkeypatch.setattr(batches, "FEW", -1)
    many = [
        row
        | {"id": f"{row['document']}-{n:04}{place:03}", "scope_note": f'"{n}",\n"{place}\n' * 18}
        for place, row in enumerate(rows)
        for n in range(1_500)
    ]
    files["observations.csv"] = written(
        sorted(many, key=lambda r: (r["document"], int(r["start"]), r["id"]))
    )
    files |= packing.editions(files["observations.csv"])
    dataset = read(snapshot.publish(tmp_path, files).snapshot.folder)
    assert len(files["observations.csv"]) > 3 * batches.BUFFER
    passed = b"".join(lines.as_table(dataset.cabinet, Filters(is_chosen=True), ""))
    monkeypatch.setattr(batches, "FEW", 1 << 40)
    assert passed == b"".join(lines.as_table(dataset.cabinet, Filters(is_chosen=True), ""))


@pytest.mark.parametrize("form", FORMS[:2])
@pytest.mark.parametrize(
    ("coding", "unpacked"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_streams_are_compressed_piece_by_piece(
    form: str, coding: str, unpacked: Callable[[bytes], bytes], shown: Site
) -> None:
    browser = shown.server.test_client()
    plain = browser.get(API + form).data
    answer = browser.get(API + form, headers={"Accept-Encoding": coding}, buffered=False)
    assert answer.is_streamed
    assert answer.headers["Content-Encoding"] == coding
    assert unpacked(b"".join(answer.iter_encoded())) == plain


@pytest.mark.parametrize(
    "path",
    [
        *(f"{API}{form}" for form in FORMS),
        *(f"{API}{form}?indicator=mediations" for form in FORMS),
        *(f"{API}{name}{kind}" for name in TABLES for kind in ("", ".csv")),
        *(f"{API}openapi.json", "/download/structure.xml", "/download/csv-metadata.json"),
        *("/download/dcat.json", "/download/datapackage.json", "/download/offices.csv"),
        "/download/data-dictionary.md",
    ],
)
def test_every_form_has_a_tag_and_a_head(path: str, shown: Site) -> None:
    browser = shown.server.test_client()
    answer = browser.get(path)
    head = browser.head(path)
    again = browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (answer.status_code, head.status_code, again.status_code) == (200, 200, 304)
    assert head.data == again.data == b"" != answer.data
    for name in ("ETag", "Content-Type", "Cache-Control"):
        assert head.headers[name] == answer.headers[name]
    assert again.headers["ETag"] == answer.headers["ETag"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[duckdb.DuckDBPyConnection]:
    """The connections that streams open."""
    found: list[duckdb.DuckDBPyConnection] = []
    locked = batches.locked

    def watched(*given: Any, **more: Any) -> duckdb.DuckDBPyConnection:
        found.append(locked(*given, **more))
        return found[-1]

    monkeypatch.setattr(batches, "locked", watched)
    return found


def is_open(connection: duckdb.DuckDBPyConnection) -> bool:
    try:
        connection.execute("SELECT 1")
    except duckdb.ConnectionException:
        return False
    except duckdb.ResourceInUseException:  # its answer is being read
        return True
    return True


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("way")
def test_who_leaves_ends_the_stream(
    form: str,
    coding: str,
    shown: Site,
    opened: list[duckdb.DuckDBPyConnection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashboard.api.forms.GROUP", 7)
    monkeypatch.setattr("dashboard.api.forms.ROWS", 7)
    answer = shown.server.test_client().get(
        f"{API}{form}?year=2031&year=2032",
        headers={"Accept-Encoding": coding},
        buffered=False,
    )
    body = iter(answer.response)
    assert next(body)
    if coding == "identity" and form != FORMS[2]:
        assert next(body)  # the first is the header, which needs no connection
        assert [is_open(one) for one in opened] == [True]
    answer.close()
    assert [one for one in opened if is_open(one)] == []


def test_a_head_and_a_known_tag_open_nothing(
    shown: Site, opened: list[duckdb.DuckDBPyConnection]
) -> None:
    browser = shown.server.test_client()
    asked = f"{API}{FORMS[0]}?year=2031"
    tag = browser.head(asked).headers["ETag"]
    browser.get(asked, headers={"If-None-Match": tag})
    assert opened == []


@pytest.fixture
def crowded(shown: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Two readers are being sent a large file each."""
    monkeypatch.setattr("dashboard.api.gate.LARGE", 2)
    monkeypatch.setattr("dashboard.api.collections.LARGE", 2)
    browser = shown.server.test_client()
    held = [browser.get(API + form, buffered=False) for form in (FORMS[0], FORMS[2])]
    assert [answer.status_code for answer in held] == [200] * gate.PLACES
    yield browser
    for answer in held:
        answer.close()
    assert browser.get(API + FORMS[0], buffered=True).status_code == 200


def test_a_third_large_file_has_to_wait(crowded: FlaskClient) -> None:
    refused = crowded.get(API + FORMS[1])
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert refused.json["type"].endswith("#problem-busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert "ETag" not in refused.headers


@pytest.mark.parametrize(
    "path",
    ["observations?size=1000", "offices.csv", "observations.csv?rule=R12"],
)
def test_pages_and_small_files_do_not_wait(path: str, crowded: FlaskClient) -> None:
    assert crowded.get(API + path).status_code == 200


def test_a_head_takes_no_place(crowded: FlaskClient) -> None:
    assert crowded.head(API + FORMS[0]).status_code == 200
