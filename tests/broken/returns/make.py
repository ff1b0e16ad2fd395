"""Writes the files of this folder, one flaw each, named for it.

The form is that of the invented office 柳溪 for 2023. The files are committed; what must be said
of each stands in messages.toml.
"""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HERE = Path(__file__).resolve().parent
HEADS = ("指标", "口径", "填报数", "单位", "起", "止", "情况", "说明", "编号")
TOP = (("单位代码", "local-liuxi"), ("期间", "2023"), ())
LINES = (
    ("维修路灯", "", "", "盏", "2023-01-01", "2023-12-31", "", "", "lamps_repaired"),
    ("调处纠纷", "", "12", "件", "2023-01-01", "2023-12-31", "", "", "mediations"),
    ("发放补助", "", "", "元", "2023-01-01", "2023-12-31", "", "", "subsidies_paid"),
    ("志愿者", "招募", "", "人", "2023-01-01", "2023-12-31", "", "", "volunteers.recruited"),
    ("食堂", "", "", "家", "", "2023-12-31", "", "", "canteens"),
)
FIRST = 5
Change = Callable[[Any], None]


def form() -> Workbook:
    """The form with one number in it, and no flaw. Heads stand in row 4, numbers in column C."""
    book = Workbook()
    ws = book.active
    ws.title = "填报"
    for row in (*TOP, HEADS, *LINES):
        ws.append([cell or None for cell in row])
    ws["C6"].value = 12
    return book


def put(*changes: tuple[str, Any]) -> Change:
    """Cells given other values."""

    def change(ws: Any) -> None:
        for place, value in changes:
            ws[place].value = value

    return change


def shown(place: str, value: Any, number_format: str) -> Change:
    """A cell with a value and a number format."""

    def change(ws: Any) -> None:
        ws[place].value = value
        ws[place].number_format = number_format

    return change


def _merged_number(ws: Any) -> None:
    ws["C5"].value = 30
    ws.merge_cells("C5:C6")


def _head_twice(ws: Any) -> None:
    ws["J4"].value = "填报数"


def _two_forms(ws: Any) -> None:
    other = ws.parent.copy_worksheet(ws)
    other.title = "填报 (2)"


def _hidden_form(ws: Any) -> None:
    ws.parent.create_sheet("封面").append(["封面"])
    ws.sheet_state = "hidden"


def _heads_renamed(ws: Any) -> None:
    ws["C4"].value = "完成情况"


XLSX: dict[str, Change] = {
    "text-for-a-number": put(("C5", "很多")),
    "dash-for-nothing": put(("C5", "—")),
    "none-in-words": put(("C5", "无")),
    "two-numbers-in-a-cell": put(("C5", "城区12盏，乡村30盏")),
    "essay-in-the-number": put(
        ("C5", "本年度共维修路灯十二盏，其中城区八盏，乡村四盏，均已点亮使用")
    ),
    "negative-count": put(("C5", -4)),
    "half-a-person": put(("C8", 12.5)),
    "other-unit": put(("C5", 30), ("D5", "户")),
    "unknown-unit": put(("C5", 30), ("D5", "若干单位")),
    "unit-left-out": put(("C5", 30), ("D5", None)),
    "unit-of-number-differs": put(("C7", "30户")),
    "wan-twice": put(("C7", "2.3万"), ("D7", "万元")),
    "format-adds-wan": shown("C7", 2.3, '0.0"万"'),
    "scaled-format": shown("C7", 23000, '0,"千"'),
    "number-became-a-date": shown("C5", datetime(2023, 3, 5), "m-d"),
    "formula-never-computed": put(("C5", "=C6*2")),
    "error-cell": put(("C5", "#REF!")),
    "column-too-narrow": put(("C5", "######")),
    "scientific-notation": put(("C7", "2.3E+07")),
    "garbled-number": put(("C5", "12锟斤拷")),
    "merged-across-lines": _merged_number,
    "lines-slipped": put(("A5", "调处纠纷"), ("C5", 30)),
    "code-mistyped": put(("I5", "lamps_repair"), ("C5", 30)),
    "variant-not-named": put(("B8", None), ("I8", None), ("C8", 30)),
    "line-filled-twice": put(("A9", "调处纠纷"), ("D9", "件"), ("I9", "mediations"), ("C9", 13)),
    "total-line-added": put(("A10", "合计"), ("C10", 42), ("D10", "件")),
    "date-in-words": put(("C5", 30), ("F5", "年底")),
    "impossible-date": put(("C5", 30), ("F5", "2023-02-30")),
    "day-before-month": put(("C5", 30), ("F5", "31/12/2023")),
    "dates-reversed": put(("C5", 30), ("E5", "2023-09-01"), ("F5", "2023-03-01")),
    "date-of-another-year": put(("C5", 30), ("F5", "2022-12-31"), ("E5", "2022-01-01")),
    "period-not-over": put(
        ("B2", "2027"), *((f"{c}{r}", None) for c in "EF" for r in range(5, 10))
    ),
    "period-in-words": put(("B2", "去年")),
    "no-period": put(("A2", None), ("B2", None)),
    "no-office": put(("A1", None), ("B1", None)),
    "office-not-known": put(("B1", "local-nowhere")),
    "number-and-reason": put(("C5", 30), ("G5", "未统计")),
    "reason-of-their-own": put(("G5", "以后再报")),
    "not-applicable-without-reason": put(("G5", "不适用")),
    "note-too-long": put(("H6", "说" * 61)),
    "note-is-a-formula": put(("H6", "@总数")),
    "nothing-filled-in": put(("C6", None)),
    "heads-renamed": _heads_renamed,
    "head-twice": _head_twice,
    "two-forms": _two_forms,
    "form-on-hidden-sheet": _hidden_form,
}


