"""A browser that looks at a page as a reader does and says when its chart stood there.

"Drawn" is the same for all: the first frame in which a chart of plotly.js holds bars
(`.main-svg .trace.bars path`), counted from the start of the navigation by the page's own clock.
"Redrawn" is the first frame from which the outlines of the bars stay as they are, counted from the
reader's last event before the first of them changed. Bytes are those of the wire: headers, bodies
as compressed, and frames of websockets.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.chromium import EXECUTABLE, FLAGS
from bench.rivals import Rival, Set

QUIET_S = 0.8
"""A page is done when nothing has come over the wire for so long."""
STILL_MS = 600
"""A chart is redrawn when its bars have not changed for so long."""
WITHIN_S = 60.0
WATCH = """(() => {
  const seen = window.__seen = {
    drawn: null, live: null, waits: false, from: null, changed: null, bars: 0
  };
  let outlines = '';
  const look = () => {
    const now = performance.now();
    const bars = document.querySelectorAll('.main-svg .trace.bars path');
    const root = document.documentElement;
    if (seen.drawn === null && bars.length > 0) seen.drawn = now;
    if (seen.live === null && root && root.hasAttribute('data-live')) seen.live = now;
    seen.waits = seen.live === null && document.getElementById('live') !== null;
    seen.bars = bars.length;
    if (seen.armed) {
      const now_outlines = Array.from(bars, (bar) => bar.getAttribute('d')).join();
      if (seen.from !== null && now_outlines !== outlines) seen.changed = now;
      outlines = now_outlines;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const begin = () => { if (seen.changed === null) seen.from = performance.now(); };
  for (const kind of ['click', 'change']) document.addEventListener(kind, begin, true);
})()"""


@dataclass(slots=True)
class Look:
    """What one visit measured; milliseconds and kilobytes (1,000 bytes)."""

    drawn_ms: float
    wire_kb: float
    live_ms: float | None
    warm_ms: float
    warm_kb: float
    change_ms: float


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        yield found
        found.close()


class Wire:
    """What has come to a page since the last question."""

    def __init__(self, page: Page, megabits: float) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self._bytes = 0.0
        self._last = time.monotonic()
        self.session.send("Network.enable")
        self.session.on("Network.loadingFinished", lambda e: self._came(e["encodedDataLength"]))
        self.session.on("Network.loadingFailed", lambda _: self._came(0))
        self.session.on("Network.requestWillBeSent", lambda _: self._came(0))
        self.session.on("Network.webSocketFrameReceived", self._frame)
        if megabits:
            rate = megabits * 1_000_000 / 8
            limits = {"downloadThroughput": rate, "uploadThroughput": rate, "latency": 0}
            self.session.send("Network.emulateNetworkConditions", {"offline": False, **limits})

    def settle(self, page: Page) -> None:
        """Wait until the wire is quiet."""
        while time.monotonic() - self._last < QUIET_S:
            page.wait_for_timeout(50)

    def taken_kb(self) -> float:
        """Kilobytes since the last time this was asked."""
        taken, self._bytes = self._bytes, 0.0
        return taken / 1000

    def _came(self, length: float) -> None:
        self._bytes += length
        self._last = time.monotonic()

    def _frame(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        text = frame["payloadData"]
        self._came(len(text) * 3 / 4 if frame["opcode"] == 2 else len(text.encode()))


def visit(chromium: Browser, rival: Rival, data: Set, megabits: float = 0) -> Look:
    """One cold load, one reload, one change of the indicator."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce"
    )
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        wire = Wire(page, megabits)
        page.goto(rival.url, wait_until="commit")
        cold = _drawn(page, wire)
        cold_kb = wire.taken_kb()
        page.reload(wait_until="commit")
        warm = _drawn(page, wire)
        return Look(
            drawn_ms=cold["drawn"],
            wire_kb=cold_kb,
            live_ms=cold["live"],
            warm_ms=warm["drawn"],
            warm_kb=wire.taken_kb(),
            change_ms=_changed(page, rival, data),
        )
    finally:
        context.close()


def _drawn(page: Page, wire: Wire) -> dict[str, float]:
    until = time.monotonic() + WITHIN_S
    while not (seen := _seen(page)) or seen["drawn"] is None or seen["waits"]:
        if time.monotonic() > until:
            raise RuntimeError(f"no bars within {WITHIN_S:.0f} s: {page.url}")
        page.wait_for_timeout(100)
    wire.settle(page)
    return _seen(page)


def _seen(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("() => window.__seen || {}")
    return found


def _changed(page: Page, rival: Rival, data: Set) -> float:
    page.evaluate(
        "() => { Object.assign(window.__seen, { from: null, changed: null, armed: true }) }"
    )
    page.wait_for_timeout(100)
    if rival.is_native:
        page.select_option("select[name=indicator]", data.other)
    else:
        page.locator(rival.opener).first.click()
        words = re.compile(f"^\\s*{re.escape(data.names[data.other])}\\s*$")
        page.locator(rival.option).filter(has_text=words).first.click()
    until = time.monotonic() + WITHIN_S
    while True:
        page.wait_for_timeout(STILL_MS / 2)
        seen = _seen(page)
        now = page.evaluate("() => performance.now()")
        if seen["changed"] is not None and seen["bars"] and now - seen["changed"] > STILL_MS:
            return float(seen["changed"] - seen["from"])
        if time.monotonic() > until:
            raise RuntimeError(f"{rival.name}: the chart did not change within {WITHIN_S:.0f} s")


def asked_by_page(rival: Rival) -> list[tuple[str, str, bytes]]:
    """Method, address and body of what a page asks its server for, kept files aside."""
    asked: list[tuple[str, str, bytes]] = []
    with browser() as found:
        page = found.new_page()
        page.add_init_script(WATCH)
        page.on(
            "request",
            lambda r: (
                asked.append((r.method, r.url, r.post_data_buffer or b""))
                if r.resource_type in {"document", "fetch", "xhr"}
                else None
            ),
        )
        wire = Wire(page, 0)
        page.goto(rival.url)
        _drawn(page, wire)
    return asked


def chromium_version() -> str:
    """What the browser calls itself."""
    with browser() as found:
        return f"Chromium {found.version}"


def screenshot(rival: Rival, where: Path) -> None:
    """What the page looks like, for a person to see that all show the same."""
    with browser() as found:
        page = found.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        wire = Wire(page, 0)
        page.goto(rival.url)
        _drawn(page, wire)
        page.screenshot(path=str(where))
