"""Invented clauses of work reports, labelled by hand: what is read in them, and what is not."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extract.reading import Candidate, propose

CLAUSES = [
    json.loads(line)
    for line in Path(__file__).with_name("clauses.jsonl").read_text("utf-8").splitlines()
]
LEAST = {"quantity": 0.97, "value": 0.99, "bounds": 0.97, "unit": 0.97, "indicator": 0.95}


def _placed(case: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], int, int]]:
    at = 0
    for fact in case["facts"]:
        at = case["clause"].index(fact["text"], at)
        yield fact, at, at + len(fact["text"])


def _hard(candidate: Candidate) -> tuple[Decimal | None, Decimal | None]:
    lower = candidate.lower if candidate.lower_kind == "hard" else None
    upper = candidate.upper if candidate.upper_kind == "hard" else None
    return lower, upper


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _compared(case: Mapping[str, Any]) -> Counter[str]:
    """What is right, missed and too much in one clause, by aspect."""
    counts: Counter[str] = Counter()
    waiting = list(propose(case["clause"]).candidates)
    for fact, start, end in _placed(case):
        found = next((c for c in waiting if c.start < end and start < c.end), None)
        counts["facts"] += 1
        counts["codes"] += fact["indicator"] is not None
        if found is None:
            continue
        waiting.remove(found)
        counts["quantity"] += 1
        counts["value"] += found.value == _number(fact["value"])
        counts["bounds"] += _hard(found) == (_number(fact["lower"]), _number(fact["upper"]))
        counts["unit"] += found.unit == fact["unit"]
        is_code = fact["indicator"] is not None and found.indicator == fact["indicator"]
        counts["indicator"] += is_code
        counts["proposed"] += found.indicator is not None
    counts["extra"] += len(waiting)
    counts["proposed"] += sum(c.indicator is not None for c in waiting)
    return counts


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    return sum((_compared(case) for case in CLAUSES), Counter[str]())


def test_there_are_many_clauses_of_every_kind() -> None:
    codes = Counter(fact["indicator"] for case in CLAUSES for fact in case["facts"])
    assert len(CLAUSES) >= 200
    assert len(codes) >= 40
    assert codes[None] >= 25
    assert sum(not case["facts"] for case in CLAUSES) >= 15


def test_quantities_are_found_and_nothing_else(counts: Counter[str]) -> None:
    found = counts["quantity"]
    assert 2 * found / (counts["facts"] + found + counts["extra"]) >= LEAST["quantity"]


@pytest.mark.parametrize("aspect", ["value", "bounds", "unit"])
def test_quantities_are_read_right(aspect: str, counts: Counter[str]) -> None:
    assert counts[aspect] / counts["quantity"] >= LEAST[aspect]


def test_indicators_are_told(counts: Counter[str]) -> None:
    right = counts["indicator"]
    assert 2 * right / (counts["proposed"] + counts["codes"]) >= LEAST["indicator"]


@pytest.mark.parametrize(
    "case", [case for case in CLAUSES if not case["facts"]], ids=lambda c: c["id"]
)
def test_what_counts_nothing_is_masked(case: Mapping[str, Any]) -> None:
    reading = propose(case["clause"])
    assert not reading.candidates
    assert not any(mask.reason == "other_number" for mask in reading.masks)
