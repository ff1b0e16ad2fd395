"""The contract of the tables: what ``datapackage.json`` promises, as values one can ask.

The file is a Frictionless Data Package (version 2). Nothing it says is repeated in Python: types,
enumerations, patterns and keys are read from it, so a table is widened by editing data alone.
"""

from extract.contract.package import (
    NUMERIC_TYPES,
    ROWS,
    Field,
    ForeignKey,
    Resource,
    resource_for,
    resources,
)
from extract.contract.published import COLUMNS, describe

__all__ = [
    "COLUMNS",
    "NUMERIC_TYPES",
    "ROWS",
    "Field",
    "ForeignKey",
    "Resource",
    "describe",
    "resource_for",
    "resources",
]
