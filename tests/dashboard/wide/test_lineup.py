"""Thousands of rows reckoned in columns give what each observation by itself would give."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from dashboard.app import Site
from dashboard.cabinet import Cabinet
from dashboard.compare import Area, Observation, Registry, verdict
from dashboard.dataset import STANDARD, Dataset
from dashboard.filters import Filters
from dashboard.records import Names
from dashboard.wide import (
    Ground,
    Lineup,
    Rows,
    columns_of,
    in_order,
    kinship,
    lineup,
    read,
    scope,
)
from dashboard.wide.kinship import kinship_of
from extract.quantity import PRESETS
from tests.dashboard.wide.peer import Peer

AREAS = [f"1111110{n:02}" for n in range(12)]
REGISTRY = Registry(
    {
        **{area: Area(area, "subdistrict_office") for area in AREAS[:8]},
        AREAS[8]: Area(AREAS[8], "zone"),
        AREAS[9]: Area(AREAS[9], "town", valid_to=date(2021, 6, 30), successor=AREAS[10]),
        AREAS[10]: Area(AREAS[10], "town", valid_from=date(2021, 7, 1), successor=AREAS[11]),
        AREAS[11]: Area(AREAS[11], "town", valid_from=date(2022, 3, 1)),
    }
)
CHOICES: dict[str, tuple[Any, ...]] = {
    "ref_area": tuple(AREAS),
    "unit": ("件", "件", "件", "人", "%"),
    "window": ("flow", "flow", "stock", "cumulative"),
    "scope": ("whole", "whole", "site", "key_dates", ""),
    "scope_note": ("", "", "甲点", "乙点"),
    "variant": ("", "", "a", "b"),
    "period_precision": ("stated", "stated", "inferred"),
    "obs_status": ("A", "A", "V"),
    "period_start": (date(2022, 1, 1), date(2022, 1, 1), date(2022, 3, 1), None),
    "period_end": (date(2022, 12, 31), date(2022, 12, 31), date(2022, 6, 30), date(2021, 12, 31)),
    "is_full_period": (True, True, False),
    "flags": ((), (), ("conflicting",), ("overlapping",), ("negated", "overlapping")),
    "lower_open": (False, True),
    "upper_open": (False, True),
    "lower_kind": ("hard", "soft"),
    "upper_kind": ("hard", "soft"),
}
NUMBERS = {
    "ties": ("0", "1", "2", "2.5"),
    "signs": ("-4", "-1", "-0.5", "0", "3"),
    "huge": ("0", "12345678901234567890", "12345678901234567890.000001", "7"),
}


@dataclass(frozen=True)
class Held:
    """As much of a set as the columns ask for."""

    cabinet: Cabinet
    registry: Registry
    offices: Mapping[str, SimpleNamespace]
    indicators: Mapping[str, SimpleNamespace]
    preset: str = STANDARD


OFFICES = {
    area: SimpleNamespace(short=Names(f"第{area[-2:]}办", f"No. {area[-2:]}")) for area in AREAS
}
INDICATORS = {"mediations": SimpleNamespace(family="mediation")}
"""What a set's registries call them, and therefore its rows."""


def hostile(seed: int, observed: Callable[..., Observation]) -> list[Observation]:
    """Rows that differ in everything at once, in few values, so that most are alike or tied."""
    rng = random.Random(seed)
    numbers = NUMBERS[list(NUMBERS)[seed % len(NUMBERS)]]
    varied = rng.sample(list(CHOICES), rng.randint(1, len(CHOICES)))
    rows = []
    for place in range(rng.randint(1, 40)):
        cells = {name: rng.choice(CHOICES[name]) for name in {*varied, "ref_area"}}
        low, high = sorted(Decimal(rng.choice(numbers)) for _ in range(2))
        cells["upper"] = upper = rng.choice((high, high, low, None))
        is_above = upper is None or upper >= 0
        cells["lower"] = rng.choice((low, low, low, None)) if is_above else low
        if numbers is NUMBERS["signs"]:  # only a ratio lies below zero
            cells["unit"] = "%"
        end = cells.get("period_end", date(2022, 12, 31))
        short = OFFICES[cells["ref_area"]].short
        cells |= {"office": short.zh, "office_en": short.en, "family": "mediation"}
        rows.append(observed(id=f"d-{rng.randint(0, 9)}{place:03}", **cells, year=end.year))
    return rows


