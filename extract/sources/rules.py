"""Every rule by which a source or what it brings can be refused, worded for the person to mend it.

A rule is data: its identifier, what is wrong and what to do next, in Chinese and English, with
places for facts in braces. The tables' rules stand in ``extract.sources.table_rules``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from extract.problem import Problem, Severity
from extract.sources.table_rules import ROW_RULES, TABLE_WORDS

__all__ = ["LISTED", "ROW_RULES", "RULES", "Refused", "Rule", "capped", "found", "is_wholesale"]

LISTED = 20
"""Places of one rule that are listed one by one; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is wrong and what next, in both languages; braces are filled by ``found``."""

    zh: str
    next_zh: str
    en: str
    next_en: str
    severity: Severity = "error"


class Refused(Exception):  # noqa: N818 - named for what happened
    """Something was refused; ``problems`` says why, all at once."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.text("en") for problem in problems))


_WORDS: Mapping[str, tuple[str, str, str, str]] = {
    # sources.toml
    "sources-missing": (
        "没有这个文件，或无法读取（{reason}）",
        "按 docs/sources.example.toml 新建，或改正路径",
        "the file is missing or cannot be read ({reason})",
        "make it after docs/sources.example.toml, or mend the path",
    ),
    "sources-syntax": (
        "不是 TOML 格式（{reason}）",
        "检查这一行的引号、等号和方括号",
        "not TOML ({reason})",
        "look at the quotation marks, equals signs and brackets of this line",
    ),
    "unknown-key": (
        "不认识“{key}”{hint}",
        "改正拼写或删去；可用：{known}",
        "'{key}' is not known{hint_en}",
        "mend the spelling or take it out; known are: {known}",
    ),
    "missing-key": (
        "来源“{name}”没有写 {key}",
        "补上一行 {key} = …，写法见 docs/sources.example.toml",
        "source '{name}' has no {key}",
        "add a line {key} = …, as in docs/sources.example.toml",
    ),
    "wrong-value": (
        "{key} 写成了 {value}",
        "应为{expected}",
        "{key} is {value}",
        "write {expected_en}",
    ),
    "name-taken": (
        "来源名“{name}”用了两次",
        "改用另一个名字",
        "the name '{name}' is used twice",
        "choose another name",
    ),
    "schedule": (
        "看不懂时间安排“{text}”：{reason}",
        "写成 15m、2h，或五段 cron，如 0 6 * * 1-5（周一至周五六点）",
        "the schedule '{text}' cannot be kept: {reason_en}",
        "write 15m, 2h, or five cron fields such as 0 6 * * 1-5 (06:00, Monday to Friday)",
    ),
    "address": (
        "地址“{address}”不能用：{reason}",
        "写成 https://主机名/路径，与浏览器地址栏一致",
        "the address '{address}' cannot be used: {reason_en}",
        "write https://host/path as in a browser's address bar",
    ),
    # fetching
    "address-refused": (
        "{host} 指向 {address}，属于{reason}",
        "确为本单位内网地址时，在该来源写 allow_private = true；否则改正地址",
        "{host} leads to {address}, {reason_en}",
        "if it is an address of your own network, set allow_private = true; else mend the address",
    ),
    "unknown-host": (
        "找不到主机 {host}（{reason}）",
        "检查主机名和本机的域名解析",
        "the host {host} is not found ({reason})",
        "check its name, and this machine's name service",
    ),
    "no-answer": (
        "{host} 没有应答：{reason}",
        "稍后会再试；持续如此请联系来源负责人 {owner}",
        "{host} does not answer: {reason_en}",
        "it is tried again later; if it goes on, ask the source's owner, {owner}",
    ),
    "too-slow": (
        "{host} 在 {seconds} 秒内没有传完",
        "稍后会再试；文件确实大时调高 timeout_seconds",
        "{host} did not finish within {seconds} s",
        "it is tried again later; raise timeout_seconds if the file is really that large",
    ),
    "tls": (
        "{host} 的证书或加密连接有问题（{reason}）",
        "请 {owner} 更换有效证书；不要改用 http",
        "the certificate or encryption of {host} is not in order ({reason})",
        "ask {owner} for a valid certificate; do not fall back to http",
    ),
    "redirect-away": (
        "{host} 转到别处：{target}",
        "若新地址可信，把它写进 where",
        "{host} sends elsewhere: {target}",
        "if the new address can be trusted, write it as where",
    ),
    "redirect-loop": (
        "{host} 转来转去，超过 {count} 次",
        "在浏览器中打开，把最后的地址写进 where",
        "{host} redirects more than {count} times",
        "open it in a browser and write the last address as where",
    ),
    "http-status": (
        "{host} 回答 {status} {reason}",
        "{advice}；负责人 {owner}",
        "{host} answered {status} {reason}",
        "{advice_en}; owner: {owner}",
    ),
    "too-large": (
        "超过 {limit} 字节",
        "请只发需要的表；确需更大时调高 max_bytes",
        "larger than {limit} bytes",
        "send only the table that is needed, or raise max_bytes",
    ),
    "decompression": (
        "解压后超过 {limit} 字节",
        "疑似压缩炸弹，请 {owner} 检查服务器；确需更大时调高 max_bytes",
        "unpacks to more than {limit} bytes",
        "possibly a decompression bomb: ask {owner} to check the server, or raise max_bytes",
    ),
    "content-encoding": (
        "传输压缩方式“{coding}”不受支持或已损坏",
        "请 {owner} 改用 gzip 或不压缩",
        "sent in an unknown or broken coding '{coding}'",
        "ask {owner} for gzip or no compression",
    ),
    "cut-short": (
        "传输中断：收到 {got} 字节，应有 {wanted}",
        "稍后会再试；持续如此请联系 {owner}",
        "the transfer was cut short: {got} bytes of {wanted}",
        "it is tried again later; if it goes on, ask {owner}",
    ),
    "not-http": (
        "{host} 的回答不是 HTTP（{reason}）",
        "检查端口和 http/https",
        "the answer of {host} is not HTTP ({reason})",
        "check the port, and http against https",
    ),
    "content-type": (
        "{host} 发来的是 {type}，不是表格",
        "在浏览器中打开看看：多半是登录页、报错页或改了地址",
        "{host} sent {type}, which is no table",
        "open it in a browser: often a login or error page, or the address has changed",
    ),
    # folders
    "no-folder": (
        "打不开文件夹（{reason}）",
        "检查路径、权限、网络盘是否已挂上",
        "the folder cannot be opened ({reason})",
        "check its path, permissions, and whether the network drive is mounted",
    ),
    "no-files": (
        "文件夹里没有 CSV 或 XLSX",
        "放入文件；网络盘可能没有挂上",
        "there is no CSV or XLSX in the folder",
        "put the files there; a network drive may not be mounted",
    ),
    "not-a-plain-file": (
        "不是普通文件（快捷方式、符号链接或设备）",
        "把文件本身放进来",
        "not a plain file (a link, a folder or a device)",
        "put the file itself there",
    ),
    "unreadable-file": (
        "读不了这个文件（{reason}）",
        "给运行更新的账号读取权限",
        "the file cannot be read ({reason})",
        "let the account that refreshes read it",
    ),
    "changed-while-read": (
        "读取期间文件在变，读了两次都如此",
        "保存或拷贝完毕后会再读；大文件请先用临时名写完再改名",
        "the file kept changing while it was read, twice",
        "it is read again once saved; write large files under another name, then rename",
    ),
    "two-files": (
        "同一张表“{table}”有几个文件：{files}",
        "只留一个",
        "several files for one table '{table}': {files}",
        "keep one",
    ),
    "which-file": (
        "设了 table，文件夹里却有 {count} 个文件：{files}",
        "只留一个，或去掉 table 而按表命名文件",
        "table is set, yet the folder holds {count} files: {files}",
        "keep one, or drop table and name files after their tables",
    ),
    "unknown-table": (
        "没有名为“{table}”的表{hint}",
        "改文件名，或在 sources.toml 写 table",
        "no table is called '{table}'{hint_en}",
        "rename the file, or set table in sources.toml",
    ),
    "shrunk": (
        "{table} 由 {before} 行变成 {after} 行，可能没传完或删错了",
        "核对文件；确应减少时，在该来源写 may_shrink = true",
        "{table} went from {before} rows to {after}: perhaps cut off or deleted by mistake",
        "check the file; if it is right, set may_shrink = true for the source",
    ),
    "source-failed": (
        "处理时出错（{reason}）",
        "把这一行和原文件交给维护者",
        "an error nobody foresaw ({reason})",
        "send this line and the file to the maintainers",
    ),
    "state-unwritable": (
        "无法保存收到的文件（{reason}）",
        "检查磁盘空间和权限",
        "what was received cannot be kept ({reason})",
        "check the disk's space and permissions",
    ),
    "inbox-damaged": (
        "已收文件的登记缺失或损坏：{folder}",
        "从备份恢复该文件夹；或把其中 kept 里的原件重新放入收件夹，并删去 state.json",
        "the record of what was taken is missing or damaged: {folder}",
        "restore it from a backup; or put the originals in kept into the inbox again and delete "
        "state.json",
    ),
    # staging
    "not-yours": (
        "{key} 属于手工录入的表，来源“{source}”不能改",
        "换一个 id；来源有权改该报告时，在 sources.toml 的 documents 中写上报告编号",
        "{key} belongs to the tables entered by hand; source '{source}' may not change it",
        "use another id, or list the document under documents in sources.toml",
    ),
    "taken-by-another": (
        "{key} 已由来源“{other}”提供，内容不同",
        "两个来源商定由谁提供，另一个删去这一行",
        "{key} is brought by source '{other}' with other content",
        "agree which source brings it, and take it out of the other",
    ),
}

