"""The only reader of data: whole sets, the newest of them, never two mixed, never a broken one."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard import dataset as rooms
from dashboard.store import OLD_KEPT, NoDataError, NotThenError, Store
from extract import history, snapshot

Change = Callable[[Path], None]


class Clock:
    """Time that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


NOTED = datetime(2031, 3, 1, 9, 30, tzinfo=history.ZONE)


def noted(published: Path, files: dict[str, bytes], moment: datetime) -> str:
    """Publish a set and write into the history that it was at `moment`; its id."""
    found = snapshot.publish(published, files).snapshot.id
    history.append(published, history.event(published, found, moment))
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name != snapshot.MANIFEST}


def labelled(folder: Path, label: str) -> dict[str, bytes]:
    """The set with a label of its own in its description and in every office's name."""
    files = files_of(folder)
    package = json.loads(files["datapackage.json"]) | {"livelihood:label_zh": label}
    header, *lines = files["offices.csv"].decode().splitlines()
    offices = [line.replace(",", f",{label}", 1) for line in lines]
    return files | {
        "datapackage.json": json.dumps(package).encode(),
        "offices.csv": "\n".join([header, *offices, ""]).encode(),
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, small_set: Any, clock: Clock) -> Store:
    snapshot.publish(tmp_path / "published", labelled(small_set.tidy, "甲"))
    return Store(tmp_path / "published", small_set.tidy, clock=clock)


@pytest.mark.parametrize("name", ["real", "demo", "small"])
def test_every_line_is_an_observation(name: str, site: Callable[[str], Any], request: Any) -> None:
    dataset = site(name).store.dataset()
    lines = (request.getfixturevalue(f"{name}_set").tidy / "observations.csv").read_text("utf-8")
    every = dataset.select()
    assert len(every) == len(lines.splitlines()) - 1 == len({o.id for o in every})
    assert dataset.facts.total == sum(u.observations for u in dataset.facts.usage.values())
    assert dataset.facts.total == len(every)
    assert set(dataset.facts.years) == {o.year for o in every}
    assert dataset.snapshot_id == "data/tidy"
    assert bool(dataset.label.zh) is bool(dataset.label.en) is (name != "real")


def test_a_cell_keeps_its_kind(site: Callable[[str], Any]) -> None:
    o = site("small").store.dataset().get("liuxi-2031-003")
    assert (o.lower, o.upper, o.upper_open) == (Decimal(23870000), Decimal(23880000), True)
    assert (o.period_start.isoformat(), o.flags) == ("2031-01-01", ())


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"indicator": "lamps_repaired"},
        {"indicator": "nothing"},
        {"offices": ["local-liuxi", "990001101"]},
        {"year": 2032},
        {"variant": "recruited"},
        {"indicator": "mediations", "offices": ["local-liuxi"], "year": 2031},
    ],
)
def test_select_gives_what_meets_every_condition(
    asked: dict[str, Any], site: Callable[[str], Any]
) -> None:
    dataset = site("small").store.dataset()
    wanted = [
        o.id
        for o in dataset.select()
        if o.indicator == asked.get("indicator", o.indicator)
        and o.ref_area in asked.get("offices", [o.ref_area])
        and o.year == asked.get("year", o.year)
        and o.variant == asked.get("variant", o.variant)
    ]
    assert [o.id for o in dataset.select(**asked)] == wanted


def test_a_preset_changes_bounds_and_nothing_else(site: Callable[[str], Any]) -> None:
    store = site("small").store
    standard, opened = store.dataset(), store.dataset("open")
    assert standard.get("liuxi-2031-002").upper == 300
    assert opened.get("liuxi-2031-002").upper is None
    assert [o.value for o in opened.select()] == [o.value for o in standard.select()]
    assert opened is store.dataset("open")
    assert standard is store.dataset() is standard.with_preset("cn-approx-1")


