"""The register of offices as columns: the same offices as rows one by one give."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboard import offices as rooms
from dashboard import records
from dashboard.dataset import read
from dashboard.offices import Named, Offices, Rows


def lines(folder: Path) -> list[Mapping[str, str]]:
    with (folder / "offices.csv").open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


@pytest.mark.parametrize("at_once", [1, 3, 2_000])
@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_offices_are_those_of_the_rows(
    name: str, at_once: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "AT_ONCE", at_once)
    rows = lines(request.getfixturevalue(f"{name}_set").tidy)
    every = {row["ref_area"]: records.office(row) for row in rows}
    held = Offices(rows)
    assert dict(held.items()) == every == dict(held)
    assert (list(held), list(held.values()), len(held)) == (
        list(every), list(every.values()), len(every),
    )  # fmt: skip
    assert list(held.rows) == rows == [held.rows[n] for n in range(len(rows))]
    assert (held.rows[-1], held.rows[1:3], held.rows[::2]) == (rows[-1], rows[1:3], rows[::2])
    assert dict(Named(held)) == {a: (o.name.zh, o.name.en) for a, o in every.items()}
    assert "nothing" not in held
    assert held.get("nothing") is None
    with pytest.raises(IndexError):
        held.rows[len(rows)]


@pytest.mark.parametrize("at_once", [1, 3, 2_000])
def test_a_register_of_cells_is_that_of_rows(
    at_once: int, small_set: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "AT_ONCE", at_once)
    rows = lines(small_set.tidy)
    held = Rows.of_cells([[*rows[0]], *([*row.values()] for row in rows)])
    assert list(held) == rows
    assert dict(Offices(held)) == dict(Offices(rows))
    some = ("ref_area", "kind")
    assert list(held.only(some)) == [{name: row[name] for name in some} for row in rows]
    assert list(Rows.of_cells([["ref_area"]])) == list(Rows.of_cells([]).only(some)) == []


@pytest.mark.parametrize("word", ["街", "off", "9", "城", "nothing"])
def test_a_word_finds_offices_by_name_code_and_city(word: str, site: Callable[[str], Any]) -> None:
    offices = site("demo").store.dataset().offices
    said = {a: (o.name.zh, o.name.en, o.code, o.city.zh) for a, o in offices.items()}
    wanted = tuple(a for a, own in said.items() if any(word in text.lower() for text in own))
    assert offices.holding(word) == wanted


def test_no_offices_are_a_register_too() -> None:
    assert (dict(Offices(())), list(Rows(())), Offices(()).holding("a")) == ({}, [], ())


@pytest.mark.parametrize(
    ("old", "new"), [("local-liuxi", "990001101"), (",1,", ",one,"), ("colour", "color")]
)
def test_a_register_that_is_none_is_refused(old: str, new: str, tidy_copy: Path) -> None:
    text = (tidy_copy / "offices.csv").read_text("utf-8")
    assert old in text
    (tidy_copy / "offices.csv").write_text(text.replace(old, new), encoding="utf-8", newline="")
    with pytest.raises((KeyError, ValueError)):
        read(tidy_copy)
