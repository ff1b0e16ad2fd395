"""Answers that say which set they come from, so that nobody fetches the same twice.

An entity tag stands for a published set, a question and a form. It is weak: a compressed answer
carries the same. Tables that were never published have no identity, and no tag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request

from dashboard.dataset import Dataset

__all__ = ["answered", "tag_of"]

FORM = "1"
"""Changes when the same set is written in another way."""


def tag_of(identity: str) -> str:
    """The tag of the question being answered, about the set of that identity."""
    asked = f"{FORM}\n{identity}\n{request.path}\n".encode() + request.query_string
    return hashlib.sha256(asked).hexdigest()[:32]


def answered(dataset: Dataset, write: Callable[[], Response], more: str = "") -> Response:
    """What `write` gives, with its tag; 304 and nothing written where the asker has it already.

    `more` is what else the answer depends on.
    """
    if not dataset.is_published:
        return _fresh(write())
    tag = tag_of(f"{dataset.snapshot_id} {more}")
    known = request.if_none_match.contains_weak(tag)
    answer = _fresh(Response(status=304) if known else write())
    if answer.status_code in {200, 304}:
        answer.set_etag(tag, weak=True)
    return answer


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-cache"
    return answer
