"""Counts of a set, against every observation counted one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard import facts as rooms
from dashboard import years
from dashboard.compare import Observation
from dashboard.facts import Facts, Numbers, Usage
from dashboard.store import Dataset


@pytest.fixture(scope="module", params=["real", "demo", "small"])
def dataset(request: pytest.FixtureRequest, site: Callable[[str], Any]) -> Dataset:
    return site(request.param).store.dataset()


@pytest.fixture(params=["as it is", "a few at a time", "many years"])
def facts(dataset: Dataset, request: pytest.FixtureRequest, monkeypatch: Any) -> Facts:
    if request.param == "a few at a time":
        monkeypatch.setattr(rooms, "PAIRS", 3)
        monkeypatch.setattr(rooms, "SEVERAL", 1)
    if request.param == "many years":
        monkeypatch.setattr(years, "IN_INTEGER", 0)
    return Facts(dataset.cabinet, dataset.indicators, dataset.places)


def results(rows: list[Observation]) -> list[Observation]:
    return [o for o in rows if o.status == "result" and o.chosen]


def test_what_indicators_reach(facts: Facts, dataset: Dataset) -> None:
    every = dataset.select()
    wanted = {}
    for code in dataset.indicators:
        own = [o for o in every if o.indicator == code]
        places = {(o.ref_area, o.year) for o in results(own)}
        areas = [area for area, _year in places]
        repeated = {area for area in areas if areas.count(area) > 1}
        counts = (len(own), len(results(own)), len(set(areas)), len(places), len(repeated))
        if own:
            wanted[code] = Usage(*counts)
        spread = facts.spread(code)
        assert dict(spread.years) == {
            area: tuple(sorted(year for a, year in places if a == area))
            for area in dataset.offices
            if area in areas
        }
        assert spread.repeated() == tuple(area for area in dataset.offices if area in repeated)
        assert spread.all_years() == tuple(sorted({year for _area, year in places}))
        assert spread.variants == {o.variant for o in results(own)}
    assert list(facts.usage.items()) == list(wanted.items())


def test_what_offices_hold(facts: Facts, dataset: Dataset) -> None:
    every = dataset.select()
    own = {area: [o for o in every if o.ref_area == area] for area in dataset.offices}
    assert list(facts.numbers.items()) == [
        (area, Numbers(len(rows), tuple(sorted({o.year for o in rows}))))
        for area, rows in own.items()
        if rows
    ]
    assert facts.offices == tuple(facts.numbers)
    for codes in ((), tuple(facts.usage)[:1], tuple(facts.usage)[:6]):
        held = {area: {o.year for o in rows if o.indicator in codes} for area, rows in own.items()}
        assert dict(facts.held(codes)) == {area: found for area, found in held.items() if found}


def test_what_reports_hold(facts: Facts, dataset: Dataset) -> None:
    every = dataset.select()
    assert (facts.total, facts.verified) == (len(every), sum(o.obs_status == "A" for o in every))
    wanted = {}
    for code in dataset.documents:
        own = [o for o in every if o.document == code]
        if own:
            wanted[code] = len(own), sum(o.obs_status == "A" for o in own)
    assert facts.documents([*dataset.documents, "nothing"]) == wanted
    assert facts.documents([]) == {}
