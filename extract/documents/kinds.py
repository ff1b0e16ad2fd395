"""What a file is, told from its content: a name proves nothing."""

import io
import zipfile

from extract.documents.refusals import refused
from extract.documents.text import Kind

__all__ = ["SUFFIXES", "kind_of"]

SUFFIXES = frozenset(
    {
        *(".txt", ".html", ".htm", ".docx", ".docm", ".pdf"),
        *(".doc", ".wps", ".ofd", ".rtf", ".odt", ".mht", ".mhtml"),
    }
)
"""Endings of reports: what is looked at in a folder, also where it will be refused."""

_SAVE = ("在 WPS 或 Word 中打开，另存为 docx", "open it in WPS or Word and save it as docx")
_SCAN = ("用文字识别软件转成文字并校对", "recognise and proofread its text")
_UNPACK = ("先解压，再分别读取", "unpack it and read its files")
_MAGIC: tuple[tuple[bytes, str, str, tuple[str, str]], ...] = (
    (b"\x89PNG", "图片（PNG）", "a picture (PNG)", _SCAN),
    (b"\xff\xd8\xff", "图片（JPEG）", "a picture (JPEG)", _SCAN),
    (b"GIF8", "图片（GIF）", "a picture (GIF)", _SCAN),
    (b"BM", "图片（BMP）", "a picture (BMP)", _SCAN),
    (b"II*\0", "图片（TIFF）", "a picture (TIFF)", _SCAN),
    (b"MM\0*", "图片（TIFF）", "a picture (TIFF)", _SCAN),
    (b"RIFF", "图片或影音", "a picture, sound or film", _SCAN),
    (b"Rar!", "压缩包", "an archive", _UNPACK),
    (b"7z\xbc\xaf", "压缩包", "an archive", _UNPACK),
    (b"\x1f\x8b", "压缩包", "an archive", _UNPACK),
    (b"{\\rtf", "RTF 文档", "an RTF document", _SAVE),
    (b"MIME-Version:", "单个文件的网页（mht）", "a web page in one file (mht)", _SAVE),
    (b"%!PS", "PostScript 文件", "PostScript", ("转成 PDF", "turn it into PDF")),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_ZIPS: tuple[tuple[str, str, str, tuple[str, str]], ...] = (
    ("xl/", "Excel 工作簿", "an Excel workbook", ("填报表用 import", "use import")),
    ("ppt/", "演示文稿", "a presentation", ("另存为 PDF", "save it as PDF")),
    ("OFD.xml", "OFD 版式文件", "an OFD document", ("在阅读器中转成 PDF", "turn it into PDF")),
    ("content.xml", "ODF 文档", "an ODF document", _SAVE),
)
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WORD_XML = b"schemas.microsoft.com/office/"


def kind_of(file: str, content: bytes) -> Kind:
    """How the content is to be read; ``file`` is asked only where text may be a page.

    Raises Unreadable for what is not read.
    """
    if not content.strip(b" \t\r\n\0"):
        raise refused(file, "empty")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(_OLE):
        raise _old_office(file, content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(file, content)
    for magic, zh, en, (next_zh, next_en) in _MAGIC:
        if content.startswith(magic):
            facts = {"what": zh, "what_en": en, "next": next_zh, "next_en": next_en}
            raise refused(file, "other-kind", **facts)
    return _written(file, content)


def _old_office(file: str, content: bytes) -> Exception:
    if _PROTECTED in content:
        return refused(file, "password")
    zh, en = "旧版 Office 或 WPS 文件", "an old Office or WPS file"
    if _OLD_WORD in content:
        zh, en = "旧版 Word（.doc）或 WPS 文字（.wps）", "an old Word (.doc) or WPS document"
    return refused(file, "other-kind", what=zh, what_en=en, next=_SAVE[0], next_en=_SAVE[1])


def _packed(file: str, content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            entries = parts.infolist()
    except Exception as reason:  # zipfile raises several kinds for damaged archives
        raise refused(file, "damaged", reason=f"zip: {reason}") from reason
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused(file, "password")
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    for part, zh, en, (next_zh, next_en) in _ZIPS:
        if any(name.startswith(part) for name in names):
            facts = {"what": zh, "what_en": en, "next": next_zh, "next_en": next_en}
            raise refused(file, "other-kind", **facts)
    facts = {"what": "压缩包", "what_en": "an archive", "next": _UNPACK[0], "next_en": _UNPACK[1]}
    raise refused(file, "other-kind", **facts)


def _written(file: str, content: bytes) -> Kind:
    head = content[:4096]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\0", b"").lstrip().lower()
    if head.startswith(b"<?xml") and _WORD_XML in head:
        what = {"what": "Word 2003 的 XML 文档", "what_en": "Word 2003 XML"}
        raise refused(file, "other-kind", **what, next=_SAVE[0], next_en=_SAVE[1])
    is_page = head.startswith(_PAGE_STARTS) or (
        head.startswith((b"<?xml", b"<!--")) and b"<html" in head
    )
    named_page = file.lower().endswith((".html", ".htm")) and b"<" in head
    return "html" if is_page or named_page else "txt"
