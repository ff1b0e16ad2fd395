"""Reports as text: what is read, and where each part of it stands."""

import hashlib
import subprocess
import sys

import pytest

from extract import evidence
from extract.documents import Text, read

from .conftest import Saved, docx, paragraph, pdf

REPORT = "河湾街道招募志愿者120余名\r\n\r\n，调处矛盾130件。\n"


@pytest.mark.parametrize(
    ("content", "text", "noted"),
    [
        (REPORT.encode(), REPORT, False),
        (b"\xef\xbb\xbf" + REPORT.encode(), "\ufeff" + REPORT, False),
        (REPORT.encode("gb18030"), REPORT, True),
        (b"\xff\xfe" + REPORT.encode("utf-16-le"), "\ufeff" + REPORT, True),
        (b"\xfe\xff" + REPORT.encode("utf-16-be"), "\ufeff" + REPORT, True),
        ("𠮷街道12人\x0c\x01".encode(), "𠮷街道12人\x0c\x01", False),
    ],
    ids=["utf-8", "mark", "gb18030", "utf-16-le", "utf-16-be", "controls"],
)
def test_plain_text_stays_as_received(saved: Saved, content: bytes, text: str, noted: bool) -> None:
    path = saved("a.txt", content)
    found = read(path)
    assert (found.text, found.kind) == (text, "txt")
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert bool(found.notes) is noted
    kept = evidence.sources(path.parent)
    if not noted:
        assert kept == {found.evidence_sha256: found.text} and found.encoded == content


def test_lines_of_plain_text_are_its_places(saved: Saved) -> None:
    found = read(saved("a.txt", REPORT.encode()))
    place = found.place(found.text.index("130"))
    assert (place.zh, place.en) == ("第3行", "line 3")
    with pytest.raises(IndexError):
        found.place(len(found.text) + 1)


PAGE = """<!doctype html><html><head><title>9号</title><style>p{top:1px}</style></head><body>
<h1>河湾街道</h1><p>招募志愿者
120余<b>名</b>，面积12平方公里<br>调处 a
b</p><script>var n = 7;</script><div hidden>88</div><div style="display: none">77<p>66</p></div>尾
<table><tr><th>指标<th>数<tr><td>网格<td>36<p>个</p></table><!-- 55 --><img src=http://x/1.png>末"""


def test_a_page_is_what_one_sees(saved: Saved) -> None:
    found = read(saved("a.html", PAGE.encode()))
    assert found.text == (
        "河湾街道\n招募志愿者 120余名，面积12平方公里\n调处 a b\n尾\n指标\t数\n网格\t36\n个\n末"
    )


def test_a_page_knows_its_blocks_and_cells(saved: Saved) -> None:
    found = read(saved("a.html", PAGE.encode()))
    assert _at(found, "120") == ("第2段", "block 2")
    assert _at(found, "36") == ("表1第2行第2格", "table 1, row 2, cell 2")
    assert _at(found, "末") == ("第4段", "block 4")


@pytest.mark.parametrize(
    "content",
    [
        "<meta charset=gb2312><p>镕街道12人".encode("gb18030"),
        "<html><p>镕街道12人".encode("gb18030"),
        b"\xef\xbb\xbf<html><meta charset=gbk><p>" + b"x",
        b"\xff\xfe" + "<html><p>镕街道12人".encode("utf-16-le"),
    ],
)
def test_a_page_is_read_in_its_encoding(saved: Saved, content: bytes) -> None:
    found = read(saved("a.htm", content))
    assert found.kind == "html"
    assert found.text in ("镕街道12人", "x")


def test_numbers_cut_by_markup_are_whole(saved: Saved) -> None:
    found = read(saved("a.html", "<p>发放<span>23</span><b>8</b>7余万元</p>".encode()))
    assert found.text == "发放2387余万元"


CELL = "<w:tc>{}</w:tc>"
TABLE = (
    "<w:tbl><w:tr>"
    + CELL.format(paragraph("网格"))
    + CELL.format(paragraph("36个") + paragraph("其中", "2个"))
    + "</w:tr></w:tbl>"
)
BOX = (
    "<w:p><w:r><w:t>外</w:t></w:r>"
    "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (paragraph("志愿者1", "20余", "名") + paragraph("") + paragraph("二"), "志愿者120余名\n二"),
        (paragraph("前") + TABLE + paragraph("后"), "前\n网格\t36个\n其中2个\n后"),
        (
            "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>",
            "甲\t乙\n丙",
        ),
        (
            "<w:p><w:pPr><w:tabs><w:tab w:pos='1'/></w:tabs></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>",
            "甲",
        ),
        (
            "<w:p><w:r><w:t>1</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del></w:p>",
            "1",
        ),
        (
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>8</w:t></w:r><w:r><w:t>1</w:t></w:r></w:p>",
            "1",
        ),
        ("<w:p><w:r><w:instrText>PAGE 5</w:instrText><w:t>1</w:t></w:r></w:p>", "1"),
        ("<w:p><w:ins><w:r><w:t>12人</w:t></w:r></w:ins></w:p>", "12人"),
        (BOX.format(paragraph("内34")), "内34\n外"),
    ],
    ids=["runs", "table", "marks", "tabs", "deleted", "hidden", "field", "inserted", "box"],
)
def test_word_is_what_is_printed(saved: Saved, body: str, text: str) -> None:
    found = read(saved("a.docx", docx(body)))
    assert (found.text, found.kind) == (text, "docx")


