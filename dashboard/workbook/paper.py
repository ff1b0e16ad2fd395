"""How a sheet scrolls, filters and prints: A4 landscape, heads repeated, pages numbered."""

from __future__ import annotations

import math
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from dashboard.workbook.chart import bar_chart
from dashboard.workbook.looks import LINE_POINTS, TYPEFACE
from dashboard.workbook.sheet import FIRST_ROW, HEAD_ROW, Page, Sheet

A4 = 9
LONG_TABLE = 12
"""Rows after which a chart starts a page of its own."""
ROW_CM = LINE_POINTS / 72 * 2.54
"""Height of an empty row, to know where a chart ends."""


def set_up(sheet: Sheet, ws: Any, page: Page, label: str) -> None:
    """Freeze, filter, chart and print settings of one sheet; `label` heads every printed page."""
    last = get_column_letter(len(sheet.columns))
    ws.sheet_view.showGridLines = False
    ws.sheet_view.zoomScale = 100
    ws.sheet_format.defaultRowHeight = LINE_POINTS
    ws.sheet_format.customHeight = True
    ws.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{FIRST_ROW}"
    ws.auto_filter.ref = f"A{HEAD_ROW}:{last}{sheet.last_row}"
    end = _with_chart(sheet, ws)
    _print(sheet, ws, end, page.pages_wide)
    _margins(sheet, ws, label)


def _with_chart(sheet: Sheet, ws: Any) -> int:
    """Put the chart under the table; the last row that goes to paper."""
    if sheet.chart is None:
        return sheet.last_row
    drawn = bar_chart(sheet, sheet.chart)
    ws.add_chart(drawn, f"A{sheet.chart_row}")
    if len(sheet.rows) > LONG_TABLE:
        ws.row_breaks.append(Break(id=sheet.chart_row - 1))
    return sheet.chart_row + math.ceil(float(drawn.height) / ROW_CM)


def _print(sheet: Sheet, ws: Any, end: int, wide: int) -> None:
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = A4
    ws.page_setup.fitToWidth = wide
    ws.page_setup.fitToHeight = int(sheet.is_one_page)
    ws.page_setup.pageOrder = "overThenDown"
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    if wide > 1:
        ws.print_title_cols = f"A:{get_column_letter(sheet.frozen)}"
    ws.print_area = f"A1:{get_column_letter(sheet.last_printed)}{end}"
    ws.print_options.horizontalCentered = False


def _margins(sheet: Sheet, ws: Any, label: str) -> None:
    margins = ws.page_margins
    margins.left = margins.right = 0.4
    margins.top = 0.75 if label else 0.5
    margins.bottom = 0.65
    margins.header = margins.footer = 0.3
    if label:
        ws.oddHeader.center.text = _plain(label)
        ws.oddHeader.center.size = 12
        ws.oddHeader.center.font = f"{TYPEFACE},Bold"
    for part, text in ((ws.oddFooter.left, _plain(sheet.name)), (ws.oddFooter.right, "&P / &N")):
        part.text, part.size, part.font = text, 9, f"{TYPEFACE},Regular"


def _plain(text: str) -> str:
    """Text for a header: & is a command there."""
    return text.replace("&", "&&")
