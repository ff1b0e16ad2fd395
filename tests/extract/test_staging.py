"""Staging: sources add rows and replace only their own; every line leads back."""

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from extract import evidence, staging, tables
from extract.check import check, errors
from extract.problem import Problem
from extract.sources import Delivery, Source
from extract.sources.rules import found
from extract.unreadable import Unreadable

Row = dict[str, str]
ROW = {"id": "new-2033-001", "document": "new-2033", "as_written": "12盏", "value": "12"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "staged"


def records(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def delivery(raw: Path, name: str = "office", **tables_: list[Row] | bytes) -> Delivery:
    """What source ``name`` brings: rows by table, in the columns of the base."""
    files: dict[str, bytes] = {}
    for table, rows in tables_.items():
        if isinstance(rows, bytes):
            files[f"{table}.csv"] = rows
            continue
        columns = (raw / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        stream = io.StringIO()
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        files[f"{table}.csv"] = stream.getvalue().encode()
    places = {
        file: tuple(f"{name}/{file}:{n}" for n in range(2, 2 + len(content.splitlines())))
        for file, content in files.items()
    }
    return Delivery(Source(name, "folder", "/in", "15m", "某某"), files, places)


def of(delivered: Delivery, **given: object) -> Delivery:
    """The same delivery of a source configured otherwise."""
    source = Source(**{**_fields(delivered.source), **given})  # type: ignore[arg-type]
    return Delivery(source, delivered.files, delivered.places)


def _fields(source: Source) -> Mapping[str, object]:
    return {name: getattr(source, name) for name in Source.__dataclass_fields__}


def test_without_sources_the_base_is_copied_byte_for_byte(valid_raw: Path, out: Path) -> None:
    staged = staging.stage(valid_raw, [], out)
    assert not staged.problems and not staged.aside and not staged.stopped
    names = {path.name for path in valid_raw.iterdir()}
    assert {path.name for path in out.iterdir()} == names
    assert all((out / name).read_bytes() == (valid_raw / name).read_bytes() for name in names)


def test_new_rows_follow_those_of_the_base(valid_raw: Path, out: Path) -> None:
    before = (valid_raw / "lamps.csv").read_bytes()
    staged = staging.stage(valid_raw, [delivery(valid_raw, lamps=[ROW])], out)
    after = (out / "lamps.csv").read_bytes()
    assert after.startswith(before) and (valid_raw / "lamps.csv").read_bytes() == before
    assert records(out / "lamps.csv")[-1]["id"] == "new-2033-001"
    assert staged.origin("lamps.csv", 2) == staging.Origin("", "lamps.csv:2")
    assert staged.origin("lamps.csv", 6) == staging.Origin("office", "office/lamps.csv:2")
    assert staged.origin("care.csv", 3) == staging.Origin("", "care.csv:3")


def test_rows_of_the_base_know_their_source_when_read(valid_raw: Path, out: Path) -> None:
    staged = staging.stage(valid_raw, [delivery(valid_raw, lamps=[ROW])], out)
    frame = staged.marked(tables.read(out).tables["lamps"])
    assert frame["_source"].tolist() == ["", "", "", "", "office"]


def test_a_problem_is_told_where_it_can_be_mended(
    valid_raw: Path, out: Path, fixture_texts: Mapping[str, str]
) -> None:
    staged = staging.stage(valid_raw, [delivery(valid_raw, lamps=[ROW])], out)
    found_ = errors(check(tables.read(out), fixture_texts))
    assert {problem.where for problem in found_} == {"lamps.csv:6"}
    assert {staged.told(problem).where for problem in found_} == {"office/lamps.csv:2"}
    whole = Problem("lamps.csv", "x", "y", "z")
    assert staged.told(whole) == whole


def test_lines_are_right_below_a_cell_of_two_lines(valid_raw: Path, out: Path) -> None:
    rows = [{**ROW, "scope_note": "一\n二\r\n三"}, {**ROW, "id": "new-2033-002"}]
    brought = delivery(valid_raw, lamps=rows)
    places = {"lamps.csv": ("office/lamps.csv:2", "office/lamps.csv:5")}
    staged = staging.stage(valid_raw, [Delivery(brought.source, brought.files, places)], out)
    frame = staged.marked(tables.read(out).tables["lamps"])
    assert frame["_line"].tolist()[-2:] == [6, 9]
    assert staged.origin("lamps.csv", 9).place == "office/lamps.csv:5"


def aside(staged: staging.Staged) -> list[tuple[str, str]]:
    return [(row.place, row.problem.rule) for row in staged.aside]


def test_the_base_is_not_touched(valid_raw: Path, out: Path) -> None:
    first, second = records(valid_raw / "lamps.csv")[:2]
    brought = delivery(valid_raw, lamps=[{**first, "value": "9"}, second, ROW])
    staged = staging.stage(valid_raw, [brought], out)
    assert aside(staged) == [("office/lamps.csv:2", "not-yours")]
    assert staged.aside[0].cells["value"] == "9" and staged.aside[0].source == "office"
    assert records(out / "lamps.csv")[0] == first and len(records(out / "lamps.csv")) == 5


def test_unless_the_document_is_named_for_the_source(valid_raw: Path, out: Path) -> None:
    first = records(valid_raw / "lamps.csv")[0]
    brought = delivery(valid_raw, lamps=[{**first, "value": "9"}])
    staged = staging.stage(valid_raw, [of(brought, documents=("liuxi-2031",))], out)
    assert not staged.aside and records(out / "lamps.csv")[0]["value"] == "9"
    assert staged.origin("lamps.csv", 2).source == "office"


@pytest.mark.parametrize(
    "change", [{"document": "other-2031"}, {"document": ""}], ids=["elsewhere", "nowhere"]
)
def test_a_row_is_not_moved_out_of_its_document(change: Row, valid_raw: Path, out: Path) -> None:
    first = records(valid_raw / "lamps.csv")[0]
    brought = delivery(valid_raw, lamps=[{**first, **change}])
    staged = staging.stage(valid_raw, [of(brought, documents=("liuxi-2031",))], out)
    assert aside(staged) == [("office/lamps.csv:2", "not-yours")]


def test_listing_a_document_of_the_base_does_not_make_it_one_s_own(
    valid_raw: Path, out: Path
) -> None:
    document, lamp = (records(valid_raw / f"{name}.csv")[0] for name in ("documents", "lamps"))
    brought = delivery(valid_raw, documents=[document], lamps=[{**lamp, "value": "9"}])
    staged = staging.stage(valid_raw, [brought], out)
    assert [rule for _, rule in aside(staged)] == ["not-yours"]


@pytest.mark.parametrize("table", ["offices", "indicators", "documents", "reasons"])
def test_registries_grow_but_do_not_change(table: str, valid_raw: Path, out: Path) -> None:
    first = records(valid_raw / f"{table}.csv")[0]
    name = next(column for column in first if column.startswith(("name_zh", "title")))
    key = next(iter(first))
    changed, new = {**first, name: "改"}, {**first, key: "new-2033"}
    staged = staging.stage(valid_raw, [delivery(valid_raw, **{table: [changed, new]})], out)
    assert [rule for _, rule in aside(staged)] == ["not-yours"]
    after = records(out / f"{table}.csv")
    assert after[0] == first and after[-1] == new


def test_two_sources_with_one_key(valid_raw: Path, out: Path) -> None:
    brought = [
        delivery(valid_raw, "first", lamps=[ROW]),
        delivery(valid_raw, "second", lamps=[{**ROW, "value": "13"}]),
        delivery(valid_raw, "third", lamps=[ROW]),
    ]
    staged = staging.stage(valid_raw, brought, out)
    assert aside(staged) == [("second/lamps.csv:2", "taken-by-another")]
    assert [row["value"] for row in records(out / "lamps.csv")[4:]] == ["12"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({**ROW, "period_start": "44566"}, "excel-serial"),
        ({**ROW, "period_start": "1/5/2031"}, "not-a-date"),
        ({**ROW, "scope_note": "#N/A"}, "excel-error"),
        ({**ROW, "ref_area": "3.41E+08"}, "excel-number"),
        ({**ROW, "context": "\ufffd"}, "lost-characters"),
    ],
)
def test_a_flawed_row_is_staged_with_its_error(
    row: Row, rule: str, valid_raw: Path, out: Path
) -> None:
    staged = staging.stage(valid_raw, [delivery(valid_raw, lamps=[row])], out)
    [problem] = staged.problems
    assert (problem.where, problem.rule) == ("lamps.csv:6", rule)
    assert staged.told(problem).where == "office/lamps.csv:2"


def test_flaws_of_the_base_are_not_the_sources(valid_raw: Path, out: Path) -> None:
    path = valid_raw / "lamps.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2031-01-01", "44566", 1))
    assert not staging.stage(valid_raw, [delivery(valid_raw, lamps=[ROW])], out).problems


