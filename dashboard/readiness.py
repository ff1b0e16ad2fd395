"""Are the data as new as promised? A pure question on status.json and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

__all__ = ["Code", "Reason", "overdue"]

Code = Literal["stale", "silent", "late", "unseen", "behind"]

SILENCE = timedelta(minutes=2)
"""A heartbeat comes every 30 s or oftener; after this long the clock is not running."""
MISSED = 2
"""Intervals without a success that the clock's promise allows, and never less than SILENCE."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the data may be older than promised, and since when.

    stale: `stale_after` has passed; silent: the clock gives no sign of life; late: no refresh
    has succeeded for two intervals. On a machine that follows another: unseen: the storage could
    not be looked at; behind: a newer set is there and cannot be taken.
    """

    code: Code
    since: datetime


def overdue(status: Mapping[str, Any], now: datetime) -> tuple[Reason, ...]:
    """Every promise of `status` that is broken at `now` (with its zone); () if none was made."""
    clock, following = status.get("clock"), status.get("following")
    found = [_stale(status, now)]
    is_copy = isinstance(following, dict) and "remote" not in status
    if is_copy and (away := _away(following or {}, now)):
        found += [away]  # what else there is to say of the clock is not known here
    elif isinstance(clock, dict):
        found += [_silent(clock, now)]
        if not status.get("stale_after"):
            found += [_late(status, clock, now)]
    return tuple(reason for reason in found if reason is not None)


def _stale(status: Mapping[str, Any], now: datetime) -> Reason | None:
    until = moment(status.get("stale_after"))
    return Reason("stale", until) if until is not None and until < now else None


def _away(following: Mapping[str, Any], now: datetime) -> Reason | None:
    """What follows another machine has not seen it, or could not take what it saw, for so long."""
    beat = moment(following.get("heartbeat"))
    seen = moment(following.get("looked_at")) or moment(following.get("since"))
    if seen is None or beat is None:
        return None
    if now - min(seen, beat) > SILENCE:
        return Reason("unseen", min(seen, beat))
    since = moment(following.get("since"))
    if following.get("state") != "behind" or since is None or now - since <= SILENCE:
        return None
    return Reason("behind", since)


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
