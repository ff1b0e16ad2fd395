"""Are the data as new as promised? A pure question on status.json and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

__all__ = ["Code", "Reason", "overdue"]

Code = Literal["stale", "silent", "late"]

SILENCE = timedelta(minutes=2)
"""A heartbeat comes every 30 s or oftener; after this long the clock is not running."""
MISSED = 2
"""Intervals without a success that the clock's promise allows, and never less than SILENCE."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the data may be older than promised, and since when.

    stale: `stale_after` has passed; silent: the clock gives no sign of life; late: no refresh
    has succeeded for two intervals.
    """

    code: Code
    since: datetime


def overdue(status: Mapping[str, Any], now: datetime) -> tuple[Reason, ...]:
    """Every promise of `status` that is broken at `now` (with its zone); () if none was made."""
    clock = status.get("clock")
    found = [_stale(status, now)]
    if isinstance(clock, dict):
        found += [_silent(clock, now)]
        if not status.get("stale_after"):
            found += [_late(status, clock, now)]
    return tuple(reason for reason in found if reason is not None)


def _stale(status: Mapping[str, Any], now: datetime) -> Reason | None:
    until = moment(status.get("stale_after"))
    return Reason("stale", until) if until is not None and until < now else None


def _silent(clock: Mapping[str, Any], now: datetime) -> Reason | None:
    """A clock that was stopped on purpose is not expected to beat."""
    beat = moment(clock.get("heartbeat"))
    if beat is None or clock.get("stopped"):
        return None
    return Reason("silent", beat) if now - beat > SILENCE else None


def _late(status: Mapping[str, Any], clock: Mapping[str, Any], now: datetime) -> Reason | None:
    success, every = moment(status.get("last_success")), clock.get("every_seconds")
    if success is None or not isinstance(every, int | float):
        return None
    allowed = max(SILENCE, timedelta(seconds=MISSED * every))
    return Reason("late", success) if now - success > allowed else None


def moment(given: object) -> datetime | None:
    """A moment with its zone as status.json writes it; None for anything else."""
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
