"""What is said of a set: which statement from which numbers, by table, and nothing made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from dashboard.compare import Code, Observation, Registry
from dashboard.compare.statements import PAIRED, Statement, Topic, statements

A, B, TOWN = "111111001", "111111002", "111111101"
ZERO = {"exactly": 0, "as_written": "未发生", "rule": "R15", "flags": ("negated", "self_reported")}
OVER = {"value": 300, "lower": 300, "upper": 400, "lower_open": True, "upper_open": True}
SOFT = {"lower": 117, "upper": 143, "lower_kind": "soft", "upper_kind": "soft"}
PART = {"is_full_period": False, "period_end": date(2022, 9, 30)}

SETS: dict[str, tuple[list[dict[str, Any]], list[tuple[Topic, list[str]]]]] = {
    "nothing": ([], []),
    "one-exact-number": ([{"id": "a"}], []),
    "two-offices-the-larger-first": (
        [{"id": "a", "exactly": 9}, {"id": "b", "ref_area": B, "exactly": 12}],
        [(Topic.PAIR, ["b", "a"])],
    ),
    "two-offices-blocked": (
        [{"id": "a", "variant": "x"}, {"id": "b", "ref_area": B, "variant": "y"}],
        [(Topic.APART, ["a", "b"])],
    ),
    "two-years": (
        [{"id": "a", "year": 2021, "exactly": 9}, {"id": "b", "exactly": 12}],
        [(Topic.CHANGE, ["a", "b"])],
    ),
    "two-years-of-doubt": ([{"id": "a", "year": 2021}, {"id": "b", "obs_status": "V"}], []),
    "two-years-blocked": (
        [{"id": "a", "year": 2021, "variant": "x"}, {"id": "b", "variant": "y"}],
        [(Topic.APART_YEARS, ["a", "b"])],
    ),
    "two-years-like-with-like": (
        [
            {"id": "a", "year": 2021, "variant": "x"},
            {"id": "b", "variant": "y"},
            {"id": "c", "variant": "x", "exactly": 140},
        ],
        [(Topic.CHANGE, ["a", "c"])],
    ),
    "zeros-of-one-office-together": (
        [{"id": "a", "year": 2021, **ZERO}, {"id": "b", **ZERO}],
        [(Topic.ZERO, ["a", "b"])],
    ),
    "rivals": (
        [
            {"id": "a", "flags": ("conflicting",)},
            {"id": "b", "flags": ("conflicting",), "exactly": 140, "chosen": False},
            {"id": "c", "ref_area": TOWN, "indicator": "other", **OVER},
        ],
        [(Topic.RIVALS, ["a", "b"])],
    ),
    "a-range": ([{"id": "a", **OVER}], [(Topic.APPROXIMATE, ["a"])]),
    "a-range-by-meaning-before-one-assumed": (
        [{"id": "a", **SOFT}, {"id": "b", "indicator": "other", **OVER}],
        [(Topic.APPROXIMATE, ["b"])],
    ),
    "a-plan-is-not-spoken-of": (
        [{"id": "a"}, {"id": "b", "ref_area": B, "status": "plan"}],
        [],
    ),
    "nothing-to-object-before-a-warning": (
        [
            {"id": "a", "year": 2021},
            {"id": "b", "ref_area": B},
            {"id": "c", "ref_area": TOWN, "exactly": 131},
        ],
        [(Topic.PAIR, ["c", "b"])],
    ),
    "a-known-order-before-an-unknown-one": (
        [
            {"id": "a", **OVER},
            {"id": "b", "ref_area": B, "value": 350, "exactly": 350},
            {"id": "c", "ref_area": TOWN, "exactly": 7},
        ],
        [(Topic.PAIR, ["b", "c"]), (Topic.APPROXIMATE, ["a"])],
    ),
    "only-a-core-indicator-is-blocked-in-words": (
        [
            {"id": "a", "indicator": "other", "variant": "x"},
            {"id": "b", "indicator": "other", "ref_area": B, "variant": "y"},
        ],
        [],
    ),
    "the-reason-that-shows-least": (
        [
            {"id": "a", "unit": "户", "window": "flow"},
            {"id": "b", "ref_area": B},
            {"id": "c", "ref_area": TOWN, **PART},
        ],
        [(Topic.APART, ["b", "c"])],
    ),
}


def told(found: Sequence[Statement]) -> list[tuple[Topic, list[str]]]:
    return [(s.topic, [o.id for o in s.observations]) for s in found]


def ask(
    rows: Sequence[dict[str, Any]], observed: Callable[..., Observation], registry: Registry
) -> tuple[Statement, ...]:
    given = [observed(**row) for row in rows]
    return statements(given, registry, ("mediations", "other"), frozenset({"mediations"}))


@pytest.mark.parametrize("name", SETS)
def test_which_statement_comes_from_which_numbers(
    name: str, observed: Callable[..., Observation], registry: Registry
) -> None:
    rows, expected = SETS[name]
    assert told(ask(rows, observed, registry)) == expected
    assert told(ask(rows[::-1], observed, registry)) == expected


@pytest.mark.parametrize("name", SETS)
def test_nothing_is_computed_from_what_blocks(
    name: str, observed: Callable[..., Observation], registry: Registry
) -> None:
    for statement in ask(SETS[name][0], observed, registry):
        found = statement.comparison
        is_apart = statement.topic in {Topic.APART, Topic.APART_YEARS}
        assert (found is not None and found.verdict.blocks) is is_apart
        if found is not None and is_apart:
            change = found.change
            assert (change.interval, change.percentage, change.sign, found.order) == (None,) * 4
        if statement.topic is Topic.CHANGE:
            assert found is not None
            assert found.verdict.code is Code.OK


def test_each_topic_is_told_once_and_of_another_indicator(
    observed: Callable[..., Observation], registry: Registry
) -> None:
    rows = [
        {"id": f"{indicator}-{area}-{year}", "indicator": indicator, "ref_area": area, "year": year}
        | {"exactly": year - 2000 + len(area + indicator) + int(area[-1])}
        for indicator in ("mediations", "other")
        for area in (A, B, TOWN)
        for year in (2021, 2022)
    ]
    pair, change = ask(rows, observed, registry)
    assert (pair.topic, change.topic) == (Topic.PAIR, Topic.CHANGE)
    assert pair.observations[0].indicator == "mediations"
    assert change.observations[0].indicator == "other"
    areas = {o.ref_area for o in pair.observations}
    assert areas.isdisjoint({o.ref_area for o in change.observations})


def test_only_so_many_rows_are_paired(
    observed: Callable[..., Observation], registry: Registry
) -> None:
    """Rows past the bound are left alone, however plain their pair would be."""
    many = [{"id": f"a{n:03}", "variant": f"v{n}"} for n in range(PAIRED)]
    last = [{"id": "z1", "ref_area": B, "variant": "same"}, {"id": "z2", "ref_area": TOWN}]
    found = ask([*many, *last], observed, registry)
    assert all(o.id.startswith("a") for s in found for o in s.observations)
