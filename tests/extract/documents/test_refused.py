"""Files that are not read: each refused by its rule, in both languages, within bounds."""

import hashlib
import io
import os
import pickle
import random
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.documents import RULES, Unreadable, confined, read, reader
from extract.documents.confined import confined as read_apart
from extract.documents.refusals import NOTES

from .conftest import Saved, docx, packed, paragraph, pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
PICTURE = "q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"
LAUGHS = (
    '<!DOCTYPE w:document [<!ENTITY a "1234567890">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><w:document xmlns:w="urn:wordprocessingml">&i;</w:document>'
)


def locked_zip() -> bytes:
    """A Word archive whose entries are flagged as encrypted."""
    content = bytearray(docx(paragraph("甲")))
    at = content.find(b"PK\x01\x02")
    while at != -1:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def bomb() -> bytes:
    """A Word archive of 200 kB whose body unpacks to 200 MB."""
    held = io.BytesIO(docx(paragraph("甲")))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/bomb.xml", b"<a>" + b" " * (200 * 2**20))
    return held.getvalue()


def lying_bomb() -> bytes:
    """The same, with sizes that lie: the archive's own account says 10 bytes."""
    content = bytearray(packed_body(b"<w:p>" + b" " * (80 * 2**20)))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(mark)
        while at != -1:
            if b"word/document.xml" in content[at : at + 80]:
                content[at + offset : at + offset + 4] = struct.pack("<I", 10)
            at = content.find(mark, at + 4)
    return bytes(content)


