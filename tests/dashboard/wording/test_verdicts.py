"""Chips and sentences name the facts of both sides, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.compare import verdict
from dashboard.wording import (
    Glossary,
    baseline_chip,
    chip,
    reason_sentence,
    verdict_name,
    verdict_sentences,
)

GLOSSARY = Glossary(
    offices={"111111001": ("甲街道", "Jia"), "111111002": ("乙镇", "Yi")},
    indicators={"mediations": ("调处矛盾", "Disputes handled"), "recruits": ("兵员", "Recruits")},
    variants={
        ("mediations", "rota"): ("轮值", "On rota"),
        ("mediations", "gate"): ("门岗", "Gate duty"),
    },
)
OTHER = {"id": "doc-002", "ref_area": "111111002"}
QUARTER = {
    "period_start": date(2023, 1, 1),
    "period_end": date(2023, 3, 31),
    "is_full_period": False,
}
DECEMBER = {
    "period_start": date(2020, 1, 1),
    "period_end": date(2020, 12, 8),
    "is_full_period": False,
}
RUNNING = {"window": "cumulative", "period_start": None}


@pytest.mark.parametrize(
    ("one", "two", "sign", "name", "zh", "en"),
    [
        (
            {"unit": "人"},
            OTHER | {"unit": "人次"},
            "≠",
            "单位不同",
            "甲街道的单位是人，乙镇的单位是人次。",
            "Jia is counted in people (人), Yi in attendances (人次).",
        ),
        (
            {"unit": "人", "year": 2020},
            {"unit": "户"},
            "≠",
            "单位不同",
            "2020年的单位是人，2022年的单位是户。",
            "2020 is counted in people (人), 2022 in households (户).",
        ),
        (
            {},
            OTHER | {"status": "plan"},
            "≠",
            "结果与计划",
            "甲街道是实际结果，乙镇是计划。",
            "Jia is a result, Yi is a plan.",
        ),
        (
            {},
            {"id": "x", "status": "listed"},
            "≠",
            "分项与总数",
            "一个是实际结果，另一个是总数下的一项。",
            "One is a result, the other is one item of a stated total.",
        ),
        (
            {"status": "plan"},
            OTHER | {"status": "target"},
            "≠",
            "性质不同",
            "甲街道是计划，乙镇是目标。",
            "Jia is a plan, Yi is a target.",
        ),
        (
            {},
            OTHER | RUNNING,
            "≠",
            "累计与当年",
            "甲街道是时段数（2022年，整年），乙镇是累计数（累计，起点不明，截至2022年末）。",
            "Jia is a count over a period (2022, full year), Yi is a running total "
            "(running total, start unknown, to end of 2022).",
        ),
        (
            {"on": date(2022, 12, 31)},
            OTHER | {"period_start": date(2022, 1, 1)},
            "≠",
            "时点与时段",
            "甲街道是时点数（2022年末），乙镇是时段数（2022年，整年）。",
            "Jia is a count at a date (end of 2022), "
            "Yi is a count over a period (2022, full year).",
        ),
        (
            RUNNING | {"period_basis": "近年来"},
            OTHER | RUNNING,
            "≠",
            "累计起点不明",
            "甲街道是近年来累计，起点不明；乙镇是累计，起点不明，截至2022年末；"
            "都是累计数，不能确定是同一段时间。",
            "Jia is total over recent years, start unknown; Yi is running total, start unknown, "
            "to end of 2022; running totals that may not cover the same time.",
        ),
        (
            {},
            OTHER | {"ref_area": "community-1", "office": "东坡社区", "office_en": "Dongpo"},
            "≠",
            "范围不同",
            "甲街道是办事处一级的数，东坡社区是社区一级的数。",
            "Jia is a number for an office, Dongpo for a community.",
        ),
        (
            {},
            OTHER | {"indicator": "recruits"},
            "≠",
            "范围不同",
            "甲街道数的是“调处矛盾”，乙镇数的是“兵员”，是两项指标。",
            "Jia counts “Disputes handled”, Yi counts “Recruits”: two indicators.",
        ),
        (
            {},
            OTHER | {"scope": "programme", "scope_note": "暖冬行动"},
            "≠",
            "范围不同",
            "甲街道数的是整个单位，乙镇数的是一个项目或一组人（暖冬行动）。",
            "Jia counts the whole unit, Yi counts one programme or group (暖冬行动).",
        ),
        (
            {"scope": "site", "scope_note": "东坡食堂"},
            OTHER | {"scope": "site"},
            "≠",
            "范围不同",
            "甲街道数的是一个地点（东坡食堂），乙镇数的是一个地点（没有写明是哪一个），"
            "不能确定是同一个对象。",
            "Jia counts one place (东坡食堂), Yi counts one place (not said which): "
            "nothing shows that they are the same.",
        ),
        (
            {"variant": "rota"},
            {"id": "x", "variant": "gate"},
            "≠",
            "定义不同",
            "一个数的是“轮值”，另一个数的是“门岗”。",
            "One counts “On rota”, the other counts “Gate duty”.",
        ),
        (
            {"ref_area": "111111009", "year": 2020},
            {"ref_area": "111111009", "year": 2022},
            "≠",
            "辖区有变",
            "2021年7月1日起辖区有变：一个是2020年，整年；另一个是2022年，整年；"
            "说的不是同一个范围。",
            "The area changed on 1 July 2021: one is 2020, full year; the other is "
            "2022, full year; they do not cover the same ground.",
        ),
        (
            DECEMBER,
            {},
            "≠",
            "部分时段与整年",
            "一个是2020年，截至12月8日；另一个是2022年，整年；不是同样完整的时段。",
            "One is 2020, to 8 December; the other is 2022, full year; "
            "only one covers whole years.",
        ),
        (
            {},
            OTHER | QUARTER,
            "≠",
            "部分时段与整年",
            "甲街道是2022年，整年；乙镇是2023年1—3月；不是同样完整的时段。",
            "Jia is 2022, full year; Yi is January–March 2023; only one covers whole years.",
        ),
        (
            {"on": date(2022, 8, 31)},
            OTHER | {"on": date(2023, 3, 31)},
            "≈",
            "时段不同",
            "甲街道是2022年8月末；乙镇是2023年3月末；时点相差7个月。",
            "Jia is end of August 2022; Yi is end of March 2023; dates 7 months apart.",
        ),
        (
            {"year": 2018},
            OTHER | {"year": 2022},
            "≠",
            "时段不同",
            "甲街道是2018年，整年；乙镇是2022年，整年；相差4年。",
            "Jia is 2018, full year; Yi is 2022, full year; 4 years apart.",
        ),
        (
            QUARTER,
            OTHER | QUARTER | {"period_start": date(2022, 1, 1), "period_end": date(2022, 3, 31)},
            "≠",
            "时段不同",
            "甲街道是2023年1—3月；乙镇是2022年1—3月；时段不同。",
            "Jia is January–March 2023; Yi is January–March 2022; different periods.",
        ),
        (
            {},
            OTHER | {"obs_status": "V"},
            "≈",
            "未核对",
            "乙镇还没有核对。",
            "Yi is not yet verified.",
        ),
        (
            {"obs_status": "V"},
            OTHER | {"obs_status": "V"},
            "≈",
            "未核对",
            "甲街道和乙镇都还没有核对。",
            "Jia and Yi are not yet verified.",
        ),
        (
            {"flags": ("conflicting",)},
            {"id": "x", "flags": ("conflicting",)},
            "≈",
            "数有冲突",
            "两个数的原文里都还有一个对不上的数。",
            "Both numbers: the sources also give numbers that do not agree.",
        ),
        (
            {},
            OTHER | {"period_precision": "inferred"},
            "≈",
            "时段按内容推断",
            "乙镇的起止日期是按内容推断的（2022年，整年）。",
            "Yi: the dates were inferred from the content (2022, full year).",
        ),
    ],
)
def test_a_chip_and_its_sentence(observed, registry, one, two, sign, name, zh, en):
    judged = verdict(observed(**one), observed(**two), registry)
    assert (chip(judged, "zh").sign, chip(judged, "zh").text) == (sign, name)
    assert reason_sentence(judged.reasons[0], GLOSSARY, "zh") == zh
    assert reason_sentence(judged.reasons[0], GLOSSARY, "en") == en


def test_a_pair_without_reasons_is_comparable(observed, registry):
    judged = verdict(observed(), observed(**OTHER), registry)
    shown = chip(judged, "zh")
    assert (shown.nature, shown.sign, shown.text) == ("ok", "=", "可比")
    assert verdict_sentences(judged, GLOSSARY, "en") == (
        "Same unit, definition and scope, and the periods match.",
    )


def test_every_reason_has_its_sentence(observed, registry):
    first = observed(unit="人", status="plan", variant="rota", flags=("conflicting",))
    second = observed(**OTHER, **QUARTER, obs_status="V", period_precision="inferred")
    judged = verdict(first, second, registry)
    for locale in ("zh", "en"):
        assert len(verdict_sentences(judged, GLOSSARY, locale)) == len(judged.reasons) == 8


def test_a_blocking_pair_never_wears_the_sign_of_doubt(observed, registry):
    judged = verdict(observed(), observed(**OTHER, unit="人", obs_status="V"), registry)
    assert [chip(judged, locale).nature for locale in ("zh", "en")] == ["blocks", "blocks"]


def test_the_baseline_has_a_chip_of_its_own():
    assert (baseline_chip("zh").sign, baseline_chip("en").text) == ("◉", "Baseline")


def test_a_code_without_a_name_stands_for_itself(observed, registry):
    judged = verdict(observed(variant="a1"), observed(**OTHER, variant="b2"), registry)
    sentence = verdict_sentences(judged, Glossary(), "zh")[0]
    assert sentence == "甲街道办事处数的是“a1”，甲街道办事处数的是“b2”。"
    assert verdict_name("NEVER_HEARD_OF", "zh") == "NEVER_HEARD_OF"
