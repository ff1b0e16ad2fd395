"""One, two, five and ten times the rows by more indicators and years; the offices stay.

The sets are published as `bench.large_set` makes them: what is measured is reading.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench import large_set
from bench.nation.asking import engine
from bench.nation.divisions import Office
from bench.nation.questions import addresses, questions
from bench.nation.walk import Place, answers
from bench.store import apart

__all__ = ["ALLOWED", "STEPS", "Curve", "grown", "missed"]

STEPS: Mapping[int, tuple[int, int]] = {1: (20, 5), 2: (20, 10), 5: (50, 10), 10: (100, 10)}
"""How many times the rows → indicators, years."""
ROUNDS = 3
ALLOWED = 1.5
"""At ten times the rows a question may take so many times as long."""
JUDGED_FROM_MS = 20.0
"""What takes less at first is told and not judged: its spread is as large."""

Curve = dict[str, dict[int, float]]
"""Question → times the rows → milliseconds."""


def grown(offices: Sequence[Office], folder: Path, checkout: Path) -> tuple[Curve, dict[int, int]]:
    """The curve, and how many rows each step has; every set is removed again.

    The steps are asked in turns, so that whatever else the machine does falls on all.
    """
    places = {times: Place(folder / f"times-{times}", checkout) for times in STEPS}
    try:
        rows = {
            times: apart(large_set.publish, place.published, offices, *reversed(STEPS[times]))
            for times, place in places.items()
        }
        os.sync()
        rounds = [{times: _asked(place) for times, place in places.items()} for _ in range(ROUNDS)]
    finally:
        for place in places.values():
            shutil.rmtree(place.folder, ignore_errors=True)
    names = rounds[0][min(STEPS)]
    return {
        name: {times: median(seen[times][name] for seen in rounds) for times in STEPS}
        for name in names
    }, rows


def missed(curve: Curve) -> list[str]:
    """Our questions that grew too much."""
    return [
        name
        for name, took in curve.items()
        if not name.startswith("DuckDB")
        and took[min(took)] >= JUDGED_FROM_MS
        and took[max(took)] > ALLOWED * took[min(took)]
    ]


def _asked(place: Place) -> dict[str, float]:
    asked = questions(place.published)
    bare = engine("duckdb", place.published, asked)
    _, pages = answers(place, addresses(asked))
    found = {f"DuckDB, {name}": bare[name] for name in ("q1", "q2")}
    return found | {page.name: page.later for page in pages if "CSV" not in page.name}
