"""A published set is whole, named by its content, and switched in one step."""

import errno
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from pyarrow import parquet as pq

from extract import parquet, snapshot

ONE = {"observations.csv": b"id,value\na-001,1\n", "offices.csv": b"ref_area\nlocal-a\n"}
TWO = {"observations.csv": b"id,value\na-001,2\n", "offices.csv": b"ref_area\nlocal-a\n"}


def numbered(number: int) -> dict[str, bytes]:
    """A set whose every file says the same number: a mixture of two sets would show."""
    return {f"{name}.csv": f"set\n{number}\n".encode() * 200 for name in "abc"}


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder with its content and time: equal trees were not rewritten."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


def leftovers(folder: Path) -> list[str]:
    """Temporary names that a publisher should have removed."""
    return [p.name for p in folder.rglob(".*") if p.name not in {".lock", ".status.lock"}]


def current(folder: Path) -> snapshot.Snapshot:
    found = snapshot.open_current(folder)
    assert found is not None
    return found


def test_published_set_is_current_and_whole(tmp_path: Path) -> None:
    done = snapshot.publish(tmp_path, ONE)
    assert done.changed
    assert current(tmp_path) == done.snapshot
    assert snapshot.verify(done.snapshot.folder) == ()
    assert {n: (done.snapshot.folder / n).read_bytes() for n in ONE} == ONE
    assert leftovers(tmp_path) == []


def test_the_pointer_is_relative_so_that_the_folder_can_move(tmp_path: Path) -> None:
    snapshot.publish(tmp_path / "here", ONE)
    (tmp_path / "here").rename(tmp_path / "there")
    assert (tmp_path / "there" / "current").readlink().parts[0] == "snapshots"
    assert snapshot.verify(current(tmp_path / "there").folder) == ()


def test_manifest_lists_sizes_and_sums_and_no_time(tmp_path: Path) -> None:
    done = snapshot.publish(tmp_path, ONE)
    listed = json.loads((done.snapshot.folder / "manifest.json").read_bytes())
    assert set(listed) == {"format", "files"}
    assert [file["name"] for file in listed["files"]] == sorted(ONE)
    assert all(set(file) == {"name", "bytes", "sha256"} for file in listed["files"])
    assert done.snapshot.id == snapshot.publish(tmp_path / "elsewhere", ONE).snapshot.id


def test_equal_content_is_left_alone(tmp_path: Path) -> None:
    snapshot.publish(tmp_path, ONE)
    before = tree(tmp_path)
    assert not snapshot.publish(tmp_path, dict(reversed(ONE.items()))).changed
    assert tree(tmp_path) == before


def test_force_writes_again_and_keeps_the_content(tmp_path: Path) -> None:
    first = snapshot.publish(tmp_path, ONE).snapshot
    inode = (first.folder / "offices.csv").stat().st_ino
    assert not snapshot.publish(tmp_path, ONE, force=True).changed
    assert (first.folder / "offices.csv").stat().st_ino != inode
    assert snapshot.verify(first.folder) == ()


def test_an_older_set_can_become_current_again(tmp_path: Path) -> None:
    ids = [snapshot.publish(tmp_path, files).snapshot.id for files in (ONE, TWO, ONE)]
    assert ids[0] == ids[2] != ids[1]
    assert snapshot.snapshots(tmp_path) == (ids[0], ids[1])
    assert current(tmp_path).id == ids[0]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "offices.csv").unlink(), "offices.csv cannot be read"),
        (lambda f: (f / "stranger.csv").write_bytes(b""), "stranger.csv is not in the manifest"),
        (lambda f: rewrite(f / "offices.csv", b"ref_area\nlocal-b\n"), "SHA-256 differs"),
        (lambda f: rewrite(f / "offices.csv", b""), "has 0 bytes, the manifest says 17"),
        (lambda f: rewrite(f / "manifest.json", b"{"), "manifest.json cannot be read"),
        (lambda f: rewrite(f / "manifest.json", b'{"files": []}'), "manifest.json was altered"),
        (lambda f: (f / "manifest.json").unlink(), "manifest.json cannot be read"),
    ],
)
def test_damage_is_told_and_the_next_publication_mends_it(tmp_path: Path, damage, said) -> None:
    folder = snapshot.publish(tmp_path, ONE).snapshot.folder
    damage(folder)
    assert any(said in problem for problem in snapshot.verify(folder))
    snapshot.publish(tmp_path, ONE)
    assert snapshot.verify(folder) == ()


