"""Sentences with digits that are no observation: each names the reason for leaving them out."""

from collections.abc import Iterator, Sequence

from prose import Fact, Mask, Sentence
from reports import Report

PER_REPORT = 4

ASIDES: tuple[Sentence, ...] = (
    ("便民窗口设在槐荫路", Mask("58号", "address"), "，进门就能找到人。"),
    ("助餐点每天", Mask("10时30分", "time"), "开餐，粥和小菜都是热的。"),
    ("年满", Mask("75岁", "age"), "的老人可以请志愿者把饭送到家。"),
    ("这已是街道连续", Mask("第8届", "ordinal"), "邻里节。"),
    ("社区排出", Mask("“1+4+N”", "slogan"), "联络表，谁家有事谁知道。"),
    ("活动室坐落在", Mask("五棵槐小区", "name"), "，门前就是口袋公园。"),
    ("修缮用了", Mask("45天", "duration"), "，比预想的快。"),
    ("网格员", Mask("每周2次", "frequency"), "入户走访，听居民拉家常。"),
    ("街道召开", Mask("第3次", "meeting_name"), "居民议事会，商量停车的事。"),
    ("新铺的步道宽", Mask("2.4米", "dimension"), "，轮椅也能并行。"),
    ("邻近企业自行培训职工", Mask("160人", "other_unit"), "，与街道无关。"),
    ("居民说：“跑", Mask("1趟", "quoted"), "就办成，省心。”"),
    ("步道连着", Mask("3个小区", "list_of_places"), "的后门。"),
    ("来稿登在内刊", Mask("第4版", "page_furniture"), "。"),
)


def asides(report: Report) -> Iterator[Sentence]:
    """A few asides in turn, those whose reason code the registry has, as one paragraph."""
    known = [sentence for sentence in ASIDES if _is_known(report, sentence)]
    first = int(report.chance("asides") * len(known))
    chosen = (known * 2)[first : first + PER_REPORT]
    yield tuple(piece for sentence in chosen for piece in sentence)


def closing(report: Report, facts: Sequence[Fact]) -> Iterator[Sentence]:
    """The year's mediations once more (a repetition, no second row), and a plan."""
    said = [fact for fact in facts if fact.indicator == "mediations" and fact.value]
    if said and report.chance("repeat") < 0.3:
        yield ("回头看，", Mask(said[0].as_written, "repeated"), "纠纷化解在家门口。")
    sentence: Sentence = (
        "来年，街道打算再添议事亭",
        Mask(f"{2 + report.year % 3}处", "plan"),
        "。",
    )
    if _is_known(report, sentence):
        yield sentence


def _is_known(report: Report, sentence: Sentence) -> bool:
    return all(
        piece.reason in report.registry.reasons for piece in sentence if isinstance(piece, Mask)
    )
