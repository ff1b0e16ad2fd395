"""Bytes → text: the encodings office machines write, and what plainly is no text table."""

import unicodedata

from extract.problem import Problem
from extract.sources.rules import Refused, found

__all__ = ["is_workbook", "text"]

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF 文件", "a PDF"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
    (b"\x1f\x8b", "压缩包", "an archive"),
    (b"{", "JSON 数据", "JSON"),
    (b"[", "JSON 数据", "JSON"),
    (b"<", "网页或 XML", "a web page or XML"),
    (b"{\\rtf", "RTF 文档", "a text document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK"
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def is_workbook(file: str, content: bytes) -> bool:
    """Whether the bytes are a workbook; raises Refused for one of a kind that is not read."""
    if content.startswith(_OLE):
        if _PROTECTED in content:
            raise Refused(found("password", file))
        old = {
            "what": "旧版 Excel（.xls）或其他 Office 文件",
            "what_en": "an old Office file (.xls)",
        }
        raise Refused(found("not-a-table", file, **old))
    return content.startswith(_ZIP)


def text(file: str, content: bytes) -> tuple[str, list[Problem]]:
    """The text without its mark, and a note if it is not UTF-8; raises Refused."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:16]
    if not start:
        raise Refused(found("empty-file", file))
    for magic, zh, en in _MAGIC:
        if start.startswith(magic):
            raise Refused(found("not-a-table", file, what=zh, what_en=en))
    decoded, encoding = _decoded(file, content)
    if "\0" in decoded:
        line = decoded.count("\n", 0, decoded.index("\0")) + 1
        raise Refused(found("nul", f"{file}:{line}"))
    notes = [] if encoding == "UTF-8" else [found("other-encoding", file, encoding=encoding)]
    return decoded, notes


def _decoded(file: str, content: bytes) -> tuple[str, str]:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "") or _unmarked(
        content
    )
    if marked:
        return _strict(file, content, marked), marked.upper()
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as reason:
        byte = reason.start + 1
    try:
        decoded = content.decode("gb18030")
    except UnicodeDecodeError:
        raise _unreadable(file, content, byte) from None
    if any(unicodedata.category(char) in {"Cc", "Co"} for char in set(decoded) - set("\0\r\n\t")):
        raise _unreadable(file, content, byte)
    return decoded, "GB18030"


def _strict(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as reason:
        raise Refused(found("encoding", file, byte=reason.start + 1)) from reason


def _unmarked(content: bytes) -> str:
    """UTF-16 without its mark: an ASCII header leaves every other byte 0, and only those."""
    head = content[:64] if len(content) >= 4 else b""
    low, high = head[0::2].count(0), head[1::2].count(0)
    if high > len(head) // 4 and not low:
        return "utf-16-le"
    return "utf-16-be" if low > len(head) // 4 and not high else ""


def _unreadable(file: str, content: bytes, byte: int) -> Refused:
    line = content.count(b"\n", 0, byte) + 1
    return Refused(found("encoding", f"{file}:{line}", byte=byte))