def rewrite(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_nothing_published_is_none(tmp_path: Path) -> None:
    assert snapshot.open_current(tmp_path) is None
    assert snapshot.snapshots(tmp_path) == ()


@pytest.mark.parametrize("target", ["..", "/etc", "snapshots/../..", "snapshots/0123", "elsewhere"])
def test_a_pointer_out_of_the_folder_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "current").symlink_to(target)
    with pytest.raises(snapshot.DamagedError):
        snapshot.open_current(tmp_path)


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", ".hidden", "", "manifest.json", "a b"])
def test_only_plain_names_are_published(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        snapshot.publish(tmp_path, {**ONE, name: b""})
    assert snapshot.open_current(tmp_path) is None


def test_manifest_with_a_path_in_it_is_refused(tmp_path: Path) -> None:
    listed = {"format": 1, "files": [{"name": "../../a", "bytes": 0, "sha256": ""}]}
    raw = json.dumps(listed).encode()
    place = tmp_path / "snapshots" / snapshot.Manifest((), raw).id
    place.mkdir(parents=True)
    (place / "manifest.json").write_bytes(raw)
    assert "plain file name" in snapshot.verify(place)[0]


def test_the_newest_stay_and_the_current_always(tmp_path: Path) -> None:
    ids = [snapshot.publish(tmp_path, numbered(n), keep=3).snapshot.id for n in range(6)]
    assert snapshot.snapshots(tmp_path) == tuple(reversed(ids[3:]))
    assert snapshot.publish(tmp_path, numbered(7), keep=0).removed == (ids[4], ids[3])
    assert ids[5] in snapshot.snapshots(tmp_path), "the one before current stays for its readers"


def test_current_stays_even_when_it_looks_oldest(tmp_path: Path) -> None:
    first = snapshot.publish(tmp_path, ONE).snapshot
    for number in range(3):
        os.utime(snapshot.publish(tmp_path, numbered(number)).snapshot.folder, (9e9, 9e9))
    snapshot.publish(tmp_path, ONE, keep=2)
    assert current(tmp_path) == first
    assert snapshot.verify(first.folder) == ()


def test_leftovers_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    snapshot.publish(tmp_path, ONE)
    for name in (".staging-0123456789abcdef", ".retired-0123456789abcdef"):
        (tmp_path / "snapshots" / name).mkdir()
        (tmp_path / "snapshots" / name / "half.csv").write_bytes(b"ha")
    (tmp_path / ".current.new").symlink_to("nowhere")
    snapshot.publish(tmp_path, ONE)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_full_disk_leaves_current_alone(tmp_path: Path, monkeypatch, nth: int) -> None:
    """The nth fsync fails: three files and their folder, its name, the switch (already made)."""
    snapshot.publish(tmp_path, ONE)
    before = current(tmp_path)
    calls = iter(range(1, 100))
    real = os.fsync

    def fsync(handle: int) -> None:
        if next(calls) == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space left"):
            snapshot.publish(tmp_path, TWO)
    assert (current(tmp_path) == before) == (nth < 7)
    assert snapshot.verify(current(tmp_path).folder) == ()
    snapshot.publish(tmp_path, TWO)
    assert {n: (current(tmp_path).folder / n).read_bytes() for n in TWO} == TWO
    assert leftovers(tmp_path) == []


LIMITED = """
import resource, signal, sys
from pathlib import Path
from extract import snapshot
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    snapshot.publish(Path(sys.argv[1]), {"a.csv": b"a", "b.csv": b"b" * 200_000})
except OSError as reason:
    print(reason.strerror)
"""


def test_a_write_the_system_refuses_leaves_current_alone(tmp_path: Path) -> None:
    """Not simulated: the kernel stops the file at 50,000 bytes, in the middle of its content."""
    snapshot.publish(tmp_path, ONE)
    before = tree(tmp_path)
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "File too large"
    assert tree(tmp_path) == before
    assert leftovers(tmp_path) == []


def test_readers_see_whole_sets_only(tmp_path: Path) -> None:
    snapshot.publish(tmp_path, numbered(0))
    seen: list[str] = []
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            found = current(tmp_path)
            texts = {(found.folder / entry.name).read_bytes() for entry in found.manifest.files}
            wrong.extend(snapshot.verify(found.folder))
            wrong.extend([texts] if len(texts) != 1 else [])
            seen.append(found.id)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 60):
        snapshot.publish(tmp_path, numbered(number))
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(set(seen)) > 5, "the readers saw the sets change"


