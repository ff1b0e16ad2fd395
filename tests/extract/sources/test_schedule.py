"""Intervals and cron: weekdays are cron's, and what cannot be kept is said."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from extract.sources import next_turn, trigger
from extract.sources.schedule import UnkeepableError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("schedule", "last", "due"),
    [
        ("15m", "2026-11-20 10:00", "2026-11-20 10:15"),
        ("2h", "2026-11-20 23:00", "2026-11-21 01:00"),
        ("0 6 * * *", "2026-11-20 06:00", "2026-11-21 06:00"),
        ("0 6 * * 1-5", "2026-11-20 06:00", "2026-11-23 06:00"),  # a Friday, then Monday
        ("0 6 * * 0", "2026-11-20 06:00", "2026-11-22 06:00"),  # 0 is Sunday
        ("0 6 * * 7", "2026-11-20 06:00", "2026-11-22 06:00"),
        ("0 6 * * fri-mon", "2026-11-20 06:00", "2026-11-21 06:00"),
        ("0 6 * * 5-7", "2026-11-22 06:00", "2026-11-27 06:00"),
        ("0 6 * * */3", "2026-11-20 06:00", "2026-11-21 06:00"),  # Sunday, Wednesday, Saturday
        ("0 6 1 * *", "2026-11-20 06:00", "2026-12-01 06:00"),
        ("*/20 8-9 * * *", "2026-11-20 09:40", "2026-11-21 08:00"),
        ("0 0 29 2 *", "2026-11-20 06:00", "2028-02-29 00:00"),
    ],
)
def test_the_next_turn(schedule: str, last: str, due: str) -> None:
    assert next_turn(schedule, "Asia/Shanghai", at(last), at(last)) == at(due)


def test_a_source_never_tried_is_due_and_so_is_one_tried_in_the_future() -> None:
    now = at("2026-11-20 06:00")
    assert next_turn("0 6 * * *", "Asia/Shanghai", None, now) == now
    assert next_turn("0 6 * * *", "Asia/Shanghai", at("2027-01-01"), now) == now


def test_cron_is_read_in_its_own_time_zone() -> None:
    due = next_turn("0 6 * * *", "UTC", at("2026-11-20 00:00"), at("2026-11-20 00:00"))
    assert due == at("2026-11-20 14:00")


@pytest.mark.parametrize(
    "schedule",
    ["soon", "0m", "15", "* * * *", "* * * * * *", "61 * * * *", "0 6 30 2 *", "0 6 1 * 1",
     "0 6 * * 8", "0 6 * * montag", "0 6 * * 1;2", "@daily", "a b c d e", "0 6 L * *"],
)  # fmt: skip
def test_what_cannot_be_kept(schedule: str) -> None:
    with pytest.raises(UnkeepableError) as caught:
        trigger(schedule, "Asia/Shanghai")
    assert caught.value.zh and caught.value.en
