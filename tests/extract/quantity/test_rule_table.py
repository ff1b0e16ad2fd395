"""Every rule of the table gives the bounds its row promises."""

from decimal import Decimal

import pytest

from extract.quantity import PRESETS, RULES, Quantity, find, parse
from extract.quantity.rules import PRESET_TABLE, WORDS

HALVES = {"": ("hard", "hard"), "lower": ("soft", "hard"), "both": ("soft", "soft")}

BOUNDS = [
    ("130件", "R0", "[130,130]", ""),
    ("200余人", "R1", "(200,300)", ""),
    ("30000余元", "R1", "(30000,40000)", ""),
    ("2387余万元", "R1", "(23870000,23880000)", ""),
    ("146万余元", "R1", "(1460000,1470000)", ""),
    ("340余万元", "R1", "(3400000,3500000)", ""),
    ("27.5万余件", "R1", "(275000,276000)", ""),
    ("八千有余", "R1", "(8000,9000)", ""),
    ("三年多", "R1", "(3,4)", ""),
    ("3个多月", "R1", "(3,4)", ""),
    ("万余名", "R1", "(10000,20000)", ""),
    ("二百多户", "R1", "(200,300)", ""),
    ("近20个", "R2", "(18,20)", "lower"),
    ("近101.1万人次", "R2", "(1010000,1011000)", "lower"),
    ("近千户", "R2", "(900,1000)", "lower"),
    ("将近3万元", "R2", "(27000,30000)", "lower"),
    ("约350人", "R3", "[345,355)", "both"),
    ("约1000平方米", "R3", "[900,1100)", "both"),
    ("约15平方公里", "R3", "[14.5,15.5)", "both"),
    ("150人左右", "R3", "[145,155)", "both"),
    ("500人以上", "R4", "[500,)", ""),
    ("不少于90场", "R4", "[90,)", ""),
    ("80%以上", "R4", "[80,100]", ""),
    ("至少20人以上", "R4", "[20,)", ""),
    ("超10万人", "R5", "(100000,)", ""),
    ("突破2亿元", "R5", "(200000000,)", ""),
    ("超过95%", "R5", "(95,100]", ""),
    ("超120%", "R5", "(120,)", ""),
    ("上百名", "R5", "[100,)", ""),
    ("过千户", "R5", "(1000,)", ""),
    ("超千件", "R5", "(1000,)", ""),
    ("30人以内", "R7", "[0,30]", ""),
    ("不足100户", "R7", "[0,100)", ""),
    ("不到十名", "R7", "[0,10)", ""),
    ("15日内", "R7", "[0,15]", ""),
    ("几个", "R8", "[2,9]", ""),
    ("十几个", "R8", "[11,19]", ""),
    ("二十几名", "R8", "[21,29]", ""),
    ("几十户", "R8", "[20,100)", ""),
    ("十几万人", "R8", "[110000,200000)", ""),
    ("几百人", "R8", "[200,1000)", ""),
    ("数十名", "R9", "[20,100)", ""),
    ("数千人次", "R9", "[2000,10000)", ""),
    ("数万元", "R9", "[20000,100000)", ""),
    ("两三百人", "R10", "[200,300]", ""),
    ("三四十万元", "R10", "[300000,400000]", ""),
    ("三五家", "R10", "[3,5]", ""),
    ("十七八岁", "R10", "[17,18]", ""),
    ("十来个", "R11", "[8,12]", "both"),
    ("三百来人", "R11", "[250,350]", "both"),
    ("800-5000元", "R12", "[800,5000]", ""),
    ("2至3万元", "R12", "[20000,30000]", ""),
    ("1万-5万元", "R12", "[10000,50000]", ""),
    ("500到1万元", "R12", "[500,10000]", ""),
    ("三至五百人", "R12", "[300,500]", ""),
    ("一百二十到一百五十万元", "R12", "[1200000,1500000]", ""),
    ("60岁至69岁", "R12", "[60,69]", ""),
    ("约20～30人", "R12", "[20,30]", "both"),
    ("百分之三至百分之五", "R12", "[3,5]", ""),
    ("10-20余人", "R12", "[10,30)", ""),
    ("2-3万余人", "R12", "[20000,40000)", ""),
    ("2-3余万人", "R12", "[20000,40000)", ""),
    ("2.5-3.5万余元", "R12", "[25000,36000)", ""),
    ("2到3个多月", "R12", "[2,4)", ""),
    ("20%-30%以上", "R12", "[20,100]", ""),
    ("超10-20余人", "R12", "(10,)", ""),
    ("约10-20人", "R12", "[10,20]", "both"),
    ("10-20人左右", "R12", "[10,20]", "both"),
    ("近10-20人", "R12", "[10,20]", "both"),
    ("两三百余人", "R10", "[200,400)", ""),
    ("十七八岁多", "R10", "[17,19)", ""),
    ("近两三百人", "R10", "[200,300]", "both"),
    ("几百余人", "R8", "[200,1000)", ""),
    ("十几余人", "R8", "[11,20)", ""),
    ("约十几人", "R8", "[11,19]", "both"),
    ("数百余人", "R9", "[200,1000)", ""),
    ("数百人左右", "R9", "[200,1000)", "both"),
    ("近300余万元", "R13", "(2700000,4000000)", "both"),
    ("约300余人", "R13", "[270,400)", "both"),
    ("近500人左右", "R13", "[450,550)", "both"),
    ("近10-20余人", "R13", "[10,30)", "both"),
    ("约两三百余人", "R13", "[200,400)", "both"),
    ("未出现一例", "R15", "[0,0]", ""),
    ("没有一户", "R15", "[0,0]", ""),
]


