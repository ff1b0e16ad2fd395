"""Is it up, and are the data as new as promised?"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from dashboard.readiness import overdue
from dashboard.store import NoDataError, Store

__all__ = ["connect"]

SAID = {
    "stale": "数据应在 {0} 前更新 / the data were due to be refreshed by {0}",
    "silent": "时钟自 {0} 起没有动静 / no sign of life from the clock since {0}",
    "late": "自 {0} 起没有成功的更新 / no refresh has succeeded since {0}",
    "unseen": "自 {0} 起没有看到共用的存储 / the shared storage has not been seen since {0}",
    "behind": "自 {0} 起未能取得新的一版 / a newer set could not be taken since {0}",
}


def connect(routes: Blueprint, store: Store) -> None:
    """`/healthz` and `/readyz`."""

    @routes.get("/healthz")
    def healthz() -> Response:
        dataset = store.dataset()
        return jsonify(status="ok", snapshot=dataset.snapshot_id, observations=dataset.facts.total)

    @routes.get("/readyz")
    def readyz() -> Response:
        return _ready(store)


def _ready(store: Store) -> Response:
    """200 while data can be read and are as new as promised, else 503 with every reason."""
    try:
        dataset = store.dataset()
    except NoDataError as problem:
        return _unready([{"code": "no_data", "message": str(problem)}])
    broken = overdue(store.status(), datetime.now(UTC))
    if broken:
        since = [(reason, reason.since.isoformat(timespec="seconds")) for reason in broken]
        return _unready(
            [
                {"code": reason.code, "since": when, "message": SAID[reason.code].format(when)}
                for reason, when in since
            ]
        )
    return jsonify(
        status="ready",
        snapshot=dataset.snapshot_id,
        observations=dataset.facts.total,
        damaged=store.trouble,
    )


def _unready(reasons: list[dict[str, str]]) -> Response:
    answer = jsonify(status="not ready", reasons=reasons)
    answer.status_code = 503
    return answer
