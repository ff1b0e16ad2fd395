"""From raw tables to observations: pure, reproducible, every column of the contract."""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from extract import evidence, tables
from extract.check import check, errors
from extract.choice import KEY
from extract.contract import COLUMNS
from extract.tables import Raw
from extract.tidy import Tidy, files, tidy

ROOT = Path(__file__).resolve().parent.parent.parent
RAW, TIDY = ROOT / "data" / "raw", ROOT / "data" / "tidy"
SOURCES = os.environ.get("LIVELIHOOD_SOURCES")

Rows = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="session")
def observed(fixture_raw: Raw) -> Rows:
    frame = tidy(fixture_raw).observations
    return {row["id"]: row for row in frame.to_dict("records")}


def changed(raw: Raw, table: str, name: str, **cells: str) -> Raw:
    """The raw tables with one row of a family table changed."""
    frame = raw.tables[table].copy()
    for column, cell in cells.items():
        frame.loc[frame["id"] == name, column] = cell
    return Raw(raw.folder, {**raw.tables, table: frame}, raw.package)


def row_of(raw: Raw, name: str) -> Mapping[str, str]:
    frame = tidy(raw).observations
    row: Mapping[str, str] = frame[frame["id"] == name].iloc[0].to_dict()
    return row


BOUNDS = ("value", "lower", "upper", "lower_open", "upper_open", "rule")


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("liuxi-2031-001", ("1130", "1130", "1130", "false", "false", "R0")),
        ("liuxi-2031-002", ("200", "200", "300", "true", "true", "R1")),
        ("liuxi-2031-003", ("23870000", "23870000", "23880000", "true", "true", "R1")),
        ("liuxi-2031-009", ("0", "0", "0", "false", "false", "R15")),
        ("liuxi-2031-011", ("", "8", "12", "false", "false", "R12")),
    ],
)
def test_bounds_come_from_the_words(name: str, bounds: tuple[str, ...], observed: Rows) -> None:
    assert tuple(observed[name][column] for column in BOUNDS) == bounds


@pytest.mark.parametrize(
    ("name", "column", "cell"),
    [
        ("liuxi-2031-001", "office", "柳溪"),
        ("liuxi-2031-001", "office_en", "Liuxi"),
        ("liuxi-2031-001", "family", "lamps"),
        ("liuxi-2031-001", "time_period", "2031"),
        ("liuxi-2031-001", "is_full_period", "true"),
        ("liuxi-2031-002", "qualifier", "余"),
        ("liuxi-2031-006", "lower", "18"),
        ("liuxi-2031-006", "upper", "20"),
        ("liuxi-2031-006", "lower_kind", "soft"),
        ("liuxi-2031-006", "upper_kind", "hard"),
        ("liuxi-2031-010", "time_period", "2031-12-20"),
        ("liuxi-2031-013", "freq", "A"),
        ("yunfan-2032-001", "time_period", "2032-Q1"),
        ("yunfan-2032-001", "unit_mult", "0"),
        ("yunfan-2032-001", "ruleset", "cn-approx-1"),
        ("yunfan-2032-005", "year", "2032"),
    ],
)
def test_columns(name: str, column: str, cell: str, observed: Rows) -> None:
    assert observed[name][column] == cell


def test_columns_stand_in_the_order_of_the_contract(fixture_raw: Raw) -> None:
    assert tuple(tidy(fixture_raw).observations.columns) == COLUMNS


def test_one_observation_a_row_in_text_order(fixture_raw: Raw) -> None:
    frame = tidy(fixture_raw).observations
    places = [(row.document, int(row.start), row.id) for row in frame.itertuples()]
    assert places == sorted(places) and len(frame) == len(fixture_raw.rows)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, "A"),
        ({"read_2_on": ""}, "V"),
        ({"read_1_on": "", "read_2_on": ""}, "V"),
        ({"read_2_on": "2032-04-01"}, "V"),
        ({"value": "2387"}, "V"),
        ({"unit": "万元"}, "V"),
        ({"as_written": "很多"}, "V"),
    ],
)
def test_status(cells: dict[str, str], status: str, fixture_raw: Raw) -> None:
    raw = changed(fixture_raw, "subsidies", "liuxi-2031-003", **cells)
    assert row_of(raw, "liuxi-2031-003")["obs_status"] == status


def test_what_cannot_be_read_keeps_its_value_and_gets_no_bounds(fixture_raw: Raw) -> None:
    raw = changed(fixture_raw, "subsidies", "liuxi-2031-003", as_written="很多")
    row = row_of(raw, "liuxi-2031-003")
    assert [row[name] for name in ("value", "lower", "upper", "rule")] == ["23870000", "", "", ""]


@pytest.mark.parametrize(
    ("cell", "plain", "decimals"),
    [("1130.50", "1130.5", "1"), ("1130.00", "1130", "0"), ("0", "0", "0"), ("", "", "0")],
)
def test_numbers_are_plain_text(cell: str, plain: str, decimals: str, fixture_raw: Raw) -> None:
    row = row_of(changed(fixture_raw, "lamps", "liuxi-2031-001", value=cell), "liuxi-2031-001")
    assert (row["value"], row["decimals"]) == (plain, decimals)


