"""What a candidate says beside its number: clause, period, office, status, flags, words."""

import pytest

from extract.reading import Candidate, propose


def only(text: str) -> Candidate:
    (candidate,) = propose(text).candidates
    return candidate


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("全年调解矛盾纠纷130件", "result"),
        ("计划明年建成助餐点15个", "plan"),
        ("明年拟新建口袋公园3个", "plan"),
        ("力争全年新增就业2000人", "plan"),
        ("计划6月开工，目前已改造小区4个", "result"),
        ("全年征兵任务为36人", "target"),
        ("新增就业目标不少于900人", "target"),
        ("新食堂建成后可同时容纳90人用餐", "planned_capacity"),
        ("老年食堂可同时容纳90人用餐", "result"),
    ],
)
def test_status(text: str, status: str) -> None:
    found = only(text)
    assert found.status == status
    assert (found.indicator is None) == (status != "result")


@pytest.mark.parametrize(
    ("text", "words", "start", "end", "precision"),
    [
        ("2022年全年调解纠纷130件", "2022年全年", "2022-01-01", "2022-12-31", "stated"),
        ("2022年调解纠纷130件", "2022年", "2022-01-01", "2022-12-31", "nominal"),
        ("2023年1至10月救助困难群众96人次", "2023年1至10月", "2023-01-01", "2023-10-31", "stated"),
        ("2023年前三季度调解纠纷60件", "2023年前三季度", "2023-01-01", "2023-09-30", "stated"),
        ("2024年上半年调解纠纷60件", "2024年上半年", "2024-01-01", "2024-06-30", "stated"),
        ("2024年2月走访困难家庭31户", "2024年2月", "2024-02-01", "2024-02-29", "stated"),
        ("今年以来调解纠纷60件", "今年以来", "", "", "inferred"),
        ("近年来调解纠纷600件", "近年来", "", "", "inferred"),
    ],
)
def test_period(text: str, words: str, start: str, end: str, precision: str) -> None:
    period = only(text).period
    assert period is not None
    assert text[period.start : period.end] == period.words == words
    assert (period.period_start, period.period_end, period.precision) == (start, end, precision)


def test_years_together_make_a_flow_cumulative() -> None:
    assert only("近年来累计调解矛盾纠纷600件").window == "cumulative"
    assert only("全年累计调解矛盾纠纷600件").window == "flow"
    assert only("截至目前，有老年食堂8家").window == "stock"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("云泊街道调解纠纷130件", "云泊街道"),
        ("云泊街道强化调解。全年化解纠纷130件", "云泊街道"),
        ("本报讯 云泊街道举办活动。\n（通讯员 甲乙）\n本报讯 临溪镇走访群众30户", "临溪镇"),
    ],
)
def test_office(text: str, name: str) -> None:
    office = propose(text).candidates[-1].office
    assert office is not None
    assert (office.name, text[office.start : office.end]) == (name, name)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("镇村两级网格员各56名", "distributive"),
        ("每人补贴200元", "per_person"),
        ("老人每餐补贴3元、高龄老人4元", "per_person"),
        ("接待来访群众54批、134人次", "same_event"),
        ("农村低保811户1695人", "same_event"),
        ("投入近300余万元", "contradictory"),
        ("发放补贴10万余元", "zero_before_wan"),
        ("产业园建筑面积391437平方米", "suspect_lost_decimal"),
        ("辖区未发生安全生产事故", "negated"),
    ],
)
def test_flags(text: str, flag: str) -> None:
    assert flag in propose(text).candidates[-1].flags


def test_a_sentence_cut_by_a_blank_line_is_joined() -> None:
    text = "全镇上下深入开展排查，全年共成功调解各类矛盾\n\n纠纷130件，收到良好效果。"
    found = only(text)
    assert (found.text, text[found.start : found.end]) == ("130件", "130件")
    assert found.indicator == "mediations"
    assert "纠纷" in found.clause


def test_a_number_cut_by_a_blank_line_keeps_the_text_as_received() -> None:
    text = "全镇深入排查，共成功调解各类矛盾纠纷1\n\n30件，收到良好效果。"
    found = only(text)
    assert (found.text, found.value) == ("1\n\n30件", 130)


def test_a_heading_is_not_joined_to_what_follows() -> None:
    (found,) = propose("志愿服务\n\n食堂面积30平方米").candidates
    assert found.clause == "食堂面积30平方米"


def test_the_deciding_words_stand_in_the_text() -> None:
    text = "综治中心受理矛盾纠纷540件，化解512件"
    received, mediated = propose(text).candidates
    assert (received.indicator, mediated.indicator) == ("disputes_received", "mediations")
    assert set(mediated.words) == {"纠纷", "化解"} or "化解" in mediated.words
    assert all(word in text for found in (received, mediated) for word in found.words)
    assert [a.score for a in mediated.alternatives] == sorted(
        (a.score for a in mediated.alternatives), reverse=True
    )


def test_a_part_of_what_was_counted_has_no_code() -> None:
    assert [c.indicator for c in propose("输送新兵42人，其中女兵2人").candidates] == [
        "recruits",
        None,
    ]
