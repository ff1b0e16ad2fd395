"""Gathering: what is due is fetched and kept, and a failure changes nothing of another."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from extract.sources import Answer, Delivery, Gathering, Source, Validators, gather
from extract.sources.naming import table_of
from extract.sources.rules import Refused, found

from .conftest import Server, answer

HEADER = "id,value\n"
PACKAGE = {
    "resources": [
        {
            "name": "rows",
            "path": ["lamps.csv", "trees.csv"],
            "schema": {
                "fields": [{"name": "id", "type": "string"}, {"name": "value", "type": "number"}],
                "primaryKey": ["id"],
            },
        }
    ]
}
LAMPS = b"id,value\na-1,10\na-2,20\n"


@dataclass
class Bench:
    """A source, its state, and a fetcher that answers what ``web`` says."""

    folder: Path
    source: Source
    web: bytes | Refused | Exception | None = LAMPS
    asked: list[Validators] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    package: dict[str, Any] = field(default_factory=lambda: PACKAGE)

    def fetcher(self, source: Source, known: Validators) -> Answer:
        self.asked.append(known)
        if isinstance(self.web, Exception):
            raise self.web
        return Answer(self.web, Validators(etag="v"), "lamps.csv")

    def gather(self, *sources: Source, due: set[str] | None = None) -> tuple[Delivery, ...]:
        how = Gathering(self.package, self.fetcher, pause=lambda _: None, at=self.steps.append)
        return gather(sources or (self.source,), self.folder / "state", due, how)

    def turn(self, due: set[str] | None = None) -> Delivery:
        [delivery] = self.gather(due=due)
        return delivery

    def put(self, name: str, content: bytes, age: int = 0) -> Path:
        path = self.folder / "in" / name
        path.write_bytes(content)
        os.utime(path, ns=(0, 10**18 - age * 10**9))
        return path

    def rules(self) -> list[str]:
        return [problem.rule for problem in self.turn().problems]


@pytest.fixture
def bench(tmp_path: Path, source: Callable[..., Source]) -> Iterator[Callable[..., Bench]]:
    def make(kind: str = "folder", **given: Any) -> Bench:
        (tmp_path / "in").mkdir(exist_ok=True)
        where = "http://127.0.0.1/lamps.csv" if kind == "http" else str(tmp_path / "in")
        return Bench(tmp_path, source(**{"kind": kind, "where": where, **given}))

    return make


Make = Callable[..., Bench]
BROKEN = found("no-answer", "office", host="h", reason="r", reason_en="r", owner="o")


def lines(delivery: Delivery, table: str = "lamps.csv") -> list[str]:
    return delivery.files[table].decode().splitlines()[1:]


def test_a_folder_brings_its_tables(bench: Make) -> None:
    at = bench()
    at.put("lamps.csv", LAMPS)
    at.put("trees-2031-05.csv", b"value;id\n7;b-1\n")
    first = at.turn()
    assert lines(first) == ["a-1,10", "a-2,20"] and lines(first, "trees.csv") == ["b-1,7"]
    assert first.places["trees.csv"] == ("office/trees-2031-05.csv:2",)
    assert not first.unchanged and not first.failed and first.fetched_at is not None
    again = at.turn()
    assert again.unchanged and again.files == first.files and again.places == first.places
    assert again.fetched_at == first.fetched_at
    assert [note.rule for note in again.notes] == ["other-separator"]


def test_what_is_not_due_stands_as_it_was(bench: Make) -> None:
    at = bench()
    at.put("lamps.csv", LAMPS)
    first = at.turn()
    at.put("lamps.csv", b"id,value\na-9,9\n")
    assert at.turn(due=set()).files == first.files
    assert lines(at.turn(due={"office"})) == ["a-9,9"]


@pytest.mark.parametrize(
    ("on_failure", "stays", "note", "stops"),
    [
        ("keep", True, "kept-last", False),
        ("drop", False, "rows-dropped", False),
        ("stop", True, "source-stops", True),
    ],
)
def test_what_a_failure_does(
    on_failure: str, stays: bool, note: str, stops: bool, bench: Make
) -> None:
    at = bench("http", on_failure=on_failure)
    first = at.turn()
    at.web = Refused(BROKEN)
    for due in (None, set()):  # and so until it recovers, also while it is not due
        failed = at.turn(due)
        assert (failed.files == first.files, bool(failed.files)) == (stays, stays)
        assert failed.failures == (BROKEN,) and failed.notes[0].rule == note
        assert (failed.stops, failed.unchanged) == (stops, True)
    at.web = LAMPS
    assert at.turn().files == first.files and not at.turn().failed


def test_a_source_that_never_came_has_nothing(bench: Make) -> None:
    at = bench("http")
    at.web = Refused(BROKEN)
    failed = at.turn()
    assert (failed.files, failed.fetched_at, failed.failed) == ({}, None, True)


def test_an_unforeseen_error_is_one_source_s_own(
    bench: Make, source: Callable[..., Source]
) -> None:
    at = bench("http")
    at.put("trees.csv", b"id,value\nb-1,7\n")
    at.web = RuntimeError("boom\x1b")
    other = source(name="other", kind="folder", where=str(at.folder / "in"))
    failed, sound = at.gather(at.source, other)
    assert [problem.rule for problem in failed.failures] == ["source-failed"]
    assert "boom·" in failed.failures[0].message
    assert lines(sound, "trees.csv") == ["b-1,7"] and not sound.failed


def test_validators_are_sent_only_for_what_is_at_hand(bench: Make) -> None:
    at = bench("http")
    at.turn()
    at.web = None
    assert at.turn().unchanged
    at.source = replace(at.source, where="http://127.0.0.1/other.csv")
    at.web = LAMPS
    at.turn()
    assert [known.etag for known in at.asked] == ["", "v", ""]


def test_a_source_configured_otherwise_is_due(bench: Make) -> None:
    at = bench("http")
    at.turn()
    at.source = replace(at.source, table="trees.csv")
    assert list(at.turn(due=set()).files) == ["trees.csv"]


def test_over_the_wire(bench: Make, server: Server) -> None:
    server.says["/lamps.csv"] = answer(LAMPS, 'ETag: "1"')
    at = bench("http", where=server.url("/lamps.csv"), allow_private=True)
    state = at.folder / "state"
    [delivery] = gather([at.source], state, None, Gathering(PACKAGE))
    assert lines(delivery) == ["a-1,10", "a-2,20"]
    kept = state / "office" / "kept" / f"{hashlib.sha256(LAMPS).hexdigest()}.csv"
    assert kept.read_bytes() == LAMPS
    server.says["/lamps.csv"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    [delivery] = gather([at.source], state, None, Gathering(PACKAGE))
    assert delivery.unchanged and 'If-None-Match: "1"' in server.heard[-1]


MANY = ("id,value\n" + "".join(f"a-{n},{n}\n" for n in range(100))).encode()
FAULTS: dict[str, tuple[dict[str, bytes], dict[str, Any], str]] = {
    "nothing there": ({}, {}, "no-files"),
    "no table of that name": ({"lamp.csv": LAMPS}, {}, "unknown-table"),
    "two for one table": ({"lamps.csv": LAMPS, "lamps (1).csv": LAMPS}, {}, "two-files"),
    "two where one is meant": (
        {"a.csv": LAMPS, "b.csv": LAMPS}, {"table": "lamps.csv"}, "which-file",
    ),
    "cut off": ({"lamps.csv": MANY[:300]}, {}, "shrunk"),
    "cut in a line": ({"lamps.csv": MANY[:-5]}, {}, "truncated"),
    "emptied": ({"lamps.csv": b""}, {}, "empty-file"),
    "gone": ({"trees.csv": LAMPS}, {}, "shrunk"),
    "one of two broken": ({"lamps.csv": MANY, "trees.csv": b"\0"}, {}, "nul"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_gone_wrong_changes_nothing(fault: str, bench: Make) -> None:
    files, given, rule = FAULTS[fault]
    at = bench()
    at.put("lamps.csv", MANY)
    before = at.turn().files
    (at.folder / "in" / "lamps.csv").unlink()
    for name, content in files.items():
        at.put(name, content)
    at.source = replace(at.source, **given)
    failed = at.turn()
    assert rule in {problem.rule for problem in failed.failures}
    assert failed.files == before


def test_shrinking_is_accepted_where_it_is_meant(bench: Make) -> None:
    at = bench(may_shrink=True)
    at.put("lamps.csv", MANY)
    at.turn()
    at.put("lamps.csv", LAMPS)
    assert lines(at.turn()) == ["a-1,10", "a-2,20"]


def test_a_flawed_row_comes_with_the_others(bench: Make) -> None:
    at = bench()
    at.put("lamps.csv", LAMPS.replace(b"20", b"#REF!"))
    delivery = at.turn()
    assert not delivery.failed and lines(delivery) == ["a-1,10", "a-2,#REF!"]


def test_an_inbox_takes_each_file_once_and_keeps_the_original(bench: Make) -> None:
    at = bench("inbox")
    first = at.put("lamps.csv", LAMPS, age=9)
    assert lines(at.turn()) == ["a-1,10", "a-2,20"] and not first.exists()
    second = at.put("lamps (1).csv", b"id,value\na-2,21\na-3,30\n")
    joined = at.turn()
    assert lines(joined) == ["a-1,10", "a-2,21", "a-3,30"] and not second.exists()
    assert joined.places["lamps.csv"][1] == "office/lamps (1).csv:2" and not joined.unchanged
    kept = {path.name for path in (at.folder / "state/office/kept").iterdir()}
    assert f"{hashlib.sha256(LAMPS).hexdigest()}.csv" in kept and len(kept) == 2
    assert at.turn().unchanged


def test_of_several_files_the_newest_row_counts(bench: Make) -> None:
    at = bench("inbox")
    at.put("lamps.csv", b"id,value\na-1,2\n", age=1)
    at.put("lamps-2030.csv", b"id,value\na-1,1\n", age=5)
    assert lines(at.turn()) == ["a-1,2"]


def test_a_bad_file_waits_in_the_inbox_and_the_good_are_taken(bench: Make) -> None:
    at = bench("inbox")
    bad, good = at.put("lamps.csv", b"\0"), at.put("trees.csv", b"id,value\nb-1,7\n")
    delivery = at.turn()
    assert lines(delivery, "trees.csv") == ["b-1,7"] and bad.exists() and not good.exists()
    assert [(p.where, p.rule) for p in delivery.failures] == [("office/lamps.csv:1", "nul")]
    bad.unlink()
    assert not at.turn().failed


@pytest.mark.parametrize("step", ["fetch", "keep", "take"])
def test_killed_at_any_step_nothing_is_lost_and_nothing_taken_twice(step: str, bench: Make) -> None:
    class Killed(BaseException):
        pass

    at = bench("inbox")
    path = at.put("lamps.csv", LAMPS)

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    with pytest.raises(Killed):
        gather([at.source], at.folder / "state", None, Gathering(PACKAGE, at=kill))
    assert path.exists()
    assert lines(at.turn()) == ["a-1,10", "a-2,20"] and not path.exists()
    assert at.turn().unchanged


def test_state_is_left_whole_by_a_full_disk(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    at = bench("inbox")
    at.put("lamps.csv", LAMPS, age=9)
    before = at.turn()
    path = at.put("lamps.csv", b"id,value\na-1,99\n")
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
        failed = at.turn()
    assert [problem.rule for problem in failed.failures] == ["state-unwritable"]
    assert failed.files == before.files and path.exists()
    assert lines(at.turn()) == ["a-1,99", "a-2,20"]


def damaged(at: Bench, what: str) -> None:
    for path in (at.folder / "state" / "office").glob(what):
        path.write_bytes(b"{")


@pytest.mark.parametrize("what", ["state.json", "clean/*.csv", "clean/*.json"])
def test_damaged_state_is_fetched_again(what: str, bench: Make) -> None:
    at = bench("http")
    first = at.turn()
    damaged(at, what)
    again = at.turn(due=set())
    assert again.files == first.files and at.asked[-1] == Validators()
    assert again.notes[0].rule == "state-damaged"
    assert not at.turn().is_lost


def test_damaged_state_and_no_answer_stops_publication(bench: Make) -> None:
    """Otherwise the rows that were to be kept would be withdrawn without a word."""
    at = bench("http")
    at.turn()
    damaged(at, "state.json")
    at.web = Refused(BROKEN)
    for _ in range(2):
        assert at.turn().stops and not at.turn().files


def test_a_damaged_inbox_is_left_for_a_person(bench: Make) -> None:
    at = bench("inbox")
    at.put("lamps.csv", LAMPS)
    at.turn()
    damaged(at, "state.json")
    new = at.put("lamps.csv", b"id,value\na-1,99\n")
    for _ in range(2):
        failed = at.turn()
        assert [problem.rule for problem in failed.failures] == ["inbox-damaged"]
        assert failed.stops and new.exists()
    assert len(list((at.folder / "state/office/kept").iterdir())) == 1


def test_a_wider_contract_keeps_what_an_inbox_took(bench: Make) -> None:
    at = bench("inbox")
    at.put("lamps.csv", LAMPS)
    at.turn()
    [rows] = PACKAGE["resources"]
    fields = [*rows["schema"]["fields"], {"name": "note", "type": "string"}]  # type: ignore[index]
    wider = {**rows, "schema": {"fields": fields, "primaryKey": ["id"]}}
    at.package = {"resources": [wider]}
    at.put("lamps.csv", b"note,id,value\nx,a-3,30\n")
    assert lines(at.turn()) == ["a-1,10,", "a-2,20,", "a-3,30,x"]


def test_only_the_present_tables_are_kept_of_an_address(bench: Make) -> None:
    at = bench("http")
    for n in range(3):
        at.web = LAMPS.replace(b"20", str(n).encode())
        at.turn()
    state = at.folder / "state" / "office"
    assert len(list((state / "kept").iterdir())) == 1
    assert len(list((state / "clean").iterdir())) == 2


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("lamps.csv", "lamps.csv"),
        ("Lamps.XLSX", "lamps.csv"),
        ("lamps (2).csv", "lamps.csv"),
        ("lamps（2）.csv", "lamps.csv"),
        ("lamps - 副本.csv", "lamps.csv"),
        ("lamps-2031.csv", "lamps.csv"),
        ("lamps_2031-05-06.csv", "lamps.csv"),
        ("lamps2031年5月.xlsx", "lamps.csv"),
        ("lamps-2031 (1).csv", "lamps.csv"),
        ("lampsx.csv", "lampsx.csv"),
        ("路灯.csv", "路灯.csv"),
    ],
)
def test_which_table_a_name_stands_for(name: str, table: str) -> None:
    assert table_of(name, {"lamps.csv"}) == table
