"""How many observations a set has, and the days its results speak of."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from extract import content
from extract.content import Content
from extract.engine import connected, table
from extract.pairs import LARGE, by_key

__all__ = ["span"]

Span = tuple[int, str | None, str | None]
RESULTS = ("result", "listed")
ENDS = (("min", "period_start"), ("max", "period_end"))


def span(observations: Content, scratch: Path | None = None) -> Span:
    """Rows, first and last day of observations.csv (ISO 8601, None where no row tells).

    Of a large one on disk only these columns are held; DuckDB works in `scratch`. OSError.
    """
    if isinstance(observations, Path) and content.size(observations) >= LARGE:
        return _on_disk(observations, scratch)
    rows = by_key(observations, ("id",))
    told = rows[rows["status"].isin(RESULTS)] if "status" in rows else rows
    first, last = (_extreme(told, which, column) for which, column in ENDS)
    return len(rows), first, last


def _extreme(rows: pd.DataFrame, which: str, column: str) -> str | None:
    if column not in rows or not (filled := rows.loc[rows[column] != "", column]).size:
        return None
    return str(filled.agg(which))


def _on_disk(observations: Path, scratch: Path | None) -> Span:
    columns = content.header(observations)
    is_told = f"status IN {RESULTS}" if "status" in columns else "true"
    ends = ", ".join(
        f"{which}({column}) FILTER (WHERE {is_told})" if column in columns else "NULL"
        for which, column in ENDS
    )
    with (
        TemporaryDirectory(dir=scratch, prefix=".counting-") as spill,
        closing(connected(Path(spill))) as connection,
    ):
        asked = f"SELECT count(*), {ends} FROM {table(observations)}"
        ((rows, first, last),) = connection.execute(asked).fetchall()
    return rows, first, last
