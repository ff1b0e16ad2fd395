"""PDF with a text layer → text, page by page, lines put together again into paragraphs.

PDFium knows the character maps that Chinese fonts name without carrying them; the order of lines
and columns is settled in `extract.documents.lines`.
"""

import ctypes
import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extract.documents.lines import Letter, paragraphs
from extract.documents.pieces import Pieces, Refusal

__all__ = ["pieces"]

MOST_PAGES = 2000
_PASSWORD, _UNKNOWN_HANDLER = 4, 5
_MOST_GARBLED = 0.2
_LISTED = 12


def pieces(content: bytes) -> Pieces:
    """The paragraphs of each page in order. Raises Refusal."""
    document = _opened(content)
    count = len(document)
    if count > MOST_PAGES:
        raise Refusal("too-long", limit=f"{MOST_PAGES} 页 / pages; ")
    found, blank, odd, total = Pieces(), [], 0, 0
    for index in range(count):
        letters = list(_letters(document, index))
        total += len(letters)
        odd += sum(_is_odd(letter.char) for letter in letters)
        if not letters:
            blank.append(index + 1)
        for text in paragraphs(letters):
            found.put(text, "page", index + 1)
    if total and odd > _MOST_GARBLED * total:
        raise Refusal("garbled", share=100 * odd // total)
    if not found.text.strip():
        raise Refusal("scanned" if _has_pictures(document) else "no-text")
    if blank:
        listed = ", ".join(map(str, blank[:_LISTED])) + (" …" if len(blank) > _LISTED else "")
        found.tell("pages-without-text", pages=listed)
    return found


def _opened(content: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as reason:
        if reason.err_code in (_PASSWORD, _UNKNOWN_HANDLER):
            raise Refusal("password") from reason
        raise Refusal("damaged", reason=f"PDF: {reason.err_code}") from reason


def _letters(document: Any, index: int) -> Iterator[Letter]:
    """The letters of a page in the order of its content, spaces that PDFium infers left out."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return  # named among the pages without text
    text = page.get_textpage()
    box = pdfium.FS_RECTF()
    high = 0
    for at in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in (0, 10, 13) or pdfium.FPDFText_IsGenerated(text, at) == 1:
            continue
        if pdfium.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box)):
            yield Letter(_char(code), box.left, box.bottom, box.right, box.top)
    text.close()
    page.close()


def _char(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _is_odd(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Co", "Cn")


def _has_pictures(document: Any) -> bool:
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING]
    for index in range(min(len(document), _LISTED)):
        try:
            if next(iter(document[index].get_objects(filter=kinds)), None) is not None:
                return True
        except pypdfium2.PdfiumError:
            continue
    return False
