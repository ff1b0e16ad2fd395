"""How the numbers of an indicator were read, and in which variants and years they come: counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.dataset import Dataset
from dashboard.once import once_a_set

__all__ = ["Certainty", "certainty", "rules", "variants", "years"]


@dataclass(frozen=True, slots=True)
class Certainty:
    """Numbers of one indicator by what their wording says of the bounds, standard rules.

    Each is counted once: `exact`, bounded by the words themselves (`interval`), bounded by
    convention on one side at least (`assumed`), or without a bound on one side (`unbounded`).
    """

    exact: int
    interval: int
    assumed: int
    unbounded: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.exact + self.interval + self.assumed + self.unbounded


def certainty(dataset: Dataset, indicator: str) -> Certainty:
    """How sure the bounds of an indicator's numbers are."""
    unbounded = "lower IS NULL OR upper IS NULL"
    exact, soft = "lower = upper", "lower_kind = 'soft' OR upper_kind = 'soft'"
    case = f"CASE WHEN {unbounded} THEN 3 WHEN {exact} THEN 0 WHEN {soft} THEN 2 ELSE 1 END"
    counts = dict(
        dataset.cabinet.ask(
            f"SELECT {case}, count(*) FROM by_indicator WHERE indicator = ? GROUP BY ALL",
            [indicator],
        )
    )
    return Certainty(*(counts.get(place, 0) for place in range(4)))


def rules(dataset: Dataset, indicator: str) -> Mapping[str, int]:
    """Numbers of an indicator by the rule that gave their bounds, the commonest first."""
    return dict(
        dataset.cabinet.ask(
            "SELECT rule, count(*) AS n FROM by_indicator WHERE indicator = ? "
            "GROUP BY rule ORDER BY n DESC, rule",
            [indicator],
        )
    )


def variants(dataset: Dataset, indicator: str) -> Mapping[str, tuple[int, int]]:
    """(observations, offices) of an indicator by variant; '' is for those without one."""
    found = dataset.cabinet.ask(
        "SELECT coalesce(variant, ''), count(*), count(DISTINCT ref_area) FROM by_indicator "
        "WHERE indicator = ? GROUP BY ALL",
        [indicator],
    )
    return {variant: (n, offices) for variant, n, offices in found}


@once_a_set
def years(dataset: Dataset) -> Mapping[str, tuple[int, ...]]:
    """Years with a number of each indicator, ascending."""
    found = dataset.cabinet.ask(
        "SELECT indicator, list(DISTINCT year) FROM by_indicator GROUP BY indicator"
    )
    return {code: tuple(sorted(told)) for code, told in found}
