"""A small valid raw set and the flaws of tests/broken, applied to copies of it.

A flaw is a TOML file named for the rule that must see it. ``at`` is where; then any of, in order:
``[[text]]`` file, old, new · ``[[cell]]`` table, where, set · ``[[copy]]`` the same, as a further
line · ``[[drop]]`` table, where · ``[[move]]`` table, where, to · ``[[remove]]`` file ·
``[[add]]`` file, like (the header of another) · ``[[encode]]`` file, encoding. Files are named
from the raw folder; a changed source is entered in documents.csv as if it had been received so.
"""

import csv
import hashlib
import io
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from extract import evidence, tables
from extract.tables import Raw

TESTS = Path(__file__).resolve().parent.parent
FIXTURES = TESTS / "fixtures"
BROKEN = TESTS / "broken"

Row = dict[str, str]


@pytest.fixture
def valid_raw(tmp_path: Path) -> Path:
    """A folder of raw tables without a flaw, free to be changed; its sources stand beside it."""
    shutil.copytree(FIXTURES, tmp_path, dirs_exist_ok=True)
    return tmp_path / "raw"


@pytest.fixture
def broken(valid_raw: Path) -> Callable[[str], tuple[Path, str]]:
    """Apply the flaw of a rule: the folder of raw tables, and where the flaw must be seen."""

    def apply(rule: str) -> tuple[Path, str]:
        flaw = tomllib.loads((BROKEN / f"{rule}.toml").read_text(encoding="utf-8"))
        at: str = flaw.pop("at")
        for kind, changes in flaw.items():
            for change in changes:
                _KINDS[kind](valid_raw, change)
        return valid_raw, at

    return apply


@pytest.fixture(scope="session")
def fixture_raw() -> Raw:
    """The valid set, read."""
    return tables.read(FIXTURES / "raw")


@pytest.fixture(scope="session")
def fixture_texts() -> Mapping[str, str]:
    """The invented reports, by SHA-256."""
    return evidence.sources(FIXTURES / "sources")


def _text(raw: Path, change: Mapping[str, Any]) -> None:
    path = raw / change["file"]
    before = path.read_bytes()
    after = before.replace(change["old"].encode(), change["new"].encode())
    assert after != before, f"{change['old']!r} does not stand in {path.name}"
    path.write_bytes(after)
    if path.suffix == ".txt":
        documents = raw / "documents.csv"
        received = hashlib.sha256(after).hexdigest()
        known = hashlib.sha256(before).hexdigest()
        documents.write_bytes(documents.read_bytes().replace(known.encode(), received.encode()))


def _cell(raw: Path, change: Mapping[str, Any]) -> None:
    rows = _rows(raw, change["table"])
    for row in _picked(rows, change):
        row.update(change["set"])
    _write(raw, change["table"], rows)


def _copy(raw: Path, change: Mapping[str, Any]) -> None:
    rows = _rows(raw, change["table"])
    _write(raw, change["table"], [*rows, {**_picked(rows, change)[0], **change["set"]}])


def _drop(raw: Path, change: Mapping[str, Any]) -> None:
    rows = _rows(raw, change["table"])
    gone = _picked(rows, change)
    _write(raw, change["table"], [row for row in rows if row not in gone])


def _move(raw: Path, change: Mapping[str, Any]) -> None:
    gone = _picked(_rows(raw, change["table"]), change)
    _drop(raw, change)
    _write(raw, change["to"], [*_rows(raw, change["to"]), *gone])


def _remove(raw: Path, change: Mapping[str, Any]) -> None:
    (raw / change["file"]).unlink()


def _add(raw: Path, change: Mapping[str, Any]) -> None:
    header = (raw / change["like"]).read_bytes().splitlines(keepends=True)[0]
    (raw / change["file"]).write_bytes(header)


def _encode(raw: Path, change: Mapping[str, Any]) -> None:
    path = raw / change["file"]
    path.write_bytes(path.read_bytes().decode().encode(change["encoding"]))


_KINDS = {
    "text": _text,
    "cell": _cell,
    "copy": _copy,
    "drop": _drop,
    "move": _move,
    "remove": _remove,
    "add": _add,
    "encode": _encode,
}


def _rows(raw: Path, table: str) -> list[Row]:
    with (raw / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _picked(rows: list[Row], change: Mapping[str, Any]) -> list[Row]:
    wanted = change["where"].items()
    picked = [row for row in rows if wanted <= row.items()]
    assert picked, f"no line of {change['table']} has {dict(wanted)}"
    return picked


def _write(raw: Path, table: str, rows: list[Row]) -> None:
    columns = (raw / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (raw / f"{table}.csv").write_bytes(stream.getvalue().encode())
