"""A reader that is not ours, pandas with calamine, finds the numbers of the data set."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.pages.desk import Desk
from dashboard.workbook.changes import shown

ABOVE = 4
"""Rows above the heads."""
NOT_NUMBERS = {"—", "没有上界", "没有下界"}

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def frames(files: dict[str, Path]) -> dict[str, Frames]:
    """Every table of the workbooks, by workbook and sheet."""
    return {
        name: pd.read_excel(
            files[name],
            engine="calamine",
            sheet_name=None,
            header=ABOVE,
            keep_default_na=False,
            na_values=[""],
        )
        for name in ("invented", "real", "demo")
    }


def number(cell: Any) -> Decimal | None:
    """A number as written, None where words say that there is none."""
    if isinstance(cell, str):
        assert cell in NOT_NUMBERS, cell
        return None
    return Decimal(str(cell))


def same(cell: Any, expected: Decimal | None) -> bool:
    """Whether a cell holds the number, as near as binary fractions come to it."""
    found = number(cell)
    if found is None or expected is None:
        return found is expected
    return abs(found - expected) <= abs(expected) * Decimal("1e-15")


@pytest.mark.parametrize("name", ["invented", "real", "demo"])
def test_each_observation_stands_on_one_table_with_its_value_and_bounds(
    frames: dict[str, Frames], desks: dict[str, Desk], name: str
) -> None:
    known = {o.id: o for o in desks[name].dataset.select()}
    tables = [frame for frame in frames[name].values() if {"数值", "编号"} <= {*frame.columns}]
    rows = [row for frame in tables for row in frame.to_dict("records")]
    assert sorted(row["编号"] for row in rows) == sorted(known)
    for row in rows:
        o = known[row["编号"]]
        assert same(row["数值"], o.value), o.id
        assert same(row["下界"], o.interval.lower), o.id
        assert same(row["上界"], o.interval.upper), o.id


@pytest.mark.parametrize("name", ["invented", "real", "demo"])
def test_the_evidence_has_each_id_with_its_place(
    frames: dict[str, Frames], desks: dict[str, Desk], name: str
) -> None:
    dataset = desks[name].dataset
    rows = frames[name]["证据"].to_dict("records")
    every = dataset.select()
    assert [row["编号"] for row in rows] == [o.id for o in every]
    for row, o in zip(rows, every, strict=True):
        assert (row["起"], row["止"]) == (o.start, o.end)
        assert dataset.documents[o.document].sha256.startswith(str(row["校验码"]))


@pytest.mark.parametrize("name", ["invented", "demo"])
def test_changes_stand_between_the_bounds_of_their_years(
    frames: dict[str, Frames], desks: dict[str, Desk], name: str
) -> None:
    rows = frames[name]["同比"].to_dict("records")
    for row, found in zip(rows, shown(desks[name]), strict=True):
        for side, o in (("前", found.change.first), ("后", found.change.second)):
            assert same(row[f"{side}一次下界"], o.interval.lower)
            assert same(row[f"{side}一次上界"], o.interval.upper)


@pytest.mark.parametrize("name", ["real", "demo"])
def test_practices_and_registers_are_whole(
    frames: dict[str, Frames], desks: dict[str, Desk], name: str
) -> None:
    dataset, read = desks[name].dataset, frames[name]
    assert {*read["做法"]["编号"]} == {p.id for p in dataset.practices}
    codes = {*dataset.indicators, *(f"{code}.{variant}" for code, variant in dataset.variants)}
    assert {*read["口径"]["代码"]} == codes
    listed = read["目录"].set_index("表名")["行数"]
    assert {sheet: len(frame) for sheet, frame in read.items()} == (
        {**listed.to_dict(), "说明": len(read["说明"]), "目录": len(listed)}
    )
