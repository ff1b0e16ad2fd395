"""The row everything else is compared with, and every row's comparison with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.compare.changes import Comparison, compare
from dashboard.compare.groups import groups
from dashboard.compare.observation import Observation
from dashboard.compare.registry import Registry


@dataclass(frozen=True, slots=True)
class Baseline:
    """The chosen row (None when there are no rows) and one comparison a row, in the order given.

    A comparison runs from the baseline to the row; the baseline's own place holds None.
    """

    observation: Observation | None
    comparisons: tuple[Comparison | None, ...]


def baseline(
    observations: Sequence[Observation], registry: Registry, highlighted: str = ""
) -> Baseline:
    """Pick the baseline: the highlighted office's row, else the first of the largest group.

    Among several rows of the highlighted office the one in the largest comparable group is taken,
    then the one with the largest lower bound, then the first id. Results go before plans.
    """
    picked = _pick(observations, registry, highlighted)
    if picked is None:
        return Baseline(None, ())
    comparisons = (
        None if row.id == picked.id else compare(picked, row, registry) for row in observations
    )
    return Baseline(picked, tuple(comparisons))


def _pick(
    observations: Sequence[Observation], registry: Registry, highlighted: str
) -> Observation | None:
    found = groups(observations, registry)
    candidates = [member for group in found for member in group]
    candidates.sort(key=lambda o: (o.ref_area != highlighted, o.status != "result"))
    return next(iter(candidates), next(iter(observations), None))
