"""Groups and ranks: against brute force, and against the words of the method."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compare import Interval, groups, point, ranks, verdict
from dashboard.compare.groups import places_among

D = Decimal
BOUNDS = st.integers(0, 9).map(Decimal)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lower = draw(st.none() | BOUNDS)
    upper = draw(st.none() | BOUNDS.map(lambda width: (lower or D(0)) + width))
    is_point = lower is not None and lower == upper
    return Interval(
        lower,
        upper,
        not is_point and (lower is None or draw(st.booleans())),
        not is_point and (upper is None or draw(st.booleans())),
    )


def _certainly_above(j: Interval, i: Interval) -> bool:
    if j.lower is None or i.upper is None:
        return False
    return j.lower > i.upper or (j.lower == i.upper and (j.lower_open or i.upper_open))


def _may_exceed(j: Interval, i: Interval) -> bool:
    return j.upper is None or i.lower is None or j.upper > i.lower


def _brute_force(all_of_them: list[Interval]) -> list[tuple[int, int]]:
    return [
        (
            1 + sum(_certainly_above(j, i) for j in all_of_them if j is not i),
            1 + sum(_may_exceed(j, i) for j in all_of_them if j is not i),
        )
        for i in all_of_them
    ]


@given(st.lists(intervals(), max_size=12))
def test_ranks_by_sorting_equal_ranks_by_pairs(found):
    assert places_among(found) == _brute_force(found)


@given(st.lists(BOUNDS, min_size=1, max_size=12))
def test_exact_numbers_have_their_ordinary_ranks(values):
    places = places_among([point(value) for value in values])
    for value, (best, worst) in zip(values, places, strict=True):
        assert best == worst == 1 + sum(other > value for other in values)


def test_ranks_of_overlapping_intervals(observed, registry):
    rows = [
        observed(id="a", ref_area="o1", exactly=900),
        observed(id="b", ref_area="o2", lower=300, upper=400, lower_open=True, upper_open=True),
        observed(id="c", ref_area="o3", exactly=350),
        observed(id="d", ref_area="o4", lower=320, upper=330),
        observed(id="e", ref_area="o5", exactly=300),
    ]
    found = [(rank.best, rank.worst) for rank in ranks(rows, registry)]
    assert found == [(1, 1), (2, 4), (2, 3), (3, 4), (5, 5)]
    assert {rank.n for rank in ranks(rows, registry)} == {5}


def test_a_rank_that_rests_on_an_assumed_bound_says_so(observed, registry):
    nearly = observed(id="a", ref_area="o1", lower=18, upper=20, upper_open=True, lower_kind="soft")
    rows = [nearly, observed(id="b", ref_area="o2", exactly=10)]
    assert [(r.best, r.worst, r.decided_by) for r in ranks(rows, registry)] == [
        (1, 1, "soft"),
        (2, 2, "soft"),
    ]
    above = [nearly, observed(id="b", ref_area="o2", exactly=25)]
    assert [(r.best, r.worst, r.decided_by) for r in ranks(above, registry)] == [
        (2, 2, "hard"),
        (1, 1, "hard"),
    ]


def test_no_rank_across_groups(observed, registry):
    rows = [observed(), observed(id="doc-002", ref_area="111111002", year=2021)]
    with pytest.raises(ValueError, match="one group"):
        ranks(rows, registry)


def test_an_office_is_ranked_once(observed, registry):
    rows = [observed(), observed(id="doc-002", exactly=90), observed(id="x", ref_area="111111002")]
    assert [[o.id for o in group] for group in groups(rows, registry)] == [
        ["doc-001", "x"],
        ["doc-002"],
    ]


def test_rows_not_chosen_stay_in_the_evidence(observed, registry):
    assert groups([observed(chosen=False)], registry) == ()


def test_no_rows_no_ranks(registry):
    assert ranks([], registry) == ()
    assert groups([], registry) == ()


AREAS = ["111111001", "111111002", "111111101", "111111008", "111111009", "community-1"]
FIELDS = {
    "unit": ["件", "人"],
    "status": ["result", "plan"],
    "variant": ["", "rota"],
    "scope": ["whole", "site", "key_dates"],
    "scope_note": ["", "东坡食堂"],
    "year": [2020, 2022],
}


@given(rows=st.data())
def test_nothing_in_a_group_is_blocked(observed, registry, rows):
    found = [
        observed(
            id=f"doc-{number:03}",
            ref_area=rows.draw(st.sampled_from(AREAS)),
            **{name: rows.draw(st.sampled_from(values)) for name, values in FIELDS.items()},
        )
        for number in range(rows.draw(st.integers(0, 7)))
    ]
    partition = groups(found, registry)
    assert sorted(o.id for group in partition for o in group) == [o.id for o in found]
    for group in partition:
        for one in group:
            for two in group:
                assert one is two or not verdict(one, two, registry).blocks_ranking


def test_running_totals_without_a_start_stand_alone(observed, registry):
    running = {"window": "cumulative", "period_start": None, "period_end": date(2022, 12, 31)}
    rows = [observed(**running), observed(id="doc-002", ref_area="111111002", **running)]
    assert [len(group) for group in groups(rows, registry)] == [1, 1]
