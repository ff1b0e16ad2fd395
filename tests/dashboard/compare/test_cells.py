"""Five states told apart, and the baseline."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dashboard.compare import STATUS_OF, Observation, State, baseline, coverage

DOCUMENTS = [
    {"covers": "jia yi", "period_start": "2022-01-01", "period_end": "2022-12-31"},
    {"covers": "jia", "period_start": "2020-01-01", "period_end": "2020-12-08"},
]
NOT_APPLICABLE = [
    {"ref_area": "yi", "indicator": "boats", "from": "2020-01-01", "to": ""},
    {"ref_area": "jia", "indicator": "boats", "from": "2022-03-01", "to": "2022-12-31"},
]


@pytest.fixture(scope="module")
def cells(observed):
    rows = [
        observed(ref_area="jia", year=2022),
        observed(ref_area="jia", year=2020, exactly=0, flags=("negated",)),
        observed(ref_area="yi", year=2022, exactly=0),
        observed(ref_area="yi", indicator="visits", year=2022, chosen=False),
    ]
    indicators = ["mediations", "visits", "boats"]
    return coverage(rows, DOCUMENTS, NOT_APPLICABLE, ["jia", "yi"], indicators)


@pytest.mark.parametrize(
    ("place", "state", "is_self_reported"),
    [
        (("jia", "mediations", 2022), State.NUMBER, False),
        (("jia", "mediations", 2020), State.ZERO, True),
        (("yi", "mediations", 2022), State.ZERO, False),
        (("jia", "visits", 2022), State.SILENT, False),
        (("yi", "visits", 2022), State.SILENT, False),
        (("jia", "visits", 2021), State.NO_DOCUMENT, False),
        (("yi", "visits", 2020), State.NO_DOCUMENT, False),
        (("yi", "boats", 2020), State.NOT_APPLICABLE, False),
        (("yi", "boats", 2022), State.NOT_APPLICABLE, False),
        (("jia", "boats", 2022), State.SILENT, False),
    ],
)
def test_silence_is_not_zero(cells, place, state, is_self_reported):
    assert (cells[place].state, cells[place].is_self_reported) == (state, is_self_reported)


def test_every_cell_has_a_state(cells):
    assert len(cells) == 2 * 3 * 3
    assert {STATUS_OF.get(cell.state, "A") for cell in cells.values()} == {"A", "O", "L", "M"}


def test_a_number_outweighs_not_applicable(observed):
    rows = [observed(ref_area="yi", indicator="boats", exactly=3)]
    found = coverage(rows, [], NOT_APPLICABLE, ["yi"], ["boats"])
    assert found["yi", "boats", 2022].state == State.NUMBER


def test_a_plan_for_none_is_not_a_zero(observed):
    found = coverage([observed(exactly=0, status="plan")], [], [], ["111111001"], ["mediations"])
    assert found["111111001", "mediations", 2022].state == State.NUMBER


def test_nothing_at_all():
    assert coverage([], [], [], ["jia"], ["visits"]) == {}


def test_the_baseline_is_the_highlighted_office(observed, registry):
    rows = [
        observed(id="a", ref_area="111111001", exactly=10),
        observed(id="b", ref_area="111111002", exactly=30),
        observed(id="c", ref_area="111111101", exactly=20, unit="户"),
    ]
    chosen = baseline(rows, registry, "111111001")
    assert chosen.observation is rows[0]
    assert chosen.comparisons[0] is None
    assert [c.verdict.code for c in chosen.comparisons[1:] if c] == ["OK", "UNIT_MISMATCH"]


def test_without_a_highlight_the_largest_group_leads(observed, registry):
    rows = [
        observed(id="a", ref_area="111111101", exactly=99, unit="户"),
        observed(id="b", ref_area="111111001", exactly=10),
        observed(id="c", ref_area="111111002", exactly=30),
    ]
    assert baseline(rows, registry).observation is rows[2]


def test_among_rows_of_one_office_a_result_with_the_largest_number_leads(observed, registry):
    rows = [
        observed(id="a", exactly=500, status="plan"),
        observed(id="b", variant="rota", exactly=224),
        observed(id="c", variant="gate", exactly=300),
    ]
    assert baseline(rows, registry, "111111001").observation is rows[2]
    assert baseline([], registry).observation is None


def test_an_observation_reads_from_text_as_from_types(observed):
    typed = observed(flags=("negated", "conflicting"), period_start=date(2022, 1, 1))
    row = {name: getattr(typed, name) for name in Observation.__dataclass_fields__}
    text = {name: _as_csv(cell) for name, cell in row.items()}
    assert Observation.from_row(text) == Observation.from_row(row) == typed


@pytest.mark.parametrize(
    ("column", "cell"),
    [("period_end", ""), ("is_full_period", "yes"), ("lower_kind", "firm"), ("year", "")],
)
def test_a_row_that_does_not_read_is_refused(observed, column, cell):
    row = {name: getattr(observed(), name) for name in Observation.__dataclass_fields__}
    with pytest.raises(ValueError, match=r"missing|expected|invalid"):
        Observation.from_row(row | {column: cell})


def test_nulls_of_every_kind_are_missing(observed):
    row = {name: getattr(observed(), name) for name in Observation.__dataclass_fields__}
    for null in (None, "", float("nan")):
        read = Observation.from_row(row | {"upper": null, "read_2_on": null, "variant": null})
        assert (read.upper, read.read_2_on, read.variant) == (None, None, "")


def _as_csv(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, tuple):
        return " ".join(cell)
    return "" if cell is None else format(cell, "f") if isinstance(cell, Decimal) else str(cell)
