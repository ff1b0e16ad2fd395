"""Order, sign and change on intervals: the examples of the method, then its promises."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.compare import Interval, Relation, Sign, difference, order, percentage, point, sign
from dashboard.compare.intervals import quotient

D = Decimal
NUMBERS = st.integers(0, 12).map(Decimal)
KINDS = st.sampled_from(["hard", "soft"])


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Non-empty intervals over few values, so that ends often meet."""
    lower = draw(NUMBERS)
    upper = draw(st.none() | NUMBERS.map(lambda width: lower + width))
    is_point = upper == lower
    return Interval(
        lower,
        upper,
        False if is_point else draw(st.booleans()),
        False if is_point else upper is None or draw(st.booleans()),
        draw(KINDS),
        "hard" if upper is None else draw(KINDS),
    )


def yu(number: int, step: int) -> Interval:
    """N余: more than N, less than the next round number."""
    return Interval(D(number), D(number + step), True, True)


def jin(number: int, width: int) -> Interval:
    """近N: less than N by the word, not far below it by convention."""
    return Interval(D(number - width), D(number), False, True, "soft", "hard")


@pytest.mark.parametrize(
    ("first", "second", "relation", "decided_by"),
    [
        (yu(300, 100), point(D(224)), "above", "hard"),
        (yu(300, 100), point(D(300)), "above", "hard"),
        (yu(300, 100), point(D(301)), "undetermined", None),
        (yu(300, 100), point(D(400)), "below", "hard"),
        (yu(200, 100), yu(300, 100), "below", "hard"),
        (yu(150, 10), yu(160, 10), "below", "hard"),
        (jin(20, 2), point(D(20)), "below", "hard"),
        (jin(20, 2), point(D(17)), "above", "soft"),
        (jin(20, 2), point(D(18)), "undetermined", None),
        (point(D(7)), point(D(7)), "equal", "hard"),
        (Interval(D(500), None), point(D(499)), "above", "hard"),
        (Interval(D(500), None), point(D(500)), "undetermined", None),
        (Interval(D(500), None, True), point(D(500)), "above", "hard"),
    ],
)
def test_order(first, second, relation, decided_by):
    found = order(first, second)
    assert (found.relation, found.decided_by) == (relation, decided_by)


@pytest.mark.parametrize(
    ("change", "direction", "decided_by"),
    [
        (Interval(D(1), D(5)), Sign.INCREASE, "hard"),
        (Interval(D(0), D(5), True), Sign.INCREASE, "hard"),
        (Interval(D(0), D(5)), Sign.UNDETERMINED, None),
        (Interval(D(1), D(5), lower_kind="soft"), Sign.INCREASE, "soft"),
        (Interval(D(1), D(5), upper_kind="soft"), Sign.INCREASE, "hard"),
        (Interval(D(-5), D(-1)), Sign.DECREASE, "hard"),
        (Interval(D(-5), D(0), upper_open=True), Sign.DECREASE, "hard"),
        (Interval(None, D(-1), upper_kind="soft"), Sign.DECREASE, "soft"),
        (Interval(D(0), D(0)), Sign.UNCHANGED, "hard"),
        (Interval(D(-1), D(1)), Sign.UNDETERMINED, None),
        (Interval(D(3), None), Sign.INCREASE, "hard"),
    ],
)
def test_sign(change, direction, decided_by):
    assert sign(change) == (direction, decided_by)


def test_the_change_of_two_approximate_sums():
    change = difference(yu(23_870_000, 10_000), yu(5_000_000, 1_000_000))
    assert change == Interval(D(17_870_000), D(18_880_000), True, True)


def test_percentage_of_intervals():
    assert percentage(point(D(100)), yu(120, 10)) == Interval(D("0.2"), D("0.3"), True, True)
    assert percentage(point(D(0)), point(D(5))) is None
    assert percentage(Interval(D(0), D(5), True), point(D(5))) is None
    assert percentage(Interval(D(-3), D(5)), point(D(5))) is None
    assert percentage(point(D(5)), Interval(D(-1), D(5))) is None


def test_a_fall_to_zero_is_minus_one_whatever_the_base():
    assert percentage(yu(10, 10), point(D(0))) == point(D(-1))
    open_ended = percentage(Interval(D(10), None), point(D(5)))
    assert open_ended == Interval(D(-1), D("-0.5"), True, False)


def test_quotient_needs_a_positive_denominator():
    assert quotient(point(D(3)), Interval(D(0), D(4), True)) is None
    assert quotient(point(D(3)), yu(4, 2)) == Interval(D("0.5"), D("0.75"), True, True)


def test_an_interval_cannot_stand_upside_down():
    with pytest.raises(ValueError, match="lies above"):
        Interval(D(5), D(4))


def test_without_assumed_bounds_a_count_may_be_anything_from_zero():
    assert jin(20, 2).hard(D(0)) == Interval(D(0), D(20), False, True)
    about = Interval(D(345), D(355), False, True, "soft", "soft")
    assert about.hard(None) == Interval(None, None, True, True)


MIRRORED = {"above": "below", "below": "above"}


@given(intervals(), intervals())
def test_order_turns_round_with_its_arguments(first, second):
    there, back = order(first, second), order(second, first)
    assert back.relation == MIRRORED.get(there.relation, there.relation)
    assert back.decided_by == there.decided_by


@given(intervals(), intervals())
def test_change_turns_round_with_its_arguments(first, second):
    there, back = difference(second, first), difference(first, second)
    assert back.lower == (None if there.upper is None else -there.upper)
    assert back.upper == (None if there.lower is None else -there.lower)
    assert (back.lower_open, back.upper_open) == (there.upper_open, there.lower_open)


def _candidates(interval: Interval) -> list[Decimal]:
    """Values that the interval allows, close to its ends and between them."""
    ceiling = D(40) if interval.upper is None else interval.upper
    lower = D(0) if interval.lower is None else interval.lower
    inside = [lower + (ceiling - lower) * D(step) / 8 for step in range(1, 8)]
    ends = [] if interval.lower_open else [lower]
    ends += [] if interval.upper_open else [ceiling]
    return ends + (inside if lower < ceiling else [])


def _allows(interval: Interval, value: Decimal) -> bool:
    lower, upper = interval.lower, interval.upper
    above = lower is None or value > lower or (value == lower and not interval.lower_open)
    below = upper is None or value < upper or (value == upper and not interval.upper_open)
    return above and below


@given(intervals(), intervals())
def test_every_pair_of_allowed_values_obeys_order_and_change(first, second):
    relation, change = order(first, second).relation, difference(second, first)
    for one in _candidates(first):
        for two in _candidates(second):
            assert _allows(change, two - one)
            assert relation != Relation.ABOVE or one > two
            assert relation != Relation.BELOW or one < two
            assert relation != Relation.EQUAL or one == two


@example(Interval(D(0), D(0)), Interval(D(0), D(0), lower_kind="soft"))
@given(intervals(), intervals())
def test_a_sign_decided_by_hard_bounds_survives_disbelief(first, second):
    decided = order(first, second)
    certain = order(first.hard(), second.hard())
    if decided.decided_by == "hard":
        assert certain.relation == decided.relation
    else:
        assert certain.relation == Relation.UNDETERMINED
