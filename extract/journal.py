"""What a refresh leaves to be read: status.json (the state now) and log.jsonl (what happened).

status.json is replaced whole, by one rename: a reader never finds half of it, also when the
writer is killed. log.jsonl gets one line an attempt; at LOG_BYTES it becomes log.1.jsonl,
so that both together stay below about twice that.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from extract.outcome import Outcome

__all__ = [
    "LOG",
    "LOG_BYTES",
    "STATUS",
    "begin",
    "end",
    "log",
    "note",
    "read",
    "stamp",
    "take",
    "update",
]

STATUS = "status.json"
LOG = "log.jsonl"
LOG_BYTES = 2_000_000
PATIENCE_SECONDS = 5


def read(published: Path) -> dict[str, Any]:
    """status.json of a published folder; {} where there is none or it cannot be read.

    Fields: outcome, message_zh, message_en, current, rows, error_count, problem_count,
    problems (where, rule, severity, message_zh, message_en, next_step_zh, next_step_en),
    waiting (rows in quarantine), changes (counts of the last publication), pinned (null, or id,
    instead_of, reason, since of a set a person chose to show),
    last_attempt, finished_at, running_since (null when none runs; a killed refresh leaves it set),
    stale_after (when the data count as old; null where nothing is promised), sources (name, kind,
    owner, schedule, on_failure, fetched_at, rows, failed), notified (see extract.notify),
    last_success, last_published, clock (heartbeat, every_seconds, timezone, pid, stopped),
    remote (url, state, code, reason_zh, reason_en, since, id, sequence: see extract.remote.turns).
    """
    try:
        status = json.loads((published / STATUS).read_bytes())
    except (OSError, ValueError):
        return {}
    return status if isinstance(status, dict) else {}


def begin(published: Path, started: datetime, *, limit_bytes: int = LOG_BYTES) -> None:
    """Note that an attempt begins, and that the one before was killed if it was.

    The caller holds the refresh lock. Raises OSError.
    """
    _rotate(published / LOG, limit_bytes)
    if since := read(published).get("running_since"):
        _append(published, {"at": stamp(started), "outcome": "interrupted", "since": since})
    update(published, {"last_attempt": stamp(started), "running_since": stamp(started)})


def end(
    published: Path,
    outcome: Outcome,
    started: datetime,
    finished: datetime,
    promise: timedelta | None = None,
) -> None:
    """Note how an attempt ended, in status.json and as a line of log.jsonl. Raises OSError.

    `promise`: so long after a success of every source the data count as old.
    """
    moment = stamp(finished)
    success = {"last_success": moment} if outcome.exit_code == 0 else {}
    changed = {"last_published": moment} if outcome.kind == "published" else {}
    ended = {"finished_at": moment, "running_since": None}
    fresh = _fresh(published, outcome, finished, promise)
    update(published, {**outcome.status(), **ended, **success, **changed, **fresh})
    log(published, outcome, finished, seconds=(finished - started).total_seconds())


def log(published: Path, outcome: Outcome, moment: datetime, *, seconds: float = 0) -> None:
    """Add one line to log.jsonl. Raises OSError."""
    _append(published, {"at": stamp(moment), "seconds": round(seconds, 3), **outcome.log_line()})


def note(published: Path, moment: datetime, fields: Mapping[str, Any]) -> None:
    """Add a line to log.jsonl about something that is not a refresh. Raises OSError."""
    _append(published, {"at": stamp(moment), **fields})


def update(published: Path, changes: Mapping[str, Any]) -> bool:
    """Set the top-level fields of `changes` in status.json; the others stay.

    Writers take turns by a lock of their own. False when another kept it for PATIENCE_SECONDS;
    raises OSError when the folder cannot be written.
    """
    try:
        with FileLock(published / ".status.lock").acquire(timeout=PATIENCE_SECONDS):
            _replace(published / STATUS, {**read(published), **changes})
    except Timeout:
        return False
    return True


def take(published: Path, said: Mapping[str, Any]) -> bool:
    """Replace status.json by the one of the machine that publishes, if that is not older.

    `remote` stays: it tells of this machine's own uploads, and where there are any, only a newer
    status replaces this one. False where nothing changed. Raises OSError.
    """
    try:
        with FileLock(published / ".status.lock").acquire(timeout=PATIENCE_SECONDS):
            here = read(published)
            own = {"remote": here["remote"]} if "remote" in here else {}
            new = {**{name: said[name] for name in said if name != "remote"}, **own}
            is_older = _latest(said) < _latest(here) or (own and _latest(said) == _latest(here))
            if is_older or new == here:
                return False
            _replace(published / STATUS, new)
    except Timeout:
        return False
    return True


def stamp(moment: datetime) -> str:
    """A moment as written in both files: ISO 8601, seconds, with its offset."""
    return moment.isoformat(timespec="seconds")


def _latest(status: Mapping[str, Any]) -> float:
    """When something was last written into a status, in seconds since the epoch; 0 if never."""
    clock = status.get("clock")
    beats = [clock.get("heartbeat"), clock.get("stopped")] if isinstance(clock, dict) else []
    times = [0.0]
    for said in (status.get("last_attempt"), status.get("finished_at"), *beats):
        try:
            times.append(datetime.fromisoformat(str(said)).timestamp())
        except ValueError:
            continue
    return max(times)


def _fresh(
    published: Path, outcome: Outcome, finished: datetime, promise: timedelta | None
) -> dict[str, Any]:
    """`stale_after`: moved on when every source answered, begun with the first attempt."""
    if promise is None:
        return {"stale_after": None}
    is_success = outcome.exit_code == 0 and not outcome.failing
    if not is_success and read(published).get("stale_after"):
        return {}
    return {"stale_after": stamp(finished + promise)}


def _append(published: Path, line: Mapping[str, Any]) -> None:
    """One write, so that lines of two processes do not mix."""
    content = f"{json.dumps(line, ensure_ascii=False)}\n".encode(errors="replace")
    handle = os.open(published / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(handle, content)
    finally:
        os.close(handle)


def _rotate(path: Path, limit_bytes: int) -> None:
    if path.is_file() and path.stat().st_size >= limit_bytes:
        path.replace(path.with_name("log.1.jsonl"))


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(f"{text}\n".encode(errors="replace"))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
