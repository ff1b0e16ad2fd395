"""Template → filled in → import, as a careful person does it and as a careless one."""

import io
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from dashboard.store import Store
from dashboard.workbook.template import TOP, template
from extract import entering, tables
from extract.__main__ import main
from extract.returns import form, kept, period_of
from extract.tidy import files, tidy

ROOT = Path(__file__).resolve().parents[1]
OFFICE, PERIOD = "341172001", "2023"
KEYS = [head.key for head in form.HEADS]
CAREFUL = {
    "volunteers.rota": {"number": "近20", "note": "仅城区"},
    "volunteers.recruited": {"number": "2.3万"},
    "volunteer_activities": {"number": "1,234"},
    "volunteers.gate_duty": {"number": 1234},
    "subsidies_paid.family_planning": {"number": 2.3, "unit": "万元"},
    "mediations.disputes": {"number": "130件"},
    "mediations.petition_disputes": {"number": 0, "end": "2023年6月30日"},
    "canteens.canteen": {"state": "未统计"},
}
CARELESS = {
    "volunteers.rota": {"number": "很多"},
    "volunteers.recruited": {"number": 12.5},
    "volunteers.gate_duty": {"number": 5, "state": "不适用", "note": "说" * 61},
    "volunteers.party_member_visits": {"number": "城区12人，乡村30人"},
    "volunteers.micro_wish": {"number": 30, "unit": None},
    "volunteers.registered": {"number": "2.3E+07"},
    "volunteer_activities": {"number": 300, "unit": "户"},
    "volunteer_participations": {"number": "#REF!"},
    "subsidies_paid.family_planning": {"number": "2.3万", "unit": "万元"},
    "subsidies_paid.support_funds": {"number": "30户"},
    "subsidies_paid.lowincome_and_subsidies": {"number": datetime(2023, 3, 5)},
    "mediations.disputes": {"number": -4, "end": "年底"},
    "mediations.petition_disputes": {"number": 3, "start": "2023-09-01", "end": "2023-03-01"},
    "recruits": {"number": 3, "end": "2024-03-01"},
    "canteens.canteen": {"state": "以后再报"},
    "canteen_seats.canteen": {"state": "不适用"},
    "petition_backlog_resolution_rate": {"number": "130%"},
    "safety_accidents": {"number": 1, "note": "=A1"},
    "fire_points.any": {"number": 3, "indicator": "安全生产事故"},
    "fire_points.straw": {"number": 3, "code": "fire_points.stubble"},
    "safety_inspections": {"number": "=1+1"},
}
SAID = [
    ("D", "volunteers.rota", "not-a-number"),
    ("D", "volunteers.recruited", "not-whole"),
    ("H", "volunteers.gate_duty", "state-and-number"),
    ("I", "volunteers.gate_duty", "note-too-long"),
    ("D", "volunteers.party_member_visits", "several-numbers"),
    ("E", "volunteers.micro_wish", "unit-missing"),
    ("D", "volunteers.registered", "excel-number"),
    ("E", "volunteer_activities", "unit-differs"),
    ("D", "volunteer_participations", "excel-error"),
    ("D", "subsidies_paid.family_planning", "twice-wan"),
    ("D", "subsidies_paid.support_funds", "units-disagree"),
    ("D", "subsidies_paid.lowincome_and_subsidies", "became-date"),
    ("D", "mediations.disputes", "negative"),
    ("G", "mediations.disputes", "not-a-date"),
    ("G", "mediations.petition_disputes", "days-reversed"),
    ("G", "recruits", "outside-period"),
    ("H", "canteens.canteen", "unknown-state"),
    ("I", "canteen_seats.canteen", "reason-missing"),
    ("D", "petition_backlog_resolution_rate", "over-hundred"),
    ("I", "safety_accidents", "uncomputed"),
    ("A", "fire_points.any", "name-differs"),
    ("L", "fire_points.straw", "unknown-line"),
    ("D", "safety_inspections", "uncomputed"),
]


@pytest.fixture(scope="module")
def blank(tmp_path_factory) -> bytes:
    """The form as the command writes it, for the set of this checkout."""
    store = Store(tmp_path_factory.mktemp("none"), ROOT / "data" / "tidy")
    return template(store.dataset(), OFFICE, period_of(PERIOD))


@pytest.fixture
def raw(tmp_path) -> Path:
    """The raw tables of this checkout, free to be changed."""
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    return tmp_path / "raw"


