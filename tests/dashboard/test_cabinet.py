"""Questions to one set: exact, in document order, from one folder and no other."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.cabinet import Cabinet, UnopenedError, cabinet
from dashboard.compare import Observation
from dashboard.filters import Filters, Word
from extract import parquet

Observed = Callable[..., Observation]
OFFICES = ("111111001", "111111002", "111111101")


@pytest.fixture(scope="module")
def rows(observed: Observed) -> list[Observation]:
    """Three offices, three years, two indicators; ids and documents out of every other order."""
    found = []
    for n, area in enumerate(OFFICES):
        for year in (2020, 2021, 2022):
            document = f"doc-{9 - n}-{year}"
            for place, code in enumerate(("recruits", "mediations")):
                found.append(
                    observed(
                        id=f"{document}-{place}",
                        document=document,
                        start=place * 10,
                        ref_area=area,
                        year=year,
                        indicator=code,
                        exactly=100 * year + 10 * n + place,
                        chosen=year != 2021 or place == 0,
                        status="plan" if (n, year) == (2, 2022) else "result",
                    )
                )
    return found


@pytest.fixture(scope="module")
def asked(rows: list[Observation], cabinet_of: Callable[..., Cabinet]) -> Cabinet:
    return cabinet_of(reversed(rows))


def in_order(rows: list[Observation]) -> list[Observation]:
    return sorted(rows, key=lambda o: (o.document, o.start, o.id))


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        (Filters(), lambda o: True),
        (Filters(indicators=("recruits",)), lambda o: o.indicator == "recruits"),
        (Filters(indicators=("recruits", "mediations")), lambda o: True),
        (Filters(offices=OFFICES[:1]), lambda o: o.ref_area == OFFICES[0]),
        (
            Filters(offices=OFFICES[:1], years=(2021,)),
            lambda o: (o.ref_area, o.year) == (OFFICES[0], 2021),
        ),
        (Filters(years=(2020, 2022)), lambda o: o.year != 2021),
        (Filters(is_result=True), lambda o: o.status == "result" and o.chosen),
        (Filters(is_other=True), lambda o: o.status != "result"),
        (Filters(family="mediations", indicators=("nothing",)), lambda o: False),
        (Filters(words=(Word("130"),)), lambda o: True),
        (Filters(words=(Word("130"), Word("doc-7-2022")),), lambda o: o.document == "doc-7-2022"),
        (Filters(words=(Word("x", offices=OFFICES[1:2]),)), lambda o: o.ref_area == OFFICES[1]),
        (Filters(words=(Word("DOC"),)), lambda o: False),
    ],
)  # fmt: skip
def test_filters_keep_what_meets_them_in_document_order(
    filters: Filters, keep: Callable[[Observation], bool], asked: Cabinet, rows: list[Observation]
) -> None:
    wanted = tuple(o for o in in_order(rows) if keep(o))
    assert asked.select(filters) == wanted
    assert asked.count(filters) == len(wanted)
    assert tuple(asked.stream(filters)) == wanted


def test_pages_are_cut_from_one_order(asked: Cabinet, rows: list[Observation]) -> None:
    pages = [asked.select(Filters(), limit=5, offset=first) for first in range(0, 20, 5)]
    assert [o for page in pages for o in page] == in_order(rows)


def test_latest_is_the_last_year_of_each_office_among_what_is_left(asked: Cabinet) -> None:
    found = asked.select(Filters(indicators=("recruits",), is_result=True), is_latest=True)
    assert {(o.ref_area, o.year) for o in found} == {
        (OFFICES[0], 2022), (OFFICES[1], 2022), (OFFICES[2], 2021),
    }  # fmt: skip


def test_neighbours_are_its_own_office_first_then_the_newest(
    asked: Cabinet, rows: list[Observation]
) -> None:
    subject = next(
        o for o in rows if (o.ref_area, o.year, o.indicator) == (OFFICES[1], 2021, "recruits")
    )
    total, found = asked.neighbours(subject, 3)
    assert total == 8
    assert [(o.ref_area, o.year) for o in found] == [
        (OFFICES[1], 2022), (OFFICES[1], 2020), (OFFICES[2], 2022),
    ]  # fmt: skip


def test_a_row_is_found_by_its_id_or_the_nearest_is_named(asked: Cabinet) -> None:
    found = asked.get("doc-8-2021-1")
    assert found is not None
    assert found.id == "doc-8-2021-1"
    assert asked.get("doc-8-2021-") is None
    assert asked.nearest("doc-8-2021-11") == "doc-8-2021-1"
    assert asked.nearest("?") == ""
    assert asked.having(["doc-8-2021-1", "none", "'; DROP VIEW by_office"]) == {"doc-8-2021-1"}
    assert asked.having([]) == frozenset()


@pytest.mark.parametrize(
    "number",
    ["0", "0.1", "0.30", "-3", "12345678901234567890123456789012.000001", "99999999999999999999"],
)
def test_numbers_are_exact_whatever_the_file(
    number: str, observed: Observed, cabinet_of: Callable[..., Cabinet], tidy_copy: Path
) -> None:
    from_parquet = cabinet_of([observed(exactly=number)]).select(Filters())[0]
    change_first(tidy_copy, value=number, lower=number, upper=number)
    from_text = cabinet(tidy_copy).select(Filters())[0]
    for found in (from_parquet, from_text):
        assert found.value == found.lower == found.upper == Decimal(number)
        assert "E" not in str(found.value)


def test_two_sort_orders_and_the_csv_say_the_same(tidy_copy: Path, tmp_path: Path) -> None:
    content = (tidy_copy / "observations.csv").read_bytes()
    packed = tmp_path / "packed"
    packed.mkdir()
    for name, data in parquet.editions(content).items():
        (packed / name).write_bytes(data)
    with (tidy_copy / "observations.csv").open(encoding="utf-8", newline="") as file:
        wanted = tuple(Observation.from_row(row) for row in csv.DictReader(file))
    assert cabinet(packed).select(Filters()) == wanted
    assert cabinet(tidy_copy).select(Filters()) == wanted


@pytest.mark.parametrize(
    "order",
    [
        "SELECT * FROM read_text('{outside}')",
        "SELECT * FROM read_csv('{inside}/../outside.txt')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{outside}'",
        "ATTACH '{outside}.db'",
        "INSTALL httpfs",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '64GB'",
    ],
)
def test_nothing_but_its_folder_can_be_read_or_written(
    order: str, tidy_copy: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        cabinet(tidy_copy).ask(order.format(outside=outside, inside=tidy_copy))
    assert outside.read_text(encoding="utf-8") == "a\n1\n"


def test_a_folder_whose_name_begins_the_same_is_another(tidy_copy: Path) -> None:
    other = tidy_copy.with_name("tidy-secret")
    other.mkdir()
    (other / "a.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(duckdb.Error, match="Permission"):
        cabinet(tidy_copy).ask(f"SELECT * FROM read_csv('{other}/a.csv')")


def test_later_changes_of_the_csv_do_not_reach_into_an_open_set(tidy_copy: Path) -> None:
    held = cabinet(tidy_copy)
    before = held.select(Filters())
    change_first(tidy_copy, value="1", lower="1", upper="1")
    assert held.select(Filters()) == before
    (tidy_copy / "observations.csv").unlink()
    assert held.select(Filters()) == before


def test_a_cabinet_that_nobody_holds_closes_and_takes_its_files_along(
    tidy_copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    held = cabinet(tidy_copy)
    closing = held._close
    assert len(list(place.iterdir())) == 1
    threads = [threading.Thread(target=held.select, args=[Filters()]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    del held
    threads.clear()
    thread = None  # type: ignore[assignment]
    assert not closing.alive
    assert list(place.iterdir()) == []


def test_a_stream_left_half_read_does_not_disturb_other_questions(asked: Cabinet) -> None:
    stream = asked.stream(Filters())
    first = next(stream)
    assert asked.get(first.id) == first
    assert len(list(stream)) == asked.count(Filters()) - 1


def test_threads_do_not_mix_their_answers(asked: Cabinet) -> None:
    wrong: list[Any] = []

    def ask(area: str) -> None:
        for _ in range(20):
            found = asked.select(Filters(offices=(area,)))
            wrong.extend(o for o in found if o.ref_area != area)
            if len(found) != 6:
                wrong.append(len(found))

    threads = [threading.Thread(target=ask, args=[area]) for area in OFFICES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_folder_without_observations_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnopenedError):
        cabinet(tmp_path)


def change_first(folder: Path, **cells: str) -> None:
    """Other cells in the first line of a folder's observations."""
    path = folder / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lines = [row | cells if n == 0 else row for n, row in enumerate(reader)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
