"""What went wrong, as application/problem+json (RFC 9457), for programs and for who reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Response, request

from dashboard.address import LONGEST, Unread
from dashboard.store import NotThenError

__all__ = ["MEDIA_TYPE", "TITLES", "problem", "refused", "unknown"]

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[str, str] = {
    "parameters": "没有读懂的参数 / parameters not understood",
    "not-then": "没有那一天的版本 / no version of that day",
    "not-found": "没有找到 / not found",
    "too-many": "太多了 / too much at once",
    "busy": "正在发送的大文件太多 / too many large files are being sent",
    "no-data": "没有可读的数据 / no readable data",
    "method": "只能读取 / read only",
    "request": "没有读懂的请求 / a request not understood",
    "failure": "出错了 / something failed",
}
"""Kinds of problems and their titles; `type` is the kind's anchor on the Data page."""


def problem(
    status: int, kind: str, detail: str = "", problems: Sequence[Mapping[str, object]] = ()
) -> Response:
    """An answer that says what is wrong; `problems` names each parameter with the nearest."""
    body = {
        "type": f"/en/data#problem-{kind}",
        "title": TITLES[kind],
        "status": status,
        "detail": detail or TITLES[kind],
        "instance": request.path[:LONGEST],
        "problems": list(problems),
    }
    text = json.dumps(body, ensure_ascii=False)
    answer = Response(text, status=status, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def refused(unread: Sequence[Unread], refusal: NotThenError | None) -> Response:
    """400 for what was not understood, 404 for a day whose set cannot be given.

    `unknown` says whether it is the parameter's name that nobody knows, or its value.
    """
    problems = [_told(u) for u in unread]
    if refusal is not None:
        first = refusal.first
        problems.append(_named("asof", refusal.day.isoformat(), first.isoformat() if first else ""))
    if unread:
        return problem(400, "parameters", _sentence(problems), problems)
    return problem(404, "not-then", problems=problems)


def unknown(parameter: str, given: str, nearest: str = "") -> Response:
    """404 for a thing that is asked for by its identifier and is not there."""
    named = _named(parameter, given, nearest)
    return problem(404, "not-found", _sentence([named]), [named])


def _told(unread: Unread) -> Mapping[str, object]:
    named = _named(unread.parameter, unread.given, unread.nearest)
    return {**named, "unknown": "name"} if unread.is_name else named


def _named(parameter: str, given: str, nearest: str) -> Mapping[str, object]:
    return {"parameter": parameter, "given": given, "nearest": nearest, "unknown": "value"}


def _sentence(problems: Sequence[Mapping[str, object]]) -> str:
    return "; ".join(
        f"{p['parameter']}={p['given']}" + (f" ({p['nearest']}?)" if p["nearest"] else "")
        for p in problems
    )
