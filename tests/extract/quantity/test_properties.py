"""Promises kept for any text."""

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract.quantity import PRESETS, Quantity, find, parse

PIECES = [
    "0",
    "1",
    "3",
    "5",
    "12",
    "200",
    "2387",
    "1,234",
    "2.5",
    "３",
    "一",
    "二",
    "两",
    "三",
    "五",
    "十",
    "百",
    "千",
    "万",
    "亿",
    "几",
    "数",
    "零",
    "〇",
    "半",
    "点",
    "余",
    "多",
    "来",
    "近",
    "约",
    "超",
    "上",
    "过",
    "不足",
    "以上",
    "以内",
    "左右",
    "人",
    "名",
    "户",
    "件",
    "元",
    "角",
    "分",
    "万元",
    "%",
    "百分之",
    "分之",
    "个",
    "月",
    "年",
    "日",
    "小时",
    "成",
    "倍",
    "-",
    "至",
    "到",
    "～",
    "、",
    "，",
    "。",
    "第",
    "每未出现",
    "没有",
    "零上访",
    "“",
    "”",
    "(",
    ")",
    "+",
    "/",
    ":",
    ".",
    "增长",
    "志愿者",
    "资金",
    "￥",
    "负",
]
PROSE = st.lists(st.sampled_from([*PIECES, " ", "\n"]), max_size=14).map("".join)
ANYTHING = st.one_of(PROSE, st.text(max_size=40))


def bounds_hold(quantity: Quantity) -> bool:
    low, value, high = quantity.lower, quantity.value, quantity.upper
    ends = [end for end in (low, value, high) if end is not None]
    return ends == sorted(ends)


@given(ANYTHING, st.sampled_from(PRESETS))
def test_any_text_has_an_answer_that_holds(text: str, preset: str):
    end = 0
    for quantity in find(text, preset=preset):
        assert end <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.text
        assert "".join(part for _, part in quantity.parts) == quantity.text
        assert bounds_hold(quantity)
        end = quantity.end


@given(ANYTHING)
def test_parse_answers_for_any_phrase(text: str):
    quantity = parse(text)
    assert quantity is None or (quantity.start, quantity.end) == (0, len(text))


@given(ANYTHING)
@example("十来角")
@example("百-0百分之万")
@example("五百分之20-30余")
def test_parse_reads_again_what_find_has_found(text: str):
    for quantity in find(text, scope="measured"):
        again = parse(quantity.text)
        assert again is not None
        moved = replace(again, start=quantity.start, end=quantity.end)
        if quantity.unit == "%" or moved.unit is None:
            moved = replace(
                moved,
                unit=quantity.unit,
                lower=quantity.lower,
                lower_open=quantity.lower_open,
                upper=quantity.upper,
                upper_open=quantity.upper_open,
            )
        assert moved == quantity


@given(ANYTHING)
def test_plain_numerals_only_fill_the_gaps(text: str):
    everything = find(text)
    assert [q for q in everything if q in set(find(text, scope="measured"))] == find(
        text, scope="measured"
    )


@given(ANYTHING)
def test_what_follows_a_full_stop_changes_nothing_before_it(text: str):
    alone = find(f"{text}。")
    assert find(f"{text}。调解5件")[: len(alone)] == alone


@pytest.mark.parametrize(
    "piece",
    [
        "一",
        "1",
        "1,",
        ",567",
        "1-",
        "几十",
        "“1",
        "一户一",
        "百分之",
        "1元2角",
        "未出现",
        "十",
        "近",
        *(
            "、",
            "约",
            "（",
            "\x00",
            "\ud83d",
            "1^",
            "第1、",
            "1又",
            "1/",
            "1.",
            "零下",
            "俩",
            "一半",
        ),
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str):
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begin = process_time()
        find(text)
        return process_time() - begin

    seconds(1_000)
    short, long = seconds(4_000), seconds(32_000)
    assert long < max(0.2, 24 * short)