_NOTES: Mapping[str, tuple[str, str, str, str]] = {
    "still-arriving": (
        "文件刚刚还在写入，下次再取",
        "无需处理",
        "the file was still being written; it is taken next time",
        "nothing to do",
    ),
    "left-alone": (
        "不是 CSV 或 XLSX，没有读取",
        "无需处理；要导入请另存为 CSV 或 XLSX",
        "neither CSV nor XLSX, not read",
        "nothing to do; to have it read, save it as CSV or XLSX",
    ),
    "kept-last": (
        "来源“{source}”这次没有成功，沿用 {when} 的数据",
        "处理上述问题后自动恢复",
        "source '{source}' failed; its data of {when} stay",
        "mend the above; it recovers by itself",
    ),
    "rows-dropped": (
        "来源“{source}”这次没有成功，按 on_failure = drop 撤下它的数据",
        "处理上述问题后自动恢复",
        "source '{source}' failed; by on_failure = drop its rows are withdrawn",
        "mend the above; it recovers by itself",
    ),
    "source-stops": (
        "来源“{source}”这次没有成功，按 on_failure = stop 不发布",
        "处理上述问题后自动恢复",
        "source '{source}' failed; by on_failure = stop nothing is published",
        "mend the above; it recovers by itself",
    ),
    "state-damaged": (
        "来源“{source}”上次保存的数据缺失或损坏，重新获取",
        "无需处理",
        "what was kept of source '{source}' is missing or damaged; it is fetched again",
        "nothing to do",
    ),
}


