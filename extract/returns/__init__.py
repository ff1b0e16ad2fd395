"""Returns: the form an office fills in, read back with all its problems, taken in whole or not.

``form`` says how the form is laid out, ``sheets`` reads what was sent into cells, ``reading`` the
cells into numbers with their places, ``taking`` compares them with data/raw and enters them.
"""

from extract.returns.form import Line, Period, lines, period_of

__all__ = ["Line", "Period", "lines", "period_of"]
