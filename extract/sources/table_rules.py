"""The rules about what a table looks like inside, worded for the person who sent it.

Each entry: what is wrong and what next in Chinese, the same in English, and the severity.
"""

from collections.abc import Mapping

from extract.problem import Severity

__all__ = ["ROW_RULES", "TABLE_WORDS"]

ROW_RULES = frozenset(
    {
        "control-character",
        "empty-key",
        "excel-error",
        "excel-number",
        "excel-serial",
        "lost-characters",
        "not-a-date",
    }
)
"""Errors about a single row: that row may wait in quarantine while the others go on."""

_SAVE_ZH, _SAVE = "另存为“CSV UTF-8”后重发", "save it as CSV UTF-8 and send it again"

TABLE_WORDS: Mapping[str, tuple[str, str, str, str, Severity]] = {
    "empty-file": (
        "文件是空的",
        "检查导出是否成功，重新发送",
        "the file is empty",
        "see whether the export worked, and send it again",
        "error",
    ),
    "not-a-table": (
        "这是{what}，不是 CSV 或 XLSX 表格",
        "打开看看内容，另存为 CSV UTF-8 或 XLSX",
        "this is {what_en}, not a CSV or XLSX table",
        "open it and look; save it as CSV UTF-8 or XLSX",
        "error",
    ),
    "encoding": (
        "编码不是 UTF-8、UTF-16 或 GB18030（第 {byte} 字节起读不通）",
        _SAVE_ZH,
        "the encoding is not UTF-8, UTF-16 or GB18030 (unreadable from byte {byte} on)",
        _SAVE,
        "error",
    ),
    "nul": (
        "含有空字符（NUL），文件可能损坏或没有写完",
        "从原系统重新导出",
        "holds NUL characters: it may be damaged or half written",
        "export it again",
        "error",
    ),
    "line-too-long": (
        "这一行有 {length} 个字符，超过 {limit}",
        "检查换行是否丢失；每条记录一行",
        "the line has {length} characters, more than {limit}",
        "see whether line breaks were lost: one line a record",
        "error",
    ),
    "cell-too-long": (
        "一格里有 {length} 个字符，超过 {limit}",
        "检查引号是否成对",
        "a cell has {length} characters, more than {limit}",
        "look for a quotation mark without its partner",
        "error",
    ),
    "too-many-cells": (
        "超过 {limit} 格",
        "分成几个文件",
        "more than {limit} cells",
        "split it into several files",
        "error",
    ),
    "csv-syntax": (
        "从这一行起不是 CSV（{reason}）",
        "检查是否有不成对的引号",
        "from this line on it is not CSV ({reason})",
        "look for a quotation mark without its partner",
        "error",
    ),
    "header-not-first": (
        "表头在第 {line} 行，上面还有别的内容",
        "删去表头以上的各行",
        "the column names stand on line {line}, below something else",
        "delete the lines above them",
        "error",
    ),
    "no-header": (
        "第一行不是列名，或分列用的不是逗号、制表符、分号（读到：{present}）",
        "第一行写上列名：{wanted}",
        "the first line holds no column names, or neither commas, tabs nor semicolons stand "
        "between them (it reads: {present})",
        "write the column names on the first line: {wanted}",
        "error",
    ),
    "duplicate-header": (
        "列名重复：{names}",
        "每个列名只保留一列",
        "columns named twice: {names}",
        "keep one of each",
        "error",
    ),
    "missing-column": (
        "缺少列：{names}",
        "在首行补上列名，其余各行补上一格",
        "missing columns: {names}",
        "add them to the first line, and a cell to every other line",
        "error",
    ),
    "renamed-column": (
        "没有列“{wanted}”，但有“{present}”，多半是改了名",
        "把“{present}”改回“{wanted}”",
        "there is no column '{wanted}' but '{present}', probably renamed",
        "name '{present}' '{wanted}' again",
        "error",
    ),
    "unknown-column": (
        "未登记的列：{names}",
        "删去这些列",
        "columns the contract does not know: {names}",
        "take them out",
        "error",
    ),
    "nameless-column": (
        "第 {position} 列没有列名，却有内容",
        "补上列名或清空这一列",
        "column {position} has content but no name",
        "name it or clear it",
        "error",
    ),
    "ragged-line": (
        "本行有 {cells} 格，表头有 {width} 格",
        "增减分隔符；含逗号的文字请加引号",
        "{cells} cells where the header has {width}",
        "add or remove separators; put text that contains a comma in quotation marks",
        "error",
    ),
    "truncated": (
        "最后一行只有 {cells} 格（应有 {width}）且没有换行，文件没有传完",
        "重新发送整个文件",
        "the last line has {cells} cells of {width} and no line end: the file was cut off",
        "send the whole file again",
        "error",
    ),
    "only-header": (
        "只有表头，没有数据",
        "检查导出条件；若本应没有数据，请在 sources.toml 中去掉这个来源",
        "there is a header and nothing below it",
        "check what was exported; if there is truly nothing, take the source out of sources.toml",
        "error",
    ),
    "duplicate-key": (
        "{key} 与 {other} 重复而内容不同",
        "核对哪一行对，删去另一行",
        "{key} stands at {other} too, with other content",
        "see which line is right and delete the other",
        "error",
    ),
    "password": (
        "工作簿设了密码",
        "取消密码后重发",
        "the workbook is protected by a password",
        "remove the password and send it again",
        "error",
    ),
    "macros": (
        "工作簿带有宏",
        "另存为不带宏的 .xlsx",
        "the workbook carries macros",
        "save it as .xlsx without macros",
        "error",
    ),
    "external-links": (
        "工作簿引用了别的文件",
        "复制后“选择性粘贴—数值”，断开链接，另存",
        "the workbook takes numbers from other files",
        "paste them as values, break the links, and save",
        "error",
    ),
    "bomb": (
        "解压后有 {size} 字节，超过 {limit}",
        "疑似压缩炸弹；请另存为 CSV UTF-8",
        "unpacks to {size} bytes, more than {limit}",
        "possibly a decompression bomb; save it as CSV UTF-8",
        "error",
    ),
    "damaged-workbook": (
        "工作簿打不开（{reason}）",
        "在 Excel 或 WPS 中打开并另存为 .xlsx，重新发送",
        "the workbook cannot be opened ({reason})",
        "open it in Excel or WPS, save it as .xlsx and send it again",
        "error",
    ),
    "which-sheet": (
        "不知道读哪张工作表：{sheets}",
        "只留一张，或在 sources.toml 写 sheet",
        "it is not clear which sheet to read: {sheets}",
        "keep one, or set sheet in sources.toml",
        "error",
    ),
    "merged-cells": (
        "有合并单元格 {cells}",
        "取消合并，每格填上自己的内容",
        "cells {cells} are merged",
        "unmerge them and fill in each",
        "error",
    ),
    "formula-without-value": (
        "公式没有计算结果",
        "在 Excel 或 WPS 中打开、保存一次，或粘贴为数值",
        "a formula without its result",
        "open and save it once in Excel or WPS, or paste values",
        "error",
    ),
    # about one row
    "control-character": (
        "{column} 中有不可见的控制字符",
        "删去后重新输入这一格",
        "{column} holds an invisible control character",
        "clear the cell and type it again",
        "error",
    ),
    "empty-key": (
        "{column} 是空的，无法辨认这一行",
        "补上 {column}",
        "{column} is empty, the row cannot be told from others",
        "enter {column}",
        "error",
    ),
    "excel-error": (
        "{column} 是 Excel 的错误值 {value}",
        "改正公式或填上数值",
        "{column} is Excel's error {value}",
        "mend the formula or enter the value",
        "error",
    ),
    "excel-number": (
        "{column} 被 Excel 写成了 {value}，原数已失",
        "把该列设为“文本”，重新填写完整数字",
        "Excel wrote {column} as {value}; the digits are lost",
        "format the column as text and enter the full number",
        "error",
    ),
    "excel-serial": (
        "{column} 是 Excel 的日期序号 {value}，多半是 {likely}",
        "把该列设为“文本”，写成 {likely}",
        "{column} is Excel's day number {value}, probably {likely}",
        "format the column as text and write {likely}",
        "error",
    ),
    "lost-characters": (
        "{column} 中有乱码（{value}）",
        "从原文件重新导出为 CSV UTF-8",
        "{column} holds characters lost in a conversion ({value})",
        "export it again from the original as CSV UTF-8",
        "error",
    ),
    "not-a-date": (
        "{column} 的“{value}”不是确定的日期",
        "写成 2022-01-05 的样子",
        "'{value}' in {column} is not a definite date",
        "write it like 2022-01-05",
        "error",
    ),
    # notes
    "other-encoding": (
        "按 {encoding} 读取",
        "方便时另存为“CSV UTF-8”",
        "read as {encoding}",
        "save it as CSV UTF-8 when convenient",
        "note",
    ),
    "other-separator": (
        "按{separator}分列读取",
        "无需处理",
        "read with {separator_en} between the cells",
        "nothing to do",
        "note",
    ),
    "full-width-digits": (
        "{column} 列有 {count} 处全角数字按半角读取",
        "无需处理",
        "{count} cells of {column} have full-width digits, read as ordinary",
        "nothing to do",
        "note",
    ),
    "date-rewritten": (
        "{column} 列有 {count} 处日期改写为 2022-01-05 的样子",
        "无需处理",
        "{count} dates of {column} were rewritten like 2022-01-05",
        "nothing to do",
        "note",
    ),
    "number-rewritten": (
        "{column} 列有 {count} 处数字去掉了千位分隔符",
        "无需处理",
        "{count} numbers of {column} lost their thousands separators",
        "nothing to do",
        "note",
    ),
    "spaces-trimmed": (
        "{column} 列有 {count} 处去掉了首尾空格",
        "无需处理",
        "{count} cells of {column} lost spaces at their ends",
        "nothing to do",
        "note",
    ),
    "repeated-row": (
        "{key} 与 {other} 完全相同，只取一行",
        "无需处理",
        "{key} is the same as at {other}; one is taken",
        "nothing to do",
        "note",
    ),
}
