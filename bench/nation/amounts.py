"""How large an office's numbers are: log-normal by kind of office, drifting from year to year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bench.nation.chance import Counts, Shares, gauss

__all__ = ["CHOSEN", "TENTHS", "Size", "amounts", "size"]

TENTHS = frozenset({"%", "平方公里"})
"""Units whose amounts are counted in tenths."""

_FACTORS = ((100, 1.0), (200, 0.7), (400, 0.35), (1000, 0.25))
"""The last three digits of a code below this bound → its size beside that of a sub-district."""


@dataclass(frozen=True, slots=True)
class Size:
    """The median of a sub-district in the last year, how offices differ, growth a year."""

    median: float
    spread: float = 0.7
    drift: float = 0.03


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "volunteers": Size(900, 0.8, 0.06),
        "volunteer_activities": Size(120, 0.7, 0.05),
        "volunteer_participations": Size(5200, 0.9, 0.05),
        "subsidies_paid": Size(6_800_000, 0.8, 0.06),
        "mediations": Size(160, 0.6, 0.02),
        "mediators": Size(24, 0.4, 0.01),
        "recruits": Size(9, 0.4, 0.0),
        "canteens": Size(4, 0.6, 0.08),
        "canteen_seats": Size(130, 0.6, 0.07),
        "canteen_diners": Size(16_000, 0.8, 0.08),
        "petitions_received": Size(210, 0.7, -0.03),
        "safety_accidents": Size(0.8, 0.7, -0.06),
        "grid_workers": Size(60, 0.5, 0.04),
        "resident_activities": Size(85, 0.6, 0.04),
        "aid_recipients": Size(640, 0.7, 0.01),
        "lowincome_households": Size(310, 0.7, -0.02),
        "people_employed": Size(1400, 0.7, 0.01),
        "population": Size(58_000, 0.5, 0.01),
        "area": Size(140, 0.9, 0.0),
        "park_occupancy_rate": Size(880, 0.06, 0.0),
    }
)
CHOSEN: Sequence[str] = tuple(SIZES)
"""The indicators of the national case, the first ones made."""

_BY_UNIT: Mapping[str, Size] = MappingProxyType(
    {
        "元": Size(400_000, 1.0),
        "%": Size(900, 0.06, 0.0),
        "平方公里": Size(140, 0.9, 0.0),
        "平方米": Size(900, 0.8),
        "人次": Size(2500, 0.8),
        "小时": Size(4200, 0.8),
        "人": Size(260, 0.8),
        "户": Size(180, 0.7),
    }
)
_LEAST: Mapping[str, int] = MappingProxyType({"safety_accidents": 0, "covid_cases": 0})


def size(indicator: str, unit: str) -> Size:
    """What is known of an indicator, or usual for its unit."""
    return SIZES.get(indicator) or _BY_UNIT.get(unit, Size(30, 0.7))


def amounts(
    seed: int, codes: Counts, years: Sequence[int], registry: Sequence[Mapping[str, str]]
) -> Counts:
    """Whole numbers (tenths for TENTHS) by office, year and indicator."""
    known = [size(row["indicator"], row["unit"]) for row in registry]
    place = np.arange(len(registry))
    median = np.log([one.median for one in known])
    spread = np.array([one.spread for one in known])
    drift = np.array([one.drift for one in known])
    ago = np.array(years) - max(years)
    office = _office(seed, codes)[:, None] * spread
    own = 0.5 * spread * gauss(seed, "own", codes[:, None], place)
    each = (codes[:, None, None], np.array(years)[:, None], place)
    noise = 0.12 * np.minimum(spread, 1.0) * gauss(seed, "year", *each)
    logs = median + (_factor(codes)[:, None] * _scales(registry) + office + own)[:, None, :]
    drawn = np.exp(logs + drift * ago[None, :, None] + noise)
    least = np.array([_LEAST.get(row["indicator"], 1) for row in registry])
    whole = np.maximum(np.floor(drawn + 0.5).astype(np.int64), least)
    return np.where(_is_share(registry), np.minimum(whole, 1000), whole)


def _office(seed: int, codes: Counts) -> Shares:
    """How much larger than its like an office is in everything."""
    return 0.8 * gauss(seed, "office", codes)


def _factor(codes: Counts) -> Shares:
    """The logarithm of what is usual for its kind."""
    bounds = [bound for bound, _ in _FACTORS]
    factors = np.log([factor for _, factor in _FACTORS])
    return np.asarray(factors[np.searchsorted(bounds, codes % 1000, side="right")])


def _scales(registry: Sequence[Mapping[str, str]]) -> Shares:
    """1 for what grows with an office, 0 for shares and areas."""
    return np.array([0.0 if row["unit"] in TENTHS else 1.0 for row in registry])


def _is_share(registry: Sequence[Mapping[str, str]]) -> np.ndarray:
    return np.array([row["unit"] == "%" for row in registry])
