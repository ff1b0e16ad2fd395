"""What offices really send: read as it is meant, or told at its cell."""

import importlib.util
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extract import tables
from extract.returns.judging import Judged, Registry, judged
from extract.returns.reading import filled

TESTS = Path(__file__).resolve().parents[2]
RECEIVED = date(2026, 11, 22)
HEADS = "单位代码,local-liuxi\n期间,2023\n\n指标,口径,填报数,单位\n"
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def make() -> Any:
    """The module that writes the broken forms: its form without a flaw."""
    spec = importlib.util.spec_from_file_location("make", TESTS / "broken/returns/make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry(tables.read(TESTS / "fixtures" / "raw"))


@pytest.fixture
def look(make, registry) -> Callable[..., Judged]:
    """A form after a change of its sheet, or a text, as it is judged."""

    def looked(sent: Change | str | bytes) -> Judged:
        if not callable(sent):
            content = sent.encode() if isinstance(sent, str) else sent
            return judged(filled("a.csv", content), registry, RECEIVED)
        book, out = make.form(), io.BytesIO()
        sent(book["填报"])
        book.save(out)
        return judged(filled("a.xlsx", out.getvalue()), registry, RECEIVED)

    return looked


def numbers(seen: Judged) -> dict[str, tuple[str, str, str]]:
    """Line → phrase, value, last day."""
    return {n.line.code: (n.entry.phrase, n.value, n.end) for n in seen.numbers}


def said(seen: Judged) -> list[tuple[str, str]]:
    return [(p.rule, p.where.rpartition(" ")[2].rpartition("!")[2]) for p in seen.problems]


def put(value: object, number_format: str = "General", place: str = "C5") -> Change:
    def change(ws: Any) -> None:
        ws[place].value = value
        ws[place].number_format = number_format

    return change


@pytest.mark.parametrize(
    ("typed", "phrase", "value"),
    [
        (30, "30", "30"),
        (30.0, "30", "30"),
        ("30", "30", "30"),
        ("\u00a030\u3000", "30", "30"),
        ("３０", "３０", "30"),
        ("1,234", "1,234", "1234"),
        ("１，２３４", "１，２３４", "1234"),
        ("2.3万", "2.3万", "23000"),
        ("２．３万", "２．３万", "23000"),
        ("近20", "近20", "20"),
        ("20余", "20余", "20"),
        ("约30盏", "约30盏", "30"),
        ("三百二十", "三百二十", "320"),
        ("20～30", "20～30", ""),
    ],
)
def test_numbers_as_they_are_typed(typed: object, phrase: str, value: str, look) -> None:
    number_format = "@" if isinstance(typed, str) else "General"
    seen = look(put(typed, number_format))
    assert said(seen) == []
    assert numbers(seen)["lamps_repaired"] == (phrase, value, "2023-12-31")


@pytest.mark.parametrize(
    ("number_format", "value"),
    [("#,##0.00", "23000"), ('"¥"#,##0.00', "23000"), ("¥#,##0", "23000"), ('0.00"元"', "23000")],
)
def test_formats_that_say_no_more_than_the_number_and_its_unit(number_format, value, look) -> None:
    seen = look(put(23000, number_format, "C7"))
    assert said(seen) == []
    assert numbers(seen)["subsidies_paid"][1] == value


@pytest.mark.parametrize(
    ("number", "unit", "value"),
    [
        ("2.3", "万元", "23000"),
        ("近3", "亿元", "300000000"),
        ("2.5", "千元", "2500"),
        ("3", "百万元", "3000000"),
        ("3", "十万元", "300000"),
    ],
)
def test_units_that_multiply(number: str, unit: str, value: str, look) -> None:
    seen = look(f"{HEADS}发放补助,,{number},{unit}\n")
    assert said(seen) == []
    assert numbers(seen)["subsidies_paid"][:2] == (f"{number}{unit}", value)


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("调处纠纷,,1,234,件", [("cell-too-many", "E5"), ("unknown-unit", "D5")]),
        ("调处纠纷,,3,234", [("unknown-unit", "D5")]),
        ("志愿者,招募,3,万", [("unknown-unit", "D5")]),
        ("调处纠纷,,1 234,件", [("not-a-number", "C5")]),
        ("调处纠纷,,30+,件", [("not-a-number", "C5")]),
        ("调处纠纷,,30%,件", [("units-disagree", "C5")]),
    ],
)
def test_what_could_be_read_wrong_is_told(line: str, problems: list[Any], look) -> None:
    assert said(look(f"{HEADS}{line}\n")) == problems


@pytest.mark.parametrize(
    ("typed", "number_format"),
    [
        (datetime(2023, 6, 30), "yyyy/m/d"),
        (45107, "General"),
        ("2023-06-30", "@"),
        ("2023-6-30", "@"),
        ("2023/6/30", "@"),
        ("2023.6.30", "@"),
        ("20230630", "@"),
        ("2023年6月30日", "@"),
        ("２０２３年６月３０日", "@"),
    ],
)
def test_dates_as_text_and_as_dates(typed: object, number_format: str, look) -> None:
    seen = look(put(typed, number_format, "F6"))
    assert said(seen) == []
    assert numbers(seen)["mediations"][2] == "2023-06-30"


