"""Whatever is asked: a page or a clear refusal, never a failure. 2,000 questions, always the same.

Each test draws its questions from a seed of its own, so one that fails can be asked again alone.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dashboard.address import GRID, PAGES, PRESETS, locate
from dashboard.app import Site
from dashboard.guard import LARGEST_REQUEST
from dashboard.meant import PARAMETERS
from dashboard.phrases import phrases

CALL = "/_dash-update-component"
PAGE_SEEDS, LIVE_SEEDS, DRAWER_SEEDS, BODY_SEEDS = range(20), range(8), range(4), range(8)
EACH = 50
"""Questions of a seed: 2,000 in all."""

ODD = (
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "9" * 400,
    "2031.0",
    "０３１",
    "²",
    "nan",
    "true",
    "[]",
    "{t}",
    "%s%n",
    "../../etc/passwd",
    "\x00",
    "\r\nSet-Cookie: a=b",
    "\u202e\u2028\ufeff",
    "\ud800",
    "😀" * 40,
    "路灯",
    "'; DROP TABLE by_indicator; --",
    "<script>alert(1)</script>",
    "a" * 3000,
    "(" * 200,
    "%",
    "_",
    "\\",
    "*",
)
RAW = (b"\xff\xfe", b"%", b"%zz", b"%c0%80", b"\xd6\xd0", b"&&&", b"=", b"=&=", b";", b"+", b"%00")
NAMES = (*PARAMETERS, "indicater", "utm_source", "", "a[]", "__proto__", "名")


class Dice:
    """Seeded choices over the codes of one data set."""

    def __init__(self, seed: str, site: Site) -> None:
        self._dice = random.Random(seed)
        dataset = site.store.dataset()
        self._valid: dict[str, tuple[str, ...]] = {
            "indicator": tuple(dataset.indicators),
            "office": tuple(dataset.offices),
            "year": tuple(map(str, dataset.facts.years)),
            "variant": tuple(code for _indicator, code in dataset.variants),
            "preset": PRESETS,
            "row": tuple(o.id for o in dataset.select()),
            "family": tuple(dataset.families),
            "sort": (*GRID, *(f"-{name}" for name in GRID)),
            "hide": (" ".join(GRID), GRID[0]),
            "page": ("1", "2", "999999"),
            "asof": ("2031-12-31", "1900-01-01", "9999-12-31", "2031-02-29"),
            "q": ("路灯", "a b c", "镇 年"),
        }

    def pick(self, among: Any) -> Any:
        return self._dice.choice(among)

    def chance(self, of: float) -> bool:
        return self._dice.random() < of

    def value(self, name: str) -> str:
        """Mostly a code of that name, else one of another, a misspelt one, or something odd."""
        valid = self._valid.get(name) or ("1", "on", "10000")
        kind = self._dice.random()
        if kind < 0.45:
            return str(self.pick(valid))
        if kind < 0.6:
            return str(self.pick(self.pick(tuple(self._valid.values()))))
        if kind < 0.7:
            word = str(self.pick(valid))
            at = self._dice.randrange(len(word) + 1)
            return word[:at] + self.pick("xX-0 \u3000") + word[at + 1 :]
        return str(self.pick(ODD))

    def pairs(self) -> list[tuple[str, str]]:
        names = [self.pick(NAMES) for _ in range(self._dice.randrange(7))]
        if self.chance(0.05):
            names += [self.pick(("indicator", "office", "x"))] * 200
        return [(name, self.value(name)) for name in names]

    def query(self) -> bytes:
        written = "&".join(
            f"{quote(name, errors='ignore')}={quote(value, errors='ignore')}"
            for name, value in self.pairs()
        ).encode()
        if self.chance(0.2):
            at = self._dice.randrange(len(written) + 1)
            written = written[:at] + self.pick(RAW) + written[at:]
        return written

    def path(self) -> str:
        page = self.pick(PAGES)
        path = f"/{self.pick(('zh', 'en'))}/{'' if page == 'overview' else page}"
        return path + (".csv" if self.chance(0.2) else "")

    def thing(self, depth: int = 0) -> Any:
        """Any JSON."""
        kind = self._dice.randrange(8 if depth < 4 else 5)
        if kind == 0:
            return self.pick(ODD)
        if kind == 1:
            return self.pick((None, True, False))
        if kind == 2:
            return self.pick((0, -1, 10**30, 1.5, -0.0, 2**63))
        if kind in {3, 4}:
            return self.value(self.pick(NAMES))
        if kind in {5, 6}:
            return [self.thing(depth + 1) for _ in range(self._dice.randrange(4))]
        names = ("row", "id", "property", "value", "at", self.pick(ODD))
        return {self.pick(names): self.thing(depth + 1) for _ in range(self._dice.randrange(4))}


@pytest.fixture(scope="module")
def browser(client: Callable[[str], FlaskClient]) -> FlaskClient:
    return client("small")


@pytest.fixture
def nothing_failed(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A failure is also a page; what the server noted while it was made tells them apart."""
    with caplog.at_level(logging.ERROR):
        yield
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.usefixtures("nothing_failed")
@pytest.mark.parametrize("seed", PAGE_SEEDS)
def test_any_address_is_a_page_or_refused(
    seed: int, browser: FlaskClient, site: Callable[[str], Site], html: Any
) -> None:
    dice = Dice(f"page {seed}", site("small"))
    for _ in range(EACH):
        path, query = dice.path(), dice.query()
        asked = {"QUERY_STRING": query.decode("latin-1")}
        answer = browser.get(path, environ_overrides=asked)
        if locate(path):
            assert (answer.status_code, answer.mimetype) == (200, "text/html"), (path, query)
            assert html(answer.text).all("title")[0].text.strip(), (path, query)
        else:
            sent = (answer.status_code, answer.mimetype)
            assert sent in TABLE_ANSWERS, (path, query, sent)


