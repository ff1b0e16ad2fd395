"""``python -m extract propose FILE…``: reports read, rows proposed; a person decides."""

import argparse
import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from tqdm import tqdm

from extract.commands.desk import DONE, MISUSE, WRONG, say
from extract.disk import write_if_changed
from extract.documents import Unreadable
from extract.proposals import (
    EXPLAINED,
    Book,
    Proposal,
    Row,
    document_row,
    left_out_rows,
    named,
    rows,
    shown,
)
from extract.proposals.gathering import Outcome, found, gathered

__all__ = ["configure", "run"]

_MARK = "\ufeff"
_UNDECIDED = "undecided"
_LEFT_OUT = ("document", "start", "end", "as_written", "reason")


@dataclass(frozen=True, slots=True)
class _Read:
    """A report with its identifier and its rows."""

    proposal: Proposal
    document: str
    rows: Sequence[Row]


def configure(parser: argparse.ArgumentParser) -> None:
    """The files, the form of the answer, and where it goes."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="txt、html、docx、pdf 或文件夹 / files or folders",
    )
    parser.add_argument(
        "--format", choices=["table", "csv", "jsonl"], default="table", help="形式 / form"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="PATH",
        help="写入文件；写成文件夹时按类分表，连同文本 / a file, or a folder: a table a family",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="CSV 后加说明列，粘贴前删去 / further columns that explain, not for pasting",
    )
    parser.add_argument(
        "--workers",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="同时读几份，默认为核数 / files read at a time",
    )


def run(args: argparse.Namespace) -> int:
    """Propose; 0 every file was read, 1 a file was not or a number is unaccounted, 2 no file."""
    files, others = found(args.files)
    if others:
        said = f"另有{others}个文件不是报告，没有看", f"{others} files of other kinds passed over"
        say(args, *said, wrong=True)
    if not files:
        say(args, "没有可读的文件", "there is no file to read", wrong=True)
        return MISUSE
    try:
        book = Book.read(args.raw)
    except (OSError, ValueError) as reason:
        said = f"{args.raw} 不能用（{reason}）", f"{args.raw} cannot be used ({reason})"
        say(args, *said, wrong=True)
        return MISUSE
    outcomes = _watched(gathered(files, args.raw, args.workers), files)
    return _answered(args, book, list(_read(args, book, outcomes)), len(files))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _watched(outcomes: Iterable[Outcome], files: Sequence[Path]) -> Iterator[Outcome]:
    """A bar on a terminal; nothing elsewhere."""
    with tqdm(total=len(files), disable=None, leave=False, unit="file") as progress:
        for outcome in outcomes:
            progress.update()
            yield outcome


def _read(args: argparse.Namespace, book: Book, outcomes: Iterable[Outcome]) -> Iterator[_Read]:
    """The reports that were read; of the others it is said why."""
    taken: set[str] = set()
    language = "en" if args.lang == "en" else "zh"
    for outcome in outcomes:
        if isinstance(outcome, Unreadable):
            sys.stderr.write(f"{outcome.problem.text(args.lang)}\n")
            continue
        for noted in outcome.text.notes:
            sys.stderr.write(f"{noted.text(args.lang)}\n")
        document = named(outcome, book.documents, taken)
        taken.add(document)
        yield _Read(outcome, document, rows(outcome, document, book, language=language))


def _answered(args: argparse.Namespace, book: Book, read: Sequence[_Read], files: int) -> int:
    try:
        written = _folder(args, book, read) if _is_folder(args) else _single(args, book, read)
    except OSError as reason:
        said = f"没有写成（{reason}）", f"not written ({reason})"
        say(args, *said, wrong=True)
        return WRONG
    if not written:
        return MISUSE
    lost = 0
    for each in read:
        lost += each.proposal.account["unaccounted"]
        _account(args, each.proposal.file, each.proposal.account)
    if files > 1:
        _total(args, read, files)
    return DONE if len(read) == files and not lost else WRONG


def _is_folder(args: argparse.Namespace) -> bool:
    return args.out is not None and (args.out.is_dir() or not args.out.suffix)


def _single(args: argparse.Namespace, book: Book, read: Sequence[_Read]) -> bool:
    """One answer for all, on standard output or in a file."""
    lines = {"table": _table, "csv": _csv, "jsonl": _jsonl}[args.format](args, book, read)
    text = "".join(lines)
    if args.out is None:
        is_shown = sys.stdout.isatty()
        sys.stdout.write(text if is_shown or args.format != "csv" else _MARK + text)
        return True
    mark = _MARK if args.format == "csv" else ""
    return _kept(args, {args.out: f"{mark}{text}".encode()})


def _folder(args: argparse.Namespace, book: Book, read: Sequence[_Read]) -> bool:
    """A file a family, what is left out, the rows of documents.csv, and the texts."""
    families: dict[str, list[Row]] = {}
    for each in read:
        for row in each.rows:
            families.setdefault(row.explained["family"] or _UNDECIDED, []).append(row)
    files = {
        args.out / f"{family}.csv": _sheet(_columns(args, book), map(_cells, of_family))
        for family, of_family in families.items()
    }
    left_out = (row for each in read for row in left_out_rows(each.proposal, each.document))
    files[args.out / "left_out.csv"] = _sheet(_LEFT_OUT, left_out)
    documents = (document_row(each.proposal, each.document, book.described) for each in read)
    files[args.out / "documents.csv"] = _sheet(book.described, documents)
    for each in read:
        files[args.out / "texts" / f"{each.document}.txt"] = each.proposal.text.encoded
    return _kept(args, files)


def _kept(args: argparse.Namespace, files: Mapping[Path, bytes]) -> bool:
    """Write them all, unless one is there already with another content."""
    taken = [path for path, content in files.items() if _differs(path, content)]
    for path in taken:
        said = f"已有 {path}，没有覆盖；换一个 --out", f"{path} is there; name another --out"
        say(args, *said, wrong=True)
    for path, content in files.items() if not taken else ():
        write_if_changed(path, content)
    if not taken:
        _tell(args, f"→ {args.out}")
    return not taken


def _differs(path: Path, content: bytes) -> bool:
    return path.exists() and (not path.is_file() or path.read_bytes() != content)


def _columns(args: argparse.Namespace, book: Book) -> tuple[str, ...]:
    return (*book.columns, *EXPLAINED) if args.explain else book.columns


def _cells(row: Row) -> Mapping[str, str]:
    return {**row.explained, **row.cells}


def _sheet(columns: Sequence[str], lines: Iterable[Mapping[str, str]]) -> bytes:
    return f"{_MARK}{_lines(columns, lines)}".encode()


def _lines(columns: Sequence[str], lines: Iterable[Mapping[str, str]]) -> str:
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return held.getvalue()


def _csv(args: argparse.Namespace, book: Book, read: Sequence[_Read]) -> Iterator[str]:
    yield _lines(_columns(args, book), (_cells(row) for each in read for row in each.rows))


def _jsonl(_args: argparse.Namespace, book: Book, read: Sequence[_Read]) -> Iterator[str]:
    for each in read:
        text = each.proposal.text
        head = {
            "type": "document",
            "file": each.proposal.file,
            "kind": text.kind,
            "received_sha256": text.sha256,
            "account": dict(each.proposal.account),
            "row": document_row(each.proposal, each.document, book.described),
        }
        yield _json(head)
        for row in each.rows:
            told = asdict(row.candidate) | {"to_decide": row.to_decide}
            said = {"type": "candidate", "row": dict(row.cells), "candidate": told}
            yield _json(said | {"place": row.explained["place_in_document"]})
        for mask in each.proposal.reading.masks:
            yield _json({"type": "mask", "document": each.document, **asdict(mask)})


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, default=_exact).replace("\u2028", "\\u2028") + "\n"


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def _table(args: argparse.Namespace, book: Book, read: Sequence[_Read]) -> Iterator[str]:
    width = shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 120
    language = "en" if args.lang == "en" else "zh"
    for each in read:
        size = len(each.proposal.text.text)
        units = "characters" if language == "en" else "字"
        yield f"{each.proposal.file} · {each.document} · {size} {units}\n"
        text = each.proposal.reading.text
        for line in shown(each.rows, text, book, language=language, width=width):
            yield f"{line}\n"
        yield "\n"


def _account(args: argparse.Namespace, file: str, count: Mapping[str, int]) -> None:
    zh = (
        f"{file}：{count['groups']} 处数字：候选 {count['candidates']}，"
        f"略去 {count['masked']}，没有着落 {count['unaccounted']}"
    )
    en = (
        f"{file}: {count['groups']} digit groups: {count['candidates']} candidates, "
        f"{count['masked']} masked, {count['unaccounted']} unaccounted"
    )
    _tell(args, *{"zh": (zh,), "en": (en,), "both": (zh, en)}[args.lang])


def _total(args: argparse.Namespace, read: Sequence[_Read], files: int) -> None:
    counts = [each.proposal.account for each in read]
    keys = ("groups", "candidates", "masked", "unaccounted")
    total = {key: sum(count[key] for count in counts) for key in keys}
    name = f"{len(read)}/{files} 份 / files" if args.lang == "both" else f"{len(read)}/{files}"
    _account(args, name, total)


def _tell(args: argparse.Namespace, *lines: str) -> None:
    """What is said about the answer: on standard error where that may go into a program."""
    is_read = args.format == "table" or args.out is not None
    stream = sys.stdout if is_read else sys.stderr
    stream.write("".join(f"{line}\n" for line in lines))
