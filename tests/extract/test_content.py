"""A file of a set says the same of itself from memory and from disk."""

import hashlib
from pathlib import Path

import pytest

from extract import content

TABLE = '\ufeffid,name\r\na,"两行\n一格"\nb,\n'.encode()


@pytest.fixture(params=["memory", "disk"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> content.Content:
    if request.param == "memory":
        return TABLE
    (tmp_path / "table.csv").write_bytes(TABLE)
    return tmp_path / "table.csv"


def test_a_file_is_read_wherever_it_lies(table: content.Content) -> None:
    with content.opened(table) as stream:
        assert stream.read() == TABLE
    assert content.size(table) == len(TABLE)
    assert content.sha256(table) == hashlib.sha256(TABLE).hexdigest()
    assert list(content.lines(table)) == [
        {"id": "a", "name": "两行\n一格"},
        {"id": "b", "name": ""},
    ]
    assert content.records(table) == 2


@pytest.mark.parametrize("nothing", [b"", b"id\n"])
def test_a_table_of_nothing_holds_nothing(nothing: bytes) -> None:
    assert content.records(nothing) == 0
    assert list(content.lines(nothing)) == []


def test_a_file_that_changed_has_another_sum(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"one")
    before = content.sha256(path)
    path.unlink()
    path.write_bytes(b"two")
    assert content.sha256(path) != before


def test_a_large_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"once")
    asked: list[object] = []
    real = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *a: asked.append(a) or real(*a))
    assert content.sha256(path) == content.sha256(path)
    assert len(asked) == 1
