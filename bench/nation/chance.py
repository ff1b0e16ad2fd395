"""Chance that is the same on every machine: numbers mixed from a seed and whom they are about.

Nothing is drawn one after the other, so that an office gets the same numbers whichever offices
are made beside it, in whichever process.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Counts", "Shares", "gauss", "share"]

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def share(seed: int, topic: str, *about: Any) -> Shares:
    """Numbers evenly in [0, 1), one for each element of what `about` broadcasts to."""
    state = _mixed(np.uint64(seed) ^ np.uint64(int.from_bytes(topic.encode()[:8])))
    for part in about:
        state = _mixed(state ^ np.asarray(part).astype(np.uint64))
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53


def gauss(seed: int, topic: str, *about: Any) -> Shares:
    """Numbers of the standard normal distribution (Box and Muller)."""
    first = 1.0 - share(seed, f"{topic}-r", *about)
    turn = share(seed, f"{topic}-t", *about)
    return np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * turn)


def _mixed(state: Any) -> Any:
    """A step of splitmix64."""
    with np.errstate(over="ignore"):
        state = state + _GOLDEN
        state = (state ^ (state >> np.uint64(30))) * _FIRST
        state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))
