"""Bytes → text in the encodings office machines write, to the character."""

import re
import unicodedata

from extract.documents.refusals import note, refused
from extract.problem import Problem

__all__ = ["decoded", "mended", "plain"]

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.I
)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312"})
_ODD = frozenset({"Cc", "Co", "Cs", "Cn"})
_FINE = frozenset("\t\n\r\f\v\0\ufeff")
_MOST_ODD = 0.02
_FEW = 4
_SAMPLE = 200_000


def plain(file: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text with its mark and line ends as received, so that offsets count what came.

    UTF-8, UTF-16 with a mark, else GB18030 (a note says so). Raises Unreadable.
    """
    text, encoding = decoded(file, content)
    if not text.strip("\ufeff\0 \t\r\n\u3000"):
        raise refused(file, "empty")
    if _is_junk(text):
        raise refused(file, "binary")
    notes = () if encoding == "UTF-8" else (note(file, "other-encoding", encoding=encoding),)
    return text, notes


def decoded(file: str, content: bytes, *, declared: bool = False) -> tuple[str, str]:
    """The text, its mark kept, and the encoding's name; ``declared`` heeds what a page says."""
    utf16 = _UTF16.get(content[:2])
    if utf16:
        return _strictly(file, content, utf16), "UTF-16"
    said = _CHARSET.search(content[:4096]) if declared else None
    is_marked = content.startswith(b"\xef\xbb\xbf")
    if said and not is_marked and said[1].decode("ascii").lower() in _CHINESE:
        return content.decode("gb18030", "replace"), "GB18030"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as reason:
        byte = reason.start
    if said:
        return content.decode("utf-8", "replace"), "UTF-8"
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as reason:
        is_text = max(byte, reason.start) > len(content) // 2 and b"\0" not in content
        raise refused(file, "encoding" if is_text else "binary", byte=byte + 1) from reason
    return text, "GB18030"


def mended(text: str) -> str:
    """Text that can be kept as UTF-8: halves of pairs and NUL become the mark of the unknown."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def _strictly(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as reason:
        raise refused(file, "binary") from reason


def _is_junk(text: str) -> bool:
    """Whether too much is what no writing has: controls, private and unassigned characters."""
    sample = text[:_SAMPLE]
    nul = sample.count("\0")
    odd = nul + sum(c not in _FINE and unicodedata.category(c) in _ODD for c in sample)
    return (odd > _FEW or nul > 0) and odd > _MOST_ODD * len(sample)
