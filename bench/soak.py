"""Refresh again and again while one server is read: nothing may fail, mix or grow.

    python -m bench.soak [--refreshes 200] [--readers 4] [--pause 0.4] [--seconds 900]

Every refresh writes its number into `scope_note` of each row of a copy of the raw tables, and
every second one takes a row away. `python -m dashboard serve` shows the published folder; readers
ask it, each request on a connection of its own, for its health, a page and the whole set as CSV.
A CSV whose rows carry two numbers, or not as many rows as were published under that number, is a
mixture. Memory is the resident set of the server's processes together. Ends with 1 if a request
or a refresh failed, a set was mixed, or a reader saw a set more than 5 s after the next was out.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from extract import tables
from extract.refresh import Job, refresh

CHECKOUT = Path(__file__).resolve().parents[1]
CSV = "/api/v1/observations.csv"
PATHS = ("/healthz", "/zh/compare", CSV)
PROMISED_S = 5.0
TIMEOUT_S = 30.0
SHORTENED = "canteen_seats.csv"
"""The table that has its last row in even refreshes only."""


@dataclass(slots=True)
class Seen:
    """What was published and what the readers met, written by all threads."""

    rows: dict[int, int] = field(default_factory=dict)
    """Number of a refresh → rows published under it, known before readers can see them."""
    out_at: dict[int, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    mixtures: list[str] = field(default_factory=list)
    sets: set[int] = field(default_factory=set)
    latest_s: float = 0.0
    memory_mib: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> int:
    """Run the soak and print what was measured."""
    args = _arguments()
    seen = Seen()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        raw, published = Path(place) / "raw", Path(place) / "published"
        shutil.copytree(args.raw, raw)
        sound = {path.name: path.read_bytes() for path in raw.glob("*.csv")}
        families = sorted({str(name) for name in tables.read(raw).rows["_file"]})
        job = Job(raw, published, keep_days=0)
        _refresh(job, sound, families, 0, seen)
        with _served(published) as (pid, port), _reading(args.readers, port, args.pause, seen):
            _settle(seen)
            seen.memory_mib.append(_memory_mib(pid))
            for number in range(1, args.refreshes + 1):
                if time.monotonic() - begun > args.seconds:
                    break
                _refresh(job, sound, families, number, seen)
                seen.memory_mib.append(_memory_mib(pid))
            _settle(seen)
            seen.memory_mib.append(_memory_mib(pid))
    _print(args, seen, time.monotonic() - begun)
    is_late = seen.latest_s > PROMISED_S
    return 1 if seen.failures or seen.mixtures or is_late else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--refreshes", type=int, default=200)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--raw", type=Path, default=CHECKOUT / "data/raw")
    parser.add_argument("--pause", type=float, default=0.4, help="between requests, seconds")
    parser.add_argument("--seconds", type=float, default=900, help="no refresh begins later")
    return parser.parse_args()


def _refresh(job: Job, sound: dict[str, bytes], families: list[str], n: int, seen: Seen) -> None:
    """Publish the set of number `n`."""
    count = 0
    for name in families:
        header, *rows = csv.reader(io.StringIO(sound[name].decode("utf-8"), newline=""))
        if n % 2 and name == SHORTENED:
            rows.pop()
        for row in rows:
            row[header.index("scope_note")] = f"soak {n}"
        count += len(rows)
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        (job.raw / name).write_bytes(out.getvalue().encode("utf-8"))
    seen.rows[n] = count
    begun = time.monotonic()
    done = refresh(job)
    seen.out_at[n] = time.monotonic()
    seen.took.append(seen.out_at[n] - begun)
    if done.kind != "published" or done.rows != count:
        seen.failures.append(f"refresh {n}: {done.en}")


@contextmanager
def _served(published: Path) -> Iterator[tuple[int, int]]:
    """One dashboard server on a free loopback port, ready: its process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    places = os.environ | {"LIVELIHOOD_PUBLISHED": str(published)}
    with subprocess.Popen(command, cwd=CHECKOUT, env=places) as server:
        try:
            _wait_for(port)
            yield server.pid, port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    ends = time.monotonic() + TIMEOUT_S
    while True:
        try:
            _get(port, "/healthz")
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def _reading(readers: int, port: int, pause: float, seen: Seen) -> Iterator[None]:
    """So many readers, until the end of the block."""
    stop = threading.Event()

    def read(first: int) -> None:
        turn = first
        while not stop.wait(pause):
            _look(port, PATHS[turn % len(PATHS)], seen)
            turn += 1

    threads = [threading.Thread(target=read, args=[number]) for number in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _look(port: int, path: str, seen: Seen) -> None:
    begun = time.monotonic()
    try:
        body = _get(port, path)
    except OSError as reason:
        with seen.lock:
            seen.asked[path] += 1
            seen.failures.append(f"{path}: {reason}")
        return
    with seen.lock:
        seen.asked[path] += 1
        seen.waited.append(time.monotonic() - begun)
        if path == CSV:
            _judge(body, begun, seen)


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=TIMEOUT_S) as answer:
        return bytes(answer.read())


