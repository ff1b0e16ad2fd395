"""Names of sheets and of ranges: what spreadsheet programs allow, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 31
"""UTF-16 code units that a sheet name may have."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
RESERVED = "history"
LONGEST_KEY = 200
"""Letters of a key that a defined name keeps; programs allow 255 in all."""


class SheetNames:
    """Hands out names, shortened and numbered where needed; upper and lower case are the same."""

    def __init__(self) -> None:
        self._taken = {RESERVED}

    def take(self, wanted: str) -> str:
        """A name as near to `wanted` as is allowed and free."""
        plain = " ".join(wanted.translate(FORBIDDEN).split()).strip("' ") or "-"
        number, name = 1, _cut(plain, LONGEST)
        while name.lower() in self._taken:
            number += 1
            suffix = f" {number}"
            name = _cut(plain, LONGEST - len(suffix)) + suffix
        self._taken.add(name.lower())
        return name


def range_names(keys: Iterable[str]) -> list[str]:
    """A defined name for each key, `table_<key>`: letters, digits, underscores, each once.

    The word before keeps it from being read as a cell, such as AB12 or R1C1.
    """
    taken: dict[str, None] = {}
    for key in keys:
        plain = "table_" + re.sub(r"[^a-z0-9_]", "_", key.lower())[:LONGEST_KEY]
        number, name = 1, plain
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        taken[name] = None
    return list(taken)


def _cut(text: str, longest: int) -> str:
    """At most `longest` code units, ending with a whole word where words are spaced."""
    if _units(text) <= longest:
        return text
    cut = text
    while _units(cut) > longest:
        cut = cut[:-1]
    head, space, _ = cut.rpartition(" ")
    is_inside_word = text[len(cut)] != " "
    kept = head if is_inside_word and space and len(head) > longest // 2 else cut
    return kept.rstrip(" '")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
