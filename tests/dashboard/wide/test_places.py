"""A province, a city, a county: named by the digits of the codes, and only theirs is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.app import Site
from dashboard.compare import Observation
from dashboard.filters import Filters
from dashboard.pages import view_of
from dashboard.seek import Key, Order
from dashboard.wide import listed
from dashboard.wide.places import above, below, places

BY_OFFICE = Order((Key("ref_area"), Key("year", is_falling=True), Key("id")))


def test_each_place_holds_an_office_and_has_its_name(site: Callable[[str], Site]) -> None:
    dataset = site("real").store.dataset()
    found = places(dataset)
    codes = [area for area in dataset.offices if area[:9].isdigit()]
    assert set(found) == {area[:size] for area in codes for size in (2, 4, 6)}
    for code, names in found.items():
        own = [o for area, o in dataset.offices.items() if area.startswith(code)]
        assert own
        if len(code) == 4:
            assert names in {o.city for o in own}


def test_a_step_down_lies_within_the_step_above(site: Callable[[str], Site]) -> None:
    dataset = site("real").store.dataset()
    for code in places(dataset):
        assert all(inner.startswith(code) and len(inner) > len(code)
                   for inner in below(dataset, code))  # fmt: skip
        assert above(code)[-1] == code
    assert all(len(code) == 2 for code in below(dataset, ""))


@pytest.mark.parametrize("page", ["compare", "evidence", "indicator"])
def test_only_offices_of_the_place_are_shown(page: str, site: Callable[[str], Site]) -> None:
    store = site("real").store
    dataset = store.dataset()
    area = next(area for area in dataset.facts.numbers if area[:6] in places(dataset))
    code, digits = dataset.select(offices=[area], is_result=True)[0].indicator, area[:6]
    query = {"indicator": [code], "within": [digits]}
    view = view_of(store, f"/zh/{page}", query, {})
    assert view.twin is not None
    place = view.twin.columns.index("ref_area")
    areas = {str(row[place]) for row in view.twin.rows}
    assert areas
    assert all(area.startswith(digits) for area in areas)
    unknown = view_of(store, f"/zh/{page}", {**query, "within": ["99"]}, {})
    assert [u.parameter for u in unknown.address.unread] == ["within"]


@pytest.mark.parametrize("name", ["real", "demo"])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_page_of_numbers_is_the_one_sought_by_sorting(
    name: str, size: int, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()

    def sought(filters: Filters, number: int) -> tuple[int, tuple[Observation, ...]]:
        return dataset.search((), filters, size, (number - 1) * size, BY_OFFICE)

    for code in list(dataset.facts.usage)[:6]:
        filters = Filters(indicators=(code,))
        last = -(-dataset.cabinet.count(filters) // size)
        for number in {1, 2, last // 2 + 1, last}:
            if number <= last:
                assert listed(dataset, filters, size, number) == (*sought(filters, number), number)
        assert listed(dataset, filters, size, last + 5) == (*sought(filters, last), last)
