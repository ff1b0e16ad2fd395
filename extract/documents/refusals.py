"""Why a file is not read, in words for the person who has it: what is wrong, what to do next."""

from collections.abc import Mapping
from types import MappingProxyType

from extract.problem import Problem

__all__ = ["NOTES", "RULES", "Unreadable", "note", "refused"]

_Words = tuple[str, str, str, str]

RULES: Mapping[str, _Words] = MappingProxyType(
    {
        "no-file": (
            "没有这个文件，或无法打开（{reason}）",
            "检查文件名和权限",
            "there is no such file, or it cannot be opened ({reason})",
            "check its name and permissions",
        ),
        "empty": (
            "文件是空的",
            "核对是否发错文件",
            "the file is empty",
            "see whether it is the one",
        ),
        "too-large": (
            "有{size} MB，超过{kind}文件的上限{limit} MB",
            "分成几份，或另存为 txt",
            "{size} MB is more than the {limit} MB allowed for {kind}",
            "split it, or save its text as txt",
        ),
        "too-long": (
            "文字超过{limit}字",
            "分成几份",
            "the text has more than {limit} characters",
            "split it",
        ),
        "other-kind": (
            "这是{what}，不是 txt、html、docx 或有文字的 pdf",
            "{next}",
            "it is {what_en}, not txt, html, docx or a PDF with text",
            "{next_en}",
        ),
        "binary": (
            "内容不是文字",
            "核对是否发错文件，或在原程序中另存为 docx 或 txt",
            "its content is not text",
            "see whether it is the one, or save it as docx or txt where it was made",
        ),
        "encoding": (
            "编码既不是 UTF-8 也不是 GB18030（第{byte}个字节处）",
            "用记事本或 WPS 打开，另存为 UTF-8",
            "neither UTF-8 nor GB18030 (at byte {byte})",
            "open it in an editor and save it as UTF-8",
        ),
        "password": (
            "设有密码",
            "用密码打开，去掉密码后另存一份",
            "it is protected by a password",
            "open it with the password and save a copy without",
        ),
        "scanned": (
            "只有图片，没有文字层（扫描件）",
            "用文字识别软件转成文字并校对，或向来文单位要电子版",
            "it has pictures only and no text (a scan)",
            "recognise and proofread its text, or ask the sender for the original",
        ),
        "no-text": (
            "里面没有文字",
            "核对是否发错文件",
            "there is no text in it",
            "see whether it is the one",
        ),
        "garbled": (
            "文字层是乱码（{share}%的字无法识别）",
            "打印成新的 PDF 或另存为 docx；仍是乱码时用文字识别",
            "its text is garbled ({share}% of the characters mean nothing)",
            "print it to a new PDF or save it as docx; else recognise the text",
        ),
        "damaged": (
            "文件不完整或已损坏（{reason}）",
            "重新下载，或向来文单位再要一份",
            "the file is incomplete or damaged ({reason})",
            "fetch it again, or ask the sender for another copy",
        ),
        "bomb": (
            "展开后超过{limit} MB，或部件过多",
            "不要打开；向来文单位核实",
            "it unpacks to more than {limit} MB, or to too many parts",
            "do not open it; ask the sender",
        ),
        "declares": (
            "XML 里有文档类型声明（DOCTYPE），Word 文件不应有",
            "不要打开；向来文单位核实",
            "its XML declares a document type, which Word files do not",
            "do not open it; ask the sender",
        ),
        "too-deep": (
            "网页标签套叠超过2048层",
            "在浏览器中打开，复制文字存为 txt",
            "its elements are nested more than 2048 deep",
            "open it in a browser and save the text as txt",
        ),
        "too-hard": (
            "读到一半停下：用时超过{seconds}秒，或内存超过{memory} MB，或文件有错",
            "另存为 txt 或 docx，或分成几份",
            "given up: it takes more than {seconds} s or {memory} MB, or is malformed",
            "save it as txt or docx, or split it",
        ),
    }
)
"""Rule → what is wrong and what next, Chinese then English; braces are filled by `refused`."""

NOTES: Mapping[str, _Words] = MappingProxyType(
    {
        "other-encoding": (
            "按 {encoding} 读取",
            "录入前存一份 UTF-8 文本（propose --out 文件夹），位置以它为准",
            "read as {encoding}",
            "keep its UTF-8 text (propose --out FOLDER): offsets count in that",
        ),
        "pages-without-text": (
            "第{pages}页没有文字，可能是图片，其中的数字没有读",
            "对照原件",
            "no text on pages {pages}: perhaps pictures, whose numbers are not read",
            "look at the original",
        ),
        "pictures": (
            "文中有{count}张图片，其中的数字没有读",
            "对照原件",
            "{count} pictures: numbers in them are not read",
            "look at the original",
        ),
        "odd-characters": (
            "有{count}个字无法识别，显示为 �",
            "对照原件",
            "{count} characters mean nothing and stand as �",
            "look at the original",
        ),
    }
)
"""What a person has to know about a text that was read."""


class Unreadable(Exception):  # noqa: N818 - named for what the file is
    """The file is not read; ``problem`` says why, and what to do next."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.text("en"))

    def __reduce__(self) -> tuple[type["Unreadable"], tuple[Problem]]:
        """Whole across processes: the problem, not its text."""
        return Unreadable, (self.problem,)


def refused(file: str, rule: str, **facts: object) -> Unreadable:
    """The refusal of ``file`` by a rule, its facts filled in."""
    zh, next_zh, en, next_en = (words.format(**facts) for words in RULES[rule])
    return Unreadable(Problem(file, rule, en, next_en, message_zh=zh, next_step_zh=next_zh))


def note(file: str, rule: str, **facts: object) -> Problem:
    """A note on ``file``, its facts filled in."""
    zh, next_zh, en, next_en = (words.format(**facts) for words in NOTES[rule])
    return Problem(file, rule, en, next_en, "note", message_zh=zh, next_step_zh=next_zh)
