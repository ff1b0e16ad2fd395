"""The copy for other systems is read piece by piece, and written only where it differs."""

import hashlib
import json
from pathlib import Path

import pytest

from extract import handout

NAMES = ("observations.csv", "observations.csv.sha256", "datapackage.json")


def a_set(folder: Path, text: str) -> Path:
    folder.mkdir()
    resources = [{"path": "observations.csv", "schema": {}}, {"path": "offices.csv"}]
    (folder / "observations.csv").write_bytes(text.encode())
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    return folder


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_pieces_make_the_whole(piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handout, "PIECE", piece)
    source, copy = a_set(tmp_path / "set", "id,甲\na,乙\n"), tmp_path / "copy"
    handout.copy(source, copy)
    content = (copy / "observations.csv").read_bytes()
    assert content == handout.BOM + (source / "observations.csv").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert (copy / "observations.csv.sha256").read_text("utf-8") == f"{digest}  observations.csv\n"
    (told,) = json.loads((copy / "datapackage.json").read_bytes())["resources"]
    assert (told["bytes"], told["hash"]) == (len(content), f"sha256:{digest}")
    assert {path.name for path in copy.iterdir()} == set(NAMES)


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    handout.copy(a_set(tmp_path / "one", "id\na\n"), copy)
    before = {name: (copy / name).stat().st_ino for name in NAMES}
    handout.copy(tmp_path / "one", copy)
    assert {name: (copy / name).stat().st_ino for name in NAMES} == before
    handout.copy(a_set(tmp_path / "two", "id\nb\n"), copy)
    assert (copy / "observations.csv").read_bytes() == handout.BOM + b"id\nb\n"
    assert all((copy / name).stat().st_ino != before[name] for name in NAMES)
