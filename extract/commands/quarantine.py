"""python -m extract quarantine list|release|drop: the rows that wait, and what is decided.

Exit codes: 0 done, 1 not done (this row has to be mended, or a file cannot be read or written),
2 no such row or misuse, 3 others keep the decisions. A decision acts at the next refresh.
"""

import argparse
import sys
from collections.abc import Mapping

from filelock import Timeout

from extract import decisions, history, snapshot, waiting
from extract.commands import desk
from extract.commands.desk import BUSY, DONE, MISUSE, WRONG, say
from extract.decisions import Decision
from extract.quarantine import OVERRULABLE
from extract.unreadable import Unreadable

__all__ = ["configure", "run"]

Row = Mapping[str, str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs of `python -m extract quarantine`."""
    verbs = parser.add_subparsers(dest="quarantine_verb", required=True, metavar="verb")
    desk.add_verb(verbs, "list", "列出等待处理的行 / list the rows that wait", _list)
    for name, said, run_verb in (
        ("release", "放行一行，或撤销不采用 / let a row through, or lift a drop", _release),
        ("drop", "不采用一行，仍列出 / keep a row out; it stays listed", _drop),
    ):
        verb = desk.add_verb(verbs, name, said, run_verb)
        verb.add_argument("id", metavar="ID", help="行的编号 / the row's identifier")
        desk.reason(verb)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    try:
        return int(args.verb(args))
    except (Unreadable, snapshot.DamagedError) as reason:
        problems = getattr(reason, "problems", ())
        said = [problem.text(args.lang) for problem in problems] or [str(reason)]
        say(args, "未完成：", "Not done:", wrong=True)
        sys.stderr.write("".join(f"{line}\n" for line in said))
        return WRONG
    except Timeout:
        say(args, "他人正在处理，请稍后再试。", "Others are deciding; try again.", wrong=True)
        return BUSY
    except OSError as reason:
        cause = f"{reason.strerror or reason} {reason.filename or ''}".strip()
        say(args, f"未完成：无法读写（{cause}）", f"Not done: {cause}", wrong=True)
        return WRONG


def _list(args: argparse.Namespace) -> int:
    rows = waiting.current(args.published)
    decided = decisions.read(args.published)
    began = _began(args)
    for name, row in rows.items():
        _print_row(args, row, began.get(row["since"], ""), _standing(decided.get(name), row))
    dropped = sum(row["is_dropped"] == "true" for row in rows.values())
    say(
        args,
        f"等待处理 {len(rows) - dropped} 行，不采用 {dropped} 行。",
        f"{len(rows) - dropped} waiting, {dropped} dropped.",
    )
    return DONE


def _began(args: argparse.Namespace) -> dict[str, str]:
    """`since` → the day from which rows waited: that of the set after the one named."""
    events = history.read(args.published)
    return {
        event.predecessor or "": event.published_at.date().isoformat()
        for event in reversed(events)
        if event.kind == "published"
    }


def _print_row(args: argparse.Namespace, row: Row, began: str, decided: Decision | None) -> None:
    place = f"{row['file']}:{row['line']}"
    source = f" {row['source']}" if row["source"] else ""
    head = f"{row['id']}  {place}{source}  [{row['rule']}]"
    zh = f"{head} {row['as_written']}：{row['reason_zh']}"
    en = f"{head} {row['as_written']}: {row['reason_en']}"
    if began:
        zh, en = f"{zh}（自 {began}）", f"{en} (since {began})"
    if decided:
        names = {"release": ("放行", "released"), "drop": ("不采用", "dropped")}[decided.decision]
        zh = f"{zh} 〔{names[0]}：{decided.who}，{decided.reason}〕"
        en = f"{en} [{names[1]} by {decided.who}: {decided.reason}]"
    say(args, zh, en)


def _standing(decided: Decision | None, row: Row) -> Decision | None:
    """A decision about the row as it stands; one about an earlier wording has lapsed."""
    return decided if decided and decided.fingerprint == row["fingerprint"] else None


def _release(args: argparse.Namespace) -> int:
    row = _row(args)
    if row is None:
        return MISUSE
    mended = {"dropped", *OVERRULABLE}
    facts = [rule for rule in row["rule"].split() if rule not in mended]
    if facts and "dropped" not in row["rule"].split():
        said = ", ".join(facts)
        where = f"{row['file']}:{row['line']}"
        say(
            args,
            f"未放行：{said} 由事实决定，不能由人放行。请改正 {where}：{row['reason_zh']}",
            f"Not released: {said} is a matter of fact. Mend {where}: {row['reason_en']}",
            wrong=True,
        )
        return WRONG
    _decide(args, row, "release")
    say(
        args,
        f"已登记放行 {row['id']}；下次更新时生效，仍须通过其他核对。",
        f"{row['id']} is released from the next refresh on, if it passes all other checks.",
    )
    return DONE


def _drop(args: argparse.Namespace) -> int:
    row = _row(args)
    if row is None:
        return MISUSE
    _decide(args, row, "drop")
    say(
        args,
        f"已登记不采用 {row['id']}；下次更新时生效，仍列在隔离区。该行改动后重新判断。",
        f"{row['id']} is dropped from the next refresh on and stays listed; once edited, it is "
        "judged anew.",
    )
    return DONE


def _decide(args: argparse.Namespace, row: Row, verdict: decisions.Verdict) -> None:
    decisions.decide(
        args.published,
        (row["id"], row["fingerprint"]),
        verdict,
        who=desk.who(args),
        reason=args.reason,
        now=desk.now(),
    )


def _row(args: argparse.Namespace) -> Row | None:
    row = waiting.current(args.published).get(args.id)
    if row is None:
        say(
            args,
            f"{args.id} 不在隔离区。列出全部：python -m extract quarantine list",
            f"{args.id} is not in quarantine. To see all: python -m extract quarantine list",
            wrong=True,
        )
    return row
