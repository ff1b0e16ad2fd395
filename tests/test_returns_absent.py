"""What a return says does not apply: entered by whole indicators, never lost, never guessed."""

import io
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dashboard.compare import State
from dashboard.compare.cells import coverage
from dashboard.store import Store
from dashboard.workbook.template import TOP, template
from extract import tables
from extract.__main__ import main
from extract.returns import form, period_of
from extract.tidy import files, tidy

FIXTURES = Path(__file__).resolve().parent / "fixtures"
OFFICE = "local-liuxi"
KEYS = [head.key for head in form.HEADS]
NONE = {"state": "不适用", "note": "辖区内没有路灯"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The invented tables, without a number of 2023."""
    shutil.copytree(FIXTURES / "raw", tmp_path / "raw")
    return tmp_path / "raw"


@pytest.fixture
def sent(tmp_path, small_set):
    """Write the form of 2025 with lines filled in: code → cells."""
    dataset = Store(tmp_path / "none", small_set.tidy).dataset()
    blank = template(dataset, OFFICE, period_of("2025"))

    def write(name: str, **changes) -> Path:
        book = load_workbook(io.BytesIO(blank))
        ws = book[form.SHEET]
        rows = {ws.cell(r, KEYS.index("code") + 1).value: r for r in range(TOP + 1, ws.max_row + 1)}
        for code, cells in changes.items():
            for key, value in cells.items():
                ws.cell(rows[code.replace("__", ".")], KEYS.index(key) + 1).value = value
        book.save(tmp_path / f"{name}.xlsx")
        return tmp_path / f"{name}.xlsx"

    return write


def imported(raw: Path, *said: object) -> int:
    command = ["import", "--raw", str(raw), "--received", "2026-11-22", "--lang", "zh"]
    return main([*command, *map(str, said)])


def registered(raw: Path) -> list[tuple[str, ...]]:
    table = tables.read(raw).not_applicable
    table = table[table["reason_zh"].str.endswith("（单位填报）")]
    names = ["ref_area", "indicator", "from", "to", "reason_zh"]
    return [*table[names].itertuples(index=False, name=None)]


ROW = (OFFICE, "lamps_repaired", "2025-01-01", "2025-12-31", "辖区内没有路灯（单位填报）")


def test_it_is_shown_entered_and_seen_as_not_applicable(raw, sent, tmp_path, capsys) -> None:
    return_ = sent("a", lamps_repaired=NONE, mediations={"number": 12})
    assert imported(raw, "--preview", return_) == 0
    out = capsys.readouterr().out
    assert "维修路灯\t不适用 2025-01-01—2025-12-31 辖区内没有路灯（单位填报）" in out
    assert "新增 2，" in out
    assert registered(raw) == []
    assert imported(raw, return_) == 0
    assert registered(raw) == [ROW]
    assert main(["check", "--raw", str(raw)]) == 0
    (tmp_path / "tidy").mkdir()
    for name, content in files(tidy(tables.read(raw))).items():
        (tmp_path / "tidy" / name).write_bytes(content)
    dataset = Store(tmp_path / "none", tmp_path / "tidy").dataset()
    cells = coverage(
        dataset.select(offices=[OFFICE]),
        dataset.tables["documents"],
        dataset.tables["not_applicable"],
        [OFFICE],
        ["lamps_repaired", "mediations"],
        years=[2025],
    )
    assert [cell.state for cell in cells.values()] == [State.NOT_APPLICABLE, State.NUMBER]
    assert imported(raw, return_) == 0
    assert "新增 0，修改 0，不变 2" in capsys.readouterr().out


def test_a_return_that_says_nothing_else_is_kept_as_evidence(raw, sent) -> None:
    assert imported(raw, sent("a", lamps_repaired=NONE)) == 0
    assert registered(raw) == [ROW]
    assert len(tables.read(raw).returns) == 1
    assert len([*(raw / "returns").iterdir()]) == 1
    assert main(["check", "--raw", str(raw)]) == 0


def test_a_later_return_withdraws_it_and_the_other_way_round(raw, sent, capsys) -> None:
    assert imported(raw, sent("a", lamps_repaired=NONE)) == 0
    assert imported(raw, sent("b", lamps_repaired={"number": 30})) == 0
    out = capsys.readouterr().out
    assert "撤回\tb.xlsx" in out
    assert "，撤回 1" in out
    assert registered(raw) == []
    assert imported(raw, sent("c", lamps_repaired=NONE | {"note": "已移交"})) == 0
    assert "维修路灯\t30" in capsys.readouterr().out
    assert registered(raw) == [(*ROW[:4], "已移交（单位填报）")]
    rows = tables.read(raw).rows
    assert not rows["document"].str.startswith("return-").any()
    assert main(["check", "--raw", str(raw)]) == 0


def test_days_that_people_registered_already_are_left_to_their_words(raw, sent) -> None:
    own = {
        "ref_area": OFFICE,
        "indicator": "lamps_repaired",
        "from": "2024-07-01",
        "to": "2025-06-30",
        "reason_zh": "路灯尚未移交",
        "reason_en": "Not handed over yet",
    }
    tables.append(raw, "not_applicable", [own])
    assert imported(raw, sent("a", lamps_repaired=NONE)) == 0
    assert registered(raw) == [(*ROW[:2], "2025-07-01", *ROW[3:])]
    kept = tables.read(raw).not_applicable["reason_zh"]
    assert "路灯尚未移交" in set(kept)


def test_a_number_where_people_registered_that_none_can_be(raw, sent, capsys) -> None:
    own = {
        "ref_area": OFFICE,
        "indicator": "lamps_repaired",
        "from": "2025-01-01",
        "to": "",
        "reason_zh": "已移交城管",
        "reason_en": "Handed over",
    }
    tables.append(raw, "not_applicable", [own])
    assert imported(raw, sent("a", lamps_repaired={"number": 3})) == 1
    assert "[applies-not] “维修路灯”填了数，登记的却是不适用" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "rule", "code"),
    [
        ({"lamps_repaired": {"state": "不适用"}}, "reason-missing", 1),
        ({"volunteers__recruited": NONE, "mediations": {"number": 1}}, "partly-absent", 0),
    ],
)
def test_what_keeps_it_from_being_entered(changes, rule, code, raw, sent, capsys) -> None:
    assert imported(raw, sent("a", **changes)) == code
    assert f"[{rule}]" in capsys.readouterr().out
    assert registered(raw) == []
