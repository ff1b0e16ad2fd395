"""``python -m extract eval LABELLED.jsonl``: how well reports are read, and where not."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from extract.commands.desk import DONE, MISUSE, WRONG, say
from extract.evaluation import ASPECTS, Failure, Item, Malformed, Scores, items, judged, scored
from extract.evaluation.scores import Count
from extract.quantity import find
from extract.reading import Registry, propose

__all__ = ["configure", "run"]

_SHARES = frozenset({"value", "bounds", "unit"})
"""Aspects whose headline is the share among matched pairs; of the others it is F1."""
_MEASURES = ("precision", "recall", "f1", "share")
_NAMES = {
    "quantity": ("数量（找到）", "quantity (found)"),
    "exact": ("数量（起止相同）", "quantity (same span)"),
    "value": ("数值", "value"),
    "bounds": ("上下界", "bounds"),
    "unit": ("单位", "unit"),
    "indicator": ("指标", "indicator"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The labelled files, what is listed, and what is demanded."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="LABELLED.jsonl", help="标注 / labels"
    )
    parser.add_argument(
        "--failures",
        type=int,
        default=10,
        metavar="N",
        help="列出几处不符，-1 为全部 / failures listed, -1 for all",
    )
    parser.add_argument("--format", choices=["table", "json"], default="table", help="形式 / form")
    parser.add_argument(
        "--at-least",
        action="append",
        type=_demand,
        default=[],
        metavar="MEASURE=SHARE",
        help="低于此数则退出码为 1，如 quantity=0.97、unit.f1=0.9 / exit 1 below it",
    )
    parser.add_argument(
        "--without",
        nargs="+",
        default=[],
        metavar="GROUP",
        help="不计的组 / groups that do not count",
    )


def run(args: argparse.Namespace) -> int:
    """Score; 0 done, 1 below what is demanded, 2 a file cannot be used."""
    try:
        labelled = [item for path in args.files for item in _items(path)]
    except OSError as reason:
        say(args, f"无法打开：{reason}", f"cannot be opened: {reason}", wrong=True)
        return MISUSE
    except Malformed as reason:
        say(args, f"第{reason.line}行：{reason.zh}", f"line {reason.line}: {reason.en}", wrong=True)
        return MISUSE
    counted = [item for item in labelled if item.group not in args.without]
    scores = scored(_judged(counted, Registry.read(args.raw)))
    short = [(name, least) for name, least in args.at_least if _measure(scores, name) < least]
    if args.format == "json":
        say(argparse.Namespace(lang="zh"), json.dumps(_told(scores, args, len(counted))), "")
    else:
        _show(args, scores, len(counted))
    for name, least in short:
        got = _measure(scores, name)
        said = f"{name} 为 {got:.4f}，低于 {least}", f"{name} is {got:.4f}, below {least}"
        say(args, *said, wrong=True)
    return WRONG if short else DONE


def _items(path: Path) -> list[Item]:
    with path.open(encoding="utf-8") as lines:
        try:
            return list(items(lines))
        except UnicodeDecodeError as reason:
            raise Malformed(0, "不是 UTF-8", "not UTF-8") from reason


def _judged(
    labelled: Sequence[Item], registry: Registry
) -> Iterator[tuple[Item, Mapping[str, Count], list[Failure]]]:
    """Clauses are read as reports are; cases, which are about numbers alone, by `find`."""
    for item in tqdm(labelled, disable=None, leave=False, unit="item"):
        if item.is_clause:
            yield item, *judged(item, propose(item.text, registry=registry).candidates)
        else:
            yield item, *judged(item, find(item.text))


def _demand(text: str) -> tuple[str, float]:
    name, _, least = text.partition("=")
    aspect, _, measure = name.partition(".")
    if aspect not in ASPECTS or (measure or "f1") not in _MEASURES:
        known = ", ".join(ASPECTS)
        raise argparse.ArgumentTypeError(f"{name}: {known}[.{'|'.join(_MEASURES)}]")
    if not 0 <= float(least) <= 1:
        raise argparse.ArgumentTypeError(f"{least}: 0–1")
    return name, float(least)


def _measure(scores: Scores, name: str) -> float:
    aspect, _, measure = name.partition(".")
    headline = "share" if aspect in _SHARES else "f1"
    return float(getattr(scores.counts[aspect], measure or headline))


def _show(args: argparse.Namespace, scores: Scores, size: int) -> None:
    failures = scores.failures if args.failures < 0 else scores.failures[: args.failures]
    for failure in failures:
        said = f"{failure.expected or '—'} ≠ {failure.read or '—'}"
        line = f"{failure.item} [{failure.aspect}] {said}\t{' '.join(failure.text.split())}"
        say(argparse.Namespace(lang="zh"), line, "")
    wrong = len(scores.failures)
    zh = f"{size} 条，{wrong} 处不符；列出 {len(failures)} 处"
    en = f"{size} items, {wrong} failures; {len(failures)} listed"
    say(args, zh, en)
    say(args, *(_heading(language) for language in (0, 1)))
    for aspect, count in scores.counts.items():
        if count.labelled or count.read:
            names = [f"{_line(count)}  {name}" for name in _NAMES[aspect]]
            both = f"{_line(count)}  {' / '.join(_NAMES[aspect])}"
            say(
                argparse.Namespace(lang="zh"),
                both if args.lang == "both" else names[args.lang == "en"],
                "",
            )
    for group, counts in scores.groups.items():
        line = f"{_line(counts['quantity'])}  {counts['value'].share:7.4f}  {group or '—'}"
        say(argparse.Namespace(lang="zh"), line, "")


def _heading(language: int) -> str:
    """Over the columns of `_line`; a Chinese letter takes two columns of a terminal."""
    return (
        "  标注   读出   正确  精确率  召回率  F1      配对中",
        "labels   read  right  prec.   recall  F1      matched",
    )[language]


def _line(count: Count) -> str:
    numbers = f"{count.labelled:6d} {count.read:6d} {count.right:6d}"
    return (
        f"{numbers}  {count.precision:.4f}  {count.recall:.4f}  {count.f1:.4f}  {count.share:.4f}"
    )


def _told(scores: Scores, args: argparse.Namespace, size: int) -> dict[str, Any]:
    failures = scores.failures if args.failures < 0 else scores.failures[: args.failures]
    return {
        "items": size,
        "scores": _numbers(scores.counts),
        "groups": {name: _numbers(counts) for name, counts in scores.groups.items()},
        "failed": len(scores.failures),
        "failures": [asdict(failure) for failure in failures],
    }


def _numbers(counts: Mapping[str, Count]) -> dict[str, dict[str, float]]:
    return {
        aspect: asdict(count) | {name: getattr(count, name) for name in _MEASURES}
        for aspect, count in counts.items()
    }