def test_word_knows_its_paragraphs_cells_and_notes(saved: Saved) -> None:
    notes = f'<w:footnotes xmlns:w="{_W}">{paragraph("另有7人")}</w:footnotes>'
    content = docx(
        paragraph("一") + TABLE + paragraph("发放11万元"),
        parts={"word/footnotes.xml": notes},
        links=[("footnotes", "footnotes.xml"), ("image", "http://127.0.0.1:9/x.png")],
    )
    found = read(saved("a.docx", content))
    assert _at(found, "36") == ("表1第1行第2格", "table 1, row 1, cell 2")
    assert _at(found, "11万") == ("第2段", "paragraph 2")
    assert _at(found, "7人") == ("脚注或尾注，第1段", "note, paragraph 1")


def test_pictures_in_word_are_told(saved: Saved) -> None:
    drawing = '<w:p><w:r><a:blip xmlns:a="urn:x" r:embed="r1"/><w:t>甲</w:t></w:r></w:p>'
    (noted,) = read(saved("a.docx", docx(drawing))).notes
    assert noted.rule == "pictures" and "1张图片" in noted.message_zh


FULL = "志愿者服务活动开展情况如下所"


def test_pdf_lines_become_paragraphs(saved: Saved) -> None:
    lines = [(72, 700, FULL + "发放1"), (72, 684, "20余件。"), (72, 668, "二、其他")]
    found = read(saved("a.pdf", pdf(lines, [(72, 700, "第二页3人")])))
    assert found.text == FULL + "发放120余件。\n二、其他\n第二页3人"
    assert [_at(found, words)[0] for words in ("120", "3人")] == ["第1页", "第2页"]


def test_pdf_indented_lines_begin_paragraphs(saved: Saved) -> None:
    lines = [(96, 700, FULL), (72, 684, FULL + "甲乙"), (96, 668, FULL), (72, 652, "完。")]
    assert read(saved("a.pdf", pdf(lines))).text == f"{FULL}{FULL}甲乙\n{FULL}完。"


def test_pdf_columns_drawn_across_the_page_are_read_one_by_one(saved: Saved) -> None:
    left = [f"左栏第{n}行志愿者服务活动开展" for n in "一二三四五"]
    right = [f"右栏第{n}行志愿者服务活动开展" for n in "一二三四五"]
    lines = [(150.0, 760.0, "全页的标题")]
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        lines += [(72, 700 - 16 * row, one), (320, 700 - 16 * row, other)]
    text = read(saved("a.pdf", pdf(lines))).text
    assert text == "全页的标题\n" + "".join(left) + "\n" + "".join(right)


def test_pdf_sentences_go_on_in_the_next_column_and_not_in_a_headline(saved: Saved) -> None:
    left = [(72.0, 700.0 - 16 * n, FULL) for n in range(4)]
    right = [(320.0, 700.0, "余下的一句完。"), (320.0, 684.0, "另起")]
    text = read(saved("a.pdf", pdf([*left, *right]))).text
    assert text == FULL * 4 + "余下的一句完。\n另起"
    ended = [*left[:3], (72.0, 652.0, FULL[:-1] + "。"), *right]
    assert read(saved("b.pdf", pdf(ended))).text.count("\n") == 2


def test_pdf_rows_of_a_table_stay_rows(saved: Saved) -> None:
    lines = [
        (x, 700 - 16 * row, text)
        for row in range(6)
        for x, text in ((72, f"网格{row}"), (200, f"{row}6个"))
    ]
    text = read(saved("a.pdf", pdf(lines))).text
    assert text == "\n".join(f"网格{row}\t{row}6个" for row in range(6))


def test_pdf_pages_without_text_are_told(saved: Saved) -> None:
    found = read(saved("a.pdf", pdf([(72, 700, "甲12人")], [], [])))
    assert found.text == "甲12人"
    assert [noted.rule for noted in found.notes] == ["pages-without-text"]
    assert "第2, 3页" in found.notes[0].message_zh


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (docx(paragraph("甲")), "docx"),
        (pdf([(72, 700, "甲")]), "pdf"),
        (b"<!DOCTYPE html><p>1", "html"),
        ("甲<b>乙".encode(), "txt"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.doc", "a"])
def test_the_content_tells_the_kind(saved: Saved, name: str, content: bytes, kind: str) -> None:
    assert read(saved(name, content)).kind == kind


def test_the_same_file_gives_the_same_text(saved: Saved) -> None:
    path = saved("a.pdf", pdf([(72, 700, "甲12人")]))
    assert read(path) == read(path)


def test_libraries_load_only_for_their_kind(saved: Saved) -> None:
    path = saved("a.txt", b"12")
    code = (
        "import sys; from pathlib import Path; from extract.documents import read\n"
        "read(Path(sys.argv[1]))\n"
        "assert not {'lxml', 'pypdfium2', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _at(found: Text, words: str) -> tuple[str, str]:
    place = found.place(found.text.index(words))
    return place.zh, place.en
