"""Files as offices really send them: read, or refused in words with their place."""

import csv
import io
import random
from collections.abc import Callable

import pytest

from extract.contract import Resource
from extract.sources import ROW_RULES, Reading, read_table

Damage = Callable[[str], bytes]
"""The sound table's text → the bytes somebody sends."""


def edited(old: str, new: str, times: int = -1) -> Damage:
    def damage(text: str) -> bytes:
        assert old in text, f"{old!r} does not stand in the table"
        return text.replace(old, new, times).encode()

    return damage


def cells(change: Callable[[list[list[str]]], object]) -> Damage:
    """Damage done to the parsed records."""

    def damage(text: str) -> bytes:
        records = list(csv.reader(io.StringIO(text)))
        change(records)
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(records)
        return stream.getvalue().encode()

    return damage


def put(column: str, value: str, line: int = 2) -> Damage:
    def change(records: list[list[str]]) -> None:
        records[line - 1][records[0].index(column)] = value

    return cells(change)


def with_separator(mark: str) -> Damage:
    def damage(text: str) -> bytes:
        stream = io.StringIO()
        records = csv.reader(io.StringIO(text))
        csv.writer(stream, delimiter=mark, lineterminator="\r\n").writerows(records)
        return stream.getvalue().encode()

    return damage


def with_column(header: str, value: str, position: int = 99) -> Damage:
    def change(records: list[list[str]]) -> None:
        for number, row in enumerate(records):
            row.insert(position, value if number else header)

    return cells(change)


def cut_within(character: str) -> Damage:
    return lambda text: text.encode()[: text.encode().rindex(character.encode()) + 1]


def below(title: str) -> Damage:
    return lambda text: (title + text).encode()


def once_more(old: str, new: str) -> Damage:
    """The first row again at the end, changed."""
    return lambda text: (text + text.splitlines()[1].replace(old, new) + "\n").encode()


SOUND: dict[str, tuple[Damage, set[str]]] = {
    "as it is": (str.encode, set()),
    "BOM": (lambda t: t.encode("utf-8-sig"), set()),
    "two BOMs": (lambda t: b"\xef\xbb\xbf" + t.encode("utf-8-sig"), set()),
    "carriage returns": (lambda t: t.replace("\n", "\r\n").encode(), set()),
    "old Macintosh": (lambda t: t.replace("\n", "\r").encode(), set()),
    "no last line end": (lambda t: t.rstrip("\n").encode(), set()),
    "empty lines": (lambda t: t.replace("\n", "\n\n").encode(), set()),
    "GB18030": (lambda t: t.encode("gb18030"), {"other-encoding"}),
    "UTF-16 LE": (lambda t: b"\xff\xfe" + t.encode("utf-16-le"), {"other-encoding"}),
    "UTF-16 BE": (lambda t: b"\xfe\xff" + t.encode("utf-16-be"), {"other-encoding"}),
    "UTF-16 LE unmarked": (lambda t: t.encode("utf-16-le"), {"other-encoding"}),
    "UTF-32": (lambda t: t.encode("utf-32"), {"other-encoding"}),
    "UTF-16 BE unmarked": (lambda t: t.encode("utf-16-be"), {"other-encoding"}),
    "semicolons": (with_separator(";"), {"other-separator"}),
    "tabs": (with_separator("\t"), {"other-separator"}),
    "Excel's Unicode text": (
        lambda t: with_separator("\t")(t).decode().encode("utf-16"),
        {"other-encoding", "other-separator"},
    ),
    "sep=": (lambda t: b"sep=;\r\n" + with_separator(";")(t), {"other-separator"}),
    "columns moved": (cells(lambda rows: [row.reverse() for row in rows]), set()),
    "header with spaces": (edited("id,document", "\ufeff id ,document"), set()),
    "empty columns at the end": (edited("\n", ",,\n"), set()),
    "lines of commas": (lambda t: (t + "," * 23 + "\n" + "," * 23 + "\n").encode(), set()),
    "quoted": (lambda t: b'"id"' + t.removeprefix("id").encode(), set()),
    "full-width digits": (put("value", "１１３０"), {"full-width-digits"}),
    "thousands": (put("value", "1,130"), {"number-rewritten"}),
    "slashes in dates": (put("period_start", "2031/1/1"), {"date-rewritten"}),
    "dots in dates": (put("period_start", "2031.01.01"), {"date-rewritten"}),
    "Chinese dates": (put("period_start", "2031年1月1日"), {"date-rewritten"}),
    "solid dates": (put("period_start", "20310101"), {"date-rewritten"}),
    "dates with midnight": (put("period_start", "2031-01-01 00:00:00"), {"date-rewritten"}),
    "full-width dates": (put("period_start", "２０３１－０１－０１"), {"full-width-digits"}),
    "spaces": (put("ref_area", " \u3000local-liuxi\u00a0"), {"spaces-trimmed"}),
    "a row twice": (lambda t: (t + t.splitlines()[-1] + "\n").encode(), {"repeated-row"}),
}


