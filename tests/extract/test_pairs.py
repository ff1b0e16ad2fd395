"""Large sets are compared on disk, and it tells the same changes, in the same order."""

import csv
import io
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from extract import changes, content, pairs, runs, snapshot, span
from extract.content import Content

Row = dict[str, str]
CELLS = ("", "1", "2", "甲, 乙", '说"是"', "两行\n一格", " 前后 ", "𠮷🏙️", "=1+1", "NULL")
KEYS = ("id", "document", "ref_area", "indicator")
OBSERVED = (
    *KEYS,
    *("as_written", "value", "lower", "chosen", "office", "status", "period_start", "period_end"),
)
WAITS = (*KEYS, "as_written", "rule", "reason_zh", "reason_en", "is_dropped", "carries")
PACKAGE = {
    "resources": [
        {"name": "observations", "schema": {"primaryKey": "id"}},
        {"name": "offices", "schema": {"primaryKey": "ref_area"}},
        {"name": "variants", "schema": {"primaryKey": ["indicator", "variant"]}},
        {"name": "documents", "schema": {"primaryKey": ["document"]}},
        {"name": "practices", "schema": {}},
    ]
}


def a_set(chance: random.Random, *, is_older: bool = False) -> dict[str, bytes]:
    """Some thirty of fifty rows, each with cells of its own; a few of the others wait."""
    pick = chance.choice
    there = [n for n in range(50) if chance.random() < 0.7]
    rest = [n for n in range(50) if n not in there and chance.random() < 0.4]
    columns = [c for c in OBSERVED if not (is_older and c in {"lower", "status"})]
    days = ("", "2022-01-01", "2022-12-31", "2023-06-30")
    rows = [
        {
            **{name: pick(CELLS) for name in columns if chance.random() < 0.1},
            **_key(n),
            "status": pick(["result", "result", "plan", "listed"]),
            "period_start": pick(days),
            "period_end": pick(days),
        }
        for n in there
    ]
    waiting = [
        {**_key(n), "rule": pick(["a", "b"]), "is_dropped": pick(["true", "false"])} for n in rest
    ]
    offices = [{"ref_area": f"{n}", "note": pick(CELLS)} for n in range(9) if chance.random() < 0.8]
    variants = [
        {"indicator": f"i{n // 2}", "variant": f"v{n % 2}", "note": pick(CELLS)} for n in range(9)
    ]
    documents = [{"document": f"d{n}", "title": pick(CELLS)} for n in range(5) if pick([1, 1, 0])]
    return {
        "observations.csv": _csv(columns, rows),
        "quarantine.csv": _csv(WAITS, waiting),
        "offices.csv": _csv(("ref_area", "note"), offices),
        "variants.csv": _csv(("indicator", "variant", "note"), variants),
        "documents.csv": _csv(("document", "title"), documents),
        "datapackage.json": json.dumps(PACKAGE).encode(),
    }


def _key(number: int) -> Row:
    about = {"document": f"d{number % 5}", "ref_area": f"{number % 9}", "indicator": "i"}
    return {"id": f"{'é:' if number % 7 == 0 else 'x-'}{number:02}", **about}


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, "", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def on_disk(folder: Path, files: Mapping[str, bytes]) -> dict[str, Content]:
    folder.mkdir()
    for name, held in files.items():
        (folder / name).write_bytes(held)
    return {name: folder / name for name in files}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, and little is held at once."""
    monkeypatch.setattr(pairs, "LARGE", 0)
    monkeypatch.setattr(span, "LARGE", 0)
    monkeypatch.setattr(pairs, "STRETCH", 4)
    monkeypatch.setattr(runs, "SHORT", 2)
    monkeypatch.setattr(runs, "BLOCK", 3)


@pytest.mark.parametrize("seed", range(6))
def test_large_sets_tell_the_same_in_the_same_order(
    seed: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(seed)
    before, after = a_set(chance, is_older=seed % 3 == 0), a_set(chance)
    said = {"released": {"x-01": "看过"}, "sources": {"x-02": "street"}}
    expected = changes.compare_sets(before, after, **said)
    assert {change.kind for change in expected} >= {"added", "revised", "withdrawn"}
    about, told = changes.of(after), changes.written(expected)
    request.getfixturevalue("large")
    old, new = on_disk(tmp_path / "old", before), on_disk(tmp_path / "new", after)
    given = (old, new), (tmp_path / "old", tmp_path / "new"), (tmp_path / "old", after)
    assert changes.compare_sets(*given[seed % 3], **said) == expected
    assert changes.of(new) == about
    made, counts = changes.record(changes.differences(old, new, **said), tmp_path)
    assert counts == changes.counts(expected)
    with content.opened(made) as file:
        assert (made, file.read()) == (tmp_path / "changes.csv", told)
    listed = {path.name for folder in ("old", "new") for path in (tmp_path / folder).iterdir()}
    assert listed == set(after), "nothing is left beside the files"


def test_a_large_first_set_tells_only_what_waits(large: None) -> None:
    after = a_set(random.Random(1))
    found = changes.compare_sets(None, after)
    assert found and {change.kind for change in found} == {"quarantined"}


def test_equal_large_sets_tell_nothing(large: None, tmp_path: Path) -> None:
    one = on_disk(tmp_path / "one", a_set(random.Random(2)))
    assert changes.compare_sets(one, on_disk(tmp_path / "two", a_set(random.Random(2)))) == ()


def test_what_only_a_registry_fills_is_no_change_of_a_large_set(large: None) -> None:
    one = {"observations.csv": b"id,office,value\na,\xe7\x94\xb2,1\nb,,2\n"}
    two = {"observations.csv": b"id,office,value\na,\xe4\xb9\x99,1\nb,x,2\n"}
    assert changes.compare_sets(one, two) == ()


@pytest.mark.parametrize("held", [b"", b"name\nx\n", b"id\n"])
def test_a_large_table_may_hold_nothing(large: None, held: bytes) -> None:
    one = {"observations.csv": held}
    two = {"observations.csv": b"id,value\na,1\n"}
    assert [c.kind for c in changes.compare_sets(one, two)] == ["added"]
    assert [c.kind for c in changes.compare_sets(two, one)] == ["withdrawn"]


def test_a_large_edition_is_published_with_its_changes(large: None, tmp_path: Path) -> None:
    chance = random.Random(5)
    before, after = a_set(chance), a_set(chance)
    expected = changes.written(changes.compare_sets(before, after))
    first = snapshot.publish(tmp_path / "published", before).snapshot
    made, _ = changes.record(
        changes.differences(first.folder, on_disk(tmp_path / "new", after)), tmp_path
    )
    done = snapshot.publish(tmp_path / "published", {**after, changes.CHANGES: made})
    assert (done.snapshot.folder / changes.CHANGES).read_bytes() == expected
    assert snapshot.verify(first.folder) == snapshot.verify(done.snapshot.folder) == ()
