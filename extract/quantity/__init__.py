"""Reads the quantities of Chinese prose: value, bounds, unit, and the rule that gave them.

`find` reports the quantities of a text, `parse` reads one phrase; `RULES` is the rule table as
data and `PRESETS` names the ways of reading. Pure, and free of third-party imports.
"""

from .quantity import Quantity
from .rules import PRESETS, RULES, Rule
from .scan import find, parse

__all__ = ["PRESETS", "RULES", "Quantity", "Rule", "find", "parse"]
