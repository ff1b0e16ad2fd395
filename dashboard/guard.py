"""What protects the reader: content security policy, same-origin posts, plain headers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}"
)
LARGEST_REQUEST = 256 * 1024


def protect(server: Flask, script_hashes: Sequence[str], *, embedders: Sequence[str] = ()) -> None:
    """Add headers to every answer, refuse posts from other sites and oversized bodies.

    `script_hashes` are the CSP hashes of Dash's inline scripts, taken after all callbacks are
    registered. Only the embed view may be framed, and only by `embedders`.
    """
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    scripts = " ".join(script_hashes)

    @server.before_request
    def same_origin() -> None:
        if request.method == "POST" and not _is_own(request.headers, request.host):
            abort(403)

    @server.after_request
    def headers(answer: Response) -> Response:
        framed = " ".join(embedders) if embedders and request.args.get("embed") else "'none'"
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
    return origin is None or urlsplit(origin).netloc == host
