"""The three sets that the dashboard is tested on: the real one, the demonstration, a small one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from extract import tables, tidy

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("wide", deadline=None, max_examples=5_000)
settings.load_profile("same")
"""Drawn examples are the same at every run, so that a failure is the change's own; new ones are
looked for by `--hypothesis-profile=wide`. How long one takes says more of the machine than of the
code: bench/ measures."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A folder of tidy tables, and the reports behind it where they are at hand."""

    name: str
    tidy: Path
    sources: Path | None = None


@pytest.fixture(scope="session")
def real_set() -> DataSet:
    """The committed data set; its reports are not part of the repository."""
    return DataSet("real", ROOT / "data" / "tidy")


@pytest.fixture(scope="session")
def demo_set(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """The invented district, built and tidied today."""
    folder = tmp_path_factory.mktemp("demo")
    build = [sys.executable, str(ROOT / "demo" / "build.py"), str(folder)]
    subprocess.run(build, check=True, capture_output=True)
    return DataSet("demo", _tidied(folder / "raw", folder / "tidy"), folder / "sources")


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """Eighteen invented observations: enough to fill every page, few enough to ask often."""
    fixtures = ROOT / "tests" / "fixtures"
    folder = _tidied(fixtures / "raw", tmp_path_factory.mktemp("small") / "tidy")
    return DataSet("small", folder, fixtures / "sources")


def _tidied(raw: Path, out: Path) -> Path:
    out.mkdir()
    for name, content in tidy.files(tidy.tidy(tables.read(raw))).items():
        (out / name).write_bytes(content)
    return out
