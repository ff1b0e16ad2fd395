"""The demonstration set: invented, labelled, true to its own texts, and the same every time."""

import csv
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from extract import evidence, tables
from extract.check import check
from extract.problem import errors

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "data" / "raw"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Demo:
    """A built demonstration set; `said` is what the command printed."""

    folder: Path
    said: str

    def table(self, name: str) -> list[Row]:
        return _read(self.folder / "raw" / f"{name}.csv")

    @property
    def package(self) -> dict[str, object]:
        package: dict[str, object] = json.loads(self.bytes()["raw/datapackage.json"])
        return package

    @property
    def rows(self) -> list[Row]:
        names = ("offices", "families", "indicators", "variants", "documents", "corrections")
        others = {*names, "readings", "not_applicable", "left_out", "reasons"}
        others |= {"practices", "practice_families", "vocabulary"}
        files = sorted((self.folder / "raw").glob("*.csv"))
        return [row for file in files if file.stem not in others for row in _read(file)]

    def text(self, document: str) -> str:
        return (self.folder / "sources" / f"{document}.txt").read_bytes().decode()

    def bytes(self) -> dict[str, bytes]:
        files = [file for file in sorted(self.folder.rglob("*")) if file.is_file()]
        return {file.relative_to(self.folder).as_posix(): file.read_bytes() for file in files}


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _build(folder: Path, hash_seed: str) -> Demo:
    command = [sys.executable, str(ROOT / "demo" / "build.py"), str(folder)]
    environment = {"PYTHONHASHSEED": hash_seed, "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment, check=True, cwd=folder
    )
    return Demo(folder, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return _build(tmp_path_factory.mktemp("demo"), "1")


def test_two_builds_are_equal_to_the_byte(demo: Demo, tmp_path: Path) -> None:
    assert _build(tmp_path, "2").bytes() == demo.bytes()


def test_nothing_is_skipped_with_the_registries_of_the_day(demo: Demo) -> None:
    assert demo.said == ""


def test_every_number_stands_at_its_offsets(demo: Demo) -> None:
    for row in [*demo.rows, *demo.table("left_out"), *demo.table("corrections")]:
        text = demo.text(row["document"])
        assert text[int(row["start"]) : int(row["end"])] == row["as_written"], row


def test_every_context_is_short_verbatim_and_holds_its_number_once(demo: Demo) -> None:
    for row in demo.rows:
        text, pieces = demo.text(row["document"]), row["context"].split("…")
        assert len(row["context"]) <= 40, row
        assert all(piece in text for piece in pieces), row
        assert sum(row["as_written"] in piece for piece in pieces) == 1, row


def test_every_digit_is_a_row_or_left_out_with_a_reason(demo: Demo) -> None:
    covered: dict[str, set[int]] = defaultdict(set)
    for row in [*demo.rows, *demo.table("left_out")]:
        covered[row["document"]] |= set(range(int(row["start"]), int(row["end"])))
    for record in demo.table("documents"):
        text = demo.text(record["document"])
        digits = {offset for offset, character in enumerate(text) if character.isdigit()}
        assert digits <= covered[record["document"]], record["document"]


def test_the_label_stands_in_the_package_and_in_every_text(demo: Demo) -> None:
    assert demo.package["livelihood:synthetic"] is True
    assert "虚构" in str(demo.package["livelihood:label_zh"])
    assert "invented" in str(demo.package["livelihood:label_en"])
    assert all(
        demo.text(record["document"]).startswith("【演示数据】")
        for record in demo.table("documents")
    )


def test_offices_look_like_no_official_code_and_meet_no_real_one(demo: Demo) -> None:
    offices = demo.table("offices")
    assert all(office["ref_area"].startswith("local-demo-") for office in offices)
    assert not any(office["code"] for office in offices)
    real = _read(RAW / "offices.csv")
    assert not {office["ref_area"] for office in offices} & {o["ref_area"] for o in real}
    assert not {office["short_zh"] for office in offices} & {o["short_zh"] for o in real}


def test_mediations_are_told_by_all_twelve_in_every_year(demo: Demo) -> None:
    whole_years = {
        (row["ref_area"], row["period_end"])
        for row in demo.rows
        if row["indicator"] == "mediations"
        and (row["scope"], row["status"]) == ("whole", "result")
        and row["period_end"].endswith("-12-31")
    }
    per_year = Counter(end[:4] for _, end in whole_years)
    assert per_year == {str(year): 12 for year in range(2019, 2025)}


def test_one_indicator_is_told_by_few_offices(demo: Demo) -> None:
    tellers = {row["ref_area"] for row in demo.rows if row["indicator"] == "safety_trainings"}
    assert len(tellers) == 3


def test_two_offices_have_no_report_in_2021_and_one_is_followed_by_another(demo: Demo) -> None:
    reported = {row["ref_area"] for row in demo.table("documents") if "-2021" in row["document"]}
    offices = {office["ref_area"]: office for office in demo.table("offices")}
    in_2021 = {key for key, office in offices.items() if office["valid_from"] <= "2021"}
    assert len(in_2021 - reported) == 2
    followed = [office for office in offices.values() if office["successor"]]
    assert [office["valid_to"] for office in followed] == ["2021-12-31"]
    assert offices[followed[0]["successor"]]["valid_from"] == "2022-01-01"


def _kinds(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        yield from (row["window"], row["status"], row["scope"], row["period_precision"])
        yield from row["flags"].split()
        yield from (
            word for word in ("余", "近", "约", "超", "以上", "至") if word in row["as_written"]
        )


@pytest.mark.parametrize(
    "kind",
    [
        *("stock", "flow", "cumulative", "result", "target", "planned_capacity", "listed"),
        *("whole", "programme", "site", "event", "stated", "nominal"),
        *("negated", "conflicting", "contradictory", "donor_money", "split_line", "parts_differ"),
        *("suspect_lost_decimal", "余", "近", "约", "超", "以上", "至"),
    ],
)
def test_the_hard_cases_are_there(demo: Demo, kind: str) -> None:
    assert kind in set(_kinds(demo.rows))


def test_about_one_row_in_twenty_awaits_its_second_reading(demo: Demo) -> None:
    rows = demo.rows
    unread = [row for row in rows if not row["read_2_on"]]
    assert 0.03 < len(unread) / len(rows) < 0.07
    assert not any(row["verified_by"] for row in unread)
    assert {row["verified_by"] for row in rows if row["read_2_on"]} == {
        "demonstration (invented), two readings"
    }


def _refused(*folders: Path) -> str:
    """What the command says when it refuses."""
    command = [sys.executable, str(ROOT / "demo" / "build.py"), *map(str, folders)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env={"PYTHONUTF8": "1"}, check=False
    )
    assert done.returncode == 2
    return done.stderr


def test_missing_registries_are_named(tmp_path: Path) -> None:
    said = _refused(tmp_path, tmp_path)
    assert "datapackage.json" in said
    assert "indicators.csv" in said


def test_a_real_set_is_never_written_over(tmp_path: Path) -> None:
    contract = tmp_path / "raw" / "datapackage.json"
    contract.parent.mkdir()
    contract.write_bytes((RAW / "datapackage.json").read_bytes())
    assert "真实数据" in _refused(tmp_path)
    assert [file.name for file in contract.parent.iterdir()] == ["datapackage.json"]


def test_a_file_of_an_older_build_goes(tmp_path: Path) -> None:
    _build(tmp_path, "1")
    old = tmp_path / "sources" / "old-2019.txt"
    old.write_text("旧", encoding="utf-8")
    _build(tmp_path, "1")
    assert not old.exists()


def test_the_check_has_no_complaint(demo: Demo) -> None:
    raw = tables.read(demo.folder / "raw")
    texts = evidence.sources(demo.folder / "sources")
    problems = check(raw, texts)
    assert [problem.text() for problem in errors(problems)] == []
    assert {problem.rule for problem in problems} == {"read-once"}
