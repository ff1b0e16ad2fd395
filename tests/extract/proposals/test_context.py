"""The few characters that name what a number counts: verbatim, short, with the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.evidence import names_what_it_counts
from extract.proposals import context
from extract.quantity import Quantity, find
from extract.reading import Candidate


def candidate(text: str, phrase: str, words: tuple[str, ...] = (), clause: str = "") -> Candidate:
    start = text.index(phrase)
    begin = text.index(clause) if clause else 0
    return made(text, start, start + len(phrase), words, begin, begin + len(clause or text))


def made(text: str, start: int, end: int, words: tuple[str, ...], low: int, high: int) -> Candidate:
    own = {name: getattr(find("12人")[0], name) for name in Quantity.__slots__}
    own |= {"start": start, "end": end, "text": text[start:end]}
    return Candidate(**own, clause=text[low:high], clause_start=low, clause_end=high, words=words)


LONG = "河湾街道坚持党建引领、服务为先、群众满意的原则持续推进各项民生实事"


@pytest.mark.parametrize(
    ("text", "phrase", "words", "expected"),
    [
        ("调处矛盾纠纷130件。", "130件", ("调处",), "调处矛盾纠纷130件"),
        ("今年以来，招募志愿者20余人。", "20余人", (), "今年以来，招募志愿者20余人"),
        ("排查隐患5处；发放低保金7万元，惠及3户", "7万元", (), "发放低保金7万元"),
        (f"志愿者{LONG}，共计招募20人", "20人", ("志愿者",), "志愿者…共计招募20人"),
        (f"招募20人，{LONG}都是志愿者", "20人", ("志愿者",), "招募20人…志愿者"),
        ("招募志愿者\n\n，共20人", "20人", ("志愿者",), "志愿者…共20人"),
        ("招募志愿者……共20人", "20人", ("志愿者",), "志愿者…共20人"),
        ("=招募20人", "20人", (), "招募20人"),
        ("２０２５年招募20人", "20人", (), "２０２５年招募20人"),
    ],
)
def test_it_names_what_is_counted(
    text: str, phrase: str, words: tuple[str, ...], expected: str
) -> None:
    assert context(text, candidate(text, phrase, words)) == expected


def test_it_stays_in_its_clause() -> None:
    text = "排查隐患5处，整改4处。"
    assert context(text, candidate(text, "4处", clause="整改4处")) == "整改4处"


def test_no_number_is_cut_at_its_edge() -> None:
    text = "1" * 30 + "甲" * 18 + "20人"
    assert context(text, candidate(text, "20人")) == "甲" * 18 + "20人"


def test_a_number_longer_than_a_context_stands_alone() -> None:
    text = "1" * 50 + "人"
    assert context(text, candidate(text, text)) == text


@given(st.text("志愿者，。…\n=- 12", min_size=1, max_size=120), st.data())
def test_it_is_always_verbatim_and_short(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 20)))
    low = data.draw(st.integers(0, start))
    high = data.draw(st.integers(end, len(text)))
    words = tuple(data.draw(st.lists(st.sampled_from(["志", "者1", "，", "愿"]), max_size=3)))
    found = context(text, made(text, start, end, words, low, high))
    assert len(found) <= 40
    is_own = "…" in text[start:end] or found == text[start:end]
    assert is_own or names_what_it_counts(text, start, end, found)