def text(*changes: tuple[int, int, str]) -> str:
    """The form as CSV, with cells (row, column) given other texts."""
    rows = [list(row) for row in (*TOP, HEADS, *LINES)]
    for row, column, cell in changes:
        rows[row - 1][column - 1] = cell
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


ODS = b"application/vnd.oasis.opendocument.spreadsheet"
ENTITIES = b'<!DOCTYPE sst [<!ENTITY a "\xe4\xb8\x87"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ENTITIES += b"<sst><si><t>&b;</t></si></sst>"


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of some parts and no others."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in parts.items():
            target.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    """A zip with the form's parts, some of them others."""
    raw, out = io.BytesIO(), io.BytesIO()
    form().save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
        for name, body in parts.items():
            target.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def others() -> dict[str, bytes]:
    """Files that may not be opened, or are no form at all."""
    start = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
    start += b'spreadsheetml/2006/main"><sheetData><row r="1">'
    sheet = "xl/worksheets/sheet1.xml"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return {
        "macros.xlsx": package({"xl/vbaProject.bin": b"macro"}),
        "linked-to-another-file.xlsx": package({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "entities-that-multiply.xlsx": package({"xl/sharedStrings.xml": ENTITIES}),
        "pictures-only.xlsx": package(
            {sheet: start[:-11] + b"</sheetData></worksheet>", "xl/media/image1.png": b"PNG"}
        ),
        "open-document.xlsx": zipped({"mimetype": ODS, "content.xml": b"<a/>"}),
        "nul-bytes.csv": text((6, 8, "\0")).encode(),
        "zip-bomb.xlsx": package({"xl/media/image1.png": bytes(150 * 2**20)}),
        "ten-million-cells.xlsx": package({sheet: start + b"<c/>" * 10_000_000}),
        "password.xlsx": ole + "EncryptedPackage".encode("utf-16-le"),
        "old-excel.xls": ole,
        "half-sent.xlsx": package({})[:3000],
        "word-document.xlsx": package({})[:0] + b"PK\x05\x06" + bytes(18),
        "web-page.csv": "<html><body>登录</body></html>".encode(),
        "empty.csv": b"",
        "unpaired-quote.csv": text((6, 8, "原")).replace("原", '"原').encode(),
        "utf-7-mojibake.csv": b"\xff\x81" + text().encode("gbk"),
        "percent-of-people.csv": text((8, 3, "45%")).encode("gb18030"),
        "bare-day-number.csv": text((6, 6, "45291")).encode("utf-8-sig"),
    }


def main() -> None:
    """Write every file anew."""
    for name, change in XLSX.items():
        book = form()
        change(book["填报"])
        book.save(HERE / f"{name}.xlsx")
    for name, body in others().items():
        (HERE / name).write_bytes(body)


if __name__ == "__main__":
    main()
