"""Long exports: the observations as one table, written row by row in little memory.

What a whole workbook has beyond the table (a sheet an indicator, charts, notes, comparisons) is
left out, and the cover says so. Rows come from the cabinet few at a time, and each leaves memory
once it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from dashboard import wording
from dashboard.address import Address
from dashboard.chosen import MOST_LONG, filters, settled, spoken
from dashboard.compare import Observation
from dashboard.filters import Filters
from dashboard.pages.desk import Desk
from dashboard.records import Locale
from dashboard.store import Dataset
from dashboard.workbook.cover import cover_sheet
from dashboard.workbook.looks import BODY, HEAD_NUMBER, LABEL, NOTE, NUMBER, TITLE
from dashboard.workbook.marks import state
from dashboard.workbook.numbers import bound, value_of
from dashboard.workbook.rows import Rows
from dashboard.workbook.sheet import Column, Entry, legal, widths

__all__ = ["HEADS", "MOST_ROWS", "cells", "write"]

HEADS = 4
"""Rows above the table: title, label, what is left out, heads."""
MOST_ROWS = MOST_LONG
EVERY = 1_000
"""Rows between two words on how far it has come."""
MEASURED = 500
"""Rows by which the columns are made as wide as they need."""
PAGES_WIDE = 2
"""Sheets of paper side by side that the columns need to stay readable."""
NAME = "table_observations"

Progress = Callable[[int, int], None]


def write(
    dataset: Dataset,
    locale: Locale,
    path: Path,
    progress: Progress,
    view: Address | None = None,
) -> int:
    """Write the observations of a set, or of a `view`, to `path`; how many there were.

    `progress` is told rows written and rows in all. ValueError for more than a sheet can hold.
    """
    whole = Address(locale, "overview", preset=dataset.preset)
    address = whole if view is None else settled(dataset, view)
    wanted = Filters() if view is None else filters(dataset, address)
    total = dataset.cabinet.count(wanted)
    if total > MOST_ROWS:
        raise ValueError(
            f"{total}条观测，一张表放不下（最多{MOST_ROWS}条）。缩小范围，或用CSV、Parquet。 / "
            f"{total} observations; a sheet holds {MOST_ROWS}. Narrow it, or take CSV or Parquet."
        )
    desk = Desk(address, dataset, {}, {})
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.lastModifiedBy = "Livelihood Compared"
    book.properties.title = legal(f"{desk.t('workbook.title')} {desk.name(dataset.label)}".strip())
    book.properties.identifier = dataset.snapshot_id
    _cover(book, desk, () if view is None else tuple(spoken(desk, address)))
    rows = dataset.documents.ahead(dataset.stream(wanted))
    _table(book, desk, total, _told(rows, total, progress))
    book.save(path)
    return total


def _told(rows: Iterable[Observation], total: int, progress: Progress) -> Iterator[Observation]:
    for number, o in enumerate(rows, 1):
        yield o
        if number % EVERY == 0 or number == total:
            progress(number, total)


def _cover(book: Any, desk: Desk, told: Sequence[tuple[str, str]]) -> None:
    cover = cover_sheet(desk, desk.t("workbook.cover"), told)
    limit = Entry(desk.t("workbook.long")), Entry(""), Entry(desk.t("workbook.long.text"))
    _drawn(
        book, desk, cover.name, cover.title, columns=cover.columns, rows=iter((limit, *cover.rows))
    )


def _table(book: Any, desk: Desk, total: int, rows: Iterator[Observation]) -> None:
    t, columns = desk.t, _columns(desk)
    name = t("workbook.observations")
    filled = (cells(desk, o) for o in rows)
    _drawn(
        book,
        desk,
        name,
        name,
        columns=columns,
        rows=filled,
        note=t("workbook.long.text"),
        total=total,
    )
    area = f"'{name}'!$A${HEADS}:${get_column_letter(len(columns))}${HEADS + total}"
    book.defined_names[NAME] = DefinedName(NAME, attr_text=area)


def _drawn(
    book: Any,
    desk: Desk,
    name: str,
    title: str,
    *,
    columns: Sequence[Column],
    rows: Iterator[Sequence[Entry]],
    note: str = "",
    total: int = 0,
) -> None:
    page, first = Rows(book, name), tuple(islice(rows, MEASURED))
    _laid_out(page.sheet, columns, widths(columns, first))
    if total:
        page.sheet.page_setup.fitToWidth = PAGES_WIDE
        page.sheet.print_title_cols = "A:A"
        last = get_column_letter(len(columns))
        page.sheet.auto_filter.ref = f"A{HEADS}:{last}{HEADS + total}"
    label = desk.name(desk.dataset.label)
    for text, look, height in ((title, TITLE, 26), (label, LABEL, 34), (note, NOTE, 19)):
        entry = Entry(text, look=replace(look, is_wrapped=False))
        page.append([entry], height if text else 3)
    page.append([Entry(column.head, look=column.look) for column in columns])
    for entries in chain(first, rows):
        page.append(entries)


def _laid_out(ws: Any, columns: Sequence[Column], wide: Sequence[float]) -> None:
    """Frozen heads, widths, and A4 landscape with the heads on every page."""
    ws.freeze_panes = f"B{HEADS + 1}"
    for place, width in zip(range(1, len(columns) + 1), wide, strict=True):
        ws.column_dimensions[get_column_letter(place)].width = width
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.print_title_rows = f"{HEADS}:{HEADS}"
    ws.oddFooter.right.text = "&P / &N"


def _columns(desk: Desk) -> tuple[Column, ...]:
    t = desk.t
    return (
        Column("id", t("drawer.id"), 10, 22),
        Column("indicator", t("indicator"), 10, 26),
        Column("variant", t("variant"), 8, 22),
        Column("office", t("office"), 12, 26),
        Column("period", t("period"), 12, 24),
        Column("status", t("workbook.nature"), 8, 14),
        Column("written", t("as_written"), 10, 18),
        Column("value", t("workbook.value"), 16, 22, look=HEAD_NUMBER),
        Column("lower", t("lower"), 16, 22, look=HEAD_NUMBER),
        Column("upper", t("upper"), 16, 22, look=HEAD_NUMBER),
        Column("unit", t("workbook.unit"), 6, 12),
        Column("flag", t("workbook.flag"), 10, 18),
        Column("phrase", t("phrase"), 24, 48),
        Column("document", t("document"), 18, 36),
        Column("start", t("workbook.start"), 9, 12, look=HEAD_NUMBER),
        Column("end", t("workbook.stop"), 9, 12, look=HEAD_NUMBER),
    )


def cells(desk: Desk, o: Observation) -> tuple[Entry, ...]:
    """One row of the table."""
    return (
        Entry(o.id),
        Entry(desk.indicator(o.indicator)),
        Entry(desk.variant(o)),
        Entry(str(desk.office(o.ref_area)["name"])),
        Entry(wording.period(o, desk.locale)),
        Entry(desk.named("status", o.status), look=BODY),
        Entry(o.as_written),
        value_of(o),
        bound(o, desk.locale, upper=False),
        bound(o, desk.locale, upper=True),
        Entry(desk.unit(o.unit)),
        state(desk, o),
        Entry(o.context),
        Entry(desk.dataset.documents[o.document].title),
        Entry(o.start, "0", look=NUMBER),
        Entry(o.end, "0", look=NUMBER),
    )
