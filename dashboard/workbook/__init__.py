"""The workbook of a data set: `workbook(dataset, locale)` gives the bytes of an .xlsx file.

Cover, contents, overview, a sheet with a chart for each indicator worth one, the rest by family,
changes year over year as live formulas, evidence, definitions, rules, verdicts. The same data set
gives the same bytes. It reads nothing but its arguments, and it runs no macro and links nowhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from dashboard.address import Address
from dashboard.pages.desk import Desk
from dashboard.records import Locale
from dashboard.store import Dataset
from dashboard.workbook.archive import finished
from dashboard.workbook.changes import changes_sheet
from dashboard.workbook.cover import contents_sheet, cover_sheet
from dashboard.workbook.evidence import evidence_sheet
from dashboard.workbook.indicators import family_sheets, indicator_sheets
from dashboard.workbook.looks import Palette
from dashboard.workbook.matrix import overview_sheet
from dashboard.workbook.names import SheetNames
from dashboard.workbook.notes import definitions_sheet, rules_sheet, verdicts_sheet
from dashboard.workbook.paper import set_up
from dashboard.workbook.sheet import Page, Sheet

__all__ = ["workbook"]

CREATOR = "Livelihood Compared"
UNDATED = date(2000, 1, 1)
"""Date of a file none of whose rows says when it was read."""


def workbook(dataset: Dataset, locale: Locale) -> bytes:
    """Everything in `dataset` as a workbook in one language."""
    desk = Desk(Address(locale, "compare", preset=dataset.preset), dataset, {}, {})
    label = desk.name(dataset.label)
    return _written(sheets(desk), label, desk.t("workbook.title"), _dated(dataset))


def sheets(desk: Desk) -> tuple[Sheet, ...]:
    """Every sheet in order, as values."""
    names, t = SheetNames(), desk.t
    keys = ("cover", "contents", "overview", "changes", "evidence")
    taken = {key: names.take(t(f"workbook.{key}")) for key in keys}
    kept = {key: names.take(t(f"workbook.{key}")) for key in ("definitions", "rules", "verdicts")}
    rest = (
        overview_sheet(desk, taken["overview"]),
        *indicator_sheets(desk, names),
        *family_sheets(desk, names),
        changes_sheet(desk, taken["changes"]),
        evidence_sheet(desk, taken["evidence"]),
        definitions_sheet(desk, kept["definitions"]),
        rules_sheet(desk, kept["rules"]),
        verdicts_sheet(desk, kept["verdicts"]),
    )
    return cover_sheet(desk, taken["cover"]), contents_sheet(desk, taken["contents"], rest), *rest


def _dated(dataset: Dataset) -> date:
    """The last day on which a row was read: a date of the data, not of the export."""
    return dataset.facts.last_read or UNDATED


def _written(made: Sequence[Sheet], label: str, title: str, dated: date) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = True
    book.properties.title = f"{title} {label}".strip()
    book.properties.creator = book.properties.lastModifiedBy = CREATOR
    palette, contents, results = Palette(), made[1].name, []
    for sheet in made:
        ws = book.create_sheet(sheet.name)
        page = Page(sheet, ws, palette)
        page.draw(label, made[0].name if sheet is made[1] else contents)
        set_up(sheet, ws, label)
        results.append(page.results)
    raw = io.BytesIO()
    book.save(raw)
    charts = [(s.chart.title, s.chart.alternative) for s in made if s.chart]
    return finished(raw.getvalue(), results, charts, dated)
