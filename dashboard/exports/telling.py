"""What readers and programs are told about an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify, redirect
from werkzeug.wrappers import Response as Answer

from dashboard.address import Address
from dashboard.api.problem import problem
from dashboard.chosen import MOST_LONG
from dashboard.exports.state import ENDED, State
from dashboard.phrases import phrases
from dashboard.records import Locale
from dashboard.view import fill

__all__ = ["MOST", "as_json", "gone", "led", "page", "refusal", "refusal_words"]

AGAIN = 2
"""Seconds after which to look again."""
MIB = 1 << 20
MOST = (
    f"一张表最多放{MOST_LONG}条观测。缩小范围，或取 CSV、Parquet。 / "
    f"A sheet holds {MOST_LONG} observations: narrow the view, or take CSV or Parquet."
)
GONE = "没有这份导出，或已经清理。从原来的页面再导出一次。 / No such export, or no longer kept."


def led(state: State, *, as_page: bool) -> Answer:
    """To the page about an export, or with 202 to where a program may ask."""
    asked = state.ticket
    if as_page and asked is not None:
        answer: Answer = redirect(f"/{asked.locale}/exports/{state.key}", 303)
    else:
        answer = as_json(state)
        if not answer.status_code >= 400:
            answer.status_code = 202
        answer.headers["Location"] = f"/exports/{state.key}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def as_json(state: State) -> Answer:
    """How it stands; what ended without a file is a problem."""
    if state.name in ENDED:
        status = 410 if state.name in {"stopped", "abandoned"} else 500
        kind = "not-found" if status == 410 else "failure"
        answer: Response = problem(status, kind, _both(f"exports.{state.name}.text"))
    else:
        answer = jsonify(_values(state))
        if not state.is_over:
            answer.headers["Retry-After"] = str(AGAIN)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def gone() -> Response:
    """404 for an export that is not here."""
    return problem(404, "not-found", GONE)


def page(state: State | None, key: str, locale: Locale, asset: Callable[[str], str]) -> Response:
    """The page about an export; it asks again by itself, with and without scripts."""
    t = phrases(locale)
    name = state.name if state else "gone"
    rows = state.total if state else 0
    told: dict[str, Any] = {
        "name": name,
        "title": t(f"exports.{name}"),
        "text": t(f"exports.{name}.text"),
        "said": _said(state, locale),
        "written": state.written if state else 0,
        "total": rows,
        "again": 0 if state is None or state.is_over else AGAIN,
        "status": f"/exports/{key}?lang={locale}",
        "file": f"/exports/{key}.xlsx" if name == "ready" else "",
        "stop": f"/{locale}/exports/{key}/stop" if name in {"waiting", "building"} else "",
        "source": state.ticket.source if state and state.ticket else "",
        "file_name": state.ticket.name if state and state.ticket else "",
        "snapshot": state.ticket.snapshot if state and state.ticket else "",
    }
    return _page(told, locale, asset, 200 if state else 404)


def refusal(status: int, why: str, locale: Locale, asset: Callable[[str], str]) -> Response:
    """The page for who cannot have it made now."""
    t = phrases(locale)
    told: Mapping[str, Any] = {
        **dict.fromkeys(("said", "status", "file", "stop", "source", "file_name", "snapshot"), ""),
        **dict.fromkeys(("written", "total", "again"), 0),
        "name": "refused",
        "title": t("exports.refused"),
        "text": t(f"exports.refused.{why}"),
    }
    return _page(told, locale, asset, status)


def refusal_words(why: str) -> str:
    """The same for programs, in both languages."""
    return _both(f"exports.refused.{why}")


def _page(
    told: Mapping[str, Any], locale: Locale, asset: Callable[[str], str], status: int
) -> Response:
    body = fill("export.html", Address(locale, "data"), {**told, "asset": asset})
    answer = Response(body, status=status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _values(state: State) -> Mapping[str, Any]:
    asked = state.ticket
    return {
        "state": state.name,
        "written": state.written,
        "total": state.total,
        "said": {locale: _said(state, locale) for locale in ("zh", "en")},
        "name": asked.name if asked else "",
        "snapshot": asked.snapshot if asked else "",
        "page": f"/{asked.locale if asked else 'zh'}/exports/{state.key}",
        "file": f"/exports/{state.key}.xlsx" if state.name == "ready" else None,
        "bytes": state.size or None,
    }


def _said(state: State | None, locale: Locale) -> str:
    """How far it is, in words."""
    t = phrases(locale)
    if state is None or state.name in ENDED:
        return ""
    if state.name == "ready":
        return t("exports.size", n=max(0.1, round(state.size / MIB, 1)))
    if state.name == "building" and state.written:
        return t("exports.rows", written=f"{state.written:,}", total=f"{state.total:,}")
    rows = state.ticket.rows if state.ticket else 0
    return t("exports.all", total=f"{rows:,}")


def _both(key: str) -> str:
    return f"{phrases('zh')(key)} / {phrases('en')(key)}"
