"""A large invented snapshot: every office reports every indicator every year."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from dashboard.compare import Observation
from extract import snapshot
from extract.parquet import ORDERS, ROW_GROUP, TYPES

TIDY = Path(__file__).resolve().parents[1] / "data" / "tidy"
FIRST_YEAR = 2013
INDICATORS = 60
BLOCK = 30_000
COLUMNS = tuple(Observation.__dataclass_fields__)

Row = dict[str, object]


def publish(published: Path, offices: int, years: int, indicators: int = INDICATORS) -> int:
    """Publish the set under `published`; how many observations it has."""
    registry = list(islice(_read("indicators"), indicators))
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in COLUMNS])
    rows = _observations(registry, offices, years)
    blocks = iter(lambda: list(islice(rows, BLOCK)), [])
    table = pa.concat_tables(pa.Table.from_pylist(block, schema) for block in blocks)
    files = {path.name: path.read_bytes() for path in TIDY.iterdir()} | {
        "datapackage.json": _labelled(),
        "offices.csv": _csv("offices", (_office(n) for n in range(offices))),
        "documents.csv": _csv("documents", _documents(offices, years)),
        "observations.csv": _text(table),
        **{name: _packed(table, order) for name, order in ORDERS.items()},
        **{f"{name}.csv": _csv(name, ()) for name in ("left_out", "corrections", "practices")},
        "not_applicable.csv": _csv("not_applicable", ()),
    }
    snapshot.publish(published, files)
    return int(table.num_rows)


def area(number: int) -> str:
    """The invented office of that number."""
    return f"9{number:08}"


def row_id(office: int, year: int, place: int) -> str:
    """The observation of an office and year for the indicator in that place."""
    return f"d{office:05}-{year}-{place + 1:03}"


def _observations(registry: list[dict[str, str]], offices: int, years: int) -> Iterator[Row]:
    """In document order: an office and a year a document."""
    for office in range(offices):
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            for place, indicator in enumerate(registry):
                yield _observation(office, year, place, indicator)


def _observation(office: int, year: int, place: int, indicator: dict[str, str]) -> Row:
    count = 1000 + (office * 7919 + year * 104_729 + place * 1_299_709) % 90_000
    number, written = Decimal(count), f"{count}{indicator['unit']}"
    is_stock = indicator["window"] == "stock"
    return dict.fromkeys(COLUMNS, None) | {
        "id": row_id(office, year, place),
        "document": f"d{office:05}-{year}",
        "start": place * 40,
        "end": place * 40 + len(written),
        "as_written": written,
        "context": f"第{office}办{year}年{indicator['name_zh']}共{written}",
        "ref_area": area(office),
        "office": f"第{office}办",
        "family": indicator["family"],
        "indicator": indicator["indicator"],
        "scope": "whole",
        "freq": "D" if is_stock else "A",
        "time_period": f"{year}-12-31" if is_stock else str(year),
        "year": year,
        "period_start": date(year, 12, 31) if is_stock else date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "period_basis": "全年",
        "period_precision": "stated",
        "is_full_period": True,
        "window": indicator["window"],
        "status": "result",
        **dict.fromkeys(("value", "lower", "upper"), number),
        **dict.fromkeys(("lower_open", "upper_open"), False),
        **dict.fromkeys(("lower_kind", "upper_kind"), "hard"),
        "unit": indicator["unit"],
        "unit_mult": 0,
        "decimals": 0,
        "obs_status": "A",
        "rule": "R0",
        "ruleset": "cn-approx-1",
        "chosen": True,
    }


def _office(number: int) -> Row:
    names = dict.fromkeys(("name_zh", "name_en", "short_zh", "short_en"), f"第{number}办")
    return {"ref_area": area(number), "kind": "subdistrict_office", "code": area(number), **names}


def _documents(offices: int, years: int) -> Iterator[Row]:
    for office in range(offices):
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            yield {
                "document": f"d{office:05}-{year}",
                "title": f"第{office}办{year}年",
                "published_from": f"{year + 1}-01-05",
                "published_to": f"{year + 1}-01-05",
                "published_precision": "stated",
                "ref_area": area(office),
                "covers": area(office),
                "period_start": f"{year}-01-01",
                "period_end": f"{year}-12-31",
                "characters": "4000",
                "sha256": f"{office:08}{year:08}" * 4,
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


def _text(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(quoting_style="needed"))
    return sink.getvalue()


def _packed(table: pa.Table, order: tuple[str, ...]) -> bytes:
    sink = io.BytesIO()
    ordered = table.sort_by([(name, "ascending") for name in order])
    parquet.write_table(ordered, sink, compression="zstd", row_group_size=ROW_GROUP)
    return sink.getvalue()
