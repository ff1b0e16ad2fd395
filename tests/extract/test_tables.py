"""The raw tables: read whole or not at all, written sorted, under a lock, in one step."""

import json
import threading
from pathlib import Path

import pandas as pd
import pytest

from extract import tables

REASONS = "reason,name_zh,name_en\n"


def test_every_cell_is_text_and_remembers_its_place(fixture_raw: tables.Raw) -> None:
    lamps = fixture_raw.tables["lamps"]
    assert lamps.iloc[0]["value"] == "1130" and lamps.iloc[0]["variant"] == ""
    assert lamps["_line"].tolist() == [2, 3, 4, 5] and set(lamps["_file"]) == {"lamps.csv"}
    assert not fixture_raw.rows.isna().any().any()


def test_any_table_with_the_row_columns_is_a_family(valid_raw: Path) -> None:
    header = (valid_raw / "safety.csv").read_text(encoding="utf-8").splitlines()[0]
    (valid_raw / "gardens.csv").write_text(f"{header}\n", encoding="utf-8")
    assert "gardens" in tables.read(valid_raw).family_tables
    assert "offices" not in tables.read(valid_raw).family_tables


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_office_machines_write_is_read(encoding: str, newline: str, valid_raw: Path) -> None:
    path = valid_raw / "reasons.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", newline).encode(encoding))
    assert tables.read(valid_raw).reasons["name_zh"].tolist() == ["日期", "口号"]


def test_full_width_digits_of_numeric_columns_only(valid_raw: Path) -> None:
    path = valid_raw / "lamps.csv"
    text = path.read_text(encoding="utf-8").replace(",1130,盏", ",１１３０,盏")
    path.write_text(text.replace("1130盏,", "１１３０盏,", 1), encoding="utf-8")
    row = tables.read(valid_raw).tables["lamps"].iloc[0]
    assert (row["value"], row["as_written"]) == ("1130", "１１３０盏")


def test_a_cell_over_two_lines_counts_from_its_first(valid_raw: Path) -> None:
    text = REASONS + 'date,"日\n期",A date\nslogan,口号,A slogan\n'
    (valid_raw / "reasons.csv").write_text(text, encoding="utf-8")
    assert tables.read(valid_raw).reasons["_line"].tolist() == [2, 4]


def test_everything_unreadable_is_said_at_once(valid_raw: Path) -> None:
    (valid_raw / "reasons.csv").write_text(REASONS + "date,日期\nslogan\n", encoding="utf-8")
    (valid_raw / "families.csv").write_bytes(b"\xff\xfe\x00\x00")
    (valid_raw / "variants.csv").unlink()
    with pytest.raises(tables.Unreadable) as caught:
        tables.read(valid_raw)
    found = [(problem.where, problem.rule) for problem in caught.value.problems]
    assert found == [
        ("variants.csv", "missing-file"),
        ("families.csv", "encoding"),
        ("reasons.csv:2", "ragged-line"),
        ("reasons.csv:3", "ragged-line"),
    ]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"resources": []}', "{"])
def test_a_descriptor_must_be_one(content: str, valid_raw: Path) -> None:
    (valid_raw / "datapackage.json").write_text(content, encoding="utf-8")
    with pytest.raises(tables.Unreadable, match="not-a-descriptor"):
        tables.read(valid_raw)


def test_an_empty_table_is_missing_its_columns(valid_raw: Path) -> None:
    (valid_raw / "reasons.csv").write_bytes(b"")
    with pytest.raises(tables.Unreadable, match="missing-column"):
        tables.read(valid_raw)


def test_rows_are_added_in_their_place(valid_raw: Path) -> None:
    rows = tables.read(valid_raw).tables["mediations"].to_dict("records")
    row = {str(key): value for key, value in rows[0].items() if not str(key).startswith("_")}
    assert tables.append(valid_raw, "mediations", [{**row, "id": "liuxi-2031-099", "start": "5"}])
    after = tables.read(valid_raw).tables["mediations"]
    assert after["id"].tolist() == ["liuxi-2031-099", "liuxi-2031-002", "yunfan-2032-001"]
    assert b"\r" not in (valid_raw / "mediations.csv").read_bytes()


@pytest.mark.parametrize(
    ("row", "said"),
    [({"reason": "date"}, "already taken: date"), ({"who": "me"}, "unknown columns who")],
)
def test_a_row_that_cannot_be_is_refused(row: dict[str, str], said: str, valid_raw: Path) -> None:
    before = (valid_raw / "reasons.csv").read_bytes()
    with pytest.raises(ValueError, match=said):
        tables.append(valid_raw, "reasons", [row])
    assert (valid_raw / "reasons.csv").read_bytes() == before


def test_replacing_by_the_same_changes_nothing(valid_raw: Path) -> None:
    for name, frame in tables.read(valid_raw).tables.items():
        assert not tables.replace(valid_raw, name, frame), name


def test_replacing_asks_for_every_column(valid_raw: Path) -> None:
    with pytest.raises(ValueError, match="missing columns name_en"):
        tables.replace(valid_raw, "reasons", pd.DataFrame({"reason": ["x"], "name_zh": ["x"]}))


def test_two_writers_take_turns(valid_raw: Path) -> None:
    def add(number: int) -> None:
        row = {"reason": f"reason_{number}", "name_zh": "又一个", "name_en": "Another"}
        tables.append(valid_raw, "reasons", [row])

    writers = [threading.Thread(target=add, args=[number]) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(tables.read(valid_raw).reasons) == 10


def test_a_new_family_is_a_file_and_a_path(valid_raw: Path) -> None:
    path = valid_raw / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    header = (valid_raw / "safety.csv").read_text(encoding="utf-8").splitlines()[0]
    (valid_raw / "gardens.csv").write_text(f"{header}\n", encoding="utf-8")
    package["resources"][0]["path"].append("gardens.csv")
    path.write_text(json.dumps(package), encoding="utf-8")
    rows = tables.read(valid_raw).tables["safety"].assign(id="liuxi-2031-998", start="1", end="9")
    tables.replace(valid_raw, "gardens", rows)
    assert "liuxi-2031-998" in set(tables.read(valid_raw).rows["id"])
