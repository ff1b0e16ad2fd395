"""The real `python -m extract refresh --once`, to its end and killed; Parquet of real tables."""

import csv
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet as pq

from extract import parquet, snapshot, tables, tidy

CHECKOUT = Path(__file__).resolve().parents[2]


def command(raw: Path, *options: str) -> list[str]:
    places = ["--raw", str(raw), "--published", str(raw.parent / "published")]
    return [sys.executable, "-m", "extract", "refresh", "--once", *places, *options]


def refresh(raw: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(raw, *options), cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


def current(raw: Path) -> snapshot.Snapshot:
    found = snapshot.open_current(raw.parent / "published")
    assert found is not None
    assert snapshot.verify(found.folder) == ()
    return found


def change(raw: Path, note: str) -> None:
    """Write a note beside the first office, so that there is something new to publish."""
    path = raw / "offices.csv"
    header, first, *rest = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    first[header.index("note_en")] = note
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, first, *rest])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def test_published_then_unchanged_then_refused_then_busy(valid_raw: Path) -> None:
    done = refresh(valid_raw)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "已发布" in done.stdout and "Published" in done.stdout
    first = current(valid_raw)
    assert {entry.name for entry in first.manifest.files} >= {
        "observations.csv",
        "by_indicator.parquet",
        "by_office.parquet",
        "documents.parquet",
        "quarantine.csv",
        "changes.csv",
        "snapshot.json",
        "datapackage.json",
    }
    assert "没有变化" in refresh(valid_raw).stdout
    offices = (valid_raw / "offices.csv").read_text(encoding="utf-8")
    (valid_raw / "offices.csv").write_text(offices.replace("name_zh", "名称", 1), encoding="utf-8")
    done = refresh(valid_raw, "--lang", "zh")
    assert done.returncode == 1
    assert "未发布" in done.stdout and "offices.csv:1" in done.stdout
    assert current(valid_raw) == first
    with snapshot.lock(valid_raw.parent / "published").acquire(timeout=0):
        assert refresh(valid_raw).returncode == 3


@pytest.fixture(scope="module")
def real_files() -> dict[str, bytes]:
    """The tidy files of this repository's tables."""
    return tidy.files(tidy.tidy(tables.read(CHECKOUT / "data/raw")))


def test_parquet_says_what_the_csv_says(real_files: dict[str, bytes]) -> None:
    content = real_files["observations.csv"]
    texts = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    table = pq.read_table(io.BytesIO(parquet.observations(content)))
    assert table.column_names == list(texts[0])
    assert table.num_rows == len(texts) > 0
    for name in ("id", "as_written", "time_period"):
        assert table[name].to_pylist() == [row[name] or None for row in texts]
    for name in ("value", "lower", "upper"):
        numbers = table[name].to_pylist()
        written = [None if number is None else f"{number.normalize():f}" for number in numbers]
        assert written == [row[name] or None for row in texts]


def test_parquet_types_are_those_of_the_descriptor(real_files: dict[str, bytes]) -> None:
    package = json.loads(real_files["datapackage.json"])
    resources = {resource["name"]: resource for resource in package["resources"]}
    types = {
        field["name"]: field["type"] for field in resources["observations"]["schema"]["fields"]
    }
    kinds = {"integer": "int32", "date": "date32[day]", "number": "decimal128(38, 6)"}
    kinds |= {"boolean": "bool", "string": "string"}
    assert {name: kinds[kind] for name, kind in types.items()} == {
        name: str(parquet.TYPES.get(name, "string")) for name in types
    }


def killed_at(step: str, raw: Path) -> None:
    """Start the command and kill it as it tells that `step` begins."""
    with subprocess.Popen(
        command(raw, "--verbose"), cwd=CHECKOUT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert any(line.strip() == step for line in process.stderr)
        process.kill()
    assert process.returncode == -signal.SIGKILL


def test_killed_it_leaves_a_whole_set(valid_raw: Path) -> None:
    assert refresh(valid_raw).returncode == 0
    for step in ("write observations.csv", "switched"):
        before = current(valid_raw).id
        change(valid_raw, step)
        killed_at(step, valid_raw)
        between = current(valid_raw).id
        done = refresh(valid_raw)
        assert done.returncode == 0, done.stdout
        assert before != current(valid_raw).id
        assert between in {before, current(valid_raw).id}
