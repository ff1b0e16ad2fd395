"""The workbook of a data set: `workbook(dataset, locale)` gives the bytes of an .xlsx file.

Cover, contents, overview, a sheet with a chart for each indicator worth one, the rest by family,
changes year over year as live formulas, evidence, practices, definitions, rules, verdicts,
corrections and changes. The same data set gives the same bytes. It reads nothing but its arguments,
and it runs no macro and links nowhere.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from dashboard.address import Address
from dashboard.chosen import has_matrix, is_divided, narrowed, settled, spoken
from dashboard.pages.desk import Desk
from dashboard.records import Locale
from dashboard.store import Dataset, Store
from dashboard.workbook.archive import finished
from dashboard.workbook.changes import changes_sheet
from dashboard.workbook.cover import contents_sheet, cover_sheet
from dashboard.workbook.divided import divided_sheet
from dashboard.workbook.evidence import evidence_sheet
from dashboard.workbook.indicators import family_sheets, indicator_sheets
from dashboard.workbook.looks import BODY, TYPEFACE, Palette
from dashboard.workbook.matrix import overview_sheet
from dashboard.workbook.names import SheetNames, range_names
from dashboard.workbook.notes import definitions_sheet, rules_sheet, verdicts_sheet
from dashboard.workbook.paper import set_up
from dashboard.workbook.practised import practices_sheet
from dashboard.workbook.revised import revised_sheet
from dashboard.workbook.sheet import Page, Sheet, legal

__all__ = ["workbook"]

CREATOR = "Livelihood Compared"
UNDATED = date(2000, 1, 1)
"""Date of a file none of whose rows says when it was read."""


def workbook(
    dataset: Dataset, locale: Locale, *, view: Address | None = None, store: Store | None = None
) -> bytes:
    """`dataset` as a workbook in one language: everything, or what a `view` of it holds.

    The set is that of the view's day and rules; `store` knows what was published.
    """
    if view is None:
        address, held = Address(locale, "overview", preset=dataset.preset), dataset
    else:
        address = replace(settled(dataset, view), locale=locale, row="", unread=())
        held = narrowed(dataset, address)
    desk = Desk(address, held, {}, {}, store=store)
    told = () if view is None else tuple(spoken(desk, address))
    return _written(sheets(desk, told), desk, _dated(dataset))


def sheets(desk: Desk, told: Sequence[tuple[str, str]] = ()) -> tuple[Sheet, ...]:
    """Every sheet in order, as values; `told` is the view in words, () for everything."""
    asked, names, t = desk, SheetNames(), desk.t
    desk = replace(desk, address=replace(desk.address, per=""))
    keys = ("cover", "contents", "overview", "changes", "evidence")
    taken = {key: names.take(t(f"workbook.{key}")) for key in keys}
    last = ("definitions", "rules", "verdicts", "revised")
    kept = {key: names.take(t(f"workbook.{key}")) for key in last}
    changes = changes_sheet(desk, taken["changes"])
    no_numbers = desk.address.page == "practices"
    rest = (
        *((overview_sheet(desk, taken["overview"]),) if has_matrix(asked.address) else ()),
        *indicator_sheets(desk, names),
        *family_sheets(desk, names),
        *_divided(asked, names),
        *((changes,) if changes.rows or not told else ()),
        *(() if no_numbers else (evidence_sheet(desk, taken["evidence"]),)),
        *_practices(desk, names),
        definitions_sheet(desk, kept["definitions"]),
        rules_sheet(desk, kept["rules"]),
        verdicts_sheet(desk, kept["verdicts"]),
        revised_sheet(desk, kept["revised"]),
    )
    cover = cover_sheet(asked, taken["cover"], told)
    return cover, contents_sheet(desk, taken["contents"], rest), *rest


def _divided(desk: Desk, names: SheetNames) -> Iterator[Sheet]:
    if is_divided(desk.address):
        yield divided_sheet(desk, names.take(desk.t("workbook.divided")))


def _practices(desk: Desk, names: SheetNames) -> Iterator[Sheet]:
    if desk.dataset.practices:
        name = names.take(desk.t("workbook.practices"))
        yield practices_sheet(desk, name, desk.dataset.practices)


def _dated(dataset: Dataset) -> date:
    """The last day on which a row was read: a date of the data, not of the export."""
    return dataset.facts.last_read or UNDATED


def _written(made: Sequence[Sheet], desk: Desk, dated: date) -> bytes:
    book, label = Workbook(), desk.name(desk.dataset.label)
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = True
    book._named_styles["Normal"].font = Font(name=TYPEFACE, size=BODY.size)
    _describe(book.properties, desk)
    for sheet, name in zip(made, range_names(s.key for s in made), strict=True):
        book.defined_names[name] = DefinedName(
            name, attr_text=sheet.table, comment=legal(sheet.title)[:255]
        )
    palette, contents, results = Palette(), made[1].name, []
    for sheet in made:
        ws = book.create_sheet(sheet.name)
        page = Page(sheet, ws, palette)
        page.draw(label, made[0].name if sheet is made[1] else contents)
        set_up(sheet, ws, page, label)
        results.append(page.results)
    raw = io.BytesIO()
    book.save(raw)
    charts = [(s.chart.title, s.chart.alternative) for s in made if s.chart]
    return finished(raw.getvalue(), results, charts, dated)


def _describe(properties: Any, desk: Desk) -> None:
    """What a list of files shows of this one."""
    title, label = desk.t("workbook.title"), desk.name(desk.dataset.label)
    properties.title = legal(f"{title} {label}".strip())
    properties.subject = legal(desk.t("workbook.subtitle"))
    properties.description = desk.t("workbook.described", version=desk.dataset.snapshot_id)
    properties.keywords = desk.t("workbook.keywords")
    properties.identifier = desk.dataset.snapshot_id
    properties.language = "zh-CN" if desk.locale == "zh" else "en"
    properties.creator = properties.lastModifiedBy = CREATOR
