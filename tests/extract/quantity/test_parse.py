"""What one phrase says: value, unit, parts."""

from decimal import Decimal, localcontext

import pytest

from extract.quantity import find, parse

VALUES = [
    ("1,234,567元", "1234567", "元"),
    ("３５０人", "350", "人"),
    ("1，234人", "1234", "人"),
    ("280751.6元", "280751.6", "元"),
    ("1.5亿元", "150000000", "元"),
    ("3万5千户", "35000", "户"),
    ("5万4千6百元", "54600", "元"),
    ("3个亿", "300000000", None),
    ("4.78万亿元", "4780000000000", "元"),
    ("两千四百五", "2450", None),
    ("一万零二百五十人", "10250", "人"),
    ("九百六十八户", "968", "户"),
    ("二〇〇人", "200", "人"),
    ("拾陆万元", "160000", "元"),
    ("十五点七公里", "15.7", "公里"),
    ("百分之三", "3", "%"),
    ("百分百", "100", "%"),
    ("千分之三", "0.3", "%"),
    ("五分之一", "0.2", None),
    ("六成", "60", "%"),
    ("5‰", "0.5", "%"),
    ("-3.2%", "-3.2", "%"),
    ("负5.6%", "-5.6", "%"),
    ("50元6角三分", "50.63", "元"),
    ("十块三毛", "10.3", "元"),
    ("￥1.2万", "12000", "元"),
    ("5万美元", "50000", "美元"),
    ("300㎡", "300", "平方米"),
    ("5m2", "5", "平方米"),
    ("12千米", "12", "公里"),
    ("三千米", "3000", "米"),
    ("一吨半", "1.5", "吨"),
    ("两个半小时", "2.5", "小时"),
    ("半年", "0.5", "年"),
    ("三位", "3", "人"),
    ("60场次", "60", "场"),
    ("26户次", "26", "户次"),
    ("465人次", "465", "人次"),
    ("十二周岁", "12", "岁"),
    ("6个百分点", "6", "百分点"),
    ("97.6分", "97.6", "分"),
    ("200 余 名", "200", "人"),
    ("620万", "6200000", None),
    ("零", "0", None),
    ("零次", "0", "次"),
    ("零上访", "0", None),
    ("未出现", "0", None),
    ("未发生", "0", None),
    ("没有", "0", None),
]


@pytest.mark.parametrize(("phrase", "value", "unit"), VALUES)
def test_value_and_unit(phrase: str, value: str, unit: str | None):
    quantity = parse(phrase)
    assert quantity is not None
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)
    assert (quantity.start, quantity.end, quantity.text) == (0, len(phrase), phrase)


@pytest.mark.parametrize("phrase", ["2至3万元", "几百人", "数十名", "两三个"])
def test_ranges_and_indefinite_numbers_have_no_value(phrase: str):
    quantity = parse(phrase)
    assert quantity is not None
    assert quantity.value is None


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "人",
        "余名",
        "志愿者200人",
        "200人、300人",
        "零距离",
        "零就业家庭",
        "未",
        "5人 ",
        "X余名",
    ],
)
def test_anything_else_is_no_quantity(phrase: str):
    assert parse(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "parts", "qualifier"),
    [
        ("130件", [("number", "130"), ("unit", "件")], ""),
        (
            "近300余万元",
            [
                ("qualifier", "近"),
                ("number", "300"),
                ("qualifier", "余"),
                ("multiplier", "万"),
                ("unit", "元"),
            ],
            "近…余",
        ),
        ("146万余元", [*zip(("number", "multiplier"), ("146", "万"), strict=True)], "余"),
        (
            "2至3万元",
            [
                ("number", "2"),
                ("joiner", "至"),
                ("number", "3"),
                ("multiplier", "万"),
                ("unit", "元"),
            ],
            "",
        ),
        ("500 人以上", [("number", "500 "), ("unit", "人"), ("qualifier", "以上")], "以上"),
        ("未出现一例", [("qualifier", "未出现"), ("number", "一"), ("unit", "例")], "未出现"),
        ("零上访", [("qualifier", "零上访")], "零上访"),
        ("百分之三十以上", [("unit", "百分之"), ("number", "三十")], "以上"),
        ("3个多月", [("number", "3"), ("unit", "个"), ("qualifier", "多"), ("unit", "月")], "多"),
    ],
)
def test_parts(phrase: str, parts: list[tuple[str, str]], qualifier: str):
    quantity = parse(phrase)
    assert quantity is not None
    assert list(quantity.parts[: len(parts)]) == parts
    assert "".join(text for _, text in quantity.parts) == phrase
    assert quantity.qualifier == qualifier


def test_a_caller_with_little_precision_changes_nothing():
    phrases = ["2387余万元", "1765706.65元", "近101.1万人次", "123456789012345.67元", "三分之一"]
    plain = [parse(phrase) for phrase in phrases]
    with localcontext() as context:
        context.prec = 2
        assert [parse(phrase) for phrase in phrases] == plain


def test_decimals_carry_no_exponent():
    quantity = parse("5000亿元")
    assert quantity is not None
    assert str(quantity.value) == "500000000000"


def test_a_text_that_is_only_a_number_is_that_number():
    (quantity,) = find(" 1,234\n")
    assert (quantity.text, quantity.value, quantity.unit) == ("1,234", Decimal(1234), None)
    assert quantity.start == 1
