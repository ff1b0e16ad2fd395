"""Many reports at once: which files, read by several processes, in the order they were named."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from extract.documents import SUFFIXES, Unreadable
from extract.documents.refusals import refused
from extract.proposals.proposal import Proposal, proposed
from extract.reading import Registry

__all__ = ["Outcome", "found", "gathered"]

Outcome = Proposal | Unreadable


def found(named: Sequence[Path]) -> tuple[list[Path], int]:
    """The files to read, those of folders sorted by path, and how many files are of other kinds.

    A file that is named is taken whatever it is called; of a folder only what may be a report.
    """
    files: dict[Path, None] = {}
    others = 0
    for path in named:
        if not path.is_dir():
            files[path] = None
            continue
        for inside in sorted(path.rglob("*")):
            hidden = any(p.startswith((".", "~$")) for p in inside.relative_to(path).parts)
            if hidden or not inside.is_file():
                continue
            if inside.suffix.lower() in SUFFIXES:
                files[inside] = None
            else:
                others += 1
    return list(files), others


def gathered(files: Sequence[Path], raw: Path, workers: int) -> Iterator[Outcome]:
    """What became of each file, in order. A file that breaks a worker is refused, no other."""
    if workers <= 1 or len(files) <= 1:
        for path in files:
            yield _outcome(path, raw)
        return
    with _pool(min(workers, len(files))) as pool:
        waiting = [pool.submit(_outcome, path, raw) for path in files]
        try:
            for path, future in zip(files, waiting, strict=True):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    yield _alone(path, raw)
        finally:
            for future in waiting:
                future.cancel()


def _alone(path: Path, raw: Path) -> Outcome:
    """A file in a process of its own, once a pool has broken: another file may have broken it."""
    with _pool(1) as pool:
        try:
            return pool.submit(_outcome, path, raw).result()
        except BrokenProcessPool:
            return refused(path.name, "too-hard", seconds="—", memory="—")


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _outcome(path: Path, raw: Path) -> Outcome:
    try:
        return proposed(path, _registry(raw))
    except Unreadable as reason:
        return reason


@cache
def _registry(raw: Path) -> Registry:
    return Registry.read(raw)
