"""sources.toml: read whole and checked, or everything that is wrong with it, with its line."""

import difflib
import json
import re
import tomllib
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, get_args

from extract.problem import Problem
from extract.sources.address import MisspeltError, objection, parse
from extract.sources.rules import found
from extract.sources.schedule import UnkeepableError, interval, trigger, zone
from extract.sources.source import LARGEST_BYTES, LONGEST_SECONDS, Kind, OnFailure, Source
from extract.unreadable import Unreadable

__all__ = ["OTHER_TABLES", "load"]

OTHER_TABLES = ("promise", "notify", "publish", "remote")
"""Tables of the same file that other rooms read."""

_REQUIRED = ("name", "kind", "where", "schedule", "owner")
_SHORTEST_SECONDS = 10
_SECTION = re.compile(r"\s*\[\[?\s*([^\]\s]+)\s*\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")
_TOML_PLACE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One [[source]] as written, and the line of each of its keys ('' is its first line)."""

    file: str
    given: Mapping[str, Any]
    lines: Mapping[str, int]

    @property
    def name(self) -> str:
        return str(self.given.get("name", "?"))

    def where(self, key: str = "") -> str:
        line = self.lines.get(key) or self.lines.get("")
        return f"{self.file}:{line}" if line else self.file


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a key must hold: a test, and the words for it."""

    holds: Callable[[Any], bool]
    zh: str
    en: str


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_optional_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _is_between(low: float, high: float, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _matches(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _one_of(words: tuple[str, ...]) -> _Expected:
    return _Expected(words.__contains__, "、".join(words), " or ".join(words))


_TEXT = _Expected(_is_text, "一段文字", "text")
_TRUTH = _Expected(lambda value: isinstance(value, bool), "true 或 false", "true or false")
_EXPECTED: Mapping[str, _Expected] = {
    "name": _Expected(
        partial(_matches, r"[a-z0-9][a-z0-9-]{0,39}"),
        "小写字母、数字和连字符，最多 40 个",
        "lower-case letters, digits and hyphens, at most 40",
    ),
    "kind": _one_of(get_args(Kind)),
    "where": _TEXT,
    "table": _Expected(
        partial(_matches, r"(?:[A-Za-z0-9_]+\.csv)?"),
        "表的文件名，如 volunteers.csv",
        "a table's file name such as volunteers.csv",
    ),
    "schedule": _TEXT,
    "timezone": _TEXT,
    "owner": _TEXT,
    "on_failure": _one_of(get_args(OnFailure)),
    "max_bytes": _Expected(
        lambda value: isinstance(value, int) and _is_between(1, LARGEST_BYTES, value),
        f"1 到 {LARGEST_BYTES} 的整数",
        f"a whole number from 1 to {LARGEST_BYTES}",
    ),
    "timeout_seconds": _Expected(
        partial(_is_between, 0.1, LONGEST_SECONDS),
        f"0.1 到 {LONGEST_SECONDS:g} 的数",
        f"a number from 0.1 to {LONGEST_SECONDS:g}",
    ),
    "allow_private": _TRUTH,
    "sheet": _Expected(_is_optional_text, "工作表名", "the name of a sheet"),
    "documents": _Expected(
        lambda value: isinstance(value, list) and all(map(_is_text, value)),
        '报告编号的列表，如 ["a-2023"]',
        'a list of documents such as ["a-2023"]',
    ),
    "may_shrink": _TRUTH,
}


def load(path: Path) -> tuple[Source, ...]:
    """The sources of a sources.toml, in its order; relative folders start at the file's folder.

    Raises Unreadable with all problems at once, each with its line.
    """
    text = _text(path)
    entries, problems = _entries(path.name, text)
    for entry in entries:
        problems += _wrong(entry)
    problems += _taken(entries)
    if problems:
        raise Unreadable(problems)
    return tuple(_source(entry, path.parent) for entry in entries)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as reason:
        raise Unreadable([found("encoding", path.name, byte=reason.start + 1)]) from reason
    except OSError as reason:
        raise Unreadable([found("sources-missing", path.name, reason=reason.strerror)]) from reason


def _entries(file: str, text: str) -> tuple[list[_Entry], list[Problem]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        place = _TOML_PLACE.search(str(reason))
        where = f"{file}:{place[1]}" if place else file
        raise Unreadable([found("sources-syntax", where, reason=reason)]) from reason
    known = ("source", *OTHER_TABLES)
    problems = [_unknown(file, key, known) for key in content if key not in known]
    given = content.get("source", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        expected = {"expected": "[[source]]（两层方括号）", "expected_en": "[[source]]"}
        return [], [
            *problems,
            found("wrong-value", file, key="source", value="[source]", **expected),
        ]
    lines = [*_lines(text), *({} for _ in given)]
    return [_Entry(file, *both) for both in zip(given, lines, strict=False)], problems


def _lines(text: str) -> Iterator[dict[str, int]]:
    """For each [[source]] the line of each key: tomllib does not tell them."""
    current: dict[str, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if section := _SECTION.match(line):
            if current is not None:
                yield current
            current = {"": number} if section[1] == "source" else None
        elif current is not None and (key := _KEY.match(line)):
            current.setdefault(key[1], number)
    if current is not None:
        yield current


def _wrong(entry: _Entry) -> Iterator[Problem]:
    known = tuple(field.name for field in fields(Source))
    yield from (_unknown(entry.where(key), key, known) for key in entry.given if key not in known)
    missing = (key for key in _REQUIRED if key not in entry.given)
    yield from (found("missing-key", entry.where(), name=entry.name, key=key) for key in missing)
    sound = {key for key in known if key in entry.given and _holds(entry, key)}
    for key in (key for key in known if key in entry.given and key not in sound):
        expected, value = (
            _EXPECTED[key],
            json.dumps(entry.given[key], ensure_ascii=False, default=str),
        )
        words = {"expected": expected.zh, "expected_en": expected.en}
        yield found("wrong-value", entry.where(key), key=key, value=value, **words)
    yield from _wrong_schedule(entry, sound)
    if entry.given.get("kind") == "http" and "where" in sound:
        yield from _wrong_address(entry)


def _holds(entry: _Entry, key: str) -> bool:
    return _EXPECTED[key].holds(entry.given[key])


def _wrong_schedule(entry: _Entry, sound: set[str]) -> Iterator[Problem]:
    timezone = entry.given.get("timezone", "Asia/Shanghai")
    try:
        zone(str(timezone))
    except ArgumentTypeError:
        words = {"expected": "时区名，如 Asia/Shanghai", "expected_en": "a name like Asia/Shanghai"}
        yield found("wrong-value", entry.where("timezone"), key="timezone", value=timezone, **words)
        return
    if "schedule" not in sound:
        return
    text = entry.given["schedule"]
    try:
        trigger(text, timezone)
        if entry.given.get("kind") == "http" and len(text.split()) == 1:
            _not_too_often(text)
    except UnkeepableError as reason:
        where = entry.where("schedule")
        yield found("schedule", where, text=text, reason=reason.zh, reason_en=reason.en)


def _not_too_often(text: str) -> None:
    if interval(text) < _SHORTEST_SECONDS:
        raise UnkeepableError(
            f"对别人的服务器不能短于 {_SHORTEST_SECONDS} 秒",
            f"someone's server is not asked oftener than every {_SHORTEST_SECONDS} s",
        )


def _wrong_address(entry: _Entry) -> Iterator[Problem]:
    where, address = entry.where("where"), entry.given["where"]
    try:
        target = parse(address)
    except MisspeltError as reason:
        yield found("address", where, address=address, reason=reason.zh, reason_en=reason.en)
        return
    is_literal = ":" in target.host or target.host.rsplit(".", 1)[-1].isdigit()
    objected = objection(target.host, allow_private=entry.given.get("allow_private") is True)
    if is_literal and objected:
        facts = {"host": target.host, "address": target.host}
        yield found("address-refused", where, reason=objected[0], reason_en=objected[1], **facts)


def _unknown(where: str, key: str, known: tuple[str, ...]) -> Problem:
    near = difflib.get_close_matches(key, known, n=1)
    hint = {"hint": f"，是不是“{near[0]}”？" if near else "", "hint_en": ""}
    if near:
        hint["hint_en"] = f"; did you mean '{near[0]}'?"
    return found("unknown-key", where, key=key, known=", ".join(known), **hint)


def _taken(entries: list[_Entry]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries:
        if "name" in entry.given and entry.name in seen:
            yield found("name-taken", entry.where("name"), name=entry.name)
        seen.add(entry.name)


def _source(entry: _Entry, folder: Path) -> Source:
    given = dict(entry.given)
    if given["kind"] != "http":
        given["where"] = str((folder / Path(given["where"]).expanduser()).absolute())
    return Source(**{**given, "documents": tuple(given.get("documents", ()))})
