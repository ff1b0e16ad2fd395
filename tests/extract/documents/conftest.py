"""Documents made by hand: a Word archive from its XML, a PDF from lines at places."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships">{}</Relationships>'
)
_LINK = '<Relationship Id="r{}" Type="{}/{}" Target="{}"{}/>'

Line = tuple[float, float, str]


def paragraph(*texts: str) -> str:
    """A paragraph of runs."""
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def docx(
    body: str, *, parts: Mapping[str, str] | None = None, links: Iterable[tuple[str, str]] = ()
) -> bytes:
    """A Word archive; ``links`` are (kind, target) of the body, outside ones begin with http."""
    xml = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    related = "".join(
        _LINK.format(n, R, kind, target, ' TargetMode="External"' * target.startswith("http"))
        for n, (kind, target) in enumerate(links)
    )
    stored = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _LINKS.format(_LINK.format(1, R, "officeDocument", "word/document.xml", "")),
        "word/document.xml": xml,
        "word/_rels/document.xml.rels": _LINKS.format(related),
        **(parts or {}),
    }
    return packed(stored)


def packed(parts: Mapping[str, str]) -> bytes:
    """A zip archive of text files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def pdf(*pages: Iterable[Line], size: float = 12, more: str = "", trailer: str = "") -> bytes:
    """Pages of lines (x, y, text) in a Chinese font that the file names but does not carry."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        "/DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /FontDescriptor 5 0 R >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
        "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    kids = []
    for lines in pages:
        drawn = more + "".join(_drawn(line, size) for line in lines)
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    return _assembled(objects, trailer)


def _drawn(line: Line, size: float) -> str:
    x, y, text = line
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


def _assembled(objects: list[str], trailer: str) -> bytes:
    content, offsets = "%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>"
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{content}{head}{end}\nstartxref\n{len(content)}\n%%EOF\n".encode("latin-1")


Saved = Callable[[str, bytes], Path]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Write a document: its path."""

    def save(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save
