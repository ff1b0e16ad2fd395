"""Every digit group of a document goes somewhere, and the count is shown."""

from collections.abc import Mapping

from extract.account import account
from extract.tables import Raw


def test_the_account_of_the_invented_reports(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    counts = {
        entry.document: (
            len(entry.groups),
            entry.count("transcribed"),
            entry.count("left_out"),
            entry.count("unaccounted"),
        )
        for entry in account(fixture_raw, fixture_texts)
    }
    assert counts == {"liuxi-2031": (16, 12, 4, 0), "yunfan-2032": (7, 5, 2, 0)}


def test_where_each_group_went(fixture_raw: Raw, fixture_texts: Mapping[str, str]) -> None:
    entry = account(fixture_raw, fixture_texts)[1]
    assert [(group.text, group.fate, group.to) for group in entry.groups[:3]] == [
        ("1", "left_out", "date"),
        ("3", "left_out", "date"),
        ("45", "transcribed", "yunfan-2032-001"),
    ]


def test_a_group_that_went_nowhere_is_seen(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    fewer = {**fixture_raw.tables, "left_out": fixture_raw.left_out.iloc[1:]}
    raw = Raw(fixture_raw.folder, fewer, fixture_raw.package)
    assert [group.text for group in account(raw, fixture_texts)[0].unaccounted] == ["2031"]


def test_a_document_that_is_not_at_hand_has_no_account(fixture_raw: Raw) -> None:
    assert account(fixture_raw, {}) == []
