"""python -m extract snapshot … and quarantine …: what they say, do, and exit with."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from extract import decisions, pin, snapshot
from extract.__main__ import main
from extract.refresh import Job, refresh
from extract.supply import Supply
from extract.tables import Raw

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def say(
    published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Say:
    """Run a command where there are no raw tables; its exit code and what it printed."""
    monkeypatch.setenv("LIVELIHOOD_PUBLISHED", str(published))
    monkeypatch.setenv("LIVELIHOOD_RAW", str(published / "none"))

    def run(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def with_cells(raw: Raw, row: str, **cells: str) -> Raw:
    tables = dict(raw.tables)
    for name in raw.family_tables:
        frame = tables[name].copy()
        frame.loc[frame["id"] == row, list(cells)] = list(cells.values())
        tables[name] = frame
    return replace(raw, tables=tables)


def published_as(published: Path, raw: Raw, texts: Mapping[str, str]) -> str:
    done = refresh(Job(published, published, supply=lambda _job: Supply(raw)))
    assert done.kind == "published", done.en
    return str(done.current)


@pytest.fixture(scope="module")
def three(
    tmp_path_factory: pytest.TempPathFactory, fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> tuple[Path, list[str]]:
    """Three sets: clean; with a row misread; and with two rows that contradict each other."""
    place = tmp_path_factory.mktemp("three") / "published"
    raws = [fixture_raw, with_cells(fixture_raw, "yunfan-2032-001", value="54")]
    raws.append(with_cells(raws[1], "yunfan-2032-004", flags=""))
    return place, [published_as(place, raw, fixture_texts) for raw in raws]


@pytest.fixture
def sets(published: Path, three: tuple[Path, list[str]]) -> list[str]:
    """A copy of the three sets, free to be changed."""
    shutil.copytree(three[0], published, symlinks=True)
    return three[1]


def test_both_languages_or_one(sets: list[str], say: Say) -> None:
    code, out, err = say("snapshot", "list")
    assert (code, err) == (0, "")
    assert out.index("当前") < out.index("current")
    assert all(out.count(name) == 2 for name in sets)
    assert "current" not in say("snapshot", "list", "--lang", "zh")[1]
    assert "当前" not in say("snapshot", "--lang", "en", "list")[1]


def test_the_folder_may_be_named_before_or_after_the_verb(sets: list[str], say: Say) -> None:
    nowhere = "/nowhere/at/all"
    assert "Nothing has been published" in say("snapshot", "list", "--published", nowhere)[1]
    assert "Nothing has been published" in say("snapshot", "--published", nowhere, "list")[1]


def test_verify(published: Path, sets: list[str], say: Say) -> None:
    assert say("snapshot", "verify")[:2] == (0, f"{sets[2]}：完整\n{sets[2]}: whole\n")
    assert say("snapshot", "verify", "--all")[0] == 0
    path = published / "snapshots" / sets[1] / "observations.csv"
    path.unlink()
    assert say("snapshot", "verify")[0] == 0
    code, out, err = say("snapshot", "verify", "--all")
    assert code == 1 and "已损坏" in err and "observations.csv" in err and sets[0] in out
    assert say("snapshot", "verify", "0" * 16)[0] == 2
    assert say("snapshot", "verify", "../../etc")[0] == 2


def test_diff(sets: list[str], say: Say) -> None:
    code, out, _ = say("snapshot", "diff", sets[0], sets[2])
    assert code == 0
    assert "转入隔离 2" in out and "2 quarantined" in out
    assert "yunfan-2032-001" in out and "54" in out
    assert "没有不同" in say("snapshot", "diff", sets[0], sets[0])[1]
    head = say("snapshot", "diff", sets[0], sets[1], "--csv")[1].splitlines()[0]
    assert head.startswith("kind,id,document")
    assert say("snapshot", "diff", sets[0], "f" * 16)[0] == 2


def test_rollback_and_unpin(published: Path, sets: list[str], say: Say) -> None:
    code, out, _ = say("snapshot", "rollback", sets[0], "--reason", "数字有误", "--who", "张")
    assert code == 0 and "固定" in out and "pinned" in out
    assert snapshot.current_id(published) == sets[0]
    held = pin.read(published)
    assert held and (held.reason, held.by, held.instead_of) == ("数字有误", "张", sets[2])
    listed = say("snapshot", "list")[1]
    assert "退回：数字有误" in listed and "Pinned to" in listed
    assert say("snapshot", "unpin", "--reason", "已改正")[0] == 0
    code, _, err = say("snapshot", "unpin", "--reason", "又一次")
    assert code == 1 and "Nothing is pinned" in err


def test_rollback_to_a_day(published: Path, sets: list[str], say: Say) -> None:
    lines = (published / "history.jsonl").read_text(encoding="utf-8").splitlines()
    dated = [
        json.dumps({**json.loads(line), "published_at": f"2020-06-0{n}T09:00:00+08:00"})
        for n, line in enumerate(lines, 1)
    ]
    (published / "history.jsonl").write_text("\n".join(dated) + "\n", encoding="utf-8")
    assert say("snapshot", "rollback", "2020-05-31", "--reason", "试")[0] == 2
    assert say("snapshot", "rollback", "2020-06-02", "--reason", "试")[0] == 0
    assert snapshot.current_id(published) == sets[1]


@pytest.mark.parametrize("name", ["0" * 16, "2020-13-01", "../../etc", ""])
def test_rollback_to_nothing(published: Path, sets: list[str], say: Say, name: str) -> None:
    code, _, err = say("snapshot", "rollback", name, "--reason", "试")
    assert code == 2 and "snapshot list" in err
    assert snapshot.current_id(published) == sets[2]


def test_rollback_to_a_damaged_set(published: Path, sets: list[str], say: Say) -> None:
    (published / "snapshots" / sets[0] / "offices.csv").unlink()
    code, _, err = say("snapshot", "rollback", sets[0], "--reason", "试")
    assert code == 1 and "已损坏" in err
    assert snapshot.current_id(published) == sets[2]
    assert pin.read(published) is None


def test_gc(published: Path, sets: list[str], say: Say) -> None:
    assert "已清理 0 版" in say("snapshot", "gc", "--keep", "1")[1]
    every = ["snapshot", "gc", "--keep", "1", "--days", "0"]
    assert "2 would be removed" in say(*every, "--dry-run")[1]
    assert len(snapshot.snapshots(published)) == 3
    assert "2 removed" in say(*every)[1]
    assert snapshot.snapshots(published) == (sets[2],)
    assert "已清理" in say("snapshot", "verify", sets[0])[2]


@pytest.mark.parametrize(
    "words",
    [
        ["snapshot", "rollback", "0" * 16, "--reason", "x"],
        ["snapshot", "unpin", "--reason", "x"],
        ["snapshot", "gc"],
    ],
)
def test_while_a_refresh_runs_nothing_is_done(published, sets, say: Say, words) -> None:
    words = [sets[0] if word == "0" * 16 else word for word in words]
    with snapshot.lock(published).acquire(timeout=0):
        code, _, err = say(*words)
    assert code == 3 and "正在更新" in err
    assert snapshot.current_id(published) == sets[2]


@pytest.mark.parametrize(
    "words",
    [
        ["snapshot"],
        ["snapshot", "dance"],
        ["snapshot", "rollback", "0" * 16],
        ["snapshot", "rollback", "0" * 16, "--reason", " "],
        ["snapshot", "gc", "--keep", "-1"],
        ["quarantine"],
        ["quarantine", "drop", "x-001"],
        ["quarantine", "release", "--reason", "x"],
    ],
)
def test_misuse_exits_with_two(say: Say, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        say(*words)
    assert caught.value.code == 2


def test_list_what_waits(sets: list[str], say: Say) -> None:
    code, out, _ = say("quarantine", "list")
    assert code == 0
    assert "等待处理 2 行，不采用 0 行" in out and "2 waiting, 0 dropped" in out
    assert "mediations.csv:3" in out and "[reads-differently]" in out
    assert "（自 20" in out and "(since 20" in out


def test_facts_are_not_released(published: Path, sets: list[str], say: Say) -> None:
    code, _, err = say("quarantine", "release", "yunfan-2032-001", "--reason", "我确定")
    assert code == 1 and "reads-differently" in err and "mediations.csv:3" in err
    assert decisions.read(published) == {}


def test_release_acts_at_the_next_refresh(
    published: Path, sets: list[str], say: Say, fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    words = ["release", "yunfan-2032-004", "--reason", "两处都属实", "--who", "张"]
    assert say("quarantine", *words)[0] == 0
    assert "〔放行：张，两处都属实〕" in say("quarantine", "list")[1]
    raw = with_cells(fixture_raw, "yunfan-2032-001", value="54")
    published_as(published, with_cells(raw, "yunfan-2032-004", flags=""), fixture_texts)
    changed = (published / "current" / "changes.csv").read_text(encoding="utf-8")
    assert "由人放行：两处都属实" in changed and "张" not in changed
    assert "1 waiting" in say("quarantine", "list")[1]


def test_drop_and_take_it_back(
    published: Path, sets: list[str], say: Say, fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    assert say("quarantine", "drop", "yunfan-2032-004", "--reason", "以另一处为准")[0] == 0
    raw = with_cells(fixture_raw, "yunfan-2032-001", value="54")
    raw = with_cells(raw, "yunfan-2032-004", flags="")
    published_as(published, raw, fixture_texts)
    assert "1 waiting, 1 dropped" in say("quarantine", "list")[1]
    assert say("quarantine", "release", "yunfan-2032-004", "--reason", "再看")[0] == 0
    published_as(published, raw, fixture_texts)
    assert "1 waiting, 0 dropped" in say("quarantine", "list")[1]


def test_rows_that_do_not_wait_are_not_decided_about(
    published: Path, sets: list[str], say: Say
) -> None:
    for verb in ("release", "drop"):
        code, _, err = say("quarantine", verb, "liuxi-2031-001", "--reason", "x")
        assert code == 2 and "不在隔离区" in err
    assert not (published / "decisions.csv").exists()


def test_a_damaged_set_and_spoilt_decisions_are_told(
    published: Path, sets: list[str], say: Say
) -> None:
    (published / "decisions.csv").write_bytes(b"id\nx\n")
    code, _, err = say("quarantine", "list")
    assert code == 1 and "decisions.csv:2" in err
    (published / "current" / "quarantine.csv").unlink()
    assert say("quarantine", "list")[0] == 1


def test_nothing_published_nothing_waits(say: Say) -> None:
    assert say("quarantine", "list")[:2] == (
        0,
        "等待处理 0 行，不采用 0 行。\n0 waiting, 0 dropped.\n",
    )
