"""Periods in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.wording import apart, at, day, gap, period


def _flow(start: date, end: date, **given):
    return {"period_start": start, "period_end": end, "is_full_period": False} | given


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ({}, "2022年，整年", "2022, full year"),
        (
            {"period_start": date(2021, 1, 1), "period_end": date(2022, 12, 31)},
            "2021—2022年，整年",
            "2021–2022, full years",
        ),
        ({"period_precision": "nominal"}, "2022年，按报道年份", "2022, the report’s year"),
        (
            _flow(date(2020, 1, 1), date(2020, 12, 8)),
            "2020年，截至12月8日",
            "2020, to 8 December",
        ),
        (_flow(date(2023, 1, 1), date(2023, 3, 31)), "2023年1—3月", "January–March 2023"),
        (
            _flow(date(2022, 1, 1), date(2022, 8, 31), period_precision="inferred"),
            "2022年1—8月，按内容推断",
            "January–August 2022, inferred",
        ),
        (_flow(date(2022, 6, 1), date(2022, 6, 30)), "2022年6月", "June 2022"),
        (_flow(date(2022, 6, 26), date(2022, 6, 26)), "2022年6月26日", "26 June 2022"),
        (
            _flow(date(2022, 3, 5), date(2022, 12, 8)),
            "2022年3月5日—12月8日",
            "5 March 2022 – 8 December 2022",
        ),
        (
            _flow(date(2021, 9, 1), date(2022, 6, 30)),
            "2021年9月—2022年6月",
            "September 2021 – June 2022",
        ),
        (
            _flow(date(2021, 9, 3), date(2022, 6, 8)),
            "2021年9月3日—2022年6月8日",
            "3 September 2021 – 8 June 2022",
        ),
        ({"on": date(2022, 8, 26)}, "2022年8月26日", "26 August 2022"),
        ({"on": date(2023, 3, 31)}, "2023年3月末", "end of March 2023"),
        ({"on": date(2022, 12, 31)}, "2022年末", "end of 2022"),
        (
            {"on": date(2023, 3, 31), "period_precision": "inferred"},
            "2023年3月末，按内容推断",
            "end of March 2023, inferred",
        ),
        (
            {"on": date(2021, 12, 31), "period_precision": "nominal"},
            "2021年，时点未写明",
            "2021, date not stated",
        ),
        (
            {"window": "cumulative", "period_start": None, "period_basis": "近年来，截至目前"},
            "近年来累计，起点不明",
            "total over recent years, start unknown",
        ),
        (
            {"window": "cumulative", "period_start": None, "period_basis": "已收取"},
            "累计，起点不明，截至2022年末",
            "running total, start unknown, to end of 2022",
        ),
        (
            {"window": "cumulative", "period_start": date(2019, 5, 1)},
            "2019年5月1日起累计，截至2022年末",
            "running total from 1 May 2019 to end of 2022",
        ),
        (
            {"period_start": None},
            "起点不明，截至2022年末",
            "start unknown, to end of 2022",
        ),
    ],
)
def test_a_period_in_words(observed, given, zh, en):
    observation = observed(**given)
    assert (period(observation, "zh"), period(observation, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("years", "zh", "en"),
    [
        ((2020, 2022), "2020→2022，两年", "2020→2022, two years"),
        ((2021, 2022), "2021→2022，一年", "2021→2022, one year"),
        ((2010, 2022), "2010→2022，12年", "2010→2022, 12 years"),
    ],
)
def test_a_gap_is_named(years, zh, en):
    assert (gap(*years, "zh"), gap(*years, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        (7, "相差7个月", "7 months apart"),
        (1, "相差1个月", "1 month apart"),
        (12, "相差1年", "1 year apart"),
        (24, "相差2年", "2 years apart"),
        (0, "相差不到1个月", "less than a month apart"),
        (None, "时段不同", "different periods"),
    ],
)
def test_a_distance_is_named(months, zh, en):
    assert (apart(months, "zh"), apart(months, "en")) == (zh, en)


def test_days():
    assert day(date(2022, 12, 8), "zh") == "2022年12月8日"
    assert day(date(2022, 12, 8), "en") == "8 December 2022"
    assert at(date(2024, 2, 29), "zh") == "2024年2月末"
    assert at(date(2024, 2, 28), "en") == "28 February 2024"
