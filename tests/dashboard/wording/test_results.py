"""Changes, ranks, statistics and states in words; and the two tables of words."""

from __future__ import annotations

import csv
import re
import string
from decimal import Decimal
from pathlib import Path

import pytest

from dashboard.compare import (
    Cell,
    Code,
    Interval,
    Order,
    Rank,
    Refusal,
    Relation,
    Sign,
    State,
    Statistic,
    compare,
    point,
)
from dashboard.wording import (
    change_words,
    named,
    order_words,
    percentage_words,
    rank_words,
    reports,
    say,
    sign_words,
    state_words,
    statistic_words,
)
from dashboard.wording.units import ENGLISH, TIGHT
from dashboard.wording.words import TABLES

D = Decimal
OTHER = {"id": "doc-002", "ref_area": "111111002"}


@pytest.mark.parametrize(
    ("one", "two", "zh", "en"),
    [
        (
            {"year": 2020, "exactly": 100},
            {"exactly": 130},
            ("▲ 增", "增加30件", "+30%"),
            ("▲ up", "up by 30 cases", "+30%"),
        ),
        (
            {"year": 2020, "exactly": 130},
            {"lower": 100, "upper": 110, "lower_open": True, "upper_open": True},
            ("▼ 减", "减少多于20件，不到30件", "−23.1%至−15.3%"),
            ("▼ down", "down by over 20, under 30 cases", "−23.1% to −15.3%"),
        ),
        (
            {"year": 2020},
            {},
            ("＝ 持平", "没有变化", "0%"),
            ("＝ no change", "no change", "0%"),
        ),
        (
            {"year": 2020, "exactly": 105},
            {"lower": 100, "upper": 110, "lower_open": True, "upper_open": True},
            ("？ 无法判断", "−5件至+5件（两端都不含）", "−4.8%至+4.8%"),
            ("？ cannot tell", "−5 cases to +5 cases (ends excluded)", "−4.8% to +4.8%"),
        ),
        (
            {"year": 2020, "exactly": 10},
            {"lower": 18, "upper": 20, "upper_open": True, "lower_kind": "soft"},
            ("▲ 增（按约定）", "增加不少于8件（按约定），不到10件", "+80%至+100%"),
            (
                "▲ up (by convention)",
                "up by at least 8 (by convention), under 10 cases",
                "+80% to +100%",
            ),
        ),
        ({"exactly": 2}, OTHER | {"exactly": 8}, ("▲ 多", "多6件", "+300%"), None),
        ({"exactly": 8}, OTHER | {"exactly": 2}, ("▼ 少", "少6件", "−75%"), None),
    ],
)
def test_a_change_in_words(observed, registry, one, two, zh, en):
    found = compare(observed(**one), observed(**two), registry).change
    words = change_words(found, "zh")
    assert (words.sign, words.text, words.percentage) == zh
    if en:
        words = change_words(found, "en")
        assert (words.sign, words.text, words.percentage) == en


def test_a_blocked_change_says_only_why(observed, registry):
    found = compare(observed(unit="人"), observed(**OTHER), registry).change
    words = change_words(found, "zh")
    assert (words.sign, words.text, words.percentage) == ("", "不计算：单位不同", "")
    assert change_words(found, "en").text == "Not computed: different units"


def test_two_numbers_for_one_period_are_no_change(observed, registry):
    found = compare(observed(), observed(id="doc-002", exactly=131), registry).change
    assert change_words(found, "zh").text == "同一时段的两个数，不算变化"


def test_a_change_without_percentage_says_why(observed, registry):
    found = compare(observed(year=2020, exactly=0), observed(), registry).change
    assert change_words(found, "zh").note == "基数可能是零，不算百分比"
    doubtful = compare(observed(year=2020, obs_status="V"), observed(), registry).change
    assert change_words(doubtful, "en").note == "in doubt: no percentage"


def test_a_percentage_without_an_end():
    assert percentage_words(Interval(D("0.2"), None), "zh") == "+20%以上"
    assert percentage_words(point(D("0.125")), "en") == "+12.5%"


