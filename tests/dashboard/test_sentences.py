"""The sentences of the overview: true to their verdicts, cited, in both languages, cheap."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dashboard.address import Address
from dashboard.app import Site
from dashboard.cabinet import Cabinet
from dashboard.compare import Observation, Topic
from dashboard.pages import sentences, view_of
from dashboard.pages.desk import Desk
from dashboard.pages.sentences import said, spoken_of
from dashboard.store import Dataset

SETS = ("real", "demo", "small")
LIUXI, YUNFAN = "local-liuxi", "990001101"
COMPUTED = {
    "zh": re.compile("[▲▼＝？%]|增加|减少|增幅|按约定|无法判断"),
    "en": re.compile("[▲▼＝？%]|up by|down by|more by|by convention|cannot tell"),
}
"""Words of a change; beside a blocking verdict there is none of them."""
OVER = {"value": 300, "lower": 300, "upper": 400, "lower_open": True, "upper_open": True}
ZERO = {"exactly": 0, "as_written": "未发生", "rule": "R15", "flags": ("negated", "self_reported")}

CASES: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "pair": (
        [{"id": "a", "exactly": 9}, {"id": "b", "ref_area": YUNFAN, "exactly": 12}],
        "多3件。",
        "more by 3 cases.",
    ),
    "pair-undetermined": (
        [{"id": "a", **OVER}, {"id": "b", "ref_area": YUNFAN, "exactly": 350}],
        "区间重叠，先后不明。",
        "ranges overlap, order unknown.",
    ),
    "pair-by-convention": (
        [
            {"id": "a", **(OVER | {"lower_kind": "soft"})},
            {"id": "b", "ref_area": YUNFAN, "exactly": 250},
        ],
        "按约定推定的界判断。",
        "decided by an assumed bound.",
    ),
    "change": (
        [{"id": "a", "year": 2031, "exactly": 10}, {"id": "b", "year": 2032, "exactly": 12}],
        "▲ 增：增加2件，增幅+20%。",
        "▲ up: up by 2 cases, +20%.",
    ),
    "change-over-a-gap": (
        [{"id": "a", "year": 2030, "exactly": 10}, {"id": "b", "year": 2032, "exactly": 10}],
        "＝ 持平：没有变化，增幅0%，2030→2032，两年。",
        "＝ no change: no change, 0%, 2030→2032, two years.",
    ),
    "apart": (
        [{"id": "a", "unit": "件"}, {"id": "b", "ref_area": YUNFAN, "unit": "户"}],
        "两个数不能比，不排先后。",
        "The two do not compare and are not ranked.",
    ),
    "apart_years": (
        [{"id": "a", "year": 2031}, {"id": "b", "year": 2032, "unit": "户"}],
        "两个数不能比，不计算变化。",
        "The two do not compare; no change is computed.",
    ),
    "zero": (
        [{"id": "a", "year": 2031, **ZERO}, {"id": "b", "year": 2032, **ZERO}],
        "由办事处自报。这是写出来的零，不是没有提到。",
        "The office says so itself. This zero is written; it is not silence.",
    ),
    "rivals": (
        [
            {"id": "a", "flags": ("conflicting",)},
            {"id": "b", "flags": ("conflicting",), "exactly": 7, "chosen": False},
        ],
        "两个数都留着，图表里用前一个。",
        "Both are kept; charts use the first.",
    ),
    "approximate": (
        [{"id": "a", **OVER}, {"id": "b", "year": 2032, "obs_status": "V", **OVER}],
        "读作多于300件，不到400件，不取中间数。",
        "read as over 300, under 400 cases, never as a midpoint.",
    ),
}


@pytest.fixture(scope="module")
def holding(
    site: Callable[[str], Site],
    cabinet_of: Callable[..., Cabinet],
    observed: Callable[..., Observation],
) -> Callable[..., Dataset]:
    """The small set's registries with other observations."""

    def make(rows: list[dict[str, Any]]) -> Dataset:
        given = [observed(**({"ref_area": LIUXI} | row)) for row in rows]
        small = site("small").store.dataset()
        return replace(small, cabinet=cabinet_of(given, small.documents.values()))

    return make


def desk_of(dataset: Dataset, locale: Any) -> Desk:
    return Desk(Address(locale, "overview"), dataset, {}, {})


def text_of(line: dict[str, Any]) -> str:
    """A sentence as it is read, each number by the number of its citation."""
    return "".join(part["text"] or f"[{part['number']}]" for part in line["parts"])


@pytest.mark.parametrize("name", CASES)
def test_each_statement_has_its_words(name: str, holding: Callable[..., Dataset]) -> None:
    rows, *expected = CASES[name]
    dataset = holding(rows)
    for locale, words in zip(("zh", "en"), expected, strict=True):
        line = said(desk_of(dataset, locale))[0]
        assert line["topic"] == name.partition("-")[0]
        assert text_of(line).endswith(words)


@pytest.mark.parametrize(
    "rows",
    [[{"id": "a"}], [{"id": "a"}, {"id": "b", "ref_area": YUNFAN, "status": "plan", **OVER}]],
)
def test_where_nothing_may_be_said_the_page_says_why(
    rows: list[dict[str, Any]], holding: Callable[..., Dataset]
) -> None:
    dataset = holding(rows)
    assert said(desk_of(dataset, "zh")) == []


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_number_of_a_sentence_is_cited(
    name: str, locale: str, site: Callable[[str], Site], html: Any
) -> None:
    store = site(name).store
    dataset = store.dataset()
    lines = said(desk_of(dataset, locale))
    assert 2 <= len(lines) <= 5
    assert len({line["topic"] for line in lines}) == len(lines)
    cited = [part for line in lines for part in line["parts"] if not part["text"]]
    assert [part["number"] for part in cited] == list(range(1, len(cited) + 1))
    assert dataset.having([part["row"] for part in cited]) == {part["row"] for part in cited}
    page = html(view_of(store, f"/{locale}/", {}, {}).main)
    links = page.all("a", **{"class": "cite"})
    assert [link.attributes["data-row"] for link in links] == [part["row"] for part in cited]
    assert all(link.attributes["aria-label"] != link.text for link in links)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_beside_a_blocking_verdict_stands_no_change(
    name: str, locale: str, site: Callable[[str], Site]
) -> None:
    dataset = site(name).store.dataset()
    blocked = 0
    lines = said(desk_of(dataset, locale))
    for statement, line in zip(spoken_of(dataset), lines, strict=True):
        is_blocked = statement.comparison is not None and statement.comparison.verdict.blocks
        assert (line["verdict"]["css"] == "no") is is_blocked
        assert is_blocked is (statement.topic in {Topic.APART, Topic.APART_YEARS})
        if is_blocked:
            blocked += 1
            assert line["why"]
            assert not COMPUTED[locale].search(text_of(line) + line["why"])
    assert blocked


def test_the_set_is_asked_once_for_each_reading(
    holding: Callable[..., Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    picked = sentences.statements

    def counted(*given: Any) -> Any:
        asked.append("")
        return picked(*given)

    monkeypatch.setattr(sentences, "statements", counted)
    dataset = holding(CASES["pair"][0])
    for reading in (dataset, dataset, dataset.with_preset("open"), dataset.with_preset("open")):
        for locale in ("zh", "en"):
            said(desk_of(reading, locale))
    assert len(asked) == 2


def test_the_page_says_that_nothing_can_be_said(
    site: Callable[[str], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.overview.said", lambda _desk: [])
    main = view_of(site("small").store, "/zh/", {}, {}).main
    assert "现在没有可以说的话" in main
    assert 'class="said"' not in main
