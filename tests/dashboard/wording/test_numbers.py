"""Digits, units, bounds and ticks, as a clerk and a foreign reader would write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compare import Interval, point
from dashboard.wording import (
    amount,
    bound_cell,
    bounds,
    bounds_of,
    end_words,
    number,
    percent,
    plainly,
    quantity,
    signed_amount,
    ticks,
    unit_name,
)

D = Decimal


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("0", "0", "0"),
        ("130", "130", "130"),
        ("9000", "9000", "9,000"),
        ("12568", "12,568", "12,568"),
        ("30000", "3万", "30,000"),
        ("100000", "10万", "100,000"),
        ("23870000", "2387万", "23.87 million"),
        ("5000000", "500万", "5 million"),
        ("1460000", "146万", "1.46 million"),
        ("280751.6", "280,751.6", "280,751.6"),
        ("4474008", "4,474,008", "4,474,008"),
        ("125000000", "1.25亿", "125 million"),
        ("1234560000", "123,456万", "1,234.56 million"),
        ("2000000000", "20亿", "2 billion"),
        ("14.5", "14.5", "14.5"),
        ("-5000000", "−500万", "−5 million"),
        ("1E+6", "100万", "1 million"),
    ],
)
def test_a_number_keeps_all_its_digits(value, zh, en):
    assert (number(D(value), "zh"), number(D(value), "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        ("130", "件", "130件", "130 cases"),
        ("1", "件", "1件", "1 case"),
        ("23870000", "元", "2387万元", "23.87 million yuan"),
        ("10", "个", "10个", "10"),
        ("12", "%", "12%", "12%"),
        ("15", "平方公里", "15平方公里", "15 km²"),
        ("3", "垛", "3垛", "3 垛"),
    ],
)
def test_an_amount_has_its_unit(value, unit, zh, en):
    assert (amount(D(value), unit, "zh"), amount(D(value), unit, "en")) == (zh, en)


def test_a_difference_has_its_sign():
    signed = [signed_amount(D(n), "件", "zh") for n in (8, -5, 0)]
    assert signed == ["+8件", "−5件", "0件"]


@pytest.mark.parametrize(
    ("ratio", "outward", "text"),
    [
        ("0.2", 0, "+20%"),
        ("-0.125", 0, "−12.5%"),
        ("0", 0, "0%"),
        ("0.12345", 0, "+12.3%"),
        ("0.1235", 0, "+12.4%"),
        ("0.1225", 0, "+12.2%"),
        ("0.12345", -1, "+12.3%"),
        ("0.12345", 1, "+12.4%"),
        ("-0.12345", -1, "−12.4%"),
    ],
)
def test_percentages_round_half_to_even_and_intervals_outward(ratio, outward, text):
    assert percent(D(ratio), outward=outward) == text


def test_plain_digits_for_machines():
    assert [plainly(D(v)) for v in ("1E+6", "280751.60", "0")] == ["1000000", "280751.6", "0"]


HUNDREDS = Interval(D(300), D(400), True, True)


@pytest.mark.parametrize(
    ("interval", "unit", "zh", "en"),
    [
        (HUNDREDS, "名", "多于300名，不到400名", "over 300, under 400 people"),
        (HUNDREDS, "人", "多于300人，不到400人", "over 300, under 400 people"),
        (point(D(130)), "件", "130件", "130 cases"),
        (
            Interval(D(18), D(20), False, True, "soft"),
            "个",
            "不少于18个（按约定），不到20个",
            "at least 18 (by convention), under 20",
        ),
        (
            Interval(D(900), D(1100), False, True, "soft", "soft"),
            "平方米",
            "不少于900平方米（按约定），不到1100平方米（按约定）",
            "at least 900 (by convention), under 1,100 m² (by convention)",
        ),
        (
            Interval(D(800), D(5000)),
            "元",
            "不少于800元，不超过5000元",
            "at least 800, at most 5,000 yuan",
        ),
        (
            Interval(D(23_870_000), D(23_880_000), True, True),
            "元",
            "多于2387万元，不到2388万元",
            "over 23.87 million, under 23.88 million yuan",
        ),
        (
            Interval(D(500), None, False, True),
            "人",
            "不少于500人，没有上界",
            "at least 500 people, no upper limit",
        ),
        (
            Interval(D(100_000), None, True, True),
            "人",
            "多于10万人，没有上界",
            "over 100,000 people, no upper limit",
        ),
        (Interval(D(0), D(100), False, True), "户", "不到100户", "under 100 households"),
        (Interval(D(0), D(100)), "户", "不超过100户", "at most 100 households"),
        (
            Interval(None, D(5), True, False),
            "%",
            "没有下界，不超过5%",
            "no lower limit, at most 5%",
        ),
    ],
)
def test_bounds_in_words(interval, unit, zh, en):
    assert (bounds_of(interval, unit, "zh"), bounds_of(interval, unit, "en")) == (zh, en)


def test_bounds_use_the_measure_word_of_the_source(observed):
    written = observed(
        as_written="300余名", unit="人", lower=300, upper=400, lower_open=True, upper_open=True
    )
    assert bounds(written, "zh") == "多于300名，不到400名"
    assert bounds(written, "en") == "over 300, under 400 people"


def test_an_end_by_itself():
    soft = Interval(D(18), D(20), False, True, "soft")
    assert end_words(soft, "个", "zh", upper=False) == "18个，含，按约定推定"
    assert end_words(soft, "个", "zh", upper=True) == "20个，不含，由词义定"
    assert end_words(soft, "个", "en", upper=True) == "20, excluded, from the meaning of the word"
    assert end_words(Interval(D(5), None), "个", "en", upper=True) == "no upper limit"


def test_an_end_in_a_table_cell():
    assert bound_cell(HUNDREDS, "zh", upper=True) == "400（不含）"
    assert bound_cell(HUNDREDS, "en", upper=False) == "300 (excluded)"
    assert bound_cell(point(D(130)), "zh", upper=True) == "130"
    assert bound_cell(Interval(D(5), None), "zh", upper=True) == "没有上界"


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("130件", [("number", "130"), ("unit", "件")]),
        ("300余名", [("number", "300"), ("qualifier", "余"), ("unit", "名")]),
        ("近20个", [("qualifier", "近"), ("number", "20"), ("unit", "个")]),
    ],
)
def test_a_written_quantity_falls_into_pieces(written, pieces):
    assert [(piece.kind, piece.text) for piece in quantity(written)] == pieces


@pytest.mark.parametrize("written", ["2387余万元", "146万余元", "未出现", "零上访", "好些个"])
def test_the_pieces_joined_are_the_wording(written):
    assert "".join(piece.text for piece in quantity(written)) == written


@pytest.mark.parametrize(
    ("upper", "unit", "zh", "en"),
    [
        ("400", "名", "0|100|200|300|400名", "0|100|200|300|400 people"),
        ("130", "件", "0|50|100|150件", "0|50|100|150 cases"),
        (
            "23880000",
            "元",
            "0|500万|1000万|1500万|2000万|2500万元",
            "0|5 million|10 million|15 million|20 million|25 million yuan",
        ),
        ("12568", "人", "0|0.5万|1万|1.5万人", "0|5,000|10,000|15,000 people"),
        ("150000000", "元", "0|0.5亿|1亿|1.5亿元", "0|50 million|100 million|150 million yuan"),
        ("7", "件", "0|2|4|6|8件", "0|2|4|6|8 cases"),
        ("2", "件", "0|1|2件", "0|1|2 cases"),
        ("0", "件", "0|1件", "0|1 case"),
        ("7.2", "平方公里", "0|2.5|5|7.5平方公里", "0|2.5|5|7.5 km²"),
    ],
)
def test_ticks(upper, unit, zh, en):
    assert "|".join(ticks(D(upper), unit, "zh").texts) == zh
    assert "|".join(ticks(D(upper), unit, "en").texts) == en


def test_ticks_of_a_change_reach_below_zero():
    found = ticks(D(8), "件", "zh", lower=D(-5))
    assert found.values == (-5, 0, 5, 10)
    assert found.texts == ("−5", "0", "5", "10件")


@given(st.decimals("0.01", "1e12", places=2), st.sampled_from(["件", "元"]))
def test_there_are_four_to_six_ticks_and_they_reach_the_largest(upper, unit):
    found = ticks(upper, unit, "zh")
    assert found.values[0] == 0
    assert found.values[-1] >= float(upper)
    assert len(found.values) == len(found.texts) == len(set(found.texts))
    assert 4 <= len(found.values) <= 6 or (unit == "件" and upper <= 2)


@given(st.decimals(-(10**11), 10**11, places=2), st.sampled_from(["zh", "en"]))
def test_no_digit_is_lost(value, locale):
    text = number(value, locale).replace(",", "").replace("−", "-")
    scales = {"亿": 10**8, "万": 10**4, " billion": 10**9, " million": 10**6}
    for word, factor in scales.items():
        if text.endswith(word):
            assert D(text.removesuffix(word)) * factor == value
            return
    assert D(text) == value


def test_a_unit_standing_alone():
    names = [unit_name(unit, "en") for unit in ("件", "个", "元", "垛")]
    assert names == ["cases", "count", "yuan", "垛"]
    assert unit_name("件", "zh") == "件"
