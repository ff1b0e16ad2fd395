"""Who does the work: this process, several of this machine, or a Dask cluster.

An engine takes tasks one by one, as many as it can keep busy with, and gives answers as they
come: in any order, each once. A worker that dies costs time; what it had is done again.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

__all__ = ["Engine", "Here", "Processes", "Unable", "cores", "lost"]

Given = TypeVar("Given")
Made = TypeVar("Made")

TRIES = 4
"""How often a task is begun whose worker died, before it is said to be the reason."""


class Unable(Exception):  # noqa: N818 - named for what the engine is
    """The work cannot be done by this engine; `zh` and `en` say why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def lost(task: object, tries: int) -> Unable:
    """That workers died again and again over the same task."""
    return Unable(
        f"{task}：处理它的进程 {tries} 次中断，多半是内存不足。请减少 --workers，或增加内存。",
        f"{task}: the process at work on it died {tries} times, most likely of too little memory. "
        "Use fewer --workers, or give each more memory.",
    )


class Engine(Protocol):
    """Whoever can be given work."""

    def each(self, work: Callable[[Given], Made], tasks: Iterable[Given]) -> Iterator[Made]:
        """What `work` makes of every task, in any order; raises what `work` raises, or Unable."""
        ...


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Here:
    """This process alone."""

    def each(self, work: Callable[[Given], Made], tasks: Iterable[Given]) -> Iterator[Made]:
        """One after the other."""
        return map(work, tasks)


@dataclass(frozen=True, slots=True)
class Processes:
    """So many processes of this machine."""

    workers: int

    def each(self, work: Callable[[Given], Made], tasks: Iterable[Given]) -> Iterator[Made]:
        """Two tasks a process are kept at hand; a broken pool is replaced by a new one."""
        source = iter(tasks)
        again: deque[_Try[Given]] = deque()
        while True:
            running: dict[Future[Made], _Try[Given]] = {}
            with _pool(self.workers) as pool:
                try:
                    yield from self._some(pool, work, running, again, source)
                    return
                except BrokenProcessPool:
                    again.extendleft(each.again() for each in running.values())

    def _some(
        self,
        pool: ProcessPoolExecutor,
        work: Callable[[Given], Made],
        running: "dict[Future[Made], _Try[Given]]",
        again: "deque[_Try[Given]]",
        source: Iterator[Given],
    ) -> Iterator[Made]:
        """Until all is done or the pool breaks; what broke one before runs alone."""
        while True:
            room = 1 if again else 2 * self.workers
            while len(running) < room and (task := _next(again, source)) is not None:
                again.appendleft(task)
                running[pool.submit(work, task.task)] = again.popleft()
            if not running:
                return
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                made = done.result()
                del running[done]
                yield made


@dataclass(frozen=True, slots=True)
class _Try(Generic[Given]):
    """A task, and how often it was begun in vain."""

    task: Given
    tries: int = 0

    def again(self) -> "_Try[Given]":
        """The same once more; Unable where that was tried often enough."""
        if self.tries + 1 >= TRIES:
            raise lost(self.task, TRIES)
        return _Try(self.task, self.tries + 1)


def _next(again: "deque[_Try[Given]]", source: Iterator[Given]) -> "_Try[Given] | None":
    if again:
        return again.popleft()
    return next((_Try(task) for task in source), None)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes, which inherit no thread and no open file of this one."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
