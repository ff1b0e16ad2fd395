"""A follower: looks every few seconds, and says in remote.json how things stand.

The promise: one in a folder, whatever goes wrong is told and tried again, and SIGTERM ends it
after the piece that is under way. remote.json is written when something changes and every
BEAT_SECONDS, so that others see that it is alive.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from extract import history, journal, snapshot, vintage
from extract.disk import write_if_changed
from extract.remote.following import Followed, follow
from extract.remote.pointer import STATUS
from extract.remote.storage import Remote, Target, opened
from extract.remote.trouble import RemoteError
from extract.remote.turns import STATUS_BYTES, decoded

__all__ = ["LOCK", "STATE", "Watch", "read"]

STATE = "remote.json"
LOCK = ".follow.lock"
BEAT_SECONDS = 30.0
STATUS_SECONDS = 10.0
"""How often the publisher's status.json is looked at while no new set comes."""
_BEHIND = frozenset({"full", "local", "spoilt", "older", "conflict"})
"""Troubles of which a newer set is known that could not be taken."""


class _StoppedError(BaseException):
    """The process was asked to end while something was being fetched."""


def _now() -> datetime:
    return datetime.now(history.ZONE)


def read(published: Path) -> dict[str, Any]:
    """remote.json of a published folder; {} where nothing follows there.

    Fields: url, state (current, empty, ahead, unreachable, behind), since, code, reason_zh,
    reason_en, looked_at (when the pointer was last seen), heartbeat, every_seconds, pid, id,
    sequence and switched_at of the pointer, arrived_at (when the set was shown here).
    """
    try:
        said = json.loads((published / STATE).read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


@dataclass(slots=True)
class Watch:
    """Follows `target` into `published` every `every` seconds until `stop` is set.

    `say` is told in both languages when a set is shown or the state changes.
    """

    published: Path
    target: Target
    every: float
    say: Callable[[str, str], None]
    keep: int = snapshot.KEEP
    days: float = vintage.DAYS
    now: Callable[[], datetime] = _now
    stop: threading.Event = field(default_factory=threading.Event)
    _said: dict[str, Any] = field(default_factory=dict)
    _written_at: float = float("-inf")
    _asked_at: float = float("-inf")
    _is_doubted: bool = True

    def run(self) -> None:
        """Follow until told to stop."""
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                self.turn()
            except _StoppedError:
                return
            self.stop.wait(max(self.every - (time.monotonic() - begun), 0.05))

    def turn(self, *, take_over: bool = False) -> RemoteError | None:
        """Look once; what went wrong, having told it."""
        trouble = None
        begun = time.monotonic()
        try:
            remote = opened(self.target)
            found = self._followed(remote, take_over)
            self._tell_switch(found, time.monotonic() - begun)
            self._note(self._seen(found))
            self._copy_status(remote, is_due=found.state == "switched")
        except RemoteError as reason:
            trouble = reason
        except OSError as reason:
            trouble = RemoteError("local", cause=reason)
        if trouble:
            self._note(self._missed(trouble))
        return trouble

    def _followed(self, remote: Remote, take_over: bool) -> Followed:
        found = follow(
            self.published,
            remote,
            self.now(),
            keep=self.keep,
            days=self.days,
            at=self._at,
            take_over=take_over,
            is_doubted=self._is_doubted,
        )
        self._is_doubted = self._is_doubted and found.state == "busy"
        return found

    def _at(self, _step: str) -> None:
        if self.stop.is_set():
            raise _StoppedError

    def _tell_switch(self, found: Followed, seconds: float) -> None:
        if found.state == "switched" and found.pointer:
            name, number = found.pointer.id, found.pointer.sequence
            self.say(
                f"已切换到 {name}（第 {number} 次发布，用时 {seconds:.1f} 秒）。",
                f"Now showing {name} (number {number}, {seconds:.1f} s).",
            )

    def _seen(self, found: Followed) -> dict[str, Any]:
        """The state after a look; a folder that is busy is as it was."""
        moment = journal.stamp(self.now())
        state = {"switched": "current", "busy": self._said.get("state", "current")}
        said = {
            "state": state.get(found.state, found.state),
            "code": "",
            "reason_zh": "",
            "reason_en": "",
            "looked_at": moment,
        }
        if found.state in {"current", "switched"} and found.pointer:
            said |= {
                "id": found.pointer.id,
                "sequence": found.pointer.sequence,
                "switched_at": found.pointer.switched_at,
            }
        if found.state == "switched":
            said["arrived_at"] = moment
        return said

    def _missed(self, trouble: RemoteError) -> dict[str, Any]:
        is_behind = trouble.code in _BEHIND
        said = {
            "state": "behind" if is_behind else "unreachable",
            "code": trouble.code,
            "reason_zh": trouble.zh,
            "reason_en": trouble.en,
        }
        return said | ({"looked_at": journal.stamp(self.now())} if is_behind else {})

    def _note(self, said: Mapping[str, Any]) -> None:
        """Keep remote.json; a disk that refuses is said, and does not end the follower."""
        before = self._said or read(self.published)
        is_new = any(before.get(name) != said.get(name) for name in ("state", "code", "id"))
        if before.get("state") != said["state"] or before.get("code") != said["code"]:
            self._tell_state(said)
        kept = "since" if before.get("state") == said["state"] else ""
        moment = journal.stamp(self.now())
        self._said = {
            **before,
            **said,
            "url": self.target.shown,
            "since": before.get(kept, moment),
            "every_seconds": self.every,
            "pid": os.getpid(),
        }
        is_due = time.monotonic() - self._written_at >= BEAT_SECONDS
        if is_new or is_due or "arrived_at" in said:
            self._write(moment)

    def _write(self, moment: str) -> None:
        text = json.dumps({**self._said, "heartbeat": moment}, ensure_ascii=False, indent=1)
        try:
            write_if_changed(self.published / STATE, f"{text}\n".encode(errors="replace"))
            self._written_at = time.monotonic()
        except OSError as reason:
            self.say(f"未能写入 {STATE}：{reason}", f"{STATE} could not be written: {reason}")

    def _tell_state(self, said: Mapping[str, Any]) -> None:
        words = {
            "current": ("与存储一致。", "As the storage says."),
            "empty": ("存储里还没有发布过。", "Nothing has been published there yet."),
            "ahead": (
                "本机发布的版本还没有上传；等它上传。",
                "This machine published a set that is not uploaded yet; waiting for that.",
            ),
        }
        zh, en = words.get(said["state"], (said["reason_zh"], said["reason_en"]))
        self.say(zh, en)

    def _copy_status(self, remote: Remote, *, is_due: bool) -> None:
        """The publisher's status.json, for the Status page and for readiness."""
        if not is_due and time.monotonic() - self._asked_at < STATUS_SECONDS:
            return
        self._asked_at = time.monotonic()
        if said := decoded(remote.read(STATUS, STATUS_BYTES)):
            journal.take(self.published, said)
