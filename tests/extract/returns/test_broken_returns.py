"""Each file of tests/broken/returns is refused with exactly its messages; nothing is written."""

import shutil
import time
import tomllib
import tracemalloc
from pathlib import Path

import pytest

from extract.__main__ import main

TESTS = Path(__file__).resolve().parents[2]
BROKEN = TESTS / "broken" / "returns"
FILES = sorted(path.name for path in BROKEN.iterdir() if path.suffix in {".xlsx", ".csv", ".xls"})
SECONDS, BYTES = 20, 64 * 2**20


@pytest.fixture(scope="module")
def messages():
    return tomllib.loads((BROKEN / "messages.toml").read_text(encoding="utf-8"))


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def said(name: str, place: Path, capsys) -> tuple[int, list[str]]:
    sent = place / name
    shutil.copyfile(BROKEN / name, sent)
    raw = str(place / "raw")
    command = ["import", "--raw", raw, "--received", "2026-11-22", "--lang", "zh", str(sent)]
    code = main(command)
    lines = capsys.readouterr().out.splitlines()
    return code, [line for line in lines if not line.startswith("批注副本")]


def test_forty_files_at_least(messages) -> None:
    assert len(FILES) >= 40
    assert set(messages) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_refused_with_exactly_its_messages(name, messages, tmp_path, capsys) -> None:
    shutil.copytree(TESTS / "fixtures" / "raw", tmp_path / "raw")
    before = _tree(tmp_path / "raw")
    code, lines = said(name, tmp_path, capsys)
    assert lines == messages[name]
    assert code == 1
    after = _tree(tmp_path / "raw")
    after.pop(".lock", None)
    assert after == before
    assert (tmp_path / name).read_bytes() == (BROKEN / name).read_bytes()


@pytest.mark.parametrize("name", ["zip-bomb.xlsx", "ten-million-cells.xlsx", "macros.xlsx"])
def test_refused_in_bounded_time_and_memory(name, tmp_path, capsys) -> None:
    shutil.copytree(TESTS / "fixtures" / "raw", tmp_path / "raw")
    begun = time.monotonic()
    tracemalloc.start()
    try:
        said(name, tmp_path, capsys)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < SECONDS
    assert peak < BYTES
