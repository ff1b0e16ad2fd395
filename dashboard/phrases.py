"""Words of the interface, one folder a language; the pages hold none of their own.

`locale/<language>/<page>.toml` holds `key = "words"`; both languages have the same keys, and `{…}`
is where a number or a name goes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from dashboard.records import Locale

FOLDER = Path(__file__).parent / "locale"

Phrase = Callable[..., str]


@cache
def table(locale: Locale) -> Mapping[str, str]:
    """All phrases of a language by key; ValueError where two files say the same key."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / locale).glob("*.toml")):
        own = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & own.keys():
            raise ValueError(f"{path.name}: said elsewhere too: {', '.join(sorted(twice))}")
        found |= own
    return found


def phrases(locale: Locale) -> Phrase:
    """`t(key, **values)` for a language; KeyError for a key that no table has."""
    words = table(locale)

    def t(key: str, **values: object) -> str:
        return words[key].format(**values) if values else words[key]

    return t
