"""What is asked of a published set: cells and offices for engines, addresses for the dashboard.

Made of the set itself, so that the same questions are asked whatever it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

__all__ = ["Questions", "addresses", "api", "questions", "walked"]

SAMPLE = 5
"""Different questions of a kind."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Indicators that most offices tell, spread over the registry; a full year; some offices."""

    indicators: Sequence[str]
    year: int
    offices: Sequence[str]
    rows: int

    @property
    def cells(self) -> list[tuple[str, int]]:
        """An indicator and a year."""
        return [(indicator, self.year) for indicator in self.indicators]


def questions(published: Path) -> Questions:
    """Of the set that is shown; ValueError where there is none."""
    walked(published)
    by_indicator, by_office = (
        str(published / "current" / f"by_{name}.parquet") for name in ("indicator", "office")
    )
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT count(*) FROM '{by_indicator}'").fetchone()
        year = connection.execute(f"SELECT max(year) FROM '{by_indicator}'").fetchone()
        codes = _column(connection, f"SELECT DISTINCT indicator FROM '{by_indicator}' ORDER BY 1")
        areas = _column(connection, f"SELECT DISTINCT ref_area FROM '{by_office}' ORDER BY 1")
    if rows is None or year is None:
        raise ValueError(f"{published} 里没有观测 (holds no observations)")
    return Questions(_spread(codes), int(year[0]), _spread(areas), int(rows[0]))


def walked(published: Path) -> Path:
    """The folder, if the walk has published a set in it; else ValueError."""
    if not (published / "current").exists():
        what = "bench.national --only walk"
        raise ValueError(f"{published} 里没有公布的数据，先运行 {what} (run {what} first)")
    return published


def addresses(asked: Questions) -> Mapping[str, Sequence[str]]:
    """Kinds of page → addresses, each about something else."""
    indicators, offices, year = asked.indicators, asked.offices, asked.year
    typed = ("东门", "城关镇", "11", "新", "Town 4")
    return {
        "overview": [f"/{locale}/" for locale in ("zh", "en")],
        "compare": [f"/zh/compare?indicator={code}&year={year}" for code in indicators],
        "indicator": [f"/zh/indicator?indicator={code}" for code in indicators],
        "trends": [
            f"/zh/trends?indicator={code}&office={area}"
            for code, area in zip(indicators, offices, strict=False)
        ],
        "office": [f"/zh/office?office={area}" for area in offices],
        "evidence": [f"/zh/evidence?office={area}" for area in offices],
        "offices, by name": [f"/zh/office?q={word}" for word in typed],
        "as one types": [f"/api/v1/suggest?q={word}&only=office" for word in typed],
        **api(asked),
    }


def api(asked: Questions) -> Mapping[str, Sequence[str]]:
    """A page of JSON; one indicator as CSV; one office as CSV."""
    path = "/api/v1/observations"
    return {
        "API, JSON page": [f"{path}?indicator={code}&size=1000" for code in asked.indicators],
        "API, CSV of an indicator": [f"{path}.csv?indicator={code}" for code in asked.indicators],
        "API, CSV of an office": [f"{path}.csv?office={area}" for area in asked.offices],
    }


def _column(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    return [str(cell) for (cell,) in connection.execute(sql).fetchall()]


def _spread(codes: Sequence[str]) -> list[str]:
    """A few, from the first to the last."""
    step = max(len(codes) // SAMPLE, 1)
    return list(codes[::step][:SAMPLE])
