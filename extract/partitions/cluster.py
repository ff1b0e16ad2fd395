"""Several machines: a Dask scheduler and its workers, met over the network.

Dask is an optional part: this is the only module that knows of it. A task goes to a worker with
all it needs, and workers have to hold the same program and libraries: else their answers could
differ, and they are refused. A worker that dies has its tasks done by others.
"""

import gc
import hashlib
import platform
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from extract.partitions.engines import Unable, lost

__all__ = ["Cluster", "versions"]

PATIENCE_SECONDS = 15
"""How long the scheduler may take to answer, and then to have a worker."""

LIBRARIES = ("numpy", "pandas", "pyarrow")

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of the scheduler at `address` (tcp://host:port)."""

    address: str
    patience: float = PATIENCE_SECONDS

    def each(self, work: Callable[[Given], Made], tasks: Iterable[Given]) -> Iterator[Made]:
        """Two tasks a thread of a worker are kept at hand."""
        dask = _dask()
        with self._client(dask) as client:
            source, own = iter(tasks), versions()
            running: dict[Any, Given] = {}
            answers = dask.as_completed(loop=client.loop)

            def begin(count: int) -> None:
                for task in islice(source, count):
                    future = client.submit(_done, work, task, own, pure=False)
                    running[future] = task
                    answers.add(future)

            begin(2 * sum(client.nthreads().values()))
            for future in answers:
                yield self._answer(dask, future, running.pop(future))
                begin(1)

    def _answer(self, dask: ModuleType, future: Any, task: object) -> Any:
        try:
            made, differing = future.result()
        except dask.KilledWorker as reason:
            raise lost(task, len(reason.args)) from reason
        except (dask.CancelledError, OSError) as reason:
            raise self._gone() from reason
        except ModuleNotFoundError as reason:
            raise _other(f"{reason.name} —", f"no {reason.name}") from reason
        if differing:
            told = ", ".join(f"{name} {there} ≠ {here}" for name, here, there in differing)
            raise _other(told, told)
        future.release()
        return made

    @contextmanager
    def _client(self, dask: ModuleType) -> Iterator[Any]:
        client = self._connected(dask)
        if client is None:
            gc.collect()  # a half-made client, found later while another starts, would wait for it
            raise self._unreachable()
        try:
            client.wait_for_workers(1, timeout=self.patience)
            yield client
        except dask.TimeoutError as reason:
            raise self._empty() from reason
        finally:
            client.close()

    def _connected(self, dask: ModuleType) -> Any:
        """A client of the scheduler; None where it cannot be reached."""
        settings = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
        with (
            suppress(OSError, ValueError, TypeError),
            import_module("dask").config.set(settings),
            warnings.catch_warnings(),
        ):
            warnings.filterwarnings("ignore", message="(?s).*Mismatched versions")
            return dask.Client(self.address, timeout=self.patience, set_as_default=False)
        return None

    def _unreachable(self) -> Unable:
        return Unable(
            f"连不上调度器 {self.address}。请核对地址和端口，确认 dask scheduler 正在运行。",
            f"The scheduler {self.address} cannot be reached. Check host and port, and that "
            "dask scheduler is running.",
        )

    def _empty(self) -> Unable:
        return Unable(
            f"调度器 {self.address} 没有工作进程。请启动：dask worker {self.address}",
            f"The scheduler {self.address} has no workers. Start one: dask worker {self.address}",
        )

    def _gone(self) -> Unable:
        return Unable(
            f"与调度器 {self.address} 的连接中断，没有生成任何文件。请重新启动后再运行一次。",
            f"The connection to the scheduler {self.address} was lost; nothing was written. "
            "Start it again, then run the command once more.",
        )


def versions() -> Mapping[str, str]:
    """What has to be the same on every machine: Python, libraries, and this program itself."""
    libraries = {name: metadata.version(name) for name in LIBRARIES}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **libraries, "extract": _program()}


@cache
def _program() -> str:
    """The first digits of the SHA-256 of this package's modules."""
    folder = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def _done(
    work: Callable[[Given], Made], task: Given, own: Mapping[str, str]
) -> tuple[Made | None, list[tuple[str, str, str]]]:
    """What comes of a task on a worker; or in what the worker differs from who asks."""
    here = versions()
    differing = [(name, said, here[name]) for name, said in own.items() if here[name] != said]
    return (None, differing) if differing else (work(task), [])


def _other(zh: str, en: str) -> Unable:
    return Unable(
        f"工作进程的版本与本机不同（{zh}）。请在各机器上安装同一版本后再运行。",
        f"A worker is not of this version ({en}). Install the same on every machine, then run "
        "again.",
    )


def _dask() -> ModuleType:
    try:
        return import_module("distributed")
    except ModuleNotFoundError as reason:
        raise Unable(
            "没有安装 Dask。请运行：pip install 'livelihood-compared[cluster]'",
            "Dask is not installed. Run: pip install 'livelihood-compared[cluster]'",
        ) from reason