def test_a_new_set_is_noticed_within_a_second(
    store: Store, small_set: Any, clock: Clock, tmp_path: Path
) -> None:
    first = store.dataset()
    assert first.label.zh == "甲"
    new = snapshot.publish(tmp_path / "published", labelled(small_set.tidy, "乙"))
    clock.now = 0.99
    assert store.dataset() is first
    clock.now = 1.0
    assert store.dataset().label.zh == "乙"
    assert store.dataset().snapshot_id == new.snapshot.id
    assert store.dataset("open").label.zh == "乙"
    assert first.label.zh == "甲"


def test_an_unchanged_set_is_not_read_again(store: Store, clock: Clock) -> None:
    first = store.dataset()
    clock.now = 5.0
    assert store.dataset() is first


def test_a_set_published_while_another_is_read_does_not_reach_into_it(
    store: Store, small_set: Any, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_rows = rooms._rows
    waiting = [labelled(small_set.tidy, "乙")]

    def slow(folder: Path, table: str) -> Any:
        if waiting:
            snapshot.publish(tmp_path / "published", waiting.pop())
        return read_rows(folder, table)

    monkeypatch.setattr(rooms, "_rows", slow)
    for label, now in (("甲", 0.0), ("乙", 1.0)):
        clock.now = now
        dataset = store.dataset()
        assert dataset.label.zh == label
        assert {office.name.zh[0] for office in dataset.offices.values()} == {label}


def test_threads_asking_at_once_get_one_and_the_same_set(store: Store) -> None:
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        found.append(store.dataset())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def replaced(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        before = (folder / name).read_text(encoding="utf-8")
        assert old in before
        (folder / name).write_text(before.replace(old, new), encoding="utf-8", newline="")

    return change


def cut(name: str, keep: float) -> Change:
    def change(folder: Path) -> None:
        body = (folder / name).read_bytes()
        (folder / name).write_bytes(body[: int(len(body) * keep)])

    return change


BREAKAGES: dict[str, Change] = {
    "cut-in-a-line": cut("observations.csv", 0.5),
    "cut-to-nothing": cut("observations.csv", 0),
    "registry-cut-in-a-line": cut("offices.csv", 0.7),
    "registry-lost-its-lines": replaced("offices.csv", "local-liuxi", "local-elsewhere"),
    "document-lost": replaced("documents.csv", "liuxi-2031,", "other-2031,"),
    "indicator-lost": replaced("indicators.csv", "\nmediations,", "\nmediation,"),
    "no-number": replaced("observations.csv", "1130,1130,1130", "many,1130,1130"),
    "not-finite": replaced("observations.csv", "1130,1130,1130", "1130,NaN,1130"),
    "no-day": replaced("observations.csv", "2031-12-31", "2031-02-31"),
    "no-truth": replaced("observations.csv", ",true,flow", ",yes,flow"),
    "open-quote": replaced("observations.csv", "result,1130", '"result,1130'),
    "not-utf-8": lambda folder: (folder / "offices.csv").write_bytes(b"\xb8\xbd\xbf\xf1\n"),
    "file-gone": lambda folder: (folder / "left_out.csv").unlink(),
    "description-cut": cut("datapackage.json", 0.5),
    "description-of-another-kind": lambda folder: (folder / "datapackage.json").write_text("[]"),
}


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_broken_set_leaves_the_last_whole_one_in_place(
    breakage: Change, store: Store, tidy_copy: Path, clock: Clock, tmp_path: Path
) -> None:
    whole = store.dataset()
    breakage(tidy_copy)
    snapshot.publish(tmp_path / "published", files_of(tidy_copy))
    clock.now = 2.0
    assert store.dataset() is whole
    snapshot.publish(tmp_path / "published", labelled(whole.folder, "丙"))
    clock.now = 3.0
    assert store.dataset().label.zh.startswith("丙")


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_broken_set_that_is_the_first_says_what_to_run(
    breakage: Change, tidy_copy: Path, tmp_path: Path
) -> None:
    breakage(tidy_copy)
    with pytest.raises(NoDataError, match="run make tidy"):
        Store(tmp_path / "published", tidy_copy).dataset()


def test_a_published_file_altered_on_disk_is_noticed(
    store: Store, small_set: Any, clock: Clock, tmp_path: Path
) -> None:
    whole = store.dataset()
    new = snapshot.publish(tmp_path / "published", labelled(small_set.tidy, "乙"))
    replaced("observations.csv", "1130,1130,1130", "1131,1131,1131")(new.snapshot.folder)
    clock.now = 2.0
    assert store.dataset() is whole


def test_a_pointer_to_nothing_does_not_bring_back_the_set_of_the_checkout(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    whole = store.dataset()
    pointer = tmp_path / "published" / "current"
    pointer.unlink()
    pointer.symlink_to("snapshots/0000000000000000")
    clock.now = 2.0
    assert store.dataset() is whole


def test_without_any_publication_the_checkout_is_shown_and_watched(
    tidy_copy: Path, tmp_path: Path, clock: Clock
) -> None:
    store = Store(tmp_path / "published", tidy_copy, clock=clock)
    assert store.dataset().snapshot_id == "data/tidy"
    for name, body in labelled(tidy_copy, "丁").items():
        (tidy_copy / name).write_bytes(body)
    clock.now = 2.0
    assert store.dataset().label.zh == "丁"


def test_nothing_to_read_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="make tidy"):
        Store(tmp_path / "published", tmp_path / "missing").dataset()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, {}),
        ("", {}),
        ("{", {}),
        ("[1]", {}),
        ('{"outcome": "refused"}', {"outcome": "refused"}),
    ],
)
def test_the_status_is_what_the_last_refresh_left(
    text: str | None, status: dict[str, str], tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "status.json").write_text(text, encoding="utf-8")
    assert Store(tmp_path, tmp_path).status() == status


