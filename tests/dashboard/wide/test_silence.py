"""Who is spoken of and gave no number: as masks what a walk through the offices gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from dashboard.app import Site
from dashboard.wide import silent


@pytest.mark.parametrize("within", ["", "98", "9801", "34"])
@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_the_silent_are_those_of_a_walk(
    name: str, within: str, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    spoken, level = dataset.documents.spoken, dataset.registry.level
    for code in dataset.facts.usage:
        years = dataset.facts.spread(code).years
        for having in ([*years], [*years][::2], []):
            levels = {level(area) for area in {*having, *years}}
            expected = [
                area
                for area in spoken
                if area.startswith(within)
                and area not in having
                and area not in years
                and (not levels or level(area) in levels)
            ]
            given = pa.array(having, pa.string())
            found = silent(dataset, spoken.mask, given, also=[years.mask], within=within)
            assert found.to_pylist() == expected
    none = np.zeros(len(dataset.offices), np.bool_)
    assert len(silent(dataset, none, pa.array([], pa.string()))) == 0
