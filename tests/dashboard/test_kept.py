"""Pages answered before: the same page again, a new one as soon as what it tells of changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.kept import Kept
from dashboard.pages import view_of
from dashboard.store import Store
from dashboard.view import View

Query = Mapping[str, Sequence[str]]


class Counted:
    """Views of a store, and how often each was worked out."""

    def __init__(self, published: Path, tidy: Path, **options: Any) -> None:
        self.today = date(2032, 6, 1)
        self.store = Store(published, tidy, every=0, today=lambda: self.today)
        self.asked: list[str] = []
        self.kept = Kept(self.store, self.answer, **options)

    def answer(self, path: str, query: Query) -> View:
        self.asked.append(path)
        return view_of(self.store, path, query, {})


@pytest.fixture
def counted(tmp_path: Path, tidy_copy: Path) -> Counted:
    published = tmp_path / "published"
    published.mkdir()
    return Counted(published, tidy_copy)


def test_a_page_is_worked_out_once(counted: Counted) -> None:
    first, again = (counted.kept.view("/zh/compare", {"year": ["2031"]}) for _ in range(2))
    assert again is first
    assert counted.asked == ["/zh/compare"]


def test_what_is_kept_is_the_page(counted: Counted) -> None:
    kept = counted.kept.view("/en/trends", {})
    fresh = view_of(counted.store, "/en/trends", {}, {})
    assert (kept.main, kept.drawer, kept.as_json()) == (fresh.main, fresh.drawer, fresh.as_json())
    assert kept.twin is None


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/en/compare", {"year": ["2031"]}),
        ("/zh/trends", {"year": ["2031"]}),
        ("/zh/compare", {"year": ["2032"]}),
        ("/zh/compare", {"year": ["2031", "2032"]}),
        ("/zh/compare", {"year": ["2031"], "office": ["local-liuxi"]}),
        ("/zh/compare", {}),
    ],
)
def test_another_address_is_another_page(path: str, query: Query, counted: Counted) -> None:
    counted.kept.view("/zh/compare", {"year": ["2031"]})
    counted.kept.view(path, query)
    assert len(counted.asked) == 2


@pytest.mark.parametrize("path", ["/zh/status", "/zh/changes", "/zh/nothing", "/elsewhere"])
def test_what_tells_of_the_moment_is_not_kept(path: str, counted: Counted) -> None:
    for _ in range(2):
        counted.kept.view(path, {})
    assert counted.asked == [path, path]


def refresh_failed(counted: Counted) -> None:
    told = {"outcome": "failed", "message_zh": "没有读到", "message_en": "nothing was read"}
    text = json.dumps(told, ensure_ascii=False)
    (counted.store.published / "status.json").write_text(text, encoding="utf-8")


def tidy_changed(counted: Counted) -> None:
    offices = counted.store.dataset().folder / "offices.csv"
    offices.write_bytes(offices.read_bytes() + b"\n")


def day_passed(counted: Counted) -> None:
    counted.today = date(2032, 6, 2)


@pytest.mark.parametrize("change", [refresh_failed, tidy_changed, day_passed])
def test_nothing_is_kept_past_a_change(change: Any, counted: Counted) -> None:
    counted.kept.view("/zh/compare", {})
    change(counted)
    counted.kept.view("/zh/compare", {})
    assert len(counted.asked) == 2


def test_a_failed_refresh_is_said_on_a_page_that_was_kept(counted: Counted) -> None:
    assert "nothing was read" not in counted.kept.view("/en/compare", {}).main
    refresh_failed(counted)
    assert "nothing was read" in counted.kept.view("/en/compare", {}).main


@pytest.mark.parametrize("limit", ["most", "room"])
def test_the_page_longest_unread_makes_room(limit: str, tmp_path: Path, tidy_copy: Path) -> None:
    counted = Counted(tmp_path / "published", tidy_copy)
    compare, trends, data = "/zh/compare", "/zh/trends", "/zh/data"
    sizes = [len(counted.answer(path, {}).main) for path in (compare, trends, data)]
    limits = {"most": 2} if limit == "most" else {"room": sum(sizes) - 1}
    kept = Kept(counted.store, counted.answer, **limits)
    counted.asked.clear()
    for path in (compare, trends, compare, data, compare, trends):
        kept.view(path, {})
    assert counted.asked == [compare, trends, data, trends]


def test_a_page_without_end_is_not_kept(tmp_path: Path, tidy_copy: Path) -> None:
    counted = Counted(tmp_path / "published", tidy_copy, room=10)
    for _ in range(2):
        counted.kept.view("/zh/compare", {})
    assert len(counted.asked) == 2
