"""A value for each office, however it was put in."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from dashboard import years
from dashboard.by_office import ByOffice, places

AREAS = [f"9801010{n:02}" for n in range(40)]
WHERE = places(AREAS)


@pytest.mark.parametrize("seed", range(20))
def test_values_by_number_are_those_of_pairs(seed: int) -> None:
    dice = random.Random(seed)
    values = ["a", "b", "c"]
    told = {
        area: dice.randrange(3) for area in dice.sample([*AREAS, "nowhere"], dice.randrange(41))
    }
    numbers = np.array([*told.values()], dtype=np.int32)
    found = ByOffice.numbered(WHERE, [*told], numbers, values)
    plain = ByOffice(WHERE, ((area, values[n]) for area, n in told.items()))
    assert dict(found) == dict(plain)
    assert found.mask.tolist() == plain.mask.tolist()
    assert found.listed() == plain.listed() == [plain.get(area) for area in AREAS]
    is_wanted = {"a", "c"}.__contains__
    wanted = [area for area, is_own in zip(AREAS, found.having(is_wanted), strict=True) if is_own]
    assert wanted == [*plain.holding(is_wanted)] == [*found.holding(is_wanted)]


@pytest.mark.parametrize("last", [2024, 2090])
def test_years_in_bits_are_read_alike_row_by_row_and_at_once(last: int) -> None:
    first = 2015
    dice = random.Random(last)
    told = {
        area: sorted(dice.sample(range(first, last + 1), dice.randrange(1, 5))) for area in AREAS
    }
    is_number = last - first < years.IN_INTEGER
    bits = [
        sum(1 << (year - first) for year in own)
        if is_number
        else "".join("01"[year in own] for year in range(first, last + 1))
        for own in told.values()
    ]
    found = years.by_office(WHERE, pa.table({"area": AREAS, "bits": bits}), first, tuple)
    assert dict(found) == {area: tuple(own) for area, own in told.items()}
    assert dict(years.of_rows(zip(AREAS, bits, strict=True), first, tuple)) == dict(found)
