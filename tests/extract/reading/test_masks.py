"""Numbers that are no observations get the reason a person would give."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.reading import propose
from extract.reading.kinds import UNLESS_INDICATOR
from extract.reading.masks import _REASONS, NUMERAL, reasons

REASONS = Path(__file__).resolve().parents[3] / "data" / "raw" / "reasons.csv"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2022年3月启动", "date"),
        ("二〇二二年启动", "date"),
        ("80岁以上老人优先", "age"),
        ("全市排名第三", "ordinal"),
        ("第A12版", "page_furniture"),
        ("云政办〔2023〕18号", "document_number"),
        ("咨询电话0550-3012345", "phone"),
        ("每天9:30开门", "time"),
        ("建立1+5+N机制", "slogan"),
        ("七位一体", "slogan"),
        ("满意度达98.6%", "percentage"),
        ("满意度提高3个百分点", "percentage"),
        ("历时3个月", "duration"),
        ("效率提高2倍", "ratio"),
        ("新安路88号", "address"),
        ("门前12栋、13栋之间", "address"),
        ("搭建高3米的围栏", "dimension"),
        ("全镇XX余名干部参加", "placeholder"),
        ("学习党的二十大精神", "meeting_name"),
        ("构建一个新格局", "set_phrase"),
        ("（3）", "ordinal"),
    ],
)
def test_reason(text: str, reason: str) -> None:
    reading = propose(text)
    assert not reading.candidates
    assert reason in [mask.reason for mask in reading.masks]


def test_the_share_of_an_indicator_is_proposed() -> None:
    (found,) = propose("厂房出租率达96%").candidates
    assert found.alternatives[0].indicator == "park_occupancy_rate"


def test_one_persons_story_is_quoted() -> None:
    reading = propose("“我家里有3个老人，都在食堂吃饭，很方便。”居民说")
    assert [mask.reason for mask in reading.masks] == ["quoted"]


def test_every_reason_is_registered() -> None:
    with REASONS.open(encoding="utf-8", newline="") as lines:
        known = {row["reason"] for row in csv.DictReader(lines)}
    used = reasons([*UNLESS_INDICATOR, "age", "score", "ratio", "frequency", "dimension"])
    assert used <= known


@pytest.mark.parametrize("row", [row for row in _REASONS if len(row) > 2], ids=lambda row: row[0])
@given(data=st.data())
def test_words_that_hold_a_number_hold_a_letter_they_are_said_to_need(
    row: tuple[str, ...], data: st.DataObject
) -> None:
    found = data.draw(st.from_regex(row[1]).map(re.compile(row[1]).search))
    assert found is not None
    assert not set(row[2]).isdisjoint(found[0]) or not NUMERAL.search(found[0])