def test_rows_that_cannot_be_placed_are_set_aside(valid_raw: Path, out: Path) -> None:
    brought = delivery(valid_raw, lamps=[{**ROW, "id": ""}], lamp=b"id,value\na-1,2\n")
    staged = staging.stage(valid_raw, [brought], out)
    assert aside(staged) == [
        ("office/lamps.csv:2", "empty-key"),
        ("office/lamp.csv:2", "unknown-table"),
    ]
    assert staged.aside[1].cells == {"id": "a-1", "value": "2"}
    assert "lamps.csv" in staged.aside[1].problem.message
    assert not (out / "lamp.csv").exists()


def test_columns_in_another_order(valid_raw: Path, out: Path) -> None:
    content = b"value,id,document\n12,new-2033-001,new-2033\n"
    staging.stage(valid_raw, [delivery(valid_raw, lamps=content)], out)
    last = records(out / "lamps.csv")[-1]
    assert (last["id"], last["value"], last["unit"]) == ("new-2033-001", "12", "")


def test_a_source_that_stops_is_named(valid_raw: Path, out: Path) -> None:
    failed = Delivery(
        Source("office", "folder", "/in", "15m", "某某", on_failure="stop"),
        failures=(found("no-files", "office"),),
    )
    assert staging.stage(valid_raw, [failed], out).stopped == ("office",)


