"""Every rule is worded in both languages, and what a stranger sends cannot spoil a line."""

import re

import pytest

from extract.sources import RULES
from extract.sources.rules import LISTED, capped, found

_PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_the_same_in_both_languages(rule: str) -> None:
    words = RULES[rule]
    assert re.search(r"[\u4e00-\u9fff]", words.zh) and re.search(r"[\u4e00-\u9fff]", words.next_zh)
    assert not re.search(r"[\u4e00-\u9fff]", words.en + words.next_en)
    chinese = {name for text in (words.zh, words.next_zh) for name in _PLACES.findall(text)}
    english = {name for text in (words.en, words.next_en) for name in _PLACES.findall(text)}
    assert {name.removesuffix("_en") for name in english} == {
        name.removesuffix("_en") for name in chinese
    }


def test_what_a_stranger_sends_is_shown_on_one_short_line() -> None:
    problem = found("redirect-away", "a", host="h\x1b[31m\n", target="x" * 1000)
    assert problem.text("en").count("\n") == 0 and "\x1b" not in problem.text()
    assert len(problem.message) < 400


def test_many_places_are_counted_and_rows_are_never_left_out() -> None:
    ragged = [found("ragged-line", f"a:{n}", cells=1, width=2) for n in range(1000)]
    flawed = [found("excel-error", f"a:{n}", column="c", value="#N/A") for n in range(1000)]
    kept = capped([*ragged, *flawed])
    assert [problem.rule for problem in kept].count("ragged-line") == LISTED + 1
    assert [problem.rule for problem in kept].count("excel-error") == 1000
    assert kept[-1].message.startswith("980 more")
