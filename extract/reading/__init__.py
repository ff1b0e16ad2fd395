"""Reads a report: proposes a row for every number and gives a reason for each it leaves out.

`propose` is the one question; a `Reading` is its answer. The engine proposes, a person decides.
What it knows of indicators, variants and offices stands in the raw tables (`Registry`), so that a
new indicator needs no code.
"""

from .candidate import Alternative, Candidate, Mask, OfficeHint, PeriodHint, Reading, Status
from .engine import propose
from .registry import Registry

__all__ = [
    "Alternative",
    "Candidate",
    "Mask",
    "OfficeHint",
    "PeriodHint",
    "Reading",
    "Registry",
    "Status",
    "propose",
]
