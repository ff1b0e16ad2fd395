"""Files of many rows over HTTP, in constant memory, beside DuckDB's own COPY of the same rows.

    python -m bench.api [--offices 500] [--kept FOLDER] [--markdown bench/README.md]

500 offices, 60 indicators and 10 years are 300,000 rows; `--offices 13334` makes 8 million. The
server is started as the Procfile starts it, on loopback; the memory of its workers is sampled. Exit
code 1 when a worker grew by more than it may, or a CSV took longer than ALLOWED_RATIO times the
alternative, or pages had to wait for two streams.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bench.large_set import TIDY, publish
from bench.pages import replace_part
from bench.rivals import machine
from bench.store import apart

ALLOWED_MIB = 192
ALLOWED_RATIO = 1.5
RATED_ROWS = 100_000
"""Rows from which on the ratio says something: below, both sides mostly begin."""
ALLOWED_WAIT = 3.0
"""A page during two streams may take so many times as long as alone."""
EVERY_SECONDS = 0.05
START_SECONDS = 180
PIECE = 1 << 20
VIEWS = 40
API = "/api/v1/observations"
THREE = "indicator=volunteers&indicator=mediations&indicator=recruits"
IN_THREE = "indicator IN ('volunteers', 'mediations', 'recruits')"
MOST = "period_start=2014-01-01"
ORDER = 'ORDER BY document, "start", id'
FILES = (
    ("everything, CSV", f"{API}.csv", f"SELECT * FROM rows {ORDER}"),
    (
        "3 indicators of 60, CSV",
        f"{API}.csv?{THREE}",
        f"SELECT * FROM rows WHERE {IN_THREE} {ORDER}",
    ),
    (
        "9 years of 10, CSV",
        f"{API}.csv?{MOST}",
        f"SELECT * FROM rows WHERE period_start >= DATE '2014-01-01' {ORDER}",
    ),
    ("everything, SDMX-CSV", f"{API}.sdmx.csv", ""),
    ("everything, Parquet", f"{API}.parquet", ""),
    ("9 years of 10, Parquet", f"{API}.parquet?{MOST}", ""),
    ("everything, CSV, gzip", f"{API}.csv", ""),
)
PAGES = ("first page, JSON", "page in the middle, JSON", "last page, JSON")


@dataclass(frozen=True, slots=True)
class Taken:
    """One answer as its reader met it; memory in MiB, that of the worker that grew most."""

    name: str
    rows: int
    size: int
    first: float
    seconds: float
    grown: float
    other: float | None = None


def main() -> int:
    """Build the set, ask, print, and write where asked."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as place:
        published = asked.kept or Path(place)
        if not (published / "current").exists():
            apart(publish, published, asked.offices, asked.years)
        rows = asked.offices * asked.years * 60
        with served(published) as (port, pids):
            found = [file(port, pids, name, path) for name, path, _sql in FILES]
            found += pages(port, pids, rows)
            alone, during = views(port)
        found = found if asked.alone else [beside(published, one) for one in found]
    text = report(rows, found, alone, during)
    print(text)
    if asked.markdown:
        replace_part(asked.markdown, "api", text)
    return int(is_missed(found, alone, during))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--offices", type=int, default=500)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--kept", type=Path, help="where the set is, or is made")
    parser.add_argument("--alone", action="store_true", help="without the alternative")
    parser.add_argument("--markdown", type=Path, help="file whose part “api” is replaced")
    return parser.parse_args()


@contextmanager
def served(published: Path) -> Iterator[tuple[int, list[int]]]:
    """The server as the Procfile starts it, but on loopback: its port, its workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "dashboard",
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    places = {"LIVELIHOOD_PUBLISHED": str(published), "LIVELIHOOD_TIDY": str(TIDY)}
    with subprocess.Popen(command, env=os.environ | places, stdout=subprocess.DEVNULL) as server:
        try:
            yield port, _workers(port, server.pid)
        finally:
            server.terminate()


def _workers(port: int, parent: int) -> list[int]:
    """Wait until every worker has answered something, and is warm; their process ids."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            for _ in range(20):
                drain(port, "/healthz")
                drain(port, f"{API}.csv?indicator=volunteers&year=2013")
        except OSError:
            time.sleep(1)
            continue
        known = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in known if _of(pid) == parent]
    raise TimeoutError("the server did not start")


def _of(pid: int) -> int:
    """The parent of a process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def drain(port: int, path: str, coding: str = "identity") -> tuple[int, int, float, float]:
    """Read an answer to its end: lines, bytes, seconds to the first byte and to the last."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    started = time.perf_counter()
    line.request("GET", path, headers={"Accept-Encoding": coding})
    answer = line.getresponse()
    piece = answer.read(1)
    first = time.perf_counter() - started
    lines = size = 0
    while piece:
        lines, size = lines + piece.count(b"\n"), size + len(piece)
        piece = answer.read(PIECE)
    line.close()
    if answer.status != 200:
        raise OSError(f"{answer.status} {path}")
    return lines, size, first, time.perf_counter() - started


