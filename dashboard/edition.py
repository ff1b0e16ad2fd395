"""Which set an address asks for: the current one, or the one of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import address
from dashboard.store import Dataset, NotThenError, Store

__all__ = ["Edition", "edition"]


@dataclass(frozen=True, slots=True)
class Edition:
    """The set to show. `refusal` says why it is the current one although a day was asked for."""

    dataset: Dataset
    refusal: NotThenError | None = None


def edition(store: Store, query: Mapping[str, Sequence[str]]) -> Edition:
    """The set for the `asof` and `preset` of a parsed query; what cannot be read is ignored."""
    preset, day = address.preset_of(query), address.day_of(query)
    if day is None:
        return Edition(store.dataset(preset))
    try:
        return Edition(store.asof(day, preset))
    except NotThenError as refusal:
        return Edition(store.dataset(preset), refusal)
