"""Two web servers, one clock and an S3-compatible server: how soon a refresh reaches both.

    python -m bench.several [--refreshes 12] [--cut 20]

Every refresh writes its number into `scope_note` of each row of a copy of the raw tables; the clock
publishes it and uploads it; two `python -m dashboard serve`, each with a published folder and a
follower of its own, show it. Readers ask both all the while for health, a page and the whole set as
CSV. A CSV whose rows carry two numbers, or not as many rows as were published under that number, is
torn; a number smaller than one the same server gave before is a step back. Then the line to the
storage is cut: once in the middle of an upload, and once for `--cut` seconds around a publication.
Ends with 1 if a request failed, a set was torn, a server stepped back, or the slowest refresh took
more than 5 s from the switch of the publisher to the second server.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.object_store import BUCKET, CREDENTIALS, Line, free_port, object_store
from extract import snapshot, tables

CHECKOUT = Path(__file__).resolve().parents[1]
CSV = "/api/v1/observations.csv"
PATHS = ("/healthz", "/zh/compare", CSV)
PROMISED_S = 5.0
PATIENCE_S = 90.0
EVERY = "4s"
SHORTENED = "canteen_seats.csv"
"""The table that has its last row in even refreshes only."""


@dataclass(slots=True)
class Trial:
    """What was published, and what the readers met; written by all threads."""

    raw: Path
    published: Path
    ports: tuple[int, ...]
    rows: dict[int, int] = field(default_factory=dict)
    """Number of a refresh → rows published under it."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Id of a set → number of its refresh."""
    first: dict[tuple[int, str], float] = field(default_factory=dict)
    """(port, id) → when that server first gave that set."""
    asked: int = 0
    failures: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, number: int) -> None:
        """Put the tables of refresh `number` in the place of those before, in one step."""
        folder = self.raw.with_name(f"raw-{number}")
        shutil.copytree(self.raw, folder)
        families = sorted({str(name) for name in tables.read(folder).rows["_file"]})
        self.rows[number] = sum(_numbered(folder / name, number) for name in families)
        link = self.raw.with_name("raw.new")
        link.symlink_to(folder.name)
        link.replace(self.raw)

    def publication(self, before: str | None) -> tuple[str, float]:
        """The id that the publisher shows after `before`, and when it was switched."""
        ends = time.monotonic() + PATIENCE_S
        while (name := snapshot.current_id(self.published)) in {before, None}:
            if time.monotonic() > ends:
                raise TimeoutError((self.published / "status.json").read_text("utf-8")[:2000])
            time.sleep(0.02)
        switched = snapshot.switched_at(self.published)
        assert name is not None and switched is not None
        with self.lock:
            self.numbers[name] = len(self.rows) - 1
        return name, switched

    def reached(self, name: str) -> list[float]:
        """When each server first gave the set."""
        ends = time.monotonic() + PATIENCE_S
        while any((port, name) not in self.first for port in self.ports):
            if time.monotonic() > ends:
                raise TimeoutError(f"{name} did not reach every server")
            time.sleep(0.02)
        return [self.first[port, name] for port in self.ports]


def _numbered(path: Path, number: int) -> int:
    """Write the number into every row of a table; how many there are then."""
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    if number % 2 and path.name == SHORTENED:
        rows.pop()
    for row in rows:
        row[header.index("scope_note")] = f"several {number}"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    path.write_bytes(out.getvalue().encode())
    return len(rows)