def file(port: int, pids: list[int], name: str, path: str) -> Taken:
    """One file, read to its end."""
    coding = "gzip" if name.endswith("gzip") else "identity"
    with Sampled(pids) as sampled:
        lines, size, first, seconds = drain(port, path, coding)
    is_text = ".csv" in path and coding == "identity"
    return _told(Taken(name, lines - 1 if is_text else 0, size, first, seconds, sampled.grown))


def pages(port: int, pids: list[int], rows: int) -> Iterator[Taken]:
    """Three pages of JSON."""
    last = rows // 1000
    for name, number in zip(PAGES, (1, last // 2, last), strict=True):
        with Sampled(pids) as sampled:
            _lines, size, first, seconds = drain(port, f"{API}?size=1000&page={number}")
        yield _told(Taken(name, 1000, size, first, seconds, sampled.grown))


def views(port: int) -> tuple[list[float], list[float]]:
    """Milliseconds of page views, alone and while two readers take everything as CSV."""
    alone = _viewed(port, "zh")
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as readers:
        streams = [readers.submit(drain, port, f"{API}.csv?{MOST}") for _ in range(2)]
        time.sleep(2)
        during = _viewed(port, "en")
        for stream in streams:
            stream.result()
    return alone, during


def _viewed(port: int, locale: str) -> list[float]:
    """Pages that were not asked for before, so that each is worked out."""
    took = []
    for number in range(VIEWS):
        year = 2013 + number % 10
        code = ("volunteers", "mediations", "recruits", "canteen_seats")[number // 10]
        took.append(1000 * drain(port, f"/{locale}/compare?indicator={code}&year={year}")[3])
    return took


def beside(published: Path, ours: Taken) -> Taken:
    """The same rows, written to a file by DuckDB from the published Parquet."""
    sql = {name: query for name, _path, query in FILES}.get(ours.name, "")
    if not sql:
        return ours
    seconds = apart(copied, published, sql)
    return Taken(*(getattr(ours, name) for name in Taken.__slots__[:-1]), seconds)


def copied(published: Path, sql: str) -> float:
    """Seconds of COPY with two threads, as our streams have, and as much memory as it likes."""
    source = published / "current" / "by_indicator.parquet"
    with tempfile.TemporaryDirectory(dir=published) as place, duckdb.connect() as connection:
        for setting in (
            "threads = 2",
            "enable_progress_bar = false",
            f"temp_directory = '{place}'",
        ):
            connection.execute(f"SET {setting}")
        connection.execute(f"CREATE VIEW rows AS FROM read_parquet('{source}')")
        started = time.perf_counter()
        connection.execute(f"COPY ({sql}) TO '{place}/rows.csv' (HEADER)")
        return time.perf_counter() - started


def is_missed(found: list[Taken], alone: list[float], during: list[float]) -> bool:
    """Whether a promise was not kept."""
    rated = [one for one in found if one.other and one.rows >= RATED_ROWS]
    return (
        any(one.grown > ALLOWED_MIB for one in found)
        or any(one.seconds > ALLOWED_RATIO * (one.other or 0) for one in rated)
        or statistics.median(during) > ALLOWED_WAIT * statistics.median(alone)
    )


def report(rows: int, found: list[Taken], alone: list[float], during: list[float]) -> str:
    """Two tables as Markdown."""
    head = (
        f"{datetime.now(UTC).date()}: {machine()}. {rows:,} rows, `python -m dashboard serve` "
        f"(2 workers), one reader on loopback. Load average {os.getloadavg()[0]:.1f}."
    )
    lines = [
        head,
        "",
        "| | rows | MiB sent | first byte, ms | seconds | rows/s | grown, MiB | COPY, s | × COPY |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *map(_line, found),
        "",
        "| page view, ms | median | longest |",
        "|---|---:|---:|",
    ]
    for name, took in (("alone", alone), ("during two streams", during)):
        lines.append(f"| {name} | {statistics.median(took):.0f} | {max(took):.0f} |")
    return "\n".join([*lines, ""])


def _told(one: Taken) -> Taken:
    """Said as soon as it is known: the whole takes minutes."""
    print(_line(one), file=sys.stderr, flush=True)
    return one


def _line(one: Taken) -> str:
    rows = f"{one.rows:,}" if one.rows else ""
    rate = f"{one.rows / one.seconds:,.0f}" if one.rows else ""
    other = f"{one.other:.1f} | {one.seconds / one.other:.2f}" if one.other else " | "
    return (
        f"| {one.name} | {rows} | {one.size / 2**20:,.1f} | {1000 * one.first:,.0f} "
        f"| {one.seconds:.1f} | {rate} | {one.grown:.0f} | {other} |"
    )


class Sampled:
    """The most memory that any worker grew by meanwhile, sampled."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids

    def __enter__(self) -> Sampled:
        self._before = [resident(pid) for pid in self._pids]
        self._most, self._done = list(self._before), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._done.set()
        self._thread.join()
        self.grown = max(b - a for a, b in zip(self._before, self._most, strict=True))

    def _watch(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            self._most = [max(m, resident(p)) for m, p in zip(self._most, self._pids, strict=True)]


def resident(pid: int) -> float:
    """Memory of a process now, in MiB."""
    pages_held = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages_held * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    sys.exit(main())