@pytest.fixture
def three(tmp_path: Path, small_set: Any) -> Store:
    """Sets 甲, 乙 and 丙, published on the 1st, twice on the 3rd, of March 2031."""
    for label, moment in (
        ("甲", NOTED),
        ("乙", NOTED + timedelta(days=2)),
        ("丙", NOTED + timedelta(days=2, hours=14, minutes=29)),
    ):
        noted(tmp_path / "published", labelled(small_set.tidy, label), moment)
    today = date(2031, 3, 9)
    return Store(tmp_path / "published", small_set.tidy, today=lambda: today)


@pytest.mark.parametrize(
    ("day", "label"),
    [("2031-03-01", "甲"), ("2031-03-02", "甲"), ("2031-03-03", "丙"), ("2031-03-09", "丙")],
)
def test_a_day_has_the_set_that_was_current_at_its_end(day: str, label: str, three: Store) -> None:
    found = three.asof(date.fromisoformat(day), "open")
    assert (found.label.zh, found.preset) == (label, "open")
    assert {office.name.zh[0] for office in found.offices.values()} == {label}


def test_the_newest_set_of_a_day_is_the_current_one_itself(three: Store) -> None:
    assert three.asof(date(2031, 3, 9)) is three.dataset()


@pytest.mark.parametrize(
    ("day", "why", "first"),
    [
        ("2031-02-28", "before", date(2031, 3, 1)),
        ("1000-01-01", "before", date(2031, 3, 1)),
        ("2031-03-10", "future", None),
    ],
)
def test_a_day_without_a_set_is_refused_with_the_first_day(
    day: str, why: str, first: date | None, three: Store
) -> None:
    with pytest.raises(NotThenError) as refused:
        three.asof(date.fromisoformat(day))
    assert (refused.value.why, refused.value.first) == (why, first)


def test_without_any_publication_no_day_has_a_set(small_set: Any, tmp_path: Path) -> None:
    with pytest.raises(NotThenError) as refused:
        Store(tmp_path / "published", small_set.tidy).asof(date(2021, 1, 1))
    assert (refused.value.why, refused.value.first) == ("before", None)


