"""What both commands share: their options, who asks, and saying it in two languages."""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from extract.history import ZONE

__all__ = ["BUSY", "DONE", "MISUSE", "WRONG", "Verb", "add_verb", "now", "reason", "say", "who"]

DONE, WRONG, MISUSE, BUSY = 0, 1, 2, 3
"""Exit codes: done; not done or not whole; no such set or row; a refresh is running."""

Verb = Callable[[argparse.Namespace], int]


def add_verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, said: str, run: Verb
) -> argparse.ArgumentParser:
    """A verb with its one line of help; --published and --lang may also follow it."""
    parser = verbs.add_parser(name, help=said, description=said)
    hidden = argparse.SUPPRESS
    parser.add_argument("--published", type=Path, default=hidden, metavar="DIR", help=hidden)
    parser.add_argument("--lang", choices=["zh", "en", "both"], default=hidden, help=hidden)
    parser.set_defaults(verb=run)
    return parser


def reason(parser: argparse.ArgumentParser) -> None:
    """The options of a decision: why, and who decides."""
    parser.add_argument(
        "--reason", required=True, type=_words, metavar="TEXT", help="理由（必填） / why (required)"
    )
    parser.add_argument("--who", default="", metavar="TEXT", help="何人，默认为系统用户 / who")


def who(args: argparse.Namespace) -> str:
    """Who decides: as told, else the system's user."""
    if args.who.strip():
        return str(args.who).strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def now() -> datetime:
    """The moment, in the zone in which moments are written."""
    return datetime.now(ZONE)


def say(args: argparse.Namespace, zh: str, en: str, *, wrong: bool = False) -> None:
    """A line in each language asked for, Chinese first; what went wrong to stderr."""
    lines = {"zh": (zh,), "en": (en,), "both": (zh, en)}[args.lang]
    stream = sys.stderr if wrong else sys.stdout
    stream.write("".join(f"{line}\n" for line in lines))


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("请写明理由。say why")
    return text.strip()
