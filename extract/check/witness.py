"""Rules of evidence: the phrase stands in its document and reads as entered."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

import pandas as pd

from extract import evidence
from extract.account import account
from extract.check.case import Case, Record, found, stands_there
from extract.check.wording import entered, interval
from extract.problem import Problem
from extract.quantity import Quantity

__all__ = ["RULES"]


def not_checked_here(case: Case) -> Iterator[Problem]:
    """A document that is not at hand is named, never passed over as checked."""
    counts = Counter(case.table["document"].value_counts().to_dict())
    named = Counter(row["document"] for row in case.practices)
    for record in case.documents.values():
        name = record["document"]
        if case.text(name) is None:
            also = f" and {named[name]} practices" if named[name] else ""
            also_zh = f"、{named[name]}个做法" if named[name] else ""
            yield found(
                record,
                "not-checked-here",
                en=(
                    f"{name}: its {counts[name]} observations{also} were not checked here against "
                    "the text, which is not at hand",
                    "name its folder with --sources",
                ),
                zh=(
                    f"{name}：原文不在手边，{counts[name]}条观测{also_zh}这里没有核对",
                    "用 --sources 指明原文所在文件夹",
                ),
                severity="note",
            )


def document_length(case: Case) -> Iterator[Problem]:
    """A document has as many characters as its line says."""
    for record in case.documents.values():
        text = case.text(record["document"])
        if text is not None and len(text) != int(record["characters"]):
            yield found(
                record,
                "document-length",
                en=(
                    f"the text has {len(text)} characters, the line says {record['characters']}",
                    "correct characters (Unicode code points, as received)",
                ),
                zh=(f"原文{len(text)}字，本行写{record['characters']}字", "更正 characters"),
            )


def not_standing(case: Case) -> Iterator[Problem]:
    """The phrase stands at its offsets, to the character."""
    for row, text in case.rows_at_hand:
        if not stands_there(row, text):
            yield found(
                row,
                "not-standing",
                en=(
                    f"'{row['as_written']}' does not stand at {row['start']}–{row['end']} of "
                    f"{row['document']}{_elsewhere(row, text)[0]}",
                    "correct start and end, or as_written",
                ),
                zh=(
                    f"{row['document']} 的 {row['start']}–{row['end']} 处不是"
                    f"“{row['as_written']}”{_elsewhere(row, text)[1]}",
                    "更正 start、end 或 as_written",
                ),
            )


def cut_number(case: Case) -> Iterator[Problem]:
    """The phrase does not begin or end inside a number."""
    for row, text in case.standing:
        start, end = int(row["start"]), int(row["end"])
        if evidence.is_cut(text, start, end):
            seen = text[max(start - 2, 0) : end + 2].replace("\n", " ")
            yield found(
                row,
                "cut-number",
                en=(
                    f"'{row['as_written']}' is part of a longer number ('{seen}')",
                    "take the whole number",
                ),
                zh=(f"“{row['as_written']}”只是一个更长数字的一部分（“{seen}”）", "录入整个数字"),
            )


def dropped_words(case: Case) -> Iterator[Problem]:
    """The phrase takes every word that changes its amount: 近, 余, 以上, the unit."""
    for row, text in case.standing:
        read = case.quantities[row["as_written"]]
        start, end = int(row["start"]), int(row["end"])
        is_cell = row["document"] in case.raw.returns  # of a return the phrase is the whole cell
        if read is None or is_cell or evidence.is_cut(text, start, end):
            continue
        for quantity in case.found_in(row["document"]):
            holds = quantity.start <= start and end <= quantity.end
            is_longer = quantity.end - quantity.start > end - start
            if holds and is_longer and _amount(quantity) != _amount(read):
                yield found(
                    row,
                    "dropped-words",
                    en=(
                        f"'{row['as_written']}' is part of '{quantity.text}', which reads "
                        f"{interval(quantity, row['unit'], 'en')}",
                        "take the whole phrase into as_written",
                    ),
                    zh=(
                        f"“{row['as_written']}”是“{quantity.text}”的一部分，后者读作"
                        f"{interval(quantity, row['unit'], 'zh')}",
                        "as_written 应取整个说法",
                    ),
                )


def wrong_context(case: Case) -> Iterator[Problem]:
    """The context is verbatim, in order, and contains the phrase at its offsets."""
    for row, text in case.standing:
        span = int(row["start"]), int(row["end"])
        if not evidence.names_what_it_counts(text, *span, row["context"]):
            yield found(
                row,
                "wrong-context",
                en=(
                    f"the context of '{row['as_written']}' is not what stands around it",
                    "copy it from the text; join pieces that are apart with …",
                ),
                zh=(f"“{row['as_written']}”的 context 与原文不符", "照抄原文；不相连的片段用…连接"),
            )


def reads_differently(case: Case) -> Iterator[Problem]:
    """The machine reads the phrase as the value and unit entered."""
    units: dict[str, str] = {name: record["unit"] for name, record in case.indicators.items()}

    def differs(phrase: str, indicator: str, value: str, unit: str) -> bool:
        expected = units.get(indicator, unit)
        return not evidence.reads_as(case.quantities[phrase], value, unit, expected)

    for row in case.where(("as_written", "indicator", "value", "unit"), differs):
        quantity = case.quantities[row["as_written"]]
        expected = str(units.get(row["indicator"], row["unit"]))
        row_says = entered(row["value"], row["unit"])
        yield found(
            row,
            "reads-differently",
            en=(
                f"'{row['as_written']}' reads {interval(quantity, expected, 'en')}, the row says "
                f"{row_says}",
                "enter base units or fix as_written",
            ),
            zh=(
                f"“{row['as_written']}”读作{interval(quantity, expected, 'zh')}，本行填写"
                f"{row_says}",
                "按基本单位填写，或更正 as_written",
            ),
        )


def distributive(case: Case) -> Iterator[Problem]:
    """A phrase entered more than once (各56名; 未出现 one thing and another) says so."""
    spans: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    repeated = case.table.duplicated(["document", "start", "end"], keep=False)
    for row in case.those(repeated):
        spans[row["document"], row["start"], row["end"]].append(row)
    for rows in spans.values():
        for row in rows if len(rows) > 1 else ():
            if not {"distributive", "negated"} & set(row["flags"].split()):
                others = "、".join(other["id"] for other in rows if other is not row)
                yield found(
                    row,
                    "distributive",
                    en=(
                        f"the same phrase is also entered as {others}",
                        "flag each of them distributive, or remove one",
                    ),
                    zh=(f"同一处原文又录入为 {others}", "都加上 distributive 标记，或删去一行"),
                )


def overlapping_spans(case: Case) -> Iterator[Problem]:
    """Two different phrases do not share characters, and left_out shares none with a row."""
    for spans in _spans(case, _crowded(case)):
        reach, holder = -1, None
        for start, end, record in spans:
            if holder is not None and start < reach and not _same_phrase(holder, record):
                yield found(
                    record,
                    "overlapping-spans",
                    en=(
                        f"'{record['as_written']}' shares characters with "
                        f"'{holder['as_written']}' ({holder['_file']}:{holder['_line']})",
                        "enter each number once",
                    ),
                    zh=(
                        f"“{record['as_written']}”与“{holder['as_written']}”"
                        f"（{holder['_file']}:{holder['_line']}）重叠",
                        "每个数字只录入一次",
                    ),
                )
            if end > reach:
                reach, holder = end, record


def left_out_not_standing(case: Case) -> Iterator[Problem]:
    """A number left out stands at its offsets too."""
    for record in case.sound("left_out"):
        text = case.text(record["document"])
        if text is not None and not stands_there(record, text):
            yield found(
                record,
                "left-out-not-standing",
                en=(
                    f"'{record['as_written']}' does not stand at {record['start']}–{record['end']}",
                    "correct start and end, or as_written",
                ),
                zh=(
                    f"{record['start']}–{record['end']} 处不是“{record['as_written']}”",
                    "更正 start、end 或 as_written",
                ),
            )


def unaccounted(case: Case) -> Iterator[Problem]:
    """Every digit group of a document is transcribed or left out with a reason."""
    for entry in account(case.raw, case.texts):
        for group in entry.unaccounted:
            yield found(
                case.documents.get(entry.document, "documents.csv"),
                "unaccounted",
                en=(
                    f"{entry.document}: '{group.text}' at {group.start}–{group.end} is neither "
                    "transcribed nor left out",
                    "enter it, or add it to left_out.csv",
                ),
                zh=(
                    f"{entry.document}：{group.start}–{group.end} 处的“{group.text}”既没有录入，"
                    "也没有说明为何不录",
                    "录入，或加入 left_out.csv",
                ),
            )


def unaccounted_words(case: Case) -> Iterator[Problem]:
    """Quantities written in words alone that went nowhere are named; many are figures of speech."""
    at_hand = {name for name in case.documents if case.text(name) is not None}
    held: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for spans in _spans(case, at_hand):
        for start, end, record in spans:
            held[record["document"]].append((start, end))
    for record in case.documents.values():
        name = record["document"]
        is_read = name in at_hand and record.get("kind") != "return"
        for quantity in case.found_in(name) if is_read else ():
            is_held = any(s < quantity.end and quantity.start < e for s, e in held[name])
            if not is_held and not any(evidence.digit_groups(quantity.text)):
                yield found(
                    record,
                    "unaccounted-words",
                    en=(
                        f"{name}: '{quantity.text}' at {quantity.start}–{quantity.end} is neither "
                        "transcribed nor left out",
                        "if it counts something, enter it or leave it out with a reason",
                    ),
                    zh=(
                        f"{name}：{quantity.start}–{quantity.end} 处的“{quantity.text}”既没有录入，"
                        "也没有说明为何不录",
                        "若确实在计数，录入或加入 left_out.csv",
                    ),
                    severity="note",
                )


RULES = (
    not_checked_here,
    document_length,
    not_standing,
    cut_number,
    dropped_words,
    wrong_context,
    reads_differently,
    distributive,
    overlapping_spans,
    left_out_not_standing,
    unaccounted,
    unaccounted_words,
)


def _crowded(case: Case) -> set[str]:
    """The documents in which spans share characters."""
    columns = ["document", "start", "end"]
    spans = pd.concat([case.table[columns], case.sound_frame("left_out")[columns]])
    spans = spans.astype({"start": "float64", "end": "float64"})
    spans = spans.sort_values(columns, kind="stable")
    reach = spans.groupby("document")["end"].cummax().groupby(spans["document"]).shift()
    return set(spans.loc[spans["start"] < reach, "document"])


def _spans(case: Case, documents: Collection[str]) -> Iterator[list[tuple[int, int, Record]]]:
    """Of each of these documents, every span transcribed or left out, in text order."""
    spans: dict[str, list[tuple[int, int, Record]]] = defaultdict(list)
    rows = case.those(case.table["document"].isin(list(documents))) if documents else []
    left = [each for each in case.sound("left_out") if each["document"] in documents]
    for record in [*rows, *left]:
        spans[record["document"]].append((int(record["start"]), int(record["end"]), record))
    for found_there in spans.values():
        yield sorted(found_there, key=lambda span: (*span[:2], "id" not in span[2]))


def _amount(quantity: Quantity) -> tuple[object, ...]:
    return quantity.value, quantity.lower, quantity.upper, quantity.unit


def _same_phrase(one: Record, other: Record) -> bool:
    """Two observations of one phrase: the rule ``distributive`` speaks of them."""
    are_rows = "id" in one and "id" in other
    return are_rows and (one["start"], one["end"]) == (other["start"], other["end"])


def _elsewhere(row: Record, text: str) -> tuple[str, str]:
    """Where the phrase does stand, if it stands once only."""
    if text.count(row["as_written"]) != 1:
        return "", ""
    start = text.index(row["as_written"])
    end = start + len(row["as_written"])
    return f" (it stands at {start}–{end})", f"（它在 {start}–{end}）"