def lined_up(dataset: Dataset, filters: Filters, highlighted: str, ahead: int) -> Lineup:
    columns = read(dataset, scope(dataset, filters, is_latest=not filters.years))

    def judge(first: Observation, second: Observation) -> Any:
        return verdict(first, second, dataset.registry)

    ground = Ground(columns, dataset.registry, kinship(dataset), judge)
    return lineup(ground, highlighted, in_order(columns, most=ahead).tolist())


def agree(lined: Lineup, peer: Peer) -> None:
    rows = Rows(lined)
    assert [o.id for o in rows] == [o.id for o in peer.rows]
    assert list(rows) == peer.rows
    assert rows[:3] == peer.rows[:3]
    assert lined.baseline == peer.base
    assert {o.id: lined.verdict(o) for o in rows if o.id != peer.base.id} == peer.verdicts
    counted = (lined.sound, lined.comparable, lined.ranked)
    assert counted == (peer.sound, peer.comparable, len(peer.places))
    places = {o.id: (r.best, r.worst, r.n, r.decided_by) for o, r in rows.ranked() if r}
    assert places == peer.places
    assert lined.median() == peer.median
    assert [o.id for o in Rows(lined, np.flatnonzero(lined.alike))] == peer.alike
    assert rows.reasons() == peer.reasons
    assert rows.gravest() == peer.gravest
    assert rows.units() == list(dict.fromkeys(o.unit for o in peer.rows))
    assert rows.overlapping() == peer.overlapping
    assert sorted(rows.areas().to_pylist()) == sorted({o.ref_area for o in peer.rows})
    assert sorted(rows.ids()) == sorted(o.id for o in peer.rows)


def years_of(rows: Sequence[Observation], year: int | None) -> list[Observation]:
    """Those of a year, or of each office's last."""
    last = {area: max(o.year for o in rows if o.ref_area == area) for area in
            {o.ref_area for o in rows}}  # fmt: skip
    return [o for o in rows if o.year == (year or last[o.ref_area])]


@pytest.mark.parametrize("seed", range(36))
def test_hostile_rows_from_a_set(
    seed: int, observed: Callable[..., Observation], cabinet_of: Callable[..., Cabinet]
) -> None:
    made = hostile(seed, observed)
    dataset = cast(Dataset, Held(cabinet_of(made), REGISTRY, OFFICES, INDICATORS))
    held = dataset.cabinet.select(Filters())
    for year in (None, 2022):
        rows = years_of(held, year)
        filters = Filters(indicators=("mediations",), years=(year,) if year else (), is_result=True)
        for highlighted in ("", rows[-1].ref_area) if rows else ():
            lined = lined_up(dataset, filters, highlighted, ahead=seed % 5)
            agree(lined, Peer(rows, REGISTRY, highlighted))


@pytest.mark.parametrize("seed", range(36, 336))
def test_hostile_rows_at_hand(seed: int, observed: Callable[..., Observation]) -> None:
    rows = hostile(seed, observed)
    columns = columns_of(rows, REGISTRY, lambda o: o)

    def judge(first: Observation, second: Observation) -> Any:
        return verdict(first, second, REGISTRY)

    ground = Ground(columns, REGISTRY, kinship_of(REGISTRY), judge)
    highlighted = rows[seed % len(rows)].ref_area if seed % 3 else ""
    agree(lineup(ground, highlighted), Peer(rows, REGISTRY, highlighted))


@pytest.mark.parametrize(
    ("name", "preset"),
    [
        *(("real", preset) for preset in PRESETS),
        ("demo", PRESETS[0]),
        ("demo", "open"),
    ],
)
def test_every_indicator_of_a_set(name: str, preset: str, site: Callable[[str], Site]) -> None:
    """By the usual rules of every year and of the last ones; by the others of the last ones."""
    dataset = site(name).store.dataset(preset)
    for code in dataset.facts.usage:
        years = dataset.facts.spread(code).all_years() if preset == STANDARD else ()
        for year in (None, *years):
            rows = dataset.select(indicator=code, year=year, is_result=True, is_latest=not year)
            if rows:
                filters = Filters(indicators=(code,), years=(year,) if year else (), is_result=True)
                lined = lined_up(dataset, filters, "", ahead=7)
                agree(lined, Peer(rows, dataset.registry))
