"""What a change says, and when it says nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.compare import Interval, NoPercentage, Relation, Sign, compare, point

D = Decimal


def test_a_change_between_two_full_years(observed, registry):
    found = compare(observed(year=2020, exactly=100), observed(year=2022, exactly=130), registry)
    assert found.change.interval == point(D(30))
    assert found.change.percentage == point(D("0.3"))
    assert (found.change.sign, found.change.decided_by) == (Sign.INCREASE, "hard")
    assert found.change.gap_years == 2
    assert found.order is not None
    assert found.order.relation == Relation.BELOW


def test_equal_exact_numbers_are_unchanged(observed, registry):
    found = compare(observed(year=2020, exactly=0), observed(year=2022, exactly=0), registry)
    assert found.change.sign == Sign.UNCHANGED
    assert found.change.no_percentage == NoPercentage.BASE_NOT_POSITIVE


def test_a_blocked_pair_has_no_change_no_sign_no_order(observed, registry):
    found = compare(observed(unit="人"), observed(unit="人次", ref_area="111111002"), registry)
    change = found.change
    assert change.refusal == "UNIT_MISMATCH"
    assert (change.interval, change.percentage, change.sign, change.decided_by) == (None,) * 4
    assert change.no_percentage == NoPercentage.BLOCKED
    assert found.order is None


def test_the_refusal_names_a_blocking_reason_even_behind_a_warning(observed, registry):
    first = observed(period_precision="inferred", flags=("conflicting",))
    assert compare(first, observed(variant="rota"), registry).change.refusal == "DEFINITION_DIFFERS"


@pytest.mark.parametrize(
    "doubt", [{"obs_status": "V"}, {"flags": ("conflicting",)}, {"period_precision": "inferred"}]
)
def test_a_doubtful_pair_has_a_change_but_no_percentage(observed, registry, doubt):
    first, second = observed(year=2020), observed(year=2022, exactly=260, **doubt)
    change = compare(first, second, registry).change
    assert change.interval == point(D(130))
    assert (change.percentage, change.no_percentage) == (None, NoPercentage.DOUBTFUL)


def test_two_numbers_for_one_period_are_no_change(observed, registry):
    rows = observed(flags=("conflicting",)), observed(id="doc-002", exactly=131)
    found = compare(*rows, registry)
    assert found.change.interval is None
    assert found.change.no_percentage == NoPercentage.SAME_PERIOD
    assert found.change.refusal is None
    assert found.order is not None
    assert found.order.relation == Relation.BELOW


def test_two_offices_have_no_gap_of_years(observed, registry):
    other = observed(ref_area="111111002", year=2021)
    assert compare(observed(), other, registry).change.gap_years is None


def test_an_unknown_lower_bound_of_a_count_is_zero(observed, registry):
    first = observed(year=2020, lower=None, upper=100, lower_open=True)
    change = compare(first, observed(year=2022, exactly=130), registry).change
    assert change.interval == Interval(D(30), D(130))


def test_an_unknown_lower_bound_of_a_growth_rate_is_no_bound(observed, registry):
    first = observed(year=2020, unit="%", lower=None, upper=100)
    change = compare(first, observed(year=2022, unit="%", exactly=130), registry).change
    assert change.interval == Interval(D(30), None, False, True)


def test_a_change_that_rests_on_an_assumed_bound_says_so(observed, registry):
    nearly = observed(
        year=2022, lower=450, upper=500, value=D(500), upper_open=True, lower_kind="soft"
    )
    change = compare(observed(year=2021, exactly=440), nearly, registry).change
    assert (change.sign, change.decided_by) == (Sign.INCREASE, "soft")
    falling = compare(observed(year=2021, exactly=500), nearly, registry).change
    assert (falling.sign, falling.decided_by) == (Sign.DECREASE, "hard")
