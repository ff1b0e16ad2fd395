"""Workbooks: what they hold is read as a person sees it, what they must not carry is refused."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from extract.contract import Resource, resources
from extract.sources import Reading, read_table

HEADER = ("day", "office", "value", "note")
PACKAGE = {
    "resources": [
        {
            "name": "rows",
            "path": ["t.csv"],
            "schema": {
                "fields": [
                    {"name": "day", "type": "date"},
                    {"name": "office", "type": "string"},
                    {"name": "value", "type": "number"},
                    {"name": "note", "type": "string"},
                ]
            },
        }
    ]
}
[CONTRACT] = resources(PACKAGE)


def book(*rows: tuple[object, ...], also: Callable[[Worksheet], object] | None = None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "表一"
    for row in (HEADER, *rows):
        sheet.append(row)
    if also:
        also(sheet)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The workbook's parts, changed, packed again."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return stream.getvalue()


def replaced(part: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part], parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


def read(content: bytes, *, sheet: str = "", max_bytes: int = 20_000_000) -> Reading:
    resource: Resource = CONTRACT
    return read_table("a/t.xlsx", content, resource=resource, sheet=sheet, max_bytes=max_bytes)


SHEET = "xl/worksheets/sheet1.xml"
ROW = ("2031-01-05", "柳溪", 1130, "")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("2031-01-05", "柳溪", 1130, None), ("2031-01-05", "柳溪", "1130", "")),
        ((date(2031, 1, 5), "x", 0.07, "y"), ("2031-01-05", "x", "0.07", "y")),
        ((datetime(2031, 1, 5), 34110, 0.1 + 0.2, 1.0), ("2031-01-05", "34110", "0.3", "1")),
        ((47853, True, 23870000.0, "="), ("2031-01-05", "true", "23870000", "=")),
        (("2031年1月5日", "x", "１１３０", " y "), ("2031-01-05", "x", "1130", "y")),
        (("2031/1/5", "x", 1e-7, 1e15), ("2031-01-05", "x", "0.0000001", "1000000000000000")),
        (("2031-01-05", "x", -1e22, ""), ("2031-01-05", "x", "-10000000000000000000000", "")),
    ],
)  # fmt: skip
def test_cells_are_read_as_seen(cells: tuple[object, ...], expected: tuple[str, ...]) -> None:
    reading = read(book(cells))
    assert not reading.is_refused, reading.problems
    assert reading.rows == (expected,) and reading.places == ("a/t.xlsx:表一!A2",)


def test_day_numbers_of_the_other_calendar() -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    for row in (HEADER, (47853 - 1462, "x", 1, "")):
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    assert read(stream.getvalue()).rows[0][0] == "2031-01-05"


def test_a_flaw_is_named_by_its_cell() -> None:
    [problem] = read(book(ROW, ("2031-01-05", "x", "#DIV/0!", ""))).problems
    assert (problem.where, problem.rule) == ("a/t.xlsx:表一!C3", "excel-error")


def test_empty_rows_are_passed_over_and_lines_stay_right() -> None:
    reading = read(book(ROW, (None,) * 4, (" ", None), ROW))
    assert reading.places == ("a/t.xlsx:表一!A2", "a/t.xlsx:表一!A5")


def with_sheet(title: str, state: str = "visible") -> Callable[[Worksheet], object]:
    def add(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet(title)
        other.sheet_state = state
        for row in (HEADER, ("2031-02-02", "other", 2, "")):
            other.append(row)

    return add


def with_chart(sheet: Worksheet) -> None:
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=2))
    sheet.parent.create_chartsheet("图").add_chart(chart)


@pytest.mark.parametrize(
    ("also", "sheet", "office"),
    [
        (with_sheet("藏", "hidden"), "", "柳溪"),
        (with_sheet("藏", "hidden"), "藏", "other"),
        (with_sheet("表二"), "表二", "other"),
        (lambda sheet: sheet.parent.create_sheet("空"), "", "柳溪"),
        (lambda sheet: sheet.parent.create_sheet("说明").append(["填表说明"]), "", "柳溪"),
        (with_chart, "", "柳溪"),
    ],
)
def test_which_sheet(also: Callable[[Worksheet], object], sheet: str, office: str) -> None:
    assert read(book(ROW, also=also), sheet=sheet).rows[0][1] == office


def entities(parts: dict[str, bytes]) -> None:
    head = b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
    parts[SHEET] = parts[SHEET].replace(b"<worksheet", head + b"<worksheet")


def entities_in_utf_16(parts: dict[str, bytes]) -> None:
    parts["xl/styles.xml"] = "<?xml version='1.0'?><!DOCTYPE x><x/>".encode("utf-16")


UNSOUND: dict[str, tuple[bytes, str, str]] = {
    "cut off": (book(ROW)[:-900], "damaged-workbook", ""),
    "only its start": (book(ROW)[:300], "damaged-workbook", ""),
    "overwritten": (
        repacked(book(ROW), lambda parts: parts.update({SHEET: b"<worksheet"})),
        "damaged-workbook",
        "",
    ),
    "another archive": (
        repacked(book(ROW), lambda parts: parts.pop("xl/workbook.xml")), "not-a-table", "",
    ),
    "macros": (
        repacked(book(ROW), lambda parts: parts.update({"xl/vbaProject.bin": b"x"})), "macros", "",
    ),
    "macros by its type": (
        repacked(
            book(ROW),
            replaced("[Content_Types].xml", b"sheet.main", b"macroEnabled.main"),
        ),
        "macros",
        "",
    ),
    "links": (
        repacked(
            book(ROW), lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b"<x/>"})
        ),
        "external-links",
        "",
    ),
    "entities": (repacked(book(ROW), entities), "damaged-workbook", ""),
    "entities in UTF-16": (repacked(book(ROW), entities_in_utf_16), "damaged-workbook", ""),
    "entities in a part by another name": (
        repacked(book(ROW), lambda parts: parts.update({"xl/x.bin": b"<!DOCTYPE x><x/>"})),
        "damaged-workbook",
        "",
    ),
    "a prolog without end": (
        repacked(book(ROW), lambda parts: parts.update({"xl/x.xml": b" " * 70_000 + b"<x/>"})),
        "damaged-workbook",
        "",
    ),
    "too many cells": (
        repacked(book(ROW), lambda parts: parts.update({"xl/x.xml": b"<x/>" + b"<" * 6_000_000})),
        "too-many-cells",
        "",
    ),
    "a bomb": (
        repacked(book(ROW), lambda parts: parts.update({"xl/x.xml": b" " * 12_000_000})),
        "bomb",
        "",
    ),
    "too many parts": (
        repacked(book(ROW), lambda parts: parts.update({f"xl/{n}": b"" for n in range(2100)})),
        "bomb",
        "",
    ),
    "a row at the end of the world": (
        repacked(book(ROW), replaced(SHEET, b'<row r="2"', b'<row r="999999999"')),
        "too-many-cells",
        "",
    ),
    "a formula nobody computed": (
        book(ROW, ("2031-01-05", "x", "=C2*2", "")), "formula-without-value", ":表一!C3",
    ),
    "merged cells": (
        book(ROW, ROW, also=lambda sheet: sheet.merge_cells("B2:B3")), "merged-cells", ":表一!B2",
    ),
    "two sheets": (book(ROW, also=with_sheet("表二")), "which-sheet", ""),
    "no rows": (book(), "only-header", ":表一!A1"),
    "a column twice": (
        book(also=lambda sheet: sheet.cell(1, 5, "value")), "duplicate-header", ":表一!A1",
    ),
    "a cell outside": (book((*ROW, "y")), "ragged-line", ":表一!A2"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
def test_what_is_refused(case: str) -> None:
    content, rule, place = UNSOUND[case]
    reading = read(content, max_bytes=520_000)
    found = [(problem.where, problem.rule) for problem in reading.problems]
    assert found[:1] == [(f"a/t.xlsx{place}", rule)] and reading.is_refused, found
    assert reading.problems[0].message_zh and reading.problems[0].next_step_zh


def test_an_empty_workbook_and_a_sheet_that_is_not_there() -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    assert [problem.rule for problem in read(stream.getvalue()).problems] == ["empty-file"]
    [problem] = read(book(ROW), sheet="表九").problems
    assert problem.rule == "which-sheet" and "表一" in problem.message


def test_a_merged_title_above_is_told_as_a_title() -> None:
    made = openpyxl.Workbook()
    for row in (("路灯统计表",), HEADER, ROW):
        made.active.append(row)
    made.active.merge_cells("A1:D1")
    stream = io.BytesIO()
    made.save(stream)
    assert read(stream.getvalue()).problems[0].rule in {"merged-cells", "header-not-first"}


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    lying = repacked(
        book(ROW), replaced(SHEET, b'<dimension ref="A1:D2"', b'<dimension ref="A1:XFD1048576"')
    )
    assert len(read(lying).rows) == 1


def test_an_encrypted_part_is_a_password() -> None:
    content = bytearray(book(ROW))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    assert [problem.rule for problem in read(bytes(content)).problems] == ["password"]
