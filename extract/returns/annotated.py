"""A copy of a return with its problems beside the cells: notes, a colour, and a sheet 问题.

The file as received is never changed; a text becomes a workbook. Text stays text.
"""

import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties

from extract.problem import Problem
from extract.returns.sheets import Sheet

__all__ = ["annotated"]

SHEET = "问题"
_A4 = 9
_MARK = PatternFill("solid", fgColor="FFFFD9D9")
_HEADS = ("位置", "规则", "问题", "怎么办", "Problem", "What next")
_WIDTHS = (16, 18, 46, 46, 50, 50)
_CELL = re.compile(r"^(?:(.*)!)?([A-Z]{1,3}[0-9]{1,7})$", re.DOTALL)


def annotated(file: str, content: bytes, sheet: Sheet, problems: Sequence[Problem]) -> bytes:
    """The copy as .xlsx bytes; for a file that passed the guards of reading."""
    book = _book(content, sheet)
    listing = _listing(book)
    for row, problem in enumerate(problems, 2):
        place = problem.where.removeprefix(file).strip()
        said = (place or file, problem.rule, problem.message_zh, problem.next_step_zh)
        for column, text in enumerate((*said, problem.message, problem.next_step), 1):
            _write(listing.cell(row=row, column=column), text)
        _note(book, sheet, place, problem)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(content: bytes, sheet: Sheet) -> Any:
    if sheet.name:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(content), keep_links=False)
    book = Workbook()
    for (row, column), cell in sheet.cells.items():
        _write(book.active.cell(row=row, column=column), cell.text)
    return book


def _listing(book: Any) -> Any:
    if SHEET in book.sheetnames:
        del book[SHEET]
    listing = book.create_sheet(SHEET, 0)
    for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), 1):
        cell = listing.cell(row=1, column=column)
        _write(cell, head)
        cell.font = Font(bold=True)
        listing.column_dimensions[cell.column_letter].width = width
    listing.freeze_panes = "A2"
    listing.print_title_rows = "1:1"
    listing.page_setup.orientation, listing.page_setup.paperSize = "landscape", _A4
    listing.page_setup.fitToWidth, listing.page_setup.fitToHeight = 1, 0
    listing.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    return listing


def _write(cell: Any, text: str) -> None:
    cell.value = "".join(char if char.isprintable() else " " for char in text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _note(book: Any, sheet: Sheet, place: str, problem: Problem) -> None:
    found = _CELL.match(place)
    if found is None:
        return
    ws = book[found[1]] if found[1] else book.worksheets[-1]
    cell = ws[found[2]]
    if (cell.row, cell.column) in sheet.merged and cell.__class__.__name__ == "MergedCell":
        return
    before = f"{cell.comment.text}\n" if cell.comment else ""
    text = f"{before}[{problem.rule}] {problem.message_zh}：{problem.next_step_zh}"
    cell.comment = Comment(text, SHEET, width=320, height=120)
    if problem.severity == "error":
        cell.fill = _MARK
