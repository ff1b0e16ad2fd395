"""Numbers per so many residents: only by an office's own residents of the same time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboard.compare import Code, Observation, Registry, rates, verdict, with_residents

D = Decimal
Make = Callable[..., Observation]
CENSUS = {"indicator": "population", "unit": "人", "id": "residents"}


def residents(observed: Make, **given: Any) -> Observation:
    day = given.pop("on", date(2022, 11, 1))
    return observed(**{**CENSUS, "exactly": 50_000, **given, "on": day})


@pytest.mark.parametrize(
    ("number", "people", "bounds"),
    [
        ({"exactly": 130}, {}, (D(26), D(26), False, False)),
        (
            {"lower": 300, "upper": 400, "lower_open": True, "upper_open": True},
            {},
            (D(60), D(80), True, True),
        ),
        (
            {"exactly": 8},
            {"lower": 40_000, "upper": 50_000, "lower_open": True, "upper_open": True},
            (D("1.6"), D(2), True, True),
        ),
        ({"lower": 500, "upper": None}, {}, (D(100), None, False, True)),
        ({"exactly": 0}, {}, (D(0), D(0), False, False)),
    ],
)
def test_bounds_are_divided_end_by_end(
    number: dict[str, Any], people: dict[str, Any], bounds: tuple[Any, ...], observed: Make
) -> None:
    (rate,) = rates([observed(**number)], [residents(observed, **people)], D(10_000))
    o = rate.observation
    assert (o.lower, o.upper, o.lower_open, o.upper_open) == bounds
    assert o.value is None
    assert o.unit == ""
    assert (o.id, o.as_written, o.period_end) == ("doc-001", "130件", date(2022, 12, 31))
    assert (rate.numerator.unit, rate.residents.id) == ("件", "residents")


@pytest.mark.parametrize(
    "people",
    [
        {"on": date(2021, 11, 1)},
        {"on": date(2023, 1, 1)},
        {"ref_area": "111111002"},
        {"scope": "site"},
        {"status": "plan"},
        {"chosen": False},
        {"lower": 0, "upper": 50_000},
    ],
    ids=["before", "after", "elsewhere", "a-part", "planned", "not-chosen", "perhaps-none"],
)
def test_nothing_is_borrowed(people: dict[str, Any], observed: Make) -> None:
    assert rates([observed()], [residents(observed, **people)], D(10_000)) == ()


def test_a_stock_needs_residents_of_the_same_day(observed: Make) -> None:
    seats = observed(on=date(2022, 6, 30))
    same, other = (residents(observed, on=date(2022, 6, day)) for day in (30, 29))
    assert len(rates([seats], [same], D(10_000))) == 1
    assert rates([seats], [other], D(10_000)) == ()


def test_shares_are_not_divided(observed: Make) -> None:
    assert rates([observed(unit="%")], [residents(observed)], D(10_000)) == ()


def test_what_was_not_verified_stays_so(observed: Make) -> None:
    (rate,) = rates([observed()], [residents(observed, obs_status="V")], D(10_000))
    assert rate.observation.obs_status == "V"


def test_a_verdict_speaks_of_the_residents_too(observed: Make, registry: Registry) -> None:
    there = {"ref_area": "111111002"}
    numbers = [observed(), observed(id="b", **there)]
    people = [residents(observed), residents(observed, variant="registered", **there)]
    first, second = rates(numbers, people, D(10_000))
    judged = verdict(first.observation, second.observation, registry)
    assert judged.code is Code.OK
    assert with_residents(first, second, judged, registry).code is Code.DEFINITION_DIFFERS
