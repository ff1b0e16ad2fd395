"""The open forms, read by readers that are not ours: pysdmx, sdmx1, csvw."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import sdmx as sdmx1
from csvw import TableGroup
from pyarrow import parquet as pq
from pysdmx.io import read_sdmx

from extract import parquet
from extract.formats import CSVW, SDMX, STRUCTURE, csvw, described, sdmx, structure

TIDY = Path(__file__).resolve().parents[2] / "data" / "tidy"


def observations() -> list[dict[str, str]]:
    with (TIDY / "observations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real set with what is published beside it."""
    place = tmp_path_factory.mktemp("open")
    data = {path.name: path.read_bytes() for path in TIDY.iterdir()}
    for name, content in {**data, **described(data)}.items():
        (place / name).write_bytes(content)
    text = "".join(sdmx.csv(observations()))
    (place / "observations.sdmx.csv").write_text(text, encoding="utf-8", newline="")
    return place


def test_the_structure_is_valid_against_the_schemas_of_sdmx(folder: Path) -> None:
    found: Any = read_sdmx(folder / STRUCTURE, validate=True).structures
    names = {f"{type(item).__name__} {item.id}" for item in found}
    assert {"Dataflow OBSERVATIONS", "DataStructureDefinition OBSERVATIONS"} <= names
    areas = next(item for item in found if item.id == "CL_REF_AREA")
    with (TIDY / "offices.csv").open(encoding="utf-8", newline="") as file:
        assert [c.id for c in areas.codes] == [r["ref_area"] for r in csv.DictReader(file)]


@pytest.mark.filterwarnings("ignore")
def test_another_reader_reads_every_row_by_its_key(folder: Path) -> None:
    message: Any = sdmx1.read_sdmx(folder / STRUCTURE)
    told: Any = sdmx1.read_sdmx(
        folder / "observations.sdmx.csv", structure=message.structure["OBSERVATIONS"]
    )
    chosen = [row for row in observations() if row["chosen"] == "true"]
    found = told.data[0].obs
    assert len(found) == len(chosen) > 100
    for read, row in zip(found, chosen, strict=True):
        key = {name: cell.value for name, cell in read.dimension.values.items()}
        assert key == {n: row[c] or sdmx.NONE for n, c in sdmx.DIMENSIONS.items()}
        assert str(read.attached_attribute["LOWER"].value) == row["lower"]
        assert str(read.attached_attribute["OBS_ID"].value) == row["id"]


