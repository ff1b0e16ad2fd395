"""A real server for each set, a real browser before it, and a watch for whatever goes wrong."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.chromium import EXECUTABLE, FLAGS

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN_SECONDS = 30
SETTLED = """() => document.documentElement.hasAttribute('data-live')
    && !document.getElementById('first-chart')
    && (!document.getElementById('plot') || document.querySelector('#plot .main-svg'))"""
WATCH = """() => document.addEventListener('securitypolicyviolation',
    (event) => console.error('refused by policy: ' + event.violatedDirective))"""


@dataclass
class Visit:
    """A page as a reader sees it; `troubles` gathers what a reader should never cause."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(f"({WATCH})()")
        self.page.on("console", lambda said: self.troubles.append(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def open(self, path: str) -> Page:
        """Go to a path and wait until the page is live and its chart stands."""
        self.page.goto(self.base + path, wait_until="domcontentloaded")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page is live and its chart stands."""
        self.page.wait_for_function(SETTLED)

    @property
    def path(self) -> str:
        """Path and query of the address shown."""
        return self.page.url.removeprefix(self.base)

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).scheme not in {"data", "blob"} and not request.url.startswith(
            self.base
        ):
            self.troubles.append(f"request to another origin: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.troubles.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Address of a server, started as an operator would, over the set of that name."""
    started: list[subprocess.Popen[bytes]] = []

    @cache
    def start(name: str) -> str:
        data = request.getfixturevalue(f"{name}_set")
        port = _free_port()
        environment = {
            **os.environ,
            "LIVELIHOOD_TIDY": str(data.tidy),
            "LIVELIHOOD_PUBLISHED": str(tmp_path_factory.mktemp("published")),
            "LIVELIHOOD_SOURCES": str(data.sources or ""),
        }
        command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
        started.append(
            subprocess.Popen(
                [*command, "--workers", "1"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        base = f"http://127.0.0.1:{port}"
        _wait_for(f"{base}/healthz", started[-1])
        return base

    yield start
    for server in started:
        server.terminate()
    for server in started:
        server.wait(timeout=15)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A reader's browser with its own settings and storage; equal settings share a cache."""
    made: list[BrowserContext] = []

    @cache
    def make(theme: str, scripts: bool) -> BrowserContext:
        options: dict[str, Any] = {
            "color_scheme": theme,
            "java_script_enabled": scripts,
            "reduced_motion": "reduce",
            "timezone_id": "Asia/Shanghai",
        }
        made.append(chromium.new_context(**options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def visit(
    served: Callable[[str], str], context: Callable[..., BrowserContext]
) -> Iterator[Callable[..., Visit]]:
    """Open a page over a set; at the end nothing may have gone wrong on any page visited."""
    made: list[Visit] = []

    def open_page(
        name: str, *, width: int = 1440, theme: str = "light", scripts: bool = True
    ) -> Visit:
        page = context(theme, scripts).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.set_default_timeout(30_000)
        made.append(Visit(page, served(name)))
        return made[-1]

    yield open_page
    for each in made:
        if each.page.url.startswith(each.base) and each.page.evaluate("true") is not None:
            each.page.evaluate("() => { try { localStorage.clear() } catch (e) { } }")
        each.page.close()
    assert [trouble for each in made for trouble in each.troubles] == []


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the server did not come up at {address}")
