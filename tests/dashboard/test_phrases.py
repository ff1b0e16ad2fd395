"""Words of the interface: both languages say the same things, and nothing unsaid or unheard."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from dashboard.address import PRESETS
from dashboard.phrases import phrases, table
from extract.outcome import Kind
from extract.quantity import RULES

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "dashboard"
PACKAGE = json.loads((ROOT / "data" / "raw" / "datapackage.json").read_text(encoding="utf-8"))
KEYS = frozenset(table("zh"))


def spoken(node: ast.expr) -> Iterator[str]:
    """Patterns of the keys that an expression can give; parts computed elsewhere match any word."""
    match node:
        case ast.Constant(value=str(text)):
            yield re.escape(text)
        case ast.JoinedStr(values=parts):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[^ ]+"
                for part in parts
            )
        case ast.IfExp(body=one, orelse=other):
            yield from spoken(one)
            yield from spoken(other)


def asked_in_python() -> Iterator[tuple[str, str]]:
    """Every key given to `t(…)` in place, as (where, pattern)."""
    for path in sorted(DASHBOARD.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "t" and node.args:
                for pattern in spoken(node.args[0]):
                    yield f"{path.name}:{node.lineno}", pattern


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def asked_in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((DASHBOARD / "templates").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        for key, joined in re.findall(r"\bt\('([^']+)'( ~)?", text):
            yield path.name, re.escape(key) + ("[^ ]+" if joined else "")


def written_in_python() -> Iterator[str]:
    """Every text and pattern of text in the code: a key may be chosen before it is asked for."""
    for path in sorted(DASHBOARD.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                yield from (p for p in spoken(node) if re.search(r"\w", p.replace("[^ ]+", "")))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def codes(table_name: str, column: str) -> set[str]:
    """Words that the contract allows in a column."""
    tables = {resource["name"]: resource for resource in PACKAGE["resources"]}
    columns = {field["name"]: field for field in tables[table_name]["schema"]["fields"]}
    allowed = columns[column]["constraints"]
    return set(allowed.get("enum") or re.findall(r"\w+", allowed["pattern"])) - {""}


def test_both_languages_have_the_same_keys() -> None:
    assert set(table("en")) == KEYS


def test_both_languages_fill_in_the_same() -> None:
    zh, en = table("zh"), table("en")
    assert [key for key in sorted(KEYS) if fields(zh[key]) != fields(en[key])] == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_phrase_is_empty_but_the_gap_between_sentences(locale: str) -> None:
    empty = {key for key, text in table(locale).items() if not text.strip()}  # type: ignore[arg-type]
    assert empty <= {"between_sentences"}


def test_english_phrases_hold_no_full_width_punctuation() -> None:
    marks = re.compile("[，。：；？！（）、]")
    assert [key for key, text in table("en").items() if marks.search(text)] == []


def test_every_key_that_is_asked_for_exists() -> None:
    asked = {*asked_in_python(), *asked_in_templates()}
    assert len(asked) > 200
    missing = [a for a in sorted(asked) if not any(re.fullmatch(a[1], key) for key in KEYS)]
    assert missing == []


FAMILIES = {
    "flag.": codes("rows", "flags"),
    "correction.": codes("corrections", "status"),
    "practices.kind.": codes("practices", "kind"),
    "published.": codes("documents", "published_precision"),
    "preset.": set(PRESETS),
    "method.preset.": set(PRESETS),
    "method.kind.": {rule.kind for rule in RULES},
    "status.outcome.": set(get_args(Kind)),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_that_may_come_has_its_words(family: str) -> None:
    assert {family + code for code in FAMILIES[family]} <= KEYS


def test_no_phrase_is_never_said() -> None:
    asked = {pattern for _, pattern in asked_in_templates()}
    said = re.compile("|".join(f"(?:{pattern})" for pattern in {*written_in_python(), *asked}))
    assert sorted(key for key in KEYS if not said.fullmatch(key)) == []


def test_a_key_that_is_nowhere_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrases("zh")("nowhere")


def test_values_are_filled_in_and_never_read_as_patterns() -> None:
    t = phrases("zh")
    assert "{given}" in t("unread.text", parameter="q", given="{given}")