def test_every_key_occurs_once_and_every_code_is_listed(folder: Path) -> None:
    with (folder / "observations.sdmx.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [tuple(row[name] for name in sdmx.DIMENSIONS) for row in rows]
    assert len(set(keys)) == len(keys)
    found: Any = read_sdmx(folder / STRUCTURE).structures
    lists = {item.id: {c.id for c in item.codes} for item in found if item.id.startswith("CL_")}
    for name, listed in structure.LISTED.items():
        assert {row[name] for row in rows} - {""} <= lists[f"CL_{listed}"], name


def test_a_csvw_reader_reads_every_table_and_its_references(folder: Path) -> None:
    group = TableGroup.from_file(folder / CSVW)
    package = json.loads((TIDY / "datapackage.json").read_text(encoding="utf-8"))
    assert [str(t.url) for t in group.tables] == [e["path"] for e in package["resources"]]
    assert len(list(group.tables[0].iterdicts())) == len(observations())
    assert group.check_referential_integrity()


def test_a_csvw_reader_sees_a_reference_to_nothing(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "observations.csv").read_text(encoding="utf-8")
    broken = text.replace(",local-anqing-etdz,", ",local-nowhere,", 1)
    (tmp_path / "observations.csv").write_text(broken, encoding="utf-8")
    group = TableGroup.from_file(tmp_path / CSVW)
    with pytest.raises(ValueError, match="local-nowhere"):
        group.check_referential_integrity()


def test_equal_sets_are_described_in_equal_bytes() -> None:
    data = {path.name: path.read_bytes() for path in TIDY.iterdir()}
    assert described(data) == described(dict(reversed(data.items())))


def test_every_column_of_a_set_stands_in_its_dictionary() -> None:
    data = {path.name: path.read_bytes() for path in TIDY.iterdir()}
    words = described(data)["data-dictionary.md"].decode("utf-8")
    package = json.loads(data["datapackage.json"])
    for resource in package["resources"]:
        section = words.partition(f"### {resource['name']} · ")[2].partition("\n### ")[0]
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` | {field['type']} | " in section


def test_the_published_sdmx_has_the_chosen_rows() -> None:
    data = {path.name: path.read_bytes() for path in TIDY.iterdir()}
    told = csv.DictReader(io.StringIO(described(data)["observations.sdmx.csv"].decode("utf-8")))
    rows = csv.DictReader(io.StringIO(data["observations.csv"].decode("utf-8")))
    assert [row["OBS_ID"] for row in told] == [r["id"] for r in rows if r["chosen"] == "true"]


@pytest.mark.parametrize("name", ["real_set", "demo_set", "small_set"])
def test_a_set_on_disk_is_described_in_the_same_bytes(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    paths = {path.name: path for path in request.getfixturevalue(name).tidy.iterdir()}
    found = described(paths, tmp_path)
    expected = described({name: path.read_bytes() for name, path in paths.items()})
    told = {n: c.read_bytes() if isinstance(c, Path) else c for n, c in found.items()}
    assert told == expected
    assert found[SDMX] == tmp_path / SDMX
    assert [path.name for path in tmp_path.iterdir()] == [SDMX], "nothing is left"


CELLS = ("", "a,b", '说"是"', "两行\n一格", "回车\r\n", " 前后 ", "𠮷", "=1+1", "a\0b", "_Z")


def test_hostile_cells_are_written_alike(tmp_path: Path) -> None:
    rows = [
        {**dict.fromkeys(sdmx.READ, cell), "as_written": other, "chosen": chosen}
        for cell in CELLS
        for other in CELLS
        for chosen in ("true", "false")
    ]
    with (tmp_path / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["more", *sdmx.READ], restval="x", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    for label in ("", '合成, "试"'):
        count = sdmx.write(tmp_path / "observations.csv", tmp_path / "made.csv", label)
        assert (tmp_path / "made.csv").read_bytes() == "".join(sdmx.csv(rows, label)).encode()
        assert count == len(rows) / 2


@pytest.mark.parametrize("name", ["real_set", "demo_set", "small_set"])
def test_documents_come_as_parquet_too(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name).tidy / "documents.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["document"])
    content = parquet.documents(path)
    table = pq.read_table(io.BytesIO(content))
    assert table.to_pylist() == rows
    assert {str(column.type) for column in table.schema} == {"string"}
    assert content == parquet.documents(path.read_bytes())


def test_documents_lie_in_groups_that_tell_their_first_and_last() -> None:
    size = parquet.DOCUMENTS_GROUP * 2 + 1
    lines = "".join(f'd{(n * 7919) % size:06},"第{n}, ""号"""\n' for n in range(size))
    file = pq.ParquetFile(io.BytesIO(parquet.documents(f"document,title\n{lines}".encode())))
    names = file.read()["document"].to_pylist()
    assert names == sorted(names) and len(names) == size
    groups = [file.metadata.row_group(n) for n in range(file.num_row_groups)]
    bounds = [group.column(0).statistics for group in groups]
    assert len(groups) == 3 and bounds[0].max < bounds[1].min


def test_an_invented_set_says_so() -> None:
    (row,) = csv.DictReader(
        "".join(sdmx.csv([dict.fromkeys(sdmx.READ, "") | {"chosen": "true"}], "演示")).splitlines()
    )
    assert (row["LABEL"], row["VARIANT"], row["ACTION"]) == ("演示", sdmx.NONE, "I")
    package = {"resources": [], "livelihood:synthetic": True, "livelihood:label_zh": "演示"}
    text = structure.written({name: [] for name in structure.REGISTRIES}, package).decode()
    assert "演示" in text and "<mes:Test>true</mes:Test>" in text
    assert csvw.written(package)
