"""Every reason why a return is not taken, worded for the clerk who has to mend it."""

from collections.abc import Mapping
from types import MappingProxyType

from extract.problem import Problem, Severity
from extract.sources.rules import Rule
from extract.sources.rules import found as source_found

__all__ = ["RETURN_RULES", "found"]

_WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "no-form": (
        "没有找到表头：要有“填报数”“单位”，以及“编号”或“指标”",
        "用填报模板填写；不要改表头的字",
        "no heads found: 填报数, 单位, and 编号 or 指标 are needed",
        "use the form, and leave its heads as they are",
    ),
    "sprawling": (
        "超过 {limit} 格，空的、只有格式的、合并的都算在内",
        "把填报表复制到新的工作簿，删去表外的行、列和格式，再发",
        "more than {limit} cells, empty, formatted and merged ones included",
        "copy the form into a new workbook, without the rows, columns and formats around it",
    ),
    "pictures-only": (
        "表里没有字，只有图片",
        "把数填进填报模板，不要贴图或截屏",
        "there is no text in the workbook, only pictures",
        "fill the numbers into the form; a picture or screenshot cannot be read",
    ),
    "which-form": (
        "有几张表都像填报表：{sheets}",
        "只留一张，其余另存",
        "several sheets look like the form: {sheets}",
        "keep one, and save the others elsewhere",
    ),
    "hidden-form": (
        "填报表所在的工作表是隐藏的",
        "取消隐藏，核对后再发",
        "the sheet with the form is hidden",
        "show it, look at it, and send it again",
    ),
    "head-twice": (
        "表头“{head}”出现了两次（{other}）",
        "删去多余的一列",
        "the head '{head}' stands twice ({other})",
        "take out the column that is too much",
    ),
    "no-office": (
        "没有写明单位",
        "在表头上方写“单位代码”和代码（见填报模板）",
        "the office is not named",
        "write 单位代码 and the code above the heads, as in the form",
    ),
    "unknown-office": (
        "没有单位“{office}”",
        "照填报模板写单位代码，或先在 offices.csv 登记",
        "there is no office '{office}'",
        "write the code as in the form, or register it in offices.csv",
    ),
    "no-period": (
        "没有写明期间",
        "在表头上方写“期间”和 2024、2024-Q1 或 2024年3月 这样的期间",
        "the period is not named",
        "write 期间 and a period such as 2024, 2024-Q1 or 2024-03 above the heads",
    ),
    "unclear-period": (
        "看不懂期间“{period}”",
        "写成 2024、2024-Q1、2024年上半年、2024-03 或 2024-01-01/2024-05-31",
        "the period '{period}' is not understood",
        "write 2024, 2024-Q1, 2024-H1, 2024-03 or 2024-01-01/2024-05-31",
    ),
    "period-not-over": (
        "期间到 {end} 才结束，收到表时（{received}）还没有过完",
        "期满后再报，或把“止”改成实际统计到的日子",
        "the period ends on {end}, after the form was received ({received})",
        "send it when the period is over, or enter the day that was counted to",
    ),
    "nothing-filled": (
        "一个数也没有填",
        "填写“填报数”一列后再发",
        "no number is filled in",
        "fill in the column 填报数 and send it again",
    ),
    "unknown-line": (
        "不认识这一行：{line}",
        "编号和指标名照填报模板，不要改动",
        "this line is not known: {line}",
        "leave code and name as they stand in the form",
    ),
    "name-differs": (
        "编号 {code} 是“{name}”，这一行却写“{given}”",
        "看是不是错行；编号与指标名照填报模板",
        "code {code} is '{name}', the line says '{given}'",
        "see whether lines have slipped; keep code and name as in the form",
    ),
    "unclear-line": (
        "“{given}”有几个口径：{choices}",
        "在“口径”中写明一个",
        "'{given}' has several variants: {choices}",
        "name one of them under 口径",
    ),
    "line-twice": (
        "“{line}”在 {other} 已经填过",
        "只留一行",
        "'{line}' is already filled in at {other}",
        "keep one line",
    ),
    "cell-too-many": (
        "这一行比表头多出一格（“{text}”），各列可能错位",
        '数里不要写逗号，或整格加引号，如 "1,234"',
        "this line has a cell more than there are heads ('{text}'): columns may have slipped",
        'write numbers without commas, or put them in quotation marks as "1,234"',
    ),
    "merged-number": (
        "合并了单元格 {cells}，不知道数属于哪一行",
        "取消合并，每行各填各的",
        "cells {cells} are merged: which line the number belongs to is not known",
        "unmerge them and fill in each line",
    ),
    "not-a-number": (
        "“{text}”读不出一个数",
        "写一个数，如 1234、近20、2.3万；没有数就留空，在“情况”中选",
        "'{text}' does not read as one number",
        "write one number such as 1234, 近20, 2.3万; or leave it empty and choose why",
    ),
    "number-too-long": (
        "填报数有 {length} 个字，最多 {limit} 个",
        "这一格只写一个数，其余写进“说明”",
        "the number has {length} characters, {limit} at most",
        "write one number here and the rest under 说明",
    ),
    "several-numbers": (
        "“{text}”里不止一个数",
        "一格只填一个数，其余分行填或写进“说明”",
        "'{text}' holds more than one number",
        "one number a cell: use other lines, or 说明",
    ),
    "negative": (
        "“{text}”小于零，{unit}数不会小于零",
        "填实际数量；增减情况写进“说明”",
        "'{text}' is below zero, which no number of {unit} is",
        "enter the amount itself; write changes under 说明",
    ),
    "not-whole": (
        "“{text}”不是整数，{unit}数应为整数",
        "看小数点和单位是否填对",
        "'{text}' is not whole, a number of {unit} is",
        "look at the decimal point and the unit",
    ),
    "over-hundred": (
        "“{text}”超过 100%",
        "看小数点；部分不会大于全部",
        "'{text}' is more than 100 %",
        "look at the decimal point: a part is at most the whole",
    ),
    "unit-missing": (
        "没有写单位",
        "从下拉中选：{units}",
        "the unit is missing",
        "choose from the list: {units}",
    ),
    "unknown-unit": (
        "不认识单位“{unit}”",
        "从下拉中选：{units}",
        "the unit '{unit}' is not known",
        "choose from the list: {units}",
    ),
    "unit-differs": (
        "单位是“{unit}”，这个指标按“{expected}”计，两者不能换算",
        "改按“{expected}”统计；不能的，留空并写进“说明”",
        "the unit is '{unit}', the indicator is counted in '{expected}'",
        "count in '{expected}', or leave it empty and say so under 说明",
    ),
    "units-disagree": (
        "填报数写“{text}”，单位却是“{unit}”",
        "两处写成一致",
        "the number says '{text}', the unit '{unit}'",
        "make both the same",
    ),
    "twice-wan": (
        "填报数“{text}”已带“万”“亿”，单位又是“{unit}”，差一万倍",
        "只在一处写“万”",
        "'{text}' already has 万 or 亿 and the unit is '{unit}': ten thousand times apart",
        "write 万 in one of the two only",
    ),
    "format-words": (
        "单元格格式添了字，看到的与存的不同（存的是“{text}”）",
        "把格式改为“常规”，字写在格里，如 近20、2.3万",
        "the cell's format adds words: what is seen is not what is stored ('{text}')",
        "set the format to General and write the words into the cell",
    ),
    "became-date": (
        "这一格被表格软件当成了日期（{text}）",
        "先把格式改为“文本”，再重新填数",
        "the program took this cell for a date ({text})",
        "set its format to Text and enter the number again",
    ),
    "uncomputed": (
        "公式没有结果",
        "打开文件重新计算并保存，或改填数值",
        "the formula has no result",
        "open the file, let it calculate and save it, or enter the number itself",
    ),
    "excel-error": (
        "单元格是 {text}，不是数",
        "修正公式或列宽，改填数值",
        "the cell is {text}, not a number",
        "mend the formula or the column's width, and enter the number",
    ),
    "excel-number": (
        "“{text}”是科学计数法，位数可能已经丢失",
        "把格式改为“数值”，填完整的数",
        "'{text}' is in scientific notation: digits may be lost",
        "set the format to Number and enter the whole number",
    ),
    "lost-characters": (
        "有乱码：“{text}”",
        "从原表重新另存后再发",
        "there are garbled characters: '{text}'",
        "save it again from the original and send it",
    ),
    "not-a-date": (
        "“{text}”不是能认出的日期",
        "写成 2024-03-31 的样子",
        "'{text}' is no date that can be read",
        "write it as 2024-03-31",
    ),
    "excel-serial": (
        "“{text}”是日期的内部序号，不知道是哪一天（或许 {likely}）",
        "写成 2024-03-31 的样子",
        "'{text}' is a day number: which day is not certain (perhaps {likely})",
        "write it as 2024-03-31",
    ),
    "days-reversed": (
        "“止”{end} 早于“起”{start}",
        "更正起止日期",
        "it ends on {end}, before it starts on {start}",
        "correct the dates",
    ),
    "outside-period": (
        "日期 {day} 不在本表的期间 {period} 内",
        "改成期间内的日期；别的期间另用一张表",
        "{day} is not within the form's period {period}",
        "enter a day within it; another period has a form of its own",
    ),
    "state-and-number": (
        "既填了数“{text}”，又选了“{state}”",
        "有数就清空“情况”；没有数就清空“填报数”",
        "there is a number, '{text}', and also '{state}'",
        "clear one of the two",
    ),
    "unknown-state": (
        "情况“{state}”不在下拉之中",
        "选“未统计”或“不适用”，其他写进“说明”",
        "'{state}' is not in the list",
        "choose 未统计 or 不适用; write anything else under 说明",
    ),
    "reason-missing": (
        "选了“不适用”，没有写理由",
        "在“说明”中写明理由，如 辖区内没有养老机构；只是没有统计的，选“未统计”",
        "不适用 is chosen without a reason",
        "write the reason under 说明; where it was only not counted, choose 未统计",
    ),
    "applies-after-all": (
        "“{line}”选了“不适用”，报道里却有数（{rows}）",
        "核对；确不适用的，先更正报道那几行，否则清空“情况”",
        "'{line}' is said not to apply, yet a report has a number ({rows})",
        "see which is right: mend the rows of the report first, or clear 情况",
    ),
    "applies-not": (
        "“{line}”填了数，登记的却是不适用（{days}：{reason}）",
        "核对；确有数的，先在 not_applicable.csv 缩短期间或删去那一行",
        "'{line}' has a number, but is registered as not applicable ({days}: {reason})",
        "see which is right: shorten or remove that line of not_applicable.csv first",
    ),
    "note-too-long": (
        "说明有 {length} 个字，最多 {limit} 个",
        "缩短",
        "the note has {length} characters, {limit} at most",
        "make it shorter",
    ),
    "formula-note": (
        "说明以“{sign}”开头，会被当成公式",
        "去掉开头的符号",
        "the note begins with '{sign}' and would be taken for a formula",
        "take the sign away",
    ),
    "in-two-files": (
        "“{line}”在 {other} 也填了，同一单位同一期间",
        "只留一份",
        "'{line}' is also filled in at {other}, for the same office and period",
        "keep one of them",
    ),
}