def several(refreshes: int, *, cut_seconds: float = 20.0) -> dict[str, Any]:
    """The trial: seconds from the publisher's switch to the last server, and what readers met."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        line = stack.enter_context(Line(stack.enter_context(object_store())))
        trial = Trial(place / "raw", place / "clock", (free_port(), free_port()))
        shutil.copytree(CHECKOUT / "data" / "raw", place / "raw-sound")
        trial.raw.symlink_to("raw-sound")
        trial.change(0)
        stack.enter_context(_clock(trial, line))
        name, _ = trial.publication(None)
        for number, port in enumerate(trial.ports):
            stack.enter_context(_served(place / f"web-{number}", port, line))
        stack.enter_context(_reading(trial))
        trial.reached(name)
        took = [_refreshed(trial) for _ in range(refreshes)]
        torn_upload = _cut_in_an_upload(trial, line)
        cut = _cut_around_a_publication(trial, line, cut_seconds)
        return {
            "refreshes": len(took),
            "median_s": statistics.median(took),
            "max_s": max(took),
            "each_s": took,
            "cut_in_upload_s": torn_upload,
            **cut,
            "requests": trial.asked,
            "failures": trial.failures,
            "torn": trial.torn,
            "back": trial.back,
        }


def _refreshed(trial: Trial) -> float:
    """Publish the next number; seconds from the switch to the last server."""
    before = snapshot.current_id(trial.published)
    trial.change(len(trial.rows))
    name, switched = trial.publication(before)
    return max(trial.reached(name)) - switched


def _cut_in_an_upload(trial: Trial, line: Line) -> float:
    """Cut the line within the next upload and mend it; seconds from then to the last server."""
    before = snapshot.current_id(trial.published)
    trial.change(len(trial.rows))
    name, _ = trial.publication(before)
    line.cut_after(60_000)
    time.sleep(3)
    line.cut()
    line.mend()
    mended = time.time()
    return max(0.0, max(trial.reached(name)) - mended)


def _cut_around_a_publication(trial: Trial, line: Line, seconds: float) -> dict[str, Any]:
    """Cut the line, publish, wait, mend."""
    before = snapshot.current_id(trial.published)
    line.cut()
    trial.change(len(trial.rows))
    name, _ = trial.publication(before)
    time.sleep(seconds)
    seen = sorted({_id(port) for port in trial.ports})
    owed = json.loads((trial.published / "status.json").read_bytes()).get("remote", {})
    line.mend()
    mended = time.time()
    return {
        "cut_s": seconds,
        "shown_while_cut_is_the_set_before": seen == [before],
        "publisher_says": owed.get("state"),
        "back_after_s": max(trial.reached(name)) - mended,
    }


def _environment(line: Line) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "LIVELIHOOD" not in name}
    return {
        **kept,
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": line.endpoint,
        "LIVELIHOOD_REMOTE": f"s3://{BUCKET}/several",
    }


@contextmanager
def _clock(trial: Trial, line: Line) -> Iterator[None]:
    command = [sys.executable, "-m", "extract", "clock", "--every", EVERY]
    folders = {"LIVELIHOOD_RAW": str(trial.raw), "LIVELIHOOD_PUBLISHED": str(trial.published)}
    with _running(command, {**_environment(line), **folders}):
        yield


@contextmanager
def _served(published: Path, port: int, line: Line) -> Iterator[None]:
    """One web machine: one worker, so that its answers have an order."""
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port), "--workers", "1"]
    folders = {"LIVELIHOOD_PUBLISHED": str(published)}
    with _running(command, {**_environment(line), **folders}):
        ends = time.monotonic() + PATIENCE_S
        while True:
            try:
                _id(port)
                break
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
        yield


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def _reading(trial: Trial) -> Iterator[None]:
    """For each server one that asks for its id all the time, and one that reads."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=work, args=[trial, port, stop])
        for port in trial.ports
        for work in (_watch, _read)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _watch(trial: Trial, port: int, stop: threading.Event) -> None:
    """Note when each id is first given."""
    while not stop.wait(0.05):
        try:
            name = _id(port)
        except OSError as reason:
            trial.failures.append(f"/healthz: {reason}")
            continue
        with trial.lock:
            trial.asked += 1
            trial.first.setdefault((port, name), time.time())


def _read(trial: Trial, port: int, stop: threading.Event) -> None:
    """Ask for everything in turn; numbers only grow."""
    turn, last = 0, -1
    while not stop.wait(0.1):
        path = PATHS[turn % len(PATHS)]
        turn += 1
        try:
            body = _get(port, path)
        except OSError as reason:
            trial.failures.append(f"{path}: {reason}")
            continue
        trial.asked += 1
        number = _number(trial, path, body)
        if number is not None and number < last:
            trial.back.append(f"{port}: {number} after {last}")
        last = max(last, number if number is not None else last)


def _number(trial: Trial, path: str, body: bytes) -> int | None:
    """The refresh that an answer tells of; None where it cannot be told."""
    if path == "/healthz":
        with trial.lock:
            return trial.numbers.get(str(json.loads(body)["snapshot"]))
    if path != CSV:
        return None
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    notes = {row["scope_note"] for row in rows}
    numbers = {int(note.removeprefix("several ")) for note in notes if note.startswith("several ")}
    number = next(iter(numbers), -1)
    if len(notes) != 1 or len(numbers) != 1 or trial.rows.get(number) != len(rows):
        trial.torn.append(f"{len(rows)} rows say {sorted(notes)[:3]}")
        return None
    return number


def _id(port: int) -> str:
    return str(json.loads(_get(port, "/healthz"))["snapshot"])


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return bytes(answer.read())


def main() -> int:
    """Run the trial and print what was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--refreshes", type=int, default=12)
    parser.add_argument("--cut", type=float, default=20, help="seconds without the storage")
    args = parser.parse_args()
    found = several(args.refreshes, cut_seconds=args.cut)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    is_broken = found["failures"] or found["torn"] or found["back"]
    return 1 if is_broken or found["max_s"] > PROMISED_S else 0


if __name__ == "__main__":
    sys.exit(main())
