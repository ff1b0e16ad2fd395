"""The plain body of a report: a paragraph a section, a clause an indicator."""

from collections.abc import Iterator

from numerals import money, written
from prose import Fact, Mask, Piece, Sentence
from reports import Report, truth
from topics import SECTIONS, Topic

NOTICE = "【演示数据】本文由程序编写，单位、地点与数字均属虚构"
MEASURES = {"人": "名", "件": "起"}
"""A second measure word for some base units, used by every other office."""


def opening(report: Report) -> Iterator[Sentence]:
    """Notice, title, publication date where there is one, and the first sentence."""
    yield (NOTICE,)
    yield (report.title,)
    if report.published:
        year, month, day = (int(part) for part in report.published.split("-"))
        yield ("发布日期：", Mask(f"{year}年{month}月{day}日", "date"))
    about = f"，{report.office.name_zh}围绕居民身边小事，把服务送到楼栋和院落。"
    yield (Mask(f"{report.year}年", "date"), about)


def sections(report: Report) -> Iterator[Sentence]:
    """One paragraph a section, with the indicators this report mentions."""
    for opener, topics in SECTIONS:
        pieces: list[Piece] = [opener]
        for topic in topics:
            if speaks_of(report, topic):
                pieces += clause(report, topic)
        if len(pieces) > 1:
            yield tuple(pieces)


def speaks_of(report: Report, topic: Topic) -> bool:
    """Whether the registry knows the topic and this report mentions it."""
    return (
        report.registry.knows(topic.indicator, topic.variant)
        and report.office.ref_area in topic.offices
        and report.chance("mention", topic.indicator) < topic.share
    )


def clause(report: Report, topic: Topic) -> Sentence:
    """The topic's clause: words of the period, what is counted, the number."""
    fact = topic_fact(report, topic)
    wordings = topic.clauses
    template = wordings[int(report.chance("words", topic.indicator) * len(wordings))]
    before, after = template.split("{fact}")
    return (*report.when(fact.window), before, fact, after + "。")


def topic_fact(report: Report, topic: Topic) -> Fact:
    """The number of a topic as this report writes it."""
    window = topic.window or report.registry.windows[topic.indicator]
    count = truth(topic, report.office, report.year)
    if report.kind == "part" and window == "flow":
        count = max(1, count * 5 // 6)
    style = topic.styles[int(report.chance("style", topic.indicator) * len(topic.styles))]
    said = phrase(report, topic, count, style)
    return report.fact(topic.indicator, topic.variant, said, window=window)


def phrase(report: Report, topic: Topic, count: int, style: str) -> tuple[str, str]:
    """(words, value) of a count in the unit of the topic."""
    unit = report.registry.units[topic.indicator]
    if unit == "元":
        return money(count, style)
    is_even = int(report.office.ref_area[-2:]) % 2 == 0
    return written(count, style, MEASURES.get(unit, unit) if is_even else unit)
