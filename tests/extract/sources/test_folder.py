"""Reading a folder that somebody else can write to."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.sources import folder
from extract.sources.rules import Refused

LIMIT = 1000


def no_pause(seconds: float) -> None:
    return None


def read(place: Path, settle_seconds: float = 0.0) -> tuple[list[str], list[tuple[str, str]]]:
    listing = folder.files(place, "office", LIMIT, settle_seconds=settle_seconds, pause=no_pause)
    problems = [(problem.where, problem.rule) for problem in listing.problems]
    return [arrival.name for arrival in listing.arrivals], problems


def secret(place: Path) -> Path:
    path = place.parent / "secret.csv"
    path.write_bytes(b"a,b\n1,2\n")
    return path


def a_pipe(place: Path) -> None:
    os.mkfifo(place / "t.csv")


def a_socket(place: Path) -> None:
    here = Path.cwd()
    os.chdir(place)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("t.csv")
    finally:
        os.chdir(here)


TRICKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to elsewhere": (lambda p: (p / "t.csv").symlink_to(secret(p)), "not-a-plain-file"),
    "a link within": (
        lambda p: ((p / "a.csv").touch(), (p / "t.csv").symlink_to("a.csv")), "not-a-plain-file",
    ),
    "a link to nothing": (lambda p: (p / "t.csv").symlink_to("/none"), "not-a-plain-file"),
    "a link to a device": (lambda p: (p / "t.csv").symlink_to("/dev/zero"), "not-a-plain-file"),
    "a folder": (lambda p: (p / "t.csv").mkdir(), "not-a-plain-file"),
    "a pipe nobody writes to": (a_pipe, "not-a-plain-file"),
    "a socket": (a_socket, "not-a-plain-file"),
    "oversized": (lambda p: (p / "t.csv").write_bytes(b"x" * (LIMIT + 1)), "too-large"),
    "another kind": (lambda p: (p / "t.docx").touch(), "left-alone"),
    "a folder of another kind": (lambda p: (p / "t.d").mkdir(), "left-alone"),
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_only_plain_files_inside_are_read(trick: str, tmp_path: Path) -> None:
    make, rule = TRICKS[trick]
    place = tmp_path / "folder"
    place.mkdir()
    make(place)
    names, problems = read(place)
    assert "t.csv" not in names and [found for _, found in problems] == [rule]


@pytest.mark.parametrize(
    "name", [".t.csv", "~$t.xlsx", "t.csv.tmp", "t.csv.part", "t.csv~", "t.csv.crdownload"]
)
def test_files_on_their_way_are_not_seen(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert read(tmp_path) == ([], [])


def test_files_come_in_order_of_time(tmp_path: Path) -> None:
    for age, name in enumerate(["b.csv", "A.CSV", "c.xlsx"]):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, ns=(0, 10**18 - age * 10**9))
    assert read(tmp_path) == (["c.xlsx", "A.CSV", "b.csv"], [])


@pytest.mark.parametrize("place", ["none", "file"])
def test_a_folder_that_cannot_be_opened(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused) as caught:
        read(tmp_path / place)
    assert caught.value.problems[0].rule == "no-folder"


@pytest.mark.parametrize(("changes", "is_read"), [(0, True), (1, True), (2, False)])
def test_a_file_changed_while_it_is_read(
    changes: int, is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\n1\n")
    left = [changes]
    once = folder._bytes

    def disturbed(file: int, where: str, max_bytes: int) -> bytes:
        content = once(file, where, max_bytes)
        if left[0]:
            left[0] -= 1
            path.write_bytes(path.read_bytes() + b"2\n")
        return content

    monkeypatch.setattr(folder, "_bytes", disturbed)
    names, problems = read(tmp_path)
    assert names == (["t.csv"] if is_read else [])
    assert problems == ([] if is_read else [("office/t.csv", "changed-while-read")])


def test_a_file_replaced_by_a_link_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "folder"
    place.mkdir()
    path = place / "t.csv"
    path.write_bytes(b"a\n1\n")
    once = folder._bytes

    def swapped(file: int, where: str, max_bytes: int) -> bytes:
        content = once(file, where, max_bytes)
        path.unlink()
        path.symlink_to(secret(place))
        return content

    monkeypatch.setattr(folder, "_bytes", swapped)
    names, problems = read(place)
    assert not names and problems[0][1] in {"unreadable-file", "not-a-plain-file"}


def test_a_file_growing_past_the_limit_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_bytes(b"x")
    monkeypatch.setattr(os, "read", lambda file, size: b"x" * 600)
    assert read(tmp_path) == ([], [("office/t.csv", "too-large")])


@pytest.mark.parametrize("grows", [True, False])
def test_a_file_just_written_is_given_time(grows: bool, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\n")
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if grows:
            path.write_bytes(b"a\n1\n")

    listing = folder.files(tmp_path, "office", LIMIT, settle_seconds=1.0, pause=pause)
    assert waited == [1.0] and bool(listing.arrivals) is not grows
    assert [problem.rule for problem in listing.problems] == ["still-arriving"] * grows


def test_a_file_long_written_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "t.csv").touch()
    os.utime(tmp_path / "t.csv", (0, time.time() - 60))
    listing = folder.files(
        tmp_path, "office", LIMIT, settle_seconds=1.0, pause=lambda _: pytest.fail("waited")
    )
    assert len(listing.arrivals) == 1


def test_only_the_file_that_was_read_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\n")
    mark = folder.files(tmp_path, "office", LIMIT).arrivals[0].mark
    path.write_bytes(b"b\n2\n")
    assert not folder.remove(tmp_path, "office", "t.csv", mark) and path.exists()
    mark = folder.files(tmp_path, "office", LIMIT).arrivals[0].mark
    assert folder.remove(tmp_path, "office", "t.csv", mark) and not path.exists()
    assert not folder.remove(tmp_path, "office", "t.csv", mark)
