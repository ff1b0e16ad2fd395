"""python -m extract follow: keep this machine's copy of what another machine publishes.

Exit codes: 0 stopped by a signal, or with --once: as the storage says; 1 could not be followed;
2 misuse; 3 another follower keeps this folder.
"""

import argparse
import os
import signal
import sys
import threading
from functools import partial

from filelock import FileLock, Timeout

from extract import snapshot, vintage
from extract.commands.desk import BUSY, DONE, MISUSE, WRONG, say
from extract.commands.remote import target_of
from extract.remote import RemoteError, opened
from extract.remote.watching import LOCK, Watch
from extract.sources.schedule import interval

__all__ = ["configure", "run"]

PATIENCE_SECONDS = 1.0
"""Somebody who only looks whether the lock is taken holds it for a moment."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m extract follow`."""
    parser.add_argument(
        "--from", dest="url", metavar="URL", help="存储地址，默认同 --remote / default: --remote"
    )
    parser.add_argument("--every", type=interval, default="2s", help="间隔 / interval (2s)")
    parser.add_argument("--once", action="store_true", help="只看一次 / look once and stop")
    parser.add_argument(
        "--keep", type=int, default=snapshot.KEEP, help="至少保留几版 / sets that stay (20)"
    )
    parser.add_argument(
        "--days", type=float, default=vintage.DAYS, help="保留多少天内显示过的 / shown of late (30)"
    )
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="以存储为准，即使本机另有发布；须与 --once 同用 / the storage decides; with --once",
    )
    parser.add_argument("--attached", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Follow until SIGTERM or SIGINT, or once."""
    args.remote = args.url or args.remote
    try:
        target = target_of(args)
        if target is None or (args.take_over and not args.once):
            say(args, *_MISUSE["once" if target else "url"], wrong=True)
            return MISUSE
        opened(target)
        args.published.mkdir(parents=True, exist_ok=True)
        with FileLock(args.published / LOCK).acquire(timeout=PATIENCE_SECONDS):
            return _followed(args, Watch(args.published, target, args.every, partial(say, args)))
    except RemoteError as reason:
        say(args, reason.zh, reason.en, wrong=True)
        return WRONG
    except Timeout:
        say(args, "已有另一个进程在跟随。", "Another follower keeps this folder.", wrong=True)
        return BUSY
    except OSError as reason:
        say(args, f"文件夹不可写：{reason}", f"The folder cannot be written: {reason}", wrong=True)
        return WRONG


_MISUSE = {
    "url": (
        "没有存储地址：写 --from s3://桶名/前缀，或设置 LIVELIHOOD_REMOTE。",
        "No address: give --from s3://bucket/prefix, or set LIVELIHOOD_REMOTE.",
    ),
    "once": ("--take-over 须与 --once 同用。", "--take-over goes with --once."),
}


def _followed(args: argparse.Namespace, watch: Watch) -> int:
    watch.keep, watch.days = args.keep, args.days
    if args.once:
        return WRONG if watch.turn(take_over=args.take_over) else DONE
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: watch.stop.set())
    if args.attached:
        threading.Thread(target=_until_left, args=[watch.stop], daemon=True).start()
    say(
        args,
        f"开始跟随 {watch.target.shown}，每 {args.every} 秒看一次。",
        f"Following {watch.target.shown}, looking every {args.every} s.",
    )
    watch.run()
    return DONE


def _until_left(stop: threading.Event) -> None:
    """Stop when standard input ends: nobody who holds the other end is left."""
    while os.read(sys.stdin.fileno(), 1):
        continue
    stop.set()
