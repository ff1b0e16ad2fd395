"""Questions over thousands of offices: asked in SQL, reckoned in columns, judged once a kind.

A page needs few rows as values: those it shows. Of all the others it needs counts, places and an
order, and these follow from columns of numbers. The rules stay where they are, in
`dashboard.compare`: each is asked once for all rows that are alike to it.
"""

from dashboard.wide.columns import Columns, columns_of, read
from dashboard.wide.ends import Ends
from dashboard.wide.kinship import kinship
from dashboard.wide.lineup import Ground, Lineup, lineup
from dashboard.wide.listing import listed
from dashboard.wide.rows import Rows, in_order
from dashboard.wide.scope import Scope, scope
from dashboard.wide.silence import roll, silent

__all__ = [
    "Columns",
    "Ends",
    "Ground",
    "Lineup",
    "Rows",
    "Scope",
    "columns_of",
    "in_order",
    "kinship",
    "lineup",
    "listed",
    "read",
    "roll",
    "scope",
    "silent",
]
