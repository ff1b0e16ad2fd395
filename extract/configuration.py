"""sources.toml as a whole: the sources, and what is promised, told and copied.

[promise]  stale_after = "26h"
[notify]   url = "https://…", timeout = 5, on = ["failure", "recovery", "stale"]
[publish]  folder = "…"
[remote]   url = "s3://bucket/prefix", endpoint = "https://…"
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from extract.problem import Problem
from extract.remote.storage import Target
from extract.sources.address import MisspeltError, parse
from extract.sources.rules import found
from extract.sources.schedule import interval
from extract.sources.settings import load as load_sources
from extract.sources.source import Source
from extract.unreadable import Unreadable

__all__ = ["EVENTS", "Configuration", "Notify", "load", "place", "shared"]

FILE = "sources.toml"
EVENTS = ("failure", "recovery", "stale")
TIMEOUT_SECONDS = 5.0
LONGEST_SECONDS = 60.0
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "promise": ("stale_after",),
    "notify": ("url", "timeout", "on", "allow_private"),
    "publish": ("folder",),
    "remote": ("url", "endpoint"),
}
_SECTION = re.compile(r"\s*\[\s*([^\[\]\s]+)\s*\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


@dataclass(frozen=True, slots=True)
class Notify:
    """Where events are told: an address, within so many seconds, and which of EVENTS."""

    url: str
    timeout: float = TIMEOUT_SECONDS
    on: tuple[str, ...] = EVENTS
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of sources.toml; without the file, nothing of it.

    `stale_after`: so long after a refresh in which every source answered, the data count as old.
    `folder`: where observations.csv is copied for other systems. `remote`: the storage that
    several machines share.
    """

    sources: tuple[Source, ...] = ()
    stale_after: timedelta | None = None
    notify: Notify | None = None
    folder: Path | None = None
    remote: Target | None = None


def place(given: Path | None, raw: Path) -> Path | None:
    """The configuration to use: the one named, else sources.toml beside data/ if there is one.

    One that is named and missing is told when it is read, not passed over.
    """
    if given is not None:
        return given
    beside = raw.absolute().parent.parent / FILE
    return beside if beside.is_file() else None


def load(path: Path | None) -> Configuration:
    """Read it; a folder in it starts at the file's own. Raises Unreadable with every problem."""
    if path is None:
        return Configuration()
    problems: list[Problem] = []
    sources: tuple[Source, ...] = ()
    try:
        sources = load_sources(path)
    except Unreadable as reason:
        problems += reason.problems
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except (OSError, ValueError) as reason:
        raise Unreadable(problems or [found("sources-missing", path.name, reason=reason)]) from None
    given = {name: content.get(name, {}) for name in _KNOWN}
    problems += _wrong(path.name, given, _lines(text))
    if problems:
        raise Unreadable(problems)
    return _configuration(sources, given, path.parent)


def shared(url: str | None, path: Path | None) -> Target | None:
    """The storage that several machines share: of that address, else of the configuration, whose
    server it is on; None where neither names one."""
    try:
        configured = load(path).remote
    except Unreadable:
        configured = None
    if url:
        return Target(url, configured.endpoint if configured else "")
    return configured


def _configuration(
    sources: tuple[Source, ...], given: Mapping[str, Mapping[str, Any]], folder: Path
) -> Configuration:
    promised = given["promise"].get("stale_after")
    told = given["notify"]
    copied = given["publish"].get("folder")
    return Configuration(
        sources,
        timedelta(seconds=interval(promised)) if promised else None,
        Notify(**{**told, "on": tuple(told.get("on", EVENTS))}) if told else None,
        (folder / Path(copied).expanduser()).absolute() if copied else None,
        Target(**given["remote"]) if given["remote"].get("url") else None,
    )


def _wrong(
    file: str, given: Mapping[str, Any], lines: Mapping[tuple[str, str], int]
) -> Iterator[Problem]:
    for name, table in given.items():
        where = _where(file, lines, name)
        if not isinstance(table, dict):
            said = {"expected": f"[{name}]", "expected_en": f"[{name}]"}
            yield found("wrong-value", where, key=name, value=table, **said)
            continue
        for key, value in table.items():
            where = _where(file, lines, name, key)
            if key not in _KNOWN[name]:
                facts = {"known": ", ".join(_KNOWN[name]), "hint": "", "hint_en": ""}
                yield found("unknown-key", where, key=key, **facts)
            elif expected := (_OWN.get((name, key)) or _EXPECTED[key])(value):
                zh, en = expected
                shown = json.dumps(value, ensure_ascii=False, default=str)
                facts = {"expected": zh, "expected_en": en}
                yield found("wrong-value", where, key=key, value=shown, **facts)
    for name in ("notify", "remote"):
        if isinstance(told := given[name], dict) and told and "url" not in told:
            yield found("missing-key", _where(file, lines, name), name=name, key="url")


def _where(file: str, lines: Mapping[tuple[str, str], int], table: str, key: str = "") -> str:
    line = lines.get((table, key)) or lines.get((table, ""))
    return f"{file}:{line}" if line else file


def _lines(text: str) -> dict[tuple[str, str], int]:
    """(table, key) → line; ('table', '') is its heading."""
    lines: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if section := _SECTION.match(line):
            table = section[1]
            lines.setdefault((table, ""), number)
        elif line.lstrip().startswith("[["):
            table = ""
        elif table and (key := _KEY.match(line)):
            lines.setdefault((table, key[1]), number)
    return lines


_Objection = tuple[str, str] | None


def _no_interval(value: object) -> _Objection:
    try:
        interval(str(value))
    except Exception:  # whatever interval objects to, the words are the same
        return "时间长度，如 26h（小时）或 90m（分）", "a length of time such as 26h or 90m"
    return None


def _no_address(value: object) -> _Objection:
    try:
        parse(str(value))
    except MisspeltError as reason:
        return f"https://主机名/路径（{reason.zh}）", f"https://host/path ({reason.en})"
    return None


def _no_seconds(value: object) -> _Objection:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0.1 <= value <= LONGEST_SECONDS:  # type: ignore[operator]
        return None
    return f"0.1 到 {LONGEST_SECONDS:g} 的秒数", f"seconds from 0.1 to {LONGEST_SECONDS:g}"


def _no_events(value: object) -> _Objection:
    if isinstance(value, list) and all(each in EVENTS for each in value):
        return None
    known = json.dumps(EVENTS)
    return f"{known} 中的几个", f"some of {known}"


def _no_truth(value: object) -> _Objection:
    return None if isinstance(value, bool) else ("true 或 false", "true or false")


def _no_folder(value: object) -> _Objection:
    is_text = isinstance(value, str) and bool(value.strip()) and value.isprintable()
    return None if is_text else ("文件夹路径", "the path of a folder")


def _no_storage(value: object) -> _Objection:
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value):
        return None
    return "存储地址，如 s3://桶名/前缀", "the address of a storage such as s3://bucket/prefix"


_OWN = {("remote", "url"): _no_storage}
"""Keys that mean something else in their table than they do in others."""

_EXPECTED = {
    "stale_after": _no_interval,
    "url": _no_address,
    "timeout": _no_seconds,
    "on": _no_events,
    "allow_private": _no_truth,
    "folder": _no_folder,
    "endpoint": _no_address,
}
