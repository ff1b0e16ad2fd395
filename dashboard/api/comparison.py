"""Two numbers compared: the verdict, its reasons in words, and what may be computed, if anything.

Where the verdict blocks, nothing is computed: no order, no difference, no percentage, no sign.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any

from flask import Blueprint, Response

from dashboard.api.caching import answered
from dashboard.api.collections import ASOF, JSON, Question, asked
from dashboard.api.parameters import PARAMETERS, Parameter
from dashboard.api.problem import unknown
from dashboard.api.tables import in_json
from dashboard.compare import Comparison, Interval, Observation, compare
from dashboard.records import Locale
from dashboard.store import Dataset, Store
from dashboard.wording import change_words, order_words, verdict_sentences

__all__ = ["BY_ROWS", "BY_WORDS", "PAIRS", "compared", "connect"]

PAIRS = 200
"""Pairs that one answer holds; each office has few numbers of an indicator and a year."""
BY_ROWS: tuple[Parameter, ...] = (PARAMETERS["preset"], *ASOF)
BY_WORDS: tuple[Parameter, ...] = (
    replace(PARAMETERS["indicator"], most=1, least=1),
    replace(
        PARAMETERS["office"],
        zh="两个单位；同一单位写两次，配两个年份",
        en="Two offices; the same twice, with two years",
        most=2,
        least=2,
    ),
    replace(
        PARAMETERS["year"],
        zh="年份；写两个时依次属于两个单位；不写则取各自最近一年",
        en="Year; of two the first is that of the first office; none means each one's last",
        most=2,
    ),
    PARAMETERS["variant"],
    *BY_ROWS,
)
BOTH: tuple[Locale, ...] = ("zh", "en")


def connect(routes: Blueprint, store: Store) -> None:
    """`/api/v1/compare` and `/api/v1/compare/<row>/<row>`."""

    @routes.get("/api/v1/compare")
    def by_words() -> Response:
        question = asked(store, BY_WORDS)
        if isinstance(question, Response):
            return question
        sides = [_side(question, place) for place in (0, 1)]
        for place, side in enumerate(sides):
            if not side:
                return unknown("office", question.asked.all("office")[place])
        return answered(question.dataset, lambda: _told(question.dataset, *sides))

    @routes.get("/api/v1/compare/<first>/<second>")
    def by_rows(first: str, second: str) -> Response:
        question = asked(store, BY_ROWS)
        if isinstance(question, Response):
            return question
        sides = [question.dataset.get(row) for row in (first, second)]
        for row, side in zip((first, second), sides, strict=True):
            if side is None:
                return unknown("row", row[:200], question.dataset.nearest(row[:200]))
        pair = [[side] for side in sides if side is not None]
        return answered(question.dataset, lambda: _told(question.dataset, *pair))


def compared(found: Comparison, dataset: Dataset) -> dict[str, Any]:
    """One pair as JSON; `order` and `change` are null where the verdict blocks."""
    verdict = found.verdict
    sentences = [verdict_sentences(verdict, dataset.glossary, locale) for locale in BOTH]
    codes = [(str(r.code), r.blocks) for r in verdict.reasons] or [("OK", False)]
    return {
        "first": _brief(verdict.first),
        "second": _brief(verdict.second),
        "verdict": {"code": str(verdict.code), "blocks": verdict.blocks},
        "reasons": [
            {"code": code, "blocks": blocks, "zh": zh, "en": en}
            for (code, blocks), zh, en in zip(codes, *sentences, strict=True)
        ],
        "order": None if found.order is None else _order(found),
        "change": None if found.change.interval is None else _change(found),
    }


def _side(question: Question, place: int) -> Sequence[Observation]:
    """The results of one side: of its year, else of the last it has."""
    given, years = question.asked, question.asked.all("year")
    return question.dataset.select(
        indicator=given.one("indicator"),
        offices=[given.all("office")[place]],
        year=int(years[min(place, len(years) - 1)]) if years else None,
        variant=given.one("variant"),
        is_result=True,
        is_latest=not years,
    )


def _told(
    dataset: Dataset, first: Sequence[Observation], second: Sequence[Observation]
) -> Response:
    pairs = [(a, b) for a, b in product(first, second) if a.id != b.id or len(first) == 1]
    data = [compared(compare(a, b, dataset.registry), dataset) for a, b in islice(pairs, PAIRS)]
    label = {"zh": dataset.label.zh, "en": dataset.label.en}
    meta = {"snapshot": dataset.snapshot_id, "label": label, "total": len(pairs)}
    return Response(json.dumps({"data": data, "meta": meta}, ensure_ascii=False), content_type=JSON)


def _brief(o: Observation) -> dict[str, object]:
    """What names an observation, and its interval."""
    kinds = {"year": "integer", "value": "number", "lower": "number", "upper": "number"}
    names = ("id", "ref_area", "indicator", "variant", "time_period", "year", "as_written", "unit")
    cells = {n: in_json(getattr(o, n), kinds.get(n, "string")) for n in names}
    ends = {n: in_json(getattr(o, n), kinds[n]) for n in ("value", "lower", "upper")}
    return {**cells, **ends, "lower_open": o.lower_open, "upper_open": o.upper_open}


def _order(found: Comparison) -> dict[str, object]:
    assert found.order is not None
    words: dict[str, object] = {str(locale): order_words(found.order, locale) for locale in BOTH}
    by = found.order.decided_by
    return {"relation": str(found.order.relation), "decided_by": by, **words}


def _change(found: Comparison) -> dict[str, object]:
    change = found.change
    words: dict[str, object] = {str(locale): change_words(change, locale).text for locale in BOTH}
    return {
        "sign": None if change.sign is None else str(change.sign),
        "decided_by": change.decided_by,
        "difference": _interval(change.interval),
        "percentage": _interval(change.percentage),
        "no_percentage": None if change.no_percentage is None else str(change.no_percentage),
        "gap_years": change.gap_years,
        **words,
    }


def _interval(found: Interval | None) -> dict[str, object] | None:
    """Ends as decimal text, a ratio for a percentage (0.25 is 25 %); null where there is none."""
    if found is None:
        return None
    lower, upper = (in_json(end, "number") for end in (found.lower, found.upper))
    opens = {"lower_open": found.lower_open, "upper_open": found.upper_open}
    return {"lower": lower, "upper": upper, **opens}
