"""`extract tidy` on one core, on two, on a Dask cluster of one worker and of two; one is killed.

Every run has to give the same bytes; a killed worker may cost time and nothing else. The workers
are started on loopback as an administrator starts them on several machines.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.nation.stopwatch import Taken, run, tree
from bench.nation.walk import Place

__all__ = ["CASES", "Made", "made"]

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Case:
    """So many workers, of this machine or of a cluster; whether one is killed half-way."""

    workers: int
    is_cluster: bool = False
    is_killed: bool = False

    @property
    def name(self) -> str:
        """As the table calls it."""
        where = "Dask, workers" if self.is_cluster else "local, processes"
        return f"{where}: {self.workers}{', one killed' if self.is_killed else ''}"


@dataclass(frozen=True, slots=True)
class Made:
    """A run: what it took, and the SHA-256 of every file it wrote, names included."""

    taken: Taken
    digest: str


CASES = (
    Case(1),
    Case(2),
    Case(1, is_cluster=True),
    Case(2, is_cluster=True),
    Case(2, is_killed=True),
    Case(2, is_cluster=True, is_killed=True),
)


def made(place: Place) -> Iterator[Made]:
    """Each case on the raw tables there; a worker is killed at half the time of the same unhurt."""
    took: dict[Case, float] = {}
    for case in CASES:
        half = took.get(replace(case, is_killed=False), 0.0) / 2
        found = _run(case, place, half)
        took[case] = found.taken.seconds
        yield found


def _run(case: Case, place: Place, half: float) -> Made:
    out = place.folder / "tidy-made"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "extract", "tidy", "--lang", "en", "--tidy", str(out)]
    with ExitStack() as stack:
        if case.is_cluster:
            address, pids = stack.enter_context(_cluster(case.workers, place.checkout))
            command += ["--scheduler", address]
        else:
            command += ["--workers", str(case.workers)]
        if case.is_killed:
            stack.enter_context(_killing(half, pids if case.is_cluster else None))
        taken = run(case.name, command, place.places, place.checkout, place.log("tidy"))
    digest = _digest(out) if taken.code == 0 else f"ended with {taken.code}"
    shutil.rmtree(out, ignore_errors=True)
    return Made(taken, digest)


@contextmanager
def _cluster(workers: int, checkout: Path) -> Iterator[tuple[str, Sequence[int]]]:
    """A scheduler and its workers, a process each with one thread: address, process ids."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
    quiet = ("--no-dashboard",)
    calls = [[*dask, "--host", "127.0.0.1", "--port", port, *quiet]]
    calls += [[*worker, address, "--nthreads", "1", "--no-nanny", *quiet] for _ in range(workers)]
    with ExitStack() as stack:
        servers = [stack.enter_context(_started(call, checkout)) for call in calls]
        _wait(int(port))
        yield address, [server.pid for server in servers[1:]]


@contextmanager
def _started(command: Sequence[str], checkout: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the end of the block; what it imports is this checkout's."""
    places = os.environ | {"PYTHONPATH": str(checkout)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=checkout, env=places, stdout=quiet, stderr=quiet) as server:
        try:
            yield server
        finally:
            server.terminate()


@contextmanager
def _killing(after: float, pids: Sequence[int] | None) -> Iterator[None]:
    """Kill one of the workers after so many seconds: of a cluster, or of what we start next."""
    timer = threading.Timer(after, _kill, [pids])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _kill(pids: Sequence[int] | None) -> None:
    """The last worker of the cluster, or the process of our own tree that is busiest."""
    own = pids or [pid for pid in tree(os.getpid()) if _is_worker(pid)]
    if own:
        os.kill(own[-1], signal.SIGKILL)


def _is_worker(pid: int) -> bool:
    """A process that multiprocessing started to work."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"spawn_main" in words or b"forkserver" in words


def _wait(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the Dask scheduler did not start")


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
