"""Two questions to a published set, asked of one engine in a process of its own.

    python bench/nation/engines.py ENGINE FOLDER QUESTIONS

ENGINE is pandas, polars or duckdb; FOLDER holds by_indicator.parquet and by_office.parquet;
QUESTIONS is JSON: {"cells": [[indicator, year], …], "offices": [ref_area, …]}. Q1 asks the thirty
largest results of an indicator and year and their median, Q2 everything of an office. Prints JSON:
the median milliseconds of each, what opening took, and the process's peak in MiB. Needs the
engine and the standard library alone, so that it runs in any environment.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = 30
ROUNDS = 3
Ask = Callable[..., Any]


def main() -> None:
    """Ask each question several times in turns; the first round is not counted."""
    engine, folder, questions = sys.argv[1:]
    asked = json.loads(questions)
    begun = time.perf_counter()
    q1, q2 = ENGINES[engine](Path(folder))
    opened = _since(begun)
    took: dict[str, list[float]] = {"q1": [], "q2": []}
    for _ in range(ROUNDS + 1):
        took["q1"] += [_timed(q1, *cell) for cell in asked["cells"]]
        took["q2"] += [_timed(q2, office) for office in asked["offices"]]
    first = {"q1": len(asked["cells"]), "q2": len(asked["offices"])}
    medians = {name: statistics.median(times[first[name] :]) for name, times in took.items()}
    print(json.dumps({"open": opened, **medians, "mib": _peak()}))


def pandas(folder: Path) -> tuple[Ask, Ask]:
    """Every row in memory."""
    import pandas as pd  # noqa: PLC0415  each engine is loaded by itself

    rows = pd.read_parquet(folder / "by_indicator.parquet")

    def q1(indicator: str, year: int) -> Any:
        own = (rows["indicator"] == indicator) & (rows["year"] == year)
        found = rows.loc[own & rows["chosen"] & (rows["status"] == "result"), ["ref_area", "value"]]
        values = found["value"].astype(float)
        return found.loc[values.nlargest(TOP).index].to_dict("records"), values.median()

    def q2(office: str) -> Any:
        return rows.loc[rows["ref_area"] == office].to_dict("records")

    return q1, q2


def polars(folder: Path) -> tuple[Ask, Ask]:
    """Scans of the two sort orders."""
    import polars as pl  # noqa: PLC0415  as above

    by_indicator = pl.scan_parquet(folder / "by_indicator.parquet")
    by_office = pl.scan_parquet(folder / "by_office.parquet")

    def q1(indicator: str, year: int) -> Any:
        own = (pl.col("indicator") == indicator) & (pl.col("year") == year)
        counted = own & pl.col("chosen") & (pl.col("status") == "result")
        found = by_indicator.filter(counted).select("ref_area", pl.col("value").cast(pl.Float64))
        values = found.collect()
        return values.top_k(TOP, by="value").to_dicts(), values["value"].median()

    def q2(office: str) -> Any:
        return by_office.filter(pl.col("ref_area") == office).collect().to_dicts()

    return q1, q2


def duckdb(folder: Path) -> tuple[Ask, Ask]:
    """Bare queries on the two sort orders."""
    import duckdb as engine  # noqa: PLC0415  as above

    connection = engine.connect()
    connection.execute("SET parquet_metadata_cache = true")  # as polars keeps it
    by_indicator, by_office = (
        str(folder / f"by_{name}.parquet") for name in ("indicator", "office")
    )
    found = (
        f"SELECT ref_area, value FROM '{by_indicator}' "
        "WHERE indicator = ? AND year = ? AND chosen AND status = 'result'"
    )

    def q1(indicator: str, year: int) -> Any:
        top = f"SELECT * FROM ({found}) ORDER BY value DESC LIMIT {TOP}"
        median = f"SELECT median(value) FROM ({found})"
        given = [indicator, year]
        return [connection.execute(sql, given).fetchall() for sql in (top, median)]

    def q2(office: str) -> Any:
        sql = f"SELECT * FROM '{by_office}' WHERE ref_area = ?"
        return connection.execute(sql, [office]).fetchall()

    return q1, q2


ENGINES: dict[str, Callable[[Path], tuple[Ask, Ask]]] = {
    "pandas": pandas,
    "polars": polars,
    "duckdb": duckdb,
}


def _timed(ask: Ask, *given: Any) -> float:
    begun = time.perf_counter()
    ask(*given)
    return _since(begun)


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    main()
