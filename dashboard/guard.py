"""What protects the reader: content security policy, same-origin posts, calls as agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from dashboard.address import query_of

POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}"
)
LARGEST_REQUEST = 256 * 1024
CALLS = "/_dash-update-component"


def protect(
    server: Flask,
    script_hashes: Sequence[str],
    *,
    wired: Mapping[str, Mapping[str, object]],
    embedders: Sequence[str] = (),
) -> None:
    """Add headers to every answer; refuse posts from other sites, oversized or made up.

    `script_hashes` are the CSP hashes of Dash's inline scripts, taken after all callbacks are
    registered; `wired` says what a call of each of them holds (`wires.calls`). Only the embed view
    may be framed, and only by `embedders`.
    """
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    scripts = " ".join(script_hashes)

    @server.before_request
    def same_origin() -> None:
        if request.method == "POST" and not _is_own(request.headers, request.host):
            abort(403)

    @server.before_request
    def as_wired() -> None:
        if request.method == "POST" and request.path == CALLS and not _is_wired(_body(), wired):
            abort(400)

    @server.after_request
    def headers(answer: Response) -> Response:
        framed = (
            " ".join(embedders)
            if embedders and query_of(request.query_string).get("embed")
            else "'none'"
        )
        answer.headers["Content-Security-Policy"] = POLICY.format(scripts=scripts, ancestors=framed)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return answer


def _is_own(headers: object, host: str) -> bool:
    """A browser says where a post comes from; a tool that says nothing is let through."""
    get = headers.get  # type: ignore[attr-defined]
    site = get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = get("Origin")
    return origin is None or _host_of(origin) == host


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None where it names none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as "http://[::1"
        return None


def _body() -> object:
    """The JSON posted; None where it is none, or nested past all reason."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _is_wired(body: object, wired: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether a call names an output of ours with its own inputs and state; values are free."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    changed = body.get("changedPropIds", [])
    return (
        {part: _ends(body.get(part)) for part in ("outputs", "inputs", "state")}
        == wired.get(body["output"])
        and isinstance(changed, list)
        and all(isinstance(name, str) for name in changed)
    )


def _ends(part: object) -> object:
    """Component and property that a part of a call names, or those of each in a list."""
    if isinstance(part, list):
        return [_ends(end) for end in part]
    return (part.get("id"), part.get("property")) if isinstance(part, dict) else None
