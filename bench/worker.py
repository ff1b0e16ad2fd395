"""One web worker over a published set: its memory, how soon it serves, how fast it searches.

    python -m bench.worker PUBLISHED

A server with one worker is started on loopback; it answers every page, its CSV, the interface and
200 different searches. Memory is the worker's alone, in MiB; a search is the whole answer of
/api/v1/suggest over HTTP, in ms.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from dashboard.dataset import Dataset, read

__all__ = ["main", "worker"]

SEARCHES = 200
PIECE = 1 << 20
START_S = 300.0
ANSWER_S = 600.0
CSV_INDICATORS = 2
"""Indicators whose tables are taken as files; of every one, pages are looked at."""
MIB = 1024
SLIP = 3
"""Which character of a name is left out for a slip."""


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("published", type=Path)
    asked = parser.parse_args()
    for name, figure in worker(asked.published).items():
        print(f"{name:40}{figure:12,.1f}")
    return 0


def worker(published: Path) -> dict[str, float]:
    """Figures of one worker: name with its unit → number. The set must be whole."""
    dataset = read((published / "current").resolve())
    pages, files, typed = _pages(dataset), _files(dataset), _typed(dataset)
    dataset.cabinet.close()
    del dataset
    begun = time.monotonic()
    with _served(published) as (port, server):
        found = {"start to first answer, ms": 1000 * (time.monotonic() - begun)}
        (pid,) = _children(server)
        found["memory at start, MiB"] = _memory(pid)
        took = [_asked(port, f"/api/v1/suggest?q={quote(text)}") for text in typed]
        found["search, median ms"] = statistics.median(took)
        found["search, p95 ms"] = statistics.quantiles(took, n=20)[-1]
        found["memory after searches, MiB"] = _memory(pid)
        found["slowest page, ms"] = max(_asked(port, path) for path in pages)
        found["memory after pages, MiB"] = _memory(pid)
        found["slowest file, ms"] = max(_asked(port, path) for path in files)
        found["memory after files, MiB"] = _memory(pid)
        found["highest memory, MiB"] = _memory(pid, "VmHWM")
    return found


def _pages(dataset: Dataset) -> list[str]:
    """Every kind of page; those of an indicator for each of them."""
    area = list(dataset.offices)[len(dataset.offices) // 2]
    of_one = [
        f"/zh/{page}?indicator={code}"
        for code in dataset.facts.usage
        for page in ("compare", "trends", "indicator")
    ]
    plain = ("", "office", "indicator", "evidence", "practices", "data", "method", "status")
    of_office = [f"/zh/{page}?office={area}" for page in ("office", "trends", "evidence")]
    return [f"/zh/{page}" for page in plain] + ["/en/", "/zh/changes", *of_one, *of_office]


def _files(dataset: Dataset) -> list[str]:
    """Tables of pages and of the interface."""
    codes = list(dataset.facts.usage)[:CSV_INDICATORS]
    area = next(iter(dataset.offices))
    tables = ("offices", "indicators", "documents", "practices", "changes", "snapshots")
    return [
        *(f"/zh/{p}.csv?indicator={code}" for code in codes for p in ("compare", "trends")),
        *("/zh/office.csv", f"/zh/office.csv?office={area}", f"/zh/evidence.csv?office={area}"),
        *(f"/api/v1/{table}{end}" for table in tables for end in ("", ".csv")),
        *(f"/api/v1/observations.csv?indicator={code}" for code in codes),
        *(f"/api/v1/documents?office={area}", f"/api/v1/observations?office={area}"),
        *("/download/documents.csv", "/download/dcat.json", "/download/structure.xml"),
        "/api/v1/observations.csv",
    ]


def _typed(dataset: Dataset) -> list[str]:
    """Texts as somebody types them: parts of names, one character, codes, slips, nonsense."""
    dice = random.Random(1)
    areas = dice.sample(list(dataset.offices), min(SEARCHES, len(dataset.offices)))
    names = [dataset.offices[area].name for area in areas]
    made = [
        text
        for area, name in zip(areas, names, strict=True)
        for text in (
            name.zh[:1],
            name.zh[:2],
            name.zh[-1:],
            name.zh,
            name.en[:4],
            area[:3],
            area,
            name.zh[: SLIP - 1] + name.zh[SLIP:],
            f"{name.zh[:1]}{chr(dice.randrange(0x4E00, 0x9FA5))}",
            chr(dice.randrange(97, 123)) * dice.randrange(1, 5),
        )
    ]
    every = list(dict.fromkeys(filter(None, made)))
    return dice.sample(every, min(SEARCHES, len(every)))


@contextmanager
def _served(published: Path) -> Iterator[tuple[int, int]]:
    """A server with one worker that has answered: its port, its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "serve", "--workers", "1", "--port", str(port)]
    places = {"LIVELIHOOD_PUBLISHED": str(published), "LIVELIHOOD_EXPORTS": ""}
    with subprocess.Popen(command, env=os.environ | places, stdout=subprocess.DEVNULL) as server:
        try:
            _wait(port, server)
            yield port, server.pid
        finally:
            server.terminate()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            _asked(port, "/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")


def _asked(port: int, path: str) -> float:
    """Milliseconds until the last byte of an answer; OSError where there is none."""
    line = HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    begun = time.perf_counter()
    line.request("GET", path)
    answer = line.getresponse()
    while answer.read(PIECE):
        pass
    line.close()
    if answer.status >= 400:
        raise ValueError(f"{answer.status} {path}")
    return 1000 * (time.perf_counter() - begun)


def _children(parent: int) -> Sequence[int]:
    """Processes that a process started."""
    tasks = Path(f"/proc/{parent}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def _memory(pid: int, kind: str = "VmRSS") -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / MIB


if __name__ == "__main__":
    sys.exit(main())
