"""Every rule sees its flaw, that flaw only, and nothing else; all problems come at once."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from extract import evidence, tables
from extract.check import RULES, Problem, check, errors, name_of
from extract.tables import READ_RULES, Raw

BROKEN = Path(__file__).resolve().parent.parent / "broken"
FLAWS = sorted(path.stem for path in BROKEN.glob("*.toml"))
NOTES = {
    "unaccounted-words",
    "other-encoding",
    "full-width-digits",
    "not-checked-here",
    "read-once",
    "other-unit",
    "partly-overlapping",
    "practice-sorted-twice",
}

Break = Callable[[str], tuple[Path, str]]


def problems_of(raw: Path) -> list[Problem]:
    try:
        return check(tables.read(raw), evidence.sources(raw.parent / "sources"))
    except tables.Unreadable as reason:
        return list(reason.problems)


def test_the_valid_set_has_no_problem(valid_raw: Path) -> None:
    assert problems_of(valid_raw) == []


def test_every_rule_has_one_flaw_and_every_flaw_a_rule() -> None:
    assert sorted([*READ_RULES, *map(name_of, RULES)]) == FLAWS


@pytest.mark.parametrize("rule", FLAWS)
def test_a_flaw_gives_exactly_its_problem(rule: str, broken: Break) -> None:
    raw, at = broken(rule)
    found = problems_of(raw)
    assert [(problem.where, problem.rule) for problem in found] == [(at, rule)]
    assert (found[0].severity == "note") == (rule in NOTES)
    assert says_what_and_what_next(found[0])


def says_what_and_what_next(problem: Problem) -> bool:
    """In both languages: Chinese with Chinese characters, each naming place and rule first."""
    said = (problem.message, problem.next_step, problem.message_zh, problem.next_step_zh)
    head = f"{problem.where}: [{problem.rule}] "
    chinese, english, both = (problem.text(language) for language in ("zh", "en", "both"))
    return (
        all(said)
        and any("一" <= char <= "鿿" for char in problem.message_zh)
        and chinese.startswith(head)
        and english.startswith(head)
        and both.splitlines()[0] == chinese
    )


def test_the_message_of_the_house(broken: Break) -> None:
    raw, _ = broken("reads-differently")
    (problem,) = problems_of(raw)
    assert problem.text("en") == (
        "subsidies.csv:2: [reads-differently] '2387余万元' reads 23,870,000–23,880,000 元 "
        "(value 23,870,000), the row says 2,387 元: enter base units or fix as_written"
    )


def test_all_problems_come_at_once_in_file_order(fixture_raw: Raw) -> None:
    spoilt = {
        name: frame.assign(period_end="2030-01-01") if name in ("lamps", "safety") else frame
        for name, frame in fixture_raw.tables.items()
    }
    raw = Raw(fixture_raw.folder, spoilt, fixture_raw.package)
    places = [p.where.split(":") for p in check(raw, {}) if p.rule == "period-order"]
    assert places == [["lamps.csv", "2"], ["lamps.csv", "3"], ["lamps.csv", "4"],
                      ["lamps.csv", "5"], ["safety.csv", "2"]]  # fmt: skip


def test_without_texts_nothing_passes_as_checked(fixture_raw: Raw) -> None:
    found = check(fixture_raw, {})
    assert [p.rule for p in found] == ["not-checked-here", "not-checked-here"]
    assert errors(found) == []
    assert "13" in found[0].message and "没有核对" in found[0].message_zh


def test_checking_changes_nothing(fixture_raw: Raw, fixture_texts: Mapping[str, str]) -> None:
    before = {name: frame.copy(deep=True) for name, frame in fixture_raw.tables.items()}
    check(fixture_raw, fixture_texts)
    for name, frame in fixture_raw.tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.parametrize("column", ["start", "end", "value", "period_start", "id", "part_of"])
@pytest.mark.parametrize("cell", ["", "x", "-1", "１０", "9999999999999999999999", "=1"])
def test_no_cell_makes_a_rule_raise(
    column: str, cell: str, fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    lamps = fixture_raw.tables["lamps"].assign(**{column: cell})
    raw = Raw(fixture_raw.folder, {**fixture_raw.tables, "lamps": lamps}, fixture_raw.package)
    assert isinstance(check(raw, fixture_texts), list)


@pytest.mark.parametrize(
    ("first", "last", "is_flawed"),
    [
        ("2031-01-01", "2031-12-20", False),
        ("2031-01-01", "2031-12-21", True),
        ("2031-01-01", "2031-12-31", False),
        ("2031-07-01", "2031-12-31", True),
        ("2032-01-01", "2032-12-31", True),
    ],
)
def test_only_the_nominal_year_may_outlast_publication(
    first: str, last: str, is_flawed: bool, fixture_raw: Raw
) -> None:
    documents = fixture_raw.tables["documents"].iloc[:1]
    documents = documents.assign(period_start=first, period_end=last)
    raw = Raw(
        fixture_raw.folder, {**fixture_raw.tables, "documents": documents}, fixture_raw.package
    )
    found = [p.where for p in check(raw, {}) if p.rule == "period-after-publication"]
    assert found == (["documents.csv:2"] if is_flawed else [])


@pytest.mark.parametrize(
    ("dates", "rules"),
    [
        ({"valid_from": "2031-12-31"}, []),
        ({"valid_to": "2031-01-01"}, []),
        ({"valid_from": "2032-01-01", "valid_to": "2032-12-31"}, ["before-valid-from"]),
        ({"valid_from": "2030-01-01", "valid_to": "2030-12-31"}, ["after-valid-to"]),
    ],
)
def test_a_unit_is_there_for_some_of_every_period(
    dates: dict[str, str], rules: list[str], fixture_raw: Raw
) -> None:
    offices = fixture_raw.tables["offices"].copy()
    offices.loc[offices["ref_area"] == "local-dongcun", list(dates)] = list(dates.values())
    raw = Raw(fixture_raw.folder, {**fixture_raw.tables, "offices": offices}, fixture_raw.package)
    assert [p.rule for p in errors(check(raw, {}))] == rules


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({}, ["yunfan-2032-004"]),
        ({"flags": "conflicting overlapping"}, []),
        ({"variant": ""}, []),
        ({"period_start": "2032-04-09", "period_end": "2032-04-09"}, []),
        ({"ref_area": "local-heshan"}, []),
        ({"status": "plan"}, []),
    ],
)
def test_overlap_is_asked_of_variants_in_one_cell(
    change: dict[str, str], ids: list[str], fixture_raw: Raw
) -> None:
    care = fixture_raw.tables["care"].copy()
    care.loc[care["id"] == "yunfan-2032-003", "flags"] = "conflicting overlapping"
    other = {"variant": "open", **change}
    care.loc[care["id"] == "yunfan-2032-004", list(other)] = list(other.values())
    raw = Raw(fixture_raw.folder, {**fixture_raw.tables, "care": care}, fixture_raw.package)
    noted = [p.where for p in check(raw, {}) if p.rule == "partly-overlapping"]
    lines = {row["id"]: f"care.csv:{row['_line']}" for row in care.to_dict("records")}
    assert noted == [lines[name] for name in ids]


@pytest.mark.parametrize(
    ("file", "is_flawed"),
    [
        ("lamps.csv", False),
        ("lamps-34.csv", False),
        ("lamps-a_B2.csv", False),
        ("lamps-.csv", True),
        ("lamps-3 4.csv", True),
        ("safety-34.csv", True),
    ],
)
def test_a_family_may_stand_in_several_files(file: str, is_flawed: bool, fixture_raw: Raw) -> None:
    lamps = fixture_raw.tables["lamps"].assign(_file=file)
    raw = Raw(fixture_raw.folder, {**fixture_raw.tables, "lamps": lamps}, fixture_raw.package)
    assert any(p.rule == "wrong-table" for p in check(raw, {})) == is_flawed


def test_notes_as_many_as_the_data_are_told_once(fixture_raw: Raw) -> None:
    documents = fixture_raw.tables["documents"]
    many = pd.concat(
        [documents.assign(document=documents["document"] + f"{n:03d}") for n in range(60)],
        ignore_index=True,
    )
    many["_line"] = range(2, len(many) + 2)
    rows = {name: fixture_raw.tables[name].iloc[:0] for name in fixture_raw.family_tables}
    tables_ = {**fixture_raw.tables, **rows, "documents": many}
    found = check(Raw(fixture_raw.folder, tables_, fixture_raw.package), {})
    noted = [problem for problem in found if problem.rule == "not-checked-here"]
    assert [problem.where for problem in noted] == ["documents.csv"]
    assert noted[0].message.startswith("120 times (lines 2, 3, 4 …), the first: ")
    assert noted[0].message_zh.startswith("共120处（第2、3、4行…），第一处：")


def test_watchers_hear_every_rule(fixture_raw: Raw) -> None:
    heard: list[str] = []
    check(fixture_raw, {}, watch=heard.append)
    assert heard == [name_of(rule) for rule in RULES]