def rows_of(blank: bytes) -> dict[str, int]:
    """Code of a line → its row in the form."""
    ws = load_workbook(io.BytesIO(blank))[form.SHEET]
    codes = (
        (row, ws.cell(row, KEYS.index("code") + 1).value) for row in range(TOP + 1, ws.max_row + 1)
    )
    return {code: row for row, code in codes}


def filled(blank: bytes, changes, path: Path) -> Path:
    """The form with cells of some lines filled in, saved as a spreadsheet program would."""
    book = load_workbook(io.BytesIO(blank))
    ws = book[form.SHEET]
    rows = rows_of(blank)
    for code, cells in changes.items():
        for key, value in cells.items():
            if code in rows:
                ws.cell(rows[code], KEYS.index(key) + 1).value = value
    book.save(path)
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != ".lock"
    }


def imported(raw: Path, *files: Path) -> int:
    command = ["import", "--raw", str(raw), "--received", "2026-11-22", "--lang", "zh"]
    return main([*command, *map(str, files)])


def test_a_careful_return_goes_in_and_out_unchanged(blank, raw, tmp_path, capsys) -> None:
    sent = filled(blank, CAREFUL, tmp_path / "careful.xlsx")
    reports = tidy(tables.read(raw)).observations
    assert imported(raw, sent) == 0
    out = capsys.readouterr().out
    numbers = {code: cells for code, cells in CAREFUL.items() if "number" in cells}
    assert len(numbers) == 7
    assert f"新增 {len(numbers)}，修改 0，不变 0" in out

    after = tidy(tables.read(raw)).observations
    returned = after[after["evidence"] == "return"]
    codes = returned["indicator"] + ("." + returned["variant"]).where(returned["variant"] != "", "")
    told = dict(zip(codes, returned["as_written"], strict=True))
    wanted = {code: str(cells["number"]) for code, cells in numbers.items()}
    wanted["subsidies_paid.family_planning"] = "2.3万元"
    assert told == wanted
    assert set(returned["obs_status"]) == {"V"}
    assert set(returned["place"].str.partition("!")[0]) == {form.SHEET}
    values = dict(
        zip(
            codes,
            zip(returned["value"], returned["lower"], returned["upper"], strict=True),
            strict=True,
        )
    )
    assert values["volunteers.rota"] == ("20", "18", "20")
    assert values["subsidies_paid.family_planning"] == ("23000", "23000", "23000")
    rest = after[after["evidence"] == "report"].drop(columns=["flags", "chosen", "comment_obs"])
    pd.testing.assert_frame_equal(
        rest.reset_index(drop=True),
        reports.drop(columns=["flags", "chosen", "comment_obs"]).reset_index(drop=True),
    )
    assert main(["check", "--raw", str(raw), "--lang", "zh"]) == 0
    assert "return-341172001-2023-1：原文不在手边" not in capsys.readouterr().out

    before = tree(raw)
    assert imported(raw, sent) == 0
    assert f"新增 0，修改 0，不变 {len(numbers)}" in capsys.readouterr().out
    assert tree(raw) == before


def test_what_was_sent_comes_out_again_unchanged(blank, raw, tmp_path, capsys) -> None:
    """The form of the same period holds what was returned; sent back as it is, nothing changes."""
    told = {
        **CAREFUL,
        "canteen_seats.canteen": {"number": "约350"},
        "park_occupancy_rate": {"state": "不适用", "note": "辖区内没有厂房"},
    }
    assert imported(raw, filled(blank, told, tmp_path / "first.xlsx")) == 0
    (tmp_path / "tidy").mkdir()
    for name, content in files(tidy(tables.read(raw))).items():
        (tmp_path / "tidy" / name).write_bytes(content)
    dataset = Store(tmp_path / "none", tmp_path / "tidy").dataset()
    (tmp_path / "again.xlsx").write_bytes(template(dataset, OFFICE, period_of(PERIOD)))
    sheet = load_workbook(tmp_path / "again.xlsx")[form.SHEET]
    shown = {
        row[KEYS.index("code")].value: row[KEYS.index("number")].value
        for row in sheet.iter_rows(min_row=TOP + 1)
        if row[KEYS.index("number")].value is not None
    }
    wanted = {code: cells["number"] for code, cells in told.items() if "number" in cells}
    assert shown == {**wanted, "subsidies_paid.family_planning": "2.3万元"}
    before = tree(raw)
    capsys.readouterr()
    assert imported(raw, tmp_path / "again.xlsx") == 0
    assert f"新增 0，修改 0，不变 {len(shown) + 1}" in capsys.readouterr().out
    assert tree(raw) == before


