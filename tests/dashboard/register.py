"""Offices made up in a test, as the register that a set holds."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.offices import Offices
from dashboard.records import Office

__all__ = ["register"]

NAMED = {"name": "name", "short": "short", "parent": "parent_name", "city": "city", "note": "note"}
PLAIN = ("ref_area", "kind", "code", "code_vintage", "valid_from", "valid_to", "successor")


def register(offices: Iterable[Office]) -> Offices:
    """The offices in their order."""
    return Offices(
        {
            **{name: getattr(o, name) for name in PLAIN},
            **{f"{stem}_zh": getattr(o, name).zh for name, stem in NAMED.items()},
            **{f"{stem}_en": getattr(o, name).en for name, stem in NAMED.items()},
            "colour": str(o.colour),
            "parent": o.parent_code,
        }
        for o in offices
    )