TABLE_ANSWERS = {
    (200, "text/csv"),
    (400, "application/problem+json"),
    (404, "application/problem+json"),
    (404, "text/html"),
}


def page_call(path: object, search: object) -> dict[str, Any]:
    return {
        "output": "view.data",
        "outputs": {"id": "view", "property": "data"},
        "inputs": [{"id": "address", "property": "search", "value": search}],
        "changedPropIds": ["address.search"],
        "state": [{"id": "address", "property": "pathname", "value": path}],
    }


def drawer_call(opened: object, path: object, search: object) -> dict[str, Any]:
    return {
        "output": "evidence.data",
        "outputs": {"id": "evidence", "property": "data"},
        "inputs": [{"id": "opened", "property": "data", "value": opened}],
        "changedPropIds": ["opened.data"],
        "state": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": search},
        ],
    }


def posted(browser: FlaskClient, body: object) -> Any:
    """Send a body as JSON, lone surrogates and all."""
    return browser.post(CALL, data=json.dumps(body), content_type="application/json")


@pytest.mark.usefixtures("nothing_failed")
@pytest.mark.parametrize("seed", LIVE_SEEDS)
def test_any_change_of_an_open_page_is_a_page(
    seed: int, browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    dice = Dice(f"live {seed}", site("small"))
    failed = {phrases(locale)("failed.title") for locale in ("zh", "en")}  # type: ignore[arg-type]
    for _ in range(EACH):
        search = dice.thing() if dice.chance(0.2) else f"?{dice.query().decode('latin-1')}"
        path = dice.thing() if dice.chance(0.2) else dice.path()
        answer = posted(browser, page_call(path, search))
        assert answer.status_code == 200, (path, search)
        shown = answer.json["response"]["view"]["data"]
        assert shown["title"], (path, search)
        assert shown["title"] not in failed, (path, search)
        assert shown["main"], (path, search)


@pytest.mark.usefixtures("nothing_failed")
@pytest.mark.parametrize("seed", DRAWER_SEEDS)
def test_any_number_asked_for_opens_or_does_not(
    seed: int, browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    dice = Dice(f"drawer {seed}", site("small"))
    for _ in range(EACH):
        row = dice.value("row") if dice.chance(0.7) else dice.thing()
        opened = {"row": row} if dice.chance(0.8) else dice.thing()
        search = dice.thing() if dice.chance(0.2) else f"?{dice.query().decode('latin-1')}"
        answer = posted(browser, drawer_call(opened, dice.path(), search))
        assert answer.status_code == 200, (opened, search)
        assert isinstance(answer.json["response"]["evidence"]["data"], str), (opened, search)


def spoilt(dice: Dice) -> tuple[bytes, dict[str, str], set[int]]:
    """A body that no page of ours sends, with its headers, and how it may be refused."""
    good = dice.pick((page_call("/zh/", ""), drawer_call({"row": "x"}, "/zh/", "")))
    kind = dice.pick(("part", "missing", "cut", "any", "deep", "large", "bytes", "type", "origin"))
    headers = {"Content-Type": "application/json"}
    if kind == "part":
        part = dice.pick(("output", "outputs", "inputs", "state", "changedPropIds"))
        return json.dumps({**good, part: dice.thing()}).encode(), headers, {200, 400}
    if kind == "missing":
        gone = dice.pick(("output", "outputs", "inputs", "state"))
        kept = {name: part for name, part in good.items() if name != gone}
        return json.dumps(kept).encode(), headers, {400}
    if kind == "origin":
        headers["Origin"] = dice.pick(
            ("https://elsewhere.example", "null", "", "http://", "http://[::1")
        )
        return json.dumps(good).encode(), headers, {403}
    if kind == "type":
        headers["Content-Type"] = dice.pick(("text/plain", "multipart/form-data", "", "a/b; c=é"))
        return json.dumps(good).encode(), headers, {400}
    body = {
        "cut": json.dumps(good).encode()[: dice.pick((1, 20, 60, 90))],
        "any": json.dumps(dice.thing()).encode(),
        "deep": dice.pick((b"[", b'{"a":')) * dice.pick((200, 5_000, 40_000)),
        "large": b" " * (LARGEST_REQUEST + 1),
        "bytes": bytes(dice.pick(range(256)) for _ in range(40)),
    }[kind]
    return body, headers, {413} if kind == "large" else {400}


@pytest.mark.usefixtures("nothing_failed")
@pytest.mark.parametrize("seed", BODY_SEEDS)
def test_any_other_body_is_refused(
    seed: int, browser: FlaskClient, site: Callable[[str], Site]
) -> None:
    dice = Dice(f"body {seed}", site("small"))
    for _ in range(EACH):
        body, headers, refusals = spoilt(dice)
        answer = browser.post(CALL, data=body, headers=headers)
        assert answer.status_code in refusals, (body[:200], headers)


def test_there_are_two_thousand_questions() -> None:
    seeds = sum(map(len, (PAGE_SEEDS, LIVE_SEEDS, DRAWER_SEEDS, BODY_SEEDS)))
    assert seeds * EACH == 2_000
