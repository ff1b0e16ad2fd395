"""The clock refreshes at once and at every interval, and ends when told to."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from extract import clock, journal, outcome
from extract.sources import Source

CHECKOUT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("1s", 1), ("15m", 900), ("2h", 7200), ("99999s", 99999)]
)
def test_intervals(text: str, seconds: int) -> None:
    assert clock.interval(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "15", "15min", "0m", "-5m", "1.5h", "m", "1d", "100000s", " 5m", "５m", "5M"]
)
def test_what_is_no_interval_is_told_how_to_write_it(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"30s.*15m.*2h"):
        clock.interval(text)


@pytest.mark.parametrize("text", ["", "Asia/Nowhere", "../etc/passwd", "/etc/passwd", "Asia"])
def test_what_is_no_time_zone_is_told(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="Asia/Shanghai"):
        clock.zone(text)


def kept(
    published: Path, turn: Callable[[], outcome.Outcome], *, every: int, until: threading.Event
) -> list[str]:
    """What a clock said that got SIGTERM once `until` was set."""
    lines: list[str] = []

    def stop() -> None:
        until.wait(10)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    before = signal.getsignal(signal.SIGTERM)
    stopper.start()
    clock.keep(clock.Clock(turn, published, every, ZONE, lines.append))
    stopper.join()
    assert signal.getsignal(signal.SIGTERM) is before
    return lines


def test_the_present_refresh_finishes(tmp_path: Path) -> None:
    begun, finished = threading.Event(), threading.Event()

    def turn() -> outcome.Outcome:
        begun.set()
        time.sleep(0.5)
        finished.set()
        return outcome.published("0123456789abcdef", 1)

    lines = kept(tmp_path, turn, every=60, until=begun)
    assert finished.is_set()
    assert "已发布" in lines[1]
    assert "停止" in lines[-1]
    state = journal.read(tmp_path)["clock"]
    assert (state["every_seconds"], state["timezone"]) == (60, "Asia/Shanghai")
    assert state["heartbeat"].endswith("+08:00")
    assert state["stopped"] is not None


def test_turns_never_overlap_and_a_failing_turn_does_not_stop_the_clock(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running, most = [0], [0]
    enough = threading.Event()
    turns: list[float] = []

    def turn() -> outcome.Outcome:
        running[0] += 1
        most[0] = max(most[0], running[0])
        turns.append(time.monotonic())
        if len(turns) == 1:
            time.sleep(1.2)
            running[0] -= 1
            raise RuntimeError("once")
        running[0] -= 1
        enough.set()
        return outcome.unchanged("0123456789abcdef", 1)

    kept(tmp_path, turn, every=1, until=enough)
    assert most == [1]
    assert len(turns) == 2
    assert "once" in caplog.text


def test_a_heartbeat_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = threading.Event()
    (tmp_path / "file").write_bytes(b"")

    def turn() -> outcome.Outcome:
        done.set()
        return outcome.busy(None)

    lines = kept(tmp_path / "file", turn, every=60, until=done)
    assert any("No heartbeat" in line for line in lines)


def command(raw: Path, published: Path, *options: str) -> list[str]:
    places = ["--raw", str(raw), "--published", str(published)]
    return [sys.executable, "-m", "extract", "clock", *places, *options]


def two_attempts(published: Path, process: "subprocess.Popen[str]") -> bool:
    """Wait until the log tells of two attempts; False when the process ended or time is up."""
    log = published / "log.jsonl"
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        if log.is_file() and len(log.read_text(encoding="utf-8").splitlines()) >= 2:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_real_clock_runs_twice_and_ends_with_code_0(tmp_path: Path, stop: int) -> None:
    (tmp_path / "raw").mkdir()
    published = tmp_path / "published"
    with subprocess.Popen(
        command(tmp_path / "raw", published, "--every", "1s"),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        twice = two_attempts(published, process)
        process.send_signal(stop)
        said, _ = process.communicate(timeout=20)
    assert twice, said
    assert process.returncode == 0, said
    assert said.count("未发布") >= 2, "an empty folder is refused, again and again"
    state = json.loads((published / "status.json").read_bytes())
    assert state["clock"]["stopped"] is not None
    assert state["running_since"] is None


def test_a_wrong_interval_ends_with_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, tmp_path, "--every", "15min"),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    assert "30s" in done.stderr and "时间间隔" in done.stderr


NOON = datetime(2033, 3, 1, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("schedule", "asked", "minutes"),
    [
        ("5m", {"minutes": 0}, 5),
        ("5m", {"minutes": 2}, 3),
        ("5m", {"minutes": 9}, 5),
        ("5m", None, 5),
        ("2h", {"minutes": 0}, 15),
        ("4 12 * * *", {"hours": 3}, 4),
        ("0 6 * * *", {"hours": 4}, 15),
    ],
)
def test_the_next_turn_is_the_first_of_the_base_and_of_every_source(
    tmp_path: Path, schedule: str, asked: dict[str, float] | None, minutes: int
) -> None:
    """A source whose turn has come counts as asked by the turn that begins."""
    source = Source("office", "folder", str(tmp_path), schedule, "o")
    if asked is not None:
        (tmp_path / "sources").mkdir()
        said = {"office": (NOON - timedelta(**asked)).isoformat()}
        (tmp_path / "sources" / "turns.json").write_text(json.dumps(said), encoding="utf-8")
    kept = clock.Clock(
        lambda: outcome.busy(None), tmp_path, 900, ZONE, print, sources=lambda: [source]
    )
    assert clock.upcoming(kept, NOON, NOON) == NOON + timedelta(minutes=minutes)