def test_a_reader_finishes_what_it_began(tmp_path: Path) -> None:
    snapshot.publish(tmp_path, ONE)
    begun = current(tmp_path)
    for number in range(snapshot.KEEP - 1):
        snapshot.publish(tmp_path, numbered(number))
    assert snapshot.verify(begun.folder) == ()
    assert (begun.folder / "observations.csv").read_bytes() == ONE["observations.csv"]


def test_publishing_tells_its_steps(tmp_path: Path) -> None:
    steps: list[str] = []
    old = snapshot.publish(tmp_path, numbered(1)).snapshot.id
    snapshot.publish(tmp_path, numbered(2))
    snapshot.publish(tmp_path, ONE, keep=2, at=steps.append)
    assert steps == [
        "sweep",
        "write manifest.json",
        "write observations.csv",
        "write offices.csv",
        "seal",
        "name",
        "switch",
        "switched",
        f"retire {old}",
    ]


def on_disk(folder: Path, files: Mapping[str, bytes] = ONE) -> dict[str, Path]:
    folder.mkdir()
    paths = {name: folder / f"made-{name}" for name in files}
    for name, path in paths.items():
        path.write_bytes(files[name])
    return paths


def test_a_file_on_disk_is_published_as_its_bytes_are(tmp_path: Path) -> None:
    from_memory = snapshot.publish(tmp_path / "memory", ONE).snapshot
    given = on_disk(tmp_path / "scratch")
    done = snapshot.publish(tmp_path / "disk", given)
    assert done.snapshot.manifest == from_memory.manifest
    assert snapshot.verify(done.snapshot.folder) == ()
    for name, path in given.items():
        assert path.samefile(done.snapshot.folder / name), "linked, not copied"
        path.unlink()
    assert snapshot.verify(done.snapshot.folder) == (), "the set keeps what it was given"
    assert not snapshot.publish(tmp_path / "disk", ONE).changed


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_what_cannot_be_linked_is_copied(tmp_path: Path, monkeypatch, code: int) -> None:
    def refuse(*_anything: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    given = on_disk(tmp_path / "scratch")
    done = snapshot.publish(tmp_path / "published", given)
    assert snapshot.verify(done.snapshot.folder) == ()
    assert not any(path.samefile(done.snapshot.folder / n) for n, path in given.items())


@pytest.mark.parametrize("nth", range(1, 8))
@pytest.mark.parametrize("is_linked", [True, False])
def test_a_full_disk_leaves_current_alone_with_files_too(
    tmp_path: Path, monkeypatch, nth: int, is_linked: bool
) -> None:
    snapshot.publish(tmp_path, ONE)
    before, calls, real = current(tmp_path), iter(range(1, 100)), os.fsync

    def fsync(handle: int) -> None:
        if next(calls) == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    given = on_disk(tmp_path / "scratch", TWO)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        if not is_linked:
            patch.setattr(snapshot, "_linked", lambda *_: False)
        with pytest.raises(OSError, match="No space left"):
            snapshot.publish(tmp_path, given)
    assert (current(tmp_path) == before) == (nth < 7)
    assert snapshot.verify(current(tmp_path).folder) == ()
    snapshot.publish(tmp_path, given)
    assert {n: (current(tmp_path).folder / n).read_bytes() for n in TWO} == TWO
    assert leftovers(tmp_path) == []


def test_a_file_that_is_gone_is_told_and_nothing_is_published(tmp_path: Path) -> None:
    snapshot.publish(tmp_path, ONE)
    before = tree(tmp_path)
    with pytest.raises(FileNotFoundError):
        snapshot.publish(tmp_path, {**TWO, "large.csv": tmp_path / "gone.csv"})
    assert tree(tmp_path) == before


def test_inputs_are_not_changed(tmp_path: Path) -> None:
    files: Mapping[str, bytes] = dict(ONE)
    snapshot.publish(tmp_path, files)
    assert files == ONE


HEADER = "id,as_written,year,period_start,value,lower,upper,lower_open,chosen"
ROW = 'x-001,"3万,余",2022,2022-01-01,30000,30000.5,,false,true'


def test_parquet_keeps_rows_and_types() -> None:
    content = parquet.observations(f"{HEADER}\n{ROW}\n".encode())
    table = pq.read_table(io.BytesIO(content))
    types = {column.name: str(column.type) for column in table.schema}
    assert types["value"] == types["upper"] == "decimal128(38, 6)"
    assert types["period_start"] == "date32[day]"
    assert types["lower_open"] == types["chosen"] == "bool"
    row = table.to_pylist()[0]
    assert row["as_written"] == "3万,余"
    assert str(row["lower"]) == "30000.500000"
    assert row["upper"] is None
    assert row["lower_open"] is False
    assert row["chosen"] is True


def test_parquet_bytes_are_reproducible() -> None:
    content = f"{HEADER}\n{ROW}\n".encode()
    assert parquet.observations(content) == parquet.observations(content)


def test_parquet_comes_in_two_orders_with_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups tell their smallest and largest office or indicator, so that most are passed over."""
    monkeypatch.setattr(parquet, "ROW_GROUP", 5_000)
    size = parquet.ROW_GROUP * 3
    lines = [f"x-{n:06},i{n % 7},a{n % 5:03},{2000 + n % 11}" for n in range(size)]
    content = "\n".join(["id,indicator,ref_area,year", *lines]).encode()
    made = parquet.editions(content)
    assert made == parquet.editions(content)
    for name, order in parquet.ORDERS.items():
        file = pq.ParquetFile(io.BytesIO(made[name]))
        keys = list(zip(*(file.read()[column].to_pylist() for column in order), strict=True))
        assert keys == sorted(keys) and len({key[-1] for key in keys}) == size
        groups = [file.metadata.row_group(n) for n in range(file.num_row_groups)]
        column = file.schema_arrow.names.index(order[0])
        bounds = [group.column(column).statistics for group in groups]
        assert len(groups) == 3
        assert all(one.max <= other.min for one, other in pairwise(bounds))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("value\n0.1234567\n", "row 1: value '0.1234567' is not decimal128"),
        ("value\n1\n三\n", "row 2: value '三' is not decimal128"),
        ("year\n2022.5\n", "row 1: year '2022.5' is not int32"),
        ("period_start\n2022/1/1\n", "row 1: period_start '2022/1/1' is not date32"),
        ("id,value\nx-001\n", "row 1: 1 of 2 cells"),
    ],
)
def test_parquet_refuses_what_does_not_fit(content: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parquet.observations(content.encode())