def packed_body(body: bytes) -> bytes:
    """A Word archive of two parts with this body."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
    return held.getvalue()


JUNK = random.Random(7).randbytes(5000)
GOOD = docx(paragraph("甲12人" * 300))
LOCKED_PDF = pdf(
    [(72, 700, "甲")],
    trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "ab" * 32 + "> /U <" + "cd" * 32
    + "> >> /ID [<00><00>]",
)  # fmt: skip
CASES = [
    ("empty", "a.txt", b""),
    ("empty", "a.docx", b" \r\n"),
    ("empty", "a.txt", b"\xef\xbb\xbf \n"),
    ("no-text", "a.docx", docx(paragraph(""))),
    ("no-text", "a.html", b"<html><script>var a=12</script>"),
    ("no-text", "a.pdf", pdf([])),
    ("scanned", "a.pdf", pdf([], more=PICTURE)),
    ("scanned", "a.html", b"<html><img src=a.png>"),
    ("password", "a.pdf", LOCKED_PDF),
    ("password", "a.docx", OLE + "EncryptedPackage".encode("utf-16-le")),
    ("password", "a.docx", locked_zip()),
    ("damaged", "a.docx", GOOD[: len(GOOD) // 2]),
    ("damaged", "a.docx", GOOD[:-10]),
    ("damaged", "a.docx", packed_body(b"<w:document><w:p>")),
    ("damaged", "a.docx", packed_body(b"<a>" * 5000)),
    ("damaged", "a.pdf", pdf([(72, 700, "甲")])[:300]),
    ("damaged", "a.pdf", b"%PDF-1.7\n" + JUNK),
    ("bomb", "a.docx", bomb()),
    ("declares", "a.docx", packed_body(LAUGHS.encode())),
    ("too-deep", "a.html", b"<html>" + b"<div>" * 5000 + b"12</div>"),
    ("binary", "a.txt", JUNK),
    ("binary", "a.bin", b"\x7fELF" + bytes(range(256)) * 20),
    ("binary", "a.txt", b"\0\1\2\3" * 50),
    ("encoding", "a.txt", "志愿者".encode("gb18030") * 50 + b"\xff"),
    ("other-kind", "a.doc", OLE + "WordDocument".encode("utf-16-le")),
    ("other-kind", "a.wps", OLE),
    ("other-kind", "a.ofd", packed({"OFD.xml": "<a/>"})),
    ("other-kind", "a.docx", packed({"[Content_Types].xml": "", "xl/workbook.xml": ""})),
    ("other-kind", "a.zip", packed({"a.txt": "12"})),
    ("other-kind", "a.odt", packed({"mimetype": "x", "content.xml": ""})),
    ("other-kind", "a.rtf", b"{\\rtf1 12}"),
    ("other-kind", "a.pdf", b"\x89PNG\r\n\x1a\n" + JUNK),
    ("other-kind", "a.txt", b"\xff\xd8\xff\xe0" + JUNK),
    ("other-kind", "a.mht", b"MIME-Version: 1.0\r\n"),
    ("other-kind", "a.xml", b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://'
     b'schemas.microsoft.com/office/word/2003/wordml">'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "content"), CASES)
def test_it_is_refused_in_words(saved: Saved, rule: str, name: str, content: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read(saved(name, content))
    problem = caught.value.problem
    assert (problem.where, problem.rule, problem.severity) == (name, rule, "error")
    assert problem.message_zh and problem.next_step_zh and problem.message and problem.next_step
    assert time.monotonic() - began < 30


def test_a_refusal_is_whole_in_another_process(saved: Saved) -> None:
    with pytest.raises(Unreadable) as caught:
        read(saved("a.txt", b""))
    assert pickle.loads(pickle.dumps(caught.value)).problem == caught.value.problem


def test_sizes_that_lie_do_not_help_a_bomb(saved: Saved) -> None:
    with pytest.raises(Unreadable) as caught:
        read(saved("a.docx", lying_bomb()))
    assert caught.value.problem.rule in {"bomb", "damaged"}


def test_a_page_of_200_megabytes_is_refused_unread(saved: Saved) -> None:
    path = saved("a.html", b"<html>")
    os.truncate(path, 200 * 2**20)
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert caught.value.problem.rule == "too-large"
    assert "200 MB" in caught.value.problem.message_zh
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("size", [17, 33])
def test_large_files_are_refused_by_their_kind(saved: Saved, size: int) -> None:
    head = b"<html>" if size < 32 else b"12 "
    with pytest.raises(Unreadable) as caught:
        read(saved("a.html", head * (size * 2**20 // len(head) + 1)))
    assert caught.value.problem.rule == "too-large"


def test_a_text_can_be_too_long(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_CHARACTERS", 10)
    with pytest.raises(Unreadable) as caught:
        read(saved("a.txt", b"12345678901"))
    assert caught.value.problem.rule == "too-long"


def test_a_garbled_text_layer_is_refused(saved: Saved) -> None:
    with pytest.raises(Unreadable) as caught:
        read(saved("a.pdf", pdf([(72, 700, "\ue000\ue001\ue002\ue003甲")])))
    assert caught.value.problem.rule == "garbled"
    assert "80%" in caught.value.problem.message_zh


@pytest.mark.parametrize("name", ["none.txt", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(tmp_path / name)
    assert caught.value.problem.rule == "no-file"


def test_reading_that_takes_too_long_is_given_up() -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read_apart("a.html", "html", b"<p>12", seconds=0.01)
    assert caught.value.problem.rule == "too-hard"
    assert time.monotonic() - began < 10


def test_reading_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four million elements in half the memory they need: a refusal, and this process is well."""
    monkeypatch.setattr(confined, "MEMORY_MB", 300)
    with pytest.raises(Unreadable) as caught:
        read_apart("a.html", "html", b"<p>1" * 2_000_000)
    assert caught.value.problem.rule in {"too-hard", "too-long"}


def test_every_rule_has_a_case_and_both_languages() -> None:
    elsewhere = {"no-file", "too-large", "too-long", "garbled", "too-hard"}
    assert set(RULES) == {rule for rule, _, _ in CASES} | elsewhere
    for words in (*RULES.values(), *NOTES.values()):
        assert len(words) == 4 and all(words)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.txt"
    path.write_bytes(content)
    try:
        found = read(path)
    except Unreadable as reason:
        assert reason.problem.rule in RULES
    else:
        assert found.sha256 == hashlib.sha256(content).hexdigest()
        assert found.place(len(found.text)).zh


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_files_with_broken_bytes_are_read_or_refused(saved: Saved, kind: str, seed: int) -> None:
    made = GOOD if kind == "docx" else pdf([(72, 700, "甲12人")], [(72, 700, "乙")])
    content, chance = bytearray(made), random.Random(seed)
    for _ in range(12):
        content[chance.randrange(8, len(content))] = chance.randrange(256)
    try:
        assert read(saved(f"a.{kind}", bytes(content))).text
    except Unreadable as reason:
        assert reason.problem.rule in RULES