def test_a_change_without_limits(observed, registry):
    first = observed(year=2020, lower=500, upper=None)
    found = compare(first, observed(), registry).change
    assert change_words(found, "zh").text == "减少不少于370件，没有上界"
    wide = compare(observed(year=2020, lower=100, upper=None), observed(), registry).change
    assert change_words(wide, "zh").text == "+30件以下，没有下界"


@pytest.mark.parametrize(
    ("best", "worst", "decided_by", "zh", "en"),
    [
        (2, 4, "hard", "第2–4位", "Ranks 2 to 4"),
        (1, 1, "hard", "第1位", "Rank 1"),
        (1, 2, "soft", "第1–2位（按约定）", "Ranks 1 to 2 (by convention)"),
    ],
)
def test_a_rank_in_words(observed, best, worst, decided_by, zh, en):
    rank = Rank(observed(), best, worst, 5, decided_by)
    assert (rank_words(rank, "zh"), rank_words(rank, "en")) == (zh, en)


def test_an_order_in_words():
    assert order_words(Order(Relation.ABOVE, "hard"), "zh") == "高于"
    assert order_words(Order(Relation.BELOW, "soft"), "en") == "below (by convention)"
    assert order_words(Order(Relation.UNDETERMINED, None), "zh") == "区间重叠，先后不明"


def test_a_sign_needs_no_colour():
    assert [sign_words(sign, "zh") for sign in Sign] == ["▲ 增", "▼ 减", "＝ 持平", "？ 无法判断"]


def test_a_statistic_states_its_n():
    found = Statistic(Interval(D(20), D(30), True, True), 3)
    assert statistic_words(found, "件", "zh") == "多于20件，不到30件（3个数）"
    assert statistic_words(found, "件", "en") == "over 20, under 30 cases (n = 3)"
    none = Statistic(None, 2, Refusal.TOO_FEW)
    assert statistic_words(none, "件", "zh") == "少于3个数，不算"
    assert reports(3, 5, "zh") == "5个办事处中3个有数据"
    assert reports(3, 5, "en") == "3 of 5 offices report"


def test_states_never_look_alike():
    for locale in ("zh", "en"):
        assert len({state_words(state, locale) for state in State}) == len(State)
    assert state_words(Cell(State.ZERO, (), True), "zh") == "原文明确写了零，自报"
    assert state_words(State.SILENT, "zh", long=True) == "未提及不等于零"
    assert state_words(State.NO_DOCUMENT, "en") == "no report"


def test_both_languages_have_the_same_words():
    assert list(TABLES["zh"]) == list(TABLES["en"])


@pytest.mark.parametrize("key", list(TABLES["zh"]))
def test_both_languages_take_the_same_values(key):
    zh, en = (_places(TABLES[locale][key]) for locale in ("zh", "en"))
    assert zh - {"month", "year"} == en - {"month", "year"}


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_chinese_punctuation_is_full_width_and_english_is_not():
    for key, words in TABLES["zh"].items():
        assert not re.search(r"[,;:()?!]", words), key
    for key, words in TABLES["en"].items():
        assert not re.search(r"[，；：（）。、—]", words), key


@pytest.mark.parametrize("code", list(Code))
def test_every_verdict_has_a_name_that_fits_a_chip(code):
    assert 1 <= len(say(f"verdict.{code}", "zh")) <= 7


@pytest.mark.parametrize("group", ["verdict.status", "verdict.window", "verdict.partial"])
def test_particular_verdicts_fit_a_chip_too(group):
    names = [words for key, words in TABLES["zh"].items() if key.startswith(f"{group}.")]
    assert names
    assert all(len(name) <= 7 for name in names)


def test_every_unit_of_the_registry_has_an_english_name():
    registry = Path(__file__).parents[3] / "data" / "raw" / "indicators.csv"
    with registry.open(encoding="utf-8", newline="") as lines:
        units = {row["unit"] for row in csv.DictReader(lines)}
    assert units - set(ENGLISH) - TIGHT <= {"个"}


def test_a_code_nobody_named_stands_for_itself():
    assert named("flag", "negated", "en") == "zero stated by negation"
    assert named("flag", "novelty", "en") == "novelty"
