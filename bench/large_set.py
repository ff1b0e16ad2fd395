"""A large invented snapshot: every office reports every indicator every year.

DuckDB writes the observations, each file in its own order from the start, so that 8 million rows
are made in a minute or two and never held in memory.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from dashboard.compare import Observation
from extract import snapshot
from extract.formats import described
from extract.parquet import ORDERS, ROW_GROUP, TYPES

TIDY = Path(__file__).resolve().parents[1] / "data" / "tidy"
FIRST_YEAR = 2013
INDICATORS = 60
COLUMNS = tuple(Observation.__dataclass_fields__)
CONFIG = {"memory_limit": "2GB", "temp_directory": ""}

Row = Mapping[str, object]


def publish(
    published: Path, offices: int | Sequence[Row], years: int, indicators: int = INDICATORS
) -> int:
    """Publish the set under `published`; how many observations it has.

    `offices` are lines of offices.csv by ref_area, or how many to invent.
    """
    if isinstance(offices, int):
        offices = [_office(number) for number in range(offices)]
    registry = list(islice(_read("indicators"), indicators))
    files = {path.name: path.read_bytes() for path in TIDY.iterdir()} | {
        "datapackage.json": _labelled(),
        "offices.csv": _csv("offices", offices),
        "documents.csv": _csv("documents", _documents(offices, years)),
        **{f"{name}.csv": _csv(name, ()) for name in ("left_out", "corrections", "practices")},
        "not_applicable.csv": _csv("not_applicable", ()),
    }
    published.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=published) as place:
        _write(Path(place), registry, offices, years)
        large = {path.name: path for path in Path(place).iterdir()}
        snapshot.publish(published, {**files, **described(files), **large})
    return len(registry) * len(offices) * years


def area(number: int) -> str:
    """The invented office of that number."""
    return f"9{number:08}"


def row_id(office: int, year: int, place: int) -> str:
    """The observation of an office and year for the indicator in that place."""
    return f"d{office:05}-{year}-{place + 1:03}"


def _write(
    into: Path, registry: list[dict[str, str]], registered: Sequence[Row], years: int
) -> None:
    """The observations as text in document order, and as Parquet in every order."""
    with duckdb.connect(config=CONFIG) as connection:
        connection.register("registry", _ranked(registry))
        connection.register("offices", _numbered(registered))
        connection.execute("SET enable_progress_bar = false")
        n, offices = len(registry), len(registered)
        text = _select(f"n // {n * years}", f"n // {n} % {years}", f"n % {n}", "place")
        target = f"'{into / 'observations.csv'}' (HEADER, DELIMITER ',', NULLSTR '')"
        rows = f"range({n * years * offices})"
        connection.execute(f"COPY ({text.format(rows=rows)}) TO {target}")
        orders = {
            "by_indicator.parquet": (f"n % {offices}", f"n // {offices} % {years}"),
            "by_office.parquet": (f"n // {n * years}", f"n % {years}"),
        }
        ranks = (f"n // {offices * years}", f"n // {years} % {n}")
        for name, (office, year), rank in zip(ORDERS, orders.values(), ranks, strict=True):
            query = _select(office, year, rank, "rank").format(rows=rows)
            target = f"'{into / name}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE "
            connection.execute(f"COPY ({query}) TO {target}{ROW_GROUP})")


def _ranked(registry: list[dict[str, str]]) -> pa.Table:
    """The indicators with their places in a document, and among their codes."""
    codes = sorted(row["indicator"] for row in registry)
    names = ("indicator", "family", "name_zh", "unit", "window")
    columns = {name: [row[name] for row in registry] for name in names}
    places = list(range(len(registry)))
    return pa.table(
        {**columns, "place": places, "rank": [codes.index(c) for c in columns["indicator"]]}
    )


def _numbered(registered: Sequence[Row]) -> pa.Table:
    """The offices with the numbers their observations are made of."""
    columns = {
        name: [row[name] for row in registered] for name in ("ref_area", "short_zh", "short_en")
    }
    return pa.table({"office_number": pa.array(range(len(registered)), pa.int32()), **columns})


def _select(office: str, year: str, number: str, by: str) -> str:
    """The rows in the order of n; office, year and the indicator's number are made of it."""
    made = _made()
    types = {pa.int32(): "INTEGER", pa.date32(): "DATE", pa.bool_(): "BOOLEAN"}
    cells = ", ".join(
        f"({made.get(name, 'NULL')})::"
        f"{types.get(TYPES.get(name), 'DECIMAL(38,6)' if name in TYPES else 'VARCHAR')} "
        f'AS "{name}"'
        for name in COLUMNS
    )
    if by == "place":
        cells = cells.replace("DECIMAL(38,6)", "VARCHAR")
    numbers = f"SELECT ({office})::INT AS o, {FIRST_YEAR} + ({year})::INT AS y, "
    return (
        f"SELECT {cells} FROM (SELECT *, "
        "1000 + (o::BIGINT * 7919 + y * 104729 + place * 1299709) % 90000 AS count FROM "
        f"({numbers} ({number})::INT AS nth FROM {{rows}} AS t(n)) "
        f"JOIN registry ON nth = {by} JOIN offices ON o = office_number)"
    )


