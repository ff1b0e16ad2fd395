"""One line of changes.csv: the value that publishing writes and the pages read."""

from dataclasses import dataclass

__all__ = ["CHANGES", "COLUMNS", "KINDS", "Change"]

CHANGES = "changes.csv"
KINDS = ("added", "revised", "withdrawn", "quarantined", "released")
"""In the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of changes.csv: of a row (`id`), or of a registry's line (`offices:990001101`).

    `field` is named where one cell was revised; else `before` and `after` are the words of the
    document, '' where there are none.
    """

    kind: str
    id: str
    document: str
    ref_area: str
    indicator: str
    field: str
    before: str
    after: str
    reason_zh: str
    reason_en: str


COLUMNS = tuple(Change.__slots__)
