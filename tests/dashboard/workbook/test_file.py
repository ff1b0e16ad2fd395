"""The file: sheets and their names, print settings, charts, labels, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

from dashboard.__main__ import main
from dashboard.cabinet import Cabinet
from dashboard.exports.room import Room
from dashboard.exports.routes import blueprint
from dashboard.records import Names
from dashboard.store import Dataset, Store
from dashboard.workbook import workbook
from dashboard.workbook.names import SheetNames

ROOT = Path(__file__).resolve().parents[3]
HEAD, FIRST = 5, 6
LABEL = Names("演示数据：虚构", "Demonstration data: invented")

Table = Callable[[Any], list[dict[str, Any]]]


def test_charts_draw_bounds_from_cells(table: Table, book: Workbook, body: bytes) -> None:
    ws = book["调解"]
    (chart,) = ws._charts
    (series,) = chart.series
    assert chart.x_axis.tickLblSkip == 1
    letters = {cell.value: cell.column_letter for cell in ws[HEAD]}
    assert series.val.numRef.f == f"'调解'!${letters['下界']}$6:${letters['下界']}$20"
    assert series.errBars.errValType == "cust"
    assert series.errBars.plus.numRef.f.startswith(f"'调解'!${letters['图：到上界']}$6:")
    reach = {row["编号"].value: row["图：到上界"].value for row in table(ws)}
    assert reach["a-1"] is None
    assert str(reach["a-2"]).startswith("=")
    drawing = ElementTree.fromstring(
        zipfile.ZipFile(io.BytesIO(body)).read("xl/drawings/drawing1.xml")
    )
    (spoken,) = [found.get("descr", "") for found in drawing.iter() if found.tag.endswith("cNvPr")]
    assert spoken.startswith("调解，单位件。")
    assert "200余件" in spoken


def test_chart_parts_keep_the_order_of_their_schema(body: bytes) -> None:
    space = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    chart = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(body)).read("xl/charts/chart1.xml"))
    bars = chart.find(f".//{space}errBars")
    assert bars is not None
    tags = [child.tag.removeprefix(space) for child in bars]
    assert tags == ["errBarType", "errValType", "noEndCap", "plus", "spPr"]


def test_every_sheet_scrolls_filters_and_prints(book: Workbook) -> None:
    for ws in book.worksheets:
        assert ws.freeze_panes.endswith(str(FIRST)), ws.title
        assert ws.auto_filter.ref.startswith(f"A{HEAD}:")
        assert ws.print_title_rows == f"${HEAD}:${HEAD}"
        assert (ws.page_setup.orientation, int(ws.page_setup.paperSize)) == ("landscape", 9)
        assert ws.sheet_properties.pageSetUpPr.fitToPage
        assert ws.page_setup.fitToHeight == (ws.title == "说明")
        wide = ws.page_setup.fitToWidth
        last = ws.print_area.rpartition("$")[0].rpartition("$")[2]
        printed = range(1, column_index_from_string(last) + 1)
        letters = sum(ws.column_dimensions[get_column_letter(n)].width for n in printed)
        assert letters / wide < 260, ws.title
        assert bool(ws.print_title_cols) is (wide > 1)
        assert "&P" in ws.oddFooter.right.text


def test_every_sheet_carries_the_label_of_a_set_that_is_not_real(
    book: Workbook, real_book: Workbook, invented: Dataset
) -> None:
    english = load_workbook(io.BytesIO(workbook(invented, "en")))
    for found, words in ((book, LABEL.zh), (english, LABEL.en)):
        for ws in found.worksheets:
            assert ws["A2"].value == words
            assert ws["A2"].font.sz >= 20
            assert ws.oddHeader.center.text == words
    assert not any(ws["A2"].value for ws in real_book.worksheets)


def test_columns_are_wide_enough_for_their_numbers(real_book: Workbook) -> None:
    for ws in real_book.worksheets:
        for row in ws.iter_rows(min_row=FIRST):
            for cell in row:
                if isinstance(cell.value, int | float):
                    digits = len(f"{cell.value:,}")
                    assert ws.column_dimensions[cell.column_letter].width > digits + 1


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["a/b:c", "a b c"], ["a b c", "a b c 2"]),
        (["History", "history"], ["History 2", "history 3"]),
        (["Total", "TOTAL"], ["Total", "TOTAL 2"]),
        (["'quoted'", ""], ["quoted", "-"]),
        (
            ["Persons at places that are not for petitions"] * 2,
            ["Persons at places that are not", "Persons at places that are 2"],
        ),
        (["长" * 40], ["长" * 31]),
        (["𠮷" * 20], ["𠮷" * 15]),
    ],
)
def test_sheet_names_are_allowed_and_free(wanted: list[str], names: list[str]) -> None:
    taken = SheetNames()
    given = [taken.take(name) for name in wanted]
    assert given == names
    assert all(len(name.encode("utf-16-le")) <= 62 for name in given)


def test_the_same_data_give_the_same_bytes(body: bytes, invented: Dataset) -> None:
    assert workbook(invented, "zh") == body


def test_the_file_links_nowhere_and_says_who_made_it(body: bytes, book: Workbook) -> None:
    package = zipfile.ZipFile(io.BytesIO(body))
    parts = {name: package.read(name) for name in package.namelist()}
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower()]
    assert not [name for name, text in parts.items() if b'TargetMode="External"' in text]
    assert book.properties.creator == "Livelihood Compared"
    assert book.properties.title == f"民生对照工作簿 {LABEL.zh}"
    assert book.properties.modified.date() == book.properties.created.date() == date(2026, 1, 9)


def test_the_command_and_the_button_give_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVELIHOOD_TIDY", str(ROOT / "data" / "tidy"))
    monkeypatch.setenv("LIVELIHOOD_PUBLISHED", str(tmp_path / "none"))
    out = tmp_path / "out.xlsx"
    assert main(["export", str(out), "--lang", "en"]) == 0
    server = Flask("test")
    store = Store(tmp_path / "none", ROOT / "data" / "tidy")
    server.register_blueprint(blueprint(store, Room(tmp_path / "exports"), str))
    answer = server.test_client().get("/download/workbook-en.xlsx")
    assert answer.status_code == 200
    assert answer.data == out.read_bytes()


def test_which_sheets_there_are(real_book: Workbook, real: Dataset) -> None:
    titles = [ws.title for ws in real_book.worksheets]
    assert titles[:3] == ["说明", "目录", "总览"]
    assert titles[-7:] == ["同比", "证据", "做法", "口径", "读数规则", "可比性", "更正与变更"]
    own = [
        code
        for code, usage in real.facts.usage.items()
        if usage.observations > 1 or real.indicators[code].is_core
    ]
    assert sum(1 for ws in real_book.worksheets if ws._charts) == len(own)


def test_english_has_no_chinese_heads(real: Dataset) -> None:
    english = load_workbook(io.BytesIO(workbook(real, "en")))
    for ws in english.worksheets:
        heads = " ".join(str(cell.value or "") for cell in ws[HEAD])
        assert not re.search(r"[\u4e00-\u9fff]", f"{ws.title} {ws['A1'].value} {heads}"), ws.title


def test_a_set_without_observations_still_gives_a_workbook(
    invented: Dataset, cabinet_of: Callable[..., Cabinet]
) -> None:
    empty = replace(invented, cabinet=cabinet_of((), ()), left_out={})
    names = load_workbook(io.BytesIO(workbook(empty, "zh"))).sheetnames
    assert names == ["说明", "目录", "总览", "同比", "证据", *names[5:]]
    assert names[5:] == ["口径", "读数规则", "可比性", "更正与变更"]