@pytest.mark.parametrize("typed", ["6月30日", "2023年6月", "2023", "年底", "#VALUE!"])
def test_dates_that_are_none_are_told(typed: str, look) -> None:
    rule = "excel-error" if typed.startswith("#") else "not-a-date"
    assert said(look(put(typed, "@", "F6"))) == [(rule, "F6")]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"])
@pytest.mark.parametrize("place", ["C5", "C6"])
def test_error_cells_are_told(error: str, place: str, look) -> None:
    assert said(look(put(error, "General", place))) == [("excel-error", place)]


def _hidden(ws: Any) -> None:
    ws.row_dimensions[6].hidden = True


def _hidden_column(ws: Any) -> None:
    ws.column_dimensions["C"].hidden = True


def _two_heads(ws: Any) -> None:
    ws.insert_rows(4)
    for place, text in (("A4", "指标"), ("C4", "本期"), ("E4", "日期"), ("G4", "其他")):
        ws[place].value = text
    for area in ("A4:B4", "C4:D4", "E4:F4", "G4:I4"):
        ws.merge_cells(area)


def _tall_heads(ws: Any) -> None:
    ws.insert_rows(5)
    for letter in "ACDEF":
        ws.merge_cells(f"{letter}4:{letter}5")


def _title(ws: Any) -> None:
    ws.insert_rows(1)
    ws["A1"].value = "柳溪街道二〇二三年填报表"
    ws.merge_cells("A1:I1")


def _blank_rows(ws: Any) -> None:
    for row in (6, 8, 5):
        ws.insert_rows(row)


def _notes(ws: Any) -> None:
    ws["A11"].value = "填表人：甲　电话：略"
    ws["A12"].value = "注：以上截至年底，共12件"


def _signed(ws: Any) -> None:
    for place, text in (("A11", "单位负责人"), ("C11", "甲"), ("D11", "填表人"), ("F11", "乙")):
        ws[place].value = text


def _in_words(ws: Any) -> None:
    ws["A1"].value, ws["B1"].value = "单位名称：柳溪街道", None
    ws["A2"].value, ws["B2"].value = "期间：2023年", None


@pytest.mark.parametrize(
    ("change", "place", "notes"),
    [
        (_hidden, "填报!C6", ["hidden-row"]),
        (_hidden_column, "填报!C6", []),
        (_two_heads, "填报!C7", []),
        (_tall_heads, "填报!C7", []),
        (_title, "填报!C7", []),
        (_blank_rows, "填报!C8", []),
        (_notes, "填报!C6", ["left-aside", "left-aside"]),
        (_signed, "填报!C6", ["left-aside"]),
        (_in_words, "填报!C6", []),
    ],
)
def test_forms_laid_out_their_own_way(change: Change, place: str, notes: list[str], look) -> None:
    seen = look(change)
    assert [p.rule for p in seen.problems] == notes
    assert {p.severity for p in seen.problems} <= {"note"}
    assert seen.office == "local-liuxi"
    assert [seen.form.place(n.entry) for n in seen.numbers] == [place]
    assert numbers(seen) == {"mediations": ("12", "12", "2023-12-31")}


def test_a_number_under_a_name_nobody_knows_is_no_signature(look) -> None:
    def change(ws: Any) -> None:
        ws["A11"].value, ws["C11"].value, ws["D11"].value = "其他纠纷", "十二", "件"

    assert said(look(change)) == [("unknown-line", "A11")]


@pytest.mark.parametrize(
    ("encoding", "separator", "end", "notes"),
    [
        ("utf-8", ",", "\n", []),
        ("utf-8-sig", ",", "\r\n", []),
        ("utf-8-sig", ";", "\r\n", ["other-separator"]),
        ("utf-8-sig", "\t", "\n", ["other-separator"]),
        ("gb18030", ",", "\r\n", ["other-encoding"]),
        ("gb18030", "\t", "\r\n", ["other-encoding", "other-separator"]),
        ("gb18030", ";", "\r", ["other-encoding", "other-separator"]),
        ("utf-16", "\t", "\r\n", ["other-encoding", "other-separator"]),
    ],
)
def test_texts_as_office_programs_write_them(encoding, separator, end, notes, make, look) -> None:
    text = make.text((5, 3, "1，234")).replace(",", separator).replace("\n", end)
    seen = look(text.encode(encoding))
    assert [p.rule for p in seen.problems] == notes
    assert numbers(seen)["lamps_repaired"][:2] == ("1，234", "1234")
    assert [seen.form.place(n.entry) for n in seen.numbers] == ["C5", "C6"]
