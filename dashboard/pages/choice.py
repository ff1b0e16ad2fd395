"""Which observations a page shows when the address does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.compare import Observation
from dashboard.store import Dataset
from dashboard.wide.ends import Mask


def results(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Only what was reported as done or in place; of conflicting numbers the chosen one."""
    return tuple(o for o in observations if o.status == "result" and o.chosen)


def latest(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Each office's numbers of its latest year."""
    newest: dict[str, int] = {}
    for o in observations:
        newest[o.ref_area] = max(newest.get(o.ref_area, 0), o.year or 0)
    return tuple(o for o in observations if (o.year or 0) == newest[o.ref_area])


def worth_comparing(dataset: Dataset) -> tuple[str, ...]:
    """Indicators with at least two offices or two years, in registry order."""
    return tuple(code for code, usage in dataset.facts.usage.items() if usage.places > 1)


def fullest(dataset: Dataset) -> str:
    """The core indicator that most offices report, else any such one. '' in an empty set."""

    def weight(code: str) -> tuple[int, int, int]:
        usage = dataset.facts.usage[code]
        return int(dataset.indicators[code].is_core), usage.offices, usage.results

    return max(dataset.facts.usage, key=weight, default="")


def with_years(dataset: Dataset, indicator: str) -> tuple[str, ...]:
    """Offices that report an indicator in two years or more, in registry order."""
    return dataset.facts.spread(indicator).repeated()


def covered(dataset: Dataset) -> tuple[str, ...]:
    """Offices that a report speaks of, in registry order."""
    return tuple(dataset.documents.spoken)


def are_covered(dataset: Dataset, year: int | None) -> Mask:
    """Which areas of the registry a report speaks of (in `year`)."""
    documents = dataset.documents
    if year is None:
        return documents.spoken.mask
    return documents.years.having(lambda years: year in years)
