"""How a refresh ended, in words for the person who has to act on it."""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from extract.problem import Problem, errors

__all__ = [
    "Kind",
    "Outcome",
    "beside",
    "busy",
    "failed",
    "held",
    "out_of_reach",
    "published",
    "refused",
    "unable",
    "unchanged",
]

Kind = Literal["published", "unchanged", "refused", "failed", "busy"]
LISTED = 200
LOGGED = 20
_EXIT_CODES = {"published": 0, "unchanged": 0, "refused": 1, "failed": 1, "busy": 3}
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: `current` is the id published after it (None where none ever was).

    `zh` and `en` are one line each; `rows` counts observations, `waiting` the rows in quarantine
    (None: not known), `changes` what the publication changed; `trace` is for the maintainers.
    `sources` tells of each source (name, kind, owner, schedule, on_failure, fetched_at, rows,
    failed); None where none were asked.
    """

    kind: Kind
    zh: str
    en: str
    current: str | None = None
    rows: int | None = None
    problems: tuple[Problem, ...] = ()
    trace: str = ""
    waiting: int | None = None
    changes: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[Mapping[str, Any], ...] | None = None

    @property
    def failing(self) -> tuple[str, ...]:
        """The sources of which not everything could be taken."""
        return tuple(str(each["name"]) for each in self.sources or () if each["failed"])

    @property
    def exit_code(self) -> int:
        """0 published or unchanged, 1 refused or failed, 3 busy."""
        return _EXIT_CODES[self.kind]

    def status(self) -> dict[str, Any]:
        """The fields of status.json: plain values, at most LISTED problems, errors first."""
        by_weight = sorted(self.problems, key=lambda problem: problem.severity != "error")
        return {
            "outcome": self.kind,
            "message_zh": self.zh,
            "message_en": self.en,
            "current": self.current,
            **({} if self.rows is None else {"rows": self.rows}),
            **({} if self.waiting is None else {"waiting": self.waiting}),
            **({"changes": dict(self.changes)} if self.changes else {}),
            **({} if self.sources is None else {"sources": [dict(s) for s in self.sources]}),
            "error_count": len(errors(self.problems)),
            "problem_count": len(self.problems),
            "problems": [_plain(problem) for problem in by_weight[:LISTED]],
        }

    def log_line(self) -> dict[str, Any]:
        """The fields of a line of log.jsonl: the status with its first 20 errors and no notes."""
        fields = self.status()
        trace = {"trace": self.trace[-8000:]} if self.trace else {}
        listed = [_plain(problem) for problem in errors(self.problems)[:LOGGED]]
        return {**fields, "problems": listed, **trace}


def published(
    current: str,
    rows: int,
    problems: Sequence[Problem] = (),
    *,
    waiting: int = 0,
    changes: Mapping[str, int] | None = None,
) -> Outcome:
    """A new set is current; rows that wait are not in it."""
    zh = f"已发布：{rows:,} 条数据，编号 {current}。{_changed_zh(changes)}{_waiting_zh(waiting)}"
    en = f"Published: {rows:,} observations, snapshot {current}."
    said = f"{en}{_changed_en(changes)}{_waiting_en(waiting)}"
    return Outcome(
        "published", zh, said, current, rows, tuple(problems), "", waiting, changes or {}
    )


def unchanged(
    current: str, rows: int, problems: Sequence[Problem] = (), *, waiting: int = 0
) -> Outcome:
    """The same set was current already; nothing was written."""
    zh = f"没有变化：{rows:,} 条数据，仍为 {current}。{_waiting_zh(waiting)}"
    en = f"Nothing has changed: {rows:,} observations, still snapshot {current}."
    said = f"{en}{_waiting_en(waiting)}"
    return Outcome("unchanged", zh, said, current, rows, tuple(problems), "", waiting)


def held(current: str, reason: str, problems: Sequence[Problem] = ()) -> Outcome:
    """A person pinned the set shown: what was checked is not published."""
    zh = f"没有发布：已由人固定在 {current}（{reason}）。解除：python -m extract snapshot unpin。"
    en = (
        f"Not published: a person pinned snapshot {current} ({reason}). "
        "To go on: python -m extract snapshot unpin."
    )
    return Outcome("unchanged", zh, en, current, None, tuple(problems))


def beside(done: Outcome, sources: Sequence[Mapping[str, Any]]) -> Outcome:
    """The same outcome, telling which sources could not be taken."""
    said = replace(done, sources=tuple(sources))
    if not said.failing:
        return said
    zh = f"{done.zh}未能采用的来源：{'、'.join(said.failing)}。"
    return replace(said, zh=zh, en=f"{done.en} Sources not taken: {', '.join(said.failing)}.")


def refused(current: str | None, problems: Sequence[Problem]) -> Outcome:
    """The tables cannot be read, or a check objects."""
    number = len(errors(problems))
    zh = f"未发布：有 {number} 个问题需要修改。{_still_zh(current)}"
    en = f"Not published: {number} {_problems(number)} to mend. {_still_en(current)}"
    return Outcome("refused", zh, en, current, None, tuple(problems))


def busy(current: str | None) -> Outcome:
    """Another refresh holds the lock."""
    zh = "另一次更新正在进行，本次未运行；请稍后再试。"
    en = "Another refresh is running; this one did nothing. Try again in a moment."
    return Outcome("busy", zh, en, current)


def out_of_reach(current: str | None, reason: OSError) -> Outcome:
    """A file or folder could not be read or written."""
    zh, en = _cure(reason)
    where = f" {reason.filename}" if reason.filename else ""
    cause = reason.strerror or str(reason)
    return Outcome(
        "failed",
        f"未发布：{zh}（{cause}{where}）。{_still_zh(current)}",
        f"Not published: {en} ({cause}{where}). {_still_en(current)}",
        current,
    )


def unable(current: str | None, zh: str, en: str) -> Outcome:
    """Those who should do the work cannot; `zh` and `en` say why and what next."""
    said = f"未发布：{zh}{_still_zh(current)}", f"Not published: {en} {_still_en(current)}"
    return Outcome("failed", *said, current)


def failed(current: str | None, reason: str, trace: str) -> Outcome:
    """Something nobody foresaw; `trace` goes to the log."""
    zh = f"未发布：程序出错（{reason}）。请把 log.jsonl 的最后一行发给维护者。{_still_zh(current)}"
    en = (
        f"Not published: the program failed ({reason}). "
        f"Send the last line of log.jsonl to the maintainers. {_still_en(current)}"
    )
    return Outcome("failed", zh, en, current, trace=trace)


def _cure(reason: OSError) -> tuple[str, str]:
    if reason.errno in _FULL:
        return (
            "磁盘空间不足，请清理后重新更新",
            "the disk is full: free some space, then refresh again",
        )
    if reason.errno in _CLOSED:
        return (
            "没有写入或读取权限，请检查文件夹的所有者和权限",
            "no permission to read or write: check the folder's owner and mode",
        )
    return (
        "文件或文件夹无法读写，请检查路径和磁盘",
        "a file or folder cannot be read or written: check the path and the disk",
    )


_NAMES = (
    ("added", "新增", "added"),
    ("revised", "修订", "revised"),
    ("withdrawn", "撤回", "withdrawn"),
    ("quarantined", "转入隔离", "quarantined"),
    ("released", "放行", "released"),
)


def _changed_zh(changes: Mapping[str, int] | None) -> str:
    said = [f"{zh} {n}" for name, zh, _ in _NAMES if (n := (changes or {}).get(name, 0))]
    return f"{'、'.join(said)}。" if said else ""


def _changed_en(changes: Mapping[str, int] | None) -> str:
    said = [f"{n} {en}" for name, _, en in _NAMES if (n := (changes or {}).get(name, 0))]
    return f" {', '.join(said).capitalize()}." if said else ""


def _waiting_zh(waiting: int) -> str:
    return f"另有 {waiting} 行在隔离区等待处理。" if waiting else ""


def _waiting_en(waiting: int) -> str:
    rows = "row waits" if waiting == 1 else "rows wait"
    return f" {waiting} {rows} in quarantine." if waiting else ""


def _still_zh(current: str | None) -> str:
    return f"网站仍显示上次发布的数据（{current}）。" if current else "此前没有已发布的数据。"


def _still_en(current: str | None) -> str:
    if current:
        return f"The site keeps showing the last published set ({current})."
    return "Nothing had been published before."


def _problems(number: int) -> str:
    return "problem" if number == 1 else "problems"


def _plain(problem: Problem) -> dict[str, str]:
    return {
        "where": problem.where,
        "rule": problem.rule,
        "severity": problem.severity,
        "message_zh": problem.message_zh or problem.message,
        "message_en": problem.message,
        "next_step_zh": problem.next_step_zh or problem.next_step,
        "next_step_en": problem.next_step,
    }