def test_an_old_set_that_was_removed_or_altered_is_gone(three: Store) -> None:
    first = history.asof(three.published, date(2031, 3, 1))
    assert first is not None
    (three.folder(first) / "offices.csv").chmod(0o644)
    replaced("offices.csv", "甲", "丁")(three.folder(first))
    with pytest.raises(NotThenError) as refused:
        three.asof(date(2031, 3, 1))
    assert refused.value.why == "gone"
    assert three.dataset().label.zh == "丙"


def test_few_old_sets_stay_open_and_the_others_close(small_set: Any, tmp_path: Path) -> None:
    published, days = tmp_path / "published", range(OLD_KEPT + 3)
    for day in days:
        noted(published, labelled(small_set.tidy, f"第{day}"), NOTED + timedelta(days=day))
    store = Store(published, small_set.tidy, today=lambda: date(2031, 4, 1))
    current = store.dataset()
    opened = [store.asof((NOTED + timedelta(days=day)).date()).cabinet for day in days]
    closing = [cabinet._close for cabinet in opened]
    del opened
    gc.collect()
    assert [c.alive for c in closing] == [False, False, *[True] * (OLD_KEPT + 1)]
    assert current.select()


def test_a_retired_set_stays_readable_until_its_reader_is_done(
    store: Store, small_set: Any, clock: Clock, tmp_path: Path
) -> None:
    held = store.dataset("open")
    closing, rows = held.cabinet._close, held.select()
    snapshot.publish(tmp_path / "published", labelled(small_set.tidy, "乙"))
    clock.now = 2.0
    assert store.dataset().label.zh == "乙"
    assert held.select() == rows
    assert closing.alive
    del held
    gc.collect()
    assert not closing.alive


def test_trouble_says_what_is_wrong_and_ends_with_it(
    store: Store, small_set: Any, clock: Clock, tmp_path: Path
) -> None:
    store.dataset()
    assert store.trouble == ""
    files = labelled(small_set.tidy, "乙")
    new = snapshot.publish(tmp_path / "published", files).snapshot
    (new.folder / "offices.csv").chmod(0o644)
    cut("offices.csv", 0.5)(new.folder)
    clock.now = 2.0
    assert store.dataset().label.zh == "甲"
    assert "offices.csv" in store.trouble
    snapshot.publish(tmp_path / "published", files)
    clock.now = 4.0
    assert store.dataset().label.zh == "乙"
    assert store.trouble == ""


def test_at_the_start_a_damaged_set_gives_way_to_the_newest_whole_one(
    store: Store, small_set: Any, tmp_path: Path
) -> None:
    new = snapshot.publish(tmp_path / "published", labelled(small_set.tidy, "乙")).snapshot
    (new.folder / "offices.csv").chmod(0o644)
    cut("offices.csv", 0.5)(new.folder)
    fresh = Store(tmp_path / "published", small_set.tidy)
    assert fresh.dataset().label.zh == "甲"
    assert "offices.csv" in fresh.trouble


def test_what_was_published_is_not_replaced_by_the_checkout(small_set: Any, tmp_path: Path) -> None:
    new = snapshot.publish(tmp_path / "published", labelled(small_set.tidy, "乙")).snapshot
    (new.folder / "manifest.json").unlink()
    with pytest.raises(NoDataError, match="make refresh"):
        Store(tmp_path / "published", small_set.tidy).dataset()


def test_questions_while_sets_are_switched_never_see_two_of_them(
    small_set: Any, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    snapshot.publish(published, labelled(small_set.tidy, "第0"))
    store, mixed, done = Store(published, small_set.tidy, every=0), [], threading.Event()

    def ask() -> None:
        while not done.is_set():
            dataset = store.dataset()
            label = dataset.label.zh
            names = {office.name.zh[:2] for office in dataset.offices.values()}
            if names != {label} or len(dataset.select()) != dataset.facts.total:
                mixed.append((label, names))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        snapshot.publish(published, labelled(small_set.tidy, f"第{number}"))
    done.set()
    for thread in threads:
        thread.join()
    assert mixed == []
    assert store.dataset().label.zh == "第5"
