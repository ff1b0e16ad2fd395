"""What a set says that its predecessor did not, and why; and the chain the sets form."""

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from extract import changes, history, journal, snapshot, tidy
from extract.refresh import Job, Supply, refresh
from extract.tables import Raw

HEADER = "id,document,ref_area,indicator,as_written,value,lower,chosen,office\n"
ONE = "a-001,a,local-a,beds,130件,130,130,true,甲\n"
TWO = "a-002,a,local-a,beds,20余件,20,20,true,甲\n"


def files(*rows: str, waiting: str = "", documents: str = "a") -> dict[str, bytes]:
    quarantined = "id,document,ref_area,indicator,as_written,rule,reason_zh,reason_en,is_dropped\n"
    return {
        "observations.csv": (HEADER + "".join(rows)).encode(),
        "quarantine.csv": (quarantined + waiting).encode(),
        "documents.csv": f"document\n{documents}\n".encode(),
    }


WAITS = "a-002,a,local-a,beds,20余件,wrong-type,不对,wrong,false\n"


def told(before: object, after: object, **options: Mapping[str, str]) -> list[tuple[str, ...]]:
    found = changes.compare_sets(before, after, **options)  # type: ignore[arg-type]
    return [(c.kind, c.id, c.field, c.before, c.after, c.reason_en) for c in found]


MOVED = files(ONE, waiting=WAITS.replace("wrong-type", "dropped").replace("false", "true"))
UNCHOSEN = TWO.replace("true", "false")
BY_RULE = "not edited: a registry or a rule has changed"
BY_OTHERS = "another number for the same cell has changed"
MENDED = "mended, and passes the checks"
EDITED = "edited in the raw tables"
GONE = "taken out of the raw tables"
CASES = (
    (files(ONE), files(ONE, TWO), "added", "", "", "20余件", "new in the raw tables"),
    (files(documents=""), files(TWO), "added", "", "", "20余件", "of a document that is new"),
    (files(ONE, TWO), files(ONE), "withdrawn", "", "20余件", "", GONE),
    (files(TWO), files(documents=""), "withdrawn", "", "20余件", "", "its document was taken out"),
    (files(TWO), files(TWO.replace("20,20", "21,20")), "revised", "value", "20", "21", EDITED),
    (files(TWO), files(TWO.replace("20,20", "20,19")), "revised", "lower", "20", "19", BY_RULE),
    (files(TWO), files(UNCHOSEN), "revised", "chosen", "true", "false", BY_OTHERS),
    (files(TWO), files(waiting=WAITS), "quarantined", "", "20余件", "20余件", "wrong"),
    (files(ONE), files(ONE, waiting=WAITS), "quarantined", "", "", "20余件", "wrong"),
    (files(ONE, waiting=WAITS), files(ONE, TWO), "released", "", "20余件", "20余件", MENDED),
    (files(ONE, waiting=WAITS), files(ONE), "withdrawn", "", "20余件", "", GONE),
    (files(ONE, waiting=WAITS), MOVED, "quarantined", "rule", "wrong-type", "dropped", "wrong"),
)


@pytest.mark.parametrize(("before", "after", "kind", "field", "was", "now", "why"), CASES)
def test_each_kind_is_told_with_its_reason(before, after, kind, field, was, now, why) -> None:
    said = [line for line in told(before, after) if line[1] == "a-002"]
    assert said == [(kind, "a-002", field, was, now, why)]


def test_nothing_is_told_of_equal_sets_or_of_what_a_registry_fills() -> None:
    assert told(files(ONE), files(ONE)) == []
    assert told(files(ONE), files(ONE.replace("甲", "乙"))) == [], "told once, of the registry"


def test_of_the_first_set_only_what_waits_is_told() -> None:
    assert [line[0] for line in told(None, files(ONE, waiting=WAITS))] == ["quarantined"]


def test_a_person_and_a_source_are_named() -> None:
    said = told(files(ONE, waiting=WAITS), files(ONE, TWO), released={"a-002": "看过原文"})
    assert said[0][-1] == "released by a person: 看过原文"
    said = told(files(ONE), files(ONE, TWO), sources={"a-002": "street"})
    assert said[0][-1] == "new in the raw tables (source street)"


def test_a_row_counts_once_and_formulas_do_not_run() -> None:
    found = changes.compare_sets(files(ONE), files(ONE.replace("130件,130,130", "=1+1,131,131")))
    assert [change.field for change in found] == ["as_written", "lower", "value"]
    assert changes.counts(found)["revised"] == 1
    assert ",as_written,130件,'=1+1," in changes.written(found).decode()