def written(quantity: Quantity) -> str:
    low = "" if quantity.lower is None else f"{quantity.lower:f}"
    high = "" if quantity.upper is None else f"{quantity.upper:f}"
    return f"{'[('[quantity.lower_open]}{low},{high}{'])'[quantity.upper_open]}"


@pytest.mark.parametrize(("phrase", "rule", "bounds", "soft"), BOUNDS)
def test_a_phrase_has_the_bounds_of_its_rule(phrase: str, rule: str, bounds: str, soft: str):
    quantity = parse(phrase)
    assert quantity is not None
    assert (quantity.rule, written(quantity)) == (rule, bounds)
    assert (quantity.lower_kind, quantity.upper_kind) == HALVES[soft]


@pytest.mark.parametrize(("phrase", "rule", "bounds", "soft"), BOUNDS)
def test_find_sees_in_a_sentence_what_parse_sees_alone(
    phrase: str, rule: str, bounds: str, soft: str
):
    quantities = find(f"本月共计{phrase}。")
    assert [(q.text, q.rule, written(q)) for q in quantities] == [(phrase, rule, bounds)]


@pytest.mark.parametrize("phrase", ["万", "百名", "千户", "万册", "亿元"])
def test_a_bare_power_is_no_quantity(phrase: str):
    assert parse(phrase) is None


def test_the_table_has_the_rules_in_order_and_every_word_belongs_to_one():
    assert [rule.id for rule in RULES] == [f"R{number}" for number in range(16)]
    assert {word.rule for word in WORDS} <= {rule.id for rule in RULES}
    covered = {(rule.id, word) for rule in RULES for word in rule.words_zh}
    longer = {"约为", "至少有", "超过了", "突破了", "及其以上"}
    missing = [w.text for w in WORDS if (w.rule, w.text) not in covered and "含" not in w.text]
    assert set(missing) <= longer


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_example_invokes_its_rule(rule):
    quantity = parse(rule.example)
    if rule.id == "R14":
        assert find(rule.example) == []
    elif rule.id == "R6":
        assert [q.rule for q in find(rule.example)] == ["R0"]
    else:
        assert quantity is not None
        assert quantity.rule == rule.id


def test_presets_are_named_and_an_unknown_one_says_which_there_are():
    assert PRESETS == ("cn-approx-1", "open", "point", "narrow")
    assert tuple(preset.name for preset in PRESET_TABLE) == PRESETS
    with pytest.raises(ValueError, match="cn-approx-1、open、point、narrow"):
        find("5人", preset="cn-approx-2")
    with pytest.raises(ValueError, match="unknown preset"):
        parse("5人", preset="")


@pytest.mark.parametrize(
    ("phrase", "preset", "bounds"),
    [
        ("200余人", "open", "(200,)"),
        ("近300余万元", "open", "(2700000,)"),
        ("近20个", "open", "(18,20)"),
        ("200余人", "point", "[200,200]"),
        ("近20个", "point", "[20,20]"),
        ("500人以上", "point", "[500,500]"),
        ("2至3万元", "point", "[20000,30000]"),
        ("10-20余人", "point", "[10,20]"),
        ("10-20余人", "open", "[10,)"),
        ("几百余人", "open", "[200,)"),
        ("10-20万余人", "narrow", "[100000,210000)"),
        ("10-20万余人", "cn-approx-1", "[100000,300000)"),
        ("数十名", "point", "[20,100)"),
        ("10万余元", "narrow", "(100000,110000)"),
        ("10万余元", "cn-approx-1", "(100000,200000)"),
        ("500余万元", "narrow", "(5000000,6000000)"),
        ("15万余人", "narrow", "(150000,160000)"),
        ("20亿余元", "narrow", "(2000000000,2100000000)"),
    ],
)
def test_a_preset_changes_only_what_it_names(phrase: str, preset: str, bounds: str):
    quantity = parse(phrase, preset=preset)
    assert quantity is not None
    assert written(quantity) == bounds


@pytest.mark.parametrize(
    ("phrase", "flags"),
    [
        ("10万余元", ("zero_before_wan",)),
        ("十万余元", ("zero_before_wan",)),
        ("340余万元", ()),
        ("15万余人", ()),
        ("30000余人", ()),
        ("近300余人", ("contradictory",)),
        ("近20万余人", ("contradictory", "zero_before_wan")),
        ("10-20万余人", ("zero_before_wan",)),
        ("10-20余人", ()),
        ("近10-20余人", ("contradictory",)),
        ("未发生一起", ("negated",)),
        ("150人左右", ()),
    ],
)
def test_flags(phrase: str, flags: tuple[str, ...]):
    quantity = parse(phrase)
    assert quantity is not None
    assert quantity.flags == flags


@pytest.mark.parametrize(
    ("text", "upper", "lower"),
    [
        ("满意率超过90%", "100", "90"),
        ("同比增长超过150%", None, "150"),
        ("比上年提高20%以上", None, "20"),
        ("覆盖率提高到95%以上", "100", "95"),
        ("降幅在5%以内", "5", None),
        ("空置率不超过5%", "5", "0"),
        ("超过3个百分点", None, "3"),
        ("三分之二以上", "1", "0.666666666666667"),
    ],
)
def test_a_level_ends_at_the_whole_and_growth_does_not(
    text: str, upper: str | None, lower: str | None
):
    (quantity,) = find(text)
    assert quantity.upper == (None if upper is None else Decimal(upper))
    assert quantity.lower == (None if lower is None else Decimal(lower))