def break_base(raw: Path, how: str) -> None:
    path = raw / "lamps.csv"
    if how == "missing":
        path.unlink()
    elif how == "no descriptor":
        (raw / "datapackage.json").unlink()
    elif how == "broken descriptor":
        (raw / "datapackage.json").write_text("[]")
    else:
        path.write_bytes({"nul": b"\0", "ragged": path.read_bytes() + b"a,b\n"}[how])


@pytest.mark.parametrize("how", ["missing", "no descriptor", "broken descriptor", "nul", "ragged"])
def test_a_base_that_cannot_be_read_is_told(how: str, valid_raw: Path, out: Path) -> None:
    brought = delivery(valid_raw, lamps=[ROW])
    break_base(valid_raw, how)
    with pytest.raises(Unreadable) as caught:
        staging.stage(valid_raw, [brought], out)
    assert caught.value.problems[0].message_zh


def test_a_folder_that_holds_anything_is_not_written_to(valid_raw: Path, out: Path) -> None:
    shutil.copytree(valid_raw, out)
    with pytest.raises(FileExistsError):
        staging.stage(valid_raw, [], out)


def test_a_base_that_repeats_a_key_keeps_both_for_the_check(valid_raw: Path, out: Path) -> None:
    path = valid_raw / "lamps.csv"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[1])
    staging.stage(valid_raw, [delivery(valid_raw, lamps=[ROW])], out)
    assert len(records(out / "lamps.csv")) == 6
    rules = {problem.rule for problem in errors(check(tables.read(out), evidence.sources(None)))}
    assert "duplicate-key" in rules or any("key" in rule for rule in rules)


def test_the_same_input_gives_the_same_bytes(valid_raw: Path, out: Path, tmp_path: Path) -> None:
    brought: Callable[[], list[Delivery]] = lambda: [delivery(valid_raw, lamps=[ROW])]  # noqa: E731
    staging.stage(valid_raw, brought(), out)
    staging.stage(valid_raw, brought(), tmp_path / "again")
    assert all(
        path.read_bytes() == (tmp_path / "again" / path.name).read_bytes() for path in out.iterdir()
    )
