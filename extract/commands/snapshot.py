"""python -m extract snapshot list|verify|diff|rollback|unpin|gc: the published sets, old and new.

Exit codes: 0 done and whole, 1 not done or not whole, 2 no such set or misuse, 3 a refresh is
running.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from filelock import Timeout

from extract import changes, history, pin, snapshot, vintage
from extract.changes import Change
from extract.commands import desk
from extract.commands.desk import BUSY, DONE, MISUSE, WRONG, say
from extract.commands.remote import target_of
from extract.history import Event
from extract.remote import Target, catch_up, deliver

__all__ = ["configure", "run"]

LISTED = 40
_KINDS = {
    "added": ("新增", "added"),
    "revised": ("修订", "revised"),
    "withdrawn": ("撤回", "withdrawn"),
    "quarantined": ("转入隔离", "quarantined"),
    "released": ("放行", "released"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs of `python -m extract snapshot`."""
    verbs = parser.add_subparsers(dest="snapshot_verb", required=True, metavar="verb")
    desk.add_verb(verbs, "list", "列出各版 / list every set", _list)
    verify = desk.add_verb(verbs, "verify", "逐个文件核对 / verify file by file", _verify)
    verify.add_argument("id", nargs="*", help="默认为当前版 / default: the current set")
    verify.add_argument("--all", action="store_true", help="核对所有各版 / every set kept")
    diff = desk.add_verb(verbs, "diff", "比较两版 / what B says that A does not", _diff)
    diff.add_argument("a", metavar="A")
    diff.add_argument("b", metavar="B")
    diff.add_argument("--all", action="store_true", help="不省略 / every line")
    diff.add_argument("--csv", action="store_true", help="以 changes.csv 的格式 / as changes.csv")
    back = desk.add_verb(verbs, "rollback", "退回一版并固定 / show an older set, pinned", _rollback)
    back.add_argument("id", help="编号，或日期 / an id, or a date for the set of that day's end")
    desk.reason(back)
    desk.reason(desk.add_verb(verbs, "unpin", "解除固定 / let refreshes publish again", _unpin))
    gc = desk.add_verb(verbs, "gc", "清理旧版 / remove old sets", _gc)
    gc.add_argument("--keep", type=_whole, default=snapshot.KEEP, metavar="N")
    gc.add_argument("--days", type=_whole, default=vintage.DAYS, metavar="N")
    gc.add_argument("--dry-run", action="store_true", help="只说明，不删除 / only tell")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says, and bring the storage that machines share up to it."""
    try:
        if args.verb not in _SHARED:
            return int(args.verb(args))
        shared = target_of(args)
        catch_up(args.published, shared, desk.now())
        done = int(args.verb(args))
        _deliver(args, shared)
        return done
    except Timeout:
        say(
            args,
            "正在更新，本次未运行；请稍后再试。",
            "A refresh is running; nothing was done. Try again in a moment.",
            wrong=True,
        )
        return BUSY
    except OSError as reason:
        where = f" {reason.filename}" if reason.filename else ""
        cause = f"{reason.strerror or reason}{where}"
        say(args, f"未完成：无法读写（{cause}）", f"Not done: {cause}", wrong=True)
        return WRONG


def _list(args: argparse.Namespace) -> int:
    events = history.read(args.published)
    if not events:
        say(args, "还没有发布过。", "Nothing has been published yet.")
        return DONE
    kept = set(snapshot.snapshots(args.published))
    current = snapshot.current_id(args.published)
    for number, event in enumerate(events):
        is_shown = event.id == current and number == len(events) - 1
        _print_event(args, event, is_shown=is_shown, is_kept=event.id in kept)
    held = pin.read(args.published)
    if held:
        say(
            args,
            f"已固定在 {held.id}：{held.reason}（{held.since}）。解除：snapshot unpin --reason …",
            f"Pinned to {held.id}: {held.reason} ({held.since}). Lift: snapshot unpin --reason …",
        )
    return DONE


def _print_event(args: argparse.Namespace, event: Event, *, is_shown: bool, is_kept: bool) -> None:
    zh, en = _marks(event, is_shown=is_shown, is_kept=is_kept)
    rows = "?" if event.rows is None else f"{event.rows:,}"
    moment = event.published_at.isoformat(sep=" ", timespec="minutes")
    head = f"{event.id}  {moment}  "
    counted = [(names, event.counts.get(kind, 0)) for kind, names in _KINDS.items()]
    changed_zh = "".join(f" {names[0]}{count}" for names, count in counted if count)
    changed_en = "".join(f" {count} {names[1]}" for names, count in counted if count)
    waiting = event.counts.get("waiting", 0)
    changed_zh += f" 隔离中{waiting}" if waiting else ""
    changed_en += f" {waiting} waiting" if waiting else ""
    say(args, f"{head}{rows} 条{changed_zh}{zh}", f"{head}{rows} rows{changed_en}{en}")


def _marks(event: Event, *, is_shown: bool, is_kept: bool) -> tuple[str, str]:
    zh = "  ← 当前" if is_shown else "" if is_kept else "  （已清理）"
    en = "  ← current" if is_shown else "" if is_kept else "  (removed)"
    if event.kind == "rolled_back":
        return f"  退回：{event.reason}{zh}", f"  rolled back: {event.reason}{en}"
    return zh, en


def _verify(args: argparse.Namespace) -> int:
    current = snapshot.current_id(args.published)
    asked = snapshot.snapshots(args.published) if args.all else args.id or [current or ""]
    codes = [_verify_one(args, name) for name in asked]
    return max(codes, default=DONE)


def _verify_one(args: argparse.Namespace, name: str) -> int:
    if (place := _place(args, name)) is None:
        return MISUSE
    wrong = snapshot.verify(place)
    if not wrong:
        say(args, f"{name}：完整", f"{name}: whole")
        return DONE
    say(args, f"{name}：已损坏", f"{name}: damaged", wrong=True)
    sys.stderr.write("".join(f"  {reason}\n" for reason in wrong))
    if name == snapshot.current_id(args.published):
        say(
            args,
            "运行 python -m extract refresh 可修复当前版。",
            "python -m extract refresh mends the current set.",
            wrong=True,
        )
    return WRONG


def _diff(args: argparse.Namespace) -> int:
    places = [_place(args, name) for name in (args.a, args.b)]
    a, b = places
    if a is None or b is None:
        return MISUSE
    found = changes.compare_sets(a, b)
    if args.csv:
        sys.stdout.write(changes.written(found).decode("utf-8"))
        return DONE
    _summary(args, found)
    shown = found if args.all else found[:LISTED]
    for change in shown:
        _print_change(args, change)
    if more := len(found) - len(shown):
        say(args, f"另有 {more} 条，加 --all 可看全部。", f"{more} more: --all shows every line.")
    return DONE


def _summary(args: argparse.Namespace, found: Iterable[Change]) -> None:
    counted = Counter(kind for kind, _ in {(change.kind, change.id) for change in found})
    if not counted:
        say(args, "两版的数据没有不同。", "The two sets say the same.")
        return
    said = [(names, counted[kind]) for kind, names in _KINDS.items() if counted[kind]]
    say(
        args,
        "、".join(f"{names[0]} {count}" for names, count in said),
        ", ".join(f"{count} {names[1]}" for names, count in said),
    )


def _print_change(args: argparse.Namespace, change: Change) -> None:
    names = _KINDS[change.kind]
    field = f" {change.field}" if change.field else ""
    cells = " → ".join(cell or "—" for cell in (change.before, change.after))
    said = "" if (change.before, change.after) == ("", "") else f": {cells}"
    say(
        args,
        f"{names[0]} {change.id}{field}{said}（{change.reason_zh}）",
        f"{names[1]} {change.id}{field}{said} ({change.reason_en})",
    )


def _rollback(args: argparse.Namespace) -> int:
    name = _named(args)
    if name is None or _place(args, name) is None:
        return MISUSE
    with snapshot.lock(args.published).acquire(timeout=0):
        try:
            held = vintage.roll_back(
                args.published, name, reason=args.reason, by=desk.who(args), now=desk.now()
            )
        except snapshot.DamagedError as reason:
            say(
                args,
                f"未退回：{name} 已损坏（{reason}）。网站仍显示原来的数据。",
                f"Not rolled back: {name} is damaged ({reason}). The site shows what it did.",
                wrong=True,
            )
            return WRONG
    say(
        args,
        f"已退回并固定在 {held.id}（原为 {held.instead_of}）。解除前更新只核对、不发布："
        "python -m extract snapshot unpin --reason …",
        f"Rolled back to {held.id} (was {held.instead_of}) and pinned: refreshes check and do not "
        "publish until python -m extract snapshot unpin --reason …",
    )
    return DONE


def _named(args: argparse.Namespace) -> str | None:
    """The set asked for: by its id, or the one shown at the end of a day."""
    try:
        day = date.fromisoformat(args.id) if "-" in args.id else None
    except ValueError:
        day = None
    if day is None:
        return str(args.id)
    name = history.asof(args.published, day)
    if name is None:
        say(args, f"{day} 之前没有发布过。", f"Nothing was published by {day}.", wrong=True)
    return name


def _unpin(args: argparse.Namespace) -> int:
    with snapshot.lock(args.published).acquire(timeout=0):
        held = vintage.unpin(args.published, reason=args.reason, by=desk.who(args), now=desk.now())
    if held is None:
        say(args, "没有固定的版。", "Nothing is pinned.", wrong=True)
        return WRONG
    say(
        args,
        f"已解除固定（{held.id}）；下次更新照常发布。",
        f"Unpinned ({held.id}); the next refresh publishes again.",
    )
    return DONE


def _deliver(args: argparse.Namespace, shared: Target | None) -> None:
    trouble = deliver(args.published, shared, desk.now()).trouble
    if trouble:
        say(
            args,
            f"尚未上传到共用的存储：{trouble.zh}",
            f"Not uploaded to the storage yet: {trouble.en}",
            wrong=True,
        )


def _gc(args: argparse.Namespace) -> int:
    with snapshot.lock(args.published).acquire(timeout=0):
        gone = vintage.collect(
            args.published, desk.now(), keep=args.keep, days=args.days, only_tell=args.dry_run
        )
    verb = ("将清理", "would be removed") if args.dry_run else ("已清理", "removed")
    say(
        args,
        f"{verb[0]} {len(gone.removed)} 版，保留 {len(gone.kept)} 版。",
        f"{len(gone.removed)} {verb[1]}, {len(gone.kept)} kept.",
    )
    sys.stdout.write("".join(f"  {name}\n" for name in gone.removed))
    return DONE


def _place(args: argparse.Namespace, name: str) -> Path | None:
    """The folder of a set that is kept; None, having said so, where it is not."""
    place: Path = args.published / "snapshots" / name
    if snapshot.ID.fullmatch(name) and place.is_dir():
        return place
    known = any(event.id == name for event in history.read(args.published))
    zh, en = ("已清理，不再保留", "was removed") if known else ("没有这一版", "is not a set here")
    listed = "python -m extract snapshot list"
    say(
        args,
        f"{name or '—'}：{zh}。列出各版：{listed}",
        f"{name or '—'} {en}. To see all: {listed}",
        wrong=True,
    )
    return None


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("请填整数。write a whole number")
    return int(text)


_SHARED = frozenset({_rollback, _unpin})
"""Verbs whose result the other machines show too."""
