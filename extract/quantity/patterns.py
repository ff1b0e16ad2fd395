"""Regular expressions that cost nothing until they are asked: importing does nothing.

Compiling the patterns of both reading packages takes longer than everything else that importing
them does, and a command that reads no text needs none.
"""

import re
from typing import TYPE_CHECKING, Any


class _Lazy:
    """Compiles when first asked; a method once used is bound here, and as fast as the pattern's."""

    def __init__(self, source: str) -> None:
        self.pattern = source

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    pattern_of = re.compile
else:
    pattern_of = _Lazy
