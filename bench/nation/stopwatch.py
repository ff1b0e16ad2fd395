"""How long a command takes, and how much memory it and all it starts hold meanwhile."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Taken", "Watch", "peak", "run", "tree"]

EVERY_SECONDS = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step: seconds by the clock; MiB of its largest process (VmHWM), and of all together when
    they held most (what they share is counted with each); what it printed last; seconds of
    processor that it and what it waited for took, which a busy machine stretches less."""

    name: str
    seconds: float
    process_mib: float
    tree_mib: float
    code: int = 0
    said: str = ""
    processor: float = 0.0


class Watch:
    """Samples a process and its descendants until the end of the block."""

    def __init__(self, pid: int) -> None:
        self._pid, self._done = pid, threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.process_mib = self.tree_mib = 0.0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            pids = tree(self._pid)
            self.process_mib = max(self.process_mib, *map(peak, pids), 0.0)
            self.tree_mib = max(self.tree_mib, sum(map(_resident, pids)))
            if self._done.wait(EVERY_SECONDS):
                return


def run(
    name: str, command: Sequence[str], places: Mapping[str, str], cwd: Path, log: Path
) -> Taken:
    """Run a command to its end; its output goes to `log`, its progress to the terminal."""
    begun, worked = time.perf_counter(), _worked()
    with log.open("w+", encoding="utf-8") as out:
        process = subprocess.Popen(command, cwd=cwd, env=os.environ | dict(places), stdout=out)
        with process, Watch(process.pid) as watch:
            code = process.wait()
        seconds = time.perf_counter() - begun
    said, processor = _last_line(log), _worked() - worked
    return Taken(name, seconds, watch.process_mib, watch.tree_mib, code, said, processor)


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            children[_parent(int(path.name))].append(int(path.name))
    found, waiting = list[int](), [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def peak(pid: int | str = "self", kind: str = "VmHWM") -> float:
    """MiB a process held at most, or (VmRSS) holds; 0 of one that has ended."""
    return next(
        (int(line.split()[1]) / 1024 for line in _status(pid) if line.startswith(kind)), 0.0
    )


def _worked() -> float:
    """Seconds of processor of everything that was started here and has ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _resident(pid: int) -> float:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]
    except OSError:
        return 0.0
    return int(pages) * _PAGE / 2**20


def _status(pid: int | str) -> Iterable[str]:
    try:
        return Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()


def _parent(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def _last_line(log: Path) -> str:
    """The last line printed, found from the end: a check of a country prints many."""
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - 4096, 0))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
