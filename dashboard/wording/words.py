"""The words themselves: one table a language, one way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dashboard.wording import words_en, words_zh

Locale = Literal["zh", "en"]

TABLES: Mapping[Locale, Mapping[str, str]] = {"zh": words_zh.WORDS, "en": words_en.WORDS}

MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say(key: str, locale: Locale, **values: object) -> str:
    """The words under a key with values put in; KeyError for a key or a value that is missing."""
    return TABLES[locale][key].format(**values)


def knows(key: str) -> bool:
    """True when the tables hold this key."""
    return key in TABLES["zh"]


def named(group: str, code: str, locale: Locale) -> str:
    """The name of a code (`status`, `window`, `scope`, `flag` …); the code itself if unknown."""
    key = f"{group}.{code}"
    return say(key, locale) if knows(key) else code


def month(number: int, locale: Locale) -> str:
    """A month as it stands in a date: 3, or March."""
    return str(number) if locale == "zh" else MONTHS_EN[number - 1]


def sentence(text: str) -> str:
    """The same text with its first letter a capital."""
    return text[:1].upper() + text[1:]
