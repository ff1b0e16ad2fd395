"""When a source is due: an interval (`15m`, `2h`) or five cron fields, in its time zone.

Weekdays are those of cron (0 and 7 are Sunday, 1 is Monday); APScheduler 3 counts from Monday,
so numbers are handed to it as names.
"""

import argparse
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

__all__ = ["UnkeepableError", "interval", "next_turn", "trigger", "zone"]

_INTERVAL = re.compile(r"([1-9][0-9]{0,4})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CRON = re.compile(r"[0-9a-z*,/\- ]+")
_DAY_PART = re.compile(r"(\*|[0-7a-z]+)(?:-([0-7a-z]+))?(?:/([1-7]))?")


class UnkeepableError(ValueError):
    """A schedule that cannot be kept; ``zh`` and ``en`` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def interval(text: str) -> int:
    """`30s`, `15m` or `2h` in seconds; ArgumentTypeError says how to write it."""
    if not (parts := _INTERVAL.fullmatch(text)):
        raise argparse.ArgumentTypeError(
            f"“{text}”不是时间间隔，请写成 30s（秒）、15m（分）或 2h（时）。"
            f"'{text}' is not an interval: write 30s, 15m or 2h"
        )
    return int(parts[1]) * _SECONDS[parts[2]]


def zone(text: str) -> ZoneInfo:
    """A time zone by its name; ArgumentTypeError where there is none of that name."""
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError) as reason:  # KeyError: ZoneInfoNotFoundError
        raise argparse.ArgumentTypeError(
            f"没有名为“{text}”的时区，例如 Asia/Shanghai。"
            f"no time zone is called '{text}': write for instance Asia/Shanghai"
        ) from reason


def trigger(schedule: str, timezone: str) -> BaseTrigger:
    """The APScheduler trigger of a schedule; UnkeepableError if it cannot be kept."""
    place = zone(timezone)
    if len(schedule.split()) == 1:
        try:
            return IntervalTrigger(seconds=interval(schedule), timezone=place)
        except argparse.ArgumentTypeError as reason:
            raise UnkeepableError(
                "不是时间间隔，也不是 cron", "neither interval nor cron"
            ) from reason
    return _cron(schedule.lower(), place)


def next_turn(schedule: str, timezone: str, last: datetime | None, now: datetime) -> datetime:
    """When a source last tried at ``last`` (None: never) is due; a missed turn is due at once.

    All times carry a zone. UnkeepableError as for ``trigger``.
    """
    if last is None or last > now:
        return now
    if len(schedule.split()) == 1:
        return last + timedelta(seconds=interval(schedule))
    found: datetime | None = trigger(schedule, timezone).get_next_fire_time(
        None, last + timedelta(seconds=1)
    )
    return found or datetime.max.replace(tzinfo=now.tzinfo)


def _cron(schedule: str, place: ZoneInfo) -> BaseTrigger:
    fields = schedule.split()
    if len(fields) != 5 or not _CRON.fullmatch(schedule):
        raise UnkeepableError(
            "cron 要有五段：分 时 日 月 周", "cron has five fields: minute hour day month weekday"
        )
    if fields[2] != "*" and fields[4] != "*":
        raise UnkeepableError(
            "“日”和“周”不能同时限定，请分成两个来源", "day and weekday cannot both be limited"
        )
    try:
        found = CronTrigger.from_crontab(" ".join([*fields[:4], _weekdays(fields[4])]), place)
        ever = found.get_next_fire_time(None, datetime(2024, 1, 1, tzinfo=place))
    except (ValueError, TypeError, KeyError) as reason:
        raise UnkeepableError(
            f"有一段写错了（{reason}）", f"a field is wrong ({reason})"
        ) from reason
    if ever is None:
        raise UnkeepableError("这样的日子不存在", "such a day never comes")
    return found


def _weekdays(field: str) -> str:
    """The weekday field with cron's numbers as names: `1-5` → `mon,tue,wed,thu,fri`."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        if not (parts := _DAY_PART.fullmatch(part)):
            raise ValueError(f"weekday {part}")
        first, last, step = parts.groups()
        start = 0 if first == "*" else _day(first)
        end = 6 if first == "*" or (step and not last) else _day(last or first)
        end = end + 7 if end < start else end
        days |= {day % 7 for day in range(start, end + 1, int(step or 1))}
    return ",".join(_DAYS[day] for day in sorted(days))


def _day(text: str) -> int:
    return int(text) % 7 if text.isdigit() else _DAYS.index(text)
