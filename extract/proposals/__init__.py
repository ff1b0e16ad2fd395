"""Proposed rows: what the reading of a report looks like as a table that a person checks.

A proposal is no entry. Its columns are those of a family table, so that rows which were checked
and read twice can be pasted there; what a person must still decide is said beside them.
"""

from extract.proposals.book import Book
from extract.proposals.context import context
from extract.proposals.proposal import Proposal, named, proposed
from extract.proposals.rows import EXPLAINED, Row, document_row, left_out_rows, rows
from extract.proposals.shown import shown

__all__ = [
    "EXPLAINED",
    "Book",
    "Proposal",
    "Row",
    "context",
    "document_row",
    "left_out_rows",
    "named",
    "proposed",
    "rows",
    "shown",
]
