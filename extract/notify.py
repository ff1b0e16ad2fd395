"""Telling other systems by a JSON POST: that a refresh failed, recovered, or the data are old.

Each is told once, when it begins: what was told stands in status.json (`notified`), and what could
not be delivered is tried again. Nothing here raises, and nothing waits longer than its time-out.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from extract import journal
from extract.configuration import Notify
from extract.outcome import Outcome
from extract.problem import errors
from extract.sources import Source
from extract.sources.rules import Refused
from extract.sources.web import post

__all__ = ["Send", "after", "watch"]

Send = Callable[[Source, bytes], None]
"""Delivers a body; raises Refused."""

_LISTED = 10
_LOCK = ".notify.lock"


@dataclass(frozen=True, slots=True)
class _Telling:
    """One occasion to tell; all that is sent on it shares one time-out."""

    published: Path
    target: Notify
    now: datetime
    send: Send
    until: float

    def sent(self, body: Mapping[str, Any]) -> bool:
        """Send it; False, and a line in the log, where it was not taken."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            return False
        source = Source(
            "notify",
            "http",
            self.target.url,
            "1h",
            "[notify]",
            timeout_seconds=seconds,
            allow_private=self.target.allow_private,
        )
        line = {"outcome": "notified", "event": body["event"]}
        try:
            self.send(source, json.dumps(body, ensure_ascii=False).encode(errors="replace"))
        except Refused as reason:
            said = reason.problems[0]
            line = {**line, "outcome": "not-notified"}
            line |= {"message_zh": said.message_zh, "message_en": said.message}
        journal.note(self.published, self.now, line)
        return bool(line["outcome"] == "notified")


def after(
    published: Path, target: Notify | None, done: Outcome, now: datetime, send: Send = post
) -> None:
    """Tell how a refresh ended, if that is news; and whether the data are old by now."""
    if target is not None and done.kind != "busy":
        _tell(_Telling(published, target, now, send, time.monotonic() + target.timeout), done)


def watch(published: Path, target: Notify | None, now: datetime, send: Send = post) -> None:
    """Tell that the data have become old, though no refresh ended."""
    if target is not None:
        _tell(_Telling(published, target, now, send, time.monotonic() + target.timeout), None)


def _failure(done: Outcome) -> list[str]:
    """What is failing, so that one trouble is told once; [] where nothing is."""
    if done.exit_code:
        return [done.kind, *sorted({problem.rule for problem in errors(done.problems)})]
    copies = {p.rule for p in done.problems if p.rule == "copy-unwritten"}
    return [*sorted(copies), *done.failing]


def _tell(telling: _Telling, done: Outcome | None) -> None:
    try:
        with FileLock(telling.published / _LOCK).acquire(timeout=0):
            status = journal.read(telling.published)
            before = status.get("notified")
            known = before if isinstance(before, dict) else {}
            said = _said(telling, status, known, done)
            if said != known:
                journal.update(telling.published, {"notified": said})
    except (OSError, Timeout):
        return  # told next time; status.json says meanwhile what was told


def _said(
    telling: _Telling, status: Mapping[str, Any], known: Mapping[str, Any], done: Outcome | None
) -> dict[str, Any]:
    """Send what is news; what has been told by now."""
    said = {"failure": known.get("failure") or [], "stale": known.get("stale")}
    news: list[tuple[str, str, Any]] = []
    if done is not None and (failure := _failure(done)) != said["failure"]:
        news.append(("failure" if failure else "recovery", "failure", failure))
    if (late := _late(status, telling.now)) != said["stale"]:
        news.append(("stale", "stale", late))
    for event, name, value in news:
        is_silent = event not in telling.target.on or (event == "stale" and value is None)
        if is_silent or telling.sent(_body(event, status, done, telling.now)):
            said[name] = value
    return said


def _late(status: Mapping[str, Any], now: datetime) -> str | None:
    """The moment since which the data are old; None where they are not."""
    until = status.get("stale_after")
    try:
        return str(until) if until and datetime.fromisoformat(until) < now else None
    except (ValueError, TypeError):
        return None


def _body(
    event: str, status: Mapping[str, Any], done: Outcome | None, now: datetime
) -> dict[str, Any]:
    """What is sent: the event, the state in words, and the first problems."""
    fields = ("outcome", "message_zh", "message_en", "current", "last_success", "stale_after")
    shown: Mapping[str, Any] = {**status, **done.status()} if done else status
    problems = [p for p in shown.get("problems") or [] if p.get("severity") == "error"]
    failing = [each["name"] for each in shown.get("sources") or [] if each.get("failed")]
    return {
        "event": event,
        "at": journal.stamp(now),
        **{name: shown.get(name) for name in fields},
        "failing_sources": failing,
        "problems": problems[:_LISTED],
    }
