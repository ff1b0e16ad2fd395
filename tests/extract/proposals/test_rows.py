"""Candidates as rows: the columns of a raw table, and what remains to be decided."""

from pathlib import Path
from typing import Any

import pytest

from extract.documents import Text, read
from extract.proposals import (
    Book,
    Proposal,
    document_row,
    left_out_rows,
    named,
    rows,
    shown,
)
from extract.quantity import Quantity, find
from extract.reading import Alternative, Candidate, Mask, OfficeHint, PeriodHint, Reading

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
TEXT = "柳溪街道全年招募志愿者20余人，截至目前有食堂7家。为两村各送餐56份，明年拟再招8人。"
YEAR = PeriodHint("全年", 4, 6, "2031-01-01", "2031-12-31", "stated")
NOW = PeriodHint("截至目前", 16, 20, "2031-01-01", "2031-12-20", "inferred")
OFFICE = OfficeHint("柳溪街道", "local-liuxi", 0, 4)


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.read(FIXTURES / "raw")


def candidate(phrase: str, **said: Any) -> Candidate:
    start = TEXT.index(phrase)
    (quantity,) = [q for q in find(TEXT) if q.start == start]
    own = {name: getattr(quantity, name) for name in Quantity.__slots__}
    return Candidate(**own | {"clause": TEXT, "clause_start": 0, "clause_end": len(TEXT)} | said)


def proposal(*candidates: Candidate, file: str = "a.txt", text: Text | None = None) -> Proposal:
    held = text or Text(TEXT, "txt", "0" * 64)
    return Proposal(file, held, Reading(TEXT, candidates, (Mask(0, 4, "柳溪街道", "name"),)))


VOLUNTEERS = candidate(
    "20余人",
    indicator="volunteers",
    variant="recruited",
    office=OFFICE,
    period=YEAR,
    window="flow",
    words=("志愿者",),
    alternatives=(Alternative("volunteers", 2, ()), Alternative("fires", 1.5, ())),
)


def test_a_row_has_every_cell_that_is_hinted(book: Book) -> None:
    (row,) = rows(proposal(VOLUNTEERS), "a", book)
    assert tuple(row.cells) == book.columns
    said = {name: cell for name, cell in row.cells.items() if cell}
    assert said == {
        "id": "a-001",
        "document": "a",
        "start": str(VOLUNTEERS.start),
        "end": str(VOLUNTEERS.end),
        "as_written": "20余人",
        "context": "柳溪街道全年招募志愿者20余人",
        "ref_area": "local-liuxi",
        "indicator": "volunteers",
        "variant": "recruited",
        "scope": "whole",
        "period_start": "2031-01-01",
        "period_end": "2031-12-31",
        "period_basis": "全年",
        "period_precision": "stated",
        "window": "flow",
        "status": "result",
        "value": "20",
        "unit": "人",
    }
    assert not row.to_decide
    assert row.explained["family"] == "volunteers"
    assert row.explained["alternatives"] == "fires:1.5"
    assert row.explained["reading"] == "R1 (20, 30)"


def test_a_stock_has_one_date(book: Book) -> None:
    stock = candidate("7家", indicator="canteens", office=OFFICE, period=NOW)
    cells = rows(proposal(stock), "a", book)[0].cells
    assert (cells["window"], cells["period_start"], cells["period_end"]) == (
        "stock",
        "2031-12-20",
        "2031-12-20",
    )


@pytest.mark.parametrize(
    ("phrase", "said", "to_decide"),
    [
        ("8人", {}, ("indicator", "ref_area", "period")),
        ("8人", {"status": "plan"}, ("indicator", "ref_area", "period", "status")),
        ("56份", {"office": OFFICE, "period": YEAR, "indicator": "meals_delivered",
                  "flags": ("distributive", "same_event")}, ("distributive", "same_event")),
        ("8人", {"office": OfficeHint("云上街道", None, 0, 4), "period": YEAR},
         ("indicator", "ref_area")),
    ],
)  # fmt: skip
def test_what_must_be_decided_is_said(
    phrase: str, said: dict[str, Any], to_decide: tuple[str, ...], book: Book
) -> None:
    (row,) = rows(proposal(candidate(phrase, **said)), "a", book)
    assert row.to_decide == to_decide
    assert row.explained["to_decide"].count("；") >= len(to_decide) - 1


def test_only_flags_of_the_contract_are_written(book: Book) -> None:
    odd = candidate("56份", flags=("same_event", "distributive", "negated"))
    assert rows(proposal(odd), "a", book)[0].cells["flags"] == "distributive negated self_reported"


def test_a_known_document_goes_on_counting(book: Book) -> None:
    text = read(FIXTURES / "sources" / "liuxi-2031.txt")
    known = proposal(candidate("8人"), text=text)
    assert named(known, book.documents, ()) == "liuxi-2031"
    (row,) = rows(known, "liuxi-2031", book)
    assert row.cells["id"] == f"liuxi-2031-{book.numbers['liuxi-2031'] + 1:03d}"
    assert (row.cells["ref_area"], row.cells["period_basis"]) == ("local-liuxi", "报道年份")


@pytest.mark.parametrize(
    ("file", "taken", "name"),
    [
        ("Heping 2025.docx", (), "heping-2025"),
        ("和平街道2025.docx", (), "document-00000000"),
        ("a.txt", ("a",), "a-00000000"),
        ("liuxi-2031.txt", (), "liuxi-2031-00000000"),
        ("...", (), "document-00000000"),
    ],
)
def test_names_are_identifiers(file: str, taken: tuple[str, ...], name: str, book: Book) -> None:
    assert named(proposal(file=file), book.documents, taken) == name


def test_the_line_of_the_document(book: Book) -> None:
    row = document_row(proposal(VOLUNTEERS, file="a.pdf"), "a", book.described)
    assert tuple(row) == book.described
    assert (row["characters"], row["ref_area"]) == (str(len(TEXT)), "local-liuxi")
    assert row["sha256"] == Text(TEXT, "pdf", "").evidence_sha256
    assert row["note_zh"] == f"原件 a.pdf，SHA-256 {'0' * 64}"
    assert row["title"] == ""  # the first line is longer than what may be repeated


def test_what_is_left_out_has_its_reason() -> None:
    (row,) = left_out_rows(proposal(), "a")
    assert (row["as_written"], row["reason"]) == ("柳溪街道", "name")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_fits_a_terminal(width: int, language: str, book: Book) -> None:
    from wcwidth import wcswidth  # noqa: PLC0415

    found = rows(proposal(VOLUNTEERS, candidate("8人", status="plan")), "a", book, language)
    head, first, second = shown(found, TEXT, book, language=language, width=width)
    assert max(map(wcswidth, (head, first, second))) <= max(width, 75)
    assert "【20余人】" in first and "【8人】" in second
    assert first.startswith("001 ") and second.startswith("002!")
    assert ("志愿者" in first) or language == "en"
    assert ("计划" if language == "zh" else "plan") in second


def test_control_characters_do_not_reach_the_terminal(book: Book) -> None:
    text = "甲\x1b[31m\u202e\u200b\t12人\r\n乙"
    (quantity,) = find("甲" * (text.index("12")) + "12人")
    own = {name: getattr(quantity, name) for name in Quantity.__slots__}
    odd = Candidate(**own, clause=text, clause_start=0, clause_end=len(text))
    held = Proposal("a.txt", Text(text, "txt", ""), Reading(text, (odd,), ()))
    said = "".join(shown(rows(held, "a", book), text, book, language="zh", width=80))
    assert not {"\x1b", "\u202e", "\t", "\r"} & set(said)
    assert "【12人】" in said