def test_flags_entered_come_before_flags_found(fixture_raw: Raw) -> None:
    raw = changed(
        fixture_raw, "subsidies", "liuxi-2031-003",
        as_written="10万余元", value="100000", flags="headline",
    )  # fmt: skip
    assert row_of(raw, "liuxi-2031-003")["flags"] == "headline zero_before_wan"


def test_one_of_each_key_is_chosen(fixture_raw: Raw) -> None:
    frame = tidy(fixture_raw).observations
    chosen = frame[frame["chosen"] == "true"]
    assert not chosen.duplicated(KEY).any()
    assert len(chosen) == len(frame.drop_duplicates(KEY))


def test_a_total_is_chosen_before_its_items(observed: Rows) -> None:
    assert [observed[f"liuxi-2031-{n}"]["chosen"] for n in ("001", "004", "005")] == [
        "true",
        "false",
        "false",
    ]


def test_of_conflicting_numbers_the_first_stands_with_the_hull(observed: Rows) -> None:
    first, second = observed["yunfan-2032-003"], observed["yunfan-2032-004"]
    assert (first["chosen"], second["chosen"]) == ("true", "false")
    assert "8–9" in first["comment_obs"] and "yunfan-2032-004" in first["comment_obs"]
    assert second["value"] == "9" and "conflicting" in second["flags"]
    assert (first["value"], first["lower"], first["upper"]) == ("8", "8", "9")
    assert (first["lower_open"], first["upper_open"]) == ("false", "false")


def test_of_conflicting_stocks_the_later_in_force_is_chosen(fixture_raw: Raw) -> None:
    nominal = {"period_precision": "nominal"}
    raw = changed(fixture_raw, "care", "yunfan-2032-003", **nominal)
    later = {"period_start": "2032-04-11", "period_end": "2032-04-11"}
    raw = changed(raw, "care", "yunfan-2032-004", **nominal, **later)
    row = row_of(raw, "yunfan-2032-004")
    assert row["chosen"] == "true" and "the later date is shown" in row["comment_obs"]


def test_a_suspected_error_is_said_and_changes_nothing(observed: Rows) -> None:
    row = observed["yunfan-2032-005"]
    assert row["value"] == "1300" and "130 户" in row["comment_obs"]


def test_a_registry_with_a_repeated_key_is_refused(fixture_raw: Raw) -> None:
    twice = pd.concat([fixture_raw.offices, fixture_raw.offices])
    raw = Raw(fixture_raw.folder, {**fixture_raw.tables, "offices": twice}, fixture_raw.package)
    with pytest.raises(pd.errors.MergeError):
        tidy(raw)


def test_tidying_changes_nothing(fixture_raw: Raw) -> None:
    before = {name: frame.copy(deep=True) for name, frame in fixture_raw.tables.items()}
    files(tidy(fixture_raw))
    for name, frame in fixture_raw.tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_the_same_tables_give_the_same_bytes(fixture_raw: Raw, valid_raw: Path) -> None:
    assert files(tidy(fixture_raw)) == files(tidy(tables.read(valid_raw)))


def test_the_order_of_lines_does_not_matter(fixture_raw: Raw) -> None:
    turned = {
        name: frame.iloc[::-1] if name in fixture_raw.family_tables else frame
        for name, frame in reversed(fixture_raw.tables.items())
    }
    raw = Raw(fixture_raw.folder, turned, fixture_raw.package)
    assert files(tidy(raw)) == files(tidy(fixture_raw))


def test_files_are_utf_8_with_plain_newlines_and_no_place_of_their_own(fixture_raw: Raw) -> None:
    for name, content in files(tidy(fixture_raw)).items():
        text = content.decode("utf-8")
        assert "\r" not in text and not text.startswith("\ufeff") and ",_line" not in text, name


def test_an_empty_set_is_tidied_too(fixture_raw: Raw) -> None:
    empty = {
        name: frame.iloc[:0] if name not in ("reasons", "families") else frame
        for name, frame in fixture_raw.tables.items()
    }
    table = tidy(Raw(fixture_raw.folder, empty, fixture_raw.package))
    assert len(table.observations) == 0 and tuple(table.observations.columns) == COLUMNS


@pytest.fixture(scope="session")
def real() -> Raw:
    return tables.read(RAW)


def test_the_committed_tidy_set_is_today_s(real: Raw) -> None:
    committed = {path.name: path.read_bytes() for path in TIDY.iterdir() if path.is_file()}
    assert committed == files(tidy(real)), "run: make tidy"


def test_the_raw_tables_have_no_errors(real: Raw) -> None:
    assert [problem.text("en") for problem in errors(check(real, {}))] == []


@pytest.mark.skipif(not SOURCES, reason="LIVELIHOOD_SOURCES is not set: evidence not checked here")
def test_every_row_stands_in_its_source(real: Raw) -> None:
    texts = evidence.sources(Path(str(SOURCES)))
    found = check(real, texts)
    assert [problem.text("en") for problem in errors(found)] == []
    assert [problem.where for problem in found if problem.rule == "not-checked-here"] == []


def test_real_observations_are_within_their_bounds(real: Raw) -> None:
    table: Tidy = tidy(real)
    rows = list(csv.DictReader(io.StringIO(files(table)["observations.csv"].decode())))
    assert len(rows) == len(real.rows) > 100
    for row in rows:
        if row["lower"] and row["upper"]:
            assert float(row["lower"]) <= float(row["upper"]), row["id"]
        assert row["freq"] and row["time_period"] and row["office"] and row["family"], row["id"]
