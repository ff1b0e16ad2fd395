"""The four servers of a comparison, each started as its makers say, on a loopback port of its own.

Vizro and Streamlit live in virtual environments of their own under `var/bench-venvs`, made when
first needed: their dependencies are not the dashboard's.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import material
from dashboard.__main__ import THREADS, WORKERS
from dashboard.store import Store

CHECKOUT = Path(__file__).resolve().parents[1]
BENCH = CHECKOUT / "bench"
VENVS = CHECKOUT / "var/bench-venvs"
STARTED_WITHIN_S = 90.0
OURS, STATIC, VIZRO, STREAMLIT = "Livelihood Compared", "by hand", "Vizro", "Streamlit"
RECOGNIZERS, JIONLP = "Recognizers-Text", "JioNLP"
"""Readers of numbers, for `bench.reading`."""
POLARS = "polars"
"""An engine over Parquet, for `bench.national`."""
NEEDS: Mapping[str, Sequence[str]] = {
    VIZRO: ("vizro==1.0.0", "gunicorn==27.0.1"),
    STREAMLIT: ("streamlit==1.67.0", "plotly==7.1.0"),
    RECOGNIZERS: ("recognizers-text-number==1.0.2a2", "emoji==1.7.0"),
    JIONLP: ("jionlp==1.5.31",),
    POLARS: ("polars==2.1.0",),
}
"""What is installed for whom."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One server: where its page is, and how a reader there changes the indicator."""

    name: str
    base: str
    path: str = "/"
    is_native: bool = False
    """Whether the page has a plain `select[name=indicator]`."""
    opener: str = ""
    """Else: what opens the list of options; an option is picked by its words."""
    option: str = ""
    pid: int = 0

    @property
    def url(self) -> str:
        """Address of the page."""
        return self.base + self.path


@dataclass(frozen=True, slots=True)
class Set:
    """A data set and what is shown of it."""

    name: str
    published: Path
    tidy: Path
    shown: Path
    """The material as JSON."""
    first: str = ""
    other: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def with_material(name: str, published: Path, tidy: Path, folder: Path) -> Set:
    """The set of that name, its material written under `folder`."""
    shown = folder / f"{name}.json"
    store = Store(published, tidy)
    made = material.write(store, shown)
    store.close()
    names = {each["code"]: each["name"] for each in made["indicators"]}
    return Set(name, published, tidy, shown, made["first"], made["other"], names)


def environment(name: str) -> Path:
    """The virtual environment of a rival, made and filled if need be."""
    place = VENVS / name.lower()
    ready = place / f".{'-'.join(NEEDS[name])}"
    if not ready.exists():
        print(f"installing {', '.join(NEEDS[name])}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(place / "bin/python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", *NEEDS[name]], check=True)
        ready.touch()
    return place


@contextmanager
def served(data: Set, only: Sequence[str] = ()) -> Iterator[list[Rival]]:
    """All servers over one set, until the end of the block."""
    start: dict[str, Callable[[Set], tuple[list[str], Rival, Mapping[str, str]]]] = {
        OURS: _ours,
        STATIC: _static,
        VIZRO: _vizro,
        STREAMLIT: _streamlit,
    }
    with ExitStack() as stack:
        yield [stack.enter_context(_run(*start[n](data))) for n in start if n in only or not only]


def _ours(data: Set) -> tuple[list[str], Rival, Mapping[str, str]]:
    port = _free_port()
    places = {"LIVELIHOOD_PUBLISHED": str(data.published), "LIVELIHOOD_TIDY": str(data.tidy)}
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    path = f"/zh/compare?indicator={data.first}"
    return command, Rival(OURS, _at(port), path, is_native=True), places


def _static(data: Set) -> tuple[list[str], Rival, Mapping[str, str]]:
    port = _free_port()
    command = [sys.executable, "-m", "bench.hand_written", str(data.shown), "--port", str(port)]
    return command, Rival(STATIC, _at(port), is_native=True), {}


def _vizro(data: Set) -> tuple[list[str], Rival, Mapping[str, str]]:
    port = _free_port()
    command = [
        str(environment(VIZRO) / "bin/gunicorn"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread"),
        *("--bind", f"127.0.0.1:{port}", "--chdir", str(BENCH), "--timeout", "120"),
        *("--log-level", "warning", "--no-control-socket", "rival_vizro:server"),
    ]
    opener, option = ".dash-dropdown", ".dash-dropdown-option"
    rival = Rival(VIZRO, _at(port), opener=opener, option=option)
    return command, rival, {"BENCH_MATERIAL": str(data.shown)}


def _streamlit(data: Set) -> tuple[list[str], Rival, Mapping[str, str]]:
    port = _free_port()
    command = [
        str(environment(STREAMLIT) / "bin/streamlit"),
        *("run", str(BENCH / "rival_streamlit.py"), "--server.headless", "true"),
        *("--server.address", "127.0.0.1", "--server.port", str(port)),
        *("--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"),
    ]
    opener, option = '[data-testid="stSelectbox"] button', '[role="option"]'
    rival = Rival(STREAMLIT, _at(port), opener=opener, option=option)
    return command, rival, {"BENCH_MATERIAL": str(data.shown)}


def _at(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _run(command: list[str], rival: Rival, more: Mapping[str, str]) -> Iterator[Rival]:
    log = CHECKOUT / "var/bench" / f"{rival.name.replace(' ', '-').lower()}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("wb") as said,
        subprocess.Popen(
            command, cwd=CHECKOUT, env=os.environ | dict(more), stdout=said, stderr=said
        ) as server,
    ):
        try:
            _wait_for(rival, server, log)
            yield Rival(
                rival.name,
                rival.base,
                rival.path,
                rival.is_native,
                rival.opener,
                rival.option,
                server.pid,
            )
        finally:
            server.terminate()


def _wait_for(rival: Rival, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(rival.url, timeout=30):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{rival.name} did not start; {log} says why")


def machine() -> str:
    """One line on the machine."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    kib = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1])
    python = platform.python_version()
    return (
        f"{os.cpu_count()} cores ({model}), {kib / 1024**2:.0f} GiB, "
        f"{platform.system()}, Python {python}"
    )


def versions() -> str:
    """What is compared, in which versions."""
    found = [f"{name} ({', '.join(NEEDS[name])})" for name in (VIZRO, STREAMLIT)]
    return "; ".join(found)
