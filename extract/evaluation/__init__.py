"""The project's own measuring stick: the reading of reports against labelled clauses.

How it counts stands in docs/reading.md. Strict and exact: one fact, one candidate; equal means
equal.
"""

from extract.evaluation.labelled import Fact, Item, Malformed, items
from extract.evaluation.scores import ASPECTS, Failure, Scores, judged, scored

__all__ = [
    "ASPECTS",
    "Fact",
    "Failure",
    "Item",
    "Malformed",
    "Scores",
    "items",
    "judged",
    "scored",
]
