"""When data are older than promised: nothing promised, nothing broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.readiness import overdue

NOW = datetime(2032, 5, 4, 12, 0, tzinfo=UTC)


def ago(**given: float) -> str:
    return (NOW - timedelta(**given)).isoformat(timespec="seconds")


def clock(*, beat: str, stopped: str | None = None, every: int = 900) -> dict[str, Any]:
    return {"heartbeat": beat, "every_seconds": every, "stopped": stopped}


@pytest.mark.parametrize(
    ("status", "broken"),
    [
        ({}, []),
        ({"last_success": ago(days=400)}, []),
        ({"stale_after": ago(hours=-1)}, []),
        ({"stale_after": ago(seconds=1)}, ["stale"]),
        ({"stale_after": "soon"}, []),
        ({"stale_after": "2032-05-04T11:00:00"}, []),
        ({"clock": clock(beat=ago(seconds=110)), "last_success": ago(minutes=29)}, []),
        ({"clock": clock(beat=ago(seconds=130)), "last_success": ago(minutes=29)}, ["silent"]),
        ({"clock": clock(beat=ago(seconds=10)), "last_success": ago(minutes=31)}, ["late"]),
        ({"clock": clock(beat=ago(seconds=10), every=5), "last_success": ago(seconds=60)}, []),
        (
            {"clock": clock(beat=ago(days=9), stopped=ago(days=9)), "last_success": ago(days=9)},
            ["late"],
        ),
        (
            {
                "clock": clock(beat=ago(days=9)),
                "last_success": ago(days=9),
                "stale_after": ago(days=8),
            },
            ["stale", "silent"],
        ),
        ({"clock": "?"}, []),
        ({"clock": {}}, []),
    ],
)
def test_a_promise_is_broken_only_when_its_time_has_passed(
    status: dict[str, Any], broken: list[str]
) -> None:
    assert [reason.code for reason in overdue(status, NOW)] == broken


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    (reason,) = overdue({"stale_after": "2032-05-04T19:59:00+08:00"}, NOW)
    assert reason.since == NOW - timedelta(minutes=1)
