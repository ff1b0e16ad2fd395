"""The descriptors are Frictionless Data Packages, and every table keeps to them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extract import tables
from extract.contract import COLUMNS, describe, resources
from extract.tidy import files, tidy

ROOT = Path(__file__).resolve().parent.parent.parent
SETS = [ROOT / "data" / "raw", ROOT / "data" / "tidy", ROOT / "tests" / "fixtures" / "raw"]


def validate(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("frictionless"), "validate", "datapackage.json"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_frictionless_finds_the_set_valid(folder: Path) -> None:
    done = validate(folder)
    assert done.returncode == 0, done.stdout


def test_frictionless_would_find_a_dangling_key(valid_raw: Path) -> None:
    path = valid_raw / "readings.csv"
    path.write_bytes(path.read_bytes().replace(b"liuxi-2031-003", b"liuxi-2031-903"))
    assert validate(valid_raw).returncode == 1


def test_the_tidy_descriptor_of_the_fixture_is_valid(tmp_path: Path) -> None:
    for name, content in files(tidy(tables.read(SETS[2]))).items():
        (tmp_path / name).write_bytes(content)
    done = validate(tmp_path)
    assert done.returncode == 0, done.stdout


def package(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_every_field_is_described_in_both_languages(folder: Path) -> None:
    for resource in resources(package(folder)):
        for field in resource.fields:
            place = f"{resource.name}.{field.name}"
            assert any("a" <= char <= "z" for char in field.description), place
            assert any("一" <= char <= "鿿" for char in field.description_zh), place


def test_labels_are_carried_over() -> None:
    raw = package(SETS[2])
    described = describe(raw)
    for key in ("livelihood:synthetic", "livelihood:label_zh", "livelihood:label_en"):
        assert described[key] == raw[key]
    assert described["livelihood:synthetic"] is True and raw["name"] == "tests-raw"
    assert described["name"] == "tests-tidy"


def test_the_real_set_carries_no_label() -> None:
    for folder in SETS[:2]:
        labels = package(folder)
        assert labels["livelihood:synthetic"] is False
        assert labels["livelihood:label_zh"] == labels["livelihood:label_en"] == ""


def test_observations_are_described_column_by_column() -> None:
    described = {entry.name: entry for entry in resources(describe(package(SETS[0])))}
    assert described["observations"].columns == COLUMNS
    assert "rows" not in described
    references = {key.resource for entry in described.values() for key in entry.foreign_keys}
    assert "rows" not in references and "observations" in references
