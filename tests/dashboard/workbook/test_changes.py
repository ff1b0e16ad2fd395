"""Changes: formulas on the ends, the results kept beside them, and LibreOffice against both."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dashboard.address import Address
from dashboard.compare import Comparison
from dashboard.pages.desk import Desk
from dashboard.store import Dataset
from dashboard.workbook.changes import pairs

Table = Callable[[Any], list[dict[str, Any]]]


def comparisons(dataset: Dataset) -> list[Comparison]:
    return list(pairs(Desk(Address("zh", "compare"), dataset, {}, {})))


def test_changes_are_formulas_on_the_ends_and_blocked_pairs_have_none(
    table: Table, book: Workbook, invented: Dataset
) -> None:
    rows, found = table(book["同比"]), comparisons(invented)
    assert len(rows) == len(found)
    assert {c.verdict.blocks for c in found} == {True, False}
    for row, comparison in zip(rows, found, strict=True):
        low, high = row["变化下端"], row["变化上端"]
        if comparison.verdict.blocks:
            assert low.value == high.value == "不计算"
            assert low.data_type == "s"
            assert row["理由"].value
            continue
        at = {head: cell.coordinate for head, cell in row.items()}
        assert low.value == f"={at['后一次下界']}-{at['前一次上界']}" or low.value == "没有下界"
        if comparison.change.interval is not None and comparison.change.interval.upper is None:
            assert high.value == "没有上界"
        else:
            assert high.value == f"={at['后一次上界']}-{at['前一次下界']}"


def _check_results(table: Table, book: Workbook, found: list[Comparison]) -> int:
    """Compare the results on the sheet of changes with compare.change; how many were compared."""
    checked = 0
    for row, comparison in zip(table(book["同比"]), found, strict=True):
        change = comparison.change
        for interval, heads in (
            (change.interval, ("变化下端", "变化上端")),
            (change.percentage, ("增幅下端", "增幅上端")),
        ):
            ends = (None, None) if interval is None else (interval.lower, interval.upper)
            for head, end in zip(heads, ends, strict=True):
                if end is not None:
                    assert row[head].value == pytest.approx(float(end), rel=1e-12), head
                    checked += 1
                else:
                    assert isinstance(row[head].value, str)
    return checked


def test_results_are_kept_for_readers_that_do_not_calculate(
    table: Table, body: bytes, invented: Dataset
) -> None:
    kept = load_workbook(io.BytesIO(body), data_only=True)
    assert _check_results(table, kept, comparisons(invented)) >= 8
