"""What a refresh and the clock do with the storage: catch up before, deliver after.

Nothing here raises for the storage's sake, and nothing takes longer than its time-outs: a
publication stands on its own, and what is owed is delivered at the next turn. How it stands is in
status.json (`remote`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import Timeout

from extract import journal, snapshot
from extract.outcome import Outcome
from extract.remote.following import follow
from extract.remote.gone import collect
from extract.remote.pointer import STATUS, Pointer
from extract.remote.publishing import Pushed, push
from extract.remote.storage import Remote, Target, opened
from extract.remote.trouble import RemoteError

__all__ = ["STATUS_BYTES", "Delivered", "around", "catch_up", "decoded", "deliver"]

STATUS_BYTES = 1 << 22
COLLECTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery did, and why not, where it failed."""

    pushed: Pushed | None = None
    trouble: RemoteError | None = None


def _nowhere(_step: str) -> None:
    return None


def around(
    published: Path,
    target: Target | None,
    now: Callable[[], datetime],
    refresh: Callable[[], Outcome],
) -> Outcome:
    """A refresh after what was published last anywhere, and then uploaded; what prevented the
    upload is said, and changes no exit code."""
    catch_up(published, target, now())
    done = refresh()
    trouble = deliver(published, target, now()).trouble
    if trouble is None:
        return done
    zh = f"{done.zh}尚未上传到共用的存储：{trouble.zh}。"
    return replace(done, zh=zh, en=f"{done.en} Not uploaded to the storage yet: {trouble.en}.")


def catch_up(
    published: Path,
    target: Target | None,
    now: datetime,
    at: Callable[[str], None] = _nowhere,
) -> RemoteError | None:
    """Take over what another machine published last, so that the next set comes after it.

    Returns what prevented it; the folder is then as it was.
    """
    if target is None:
        return None
    try:
        follow(published, opened(target), now, at=at)
    except RemoteError as reason:
        return reason
    except OSError as reason:
        return RemoteError("local", cause=reason)
    return None


def deliver(
    published: Path,
    target: Target | None,
    now: datetime,
    at: Callable[[str], None] = _nowhere,
    *,
    everything: bool = False,
    take_over: bool = False,
) -> Delivered:
    """Bring the storage up to this folder, and note in status.json how that went."""
    if target is None:
        return Delivered()
    try:
        remote = opened(target)
        pushed = push(published, remote, everything=everything, take_over=take_over, at=at)
        done = Delivered(pushed)
    except RemoteError as reason:
        done = Delivered(trouble=reason)
    except OSError as reason:
        done = Delivered(trouble=RemoteError("local", cause=reason))
    try:
        _noted(published, target, done, now)
        if done.pushed and done.pushed.state in {"current", "uploaded"}:
            _tell(published, remote)
            _tidy(published, remote, done.pushed, now)
    except (RemoteError, OSError, Timeout):
        return done  # the set is there; the rest comes with the next turn
    return done


def _noted(published: Path, target: Target, done: Delivered, now: datetime) -> None:
    """`remote` of status.json, written when it changes."""
    if done.pushed and done.pushed.state in {"busy", "empty"}:
        return
    before = journal.read(published).get("remote")
    known = before if isinstance(before, dict) else {}
    said = {"url": target.shown, **_state(published, done, known)}
    is_same = all(known.get(name) == value for name, value in said.items())
    if not is_same:
        same_state = known.get("state") == said["state"]
        since = known.get("since") if same_state else None
        journal.update(published, {"remote": {**known, **said, "since": since or _stamp(now)}})


def _state(published: Path, done: Delivered, known: dict[str, Any]) -> dict[str, Any]:
    if done.trouble is None:
        pointer = done.pushed.pointer if done.pushed else None
        state = "elsewhere" if done.pushed and done.pushed.state == "behind" else "current"
        return {"state": state, "reason_zh": "", "reason_en": "", **_pointed(pointer)}
    owed = snapshot.current_id(published)
    words = {"reason_zh": done.trouble.zh, "reason_en": done.trouble.en}
    is_owed = owed != known.get("id")
    return {"state": "behind" if is_owed else "unreachable", "code": done.trouble.code, **words}


def _pointed(pointer: Pointer | None) -> dict[str, Any]:
    return {"code": "", "id": pointer.id, "sequence": pointer.sequence} if pointer else {"code": ""}


def _tell(published: Path, remote: Remote) -> None:
    """status.json, if it says anything new."""
    content = (published / STATUS).read_bytes()
    if remote.read(STATUS, STATUS_BYTES) != content:
        remote.write(STATUS, content)


def _tidy(published: Path, remote: Remote, pushed: Pushed, now: datetime) -> None:
    """Remove what nobody needs, after an upload and at most once an hour."""
    if pushed.state != "uploaded":
        return
    known = journal.read(published).get("remote") or {}
    before = known.get("collected_at")
    if before and datetime.fromisoformat(before) > now - COLLECTED_EVERY:
        return
    collect(published, remote, now)
    journal.update(published, {"remote": {**known, "collected_at": _stamp(now)}})


def _stamp(moment: datetime) -> str:
    return journal.stamp(moment)


def decoded(content: bytes | None) -> dict[str, Any] | None:
    """A status as read from the storage; None where it is none."""
    try:
        said = json.loads(content or b"")
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
