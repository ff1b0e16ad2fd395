"""The measuring stick: tiny labelled sets whose counts are known."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from extract.evaluation import Item, Malformed, Scores, items, judged, scored
from extract.quantity import Quantity, find
from extract.reading import Candidate

CLAUSE = "招募志愿者120余人，走访30户，调处纠纷8件"


def fact(text: str, **said: Any) -> dict[str, Any]:
    plain = {"value": None, "lower": None, "upper": None, "unit": None, "indicator": None}
    return {"text": text, **plain, **said}


ALL = [
    fact("120余人", value=120, lower=120, upper=130, unit="人", indicator="volunteers"),
    fact("30户", value=30, lower=30, upper=30, unit="户", indicator="visits"),
    fact("8件", value=8, lower=8, upper=8, unit="件", indicator="mediations"),
]


def clause(facts: Sequence[dict[str, Any]], text: str = CLAUSE) -> Item:
    (item,) = items([json.dumps({"id": "c1", "clause": text, "facts": facts})])
    return item


def case(expected: Sequence[dict[str, Any]], text: str, **more: Any) -> Item:
    (item,) = items([json.dumps({"id": "x", "input": text, "expected": expected, **more})])
    return item


def read(item: Item, codes: Sequence[str | None] = ()) -> list[Candidate]:
    """The quantities of the text as candidates with these indicators."""
    found = find(item.text)
    named = [*codes, *[None] * len(found)]
    return [_candidate(q, code) for q, code in zip(found, named, strict=False)]


def _candidate(quantity: Quantity, code: str | None) -> Candidate:
    own = {name: getattr(quantity, name) for name in Quantity.__slots__}
    return Candidate(**own, clause="", clause_start=0, clause_end=0, indicator=code)


def score(item: Item, found: Sequence[Candidate | Quantity]) -> Scores:
    return scored([(item, *judged(item, found))])


def counts(scores: Scores, aspect: str) -> tuple[int, int, int, int]:
    count = scores.counts[aspect]
    return count.labelled, count.read, count.right, count.compared


def test_a_perfect_reading() -> None:
    item = clause(ALL)
    scores = score(item, read(item, ["volunteers", "visits", "mediations"]))
    assert all(counts(scores, aspect) == (3, 3, 3, 3) for aspect in scores.counts)
    assert not scores.failures


def test_a_missed_and_an_extra_number() -> None:
    item = clause(ALL[:2])
    scores = score(item, read(item)[1:])
    assert counts(scores, "quantity") == (2, 2, 1, 1)
    count = scores.counts["quantity"]
    assert (count.precision, count.recall, count.f1) == (0.5, 0.5, 0.5)
    assert counts(scores, "value") == (2, 2, 1, 1)
    assert scores.counts["value"].share == 1
    said = [(f.aspect, f.expected, f.read) for f in scores.failures if f.aspect == "quantity"]
    assert said == [("quantity", "120余人", ""), ("quantity", "", "8件")]


@pytest.mark.parametrize(
    ("wrong", "aspect"),
    [
        ({"value": 121}, "value"),
        ({"value": None}, "value"),
        ({"upper": 131}, "bounds"),
        ({"lower": None}, "bounds"),
        ({"unit": "户"}, "unit"),
        ({"unit": None}, "unit"),
        ({"indicator": "visits"}, "indicator"),
    ],
)
def test_one_difference_is_one_failure_of_its_aspect(wrong: dict[str, Any], aspect: str) -> None:
    item = clause([ALL[0] | wrong, *ALL[1:]])
    scores = score(item, read(item, ["volunteers", "visits", "mediations"]))
    assert [failure.aspect for failure in scores.failures] == [aspect]
    assert counts(scores, aspect)[2] == 2
    assert all(counts(scores, each)[2] == 3 for each in scores.counts if each != aspect)


@pytest.mark.parametrize(
    ("label", "code", "expected"),
    [
        (None, None, (0, 0, 0)),
        (None, "visits", (0, 1, 0)),
        ("visits", None, (1, 0, 0)),
        ("visits", "visits", (1, 1, 1)),
        ("visits", "volunteers", (1, 1, 0)),
    ],
)
def test_indicators(label: str | None, code: str | None, expected: tuple[int, ...]) -> None:
    item = clause([fact("30户", value=30, lower=30, upper=30, unit="户", indicator=label)], "30户")
    assert counts(score(item, read(item, [code])), "indicator")[:3] == expected


def test_an_extra_candidate_with_an_indicator_is_wrong_twice() -> None:
    item = clause([], "30户")
    scores = score(item, read(item, ["visits"]))
    assert counts(scores, "indicator")[:3] == (0, 1, 0)
    assert [failure.aspect for failure in scores.failures] == ["quantity", "indicator"]


@pytest.mark.parametrize(
    ("phrase", "bounds", "is_right"),
    [
        ("近20人", {"upper": 20}, True),
        ("近20人", {"upper": 20, "lower": 18}, False),
        ("约20人", {}, True),
        ("约20人", {"upper": 25}, False),
        ("20余人", {"lower": 20, "upper": 30}, True),
    ],
)
def test_soft_bounds_count_as_none(phrase: str, bounds: dict[str, int], is_right: bool) -> None:
    item = clause([fact(phrase, value=20, unit="人", **bounds)], phrase)
    failed = [failure.aspect for failure in score(item, read(item)).failures]
    assert failed == ([] if is_right else ["bounds"])


def test_other_spans_match_where_they_share_a_digit() -> None:
    item = clause([fact("120", value=120, lower=120, upper=130, unit="人")])
    scores = score(item, read(item)[:1])
    assert counts(scores, "quantity") == (1, 1, 1, 1)
    assert counts(scores, "exact") == (1, 1, 0, 1)
    no_digit = clause([fact("余人", unit="人")])
    assert counts(score(no_digit, read(no_digit)[:1]), "quantity") == (1, 1, 0, 0)


def test_one_candidate_matches_one_fact() -> None:
    item = clause([fact("12"), fact("120余人")])
    scores = score(item, read(item)[:1])
    assert counts(scores, "quantity") == (2, 1, 1, 1)
    assert counts(scores, "exact")[2] == 1


def test_a_fact_is_not_found_inside_another_number() -> None:
    item = clause([fact("5家"), fact("35家")], "商超35家、企业5家")
    assert [(f.start, f.end) for f in item.facts] == [(8, 10), (2, 5)]


def test_equal_phrases_are_different_places() -> None:
    item = clause([fact("5家"), fact("5家")], "商超5家、企业5家")
    assert [f.start for f in item.facts] == [2, 7]


def expected(text: str, start: int, **said: Any) -> dict[str, Any]:
    return {"text": text, "start": start, "end": start + len(text), **said}


def test_cases_judge_what_they_say() -> None:
    item = case([expected("12%", 1, value="12")], "占12%")
    scores = score(item, find(item.text))
    assert counts(scores, "value") == (1, 1, 1, 1)
    assert counts(scores, "bounds") == counts(scores, "unit") == (0, 0, 0, 0)
    silent = case([expected("12%", 1, value=None)], "占12%")
    assert counts(score(silent, find(silent.text)), "value") == (0, 0, 0, 0)


@pytest.mark.parametrize(("exhaustive", "read_too"), [(True, 2), (False, 1)])
def test_cases_that_do_not_list_all(exhaustive: bool, read_too: int) -> None:
    item = case([expected("12人", 0, value="12")], "12人和13人", exhaustive=exhaustive)
    assert counts(score(item, find(item.text)), "quantity") == (1, read_too, 1, 1)


@pytest.mark.parametrize(
    ("said", "failed"),
    [
        ({}, []),
        ({"soft": ""}, ["bounds"]),
        ({"upper_open": False}, ["bounds"]),
        ({"lower": 19}, ["bounds"]),
        ({"unit": "户"}, ["unit"]),
    ],
)
def test_cases_with_bounds_judge_openness_and_softness(
    said: dict[str, Any], failed: list[str]
) -> None:
    plain = {"value": None, "lower": 18, "upper": 20, "unit": "人", "soft": "lower"}
    opens = {"lower_open": find("近20人")[0].lower_open, "upper_open": True}
    item = case([expected("近20人", 0, **plain | opens | said)], "近20人")
    assert [f.aspect for f in score(item, find(item.text)).failures] == failed


def test_groups_of_other_conventions_are_detection_only() -> None:
    item = case([expected("2至3人", 0, value="99")], "2至3人", group="range")
    scores = score(item, find(item.text))
    assert counts(scores, "value") == (0, 0, 0, 0)
    assert counts(scores, "quantity") == (1, 1, 1, 1)
    assert set(scores.groups) == {"range"}


@pytest.mark.parametrize(("label", "is_right"), [("0.3333333333", True), ("0.333", False)])
def test_only_long_labels_are_taken_as_rounded(label: str, is_right: bool) -> None:
    item = case([expected("三分之一", 0, value=label)], "三分之一")
    third = _candidate(find("3人")[0], None)
    third = Candidate(**{n: getattr(third, n) for n in Candidate.__slots__} | _THIRD)
    assert bool(score(item, [third]).failures) is not is_right


_THIRD: dict[str, Any] = {"start": 0, "end": 4, "value": Decimal(1) / 3}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"clause": "12人"}',
        '{"clause": "12人", "facts": [{"text": "12人"}]}',
        json.dumps({"clause": "12人", "facts": [fact("13人")]}),
        json.dumps({"clause": "12人", "facts": [fact("")]}),
        json.dumps({"clause": "12人", "facts": [fact("12人", value="a")]}),
        json.dumps({"clause": "12人", "facts": [fact("12人", value=True)]}),
        json.dumps({"input": "12人", "expected": [expected("12人", 1)]}),
    ],
)
def test_what_is_not_labelled_material_is_named_with_its_line(line: str) -> None:
    with pytest.raises(Malformed) as caught:
        list(items(["", "\ufeff", line]))
    assert caught.value.line == 3
    assert caught.value.zh and caught.value.en
