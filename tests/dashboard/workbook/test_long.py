"""Long exports: the table that is written row by row, read back with readers that are not ours."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from dashboard.cabinet import Cabinet
from dashboard.offices import Offices
from dashboard.phrases import phrases
from dashboard.store import Dataset
from dashboard.workbook import long
from dashboard.workbook.looks import BODY, NUMBER, Look
from dashboard.workbook.rows import Rows
from dashboard.workbook.sheet import LONGEST, Entry

LOCALES = ("zh", "en")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def written(invented: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("long")
    paths = {locale: folder / f"{locale}.xlsx" for locale in LOCALES}
    for locale in LOCALES:
        long.write(invented, locale, paths[locale], lambda *_come: None)  # type: ignore[arg-type]
    return paths


@pytest.mark.parametrize(
    ("entry", "value", "kind"),
    [
        (Entry("调解200余件"), "调解200余件", "s"),
        (Entry("=1+1"), "=1+1", "s"),
        (Entry("+86"), "+86", "s"),
        (Entry("-2"), "-2", "s"),
        (Entry("@SUM(A1)"), "@SUM(A1)", "s"),
        (Entry("\t制表"), "\t制表", "s"),
        (Entry('<b>&amp;"'), '<b>&amp;"', "s"),
        (Entry("  前后有空格 "), "  前后有空格 ", "s"),
        (Entry("第一行\n第二行"), "第一行\n第二行", "s"),
        (Entry("控\x0b制\ufffe字\ud800符"), "控制字符", "s"),
        (Entry("长" * (LONGEST + 1)), "长" * LONGEST, "s"),
        (Entry("007"), "007", "s"),
        (Entry(""), None, "n"),
        (Entry(None), None, "n"),
        (Entry(12, "#,##0"), 12, "n"),
        (Entry(Decimal("14.5"), "#,##0.0"), 14.5, "n"),
        (Entry(Decimal("1E+7"), "#,##0"), 10_000_000, "n"),
        (Entry(Decimal(200), '#,##0"余"'), 200, "n"),
    ],
)
def test_a_cell_comes_back_as_it_was(
    entry: Entry, value: object, kind: str, tmp_path: Path
) -> None:
    out = tmp_path / "cell.xlsx"
    book = Workbook(write_only=True)
    page = Rows(book, "表")
    page.append([entry, Entry("后一格")])
    book.save(out)
    row = load_workbook(out)["表"][1]
    assert (row[0].value, row[0].data_type) == (value, kind)
    assert row[0].number_format == (entry.number_format or "General")
    assert row[1].value == "后一格"
    is_code = isinstance(value, str) and value[0] in "=+-@\t"
    assert bool(row[0].quotePrefix) == is_code


def test_looks_stay_apart(tmp_path: Path) -> None:
    out = tmp_path / "looks.xlsx"
    book = Workbook(write_only=True)
    page = Rows(book, "表")
    looks = [BODY, NUMBER, *(Look(size=size) for size in range(8, 30))]
    for look in looks:
        page.append([Entry("字", look=look)])
    book.save(out)
    cells = [row[0] for row in load_workbook(out)["表"].iter_rows()]
    assert [cell.font.size for cell in cells] == [look.size for look in looks]
    assert [cell.alignment.horizontal for cell in cells[:2]] == [None, "right"]


@pytest.mark.parametrize("locale", LOCALES)
def test_another_reader_finds_the_same_rows(
    locale: str, written: dict[str, Path], invented: Dataset
) -> None:
    every = invented.select()
    frame = pd.read_excel(written[locale], sheet_name=1, header=3, dtype=object, engine="calamine")
    assert list(frame.iloc[:, 0]) == [o.id for o in every]
    found = [None if isinstance(cell, str) else Decimal(str(cell)) for cell in frame.iloc[:, 8]]
    assert found == [o.lower for o in every]


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_laid_out_for_reading_and_paper(locale: str, written: dict[str, Path]) -> None:
    ws = load_workbook(written[locale]).worksheets[1]
    assert ws.freeze_panes == "B5"
    assert ws.auto_filter.ref == ws.dimensions.replace("A1", "A4")
    assert (ws.print_title_rows, ws.print_title_cols) == ("$4:$4", "$A:$A")
    assert (ws.page_setup.orientation, int(ws.page_setup.paperSize)) == ("landscape", 9)


def test_columns_are_as_wide_as_their_chinese(
    invented: Dataset, cabinet_of: Callable[..., Cabinet], tmp_path: Path
) -> None:
    """A full-width letter takes the room of two; what is longer than a column may be wraps."""
    name, out = "调解志愿服务站所", tmp_path / "wide.xlsx"
    first, *others = invented.offices.rows
    named = Offices([{**first, "name_zh": name}, *others])
    long.write(replace(invented, offices=named), "zh", out, lambda *_come: None)
    ws = load_workbook(out)["观测"]
    heads = {cell.value: cell.column_letter for cell in ws[4]}
    assert 2 * len(name) <= ws.column_dimensions[heads["办事处"]].width <= 26


def test_doubtful_rows_carry_their_flag(
    invented: Dataset, observed: Callable[..., Any], cabinet_of: Callable[..., Cabinet],
    tmp_path: Path,
) -> None:  # fmt: skip
    rows = (
        observed(id="v", obs_status="V"),
        observed(id="l", obs_status="A", flags=("suspect_lost_decimal",)),
        observed(id="a", obs_status="A"),
    )
    out = tmp_path / "flags.xlsx"
    long.write(replace(invented, cabinet=cabinet_of(rows)), "zh", out, lambda *_come: None)
    ws = load_workbook(out)["观测"]
    heads = [cell.value for cell in ws[4]]
    place = heads.index(phrases("zh")("workbook.flag"))
    flags = {row[0].value: row[place].value for row in ws.iter_rows(min_row=5)}
    assert {code: flag.endswith("[u]") for code, flag in flags.items()} == {
        "v": True, "l": True, "a": False
    }  # fmt: skip


def test_the_package_links_nowhere_and_runs_nothing(written: dict[str, Path]) -> None:
    with zipfile.ZipFile(written["zh"]) as package:
        assert package.testzip() is None
        assert not [n for n in package.namelist() if "vba" in n.lower() or "external" in n.lower()]
        sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet2.xml"))
    assert not list(sheet.iter(f"{MAIN}f"))
    assert [row.get("r") for row in sheet.iter(f"{MAIN}row")][:3] == ["1", "2", "3"]
