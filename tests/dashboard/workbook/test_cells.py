"""Cells against the data set: numbers, bounds, qualifiers, states, and text that stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from dashboard.store import Dataset

HEAD, FIRST = 5, 6
NASTY = ("=1+1", '+HYPERLINK("x")', "-2", "@SUM(A1)", "\tx", "#N/A", "\x0b_x000b_")

Table = Callable[[Any], list[dict[str, Any]]]


def by_id(table: Table, book: Workbook) -> dict[str, dict[str, Any]]:
    """The row of each observation on the indicator and family sheets."""
    skipped = (
        *("说明", "目录", "总览", "同比", "证据", "做法"),
        *("口径", "读数规则", "可比性", "更正与变更"),
    )
    found: dict[str, dict[str, Any]] = {}
    for ws in book.worksheets:
        if ws.title not in skipped:
            found |= {row["编号"].value: row for row in table(ws) if row["编号"].value}
    return found


def end_of(cell: Any) -> Decimal | None:
    """A bound as a cell holds it; None where words stand."""
    return None if isinstance(cell.value, str) else Decimal(str(cell.value))


@pytest.mark.parametrize("which", ["invented", "real"])
def test_every_observation_stands_on_one_sheet_with_its_bounds(
    table: Table, which: str, request: pytest.FixtureRequest
) -> None:
    dataset: Dataset = request.getfixturevalue(which)
    rows = by_id(table, request.getfixturevalue("book" if which == "invented" else "real_book"))
    known = {o.id: o for o in dataset.select()}
    assert rows.keys() == known.keys()
    for id_, o in known.items():
        assert rows[id_]["原文写法"].value == o.as_written.removeprefix("\x0b")
        assert end_of(rows[id_]["下界"]) == o.interval.lower
        assert end_of(rows[id_]["上界"]) == o.interval.upper
        assert (rows[id_]["数值"].value == "—") is (o.value is None)
        if o.value is not None:
            assert end_of(rows[id_]["数值"]) == o.value


@pytest.mark.parametrize(
    ("id_", "head", "shown"),
    [
        ("a-2", "数值", '#,##0"余"'),
        ("a-3", "数值", '"近"#,##0'),
        ("a-4", "数值", '#,##0"以上"'),
        ("b-2", "数值", "#,##0.0"),
        ("c-2", "数值", "#,##0"),
        ("a-2", "下界含否", "不含，词义"),
        ("a-3", "下界含否", "含，约定"),
        ("a-1", "上界含否", "含，词义"),
        ("a-4", "上界", "没有上界"),
        ("b-3", "核对", "未核对 [u]"),
        ("a-1", "核对", "已核对"),
        ("b-2", "名次", "第2位（按约定）"),
    ],
)
def test_a_qualifier_a_bound_and_a_flag_are_shown(
    table: Table, book: Workbook, id_: str, head: str, shown: str
) -> None:
    cell = by_id(table, book)[id_][head]
    assert shown == (cell.number_format if head == "数值" else cell.value)


def test_the_verdict_stands_beside_its_reasons(table: Table, book: Workbook) -> None:
    rows = by_id(table, book)
    verdicts = {id_: row["与基准相比"].value for id_, row in rows.items() if "与基准相比" in row}
    assert sum(1 for text in verdicts.values() if text == "◉ 基准") == 1
    assert verdicts["c-1"].startswith("≠")
    assert "2022年1—3月" in rows["c-1"]["理由"].value


def test_five_states_are_told_apart(table: Table, book: Workbook) -> None:
    ws = book["总览"]
    cells = {row["指标"].value: row for row in table(ws)}
    accidents, mediations = cells["事故"], cells["调解"]
    silent, number = accidents["=甲街道\n2022"], mediations["=甲街道\n2021"]
    barred = accidents["乙街道\n2022"]
    assert (silent.value, number.value, barred.value) == ("·", "200余件", "[z]")
    fills = {
        (c.fill.patternType, c.fill.fgColor.rgb if c.fill.patternType else "")
        for c in (silent, number, barred)
    }
    assert len(fills) == 3


def test_an_explicit_zero_is_a_number_and_a_missing_report_is_not(real_book: Workbook) -> None:
    values = [c for row in real_book["总览"].iter_rows(min_row=FIRST) for c in row[3:]]
    zeros = [c for c in values if c.value == 0]
    assert zeros
    assert all(c.number_format == '0"（自报）"' and c.fill.patternType == "solid" for c in zeros)
    assert any(c.value == "[x]" and c.fill.patternType == "gray125" for c in values)


def test_text_that_looks_like_a_formula_stays_text(table: Table, book: Workbook) -> None:
    evidence = {row["编号"].value: row for row in table(book["证据"])}
    for number, text in enumerate(NASTY):
        cell = evidence[f"n-{number}"]["原文"]
        assert cell.value == text.removeprefix("\x0b")
        assert cell.data_type == "s"
        assert cell.quotePrefix is (text[0] in "=+-@\t")
    formulas = {
        c.value for ws in book.worksheets for row in ws.iter_rows() for c in row
        if c.data_type == "f"
    }  # fmt: skip
    assert formulas
    for formula in map(str, formulas):
        bare = re.sub(r'"[^"]*"', "", formula)
        assert re.fullmatch(r"[=<>+\-/(),A-Z0-9]+", bare), formula
        assert set(re.findall(r"[A-Z]+(?=\()", bare)) <= {"IF", "OR", "AND"}, formula
        assert len(set(re.findall(r"[A-Z]+(\d+)", bare))) == 1, formula


def test_contents_lead_to_every_sheet(table: Table, real_book: Workbook) -> None:
    links = [row["表名"].hyperlink.location for row in table(real_book["目录"])]
    assert links == [f"'{ws.title}'!A1" for ws in real_book.worksheets[2:]]
