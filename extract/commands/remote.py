"""python -m extract remote show|push|gc: the storage that several machines share.

Exit codes: 0 done, 1 not done, 2 misuse, 3 a push or a copy is going on in this folder.
"""

import argparse

from filelock import Timeout

from extract import configuration, snapshot
from extract.commands import desk
from extract.commands.desk import BUSY, DONE, MISUSE, WRONG, say
from extract.remote import RemoteError, Target, collect, deliver, opened
from extract.remote.following import POINTER_BYTES
from extract.remote.gone import KEEP
from extract.remote.pointer import CURRENT, Pointer

__all__ = ["configure", "run", "target_of"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs of `python -m extract remote`."""
    verbs = parser.add_subparsers(dest="remote_verb", required=True, metavar="verb")
    desk.add_verb(verbs, "show", "存储和本机各是哪一版 / which set is where", _show)
    push = desk.add_verb(verbs, "push", "立即上传 / upload what is owed now", _push)
    push.add_argument("--all", action="store_true", help="全部重新上传 / send everything again")
    push.add_argument(
        "--take-over", action="store_true", help="以本机为准 / this machine decides from now on"
    )
    gc = desk.add_verb(verbs, "gc", "清理存储里的旧版 / remove old sets there", _gc)
    gc.add_argument("--keep", type=int, default=KEEP, metavar="N", help="(%(default)s)")
    gc.add_argument("--dry-run", action="store_true", help="只说明，不删除 / only tell")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    try:
        target = target_of(args)
        if target is None:
            say(
                args,
                "没有存储地址：写 --remote s3://桶名/前缀，或设置 LIVELIHOOD_REMOTE。",
                "No address: give --remote s3://bucket/prefix, or set LIVELIHOOD_REMOTE.",
                wrong=True,
            )
            return MISUSE
        args.target = target
        return int(args.verb(args))
    except RemoteError as reason:
        say(args, reason.zh, reason.en, wrong=True)
        return WRONG
    except Timeout:
        say(args, "正在上传或复制，请稍后再试。", "An upload or a copy is running.", wrong=True)
        return BUSY
    except OSError as reason:
        say(args, f"未完成：{reason}", f"Not done: {reason}", wrong=True)
        return WRONG


def target_of(args: argparse.Namespace) -> Target | None:
    """The storage that was named, else that of the configuration; None where there is none."""
    return configuration.shared(args.remote, configuration.place(args.config, args.raw))


def _show(args: argparse.Namespace) -> int:
    target: Target = args.target
    content = opened(target).read(CURRENT, POINTER_BYTES)
    here = snapshot.current_id(args.published) or "—"
    if content is None:
        say(args, f"{target.shown}：还没有发布过。", f"{target.shown}: nothing published yet.")
    else:
        there = Pointer.read(content)
        say(
            args,
            f"{target.shown}：{there.id}（第 {there.sequence} 次，{there.switched_at}）",
            f"{target.shown}: {there.id} (number {there.sequence}, {there.switched_at})",
        )
    say(args, f"{args.published}：{here}", f"{args.published}: {here}")
    return DONE


def _push(args: argparse.Namespace) -> int:
    target: Target = args.target
    done = deliver(
        args.published, target, desk.now(), everything=args.all, take_over=args.take_over
    )
    if done.trouble:
        raise done.trouble
    assert done.pushed is not None
    state = done.pushed.state
    if state == "busy":
        raise Timeout(str(args.published))
    words = {
        "current": ("存储已是这一版。", "The storage shows this set already."),
        "empty": ("这里还没有发布过。", "Nothing has been published here."),
        "behind": (
            "存储里是另一台机器后来发布的；本机没有要上传的。",
            "Another machine published after this one; nothing here is owed.",
        ),
        "uploaded": (
            f"已上传 {done.pushed.objects} 个文件，{done.pushed.size_bytes:,} 字节。",
            f"Uploaded {done.pushed.objects} files, {done.pushed.size_bytes:,} bytes.",
        ),
    }
    say(args, *words[state])
    return DONE


def _gc(args: argparse.Namespace) -> int:
    target: Target = args.target
    gone = collect(
        args.published, opened(target), desk.now(), keep=args.keep, only_tell=args.dry_run
    )
    verb = ("将清理", "would be removed") if args.dry_run else ("已清理", "removed")
    say(
        args,
        f"{verb[0]} {len(gone.removed)} 版、{gone.objects} 个文件，保留 {len(gone.kept)} 版。",
        f"{len(gone.removed)} sets and {gone.objects} files {verb[1]}, {len(gone.kept)} kept.",
    )
    return DONE
