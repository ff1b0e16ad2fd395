"""The bench of the national case walks from raw tables to the API by the commands people run."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from bench.nation.growth import missed
from bench.nation.stopwatch import run

ROOT = Path(__file__).resolve().parents[2]


def _listed(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "areaCode", "provinceCode", "cityCode"])
        for code in range(980101001, 980101007):
            writer.writerow([code, f"甲{code % 10}街道", "980101", "98", "9801"])
    return path


def test_every_step_of_the_walk_ends_well(tmp_path: Path) -> None:
    listed = _listed(tmp_path / "divisions.csv")
    command = [sys.executable, "-m", "bench.national", "--divisions", str(listed), "--quick"]
    command += ["--only", "walk", "pages", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("raw tables", "check", "tidy", "refresh", "workbook of a view", "serve: ready"):
        assert f"| {step} | " in done.stdout, step
    for kind in ("compare", "as one types", "API, JSON page", "API, CSV of an office"):
        assert f"| {kind} | " in done.stdout, kind


def test_what_is_published_says_that_it_is_invented(tmp_path: Path) -> None:
    listed = _listed(tmp_path / "divisions.csv")
    command = [sys.executable, "-m", "bench.national", "--divisions", str(listed)]
    command += ["--only", "raw", "--years", "2", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    refresh = [sys.executable, "-m", "extract", "refresh", "--once", "--lang", "en"]
    places = ["--raw", str(tmp_path / "raw"), "--published", str(tmp_path / "published")]
    subprocess.run([*refresh, *places], cwd=ROOT, capture_output=True, check=True)
    package = tmp_path / "published" / "current" / "datapackage.json"
    assert '"livelihood:synthetic": true' in package.read_text(encoding="utf-8")


def test_pages_of_a_case_that_was_not_walked_end_with_2(tmp_path: Path) -> None:
    listed = _listed(tmp_path / "divisions.csv")
    command = [sys.executable, "-m", "bench.national", "--divisions", str(listed)]
    command += ["--only", "pages", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--only walk" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_list_that_is_none_ends_with_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.national", "--divisions", str(tmp_path / "none.csv")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "none.csv" in done.stderr


@pytest.mark.parametrize(
    ("took", "is_missed"),
    [((40.0, 59.0), False), ((40.0, 61.0), True), ((4.0, 12.0), False)],
    ids=["within", "beyond", "too small to judge"],
)
def test_what_grows_too_much_is_named(took: tuple[float, float], is_missed: bool) -> None:
    assert missed({"compare": {1: took[0], 10: took[1]}}) == ["compare"] * is_missed


def test_memory_of_a_command_counts_what_it_starts(tmp_path: Path) -> None:
    hold = "import time; held = bytearray(80 << 20); time.sleep(1)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    command = [sys.executable, "-c", start]
    taken = run("two", command, {}, ROOT, tmp_path / "log")
    assert taken.code == 0
    assert taken.process_mib >= 80
    assert 0 < taken.processor < taken.seconds
    assert taken.tree_mib > taken.process_mib
