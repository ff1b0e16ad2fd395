"""Web pages → text: what a person sees, block by block. Nothing a page names is fetched."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import etree

from extract.documents.pieces import Pieces, Refusal
from extract.documents.plain import decoded
from extract.documents.refusals import Unreadable

__all__ = ["pieces"]

_UNSEEN = frozenset(
    {
        *("head", "script", "style", "template", "noscript", "svg", "iframe", "object", "canvas"),
        *("audio", "video", "map", "select", "datalist"),
    }
)
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "nobr", "q", "rp"),
        *("rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr"),
    }
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x1f"
"""A line break that was asked for (br); no text holds this control character afterwards."""


def pieces(content: bytes) -> Pieces:
    """The blocks and table cells of a page, in order. Raises Refusal."""
    root = _root(content)
    found = Pieces()
    if root is not None:
        _Walk(found).through(root)
    if not found.text.strip() and root is not None and next(root.iter("img"), None) is not None:
        raise Refusal("scanned")
    return found


def _root(content: bytes) -> Any:
    try:
        text, _ = decoded("", content, declared=True)
    except Unreadable as reason:
        raise Refusal(reason.problem.rule, byte=1) from reason
    text = text.removeprefix("\ufeff").replace(_BREAK, " ")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as reason:
        raise _stopped(parser) from reason
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise _stopped(parser)  # it went on without the rest
    return root


def _stopped(parser: Any) -> Exception:
    """Why the parser gave up: a page is read whole or not at all."""
    kinds = {entry.type_name for entry in parser.error_log}
    if "ERR_NO_MEMORY" in kinds:
        return MemoryError()
    if "ERR_RESOURCE_LIMIT" in kinds:
        return Refusal("too-deep")
    return Refusal("damaged", reason=", ".join(sorted(kinds)))


class _Walk:
    """A walk through the elements: text gathers until a block or a cell ends."""

    def __init__(self, found: Pieces) -> None:
        self._found = found
        self._waiting: list[str] = []
        self._block = 0
        self._tables: list[list[int]] = []
        self._count = 0
        self._joint = "\n"
        self._pre = 0

    def through(self, root: Any) -> None:
        """Every seen element of the tree, without recursion."""
        for event, element in _events(root):
            name = element.tag
            if event == "start":
                self._opened(name)
                self._text(element.text)
            elif event == "end":
                self._closed(name)
                self._text(element.tail)
            else:
                self._text(element.tail)
        self._flush()

    def _text(self, text: str | None) -> None:
        if text:
            self._waiting.append(text.replace("\n", _BREAK) if self._pre else text)

    def _opened(self, name: str) -> None:
        if name in _INLINE:
            return
        if name == "br":
            self._waiting.append(_BREAK)
            return
        self._flush()
        if name == "table":
            self._count += 1
            self._tables.append([self._count, 0, 0])
        elif name == "tr" and self._tables:
            self._tables[-1][1:] = [self._tables[-1][1] + 1, 0]
        elif name in ("td", "th") and self._tables:
            self._tables[-1][2] += 1
            self._joint = "\t" if self._tables[-1][2] > 1 else "\n"
        self._pre += name == "pre"

    def _closed(self, name: str) -> None:
        if name in _INLINE or name == "br":
            return
        self._flush()
        self._joint = "\n"
        if name == "table" and self._tables:
            self._tables.pop()
        self._pre -= name == "pre"

    def _flush(self) -> None:
        text = _shown("".join(self._waiting))
        self._waiting.clear()
        if not text.strip():
            return
        if self._tables and all(self._tables[-1]):
            self._found.put(text, "cell", *self._tables[-1], joint=self._joint)
        else:
            self._block += 1
            self._found.put(text, "block", self._block, joint=self._joint)
        self._joint = "\n"


def _events(root: Any) -> Iterator[tuple[str, Any]]:
    """(start | end | passed, element): what is not seen is passed with all that is in it."""
    walk = etree.iterwalk(root, events=("start", "end"))
    unseen: Any = None
    for event, element in walk:
        if unseen is not None:
            if element is unseen and event == "end":
                unseen = None
                yield "passed", element
        elif event == "start" and _is_unseen(element):
            unseen = element
            walk.skip_subtree()
        else:
            yield event, element


def _is_unseen(element: Any) -> bool:
    is_hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
    return element.tag in _UNSEEN or bool(is_hidden)


def _shown(text: str) -> str:
    """White space as a browser shows it: none where a line of source ends between wide letters."""
    shown = _SPACE.sub(lambda found: _space(text, found), text)
    return "\n".join(line.strip(" ") for line in shown.split(_BREAK)).strip("\n")


def _space(text: str, found: re.Match[str]) -> str:
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    is_source = "\n" in found[0] and before and after
    return "" if is_source and _is_wide(before) and _is_wide(after) else " "


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
