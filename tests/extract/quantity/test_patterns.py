"""Importing the reading packages compiles no pattern; the patterns are there when asked."""

import re
import subprocess
import sys

import pytest

from extract.quantity.patterns import pattern_of

NO_COMPILING = """
import calendar, csv, dataclasses, decimal, fractions, pathlib, re, typing
def refuse(*_): raise AssertionError("compiled at import")
re.compile = refuse
import {}
"""


@pytest.mark.parametrize("module", ["extract.quantity", "extract.reading"])
def test_importing_compiles_nothing(module: str) -> None:
    subprocess.run([sys.executable, "-c", NO_COMPILING.format(module)], check=True)


def test_a_pattern_is_as_any_other() -> None:
    digits = pattern_of("[0-9]+")
    assert digits.pattern == "[0-9]+"
    assert [found[0] for found in digits.finditer("1a22")] == ["1", "22"]
    assert digits.sub("-", "1a22") == "-a-"


def test_a_wrong_pattern_is_told_when_asked() -> None:
    with pytest.raises(re.error, match="unterminated"):
        pattern_of("[").match("")