def _rules() -> Mapping[str, Rule]:
    errors = {name: Rule(*words) for name, words in _WORDS.items()}
    notes = {name: Rule(*words, severity="note") for name, words in _NOTES.items()}
    tables = {name: Rule(*words) for name, words in TABLE_WORDS.items()}
    return MappingProxyType({**errors, **notes, **tables})


RULES: Mapping[str, Rule] = _rules()
"""Identifier → rule, in the order of a delivery's way."""


def found(rule: str, where: str, **facts: object) -> Problem:
    """The problem that ``rule`` was broken at ``where``; ``facts`` fill its braces."""
    words = RULES[rule]
    filled = {key: _plain(str(fact)) for key, fact in facts.items()}
    return Problem(
        _plain(where),
        rule,
        words.en.format_map(filled),
        words.next_en.format_map(filled),
        words.severity,
        message_zh=words.zh.format_map(filled),
        next_step_zh=words.next_zh.format_map(filled),
    )


def capped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first LISTED of each rule and a count of the others; rules about one row stay whole."""
    seen: Counter[str] = Counter()
    kept: list[Problem] = []
    last: dict[str, Problem] = {}
    for problem in problems:
        seen[problem.rule] += 1
        if seen[problem.rule] <= LISTED or problem.rule in ROW_RULES:
            kept.append(problem)
        else:
            last[problem.rule] = problem
    return (*kept, *(_others(problem, seen[rule] - LISTED) for rule, problem in last.items()))


def is_wholesale(problem: Problem) -> bool:
    """Whether a problem refuses the whole delivery, not one row of it."""
    return problem.severity == "error" and problem.rule not in ROW_RULES


def _others(problem: Problem, count: int) -> Problem:
    return replace(
        problem,
        message=f"{count} more places like these, the last: {problem.message}",
        message_zh=f"另有 {count} 处同类问题，最后一处：{problem.message_zh}",
    )


def _plain(text: str) -> str:
    """A fact as one short printable line: what a stranger sends never writes to a terminal."""
    shown = "".join(char if char.isprintable() else "·" for char in text)
    return shown if len(shown) <= 300 else f"{shown[:300]}…"
