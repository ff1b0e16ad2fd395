"""The national case: what the bench invents is what a transcriber could have entered."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.nation import divisions, tables, wordings
from bench.nation.cells import FLAGS, STATUSES, Case, cells
from extract import tables as raw_tables
from extract.check import check
from extract.evidence import sources
from extract.problem import Problem

LENDER = Path(__file__).resolve().parents[2] / "data" / "raw"
YEARS = range(2020, 2026)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented list: two provinces that do not exist, a few offices of each kind."""
    path = tmp_path_factory.mktemp("list") / "divisions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "areaCode", "provinceCode", "cityCode"])
        for province, place in ((98, n) for n in range(7)):
            kinds = ((f"00{place + 1}", "街道"), (f"10{place}", "镇"), (f"20{place}", "乡"))
            for code, kind in kinds:
                name = f"甲{'乙丙丁戊己庚辛'[place]}{kind}"
                writer.writerow(
                    [f"{province}0101{code}", name, f"{province}0101", province, f"{province}01"]
                )
        writer.writerow(["970201401", "无名农场", "970201", 97, "9702"])
    return path


@pytest.fixture(scope="module")
def made(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables and the reports."""
    return _written(tmp_path_factory.mktemp("made"), divisions.read(listed))


def _written(out: Path, offices: Sequence[divisions.Office], share: float = 1.0) -> Path:
    (out / "sources").mkdir()
    case = Case(YEARS, tables.registry(LENDER, 20), 7, share)
    tables.write(tables.Task(offices, case, LENDER, out / "sources"), out / "raw")
    return out


def _problems(out: Path) -> list[Problem]:
    raw = raw_tables.read(out / "raw")
    return check(raw, sources(out / "sources"))


def test_the_check_finds_no_error_in_tables_and_reports(made: Path) -> None:
    assert [p for p in _problems(made) if p.severity == "error"] == []


def test_each_office_tells_a_number_an_indicator_and_year(made: Path) -> None:
    raw = raw_tables.read(made / "raw")
    assert len(raw.offices) == 22
    assert len(raw.documents) == 22 * len(YEARS)
    assert len(raw.rows) == 22 * len(YEARS) * 20


def test_a_share_of_the_cells_is_silent(listed: Path, tmp_path: Path) -> None:
    out = _written(tmp_path, divisions.read(listed), share=0.5)
    raw = raw_tables.read(out / "raw")
    assert 0.4 < len(raw.rows) / (22 * len(YEARS) * 20) < 0.6
    assert [p for p in _problems(out) if p.severity == "error"] == []


def test_an_office_is_the_same_whoever_stands_beside_it(
    listed: Path, made: Path, tmp_path: Path
) -> None:
    few = [one for one in divisions.read(listed) if one["ref_area"] == "980101100"]
    alone = raw_tables.read(_written(tmp_path, few) / "raw").rows
    beside = raw_tables.read(made / "raw").rows
    columns = list(raw_tables.row_columns(raw_tables.read(made / "raw").package))
    same = beside[beside["ref_area"] == "980101100"]
    assert alone[columns].to_numpy().tolist() == same[columns].to_numpy().tolist()


def test_wordings_and_periods_are_as_varied_as_in_reports(made: Path) -> None:
    rows = raw_tables.read(made / "raw").rows
    assert {"stated", "nominal"} <= set(rows["period_precision"])
    assert {"今年以来", "全年", "报道年份"} <= set(rows["period_basis"])
    assert {"result", "plan"} <= set(rows["status"])
    assert (rows["read_2_on"] == "").any()
    for piece in ("余", "约", "近", "万", "以上"):
        assert rows["as_written"].str.contains(piece, regex=False).any(), piece


def test_some_cells_are_told_twice_or_in_parts() -> None:
    case = Case(YEARS, tables.registry(LENDER, 20), 7, 1.0)
    told = cells(case, [{"ref_area": f"98{number:07}"} for number in range(300)])
    assert set(np.unique(told.flag)) == set(range(len(FLAGS)))
    assert set(np.unique(told.status)) == set(range(len(STATUSES)))
    assert (told.status[told.is_part] == STATUSES.index("listed")).all()


def test_the_label_says_that_all_of_it_is_invented(made: Path) -> None:
    package = json.loads((made / "raw" / "datapackage.json").read_text("utf-8"))
    assert package["livelihood:synthetic"] is True
    assert "编造" in package["livelihood:label_zh"]
    assert "invented" in package["livelihood:label_en"]


def test_parents_are_named_by_their_codes_alone(listed: Path) -> None:
    office = divisions.read(listed)[0]
    assert office["parent_name_zh"] == "970201县级区划"
    assert office["city_en"] == "City-level 9702"


def test_few_offices_are_taken_from_every_province(listed: Path) -> None:
    few = divisions.spread(divisions.read(listed), 2)
    assert [divisions.province(office) for office in few] == ["97", "98"]


def test_real_tables_are_not_overwritten(listed: Path, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    kept = tmp_path / "raw" / "datapackage.json"
    kept.write_text('{"livelihood:synthetic": false}', encoding="utf-8")
    (tmp_path / "raw" / "offices.csv").write_text("ref_area\n", encoding="utf-8")
    with pytest.raises(ValueError, match="不是合成数据"):
        _written(tmp_path, divisions.read(listed))
    assert (tmp_path / "raw" / "offices.csv").read_text(encoding="utf-8") == "ref_area\n"


def test_a_list_without_the_columns_needed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text("code,name\n980101001,甲街道\n", encoding="utf-8")
    with pytest.raises(ValueError, match="areaCode"):
        divisions.read(path)


@pytest.mark.parametrize(
    "style", range(len(wordings.STYLES)), ids=lambda n: wordings.STYLES[n].name
)
def test_every_wording_is_read_as_its_unit_and_holds_the_amount(style: int) -> None:
    own = wordings.STYLES[style]
    unit = {"money": "元", "tenths": "%"}.get(next(iter(own.kinds), ""), "件")
    if len(own.kinds) > 1:
        unit = "件"
    for amount in (n for n in (0, 7, 37, 250, 999, 2387, 12_345, 23_870_500) if n >= own.least):
        number = wordings.rounded(np.array([amount]), np.array([style]))
        assert wordings.phrase(style, int(number[0]), unit).unit == unit
