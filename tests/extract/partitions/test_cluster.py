"""On Dask, with worker processes of their own on loopback: the same bytes, and clear words."""

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from extract import partitions
from extract.partitions import Cluster, Engine, Given, Here, Unable, cluster

pytest.importorskip("distributed", reason="Dask is not installed (extra: cluster)")

ROOT = Path(__file__).resolve().parents[3]
RAW = ROOT / "tests" / "fixtures" / "raw"
QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical", "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


def wait_for(is_there: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < until
        time.sleep(0.1)


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
        cwd=ROOT,
        env={**os.environ, **QUIET},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def scheduler() -> Iterator[str]:
    port = str(free_port())
    with started("dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"):
        wait_for(lambda: is_open(int(port)))
        yield f"tcp://127.0.0.1:{port}"


def worker(address: str, folder: Path) -> "contextmanager[subprocess.Popen[bytes]]":
    """One process with one thread, and no nanny to start it again."""
    own = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
    return started("dask_worker", address, *own, "--local-directory", str(folder))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers."""
    with scheduler() as found, ExitStack() as stack:
        for number in range(2):
            stack.enter_context(worker(found, tmp_path_factory.mktemp(f"worker{number}")))
        yield found


def workers(address: str) -> int:
    with import_module("distributed").Client(address, set_as_default=False) as client:
        return len(client.scheduler_info()["workers"])


def made(engine: Engine, scratch: Path) -> Mapping[str, bytes]:
    """The files of the small set, made by an engine."""
    scratch.mkdir()
    spool = partitions.laid_down(RAW, scratch, engine, size=6, tell=lambda _done, _of: None)
    assert spool.plan.count > 1
    found, good = partitions.tidied(spool, engine, Given(), scratch, lambda _done, _of: None)
    assert not found.errors
    files = partitions.files(good, scratch / "files", lambda _file, _rows: None)
    return {
        name: content.read_bytes() if isinstance(content, Path) else content
        for name, content in files.items()
    }


def slow(number: int) -> int:
    time.sleep(0.3)
    return number


def test_a_cluster_gives_the_same_bytes(address: str, tmp_path: Path) -> None:
    assert made(Cluster(address, 60), tmp_path / "there") == made(Here(), tmp_path / "here")


def test_a_killed_worker_costs_time_only(tmp_path: Path) -> None:
    with scheduler() as found, worker(found, tmp_path / "a") as one, worker(found, tmp_path / "b"):
        wait_for(lambda: workers(found) == 2)
        answers = Cluster(found, patience=30).each(slow, range(16))
        seen = [next(answers)]
        os.kill(one.pid, signal.SIGKILL)
        seen += answers
    assert sorted(seen) == list(range(16))


def test_no_scheduler() -> None:
    with pytest.raises(Unable) as caught:
        list(Cluster(f"tcp://127.0.0.1:{free_port()}", patience=1).each(slow, [1]))
    assert "cannot be reached" in caught.value.en
    assert "连不上调度器" in caught.value.zh


@pytest.mark.parametrize("address", ["somewhere", "tcp://", "http://127.0.0.1:1"])
def test_no_address(address: str) -> None:
    with pytest.raises(Unable, match="cannot be reached"):
        list(Cluster(address, patience=1).each(slow, [1]))


def test_what_could_not_connect_is_gone_at_once() -> None:
    """Left to be collected while the next client starts, it would hold that up for ever."""
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(Unable):
            list(Cluster(f"tcp://127.0.0.1:{free_port()}", patience=1).each(slow, [1]))
        made = import_module("distributed").Client
        assert not [each for each in gc.get_objects() if type(each) is made]
    finally:
        gc.enable()


def test_no_worker() -> None:
    with scheduler() as found, pytest.raises(Unable) as caught:
        time.sleep(2)
        list(Cluster(found, patience=5).each(slow, [1]))
    assert "has no workers" in caught.value.en


def test_another_version_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {**cluster.versions(), "extract": "0123456789ab"}
    monkeypatch.setattr(cluster, "versions", lambda: own)
    with pytest.raises(Unable) as caught:
        list(Cluster(address, 60).each(slow, [1]))
    assert "extract" in caught.value.en and "0123456789ab" in caught.value.en
    assert "版本与本机不同" in caught.value.zh


def test_a_scheduler_that_goes_is_told(tmp_path: Path) -> None:
    with scheduler() as found, worker(found, tmp_path / "a"):
        answers = Cluster(found, patience=60).each(slow, range(40))
        next(answers)
    with pytest.raises(Unable, match="connection to the scheduler"):
        list(answers)


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> ModuleType:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(cluster, "import_module", none)
    with pytest.raises(Unable) as caught:
        list(Cluster("tcp://127.0.0.1:1").each(slow, [1]))
    assert "[cluster]" in caught.value.en and "没有安装 Dask" in caught.value.zh
