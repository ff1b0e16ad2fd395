"""Reports on asking: the same answers as from all of them in memory, whatever the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from dashboard import documents as rooms
from dashboard import records
from dashboard.by_office import ByOffice, places
from dashboard.cabinet import UnopenedError, cabinet
from dashboard.documents import Documents
from dashboard.recent import Recent
from dashboard.records import Document
from dashboard.store import Dataset


@pytest.fixture(scope="module", params=["real", "demo", "small"])
def dataset(request: pytest.FixtureRequest, site: Callable[[str], Any]) -> Dataset:
    return site(request.param).store.dataset()


@pytest.fixture(scope="module")
def every(dataset: Dataset) -> Mapping[str, Document]:
    """All reports, read without asking."""
    with (dataset.folder / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["document"]: records.document(row) for row in csv.DictReader(file)}


def test_reports_by_code(dataset: Dataset, every: Mapping[str, Document]) -> None:
    asked = dataset.documents
    assert dict(asked) == every
    assert (list(asked), len(asked)) == (sorted(every), len(every))
    backwards = [*reversed(list(asked))]
    assert list(asked.fetch([*backwards, "nothing"])) == backwards
    assert "nothing" not in asked
    assert 1 not in asked
    with pytest.raises(KeyError):
        asked["nothing"]


def test_reports_of_offices(dataset: Dataset, every: Mapping[str, Document]) -> None:
    for area in dataset.offices:
        own = [d for d in every.values() if area == d.ref_area or area in d.covers]
        assert list(dataset.documents.of(area)) == own
        assert dataset.documents.told.get(area, 0) == len(own)
        assert dataset.documents.spoken.get(area, 0) == sum(area in d.covers for d in own)
        assert dataset.documents.years.get(area, set()) == set(years(own, area))
    two = tuple(dataset.offices)[:2]
    both = [d for d in every.values() if d.ref_area in two or not set(two).isdisjoint(d.covers)]
    assert list(dataset.documents.of(*two)) == both
    assert dataset.documents.of("nothing", "a' OR true --") == ()


def years(reports: list[Document], area: str) -> Iterator[int]:
    for d in reports:
        first, last = d.period_start or d.period_end, d.period_end or d.period_start
        if area in d.covers and first and last:
            yield from range(first.year, last.year + 1)


def test_what_all_reports_say_together(dataset: Dataset, every: Mapping[str, Document]) -> None:
    starts = [d.period_start for d in every.values() if d.period_start]
    ends = [d.period_end for d in every.values() if d.period_end]
    assert dataset.documents.span == (min(starts), max(ends))
    assert dataset.documents.days == (min(starts + ends), max(starts + ends))
    newest = sorted(every.values(), key=lambda d: str(d.published_to), reverse=True)
    assert list(dataset.documents.newest(4)) == newest[:4]
    assert list(dataset.documents.first(3)) == list(every.values())[:3]


@pytest.mark.parametrize("words", [(), ("报",), ("2031", "柳"), ("nothing",), ("' --",)])
def test_rows_are_found_by_words_and_offices(words: tuple[str, ...], dataset: Dataset) -> None:
    with (dataset.folder / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert list(dataset.tables["documents"]) == rows
    assert dataset.tables["documents"][1:3] == rows[1:3]
    assert dataset.tables["documents"][-1] == rows[-1]
    area = next(iter(dataset.offices))
    for offices in ((), (area,)):
        wanted = [
            row
            for row in rows
            if (not offices or area in row["covers"].split())
            and all(word in "\n".join(row.values()).lower() for word in words)
        ]
        found = dataset.documents.find(offices, words)
        assert (len(found), list(found)) == (len(wanted), wanted)
        assert list(found.cut(1, 2)) == wanted[1:3]


@pytest.mark.parametrize("missing", ["", None])
def test_parquet_and_the_csv_say_the_same(missing: str | None, tidy_copy: Path) -> None:
    wanted = dict(Documents(cabinet(tidy_copy), {}))
    with (tidy_copy / "documents.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    table = pa.Table.from_pylist([{k: v or missing for k, v in row.items()} for row in rows])
    parquet.write_table(table, tidy_copy / "documents.parquet", row_group_size=2)
    (tidy_copy / "documents.csv").unlink()
    assert dict(Documents(cabinet(tidy_copy), {})) == wanted


def test_a_walk_through_many_reads_a_few_at_a_time(
    tidy_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "AT_ONCE", 1)
    monkeypatch.setattr(rooms, "KEPT", 1)
    asked = Documents(cabinet(tidy_copy), {})
    assert list(asked) == [d.id for d in asked.fetch(asked).values()]
    assert len(asked._kept) == 1


@pytest.mark.parametrize("flaw", ["a,b\n", '"open\n'])
def test_a_line_that_is_none_is_refused(flaw: str, tidy_copy: Path) -> None:
    with (tidy_copy / "documents.csv").open("a", encoding="utf-8") as file:
        file.write(flaw)
    with pytest.raises(UnopenedError):
        cabinet(tidy_copy)


def test_values_by_office_are_a_mapping_in_registry_order() -> None:
    where = places(["b", "a", "c", "d"])
    held = ByOffice(where, [("a", 2), ("d", 1), ("b", 2), ("elsewhere", 3)])
    assert dict(held) == {"b": 2, "a": 2, "d": 1}
    assert (list(held), len(held), held.get("c"), "elsewhere" in held, None in held) == (
        ["b", "a", "d"], 3, None, False, False,
    )  # fmt: skip
    assert held.mask.tolist() == [True, True, False, True]
    assert list(held.holding(lambda value: value == 2)) == ["b", "a"]


def test_what_was_asked_for_last_is_held() -> None:
    held: Recent[str, int] = Recent(2)
    held.put("a", 1)
    held.put("b", 2)
    assert held.get("a") == 1
    held.put("c", 3)
    assert (held.get("a"), held.get("b"), held.get("c")) == (1, None, 3)
