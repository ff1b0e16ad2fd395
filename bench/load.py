"""Fifty readers at once for a minute: ours, then Vizro, then Streamlit, each alone on the machine.

    python -m bench.load [--readers 50] [--seconds 60] [--only NAME …] [--markdown bench/README.md]

A reader opens one page after another without a pause. A view is everything that the server must
give before the page can show its chart, kept files (scripts, styles) aside:

- ours: the page, then `_dash-layout` and `_dash-dependencies`; a table as CSV; a changed filter
- Vizro: what its page asks for, recorded once in a browser: the page, Dash's two questions, and
  the posts that bring the chart and the table
- Streamlit: a websocket, one run of the script, until it says that the run is finished; asked by
  its own protocol in its own environment (`bench/streamlit_readers.py`)

Two workers of four threads serve ours and Vizro; Streamlit is one process by design. The readers
use the same two cores as the server. Exit code 1 when one of our requests fails.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench import rivals
from bench.pages import replace_part
from bench.rivals import BENCH, OURS, STREAMLIT, VIZRO, Rival, Set
from bench.sets import SAID, SETS
from bench.visitor import asked_by_page

TIMEOUT_S = 30.0
SHELL = ("/_dash-layout", "/_dash-dependencies")
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a server."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class View:
    """What a reader opens: its requests one after the other."""

    kind: str
    requests: tuple[Request, ...]
    weight: int = 1


@dataclass(slots=True)
class Tally:
    """What the readers met; seconds by kind of view."""

    seconds: float = 0.0
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    requests: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def every(self) -> list[float]:
        """All views, fastest first."""
        return sorted(second for kind in self.took.values() for second in kind)


def main() -> int:
    """Load each server in turn; print, and write where asked."""
    asked = _arguments()
    data = SETS[asked.set]()
    tallies: dict[str, Tally] = {}
    for name in asked.only:
        with rivals.served(data, [name]) as (rival,):
            tallies[name] = load(rival, data, asked)
        print(f"{name}: done", flush=True)
    text = report(tallies, asked)
    print(f"\n{text}")
    if asked.markdown:
        replace_part(asked.markdown, "load", text)
    return int(OURS in tallies and bool(tallies[OURS].errors))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--set", choices=list(SETS), default="real")
    parser.add_argument("--only", nargs="+", default=[OURS, VIZRO, STREAMLIT])
    parser.add_argument("--markdown", type=Path, help="file whose part “load” is replaced")
    return parser.parse_args()


def load(rival: Rival, data: Set, asked: argparse.Namespace) -> Tally:
    """All readers on one server."""
    if rival.name == STREAMLIT:
        return _streamlit(rival, asked)
    views = our_views(data) if rival.name == OURS else recorded(rival)
    return asyncio.run(_readers(rival, views, asked.readers, asked.seconds))


def our_views(data: Set) -> tuple[View, ...]:
    """A mix of pages, in both languages, over many indicators."""
    codes = tuple(data.names)
    pages = [
        ("overview", ["/zh/", "/en/"], 4),
        ("compare", [f"/zh/compare?indicator={code}" for code in codes], 8),
        ("trends", [f"/zh/trends?indicator={code}" for code in codes[:10]], 4),
        ("indicator", [f"/en/indicator?indicator={code}" for code in codes[:10]], 2),
        ("evidence", ["/zh/evidence", "/zh/evidence?q=%E5%8A%9E", "/en/evidence?page=2"], 4),
        ("practices", ["/zh/practices"], 1),
    ]
    views = [
        View(kind, tuple(Request("GET", p) for p in (path, *SHELL)), weight)
        for kind, paths, weight in pages
        for path in paths
    ]
    tables = [f"/zh/compare.csv?indicator={code}" for code in codes[:5]]
    tables.append(f"/api/v1/observations.csv?indicator={data.first}")
    views += [View("CSV", (Request("GET", path),), 1) for path in tables]
    views += [View("filter", (_filter(code),), 8) for code in codes]
    count = Counter(view.kind for view in views)
    return tuple(View(v.kind, v.requests, max(v.weight * 60 // count[v.kind], 1)) for v in views)


def _filter(code: str) -> Request:
    body = {
        "output": "view.data",
        "outputs": {"id": "view", "property": "data"},
        "inputs": [{"id": "address", "property": "search", "value": f"?indicator={code}"}],
        "changedPropIds": ["address.search"],
        "state": [{"id": "address", "property": "pathname", "value": "/zh/compare"}],
    }
    return Request("POST", "/_dash-update-component", json.dumps(body).encode())


def recorded(rival: Rival) -> tuple[View, ...]:
    """The one view that a browser asks for."""
    requests = tuple(
        Request(method, f"{urlsplit(url).path}?{urlsplit(url).query}".rstrip("?"), body)
        for method, url, body in asked_by_page(rival)
    )
    return (View(f"page ({len(requests)} requests)", requests),)


async def _readers(rival: Rival, views: Sequence[View], readers: int, seconds: float) -> Tally:
    tally = Tally()
    place = urlsplit(rival.base)
    port, begun = int(place.port or 80), time.monotonic()
    until = begun + seconds
    await asyncio.gather(*(_reader(n, port, views, until, tally) for n in range(readers)))
    tally.seconds = time.monotonic() - begun
    return tally


async def _reader(
    number: int, port: int, views: Sequence[View], until: float, tally: Tally
) -> None:
    dice = random.Random(number)
    weights = [view.weight for view in views]
    line = Line(port)
    while time.monotonic() < until:
        (view,) = dice.choices(views, weights)
        begun = time.monotonic()
        for request in view.requests:
            try:
                status = await asyncio.wait_for(line.ask(request), TIMEOUT_S)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as problem:
                status = 0
                tally.errors[f"{type(problem).__name__} {request.path[:60]}"] += 1
                line.hang_up()
            tally.requests += 1
            if status >= 400:
                tally.errors[f"{status} {request.path[:60]}"] += 1
        tally.took[view.kind].append(time.monotonic() - begun)
    line.hang_up()


class Line:
    """A connection that is kept, as a browser keeps it; opened again where the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> int:
        """The status, once the whole answer has come; asked twice where a kept line was dead."""
        is_kept = self._ends is not None
        try:
            return await self._asked(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hang_up()
            if not is_kept:
                raise
            return await self._asked(request)

    def hang_up(self) -> None:
        """Close the connection."""
        if self._ends:
            self._ends[1].close()
        self._ends = None

    async def _asked(self, request: Request) -> int:
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._port)
        source, sink = self._ends
        head = [
            f"{request.method} {request.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Accept: text/html,*/*",
            "Accept-Encoding: gzip, deflate, br",
        ]
        if request.body:
            head += [f"Content-Type: {JSON}", f"Content-Length: {len(request.body)}"]
        sink.write("\r\n".join([*head, "", ""]).encode() + request.body)
        answer = (await source.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await _drain(source, answer)
        if "connection: close" in answer:
            self.hang_up()
        return int(answer.split(" ", 2)[1])


async def _drain(source: asyncio.StreamReader, head: str) -> None:
    """Read a body to its end."""
    if "transfer-encoding: chunked" in head:
        while size := int(await source.readline(), 16):
            await source.readexactly(size + 2)
        await source.readline()
    elif "content-length: " in head:
        await source.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))


