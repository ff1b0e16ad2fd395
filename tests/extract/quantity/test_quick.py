"""The quick way reads what the careful way reads, wherever it answers at all."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.quantity import PRESETS, Quantity, find, quick

PIECES = [
    *"一二两三四五六七八九十百千万亿几数第步批户名人米成对块元角和与、，。“”（）进下每没有过超约近余多半",
    *("个", "件", "场", "社区", "村", "志愿者", "党员", "资金", "年", "月", "日", "起", "面", "期"),
    *(
        "3",
        "12",
        "100",
        "27.5",
        "1,234",
        "2022",
        "1",
        "0",
        "％",
        "kg",
        "Ａ",
        "b",
        " ",
        "\n",
        "￥",
        "-",
    ),
    *(
        "个多",
        "个半",
        "个亿",
        "以上",
        "左右",
        "至少有",
        "不少于",
        "增长了",
        "居全市",
        "未出现",
        "百分之",
    ),
    *(
        "负",
        "上",
        "任",
        "同",
        "逐",
        "漏",
        "周",
        "初",
        "人数",
        "至",
        "到",
        "/",
        ".",
        ":",
        "+",
        "点",
        "分",
    ),
]
PROSE = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
SENTENCES = [
    "各村选派两名队员，共十二户四十余人，发放三千元；第一季度收到五件",
    "一批、一次性、进一步、每一户、一户一策、一份份、统一、万物、千里",
    "2024年6月底，慰问近200户，支出约3.5万余元，人均1,250元",
    "数百人、人数百余、几十场、上万册、上十万元、二次会议、三期工程",
    "增长20%以上，“三个一”，居全市3名，每次2-5人，3个多月，两个亿",
]


@contextmanager
def careful_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "read", lambda *_: None)
        yield


def carefully(text: str, preset: str) -> list[Quantity]:
    with careful_only():
        return find(text, preset=preset)


@given(PROSE, st.sampled_from(PRESETS))
@example("百个亿余", PRESETS[0])
@settings(max_examples=600)
def test_both_ways_read_the_same(text: str, preset: str):
    assert find(text, preset=preset) == carefully(text, preset)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("preset", PRESETS)
def test_both_ways_read_a_report_the_same(text: str, preset: str):
    assert find(text, preset=preset) == carefully(text, preset)


def test_the_quick_way_is_the_usual_one(monkeypatch: pytest.MonkeyPatch):
    answers = []
    read = quick.read

    def counted(*arguments: object) -> object:
        answers.append(read(*arguments))  # type: ignore[arg-type]
        return answers[-1]

    monkeypatch.setattr(quick, "read", counted)
    find("服务居民320人次，调解纠纷18件，发放补贴2.6万元，三家企业、四十名党员，2022年")
    assert [answer is not None for answer in answers] == [True] * 6
