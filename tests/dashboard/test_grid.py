"""The grid's orders: exact, whole, stable, and nothing of an address in a statement."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard import grid, seek
from dashboard.cabinet import Cabinet
from dashboard.compare import Observation
from dashboard.filters import Filters
from dashboard.seek import DOCUMENT_ORDER, Key, Order, Sought

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = ("9", "10", "1000000", "0.5", "100", "23870000", None)
FAR = Decimal(10) ** 32


@pytest.fixture(scope="module")
def rows(observed: Callable[..., Observation]) -> list[Observation]:
    """Bounds that text would sort wrongly, equal ones, missing ones; periods with unknown start."""
    some = random.Random(7)
    found = []
    for n in range(150):
        lower, upper = some.choice(NUMBERS), some.choice(NUMBERS)
        found.append(
            observed(
                id=f"doc-{n % 7}-{n:03}",
                document=f"doc-{n % 7}",
                start=some.randrange(40),
                ref_area=f"11111100{some.randrange(3)}",
                indicator=some.choice(("mediations", "recruits", "volunteers")),
                variant=some.choice(("", "recruited")),
                year=2020,
                period_start=some.choice((None, date(2020, 1, 1), date(2020, 3, 1))),
                period_end=date(2020, some.randrange(1, 13), 28),
                lower=lower,
                upper=upper,
                lower_open=some.choice((True, False)),
                unit=some.choice(("件", "%")),
                rule=some.choice(("R0", "R2", "R10")),
                obs_status=some.choice(("A", "V")),
                status=some.choice(("result", "plan")),
                window=some.choice(("stock", "flow")),
                flags=some.choice(((), ("negated",), ("negated", "conflicting"))),
            )
        )
    return found


@pytest.fixture(scope="module")
def asked(rows: list[Observation], cabinet_of: Callable[..., Cabinet]) -> Cabinet:
    return cabinet_of(rows)


def least(o: Observation) -> Decimal:
    if o.lower is not None:
        return o.lower
    return -FAR if o.unit == "%" else Decimal(0)


def most(o: Observation) -> Decimal:
    return FAR if o.upper is None else o.upper


KEYS: dict[str, Callable[[Observation], tuple[Any, ...]]] = {
    "office": lambda o: (o.ref_area,),
    "indicator": lambda o: (o.family, o.indicator, o.variant),
    "period": lambda o: (o.period_end, o.period_start or date.min),
    "as_written": lambda o: (least(o), o.lower_open, most(o)),
    "lower": lambda o: (least(o), o.lower_open),
    "upper": lambda o: (most(o), not o.upper_open),
    "status": lambda o: (o.obs_status, o.status),
    "unit": lambda o: (o.unit.encode(),),
    "window": lambda o: (o.window,),
    "rule": lambda o: (int(o.rule[1:]),),
    "flags": lambda o: (" ".join(o.flags),),
    "document": lambda o: (o.document,),
}


def in_order(rows: Sequence[Observation], asked: str) -> list[Observation]:
    """Sorted twice: equals stand in document order whichever way the column falls."""
    by_document = sorted(rows, key=lambda o: (o.document, o.start, o.id))
    key = KEYS.get(asked.removeprefix("-"))
    return by_document if key is None else sorted(by_document, key=key, reverse=asked[:1] == "-")


def test_every_sortable_column_is_tested() -> None:
    assert set(KEYS) == set(grid.SORTED_BY)


@pytest.mark.parametrize("few", [8_000, 20])
@pytest.mark.parametrize("asked_for", ["", *(s + name for name in KEYS for s in ("", "-"))])
def test_every_order_is_exact_and_whole(
    asked_for: str,
    few: int,
    asked: Cabinet,
    rows: list[Observation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seek, "SORTED", few)
    wanted = [o.id for o in in_order(rows, asked_for)]
    order = grid.order(asked_for)
    assert [o.id for o in asked.sorted(Filters(), order, range(10**9))] == wanted
    for first in (37, 140, 150):
        page = [o.id for o in asked.sorted(Filters(), order, range(first, first + 12))]
        assert page == wanted[first : first + 12], first
    for place in (0, 77, 149):
        assert asked.place(wanted[place], Filters(), order) == place


@pytest.mark.parametrize("few", [8_000, 5])
@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        (Filters(status="plan"), lambda o: o.status == "plan"),
        (Filters(obs_status="V"), lambda o: o.obs_status == "V"),
        (Filters(window="stock"), lambda o: o.window == "stock"),
        (Filters(rule="R10"), lambda o: o.rule == "R10"),
        (Filters(flag="conflicting"), lambda o: "conflicting" in o.flags),
        (Filters(flag="conflict"), lambda o: False),
        (Filters(flag="negated", offices=("111111001",)),
         lambda o: "negated" in o.flags and o.ref_area == "111111001"),
        (Filters(indicators=("recruits",), rule="R2"),
         lambda o: (o.indicator, o.rule) == ("recruits", "R2")),
        (Filters(part_of="nothing"), lambda o: False),
    ],
)  # fmt: skip
def test_filters_by_code_hold_in_every_order(
    filters: Filters,
    keep: Callable[[Observation], bool],
    few: int,
    asked: Cabinet,
    rows: list[Observation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seek, "SORTED", few)
    wanted = [o.id for o in in_order([o for o in rows if keep(o)], "-lower")]
    order = grid.order("-lower")
    assert [o.id for o in asked.sorted(filters, order, range(1000))] == wanted
    outside = next(o.id for o in rows if not keep(o))
    assert asked.place(outside, filters, order) is None
    assert [asked.place(row, filters, order) for row in wanted[:3]] == [0, 1, 2][: len(wanted)]


@pytest.mark.parametrize(
    "given",
    ["lower; DROP VIEW by_office", "lower)--", '"start"', "value", "id", "phrase", "--lower", "-"],
)
def test_an_order_that_is_no_column_is_document_order(given: str) -> None:
    assert grid.order(given) == DOCUMENT_ORDER


@pytest.mark.parametrize("given", ["' OR true --", "A' OR 'a'='a", "%", "negated ' OR 1=1"])
def test_a_filter_never_becomes_part_of_the_statement(given: str, asked: Cabinet) -> None:
    for name in grid.CODES:
        filters = Filters(**{name: given})  # type: ignore[arg-type]
        assert list(asked.sorted(filters, grid.order("lower"), range(10))) == []


def test_an_order_says_what_stands_before_a_row() -> None:
    order = Order((Key("a", is_falling=True), Key("b")))
    assert order.before([1, 2]) == ("a > ? OR (a = ? AND (b < ?))", [1, 1, 2])
    assert order.clause() == "ORDER BY a DESC, b"


def test_no_more_than_a_stretch_is_sorted_at_a_time(asked: Cabinet) -> None:
    statements: list[str] = []

    def ask(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        statements.append(sql)
        return asked.ask(sql, values)

    found = list(
        Sought(ask, "by_indicator").stretches(
            ("true", []), DOCUMENT_ORDER.keys, range(20_000), 20_000
        )
    )
    assert sum(stretch.take for stretch in found) == 150
    assert len(statements) == 1


def test_the_codes_are_those_of_the_contract() -> None:
    package = json.loads((ROOT / "data/raw/datapackage.json").read_text(encoding="utf-8"))
    table = next(r for r in package["resources"] if r["name"] == "rows")
    fields = {field["name"]: field.get("constraints", {}) for field in table["schema"]["fields"]}
    assert set(grid.CODES["status"]) == set(fields["status"]["enum"])
    assert set(grid.CODES["window"]) == set(fields["window"]["enum"])
    assert set(grid.CODES["flag"]) == set(re.findall(r"\w+", fields["flags"]["pattern"]))


@pytest.mark.parametrize(
    ("hidden", "names"),
    [
        ((), grid.GRID),
        (grid.HIDDEN, tuple(n for n in grid.GRID if n not in grid.HIDDEN)),
        (grid.GRID, grid.FIXED),
        (("lower", "nothing"), tuple(n for n in grid.GRID if n != "lower")),
    ],
)
def test_some_columns_are_always_shown(hidden: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert tuple(column.name for column in grid.shown(hidden)) == names
