"""Defined names that resolve, notes that carry the evidence, corrections, practices, properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries

from dashboard.store import Dataset, Store
from dashboard.workbook import workbook
from dashboard.workbook.names import range_names
from dashboard.workbook.sheet import MOST_NOTED
from extract.history import Event

HEAD, FIRST = 5, 6
ALLOWED = re.compile(r"[A-Za-z_\\][A-Za-z0-9_.\\]{0,254}")
A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[RrCc]([0-9]+[Cc]?[0-9]*)?")

Table = Callable[[Any], list[dict[str, Any]]]


def test_every_table_has_a_defined_name_that_resolves(real_book: Workbook) -> None:
    named = {}
    for name, found in real_book.defined_names.items():
        assert ALLOWED.fullmatch(name), name
        assert not A_CELL.fullmatch(name), name
        ((title, area),) = found.destinations
        left, top, right, bottom = range_boundaries(area)
        ws = real_book[title]
        assert (left, top) == (1, HEAD)
        assert (right, bottom) == (ws.max_column, len(_table_rows(ws)) + HEAD)
        named[title] = name
    assert list(named) == real_book.sheetnames
    assert {"table_overview", "table_changes", "table_evidence"} <= set(named.values())


def _table_rows(ws: Any) -> list[Any]:
    last = int(ws.auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return list(range(FIRST, last + 1))


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["evidence"], ["table_evidence"]),
        (["R1C1", "ab12"], ["table_r1c1", "table_ab12"]),
        (["a-b", "a.b", "A_B"], ["table_a_b", "table_a_b_2", "table_a_b_3"]),
        (["名"], ["table__"]),
        (["x" * 300], ["table_" + "x" * 200]),
    ],
)
def test_defined_names_are_allowed_and_each_once(keys: list[str], names: list[str]) -> None:
    assert range_names(keys) == names


@pytest.mark.parametrize("which", ["book", "real_book"])
def test_values_carry_their_evidence_as_notes(
    which: str, real: Dataset, invented: Dataset, table: Table, request: pytest.FixtureRequest
) -> None:
    book: Workbook = request.getfixturevalue(which)
    known = {o.id: o for o in (invented if which == "book" else real).select()}
    told = 0
    for ws in book.worksheets:
        for row in table(ws):
            if "数值" in row and "编号" in row:
                o = known[row["编号"].value]
                note = row["数值"].comment.text
                assert o.context.removeprefix("\x0b") in note
                assert f"第{o.start}–{o.end}字" in note
                told += 1
    assert told == len(known)
    overview = [c for row in book["总览"].iter_rows(min_row=FIRST) for c in row[3:]]
    for cell in overview:
        has_number = cell.value not in {"·", "[z]", "[x]"}
        assert (cell.comment is not None) is has_number, cell.value


def test_long_tables_have_no_notes(
    invented: Dataset, cabinet_of: Callable[..., Any], observed: Callable[..., Any]
) -> None:
    rows = [
        observed(id=f"z-{n:04}", ref_area="111111001", year=2020, scope="site", exactly=n)
        for n in range(MOST_NOTED + 1)
    ]
    long = replace(invented, cabinet=cabinet_of(rows))
    ws = load_workbook(io.BytesIO(workbook(long, "zh")))["调解"]
    assert ws.max_row > MOST_NOTED
    assert not any(cell.comment for row in ws.iter_rows(min_row=FIRST) for cell in row)


def test_the_package_is_as_spreadsheet_programs_demand(body: bytes) -> None:
    package = zipfile.ZipFile(io.BytesIO(body))
    names = package.namelist()
    assert len(names) == len(set(names))
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(package.read(name))
    notes = [name for name in names if re.fullmatch(r"xl/comments/comment\d+\.xml", name)]
    boxes = [name for name in names if name.endswith(".vml")]
    assert notes
    assert len(notes) == len(boxes)
    types = package.read("[Content_Types].xml").decode()
    assert all(f"/{name}" in types for name in notes)
    defined = re.findall(r'<definedName name="(table_[^"]*)"', _text(package, "xl/workbook.xml"))
    assert len(defined) == len({name.lower() for name in defined})
    sheets = re.findall(r'<sheet [^>]*name="([^"]*)"', _text(package, "xl/workbook.xml"))
    assert len(sheets) == len({name.lower() for name in sheets})
    assert max(map(len, sheets)) <= 31


def _text(package: zipfile.ZipFile, name: str) -> str:
    return package.read(name).decode()


def test_properties_say_what_the_file_is(book: Workbook) -> None:
    about = book.properties
    assert "0123456789abcdef" in about.description
    assert about.identifier == "0123456789abcdef"
    assert about.language == "zh-CN"
    assert about.subject
    assert about.keywords


def test_corrections_are_told_beside_what_is_written(
    table: Table, real_book: Workbook, real: Dataset
) -> None:
    rows = table(real_book["更正与变更"])
    assert len(rows) == len(real.tables["corrections"])
    for row, known in zip(rows, real.tables["corrections"], strict=True):
        assert row["原来"].value == known["as_written"]
        assert row["现在"].value.startswith(known["corrected"])
        assert row["时间或状态"].value == "存疑"


class Told(Store):
    """A store that knows of these publications."""

    def __init__(self, published: Path, events: Iterable[Event]) -> None:
        super().__init__(published, published)
        self._events = tuple(events)

    def events(self) -> tuple[Event, ...]:
        return self._events


CHANGES = """kind,id,document,ref_area,indicator,field,before,after,reason_zh,reason_en
revised,a-1,doc,111111001,mediations,value,=120,130,重读,read again
added,q-1,doc,999999999,mediations,,,,,
"""


def test_changes_of_publications_up_to_the_set_shown(
    invented: Dataset, table: Table, tmp_path: Path
) -> None:
    def event(name: str, day: int, before: str | None, **counts: int) -> Event:
        when = datetime(2026, 1, day, 4, tzinfo=UTC)
        return Event(name, when, predecessor=before, counts=counts, rows=9)

    shown = invented.snapshot_id
    folder = tmp_path / "snapshots" / shown
    folder.mkdir(parents=True)
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    events = (
        event("later", 9, shown),
        event(shown, 5, "first", revised=1),
        event("first", 1, None),
    )
    body = workbook(invented, "zh", store=Told(tmp_path, events))
    ws = load_workbook(io.BytesIO(body))["更正与变更"]
    rows = [[cell.value for cell in row.values()] for row in table(ws)]
    assert [row[0] for row in rows] == ["发布", "修改", "发布"]
    assert rows[0][-1] == "修改 1"
    assert rows[1][3:10] == ["a-1", "=甲街道", "调解", "=报道", "value", "=120", "130"]
    assert rows[2][-1] == "第一版，每一行都是新的。"
    assert date(2026, 1, 5).isoformat() in rows[0][1]


def test_practices_stand_with_their_places(
    table: Table, real_book: Workbook, real: Dataset
) -> None:
    rows = {row["编号"].value: row for row in table(real_book["做法"])}
    assert rows.keys() == real.practices.by_id.keys()
    for id_, row in rows.items():
        p = real.practices.by_id[id_]
        assert (row["起"].value, row["止"].value) == (p.start, p.end)
        assert row["名称（原文）"].value == p.name


def test_a_return_is_told_from_a_report_by_its_cell(
    invented: Dataset, table: Table, observed: Callable[..., Any], cabinet_of: Callable[..., Any]
) -> None:
    sent = {"evidence": "return", "place": "填报表!C7", "obs_status": "V"}
    rows = [
        observed(id="a-1", ref_area="111111001", year=2021),
        observed(id="a-9", ref_area="111111001", year=2022, start=9, **sent),
    ]
    book = load_workbook(io.BytesIO(workbook(replace(invented, cabinet=cabinet_of(rows)), "zh")))
    told = {row["编号"].value: row for row in table(book["证据"])}
    assert [told[id_]["来源"].value for id_ in ("a-1", "a-9")] == ["报道", "填报"]
    assert [told[id_]["填报位置"].value for id_ in ("a-1", "a-9")] == ["—", "填报表!C7"]
    for row in table(book["调解"]):
        is_return = row["编号"].value == "a-9"
        assert ("填报表!C7" in row["数值"].comment.text) is is_return
        assert ("填报" in (row["注意"].value or "")) is is_return
