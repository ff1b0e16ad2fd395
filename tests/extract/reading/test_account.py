"""Every number of a text is proposed or masked; none is dropped in silence."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from extract.reading import propose

PIECES = st.sampled_from(
    [
        *("全年", "调处纠纷", "130件", "近20个", "2022年3月", "第3次", "1+5+N", "１２３", "3.5万"),
        *("，", "。", "\n\n", "；", "三里店", "800-5000元", "占60%", "8:30", "〔2025〕6号", "2 2"),
        *(
            "一、二级",
            "各56名",
            "零上访",
            "十",
            "万",
            "12栋、13栋",
            ".5",
            "1,234",
            "0",
            "-",
            "\ufeff",
        ),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@given(TEXTS)
def test_every_group_of_digits_has_a_place(text: str) -> None:
    account = propose(text).account
    assert account["unaccounted"] == 0
    assert account["groups"] == account["candidates"] + account["masked"]


@given(TEXTS)
def test_what_is_handed_out_stands_in_the_text(text: str) -> None:
    reading = propose(text)
    spans = sorted([*reading.candidates, *reading.masks], key=lambda found: found.start)
    assert all(text[found.start : found.end] == found.text for found in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
