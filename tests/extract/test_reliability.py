"""Every test, rule and quoted line that docs/reliability.md names is there."""

import ast
import re
from functools import cache
from pathlib import Path

from extract.check import RULES, name_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([^`]+)\])?`")


def rows() -> list[str]:
    """The rows of the fault tables, without their heads."""
    faults = PAGE.read_text(encoding="utf-8").partition("## Faults")[2].partition("\n## ")[0]
    heads = ("| what goes wrong", "|---")
    lines = [line for line in faults.splitlines() if line.startswith("|")]
    return [line for line in lines if not line.startswith(heads)]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def functions(path: Path) -> frozenset[str]:
    body = parsed(path).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


@cache
def words(path: Path) -> frozenset[str]:
    """Every text the file writes down, so also the name of every case of a test."""
    constants = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant)]
    return frozenset(node.value for node in constants if isinstance(node.value, str))


@cache
def said() -> frozenset[str]:
    return frozenset().union(*(words(path) for path in (ROOT / "extract").rglob("*.py")))


def test_every_row_names_a_test_and_every_named_test_is_there() -> None:
    assert len(rows()) > 100
    for row in rows():
        named = NAMED.findall(row)
        assert named, row
        for file, test, case in named:
            assert test in functions(ROOT / file), f"{file}::{test}"
            assert not case or case in words(ROOT / file), f"{file}::{test}[{case}]"


def test_every_rule_named_is_a_rule() -> None:
    known = said() | {name_of(rule) for rule in RULES}
    named = {rule for row in rows() for rule in re.findall(r"`\[([a-z-]+)\]`", row)}
    assert len(named) > 50
    assert not named - known


def test_every_line_quoted_is_said() -> None:
    """Each piece of 「…」 between two facts stands in a text of the code."""
    everything = "\n".join(said())
    quoted = [line for row in rows() for line in re.findall("「(.+?)」", row)]
    pieces = {piece for line in quoted for piece in line.split("…") if piece}
    assert len(pieces) > 100
    assert {piece for piece in pieces if piece not in everything} == set()
