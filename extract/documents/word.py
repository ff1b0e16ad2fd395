"""Word documents (docx) → text: paragraphs, table cells, text boxes, notes, headers and footers.

Read from the archive part by part with the standard library: nothing is resolved, followed or
run, and deleted or hidden text is left out as on the printed page.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from extract.documents.pieces import Pieces, Refusal

__all__ = ["pieces"]

MOST_UNPACKED_MB = 64
_MOST_PARTS = 20_000
_CHUNK = 2**20
_DEEP = 1000
_WORD = ("wordprocessingml",)
_MAIN = "/officeDocument"
_NOTES = ("/footnotes", "/endnotes")
_MARGINS = ("/header", "/footer")
_LEFT_OUT = frozenset({"Fallback", "del", "moveFrom", "instrText", "delText", "rt", "tabs"})
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "\ufffd"}
_PICTURES = frozenset({"blip", "imagedata"})


def pieces(content: bytes) -> Pieces:
    """The body, then notes, then headers and footers. Raises Refusal."""
    found = Pieces()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_bomb(parts)
            archive = _Archive(parts)
            main = archive.main()
            linked = archive.linked(main)
            seen = _Part(found, "paragraph")
            archive.parse(main, seen)
            for kind, ends in (("note", _NOTES), ("margin", _MARGINS)):
                for name in (target for link, target in linked if link.endswith(ends)):
                    archive.parse(name, _Part(found, kind))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as reason:
        raise Refusal("damaged", reason=f"{type(reason).__name__}: {reason}"[:120]) from reason
    except expat.ExpatError as reason:
        raise Refusal("damaged", reason=f"XML: {reason}"[:120]) from reason
    if not found.text.strip() and seen.pictures:
        raise Refusal("scanned")
    if seen.pictures:
        found.tell("pictures", count=seen.pictures)
    return found


def _refuse_bomb(parts: zipfile.ZipFile) -> None:
    entries = parts.infolist()
    size = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
    if size > MOST_UNPACKED_MB * 2**20 or len(entries) > _MOST_PARTS:
        raise Refusal("bomb", limit=MOST_UNPACKED_MB)


class _Archive:
    """The parts of one document; together they may not unpack to more than the limit."""

    def __init__(self, parts: zipfile.ZipFile) -> None:
        self._parts = parts
        self._left = MOST_UNPACKED_MB * 2**20

    def main(self) -> str:
        """The name of the part with the body."""
        for link, target in self.linked(""):
            if link.endswith(_MAIN):
                return target
        return "word/document.xml"

    def linked(self, name: str) -> list[tuple[str, str]]:
        """(kind of link, part) of every link inside the archive, in order."""
        folder, file = posixpath.split(name)
        links: list[tuple[str, str]] = []

        def started(tag: str, said: Mapping[str, str]) -> None:
            inside = said.get("TargetMode", "Internal") == "Internal"
            if tag.endswith("Relationship") and inside and "Target" in said:
                target = posixpath.normpath(posixpath.join("/", folder, said["Target"]))
                links.append((said.get("Type", ""), target.lstrip("/")))

        path = posixpath.join(folder, "_rels", f"{file}.rels")
        if path in self._parts.namelist():
            self._feed(path, _parser(started, _ignored, _unheard))
        return links

    def parse(self, name: str, part: "_Part") -> None:
        """Let ``part`` read the XML of a part, as it unpacks."""
        self._feed(name, _parser(part.started, part.ended, part.heard))
        part.finish()

    def _feed(self, name: str, parser: expat.XMLParserType) -> None:
        for chunk in self._chunks(name):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._parts.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise Refusal("bomb", limit=MOST_UNPACKED_MB)
                yield chunk


class _Part:
    """Listens to the XML of one part and puts down its paragraphs as they end."""

    def __init__(self, found: Pieces, kind: str) -> None:
        self._found = found
        self._kind = kind
        self._depth = 0
        self._skipped_at = 0
        self._paragraphs: list[list[str]] = []
        self._tables: list[list[int]] = []
        self._table_count = self._count = self.pictures = 0
        self._is_text = self._is_hidden = False

    def started(self, tag: str, said: Mapping[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(" ")[2]
        self._depth += 1
        if self._depth > _DEEP:
            raise Refusal("damaged", reason="XML")
        if self._skipped_at:
            return
        if name in _LEFT_OUT:
            self._skipped_at = self._depth
        elif name == "p" and _is_word(tag):
            self._paragraphs.append([])
        elif name in ("tbl", "tr", "tc") and _is_word(tag):
            self._in_table(name)
        elif name == "r":
            self._is_hidden = False
        elif name == "vanish":
            self._is_hidden = not any(said.get(key) in ("0", "false") for key in said)
        else:
            self._is_text = name == "t"
            self.pictures += name in _PICTURES
            if name in _MARKS and _is_word(tag) and self._paragraphs:
                self._paragraphs[-1].append(_MARKS[name])

    def ended(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(" ")[2]
        at, self._depth = self._depth, self._depth - 1
        self._is_text = False
        if self._skipped_at:
            self._skipped_at = 0 if self._skipped_at == at else self._skipped_at
        elif name == "p" and _is_word(tag) and self._paragraphs:
            self._put("".join(self._paragraphs.pop()))
        elif name == "tbl" and self._tables:
            self._tables.pop()

    def heard(self, text: str) -> None:
        """Characters of an element."""
        if self._is_text and not self._skipped_at and not self._is_hidden and self._paragraphs:
            self._paragraphs[-1].append(text)

    def finish(self) -> None:
        """What stood outside of any end."""
        while self._paragraphs:
            self._put("".join(self._paragraphs.pop()))

    def _in_table(self, name: str) -> None:
        if name == "tbl":
            self._table_count += 1
            self._tables.append([self._table_count, 0, 0, 0])
        elif self._tables and name == "tr":
            self._tables[-1][1:] = [self._tables[-1][1] + 1, 0, 0]
        elif self._tables:
            self._tables[-1][2:] = [self._tables[-1][2] + 1, 0]

    def _put(self, text: str) -> None:
        table = self._tables[-1] if self._tables else None
        if table and all(table[:3]) and self._kind == "paragraph":
            joint = "\t" if table[2] > 1 and not table[3] else "\n"
            table[3] += bool(text.strip())
            self._found.put(text, "cell", *table[:3], joint=joint)
        elif text.strip():
            self._count += 1
            self._found.put(text, self._kind, self._count)


def _parser(
    started: Callable[[str, Mapping[str, str]], None],
    ended: Callable[[str], None],
    heard: Callable[[str], None],
) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = heard
    parser.StartDoctypeDeclHandler = _declared
    parser.buffer_text = True
    return parser


def _is_word(tag: str) -> bool:
    return any(space in tag for space in _WORD)


def _declared(*_names: object) -> None:
    raise Refusal("declares")


def _ignored(_tag: str) -> None:
    return None


def _unheard(_text: str) -> None:
    return None
