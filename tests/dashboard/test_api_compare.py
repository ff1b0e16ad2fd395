"""A comparison asked over HTTP: nothing computed where the verdict blocks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import Site
from dashboard.compare import compare

COMPARE = "/api/v1/compare"


@pytest.mark.parametrize("name", ["real", "demo"])
def test_nothing_is_computed_where_the_verdict_blocks(
    name: str, client: Callable[[str], FlaskClient], site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    busiest = max(dataset.facts.usage, key=lambda code: dataset.facts.usage[code].observations)
    rows = dataset.select(indicator=busiest)[:8]
    blocked = set()
    for first, second in combinations(rows, 2):
        (told,) = client(name).get(f"{COMPARE}/{first.id}/{second.id}").json["data"]
        known = compare(first, second, dataset.registry)
        blocked.add(known.verdict.blocks)
        assert told["verdict"] == {"code": known.verdict.code, "blocks": known.verdict.blocks}
        assert told["reasons"] and all(r["zh"] and r["en"] for r in told["reasons"])
        if known.verdict.blocks:
            assert (told["order"], told["change"]) == (None, None)
        elif known.change.interval is not None:
            low = told["change"]["difference"]["lower"]
            assert (None if low is None else Decimal(low)) == known.change.interval.lower
            assert told["change"]["sign"] == known.change.sign
            assert (told["change"]["percentage"] is None) == (known.change.percentage is None)
    assert True in blocked


def test_two_offices_of_a_year_or_one_of_two_years(
    client: Callable[[str], FlaskClient], site: Callable[[str], Site]
) -> None:
    dataset = site("demo").store.dataset()
    code = max(dataset.facts.usage, key=lambda c: dataset.facts.usage[c].observations)
    years = dataset.facts.spread(code).years
    one = max(years, key=lambda office: len(years[office]))
    first, *_, last = years[one]
    same = {"indicator": code, "office": [one, one], "year": [first, last]}
    told = client("demo").get(COMPARE, query_string=same)
    assert told.status_code == 200
    for pair in told.json["data"]:
        assert (pair["first"]["year"], pair["second"]["year"]) == (first, last)
        assert pair["first"]["ref_area"] == pair["second"]["ref_area"] == one
    other = next(office for office in years if office != one)
    two = client("demo").get(COMPARE, query_string={"indicator": code, "office": [one, other]})
    assert {p["second"]["ref_area"] for p in two.json["data"]} == {other}


@pytest.mark.parametrize(
    ("query", "status", "parameters"),
    [
        ("", 400, ["indicator", "office"]),
        ("?indicator=mediations&office=990001101", 400, ["office"]),
        ("?indicator=mediations&office=990001101&office=nowhere", 400, ["office"]),
        ("/liuxi-2031-002/liuxi-2031-999", 404, ["row"]),
    ],
)
def test_what_is_missing_is_named(
    query: str, status: int, parameters: list[str], client: Callable[[str], FlaskClient]
) -> None:
    answer: Any = client("small").get(COMPARE + query)
    assert answer.status_code == status
    assert sorted({p["parameter"] for p in answer.json["problems"]}) == parameters
