"""Practices: checked like any evidence, carried as a registry, and refused where one is wrong."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from extract import snapshot, tables
from extract.check import check, errors
from extract.refresh import Job, refresh
from extract.tables import Raw
from extract.tidy import files, tidy

NOON = datetime(2033, 3, 1, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SOURCE = """
[[source]]
name = "office"
kind = "folder"
where = "office"
schedule = "15m"
owner = "统计员"
documents = ["yunfan-2032"]
"""


def spoilt(raw: Raw, row: str, **cells: str) -> Raw:
    frame = raw.practices.copy()
    frame.loc[frame["id"] == row, list(cells)] = list(cells.values())
    return replace(raw, tables={**raw.tables, "practices": frame})


def lines(raw: Path) -> list[str]:
    return (raw / "practices.csv").read_text(encoding="utf-8").splitlines(keepends=True)


def rewritten(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def shown(job: Job) -> str:
    found = snapshot.open_current(job.published)
    assert found is not None and snapshot.verify(found.folder) == ()
    return (found.folder / "practices.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        ({"name": "饭堂"}, ["practice-not-standing"]),
        ({"start": "147"}, ["practice-not-standing"]),
        ({"id": "liuxi-2031-p3"}, ["wrong-form"]),
        ({"id": "yunfan-2032-p03"}, ["foreign-id"]),
        ({"ref_area": "990001101"}, ["not-covered"]),
        ({"ref_area": "local-nowhere"}, ["unknown-key", "not-covered"]),
        ({"family": "nothing"}, ["unknown-key"]),
        ({"kind": "custom"}, ["not-in-list"]),
        ({"name": "食" * 21}, ["wrong-length"]),
        ({"read_2_on": "2031-01-01"}, ["readings-order"]),
        ({"read_2_on": ""}, []),
    ],
)
def test_a_wrong_cell_is_an_error(
    cells: dict[str, str], rules: list[str], fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    found = check(spoilt(fixture_raw, "liuxi-2031-p03", **cells), fixture_texts)
    assert sorted(p.rule for p in errors(found)) == sorted(rules)
    assert {p.where for p in errors(found)} <= {"practices.csv:4", "practices.csv:5"}


@pytest.mark.parametrize("column", ["id", "start", "end", "name", "ref_area", "document"])
@pytest.mark.parametrize("cell", ["", "x", "-1", "１０", "9999999999999999999999", "=1"])
def test_no_cell_makes_a_rule_raise(
    column: str, cell: str, fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    raw = spoilt(fixture_raw, "liuxi-2031-p02", **{column: cell})
    assert isinstance(check(raw, fixture_texts), list)


def test_a_name_that_a_blank_line_cuts_stands_with_it(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    text = next(text for text in fixture_texts.values() if "招募志愿者" in text)
    start = text.index("志愿者\n")
    cells = {"start": str(start), "end": str(start + 7), "name": text[start : start + 7]}
    assert "\n\n" in cells["name"]
    raw = spoilt(fixture_raw, "liuxi-2031-p02", **cells)
    assert errors(check(raw, fixture_texts)) == []
    assert f'"{cells["name"]}"' in files(tidy(raw))["practices.csv"].decode()


def test_they_are_carried_as_they_are(fixture_raw: Raw) -> None:
    made = files(tidy(fixture_raw))
    for name in ("practices.csv", "practice_families.csv"):
        assert made[name] == (fixture_raw.folder / name).read_bytes()
    described = [entry["name"] for entry in json.loads(made["datapackage.json"])["resources"]]
    assert {"practices", "practice_families"} <= set(described)


def test_tables_made_before_there_were_practices_are_read_as_ever(
    valid_raw: Path, fixture_texts: Mapping[str, str]
) -> None:
    package = json.loads((valid_raw / "datapackage.json").read_text(encoding="utf-8"))
    later = {"practices", "practice_families"}
    package["resources"] = [r for r in package["resources"] if r["name"] not in later]
    (valid_raw / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for name in later:
        (valid_raw / f"{name}.csv").unlink()
    raw = tables.read(valid_raw)
    assert check(raw, fixture_texts) == []
    assert len(raw.practices) == len(raw.practice_families) == 0
    assert not {f"{name}.csv" for name in later} & set(files(tidy(raw)))


def test_a_wrong_name_is_never_published_and_the_right_one_never_lost(valid_raw: Path) -> None:
    sources = valid_raw.parent / "sources"
    job = Job(valid_raw, valid_raw.parent / "published", sources, now=lambda: NOON)
    assert refresh(job).kind == "published"
    before = shown(job)
    rewritten(valid_raw / "practices.csv", ",送餐,", ",送饭,")
    done = refresh(job)
    assert (done.kind, [p.rule for p in errors(done.problems)]) == (
        "refused",
        ["practice-not-standing"],
    )
    assert shown(job) == before
    rewritten(valid_raw / "practices.csv", ",送饭,", ",送餐,")
    assert refresh(job).kind == "unchanged"


def test_a_source_brings_practices_and_is_refused_whole_where_one_is_wrong(
    valid_raw: Path,
) -> None:
    head, *rows = lines(valid_raw)
    own = [row for row in rows if row.startswith("yunfan")]
    (valid_raw / "practices.csv").write_text(
        "".join([head, *(row for row in rows if row not in own)]), encoding="utf-8"
    )
    office = valid_raw.parent / "office"
    office.mkdir()
    (office / "practices.csv").write_text("".join([head, *own]), encoding="utf-8")
    config = valid_raw.parent / "sources.toml"
    config.write_text(SOURCE, encoding="utf-8")
    published, sources = valid_raw.parent / "published", valid_raw.parent / "sources"
    job = Job(valid_raw, published, sources, config=config, now=lambda: NOON)
    assert refresh(job).kind == "published"
    assert "yunfan-2032-p01" in shown(job)
    rewritten(office / "practices.csv", ",食堂,", ",饭堂,")
    done = refresh(replace(job, now=lambda: NOON.replace(hour=15)))
    assert "practice-not-standing" in {p.rule for p in done.problems}
    assert "饭堂" not in shown(job) and "yunfan-2032-p01" in shown(job)
