"""The walk of the national case on the real code paths: a process a step, as people run them.

raw → check → tidy → refresh (check, tidy and publish) → dashboard → workbook of a view → API.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tqdm import tqdm

from bench.nation.stopwatch import Taken, Watch, run, tree

__all__ = ["Asked", "Place", "answers", "served", "steps"]

START_SECONDS = 600
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case lives: DIR/raw, DIR/tidy, DIR/published; and the checkout that is measured."""

    folder: Path
    checkout: Path

    @property
    def raw(self) -> Path:
        """The raw tables."""
        return self.folder / "raw"

    @property
    def published(self) -> Path:
        """What refresh publishes."""
        return self.folder / "published"

    @property
    def places(self) -> Mapping[str, str]:
        """The case's folders as the environment names them."""
        names = ("raw", "tidy", "published", "exports")
        own = {f"LIVELIHOOD_{name.upper()}": str(self.folder / name) for name in names}
        return own | {"LIVELIHOOD_CONFIG": ""}

    def log(self, name: str) -> Path:
        """What a step prints."""
        return self.folder / f"{name}.log"


@dataclass(frozen=True, slots=True)
class Asked:
    """Addresses of a kind, none asked before: milliseconds of the first answer and the median of
    the others; lines and MiB of the first."""

    name: str
    first: float
    later: float
    lines: int
    mib: float


def steps(place: Place, generator: Sequence[str], view: str) -> Iterator[Taken]:
    """Every command of the walk, in order; a step that fails is the last one."""
    python = sys.executable
    book = str(place.folder / "view.xlsx")
    commands: tuple[tuple[str, Sequence[str]], ...] = (
        ("raw tables", [python, "-m", "bench.national", *generator]),
        ("check", [python, "-m", "extract", "check", "--lang", "en"]),
        ("tidy", [python, "-m", "extract", "tidy", "--lang", "en"]),
        ("refresh", [python, "-m", "extract", "refresh", "--once", "--lang", "en"]),
        ("workbook of a view", [python, "-m", "dashboard", "export", book, "--view", view]),
    )
    with tqdm(commands, disable=None, unit="step", leave=False) as progress:
        for name, command in progress:
            progress.set_description(name)
            log = place.log(name.replace(" ", "-"))
            taken = run(name, command, place.places, place.checkout, log)
            yield taken
            if taken.code:
                return


@contextmanager
def served(place: Place) -> Iterator[tuple[int, int, float]]:
    """The server as the Procfile starts it, on loopback: its port, process, seconds to ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    begun = time.perf_counter()
    with (
        place.log("serve").open("wb") as log,
        subprocess.Popen(
            command, cwd=place.checkout, env=os.environ | dict(place.places), stdout=log, stderr=log
        ) as server,
    ):
        try:
            _wait(port, server)
            yield port, server.pid, time.perf_counter() - begun
        finally:
            server.terminate()


def answers(place: Place, pages: Mapping[str, Sequence[str]]) -> tuple[Taken, list[Asked]]:
    """Serve the set, ask every address in turn; the server's memory is that of its processes."""
    with served(place) as (port, pid, opened), Watch(pid) as watch:
        workers = tree(pid)
        asked = [
            _asked(port, name, paths)
            for name, paths in tqdm(pages.items(), disable=None, unit="page", leave=False)
        ]
    said = f"{len(workers) - 1} workers, {len(asked)} addresses"
    return Taken("serve: ready", opened, watch.process_mib, watch.tree_mib, 0, said), asked


def _asked(port: int, name: str, paths: Sequence[str]) -> Asked:
    """Different addresses, so that no answer is a kept one."""
    first, lines, size = _read(port, paths[0])
    later = [_read(port, path)[0] for path in paths[1:]]
    return Asked(name, first, statistics.median(later or [first]), lines, size / 2**20)


def _read(port: int, path: str) -> tuple[float, int, int]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.perf_counter()
    line.request("GET", quote(path, safe="/?&=%:"))
    answer = line.getresponse()
    lines = size = 0
    while piece := answer.read(_PIECE):
        lines, size = lines + piece.count(b"\n"), size + len(piece)
    line.close()
    if answer.status != 200:
        raise OSError(f"{answer.status} {path}")
    return (time.perf_counter() - begun) * 1000, lines, size


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            _read(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start: see serve.log")