def test_the_original_is_kept_as_it_came(blank, raw, tmp_path) -> None:
    sent = filled(blank, CAREFUL, tmp_path / "careful.xlsx")
    assert imported(raw, sent) == 0
    originals = [*(raw / kept.FOLDER).iterdir()]
    assert [path.read_bytes() for path in originals] == [sent.read_bytes()]
    documents = tables.read(raw).documents
    assert set(documents.loc[documents["kind"] == "return", "sha256"]) == set(kept.texts(raw))


def test_a_corrected_return_takes_the_place_of_the_former(blank, raw, tmp_path, capsys) -> None:
    assert imported(raw, filled(blank, CAREFUL, tmp_path / "first.xlsx")) == 0
    capsys.readouterr()
    mended = CAREFUL | {"volunteers.rota": {"number": "25", "note": "仅城区"}}
    assert imported(raw, filled(blank, mended, tmp_path / "second.xlsx")) == 0
    out = capsys.readouterr().out
    assert "近20 → 25" in out
    assert "新增 0，修改 1" in out
    rows = tables.read(raw).rows
    rows = rows[rows["document"].str.startswith("return-")]
    assert list(rows.loc[rows["variant"] == "rota", "as_written"]) == ["25"]


def test_a_careless_return_is_told_everything_and_not_taken(blank, raw, tmp_path, capsys) -> None:
    sent = filled(blank, CARELESS, tmp_path / "careless.xlsx")
    original, before = sent.read_bytes(), tree(raw)
    assert imported(raw, sent) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if "[" in line]
    found = [(line.split("!")[1].split(":")[0], line.split("[")[1].split("]")[0]) for line in lines]
    rows = rows_of(blank)
    said = [(f"{column}{rows[code]}", rule) for column, code, rule in SAID]
    assert sorted(found) == sorted(said)
    assert tree(raw) == before
    assert sent.read_bytes() == original
    copy = load_workbook(tmp_path / "careless-问题.xlsx")
    assert copy.sheetnames[0] == "问题"
    assert len([*copy["问题"].iter_rows(min_row=2)]) == len(SAID)
    for place, rule in said:
        assert f"[{rule}]" in copy[form.SHEET][place].comment.text


def test_preview_writes_nothing(blank, raw, tmp_path, capsys) -> None:
    sent, before = filled(blank, CAREFUL, tmp_path / "careful.xlsx"), tree(raw)
    assert imported(raw, sent, "--preview") == 0
    assert "预览，没有写入" in capsys.readouterr().out
    assert tree(raw) == before


def test_one_bad_file_keeps_the_good_one_out(blank, raw, tmp_path) -> None:
    good = filled(blank, CAREFUL, tmp_path / "good.xlsx")
    bad = filled(blank, CARELESS, tmp_path / "bad.xlsx")
    before = tree(raw)
    assert imported(raw, good, bad) == 1
    assert tree(raw) == before


def test_a_full_disk_leaves_all_as_it_was(blank, raw, tmp_path, monkeypatch) -> None:
    sent, before = filled(blank, CAREFUL, tmp_path / "careful.xlsx"), tree(raw)
    write, count = entering.write_if_changed, iter(range(100))

    def failing(path: Path, content: bytes) -> bool:
        if raw in path.parents and next(count) == 2:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(entering, "write_if_changed", failing)
    assert imported(raw, sent) == 1
    assert tree(raw) == before


def test_two_imports_at_once_both_go_in(blank, raw, tmp_path) -> None:
    """Another office, another period: neither may overwrite what the other entered."""
    sent = [filled(blank, CAREFUL, tmp_path / f"{n}.xlsx") for n in (1, 2)]
    book = load_workbook(sent[1])
    book[form.SHEET]["B6"].value = "2022"
    for row in range(TOP + 1, book[form.SHEET].max_row + 1):
        for key in ("start", "end"):
            book[form.SHEET].cell(row, KEYS.index(key) + 1).value = None
    book.save(sent[1])
    command = [sys.executable, "-m", "extract", "import", "--raw", str(raw), "--received"]
    running = [
        subprocess.Popen([*command, "2026-11-22", str(path)], cwd=ROOT, stdout=subprocess.PIPE)
        for path in sent
    ]
    assert [process.wait(120) for process in running] == [0, 0]
    for process in running:
        process.communicate()
    read = tables.read(raw)
    assert len(read.returns) == 2
    assert set(read.rows.loc[read.rows["document"].isin(read.returns), "period_end"].str[:4]) == {
        "2022",
        "2023",
    }
    assert main(["check", "--raw", str(raw)]) == 0
