"""A phrase stands exactly where it is said to, whole, with its context."""

import hashlib
from pathlib import Path

import pytest

from extract import evidence
from extract.quantity import parse

TEXT = (
    "全年调处纠纷1130件,发放2387万元。\n\n志愿者近\n\n20人、3.5万人,十三人获奖,统一三处,约350余人。"
)


def span(phrase: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(phrase, start + 1)
    return start, start + len(phrase)


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_phrase_stands_at_its_offsets_only(shift: int) -> None:
    start, end = span("1130件")
    assert evidence.stands(TEXT, start + shift, end + shift, "1130件") == (shift == 0)


@pytest.mark.parametrize(("start", "end"), [(-4, -1), (3, 3), (9, 4), (999, 1003)])
def test_offsets_outside_the_text_hold_nothing(start: int, end: int) -> None:
    assert not evidence.stands(TEXT, start, end, TEXT[start:end])


@pytest.mark.parametrize(
    ("phrase", "is_cut"),
    [
        ("1130件", False),
        ("130件", True),
        ("113", True),
        ("2387万元", False),
        ("2387", True),
        ("20人", False),
        ("3.5万人", False),
        ("5万人", True),
        ("3", True),
        ("十三人", False),
        ("三人", True),
        ("十", True),
        ("三处", False),
        ("350余人", False),
    ],
)
def test_a_number_is_taken_whole(phrase: str, is_cut: bool) -> None:
    nth = {"3": TEXT[: TEXT.index("3.5")].count("3"), "三处": 0}.get(phrase, 0)
    assert evidence.is_cut(TEXT, *span(phrase, nth)) is is_cut


@pytest.mark.parametrize(
    ("context", "is_verbatim"),
    [
        ("调处纠纷1130件", True),
        ("1130件", True),
        ("全年…纠纷1130件…万元", True),
        ("志愿者…1130件", False),
        ("万元…纠纷1130件", False),
        ("1130件…全年", False),
        ("调处矛盾1130件", False),
        ("纠纷", False),
        ("纠纷1130件…", False),
        ("…1130件", False),
        ("1130件…1130件", False),
        ("", False),
    ],
)
def test_a_context_is_verbatim_in_order_around_its_number(context: str, is_verbatim: bool) -> None:
    assert evidence.names_what_it_counts(TEXT, *span("1130件"), context) is is_verbatim


def test_a_context_of_another_number_with_the_same_digits_does_not_do() -> None:
    text = "东村20人。西村20人。"
    assert evidence.names_what_it_counts(text, 2, 5, "东村20人")
    assert not evidence.names_what_it_counts(text, 7, 10, "东村20人")
    assert not evidence.names_what_it_counts(text, 2, 5, "西村20人")


@pytest.mark.parametrize(
    ("phrase", "value", "unit", "indicator_unit", "agrees"),
    [
        ("2387余万元", "23870000", "元", "元", True),
        ("2387余万元", "2387", "元", "元", False),
        ("2387余万元", "23870000", "万元", "元", False),
        ("56名", "56", "人", "人", True),
        ("56名", "56.0", "人", "人", True),
        ("56名", "56", "人", "人次", True),
        ("56名", "56", "人次", "人次", False),
        ("620万", "6200000", "人", "人", True),
        ("620万", "6200000", "户", "人", False),
        ("8至12元", "", "元", "元", True),
        ("8至12元", "8", "元", "元", False),
        ("未出现一例", "0", "例", "例", True),
        ("许多", "", "人", "人", False),
    ],
)
def test_the_machine_reads_what_was_entered(
    phrase: str, value: str, unit: str, indicator_unit: str, agrees: bool
) -> None:
    assert evidence.reads_as(parse(phrase), value, unit, indicator_unit) is agrees


def test_sources_are_known_by_their_bytes(tmp_path: Path) -> None:
    for name, content in {
        "a.txt": "\ufeff一\r\n二".encode(),
        "b.txt": b"\xff\xfe",
        "c.md": b"x",
    }.items():
        (tmp_path / name).write_bytes(content)
    texts = evidence.sources(tmp_path)
    assert texts == {hashlib.sha256("\ufeff一\r\n二".encode()).hexdigest(): "\ufeff一\r\n二"}
    assert evidence.sources(None) == {} and evidence.sources(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("2022年6月26日", ["2022", "6", "26"]),
        ("A12版", ["12"]),
        ("3.5万和１２．５％", ["3.5", "１２．５"]),
        ("5,000元。3.", ["5", "000", "3"]),
        ("三里店", []),
    ],
)
def test_digit_groups(text: str, groups: list[str]) -> None:
    assert [text[start:end] for start, end in evidence.digit_groups(text)] == groups
