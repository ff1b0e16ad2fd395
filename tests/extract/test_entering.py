"""Files put in place together: all or none, wherever the process is killed.

Run as a script, this file is a stand: it puts files in place again and again, in children that
are killed at one step after the other, and says what each of them left.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from extract import entering, tables
from extract.entering import is_under_way, put, settle

CHECKOUT = Path(__file__).resolve().parents[2]
OLD = {"a.csv": b"id\n1\n", "b.csv": b"id\n2\n", "c.csv": b"id\n3\n"}
NEW = {"a.csv": b"id\n1\n4\n", "b.csv": b"id\n2\n5\n", "returns/f.xlsx": b"PK"}
STEPS = frozenset({"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod"})


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def laid(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in OLD.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return laid(tmp_path / "raw")


def test_files_take_their_places_together_and_nothing_else_stays(folder: Path) -> None:
    put(folder, NEW)
    assert tree(folder) == {**OLD, **NEW}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_what_is_there_already_is_not_written(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(entering, "write_if_changed", None)
    put(folder, OLD)
    assert tree(folder) == OLD


@pytest.mark.parametrize("broken", ["0", "names.json", "a.csv", "b.csv", "f.xlsx"])
def test_a_disk_that_fails_once_leaves_all_as_it_was(broken: str, folder, monkeypatch) -> None:
    write, failed = entering.write_if_changed, []

    def failing(path: Path, content: bytes) -> bool:
        if path.name == broken and not failed:
            failed.append(path)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(entering, "write_if_changed", failing)
    with pytest.raises(OSError, match="No space left"):
        put(folder, NEW)
    assert tree(folder) == OLD
    assert not is_under_way(folder)


def test_what_a_dead_process_decided_is_finished_by_the_next(folder: Path) -> None:
    entering._decide(folder, NEW)
    assert OLD.items() < tree(folder).items()
    with tables.locked(folder):
        assert tree(folder) == {**OLD, **NEW}
    assert not is_under_way(folder)


def test_what_a_dead_process_had_not_decided_is_dropped(folder: Path) -> None:
    (folder / ".entering-draft").mkdir()
    (folder / ".entering-draft" / "0").write_bytes(b"half")
    settle(folder)
    assert tree(folder) == OLD
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_killed_at_any_step_the_files_are_all_old_or_all_new(tmp_path: Path) -> None:
    command = [sys.executable, __file__, str(tmp_path / "raw")]
    here = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, env=here, capture_output=True, text=True, check=True)
    left = json.loads(done.stdout)
    assert set(left) == {"old", "new"}
    assert min(left.values()) >= 5


def _killed_at(step: int, folder: Path) -> bool:
    """Put the files in place in a child that is killed at a step; whether it came to that."""
    child = os.fork()
    if not child:
        seen = [0]

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if event in STEPS and str(folder) in str(arguments):
                seen[0] += 1
                if seen[0] == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        put(folder, NEW)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _stand(folder: Path) -> Counter[str]:
    left: Counter[str] = Counter()
    known = {json.dumps(sorted(OLD)): "old", json.dumps(sorted({**OLD, **NEW})): "new"}
    step = 1
    while _killed_at(step, laid(folder)):
        settle(folder)
        found = tree(folder)
        state = known.get(json.dumps(sorted(found)), "torn")
        wanted = {"old": OLD, "new": {**OLD, **NEW}}.get(state)
        left[state if found == wanted else "torn"] += 1
        step += 1
    return left


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_stand(Path(sys.argv[1]))))
