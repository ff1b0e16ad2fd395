"""Text that looks like a formula, or like a command of a header, stays text wherever it stands."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook

from dashboard.pages.desk import Desk
from dashboard.workbook.names import SheetNames
from dashboard.workbook.sheet import RISKY

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
ALLOWED = re.compile(r"=(IF|OR|AND|[A-Z]+\d+|[-<>=+/*(),]|\d+(\.\d+)?)+")


@pytest.fixture(scope="module")
def opened(files: dict[str, Path]) -> Workbook:
    return load_workbook(files["hostile"])


def test_no_formula_holds_what_a_set_says(opened: Workbook) -> None:
    formulas = [
        str(cell.value)
        for ws in opened.worksheets
        for row in ws.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) > 10
    for formula in formulas:
        assert ALLOWED.fullmatch(re.sub(r'"[^"]*"', "1", formula)), formula


def test_risky_text_is_marked_as_text(opened: Workbook) -> None:
    found = [
        cell
        for ws in opened.worksheets
        for row in ws.iter_rows()
        for cell in row
        if cell.data_type != "f" and isinstance(cell.value, str) and cell.value.startswith(RISKY)
    ]
    assert {cell.value[0] for cell in found} >= {"=", "+", "-", "@", "\t"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_sheets_and_ranges_bear_the_names_as_words(
    opened: Workbook, desks: dict[str, Desk]
) -> None:
    name = desks["hostile"].dataset.indicators["mediations"].name.zh
    assert SheetNames().take(name) in opened.sheetnames
    for found in opened.defined_names.values():
        ((title, area),) = found.destinations
        assert title in opened.sheetnames
        assert re.fullmatch(r"\$[A-Z]+\$\d+:\$[A-Z]+\$\d+", area)


def test_titles_of_charts_are_words(files: dict[str, Path], desks: dict[str, Desk]) -> None:
    named = {i.name.zh for i in desks["hostile"].dataset.indicators.values()}
    with zipfile.ZipFile(files["hostile"]) as package:
        charts = [n for n in package.namelist() if n.startswith("xl/charts/chart")]
        for name in charts:
            chart = ElementTree.fromstring(package.read(name))
            titles = list(chart.iter(f"{CHART}title"))
            assert len(titles) == 2
            assert not [e for title in titles for e in title.iter(f"{CHART}f")]
            words = [e.text for e in titles[0].iter(f"{DRAWING}t")]
            assert words[0] in named
    assert charts


def test_headers_notes_and_properties_hold_it_as_it_is(
    opened: Workbook, files: dict[str, Path], desks: dict[str, Desk]
) -> None:
    label = desks["hostile"].dataset.label.zh
    assert opened.properties.title.endswith(label)
    for ws in opened.worksheets:
        assert ws.oddHeader.center.text.replace("&&", "&") == label
        assert ws.oddFooter.left.text.replace("&&", "&") == ws.title
        for row in ws.iter_rows():
            for cell in row:
                if cell.comment:
                    assert "规则" in cell.comment.text
