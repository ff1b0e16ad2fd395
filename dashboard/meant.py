"""What a reader may have meant by a word that nobody knows: suggested only where really near."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["NEAR", "PARAMETERS", "is_foreign", "nearest", "nearest_year"]

NEAR = 0.8
"""Share of equal characters: a slip or two in a word."""
NEAR_CODE = 0.88
"""One digit in a code of nine."""

PARAMETERS = (
    "indicator",
    "office",
    "within",
    "year",
    "variant",
    "preset",
    "asof",
    "like",
    "per",
    "sign",
    "embed",
    "row",
    "q",
    "family",
    "kind",
    "status",
    "obs_status",
    "window",
    "rule",
    "flag",
    "sort",
    "hide",
    "size",
    "page",
)
"""Names that an address may hold, in the order written."""

FOREIGN = frozenset(
    {
        *("theme", "from", "scene", "isappinstalled", "nsukey", "share_token", "spm", "scm"),
        *("gclid", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "bd_vid"),
        *("mc_cid", "mc_eid", "_ga", "_gl", "ref", "_", "_t", "t", "timestamp"),
    }
)
"""Names that other programs hang on an address as it is passed along, and that of site.js."""
FOREIGN_BEGINS = ("utm_", "mtm_", "pk_")


def is_foreign(name: str) -> bool:
    """Whether a parameter speaks of how the reader came here, not of what is shown."""
    return name in FOREIGN or name.startswith(FOREIGN_BEGINS)


def nearest(given: str, allowed: Iterable[str]) -> str:
    """The one of `allowed` (in lower case) most like `given`; '' where none is near."""
    meant = given.strip().casefold()
    near = NEAR_CODE if sum(map(str.isdecimal, meant)) * 2 > len(meant) else NEAR
    found = difflib.get_close_matches(meant, list(allowed), n=1, cutoff=near)
    return next(iter(found), "")


def nearest_year(given: str, years: Iterable[int]) -> str:
    """Of a year that is none of `years` the nearest in time; of another word, by its writing."""
    held = tuple(years)
    if len(given) == 4 and given.isdecimal():
        meant = int(given)
        return str(min(held, key=lambda year: (abs(year - meant), -year), default=""))
    return nearest(given, map(str, held))
