"""The labelled cases, where a folder that holds them is named; the project has no copy."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from extract.quantity import find

FOLDER = os.environ.get("LIVELIHOOD_EVAL", "")
needs_labels = pytest.mark.skipif(
    not FOLDER, reason="LIVELIHOOD_EVAL names no folder with labelled cases"
)


def cases(name: str) -> list[dict]:
    lines = (Path(FOLDER) / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def number(label: object) -> Decimal | None:
    return None if label is None else Decimal(str(label))


def differences(case: dict) -> list[str]:
    found = {(q.start, q.end): q for q in find(case["input"])}
    wrong = []
    for label in case["expected"]:
        quantity = found.get((label["start"], label["end"]))
        if quantity is None:
            wrong.append(f"{case['id']}: {label['text']} not found")
            continue
        if label.get("value") is not None and quantity.value != number(label["value"]):
            wrong.append(f"{case['id']}: value {quantity.value}")
        if label.get("unit") not in (None, quantity.unit):
            wrong.append(f"{case['id']}: unit {quantity.unit}")
        if "lower" in label:
            wrong += differing_bounds(case["id"], label, quantity)
    if case["exhaustive"] and len(found) != len(case["expected"]):
        wrong.append(f"{case['id']}: found {[q.text for q in found.values()]}")
    return wrong


def differing_bounds(name: str, label: dict, quantity) -> list[str]:
    expected = (number(label["lower"]), number(label["upper"]))
    ends = (label["lower_open"], label["upper_open"])
    soft = {"": (), "both": ("lower", "upper")}.get(label["soft"], (label["soft"],))
    kinds = tuple("soft" if end in soft else "hard" for end in ("lower", "upper"))
    same = (
        expected == (quantity.lower, quantity.upper)
        and ends == (quantity.lower_open, quantity.upper_open)
        and kinds == (quantity.lower_kind, quantity.upper_kind)
    )
    return [] if same else [f"{name}: {quantity}"]


@needs_labels
def test_every_labelled_qualifier_reads_as_labelled():
    wrong = [line for case in cases("qualifiers.jsonl") for line in differences(case)]
    assert wrong == []