def _judge(body: bytes, begun: float, seen: Seen) -> None:
    """Whether a CSV is one whole set, and how long the next one had been out when it was asked."""
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    notes = {row["scope_note"] for row in rows}
    numbers = [int(note.removeprefix("soak ")) for note in notes if note.startswith("soak ")]
    if len(notes) != 1 or len(numbers) != 1 or seen.rows.get(numbers[0]) != len(rows):
        seen.mixtures.append(f"{len(rows)} rows say {sorted(notes)[:3]}")
        return
    seen.sets.add(numbers[0])
    if (next_out := seen.out_at.get(numbers[0] + 1)) is not None:
        seen.latest_s = max(seen.latest_s, begun - next_out)


def _settle(seen: Seen) -> None:
    """Let the readers ask a hundred times more, so that every process has opened everything."""
    wanted = seen.asked.total() + 100
    while seen.asked.total() < wanted:
        time.sleep(0.05)


def _memory_mib(pid: int) -> float:
    """Resident memory of the process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    kib = 0
    for each in (str(pid), *children):
        status = Path(f"/proc/{each}/status").read_text(encoding="utf-8")
        kib += int(status.partition("VmRSS:")[2].split()[0])
    return kib / 1024


def _print(args: argparse.Namespace, seen: Seen, seconds: float) -> None:
    memory, requests = seen.memory_mib, seen.asked.total()
    third = max(len(memory) // 3, 1)
    parts = [statistics.median(memory[at : at + third]) for at in (0, third, len(memory) - third)]
    slow = statistics.quantiles(seen.waited, n=100)[98]
    print(f"{len(seen.out_at) - 1} refreshes, {args.readers} readers, {seconds:.0f} s")
    middle, worst = statistics.median(seen.took), max(seen.took)
    print(f"refresh          median {middle:.2f} s, worst {worst:.2f} s")
    print(f"requests         {requests} ({', '.join(f'{n} {p}' for p, n in seen.asked.items())})")
    print(f"answered         median {statistics.median(seen.waited):.3f} s, 99 % {slow:.3f} s")
    print(f"failures         {len(seen.failures)}")
    print(f"mixtures         {len(seen.mixtures)} of {seen.asked[CSV]} CSVs, {len(seen.sets)} sets")
    print(f"seen after       {seen.latest_s:.1f} s at most")
    ends = f"{memory[0]:.0f} / {memory[len(memory) // 2]:.0f} / {memory[-1]:.0f}"
    print(f"memory, MiB      {ends} at the start, middle, end; most {max(memory):.0f}")
    print(f"memory by thirds {' / '.join(f'{part:.0f}' for part in parts)} MiB, medians")
    for what in [*seen.failures[:10], *seen.mixtures[:10]]:
        print(what)


if __name__ == "__main__":
    sys.exit(main())