@pytest.mark.parametrize("case", SOUND)
def test_what_can_be_read_is_read(case: str, lamps: bytes, rows: Resource) -> None:
    damage, notes = SOUND[case]
    reading = read_table("office/lamps.csv", damage(lamps.decode()), resource=rows)
    assert {problem.rule for problem in reading.problems} == notes, reading.problems
    assert all(problem.severity == "note" for problem in reading.problems)
    expected = [tuple(row) for row in csv.reader(io.StringIO(lamps.decode()))]
    assert (reading.columns, list(reading.rows)) == (expected[0], expected[1:])


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

NOISE = bytes(byte for byte in random.Random(16).randbytes(24) if byte not in b"\r\n")
"""On one line, whatever it is."""

UNSOUND: dict[str, tuple[Damage, str, str]] = {
    "nothing": (lambda t: b"", "empty-file", ""),
    "white": (lambda t: b"\xef\xbb\xbf \r\n\t\r\n", "empty-file", ""),
    "only commas": (lambda t: b",,,\n,,,\n", "empty-file", ""),
    "only a header": (lambda t: t.splitlines()[0].encode(), "only-header", ":1"),
    "no header": (lambda t: t.split("\n", 1)[1].encode(), "no-header", ":1"),
    "cut in a line": (lambda t: t[:-60].encode(), "truncated", ":5"),
    "cut in a character": (cut_within("盏"), "encoding", ":5"),
    "cut in a quotation": (lambda t: t[: t.rindex('"')].encode(), "csv-syntax", ":5"),
    "quotation not closed": (edited("1130盏,", '"1130盏,', 1), "csv-syntax", ":2"),
    "quotation inside": (edited("1130盏,", '"1130"盏,', 1), "csv-syntax", ":2"),
    "NULs": (edited("1130盏", "1130\0盏", 1), "nul", ":2"),
    "a tail of NULs": (lambda t: t.encode() + b"\0" * 4096, "nul", ":6"),
    "only NULs": (lambda t: b"\0" * 4096, "nul", ":1"),
    "Big5": (lambda t: t.replace("盏", "盞燈裡恒").encode("big5", "ignore"), "encoding", ":2"),
    "Latin-1": (lambda t: b"id,n\n1,caf\xe9,\n", "encoding", ":2"),
    "random bytes": (lambda t: NOISE + b"\x80\x81" * 500, "encoding|nul", ":1"),
    "UTF-16 cut": (lambda t: t.encode("utf-16")[:-1], "encoding", ""),
    "a million characters": (lambda t: t.encode() + b"x" * 1_000_000, "line-too-long", ":6"),
    "lines run together": (lambda t: t.replace("\n", " ").encode() * 400, "line-too-long", ":1"),
    "an endless cell": (put("scope_note", "x" * 40_000), "cell-too-long", ":2"),
    "a line too short": (edited(",盏,", ",", 1), "ragged-line", ":2"),
    "a line too long": (edited(",盏,", ",盏,盏,", 1), "ragged-line", ":2"),
    "commas in numbers": (edited(",1130,", ",1,130,", 1), "ragged-line", ":2"),
    "a column missing": (cells(lambda rs: [r.pop(3) for r in rs]), "missing-column", ":1"),
    "a column renamed": (edited("ref_area", "ref_aera", 1), "renamed-column", ":1"),
    "a column in capitals": (edited("ref_area", "Ref Area", 1), "renamed-column", ":1"),
    "a column too many": (with_column("电话", "1"), "unknown-column", ":1"),
    "a column twice": (with_column("value", "1"), "duplicate-header", ":1"),
    "a column without name": (with_column("", "1"), "ragged-line", ":2"),
    "a nameless column within": (with_column("", "1", 2), "nameless-column", ":1"),
    "a title above": (below("路灯统计表\n填表人：某某\n"), "header-not-first", ":3"),
    "full-width commas": (lambda t: t.replace(",", "，").encode(), "no-header", ":1"),
    "bars": (lambda t: t.replace(",", "|").encode(), "no-header", ":1"),
    "a key twice": (once_more("1130", "1131"), "duplicate-key", ":6"),
    "an error page": (lambda t: b"<!DOCTYPE html><html><body>404</body></html>", "not-a-table", ""),
    "a page below a BOM": (lambda t: b"\xef\xbb\xbf\r\n<html>", "not-a-table", ""),
    "XML": (lambda t: b"<?xml version='1.0'?><a/>", "not-a-table", ""),
    "JSON": (lambda t: b'{"error": "login"}', "not-a-table", ""),
    "PDF": (lambda t: b"%PDF-1.7", "not-a-table", ""),
    "a picture": (lambda t: b"\x89PNG\r\n", "not-a-table", ""),
    "gzip": (lambda t: b"\x1f\x8b\x08", "not-a-table", ""),
    "old Excel": (lambda t: OLE + b"\0" * 512, "not-a-table", ""),
    "a password": (lambda t: OLE + "EncryptedPackage".encode("utf-16-le"), "password", ""),
    "oversized": (lambda t: t.encode() * 300, "too-large", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
def test_what_cannot_be_read_is_named(case: str, lamps: bytes, rows: Resource) -> None:
    damage, rules, place = UNSOUND[case]
    limit = 200_000 if case == "oversized" else 20_000_000
    content = damage(lamps.decode())
    reading = read_table("office/lamps.csv", content, resource=rows, max_bytes=limit)
    assert reading.is_refused and not reading.rows
    found = [(problem.where, problem.rule) for problem in reading.problems]
    assert all(problem.message_zh and problem.next_step_zh for problem in reading.problems)
    if rules:
        assert found[0][0] == f"office/lamps.csv{place}" and found[0][1] in rules.split("|"), found


FLAWED: dict[str, tuple[Damage, str]] = {
    "a day number": (put("period_start", "47849"), "excel-serial"),
    "an American date": (put("period_start", "1/5/2031"), "not-a-date"),
    "a short date": (put("period_start", "5-Jan"), "not-a-date"),
    "an impossible date": (put("period_start", "2031-02-30"), "not-a-date"),
    "a moment": (put("period_start", "2031-01-01 08:30"), "not-a-date"),
    "a swallowed code": (put("ref_area", "3.41100E+08"), "excel-number"),
    "a swallowed number": (put("value", "1.1E+12"), "excel-number"),
    "a broken formula": (put("value", "#REF!"), "excel-error"),
    "no such value": (put("scope_note", "#N/A"), "excel-error"),
    "a narrow column": (put("period_end", "########"), "excel-error"),
    "lost characters": (put("as_written", "1130\ufffd"), "lost-characters"),
    "twice converted": (put("scope_note", "锟斤拷锟斤拷"), "lost-characters"),
    "a control character": (put("scope_note", "a\x08b"), "control-character"),
    "an escape": (put("context", "\x1b[2J"), "control-character"),
    "no key": (put("id", ""), "empty-key"),
}


@pytest.mark.parametrize("case", FLAWED)
def test_a_flawed_row_is_named_and_kept(case: str, lamps: bytes, rows: Resource) -> None:
    damage, rule = FLAWED[case]
    reading = read_table("office/lamps.csv", damage(lamps.decode()), resource=rows)
    assert not reading.is_refused and len(reading.rows) == 4
    [problem] = [problem for problem in reading.problems if problem.severity == "error"]
    assert (problem.where, problem.rule) == ("office/lamps.csv:2", rule)
    assert problem.rule in ROW_RULES and problem.next_step_zh


def test_every_rule_about_a_row_is_tried() -> None:
    assert {rule for _, rule in FLAWED.values()} == ROW_RULES


def test_words_of_a_document_are_not_touched(lamps: bytes, rows: Resource) -> None:
    text = put("as_written", " １１３０盏 ")(lamps.decode())
    reading = read_table("lamps.csv", text, resource=rows)
    assert reading.rows[0][reading.columns.index("as_written")] == " １１３０盏 "


def test_the_probable_date_is_told(lamps: bytes, rows: Resource) -> None:
    [problem] = read_table(
        "lamps.csv", put("period_start", "44566")(lamps.decode()), resource=rows
    ).problems
    assert "2022-01-05" in problem.message_zh and "2022-01-05" in problem.message


def test_everything_is_told_at_once(lamps: bytes, rows: Resource) -> None:
    text = lamps.decode().replace("ref_area", "ref_aera", 1).replace(",盏,", ",", 2)
    found = read_table("lamps.csv", text.encode(), resource=rows).problems
    assert [(problem.where, problem.rule) for problem in found] == [
        ("lamps.csv:1", "renamed-column"),
        ("lamps.csv:2", "ragged-line"),
        ("lamps.csv:3", "ragged-line"),
    ]


def test_lines_are_those_of_the_file(lamps: bytes, rows: Resource) -> None:
    text = put("scope_note", "两\n行")(lamps.decode()).decode() + "\n\n"
    places = read_table("lamps.csv", text.encode(), resource=rows).places
    assert places == ("lamps.csv:2", "lamps.csv:4", "lamps.csv:5", "lamps.csv:6")


def test_without_a_contract_every_column_is_text() -> None:
    reading = read_table("x.csv", "甲,乙\n１,2022/1/5\n".encode())
    assert reading == Reading(("甲", "乙"), (("１", "2022/1/5"),), ("x.csv:2",))