def _streamlit(rival: Rival, asked: argparse.Namespace) -> Tally:
    python = rivals.environment(STREAMLIT) / "bin/python"
    script = BENCH / "streamlit_readers.py"
    port = str(urlsplit(rival.base).port)
    command = [str(python), str(script), port, str(asked.readers), str(asked.seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    tally = Tally(seconds=found["seconds"], requests=len(found["took"]))
    tally.took["page (one run)"] = found["took"]
    tally.errors.update(found["errors"])
    return tally


def report(tallies: dict[str, Tally], asked: argparse.Namespace) -> str:
    """Two tables as Markdown."""
    day = datetime.datetime.now(datetime.UTC).date()
    lines = [
        f"{day}: {rivals.machine()}; {rivals.versions()}. {asked.readers} readers without pause "
        f"for {asked.seconds:g} s, {SAID[asked.set]}.",
        "",
        "| | views | views/s | p50 ms | p95 ms | p99 ms | errors |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_line(name, tally.every(), tally) for name, tally in tallies.items()]
    if OURS in tallies:
        ours = tallies[OURS]
        lines += [
            "",
            "| our views | views | p50 ms | p95 ms | p99 ms |",
            "|---|---:|---:|---:|---:|",
        ]
        for kind, took in sorted(ours.took.items()):
            cells = " | ".join(f"{1000 * _quantile(took, q):,.0f}" for q in (50, 95, 99))
            lines.append(f"| {kind} | {len(took):,} | {cells} |")
    for name, tally in tallies.items():
        lines += [f"- {name}: {n} × {what}" for what, n in tally.errors.most_common(5)]
    return "\n".join([*lines, ""])


def _line(name: str, took: list[float], tally: Tally) -> str:
    cells = " | ".join(f"{1000 * _quantile(took, q):,.0f}" for q in (50, 95, 99))
    rate = len(took) / tally.seconds
    return f"| {name} | {len(took):,} | {rate:,.1f} | {cells} | {tally.errors.total()} |"


def _quantile(took: Sequence[float], percent: int) -> float:
    if len(took) < 2:
        return took[0] if took else float("nan")
    return statistics.quantiles(took, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    sys.exit(main())
