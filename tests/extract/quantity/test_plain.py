"""Plain numerals: what a number that stands for itself is worth, and what is no number."""

from decimal import Decimal

import pytest

from extract.quantity import Quantity, find

VALUES = {
    "integers": [
        ("队长叫到七，然后叫八", "七=7 八=8"),
        ("这间教室编为二百零四，那间编为三百一十", "二百零四=204 三百一十=310"),
        ("密码是 4, 718, 20", "4=4 718=718 20=20"),
        ("5，678", "5，678=5678"),
        ("３7０1", "３7０1=3701"),
        ("卅", "卅=30"),
        ("廿八", "廿八=28"),
        ("一百廿", "一百廿=120"),
        ("貳萬叁仟", "貳萬叁仟=23000"),
        ("二○一六", "二○一六=2016"),
        ("三兆五亿", "三兆五亿=3000500000000"),
        ("零", "零=0"),
        ("六十千", "六十=60"),
        ("排名前七的选手", "七=7"),
        ("咱俩去找他们仨", "俩=2 仨=3"),
        ("四打啤酒，两打", "四打=48 两打=24"),
        ("月薪9k，奖金3.5w", "9k=9000 3.5w=35000"),
        ("6e4次", "6e4=60000"),
        ("3^4", "3^4=81"),
        ("负一千零二", "负一千零二=-1002"),
        ("结果是-17。", "-17=-17"),
    ],
    "decimals": [
        ("六点二五", "六点二五=6.25"),
        ("四千点零一", "四千点零一=4000.01"),
        (".375", ".375=0.375"),
        ("-.25", "-.25=-0.25"),
        ("...8", "8=8"),
        ("3．1４", "3．1４=3.14"),
        ("七點五", "七點五=7.5"),
        ("2.5E-3", "2.5E-3=0.0025"),
    ],
    "fractions": [
        ("四分之三的面积", "四分之三=0.75"),
        ("5又二分之一", "5又二分之一=5.5"),
        ("负八分之一", "负八分之一=-0.125"),
        ("7/8", "7/8=0.875"),
        ("一半归你", "一半=0.5"),
        ("半个西瓜", "半=0.5"),
    ],
    "percentages": [
        ("百分之六点五", "百分之六点五=6.5%"),
        ("负百分之三", "负百分之三=-3%"),
        ("百分之负三", "百分之负三=-3%"),
        ("七成五", "七成五=75%"),
        ("半成", "半成=5%"),
        ("全场六折，会员五五折", "六折=60% 五五折=55%"),
        ("8.8折", "8.8折=88%"),
        ("万分之六", "万分之六=0.06%"),
    ],
    "money": [
        ("七块二", "七块二=7.2元"),
        ("六毛四", "六毛四=0.64元"),
        ("3角5分", "3角5分=0.35元"),
        ("$30，400日元", "$30=30美元 400日元=400日元"),
        ("HK$75", "HK$75=75港元"),
        ("六千到八千泰铢", "六千到八千泰铢=6000~8000泰铢"),
        ("两个亿卢比", "两个亿卢比=200000000卢比"),
        ("玖拾捌元柒角陆分", "玖拾捌元柒角陆分=98.76元"),
    ],
    "ages and measures": [
        ("四岁半", "四岁半=4.5岁"),
        ("身高一米六三", "一米六三=1.63米"),
        ("三刻钟", "三刻钟=45分钟"),
        ("6英寸", "6英寸=6英寸"),
        ("两尺布", "两尺=2尺"),
    ],
    "dates and clocks": [
        ("1987年6月5日", "1987=1987 6=6 5=5"),
        ("一九七六年七月二十八日", "一九七六=1976 七=7 二十八=28"),
        ("１８点，六点半", "１８=18 六=6"),
    ],
}
CASES = [case for cases in VALUES.values() for case in cases]
NOT_NUMBERS = [
    "一定、一般、唯一、统一、不一",
    "六安、三门峡、八宝山、九寨沟",
    "十分美丽、五花八门、七嘴八舌、乱七八糟",
    "陆路、伍先生、肆虐、拾起、柒牌",
    "千万小心、万一下雨、百般、亿万富翁、万分感谢",
    "A3、B612、mp4、5G、3D",
    "第六，第七、八名，初九",
    "伎俩、半夜、半路、对折叠",
    "不管三七二十一，合二为一",
    "六一儿童节、五四青年节、三八妇女节",
    "老三和张三、王五",
]


def said(text: str) -> str:
    return " ".join(f"{q.text}={worth(q)}{q.unit or ''}" for q in find(text))


def worth(quantity: Quantity) -> str:
    value = quantity.value
    return f"{quantity.lower}~{quantity.upper}" if value is None else f"{value:f}"


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_numbers_of_every_kind(text: str, expected: str):
    assert said(text) == expected


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_letters_of_other_words_are_no_numbers(text: str):
    assert said(text) == ""


def test_reports_count_only_what_is_measured():
    text = "2031年第2次会议决定，表决器显示7，随后12人签字"
    assert [q.text for q in find(text, scope="measured")] == ["12人"]
    assert [q.text for q in find(text)] == ["2031", "7", "12人"]


def test_a_plain_number_has_no_unit_and_is_exact():
    (found,) = find("得数写作六百零六")
    assert (found.unit, found.rule, found.value) == (None, "R0", Decimal(606))
    assert found.lower == found.upper == found.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每次10余-20人", ("10余-20人", 10, 20, True)),
        ("人数在15与40人之间", ("15与40人之间", 15, 40, False)),
        ("3万和5万元之间", ("3万和5万元之间", 30000, 50000, False)),
    ],
)
def test_ranges_with_a_word_on_the_left_or_between(text: str, expected: tuple):
    (found,) = find(text, scope="measured")
    assert (found.text, found.lower, found.upper, found.lower_open) == expected
    assert (found.value, found.rule) == (None, "R12")


def test_villages_and_communities_in_a_row_are_two_numbers():
    found = find("下辖6村9社区", scope="measured")
    assert [(q.text, q.unit) for q in found] == [("6", "个"), ("9", "个")]
