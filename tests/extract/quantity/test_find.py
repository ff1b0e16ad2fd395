"""Which numbers of a sentence are quantities."""

from itertools import pairwise

import pytest

from extract.quantity import find

SENTENCES = [
    ("全年受理诉求312件,办结309件,群众送来锦旗五面", "312件 309件 五面"),
    ("东风里社区登记志愿者1200余人,服务时长3万小时", "1200余人 3万小时"),
    ("救助两户五人,支出8600元", "两户 五人 8600元"),
    ("组织网格员各56名", "56名"),
    ("调解一起邻里纠纷,大家一起努力", "一起"),
    ("附近3个小区,预约3次,商超5家,签约20户", "3个 3次 5家 20户"),
    ("参加人数百余人,人数达百余人", "百余人 百余人"),
    ("40余位老人和12支队伍", "40余位 12支"),
    ("5户外来务工人员,3家园区企业,8名师生", "5户 3家 8名"),
    ("1,234,567元和12,345人", "1,234,567元 12,345人"),
    ("1，234人", "1，234人"),
    ("惠及200余百姓,核酸采样8轮次", "200余 8轮次"),
    ("历时近3年", "近3年"),
    ("近三年来化解纠纷千余起", "三年 千余起"),
    ("30户至50人", "30户 50人"),
    ("超过了500人,达到500人,多达500人", "超过了500人 500人 500人"),
    ("“党员先锋岗”12个,“120余名”", "12个 120余名"),
    ("得分97.6分", "97.6分"),
    ("每人给予800-2000元补助", "800-2000元"),
    ("实现“零上访”,未发生一起事故,没有一人掉队", "零上访 未发生一起 没有一人"),
]

NOT_QUANTITIES = [
    "2022年3月至5月,12月8日,21日,1至10月,22年底,二〇二二年",
    "上午9点,8时30分,9:30,17:00",
    "第3名,第十三批,第一、二次会议,前三名,第18届",
    "3号楼201室,18路公交,5栋2单元,3号楼2单元",
    "“365”工作模式,“1+5+N”体系,7×24小时,12345热线,A4纸,5G",
    "依据某府办〔2025〕6号、电话010-8888123",
    "一户一策,一个不漏,不漏一户、不落一人,每一名,同一个,一份份",
    "千群合力,万册图书,百名党员,千家万户",
    "“三个一”,“七位一体”,两个维护,五个一工程,三会一课",
    "一、二级,二次会议,三组,二类,周三",
    "无一例外,零距离,零就业家庭,未出现事故",
    "X余名,多家企业,少数人,多数人,人数",
    "五台山下,三里店,七里河,九江市,四川,十分,一切",
    "单位:万元",
    "",
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_quantities_of_a_sentence(sentence: str, expected: str):
    assert " ".join(q.text for q in find(sentence, scope="measured")) == expected


@pytest.mark.parametrize("sentence", NOT_QUANTITIES)
def test_other_numbers_are_left(sentence: str):
    assert [q.text for q in find(sentence, scope="measured")] == []


@pytest.mark.parametrize(
    ("sentence", "text", "unit"),
    [
        ("注册志愿者620万,占比上升", "620万", "人"),
        ("支出低保金3347万", "3347万", "元"),
        ("帮扶资金达300余万,", "300余万", "元"),
        ("常住人口近10万", "近10万", "人"),
        ("惠及10万群众", "10万", "人"),
        ("登记志愿者620,其余待核", "620", "人"),
        ("服务人次达12万", "12万", "人次"),
        ("奖池36.57亿", "36.57亿", None),
    ],
)
def test_the_noun_gives_the_unit_left_out(sentence: str, text: str, unit: str | None):
    assert [(q.text, q.unit) for q in find(sentence, scope="measured")] == [(text, unit)]


def test_quantities_come_in_order_and_do_not_overlap():
    found = find("5家食堂、10家企业和3-5个点,近300余万元")
    assert [q.text for q in found] == ["5家", "10家", "3-5个", "近300余万元"]
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_digits_of_a_longer_number_are_never_taken_apart():
    assert [q.text for q in find("编号20231130件")] == ["20231130件"]
    assert find("9" * 50 + "件") == []
    assert find("1,2345.6.7人") == [] or find("1,2345.6.7人")[0].text != "7人"