def test_registries_and_readings_are_told(fixture_raw: Raw) -> None:
    offices = fixture_raw.offices.copy()
    area = str(offices.loc[0, "ref_area"])
    offices.loc[0, "note_en"] = "moved"
    readings = fixture_raw.readings.assign(id="reading-002", reason="看错单位")
    rows = fixture_raw.tables["subsidies"].assign(as_written="2388余万元", value="23880000")
    after = {**fixture_raw.tables, "offices": offices, "readings": readings, "subsidies": rows}
    before, later = (
        tidy.files(tidy.tidy(raw)) for raw in (fixture_raw, replace(fixture_raw, tables=after))
    )
    found = {(c.kind, c.id, c.field): c for c in changes.compare_sets(before, later)}
    assert found["revised", f"offices:{area}", "note_en"].after == "moved"
    assert ("added", "readings:reading-002", "") in found
    assert found["revised", "liuxi-2031-003", "value"].reason_zh.endswith("看错单位")


# The chain, with the real rooms but no reports at hand.


def with_rows(raw: Raw, table: str, **cells: str) -> Raw:
    frame = raw.tables[table].copy()
    frame.loc[frame.index[-1], list(cells)] = list(cells.values())
    return replace(raw, tables={**raw.tables, table: frame})


@pytest.fixture
def job(tmp_path: Path, fixture_raw: Raw) -> Job:
    return supplied(Job(tmp_path, tmp_path / "published"), fixture_raw)


def supplied(job: Job, raw: Raw) -> Job:
    return replace(job, supply=lambda _job: Supply(raw))


def rows_of(job: Job, name: str) -> list[dict[str, str]]:
    with (job.published / "current" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def said_of(job: Job) -> dict[str, object]:
    said: dict[str, object] = json.loads((job.published / "current" / "snapshot.json").read_bytes())
    return said


def test_bad_rows_wait_and_come_back(job: Job, fixture_raw: Raw) -> None:
    first = refresh(job)
    assert said_of(job)["predecessor"] is None
    bad = supplied(job, with_rows(fixture_raw, "mediations", value="54"))
    done = refresh(bad)
    assert (done.kind, done.exit_code, done.waiting, done.rows) == ("published", 0, 1, 17)
    assert "1 行在隔离区" in done.zh and "1 row waits" in done.en
    assert said_of(job)["predecessor"] == first.current
    (line,) = rows_of(job, "quarantine.csv")
    assert (line["id"], line["rule"], line["since"]) == (
        "yunfan-2032-001", "reads-differently", first.current,
    )  # fmt: skip
    assert [c["kind"] for c in rows_of(job, "changes.csv")] == ["quarantined"]
    assert (journal.read(job.published)["waiting"], journal.read(job.published)["error_count"]) == (
        1,
        1,
    )
    assert refresh(bad).kind == "unchanged"
    edited = supplied(job, with_rows(fixture_raw, "mediations", value="55"))
    refresh(edited)
    assert rows_of(job, "quarantine.csv")[0]["since"] == first.current, "it has waited since then"
    back = refresh(job)
    assert [c["kind"] for c in rows_of(job, "changes.csv")] == ["released"]
    assert back.current != first.current, "equal data with another past are another set"
    assert history.read(job.published)[0].id == first.current
    assert len(history.read(job.published)) == 4


def test_the_same_input_gives_the_same_chain_elsewhere(
    job: Job, fixture_raw: Raw, tmp_path
) -> None:
    steps = [job, supplied(job, with_rows(fixture_raw, "mediations", value="54"))]
    here = [refresh(one).current for one in steps]
    there = [refresh(replace(one, published=tmp_path / "there")).current for one in steps]
    assert here == there, "no time and no place is in a set"


@pytest.mark.parametrize("name", ["observations.csv", "changes.csv", "snapshot.json"])
def test_a_damaged_set_is_mended_and_stays_the_same(job: Job, fixture_raw: Raw, name: str) -> None:
    refresh(job)
    later = supplied(job, with_rows(fixture_raw, "mediations", value="54"))
    second = refresh(later)
    path = job.published / "snapshots" / str(second.current) / name
    path.unlink()
    path.write_bytes(b"spoilt")
    assert refresh(later).current == second.current
    assert snapshot.verify(path.parent) == ()


def test_a_wholesale_failure_changes_nothing(job: Job, fixture_raw: Raw) -> None:
    first = refresh(job)
    care = fixture_raw.tables["care"].assign(unit="人次")
    done = refresh(supplied(job, replace(fixture_raw, tables={**fixture_raw.tables, "care": care})))
    assert (done.kind, done.exit_code, done.current) == ("refused", 1, first.current)
    assert done.problems[0].rule == "wholesale"


def test_spoilt_decisions_refuse(job: Job) -> None:
    first = refresh(job)
    (job.published / "decisions.csv").write_bytes(b"id\nx\n")
    done = refresh(job)
    assert (done.kind, done.current) == ("refused", first.current)
    assert done.problems[0].rule == "spoilt-decision"


def test_a_history_that_cannot_be_written_is_said_and_written_later(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(history, "append", full)
        done = refresh(job)
    assert done.kind == "published" and "history.jsonl" in done.en
    assert [event.id for event in history.read(job.published)] == [done.current]
    assert not (job.published / "history.jsonl").exists()
    refresh(job)
    assert (job.published / "history.jsonl").read_bytes().count(b"\n") == 1
