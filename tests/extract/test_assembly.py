"""A set assembled on disk is the set made in memory, byte for byte, however it was cut."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from extract import buckets, content, parquet, tidy
from extract.assembly import OBSERVATIONS, assemble
from extract.contract import COLUMNS
from extract.tables import Raw

Row = dict[str, str]
HOSTILE = (
    "",
    "a,b",
    '说"是"',
    '"',
    "两行\n一格",
    "回车\r\n换行",
    " 前后 ",
    "\t",
    "𠮷野家🏙️",
    "=1+1",
    "'",
    "NULL",
    "nan",
    "a\0b",
    "，、。",
    "\ufeff",
    "é",
    "e\u0301",
    "z" * 5_000,
)
FREE = ("document", "as_written", "context", "ref_area", "office", "indicator", "flags", "place")
NUMBERS = {
    "start": ("", "0", "7", "10", "9", "100", "-3"),
    "year": ("", "1999", "2022", "10000"),
    "value": ("", "0", "-1", "0.000001", "23870000", "99999999999999999999999999999999"),
    "period_start": ("", "2022-01-01", "0001-01-01"),
    "chosen": ("", "true", "false"),
}


def hostile(seed: int, size: int) -> list[Row]:
    """Rows with anything in any cell that may hold it."""
    pick = random.Random(seed).choice
    texts = dict.fromkeys(FREE, HOSTILE)
    return [
        {
            **dict.fromkeys(COLUMNS, ""),
            **{name: pick(cells) for name, cells in {**texts, **NUMBERS}.items()},
            "id": f"{pick(HOSTILE)}-{n}",
        }
        for n in range(size)
    ]


def parted(rows: Iterable[Row], into: Path, seed: int, most: int) -> list[Path]:
    """The rows in another order, in parts of one row to `most` rows; now and then one of none."""
    rest, chance = list(rows), random.Random(seed)
    chance.shuffle(rest)
    into.mkdir()
    parts: list[Path] = []
    while rest:
        cut = chance.choice([0, 1, chance.randint(1, most), most])
        part, rest = rest[:cut], rest[cut:]
        columns = {name: pa.array([row[name] for row in part], pa.string()) for name in COLUMNS}
        parts.append(into / f"part-{len(parts):04}'s.parquet")
        pq.write_table(pa.table(columns), parts[-1])
    return parts


def in_memory(rows: Iterable[Row], like: tidy.Tidy) -> Mapping[str, bytes]:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS), dtype="str")
    text = tidy.files(replace(like, observations=tidy.in_order(frame)))[OBSERVATIONS]
    return {OBSERVATIONS: text, **parquet.editions(text)}


def read(made: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in made.items()}


@pytest.fixture(scope="module")
def like(fixture_raw: Raw) -> tidy.Tidy:
    return tidy.tidy(fixture_raw)


@pytest.fixture(params=["real_set", "demo_set", "small_set"])
def published(request: pytest.FixtureRequest) -> bytes:
    """observations.csv of each set."""
    found: bytes = (request.getfixturevalue(request.param).tidy / OBSERVATIONS).read_bytes()
    return found


def test_a_set_in_parts_is_the_set_in_one(published: bytes, tmp_path: Path) -> None:
    parts = parted(content.lines(published), tmp_path / "parts", seed=7, most=900)
    made = read(assemble(parts, tmp_path / "made"))
    assert made == {OBSERVATIONS: published, **parquet.editions(published)}
    assert {path.name for path in (tmp_path / "made").iterdir()} == set(made), "nothing is left"


@pytest.mark.parametrize("seed", range(6))
def test_hostile_cells_and_any_cut(
    seed: int, like: tidy.Tidy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups of 64 rows, buckets of 50: a few hundred rows are many, and do not fit each other."""
    monkeypatch.setattr(parquet, "ROW_GROUP", 64)
    monkeypatch.setattr(buckets, "SIZE", 50)
    rows = hostile(seed, size=random.Random(seed).choice([0, 1, 63, 64, 65, 640, 1_000]))
    expected = in_memory(rows, like)
    for cut, most in ((1, 250), (2, 3)):
        monkeypatch.setattr(buckets, "MOST", most)
        parts = parted(rows, tmp_path / f"parts-{cut}", seed * cut, most=300)
        assert read(assemble(parts, tmp_path / f"made-{cut}")) == expected


def test_no_part_is_an_empty_set(like: tidy.Tidy, tmp_path: Path) -> None:
    assert read(assemble([], tmp_path)) == in_memory([], like)


def test_more_rows_than_a_group_and_it_tells_how_far_it_is(
    like: tidy.Tidy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 20_000)
    size = parquet.ROW_GROUP * 2 + 5
    base = dict.fromkeys(COLUMNS, "")
    rows = [
        {**base, "id": f"x-{n}", "indicator": f"i{n % 7}", "context": f"第{n % 1000}处, {n}"}
        for n in range(size)
    ]
    told: list[tuple[str, int]] = []
    parts = parted(rows, tmp_path / "parts", seed=1, most=9_000)
    made = assemble(parts, tmp_path / "made", lambda *step: told.append(step))
    assert read(made) == in_memory(rows, like)
    assert [dict(told)[name] for name in made] == [size] * 3
    assert [name for name, rows in told if rows < size], "told on the way, too"


@pytest.mark.parametrize(
    "cells",
    [
        {3: {"value": "三"}},
        {40: {"value": "0.1234567"}, 90: {"year": "2022.5"}},
        {99: {"period_start": "2022/1/1"}, 5: {"chosen": "yes"}, 7: {"lower_open": "ja"}},
        {12: {"context": "回车\r不行"}},
    ],
    ids=["words", "two-columns", "three-columns", "carriage-return"],
)
def test_a_cell_that_does_not_fit_is_named_in_the_same_words(
    cells: Mapping[int, Row], like: tidy.Tidy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 16)
    base = dict.fromkeys(COLUMNS, "")
    rows = [{**base, "id": f"x-{n:03}", **cells.get(n, {})} for n in range(100)]
    with pytest.raises(ValueError, match=r"observations\.csv, row \d+") as expected:
        in_memory(rows, like)
    with pytest.raises(ValueError, match=r"observations\.csv, row \d+") as found:
        assemble(parted(rows, tmp_path / "parts", 3, 30), tmp_path / "made")
    assert str(found.value) == str(expected.value)
