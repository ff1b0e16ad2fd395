"""Words of the interface, one table a language; the pages hold none of their own."""

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
    """All phrases of a language by key."""
    return tomllib.loads((FOLDER / f"{locale}.toml").read_text(encoding="utf-8"))


def phrases(locale: Locale) -> Phrase:
    """`t(key, **values)` for a language; KeyError for a key that no table has."""
    words = table(locale)

    def t(key: str, **values: object) -> str:
        return words[key].format(**values) if values else words[key]

    return t
