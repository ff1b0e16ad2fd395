"""Median, mean, sum and rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compare import Interval, Refusal, mean, median, point, rate, total

D = Decimal


def _rows(observed, *bounds, **given):
    return [
        observed(id=f"doc-{i:03}", ref_area=f"office-{i}", lower=low, upper=high, **given)
        for i, (low, high) in enumerate(bounds)
    ]


def test_median_and_mean_go_end_by_end(observed, registry):
    rows = _rows(observed, (10, 10), (20, 30), (60, 80))
    assert median(rows, registry).interval == Interval(D(20), D(30))
    assert mean(rows, registry).interval == Interval(D(30), D(40))
    assert median(rows, registry).n == 3


def test_the_median_of_an_even_number_lies_between_the_middle_two(observed, registry):
    rows = _rows(observed, (10, 10), (20, 20), (30, 50), (60, 80))
    assert median(rows, registry).interval == Interval(D(25), D(35))


def test_one_missing_upper_bound_spoils_the_mean_but_not_the_median(observed, registry):
    rows = _rows(observed, (10, 10), (20, 30), (60, None))
    assert mean(rows, registry).interval == Interval(D(30), None, False, True)
    assert median(rows, registry).interval == Interval(D(20), D(30))


def test_an_open_end_opens_the_median_only_where_it_stands(observed, registry):
    rows = _rows(observed, (10, 10), (20, 20))
    third = observed(id="z", ref_area="z", lower=15, upper=18, lower_open=True, upper_open=True)
    assert median([*rows, third], registry).interval == Interval(D(15), D(18), True, True)
    outer = observed(id="z", ref_area="z", lower=30, upper=40, lower_open=True, upper_open=True)
    assert median([*rows, outer], registry).interval == Interval(D(20), D(20))


def test_assumed_bounds_mark_what_rests_on_them(observed, registry):
    rows = _rows(observed, (10, 10), (20, 20), (30, 40), upper_kind="soft")
    found = mean(rows, registry).interval
    assert found is not None
    assert (found.lower_kind, found.upper_kind) == ("hard", "soft")


def test_two_numbers_have_no_median(observed, registry):
    found = median(_rows(observed, (10, 10), (20, 20)), registry)
    assert (found.interval, found.n, found.refusal) == (None, 2, Refusal.TOO_FEW)


def test_no_mean_across_periods(observed, registry):
    rows = [*_rows(observed, (10, 10), (20, 20)), observed(id="z", ref_area="z", year=2021)]
    assert mean(rows, registry).refusal == Refusal.NOT_COMPARABLE


@given(values=st.lists(st.integers(0, 50), min_size=3, max_size=9))
def test_exact_numbers_have_their_ordinary_mean_and_median(observed, registry, values):
    rows = _rows(observed, *[(v, v) for v in values])
    assert mean(rows, registry).interval == point(D(sum(values)) / len(values))
    middle = sorted(values)[len(values) // 2 - (len(values) % 2 == 0) : len(values) // 2 + 1]
    assert median(rows, registry).interval == point(D(sum(middle)) / len(middle))


def test_a_sum_adds_ends(observed, registry):
    found = total(_rows(observed, (10, 10), (20, 30)), registry)
    assert (found.interval, found.n) == (Interval(D(30), D(40)), 2)


SITE = {"on": date(2022, 8, 31), "scope": "site"}


@pytest.mark.parametrize(
    ("one", "two", "refusal"),
    [
        ({"flags": ("overlapping",)}, {"ref_area": "111111002"}, Refusal.OVERLAPPING),
        ({"variant": "rota"}, {"variant": "recruited"}, Refusal.OVERLAPPING),
        ({"ref_area": "zone-1"}, {}, Refusal.OVERLAPPING),
        ({"ref_area": "111111008"}, {"ref_area": "111111009"}, Refusal.OVERLAPPING),
        ({"unit": "人"}, {"ref_area": "111111002"}, Refusal.NOT_COMPARABLE),
        ({"year": 2021}, {"ref_area": "111111002"}, Refusal.NOT_COMPARABLE),
        ({"ref_area": "zone-1"}, {"ref_area": "111111101"}, Refusal.NOT_COMPARABLE),
        (SITE | {"scope_note": "东坡"}, SITE | {"scope_note": "西坡"}, None),
        (SITE, SITE, Refusal.OVERLAPPING),
        ({"status": "listed", "part_of": "t"}, {"status": "listed", "part_of": "t"}, None),
    ],
)
def test_sums_never_over_overlapping_groups(observed, registry, one, two, refusal):
    found = total([observed(**one), observed(**{"id": "doc-002"} | two)], registry)
    assert found.refusal == refusal
    assert (found.interval is None) == (refusal is not None)


def test_nothing_has_no_sum(registry):
    assert total([], registry).refusal == Refusal.NOTHING


def test_a_rate_needs_its_own_positive_denominator(observed):
    resolved = observed(lower=30, upper=40, lower_open=True)
    handled = observed(id="d", exactly=50)
    assert rate(resolved, handled).interval == Interval(D("0.6"), D("0.8"), True)
    assert rate(resolved, observed(id="d", lower=0, upper=9)).refusal == Refusal.DENOMINATOR
    assert rate(resolved, observed(id="d", year=2021)).refusal == Refusal.NOT_COMPARABLE
    assert rate(resolved, observed(id="d", ref_area="x")).refusal == Refusal.NOT_COMPARABLE


def test_a_part_is_at_most_its_whole(observed):
    part, whole = observed(lower=45, upper=60), observed(id="d", exactly=50)
    assert rate(part, whole, is_part_of_whole=True).interval == Interval(D("0.9"), D(1))
    assert rate(part, whole).interval == Interval(D("0.9"), D("1.2"))
    more = observed(lower=50, upper=60, lower_open=True)
    assert rate(more, whole, is_part_of_whole=True).refusal == Refusal.NOT_COMPARABLE
