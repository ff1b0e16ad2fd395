"""``python -m extract …``: the only place that parses arguments, prints and exits.

Exit codes: 0 done and clean, 1 the data need mending, 2 the command was not understood; a command
module may add its own.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from extract import evidence
from extract.account import Account, account
from extract.check import RULES, check, errors, name_of
from extract.commands import large
from extract.commands.large import Tidied
from extract.commands.means import configure as configure_means
from extract.content import Content, is_same
from extract.disk import put_if_changed
from extract.partitions import Unable
from extract.problem import Language, Problem
from extract.returns import kept
from extract.tables import Raw, Unreadable, read
from extract.tidy import files, tidy

__all__ = ["main"]

_CHECKOUT = Path(__file__).resolve().parent.parent
_FOLDERS = {
    "raw": ("LIVELIHOOD_RAW", "data/raw", "手工录入的表格 / the raw tables"),
    "tidy": ("LIVELIHOOD_TIDY", "data/tidy", "生成的整洁表格 / the generated tables"),
    "published": ("LIVELIHOOD_PUBLISHED", "var/published", "已发布的各版 / published sets"),
}
_ELSEWHERE = {
    "refresh": ("extract.refresh", "核对、整理并发布一版 / check, tidy and publish once"),
    "clock": ("extract.clock", "定时更新 / refresh at intervals"),
    "snapshot": ("extract.commands.snapshot", "各版：列出、核对、比较、退回 / the published sets"),
    "import": ("extract.commands.returns", "导入填报表 / take returns that offices filled in"),
    "propose": ("extract.commands.propose", "读报告，逐个数字提出一行 / propose rows from reports"),
    "eval": ("extract.commands.evaluate", "用标注好的语句评分 / score the reading of reports"),
    "quarantine": ("extract.commands.quarantine", "等待处理的行 / the rows that wait"),
    "follow": ("extract.commands.follow", "跟随存储里的发布 / keep a copy of what is published"),
    "remote": ("extract.commands.remote", "共用的存储 / the storage that machines share"),
}
_OF_PUBLISHED = frozenset({"snapshot", "quarantine", "follow", "remote"})
"""Commands that need no raw tables."""

Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class _Command:
    """One subcommand: what it does in a line, its options, its work."""

    said: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Run


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; ``argv`` defaults to the process's arguments."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = _parser(words).parse_args(words)
    if args.command not in _OF_PUBLISHED and not args.raw.is_dir():
        _say(args.lang, f"没有文件夹 {args.raw}", f"there is no folder {args.raw}", sys.stderr)
        return 2
    run: Run = args.run
    try:
        return run(args)
    except Unable as reason:
        _say(args.lang, reason.zh, reason.en, sys.stderr)
        return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m extract",
        description="从报告文字到可核对的数据 / from prose to data that can be checked",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in _COMMANDS.items():
        _add(commands, name, command)
    for name, (module, said) in _ELSEWHERE.items():
        asked = name in words[:1]
        _add(commands, name, _loaded(module, said) if asked else _Command(said, _nothing, _no_run))
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: _Command
) -> None:
    parser = commands.add_parser(name, help=command.said, description=command.said)
    for option, (variable, default, said) in _FOLDERS.items():
        place = Path(os.environ.get(variable) or _CHECKOUT / default)
        parser.add_argument(f"--{option}", type=Path, default=place, metavar="DIR", help=said)
    sources = os.environ.get("LIVELIHOOD_SOURCES")
    parser.add_argument(
        "--sources",
        type=Path,
        default=Path(sources) if sources else None,
        metavar="DIR",
        help="原文所在文件夹 / folder of the source texts",
    )
    config = os.environ.get("LIVELIHOOD_CONFIG")
    parser.add_argument(
        "--config",
        type=Path,
        default=Path(config) if config else None,
        metavar="FILE",
        help="来源的配置 / the sources (sources.toml beside data/, if there is one)",
    )
    parser.add_argument(
        "--remote",
        default=os.environ.get("LIVELIHOOD_REMOTE"),
        metavar="URL",
        help="多台机器共用的存储 / the storage that machines share (s3://bucket/prefix)",
    )
    parser.add_argument("--lang", choices=["zh", "en", "both"], default="both")
    command.configure(parser)
    parser.set_defaults(run=command.run)


def _loaded(module: str, said: str) -> _Command:
    """A command of another module, imported only when it is asked for."""
    room = import_module(module)
    return _Command(said, room.configure, room.run)


def _nothing(_parser: argparse.ArgumentParser) -> None:
    return None


def _no_run(_args: argparse.Namespace) -> int:
    return 2


def _configure_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", action="store_true", help="列出全部规则 / list every rule and stop"
    )
    configure_means(parser)


def _run_check(args: argparse.Namespace) -> int:
    if args.rules:
        for rule in RULES:
            print(f"{name_of(rule)}\t{(rule.__doc__ or '').splitlines()[0]}")
        return 0
    try:
        problems = large.checked(args) if large.is_large(args) else _checked(args)[1]
    except Unreadable as reason:
        problems = list(reason.problems)
    _print_problems(problems, args.lang)
    return 1 if errors(problems) else 0


def _configure_tidy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check",
        action="store_true",
        help="只比较，不写入；不同则退出码为 1 / compare without writing; exit 1 if different",
    )
    configure_means(parser)


def _run_tidy(args: argparse.Namespace) -> int:
    with _made(args) as made:
        if errors(made.problems):
            _print_problems(errors(made.problems), args.lang)
            _say(
                args.lang,
                "有错误，没有生成。",
                "There are errors; nothing was written.",
                sys.stderr,
            )
            return 1
        changed = _differing(args.tidy, made.files)
        for name in changed if not args.check else ():
            if name in made.files:
                put_if_changed(args.tidy / name, made.files[name])
            else:
                (args.tidy / name).unlink()
    return _report_tidy(args, changed)


@contextmanager
def _made(args: argparse.Namespace) -> Iterator[Tidied]:
    """The problems of the raw tables, and the tidy files where there is no error."""
    try:
        if large.is_large(args):
            with large.tidied(args) as made:
                yield made
            return
        raw, problems = _checked(args)
    except Unreadable as reason:
        raw, problems = None, list(reason.problems)
    is_clean = raw is not None and not errors(problems)
    yield Tidied(problems, {**files(tidy(raw))} if raw is not None and is_clean else {})


def _report_tidy(args: argparse.Namespace, changed: Sequence[str]) -> int:
    if not changed:
        _say(args.lang, "没有变化", "unchanged")
        return 0
    names = ", ".join(changed)
    if args.check:
        _say(
            args.lang, f"与 data/raw 不符：{names}；请运行 tidy", f"out of date: {names}; run tidy"
        )
        return 1
    _say(args.lang, f"已更新：{names}", f"changed: {names}")
    return 0


def _configure_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--list", action="store_true", help="逐个列出数字的去向 / list where each number went"
    )


def _run_account(args: argparse.Namespace) -> int:
    try:
        raw = read(args.raw)
    except Unreadable as reason:
        _print_problems(reason.problems, args.lang)
        return 1
    accounts = account(raw, evidence.sources(args.sources))
    for entry in accounts:
        _print_account(entry, args)
    at_hand = {entry.document for entry in accounts}
    for name in raw.documents["document"]:
        if name not in at_hand:
            _say(args.lang, f"{name}：原文不在手边，这里没有核对", f"{name}: not checked here")
    return 1 if any(entry.unaccounted for entry in accounts) else 0


def _print_account(entry: Account, args: argparse.Namespace) -> None:
    kept, left = entry.count("transcribed"), entry.count("left_out")
    lost, total = entry.count("unaccounted"), len(entry.groups)
    _say(
        args.lang,
        f"{entry.document}：共{total}处数字，录入{kept}处，说明原因未录{left}处，没有着落{lost}处",
        f"{entry.document}: {total} digit groups: {kept} transcribed, {left} left out, "
        f"{lost} unaccounted",
    )
    for group in entry.groups if args.list else ():
        print(f"  {group.start}–{group.end}\t{group.text}\t{group.fate}\t{group.to}")


def _checked(args: argparse.Namespace) -> tuple[Raw, list[Problem]]:
    """The raw tables and all their problems; progress on a terminal. Raises Unreadable."""
    raw = read(args.raw)
    texts = {**evidence.sources(args.sources), **kept.texts(args.raw)}
    with tqdm(total=len(RULES), disable=None, leave=False, unit="rule") as progress:

        def watch(name: str) -> None:
            progress.set_description(name)
            progress.update()

        return raw, check(raw, texts, watch=watch)


def _print_problems(problems: Iterable[Problem], language: Language) -> None:
    found = list(problems)
    for problem in found:
        print(problem.text(language))
    wrong = len(errors(found))
    notes = len(found) - wrong
    _say(language, f"错误 {wrong} 处，提示 {notes} 处", f"{wrong} errors, {notes} notes")


def _say(language: Language, zh: str, en: str, stream: TextIO | None = None) -> None:
    lines = {"zh": (zh,), "en": (en,), "both": (zh, en)}[language]
    for line in lines:
        print(line, file=stream or sys.stdout)


def _differing(folder: Path, contents: Mapping[str, Content]) -> list[str]:
    """Names of files that would change, come or go."""
    present = {path.name for path in folder.glob("*") if path.suffix in {".csv", ".json"}}
    changed = [
        name
        for name, content in contents.items()
        if name not in present or not is_same(folder / name, content)
    ]
    return changed + sorted(present - contents.keys())


_COMMANDS = {
    "check": _Command("核对 data/raw / check the raw tables", _configure_check, _run_check),
    "tidy": _Command(
        "由 data/raw 生成 data/tidy / make the tidy tables", _configure_tidy, _run_tidy
    ),
    "account": _Command(
        "每个数字的去向 / where every number of a report went",
        _configure_account,
        _run_account,
    ),
}

if __name__ == "__main__":
    sys.exit(main())
