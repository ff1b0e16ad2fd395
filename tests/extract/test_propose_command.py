"""python -m extract propose: many files, one account, rows that can be pasted."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.__main__ import main
from extract.contract import ROWS, resource_for
from extract.proposals import gathering

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
RAW = FIXTURES / "raw"
REPORT = """河湾街道2031年纪实

全年招募志愿者120余人，调处矛盾纠纷130件，发放低保金2387余万元。
截至目前，有食堂7家，计划明年新建3家。会议于3月5日召开。
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "hewan-2031.txt"
    path.write_bytes(REPORT.encode())
    return path


def propose(*words: object, raw: Path = RAW) -> int:
    return main(["propose", *map(str, words), "--raw", str(raw)])


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def columns() -> tuple[str, ...]:
    package = json.loads((RAW / "datapackage.json").read_text(encoding="utf-8"))
    resource = resource_for(package, ROWS)
    assert resource is not None
    return resource.columns


def test_the_table_shows_each_number_and_the_account(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert propose(report) == 0
    said = capsys.readouterr()
    for number in ("120余人", "130件", "2387余万元", "7家"):
        assert f"【{number}】" in said.out
    account = "hewan-2031.txt: 8 digit groups: "
    line = next(line for line in said.out.splitlines() if line.startswith(account))
    assert line.endswith(" masked, 0 unaccounted")
    assert "hewan-2031.txt：8 处数字：候选 " in said.out
    assert not said.err


def test_csv_has_the_columns_of_a_raw_table(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert propose(report, "--format", "csv") == 0
    said = capsys.readouterr()
    rows = table(said.out)
    assert tuple(rows[0]) == columns()
    assert [row["id"] for row in rows] == [f"hewan-2031-{n:03d}" for n in range(1, len(rows) + 1)]
    for row in rows:
        assert REPORT[int(row["start"]) : int(row["end"])] == row["as_written"]
        assert row["as_written"] in row["context"] and len(row["context"]) <= 40
        assert row["read_1_on"] == row["read_2_on"] == row["verified_by"] == ""
    assert "8 digit groups" in said.err and "digit groups" not in said.out


def test_explained_columns_come_after_those_to_paste(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    propose(report, "--format", "csv", "--explain")
    (row, *_) = table(capsys.readouterr().out)
    assert tuple(row)[: len(columns())] == columns()
    assert row["place_in_document"] == "第3行"
    assert row["reading"] == "R1 (120, 130)"


def test_lines_for_programs(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    propose(report, "--format", "jsonl", "--lang", "en")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    head = lines[0]
    assert (head["type"], head["kind"]) == ("document", "txt")
    assert head["row"]["characters"] == str(len(REPORT))
    kinds = [line["type"] for line in lines[1:]]
    assert set(kinds) == {"candidate", "mask"}
    first = next(line for line in lines if line["type"] == "candidate")
    assert (first["candidate"]["value"], first["place"]) == ("120", "line 3")


def test_one_bad_file_does_not_stop_the_others(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = report.with_name("bad.doc")
    bad.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert propose(bad, report, report.with_name("none.txt"), "--workers", 2) == 1
    said = capsys.readouterr()
    assert "bad.doc: [other-kind]" in said.err and "none.txt: [no-file]" in said.err
    assert "【120余人】" in said.out
    assert "1/3 份 / files: 8 digit groups" in said.out


def test_folders_are_looked_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("b/1.txt", "a.txt", "b/.hidden.txt", "b/~$x.docx", "b/photo.jpg", "c.html"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<html>来了12人" if name.endswith("html") else "来了12人", "utf-8")
    assert propose(tmp_path / "in", tmp_path / "in" / "a.txt") == 0
    said = capsys.readouterr()
    files = [line.split(" · ")[0] for line in said.out.splitlines() if " · " in line]
    assert files == ["a.txt", "1.txt", "c.html"]
    assert "1 files of other kinds passed over" in said.err


def test_workers_give_what_one_gives(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = [report, *(report.with_name(f"{n}.txt") for n in range(3))]
    for path in more[1:]:
        path.write_text(f"来了{path.stem}2人", encoding="utf-8")
    propose(*more, "--format", "csv", "--workers", 1)
    alone = capsys.readouterr()
    propose(*more, "--format", "csv", "--workers", 2)
    assert capsys.readouterr() == alone


def test_a_file_that_kills_its_worker_is_refused_alone(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Future:
        def __init__(self, path: Path) -> None:
            self.path = path

        def result(self) -> object:
            if self.path.name == "deadly.txt":
                raise gathering.BrokenProcessPool
            return gathering.proposed(self.path, gathering.Registry.read(RAW))

        def cancel(self) -> bool:
            return True

    class Broken:
        def __enter__(self) -> "Broken":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def submit(self, work: object, path: Path, raw: Path) -> Future:
            return Future(path)

    monkeypatch.setattr(gathering, "_pool", lambda _workers: Broken())
    deadly = report.with_name("deadly.txt")
    outcomes = list(gathering.gathered([deadly, report], RAW, 2))
    refusal, other = outcomes
    assert isinstance(refusal, gathering.Unreadable) and refusal.problem.rule == "too-hard"
    assert isinstance(other, gathering.Proposal)


@pytest.mark.parametrize("out", ["x.csv", "drafts"])
def test_nothing_is_overwritten(report: Path, out: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = report.with_name(out)
    assert propose(report, "--format", "csv", "--out", target) == 0
    assert propose(report, "--format", "csv", "--out", target) == 0, "the same again is no harm"
    files = [target] if target.is_file() else sorted(target.glob("*.csv"))
    files[0].write_bytes(b"edited")
    capsys.readouterr()
    assert propose(report, "--format", "csv", "--out", target) == 2
    assert files[0].read_bytes() == b"edited"
    assert "没有覆盖" in capsys.readouterr().err


def test_a_folder_holds_what_is_to_be_pasted(report: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts"
    assert propose(report, "--out", out) == 0
    (document,) = table((out / "documents.csv").read_text(encoding="utf-8"))
    kept = (out / "texts" / "hewan-2031.txt").read_bytes()
    assert kept == REPORT.encode()
    assert document["characters"] == str(len(REPORT))
    names = {path.name for path in out.glob("*.csv")}
    assert {"documents.csv", "left_out.csv"} < names
    rows = [
        row
        for name in names - {"documents.csv", "left_out.csv"}
        for row in table((out / name).read_text(encoding="utf-8"))
    ]
    assert {"120余人", "130件", "2387余万元"} <= {row["as_written"] for row in rows}


def test_pasted_rows_leave_only_what_a_person_must_do(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into a copy of data/raw: every problem that check finds is about a cell left empty."""
    raw, sources = tmp_path / "raw", tmp_path / "sources"
    shutil.copytree(ROOT / "data" / "raw", raw)
    sources.mkdir()
    shutil.copy(report, sources)
    before = _rules(raw, sources, capsys)
    out = tmp_path / "drafts"
    propose(report, "--out", out, raw=raw)
    described = {
        "title": "纪实",
        "published_from": "2031-12-31",
        "published_to": "2031-12-31",
        "published_precision": "stated",
        "published_basis": "文首",
        "ref_area": "341172001",
        "covers": "341172001",
        "period_start": "2031-01-01",
        "period_end": "2031-12-31",
        "period_basis_zh": "全年",
        "period_basis_en": "The year",
    }
    for path in sorted(out.glob("*.csv")):
        if path.name == "undecided.csv":
            continue
        new = table(path.read_text(encoding="utf-8"))
        fill = described if path.name == "documents.csv" else {"ref_area": "341172001"}
        _pasted(
            raw / path.name, [{**row, **{k: v for k, v in fill.items() if k in row}} for row in new]
        )
    after = _rules(raw, sources, capsys)
    assert set(after - before) <= {
        *("read-once", "required", "unaccounted", "unaccounted-words"),
        *("missing-start", "full-year-claim"),
    }


def _rules(raw: Path, sources: Path, capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """How often each rule finds something in the raw tables."""
    capsys.readouterr()
    main(["check", "--raw", str(raw), "--sources", str(sources), "--lang", "en"])
    return Counter(re.findall(r"\[([a-z-]+)\]", capsys.readouterr().out))


def _pasted(path: Path, new: list[dict[str, str]]) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        header, old = reader.fieldnames or [], list(reader)
    keys = [key for key in ("document", "start", "id") if key in header]

    def place(row: dict[str, str]) -> list[object]:
        return [int(row[key]) if key == "start" else row[key] for key in keys]

    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(old + new, key=place))


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_misuse(report: Path, workers: str) -> None:
    with pytest.raises(SystemExit) as caught:
        propose(report, "--workers", workers)
    assert caught.value.code == 2


def test_a_folder_without_reports_is_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.jpg").write_bytes(b"")
    assert propose(tmp_path) == 2
    assert "没有可读的文件" in capsys.readouterr().err


def test_raw_tables_that_cannot_be_used_are_said(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").mkdir()
    assert propose(report, raw=tmp_path / "raw") == 2
    assert "不能用" in capsys.readouterr().err


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(min_size=1, max_size=200))
@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_any_text_has_an_answer(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "any.txt"
    path.write_bytes(text.encode("utf-8", "replace"))
    assert propose(path, "--format", form) in (0, 1)
    said = capsys.readouterr()
    assert ("digit groups" in said.out + said.err) or ": [" in said.err
    if form == "jsonl":
        assert all(json.loads(line) for line in said.out.splitlines() if line)


@pytest.mark.parametrize(
    "text",
    ["近" * 1_000_000, "\x00\x1b" * 8 + "甲" * 1_000_000, "招募志愿者120余人，" * 5_000],
    ids=["words", "controls", "clauses"],
)
def test_a_megabyte_is_read_within_bounds(tmp_path: Path, text: str) -> None:
    """Generous bounds, for a loaded machine: two gigabytes and five minutes."""
    path = tmp_path / "large.txt"
    path.write_text(text, encoding="utf-8")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "from pathlib import Path\n"
        "from extract.proposals import proposed\n"
        "from extract.reading import Registry\n"
        "account = proposed(Path(sys.argv[1]), Registry.read(Path(sys.argv[2]))).account\n"
        "assert account['unaccounted'] == 0, account"
    )
    command = [sys.executable, "-c", code, str(path), str(RAW)]
    subprocess.run(command, check=True, timeout=300, cwd=ROOT)