def _made() -> Mapping[str, str]:
    """Columns that are not empty → what they are made of."""
    document = "'d' || lpad(o::VARCHAR, 5, '0') || '-' || y"
    day = "(y || '-12-31')"
    written = "(count || unit)"
    return {
        "id": f"{document} || '-' || lpad((place + 1)::VARCHAR, 3, '0')",
        "document": document,
        "start": "place * 40",
        "end": f"place * 40 + length({written})",
        "as_written": written,
        "context": f"short_zh || y || '年' || name_zh || '共' || {written}",
        "ref_area": "ref_area",
        "office": "short_zh",
        "office_en": "short_en",
        "family": "family",
        "indicator": "indicator",
        "scope": "'whole'",
        "freq": "CASE \"window\" WHEN 'stock' THEN 'D' ELSE 'A' END",
        "time_period": f"CASE \"window\" WHEN 'stock' THEN {day} ELSE y::VARCHAR END",
        "year": "y",
        "period_start": f"CASE \"window\" WHEN 'stock' THEN {day} ELSE y || '-01-01' END",
        "period_end": day,
        "period_basis": "'全年'",
        "period_precision": "'stated'",
        "is_full_period": "true",
        "window": '"window"',
        "status": "'result'",
        **dict.fromkeys(("value", "lower", "upper"), "count"),
        **dict.fromkeys(("lower_open", "upper_open"), "false"),
        **dict.fromkeys(("lower_kind", "upper_kind"), "'hard'"),
        "unit": "unit",
        "unit_mult": "0",
        "decimals": "0",
        "obs_status": "'A'",
        "rule": "'R0'",
        "ruleset": "'cn-approx-1'",
        "chosen": "true",
        "evidence": "'report'",
    }


def _office(number: int) -> Row:
    names = dict.fromkeys(("name_zh", "name_en", "short_zh", "short_en"), f"第{number}办")
    return {"ref_area": area(number), "kind": "subdistrict_office", "code": area(number), **names}


def _documents(offices: Sequence[Row], years: int) -> Iterator[Row]:
    for number, office in enumerate(offices):
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            yield {
                "document": f"d{number:05}-{year}",
                "title": f"{office['short_zh']}{year}年",
                "published_from": f"{year + 1}-01-05",
                "published_to": f"{year + 1}-01-05",
                "published_precision": "stated",
                "ref_area": office["ref_area"],
                "covers": office["ref_area"],
                "period_start": f"{year}-01-01",
                "period_end": f"{year}-12-31",
                "characters": "4000",
                "sha256": f"{number:08}{year:08}" * 4,
            }


def _read(name: str) -> Iterator[dict[str, str]]:
    with (TIDY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _csv(name: str, rows: Iterable[Row]) -> bytes:
    """A table with the columns of the tidy one of that name."""
    with (TIDY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _labelled() -> bytes:
    """The descriptor, saying on every page that nothing of this is real."""
    package = json.loads((TIDY / "datapackage.json").read_text(encoding="utf-8"))
    package |= {
        "livelihood:synthetic": True,
        "livelihood:label_zh": "合成数据，只用来测速",
        "livelihood:label_en": "Synthetic data, for measuring speed only",
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode()