_NOTES: Mapping[str, tuple[str, str, str, str]] = {
    "hidden-row": (
        "这一行是隐藏的，也读入了",
        "不要的数请删去，不要隐藏",
        "this row is hidden and was read all the same",
        "delete a number that is not meant; do not hide it",
    ),
    "partly-absent": (
        "“{line}”选了“不适用”，没有登记：不适用按整个指标登记，它还有别的口径没有选",
        "整个指标都不适用的，各口径都选“不适用”",
        "'{line}' is said not to apply and was not entered: only whole indicators are, and others"
        " of its variants are left",
        "where none of them applies, choose 不适用 for each",
    ),
    "left-aside": (
        "表后的文字没有读入：“{text}”",
        "无需处理",
        "text below the form was not read: '{text}'",
        "nothing to do",
    ),
}


def _rules() -> Mapping[str, Rule]:
    errors = {name: Rule(*words) for name, words in _WORDS.items()}
    notes = {name: Rule(*words, severity="note") for name, words in _NOTES.items()}
    return MappingProxyType({**errors, **notes})


RETURN_RULES: Mapping[str, Rule] = _rules()
"""Identifier → rule; those about opening a file stand in ``extract.sources.rules``."""


def found(rule: str, where: str, **facts: object) -> Problem:
    """The problem that ``rule`` was broken at ``where``; ``facts`` fill its braces."""
    if rule not in RETURN_RULES:
        return source_found(rule, where, **facts)
    words = RETURN_RULES[rule]
    filled = {key: _plain(str(fact)) for key, fact in facts.items()}
    severity: Severity = words.severity
    return Problem(
        _plain(where),
        rule,
        words.en.format_map(filled),
        words.next_en.format_map(filled),
        severity,
        message_zh=words.zh.format_map(filled),
        next_step_zh=words.next_zh.format_map(filled),
    )


def _plain(text: str) -> str:
    """A fact as one short printable line: what a stranger sends never writes to a terminal."""
    shown = "".join(char if char.isprintable() else "·" for char in text)
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
