"""The Method page: its examples are read by the rules, and every verdict has its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.compare import Code
from dashboard.pages import method
from extract.quantity import RULES, parse


@pytest.fixture(scope="module")
def page(client: Callable[[str], FlaskClient], html: Any) -> Any:
    return html(client("small").get("/zh/method").text)


def test_every_example_is_one_whole_quantity_and_shows_its_rule(page: Any) -> None:
    text = page.all("section", id="examples")[0].text
    for before, phrase, _after in method.EXAMPLES:
        read = parse(phrase)
        assert read is not None
        assert f"{before}{phrase}" in text
        assert f"{read.rule} {read.qualifier}".strip() in text


def test_the_examples_show_each_way_of_drawing_a_reading() -> None:
    readings = [parse(phrase) for _, phrase, _ in method.EXAMPLES]
    drawn = {method._drawing(read) for read in readings if read}
    assert drawn == {"exact", "interval", "soft", "unbounded", "zero"}
    assert drawn <= set(method.DRAWINGS)


def test_every_verdict_says_why_and_what_is_done(page: Any) -> None:
    text = page.all("section", id="verdicts")[0].text
    assert all(str(code) in text for code in Code)
    assert text.count("不比") >= len(method.BLOCKING)


def test_every_rule_and_every_section_is_there(page: Any) -> None:
    rules = page.all("section", id="rules")[0].text
    assert all(rule.id in rules for rule in RULES)
    links = [a.attributes["href"] for a in page.all("a") if a.attributes["href"].startswith("#")]
    for name in method.SECTIONS:
        assert f"#{name}" in links
        assert len(page.all("section", id=name)) == 1
