"""What is asked of a whole set is asked once and kept for as long as the set is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from dashboard.cabinet import Cabinet
from dashboard.dataset import Dataset

__all__ = ["once_a_set"]

T = TypeVar("T")


def once_a_set(ask: Callable[[Dataset], T]) -> Callable[[Dataset], T]:
    """Keep the answer of `ask` by set and reading rules; it goes when the set goes.

    The answer must not hold the set. Two readers who come first at the same time may both ask.
    """
    kept: WeakKeyDictionary[Cabinet, dict[str, T]] = WeakKeyDictionary()
    door = threading.Lock()

    @wraps(ask)
    def answer(dataset: Dataset) -> T:
        with door:
            own = kept.setdefault(dataset.cabinet, {})
        if dataset.preset not in own:
            own[dataset.preset] = ask(dataset)
        return own[dataset.preset]

    return answer
