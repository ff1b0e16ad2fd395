"""Files are read through once a machine, and nothing is handed out that was not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard import dataset as sets
from dashboard import sound
from dashboard.api.wholesale import ready_made
from dashboard.dataset import read
from dashboard.store import Store
from extract import parquet, snapshot
from extract.formats import described


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is written down, empty."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place / f"livelihood-whole-{os.getuid()}"


@pytest.fixture
def published(small_set: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small set with Parquet, its copies left for later."""
    monkeypatch.setattr(sound, "LATER_BYTES", 0)
    files = {path.name: path.read_bytes() for path in small_set.tidy.iterdir()}
    files |= parquet.editions(files["observations.csv"]) | described(files)
    snapshot.publish(tmp_path / "published", files)
    return tmp_path / "published"


@pytest.fixture
def read_through(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were read."""
    names: list[str] = []
    closely = snapshot.wrong

    def counted(path: Path, entry: snapshot.Entry) -> str:
        names.append(path.name)
        return closely(path, entry)

    monkeypatch.setattr(snapshot, "wrong", counted)
    return names


def folder(published: Path) -> Path:
    return (published / "current").resolve()


def spoil(path: Path) -> None:
    """Another byte, the same size."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(body))


@pytest.mark.usefixtures("books")
def test_a_file_is_read_once_and_again_when_it_changed(
    published: Path, read_through: list[str]
) -> None:
    here = folder(published)
    assert sound.flaws(here) == ()
    assert "offices.csv" in read_through
    assert not {"observations.csv", "observations.sdmx.csv"} & set(read_through)
    read_through.clear()
    assert sound.flaws(here) == ()
    assert read_through == []
    spoil(here / "offices.csv")
    (flaw,) = sound.flaws(here)
    assert "offices.csv" in flaw
    assert read_through == ["offices.csv"]
    (here / "offices.csv").unlink()
    (flaw,) = sound.flaws(here)
    assert "cannot be read" in flaw
    (here / "stranger.txt").touch()
    assert "stranger.txt is not in the manifest" in sound.flaws(here)[-1]


@pytest.mark.parametrize("flaw", ["not ours", "no text", "a list", "no folder"])
def test_what_others_could_have_written_is_not_believed(
    flaw: str, published: Path, books: Path, read_through: list[str]
) -> None:
    here = folder(published)
    sound.flaws(here)
    sound.remember(here, "so")
    assert sound.is_remembered(here, "so")
    (book,) = books.glob("*.json")
    if flaw == "not ours":
        books.chmod(0o777)
    elif flaw == "no folder":
        book.unlink()
        books.rmdir()
        books.touch()
    else:
        book.write_text("{" if flaw == "no text" else "[1]", encoding="utf-8")
    read_through.clear()
    assert sound.flaws(here) == ()
    assert "offices.csv" in read_through
    assert not sound.is_remembered(here, "so")


@pytest.mark.usefixtures("books")
def test_a_copy_is_not_handed_out_before_it_was_read_through(published: Path) -> None:
    here = folder(published)
    dataset = read(here)
    assert ready_made(dataset) is None
    assert sound.later_flaws(here) == ()
    assert ready_made(dataset) is not None
    assert all(sound.is_ready(path) for path in here.iterdir())
    spoil(here / "observations.csv")
    assert ready_made(dataset) is None


@pytest.mark.usefixtures("books")
def test_observations_in_the_air_are_looked_for_once(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(folder(published))
    monkeypatch.setattr(sets, "_strays", None)
    read(folder(published))


@pytest.fixture
def watched(published: Path, small_set: Any) -> Iterator[Callable[[], Store]]:
    """A store that looks by itself."""
    made: list[Store] = []

    def watch() -> Store:
        store = Store(published, small_set.tidy, every=0.02)
        store.dataset()
        store.watch()
        made.append(store)
        return store

    yield watch
    for store in made:
        store.close()


def until(is_so: Callable[[], object]) -> None:
    """Wait for something that another thread does."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < 30
        time.sleep(0.02)


@pytest.mark.usefixtures("books")
def test_a_copy_that_is_not_whole_takes_its_set_away(
    published: Path, watched: Callable[[], Store]
) -> None:
    first = folder(published)
    files = {p.name: p.read_bytes() for p in first.iterdir() if p.name != snapshot.MANIFEST}
    readme = {"reasons.csv": files["reasons.csv"] + b"\n"}
    second = snapshot.publish(published, files | readme).snapshot.folder
    spoil(second / "observations.sdmx.csv")
    store = watched()
    until(lambda: store.dataset().snapshot_id == first.name)
    assert "observations.sdmx.csv" in store.trouble
    (flaw,) = sound.flaws(second)
    assert "observations.sdmx.csv" in flaw
    snapshot.publish(published, files | readme)
    until(lambda: store.dataset().snapshot_id == second.name)
    assert store.trouble == ""


@pytest.mark.usefixtures("books")
def test_a_new_set_is_prepared_by_nobody_who_asks(
    published: Path, small_set: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []
    store = Store(
        published, small_set.tidy, every=0.02, prepare=lambda d: prepared.append(d.snapshot_id)
    )
    old = store.dataset()
    store.watch()
    files = {p.name: p.read_bytes() for p in old.folder.iterdir() if p.name != snapshot.MANIFEST}
    new = snapshot.publish(published, files | {"reasons.csv": files["reasons.csv"] + b"\n"})
    until(lambda: store.dataset() is not old)
    assert prepared == [old.snapshot_id, new.snapshot.id]
    store.close()
