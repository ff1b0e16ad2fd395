"""The raw tables of the national case, written a province at a time.

The registries are those of a real set of raw tables; what belongs to its documents is left empty.
Each province has its own file of each family, so that a few thousand offices are held at once.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from tqdm import tqdm

from bench.nation.amounts import CHOSEN
from bench.nation.cells import Case
from bench.nation.divisions import Office, province
from bench.nation.transcription import transcribed

__all__ = ["LABEL_EN", "LABEL_ZH", "LAST_YEAR", "Task", "registry", "write"]

LAST_YEAR = 2025
LABEL_ZH = "合成数据：区划名称来自公开代码表，全部数字均为编造，只用于测试"
LABEL_EN = "Synthetic data: names from a public list of divisions, every number invented for tests"

_LENT = ("families", "indicators", "variants", "vocabulary", "reasons", "practice_families")
_EMPTY = ("corrections", "readings", "not_applicable", "left_out", "practices")
_SYNTHETIC = "livelihood:synthetic"
_CONFIG = {"threads": "1", "memory_limit": "1GB"}


@dataclass(frozen=True, slots=True)
class Task:
    """What to write: the offices by code, the case, the raw tables that lend their registries.

    With `sources`, the reports themselves are written there too, a file each.
    """

    offices: Sequence[Office]
    case: Case
    lender: Path
    sources: Path | None = None


def registry(lender: Path, count: int) -> list[dict[str, str]]:
    """So many indicators in the order of the registry: first those the case was made for."""
    lines = list(_lines(lender / "indicators.csv"))
    if not 0 < count <= len(lines):
        raise ValueError(f"指标应为 1 至 {len(lines)} 个 (indicators: 1 to {len(lines)})")
    chosen = sorted(lines, key=lambda line: line["indicator"] not in CHOSEN)[:count]
    picked = {line["indicator"] for line in chosen}
    return [line for line in lines if line["indicator"] in picked]


def write(task: Task, into: Path) -> int:
    """Write the tables into the folder, in place of an older case; how many observations.

    Raises ValueError where the folder holds raw tables that are not synthetic.
    """
    _clear(into)
    package = json.loads((task.lender / "datapackage.json").read_text("utf-8"))
    columns = {entry["name"]: _columns(entry) for entry in package["resources"]}
    for name in _LENT:
        (into / f"{name}.csv").write_bytes((task.lender / f"{name}.csv").read_bytes())
    for name in _EMPTY:
        _table(into / f"{name}.csv", columns[name], ())
    _table(into / "offices.csv", columns["offices"], task.offices)
    count, paths = _observations(task, into, columns)
    descriptor = json.dumps(_labelled(package, paths), ensure_ascii=False, indent=2)
    (into / "datapackage.json").write_text(f"{descriptor}\n", encoding="utf-8")
    return count


def _clear(into: Path) -> None:
    """Make room; real tables are left alone."""
    descriptor = into / "datapackage.json"
    into.mkdir(parents=True, exist_ok=True)
    held = sorted(into.glob("*.csv"))
    if held and not (
        descriptor.is_file() and json.loads(descriptor.read_text("utf-8")).get(_SYNTHETIC) is True
    ):
        raise ValueError(
            f"{into} 里不是合成数据，不能覆盖 (holds no synthetic set: choose another)"
        )
    for path in held:
        path.unlink()


def _observations(
    task: Task, into: Path, columns: Mapping[str, Sequence[str]]
) -> tuple[int, list[str]]:
    """The family tables and documents.csv, a process a core; the tables' names in order."""
    pieces = _by_province(task)
    count, paths = 0, list[str]()
    context = multiprocessing.get_context("spawn")
    workers = min(len(pieces), os.cpu_count() or 1)
    with (
        ProcessPoolExecutor(workers, mp_context=context) as pool,
        tqdm(total=len(task.offices), disable=None, unit="office") as progress,
    ):
        futures = {
            pool.submit(_province, piece, into, columns): len(piece.offices)
            for _, piece in sorted(pieces.items(), key=lambda own: -len(own[1].offices))
        }
        for future in as_completed(futures):
            rows, written = future.result()
            count += rows
            paths += written
            progress.update(futures[future])
    _together(into, sorted(pieces), columns["documents"])
    return count, _in_order(task.case.registry, paths)


def _by_province(task: Task) -> dict[str, Task]:
    own: defaultdict[str, list[Office]] = defaultdict(list)
    for office in task.offices:
        own[province(office)].append(office)
    return {code: replace(task, offices=offices) for code, offices in own.items()}


def _province(
    task: Task, into: Path, columns: Mapping[str, Sequence[str]]
) -> tuple[int, list[str]]:
    """Write one province: its rows by family, its documents; how many rows, which tables."""
    code = province(task.offices[0])
    made = transcribed(task.case, task.offices)
    families = dict.fromkeys(row["family"] for row in task.case.registry)
    paths = [f"{family}-{code}.csv" for family in families]
    with duckdb.connect(config=_CONFIG) as connection:
        connection.register("rows", made.rows)
        for family, path in zip(families, paths, strict=True):
            _copy(connection, "rows", columns["rows"], into / path, f"family = '{family}'")
        connection.register("documents", _filled(made.documents, columns["documents"]))
        _copy(connection, "documents", columns["documents"], _own_documents(into, code))
    if task.sources is not None:
        for name, text in zip(made.documents["document"].to_pylist(), made.texts, strict=True):
            (task.sources / f"{name}.txt").write_bytes(text.encode())
    return made.rows.num_rows, paths


def _copy(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    path: Path,
    where: str = "true",
) -> None:
    cells = ", ".join(f'nullif("{name}"::VARCHAR, \'\') AS "{name}"' for name in columns)
    connection.execute(
        f"COPY (SELECT {cells} FROM {table} WHERE {where}) TO '{path}' "
        "(HEADER, DELIMITER ',', NULLSTR '')"
    )


def _filled(table: pa.Table, columns: Iterable[str]) -> pa.Table:
    """With the columns that are empty throughout."""
    for name in columns:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table


def _together(into: Path, codes: Sequence[str], columns: Sequence[str]) -> None:
    """The provinces' documents in one table, by document."""
    with (into / "documents.csv").open("wb") as file:
        file.write(f"{','.join(columns)}\n".encode())
        for path in (_own_documents(into, code) for code in codes):
            file.write(path.read_bytes().partition(b"\n")[2])
            path.unlink()


def _own_documents(into: Path, code: str) -> Path:
    return into / f".documents-{code}.csv"


def _in_order(indicators: Sequence[Mapping[str, str]], paths: Iterable[str]) -> list[str]:
    """Tables by family as registered, then province."""
    families = list(dict.fromkeys(row["family"] for row in indicators))
    return sorted(paths, key=lambda path: (families.index(path.rpartition("-")[0]), path))


def _labelled(package: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """The contract with the label, naming every table."""
    resources = [
        entry | {"path": list(paths)} if entry["name"] == "rows" else entry
        for entry in package["resources"]
    ]
    return package | {
        "name": "livelihood-compared-national-case",
        "title": LABEL_ZH,
        "description": LABEL_EN,
        "resources": resources,
        _SYNTHETIC: True,
        "livelihood:label_zh": LABEL_ZH,
        "livelihood:label_en": LABEL_EN,
    }


def _columns(resource: Mapping[str, Any]) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def _table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
