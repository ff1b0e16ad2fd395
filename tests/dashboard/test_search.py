"""Finding by typing: what answers, in which order, with how little work; offices by name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dashboard import directory as rooms
from dashboard.address import read
from dashboard.app import Site, create_app
from dashboard.cabinet import Cabinet
from dashboard.directory import Directory, folded
from dashboard.entries import Entries, Letters, _folded_column
from dashboard.pages import desk as desks
from dashboard.records import Indicator, Names, Office
from dashboard.store import Dataset, Store
from dashboard.suggestions import OFFICES
from tests.dashboard.register import register


def office(code: str, zh: str, en: str = "", city: str = "望江城", parent: str = "") -> Office:
    short = Names(zh.removesuffix("街道"), en.removesuffix(" Office"))
    around = (Names(parent, ""), Names(city, ""))
    return Office(
        code, Names(zh, en), short, "town", *around, code, "", "", "", "", 0, Names("", "")
    )


def indicator(code: str, zh: str, en: str) -> Indicator:
    empty = Names("", "")
    return Indicator(code, "f", Names(zh, en), empty, "件", "flow", "", False, (), (), empty)


@pytest.fixture(scope="module")
def small() -> Directory:
    offices = (
        office("101", "凤溪街道", "Fengxi Office"),
        office("102", "大凤镇", "Dafeng Town"),
        office("103", "凤镇", "Feng Town", parent="禾山开发区"),
        office("104", "云帆镇", "Yunfan Town", city="凤城"),
        office("105", "凤", "Feng"),
    )
    counted = (indicator("fires", "着火点", "Fires"), indicator("lamps", "路灯", "Street lamps"))
    variants = {("fires", "straw"): Names("秸秆", "Straw")}
    return Directory(
        register(offices),
        {i.code: i for i in counted},
        variants,
        {"f": Names("安全", "Safety")},
    )


@pytest.mark.parametrize(
    ("typed", "held", "codes"),
    [
        ("凤", (), ("105", "101", "103", "102", "104")),  # itself, begins, holds, around
        ("凤", ("102", "104"), ("105", "102", "104", "101", "103")),  # then those with data
        ("ＦＥＮＧ　ｘｉ", (), ("101",)),
        ("Feng Xi", (), ("101",)),
        ("feng town", (), ("103", "102")),
        ("禾山 镇", (), ("103",)),
        ("凤城", (), ("104",)),
        ("104", (), ("104",)),
        ("龙", (), ()),
        ("　", (), ()),
    ],
)
def test_offices_answer_best_first(
    typed: str, held: tuple[str, ...], codes: tuple[str, ...], small: Directory
) -> None:
    assert small.find_offices(typed, 8, set(held)) == (len(codes), codes)
    total, first = small.find_offices(typed, 2, set(held))
    assert (total, set(first)) == (len(codes), set(codes[:2]))


def test_a_picker_hears_of_its_own_offices_only(small: Directory) -> None:
    assert small.find_offices("凤", 8, (), {"102", "104"}) == (2, ("102", "104"))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("灯", ("lamps",)),
        ("STREET", ("lamps",)),
        ("秸秆", ("fires",)),
        ("安全", ("fires", "lamps")),
    ],
)
def test_indicators_answer_by_name_variant_and_family(
    typed: str, codes: tuple[str, ...], small: Directory
) -> None:
    assert small.find_indicators(typed, 8, ()) == (len(codes), codes)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("凤溪街", "101"), ("风溪街道", "101"), ("Fengxy Office", "101"), ("nowhere", ""), ("", "")],
)
def test_a_slip_finds_the_nearest_name_and_nonsense_none(
    typed: str, code: str, small: Directory
) -> None:
    assert small.nearest(typed, ()) == code


@pytest.mark.parametrize(
    ("text", "same"), [("Ａ　Ｂ c", "abc"), ("凤 凰\t街道", "凤凰街道"), ("", ""), (" \n ", "")]
)
def test_what_is_typed_and_what_is_registered_are_folded_alike(text: str, same: str) -> None:
    assert folded(text) == same == folded(same)


def test_of_forty_thousand_offices_only_those_with_data_are_ranked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []
    closely = Entries.best

    def counted(
        entries: Entries, own: Iterable[int], around: Iterable[int], wanted: str, limit: int
    ) -> list[int]:
        asked = list(own)
        looked_at.extend(asked)
        return closely(entries, asked, around, wanted, limit)

    monkeypatch.setattr(Entries, "best", counted)
    many = register(office(str(n), f"第{n}镇") for n in range(41_352))
    held = {str(n) for n in range(0, 41_352, 1_000)}
    total, codes = Directory(many, {}, {}, {}).find_offices("镇", 8, held)
    assert total == len(many)
    assert set(codes) <= held
    assert len(looked_at) <= len(held)


@dataclass(frozen=True)
class Known:
    """What one entry of a register says, as the promise of the search has it."""

    code: str
    names: list[str]
    forms: list[str]
    around: list[str]

    def rank(self, typed: str) -> int:
        if typed in self.names:
            return 0
        if any(form.startswith(typed) for form in self.forms):
            return 1
        return 2 if any(typed in form for form in self.forms) else 3


def known(o: Office) -> Known:
    def all_of(*names: Names) -> list[str]:
        return [folded(text) for name in names for text in (name.zh, name.en) if text]

    names = all_of(o.name, o.short) or [folded(o.ref_area)]
    forms = list(dict.fromkeys([*names, folded(o.ref_area), *([folded(o.code)] if o.code else [])]))
    return Known(o.ref_area, names, forms, [*forms, *all_of(o.city, o.parent)])


def answered(
    every: list[Known], typed: str, limit: int, held: Container[str]
) -> tuple[int, tuple[str, ...]]:
    """The promise, one office after the other."""
    wanted, words = folded(typed), [folded(word) for word in typed.split()]
    if not wanted:
        return 0, ()
    if len(words) < 2:
        found = [k for k in every if any(wanted in text for text in k.around)]
    else:
        found = [k for k in every if all(any(w in text for text in k.around) for w in words)]
        found = found or [k for k in every if any(wanted in form for form in k.forms)]
    order = {k.code: place for place, k in enumerate(every)}
    found.sort(
        key=lambda k: (k.rank(wanted) != 0, k.code not in held, k.rank(wanted), order[k.code])
    )
    return len(found), tuple(k.code for k in found[:limit])


def meant(every: list[Known], typed: str, held: Container[str]) -> str:
    """The name nearest to a slip, every office compared."""
    wanted = folded(typed)
    _, found = answered(every, typed, 1, held)
    if found or not wanted:
        return found[0] if found else ""
    half, letters = wanted[: (len(wanted) + 1) // 2], set(wanted)

    def begins(k: Known) -> bool:
        return any(form.startswith(half) for form in k.forms)

    def share(k: Known) -> float:
        return max(2 * len(letters & set(f)) / (len(letters) + len(f)) for f in k.forms)

    def alike(k: Known) -> float:
        return max(SequenceMatcher(None, wanted, form).ratio() for form in k.forms)

    likely = sorted(every, key=lambda k: (share(k), begins(k)), reverse=True)[: rooms.LIKELY]
    ranked = [(alike(k), begins(k), k.code in held, k.code) for k in likely]
    best, *_, code = max(ranked, default=(0.0, False, False, ""))
    return code if best >= (0.8 if wanted.isascii() else 0.6) else ""


TYPED = (
    *("街", "道", "凤", "镇", "柳溪", "柳西街道", "望江城", "办事处", "街道办", "区 街", "off"),
    *("Town", "o", "9", "9900", "990001", "99000110x", "local", "LOCAL-", "zz", "凰凤", "新 新"),
    *("Offise", "Distict", "柳　溪", "①", "-", "'", "东风街导", "1101"),
)


@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_what_is_found_is_what_is_promised(name: str, site: Callable[[str], Site]) -> None:
    dataset = site(name).store.dataset()
    every = [known(o) for o in dataset.offices.values()]
    few = set(list(dataset.offices)[::3])
    for typed in (*TYPED, *(k.names[0][1:] for k in every), *(k.names[-1][:-1] for k in every)):
        for held in (dataset.facts.numbers, few, ()):
            for limit in (1, 3, 8):
                found = dataset.directory.find_offices(typed, limit, held)
                assert found == answered(every, typed, limit, held), typed
            assert dataset.directory.nearest(typed, held) == meant(every, typed, held), typed
        named = tuple(k.code for k in every if folded(typed) in k.names)
        assert dataset.directory.named(typed) == named


def test_suggestions_ask_no_observation_and_fold_each_name_once(
    site: Callable[[str], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site("demo").server.test_client()
    assert browser.get("/api/v1/suggest?q=a&lang=en").status_code == 200

    def refuse(*_: object) -> None:
        raise AssertionError("a suggestion asked the observations")

    monkeypatch.setattr(Cabinet, "ask", refuse)
    monkeypatch.setattr(Entries, "add", refuse)
    for typed in "街道镇矛盾":
        assert browser.get(f"/api/v1/suggest?q={quote(typed)}").json["groups"]


def items(answer: Any) -> Iterator[dict[str, Any]]:
    return (item for group in answer.json["groups"] for item in group["items"])


@pytest.mark.parametrize(
    ("query", "said", "found"),
    [
        ("q=柳", "1个结果", [("office", "local-liuxi"), ("words", "")]),
        ("q=调处", "1个结果", [("indicator", "mediations"), ("words", "")]),
        ("q=zhen town&lang=en", "No office or indicator is called “zhen town”", [("words", "")]),
        ("q=", "没有叫“”的办事处或指标", []),
        ("q=龙&only=office", "没有叫“龙”的办事处或指标", []),
        (
            "only=office&indicator=mediations",
            "2个结果",
            [("office", "local-liuxi"), ("office", "990001101")],
        ),
        ("only=office&indicator=nothing", "没有叫“”的办事处或指标", []),
    ],
)
def test_the_endpoint_gives_groups_and_says_how_many(
    query: str, said: str, found: list[tuple[str, str]], client: Callable[[str], FlaskClient]
) -> None:
    answer = client("small").get(f"/api/v1/suggest?{query}")
    assert answer.json["said"] == said
    assert [(item["kind"], item["code"]) for item in items(answer)] == found


@pytest.mark.parametrize("name", ["real", "demo"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("typed", ["街道", "off", "矛盾", "<b>&", "志愿"])
def test_every_suggestion_leads_to_a_page_that_understands_it(
    typed: str, lang: str, name: str, client: Callable[[str], FlaskClient]
) -> None:
    browser = client(name)
    answer = browser.get("/api/v1/suggest", query_string={"q": typed, "lang": lang})
    found = list(items(answer))
    assert len([item for item in found if item["kind"] == "office"]) <= OFFICES
    for item in found:
        for href in filter(None, (item["href"], (item.get("also") or {}).get("href"))):
            assert href.startswith(f"/{lang}/")
            page = browser.get(href)
            assert page.status_code == 200
            assert 'role="alert"' not in page.text


@pytest.mark.parametrize(
    "query", ["", "q=%FF%FE", "q=" + "凤" * 900, "lang=xx&q=a", "only=nothing&q=a", "asof=1&q=a"]
)
def test_any_query_is_answered(query: str, client: Callable[[str], FlaskClient]) -> None:
    answer = client("small").get(f"/api/v1/suggest?{query}")
    assert answer.status_code == 200
    assert set(answer.json) == {"q", "said", "groups"}


@pytest.fixture(scope="module")
def dataset(site: Callable[[str], Site]) -> Dataset:
    return site("small").store.dataset()


@pytest.mark.parametrize(
    ("given", "offices", "nearest"),
    [
        ("local-liuxi", ("local-liuxi",), None),
        ("柳溪街道", ("local-liuxi",), None),
        ("柳溪", ("local-liuxi",), None),
        (" yunfan　TOWN ", ("990001101",), None),
        ("柳西街道", (), "local-liuxi"),
        ("990001102", (), "990001101"),
        ("nowhere", (), ""),
    ],
)
def test_an_office_is_understood_by_code_or_name(
    given: str, offices: tuple[str, ...], nearest: str | None, dataset: Dataset
) -> None:
    asked = read("zh", "compare", {"office": [given]}, dataset)
    assert asked.offices == offices
    assert [u.nearest for u in asked.unread] == ([] if nearest is None else [nearest])


@pytest.fixture
def namesakes(tidy_copy: Path, tmp_path: Path) -> FlaskClient:
    """The small set with a second office called 柳溪街道."""
    rows = list(csv.DictReader(io.StringIO((tidy_copy / "offices.csv").read_text("utf-8"))))
    rows[-1]["name_zh"] = rows[0]["name_zh"]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (tidy_copy / "offices.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    return create_app(Store(tmp_path / "published", tidy_copy)).server.test_client()


def test_a_shared_name_is_not_guessed_but_told(namesakes: FlaskClient, html: Any) -> None:
    name = quote("柳溪街道")
    page = html(namesakes.get(f"/zh/compare?office={name}").text)
    (banner,) = page.all("div", role="alert")
    assert "有2个办事处叫“柳溪街道”" in banner.text
    way = next(a for a in page.all("a") if a.text == "从中选一个")
    found = html(namesakes.get(way.attributes["href"]).text)
    assert [th.text for th in found.all("th", scope="row")].count("柳溪街道") == 2


@pytest.mark.parametrize("page", ["compare", "evidence"])
def test_among_many_offices_one_looks_by_name(
    page: str, client: Callable[[str], FlaskClient], html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/zh/{page}?indicator=mediations&office=local-liuxi"
    few = html(client("small").get(path).text)
    assert len(few.all("select", name="office")) == 1
    monkeypatch.setattr(desks, "MOST_OPTIONS", 1)
    many = html(client("small").get(f"{path}&preset=open").text)
    assert many.all("select", name="office") == []
    (field,) = many.all("input", name="office")
    assert field.attributes["data-code"] == "local-liuxi"
    assert field.attributes["value"] == field.attributes["data-name"] == "柳溪街道"
    assert many.all("label", **{"for": field.attributes["id"]})


@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_entries_of_columns_are_those_made_one_by_one(
    name: str, site: Callable[[str], Site]
) -> None:
    offices = site(name).store.dataset().offices
    found, expected = Directory(offices, {}, {}, {}).office_entries, Entries()
    for o in offices.values():
        expected.add(o.ref_area, (o.name, o.short), (o.ref_area, o.code), (o.city, o.parent))
    assert found.codes == expected.codes
    assert [*map(found.forms, range(len(found)))] == [*map(expected.forms, range(len(expected)))]
    texts = {text for o in offices.values() for text in (o.name.zh, o.name.en, o.city.zh, o.code)}
    for typed in map(folded, [*texts, "镇", "９８", "office ", "东街", "?"]):
        assert found.answering(typed, ()) == expected.answering(typed, ()), typed
        assert found.called(typed) == expected.called(typed), typed


@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_neighbours_of_an_office_are_those_that_its_register_names(
    name: str, site: Callable[[str], Site]
) -> None:
    offices = site(name).store.dataset().offices
    directory = Directory(offices, {}, {}, {})

    def parent(o: Office) -> object:
        return o.parent_code or (o.parent.zh and (o.city.zh, o.parent.zh))

    for area, own in offices.items():
        others = [o for o in offices.values() if o.ref_area != area]
        near = parent(own)
        beside = tuple(o.ref_area for o in others if near and parent(o) == near)
        assert directory.siblings(area) == beside
        assert directory.children(area) == tuple(o.ref_area for o in others if parent(o) == area)
        before = tuple(o.ref_area for o in others if o.successor == area)
        assert directory.predecessors(area) == before


def test_names_of_strange_characters_fold_alike_one_by_one_and_together() -> None:
    texts = [
        "Ａｂ　Ｃ",
        "ﬁ ﬂ",
        "İstanbul",
        "é",
        "\u0301x",
        "街\u3000道",
        "",
        " ",
        "ß",
        "\x85a",
        "㎡",
    ]
    assert _folded_column(texts) == [folded(text) for text in texts]
    torn = [*texts, "two\nlines"]
    assert _folded_column(torn) == [folded(text) for text in torn]


@pytest.mark.parametrize(
    "typed", ["凤", "望江", "feng", "1", "ｇ", "\ud83d", "凤溪街道office", "zz"]
)
def test_letters_count_what_names_have_in_common(typed: str, small: Directory) -> None:
    entries, wanted = small.office_entries, folded(typed)
    expected = [
        max(
            2 * len(set(wanted) & set(form)) / (len(set(wanted)) + len(form))
            for form in entries.forms(n)
        )
        for n in range(len(entries))
    ]
    assert Letters(entries).shares(wanted).tolist() == pytest.approx(expected)
