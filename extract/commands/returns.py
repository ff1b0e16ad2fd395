"""``python -m extract import FILE…``: returns looked at, shown, and entered in whole or not."""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import Timeout

from extract import evidence, tables
from extract.check import check
from extract.commands.desk import DONE, MISUSE, WRONG, now, say
from extract.disk import write_if_changed
from extract.problem import Problem, errors
from extract.returns import absent, kept
from extract.returns.annotated import annotated
from extract.returns.judging import Registry, judged
from extract.returns.reading import Filled, filled
from extract.returns.sheets import MAX_BYTES, MOST_CELLS
from extract.returns.taking import Plan, Received, enter, plan, staged_problems, twice
from extract.returns.words import found
from extract.sources.rules import Refused, capped
from extract.tables import Raw

__all__ = ["configure", "run"]

_KINDS = {
    "added": ("新增", "added"),
    "changed": ("修改", "changed"),
    "unchanged": ("不变", "same"),
    "withdrawn": ("撤回", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that was looked at: what it says, if it can be read, and all its problems."""

    path: Path
    content: bytes
    form: Filled | None
    received: Received | None
    problems: tuple[Problem, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """The files, and whether to look only."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="xlsx 或 csv / xlsx, csv"
    )
    parser.add_argument(
        "--preview", action="store_true", help="只看结果，不写入 / show what would be done and stop"
    )
    parser.add_argument(
        "--received", type=date.fromisoformat, default=None, metavar="DATE", help="收到之日 / day"
    )
    parser.add_argument(
        "--annotated",
        type=Path,
        default=None,
        metavar="DIR",
        help="批注副本放在哪里，默认与原文件同一文件夹 / where annotated copies go",
    )


def run(args: argparse.Namespace) -> int:
    """Import; 0 done or nothing to do, 1 there are problems and nothing was written."""
    on = args.received or now().date()
    missing = [path for path in args.files if not path.is_file()]
    for path in missing:
        say(args, f"没有文件 {path}", f"there is no file {path}", wrong=True)
    if missing:
        return MISUSE
    try:
        with tables.locked(args.raw):
            return _taken(args, on)
    except tables.Unreadable as reason:
        _print(args, reason.problems)
    except Timeout:
        waits = "别的程序一直占着 data/raw，没有写入；等它结束再来一次"
        said = waits, "data/raw is in use by another command; nothing was written, try again later"
        say(args, *said, wrong=True)
    except OSError as reason:
        said = f"没有写成（{reason}），一切照旧", f"not written ({reason}); all is as it was"
        say(args, *said, wrong=True)
    return WRONG


def _taken(args: argparse.Namespace, on: date) -> int:
    raw = tables.read(args.raw)
    registry = Registry(raw)
    looked = [_look(path, registry, on) for path in dict.fromkeys(args.files)]
    received = [each.received for each in looked if each.received]
    problems = [p for each in looked for p in each.problems]
    problems += twice(received)
    if errors(problems):
        return _refused(args, looked, problems)
    texts = {**evidence.sources(args.sources), **kept.texts(args.raw)}
    made = plan(raw, received, on)
    wrong: list[Problem] = []
    if made.frames:
        made, wrong = staged_problems(raw, made, texts)
    _print(args, problems)
    _preview(args, made)
    if wrong:
        return _unfit(args, raw, texts, wrong)
    if args.preview or not made.frames:
        said = ("预览，没有写入", "preview: nothing written")
        say(args, *(said if made.frames else ("没有变化，没有写入", "unchanged: nothing written")))
        return DONE
    enter(args.raw, raw, made)
    for name in made.files:
        say(args, f"原件存于 {name}", f"the original is kept as {name}")
    say(args, "已写入；接着运行 make tidy", "written; run make tidy next")
    return DONE


def _look(path: Path, registry: Registry, on: date) -> _Looked:
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    try:
        form = filled(path.name, content)
    except Refused as reason:
        return _Looked(path, content, None, None, tuple(reason.problems))
    except MemoryError:
        bomb = found("sprawling", path.name, limit=MOST_CELLS)
        return _Looked(path, content, None, None, (bomb,))
    seen = judged(form, registry, on)
    parts = [*absent.stretches(seen, registry)]
    wanted = tuple(part for part in parts if isinstance(part, absent.Stretch))
    problems = [*seen.problems, *(part for part in parts if isinstance(part, Problem))]
    problems += absent.against(registry.raw, seen, wanted)
    problems = [*errors(problems), *capped(p for p in problems if p.severity == "note")]
    sha256 = hashlib.sha256(content).hexdigest()
    whole = None if errors(problems) else Received(path.name, content, sha256, seen, wanted)
    return _Looked(path, content, form, whole, tuple(problems))


def _refused(
    args: argparse.Namespace, looked: Sequence[_Looked], problems: Sequence[Problem]
) -> int:
    """Say everything that is wrong, and write the annotated copies."""
    _print(args, problems)
    for each in looked:
        own = [p for p in problems if p.where.split(" ")[0] == each.path.name.split(" ")[0]]
        if each.form is None or not errors(own):
            continue
        copy = (args.annotated or each.path.parent) / f"{each.path.stem}-问题.xlsx"
        write_if_changed(copy, annotated(each.path.name, each.content, each.form.sheet, own))
        say(args, f"批注副本：{copy}", f"annotated copy: {copy}")
    say(
        args,
        f"错误 {len(errors(problems))} 处，什么也没有写入",
        f"{len(errors(problems))} errors; nothing was written",
        wrong=True,
    )
    return WRONG


def _unfit(
    args: argparse.Namespace, raw: Raw, texts: dict[str, str], wrong: Sequence[Problem]
) -> int:
    """The tables would not pass the check: say whether they did before."""
    _print(args, wrong)
    if errors(check(raw, texts)):
        said = "data/raw 原来就有错误，先运行 python -m extract check"
        say(args, said, "data/raw had errors before: run python -m extract check", wrong=True)
    say(args, "什么也没有写入", "nothing was written", wrong=True)
    return WRONG


def _preview(args: argparse.Namespace, made: Plan) -> None:
    """A line a number: what happens to it, where it stands, old → new."""
    place = 1 if args.lang == "en" else 0
    for change in made.changes:
        kind = _KINDS[change.kind][place]
        said = " → ".join(filter(None, (change.before, change.after)))
        print_line = f"{kind}\t{change.where}\t{change.label}\t{said}"
        say(argparse.Namespace(lang="zh"), print_line, "")
    added, changed, same, gone = (made.count(kind) for kind in _KINDS)
    say(
        args,
        f"新增 {added}，修改 {changed}，不变 {same}" + (f"，撤回 {gone}" if gone else ""),
        f"{added} added, {changed} changed, {same} unchanged"
        + (f", {gone} withdrawn" if gone else ""),
    )


def _print(args: argparse.Namespace, problems: Sequence[Problem]) -> None:
    for problem in problems:
        text = problem.text(args.lang)
        say(argparse.Namespace(lang="zh"), text, text)
