"""What keeps a folder from being read as raw tables, in words a clerk can act on."""

from collections.abc import Sequence

from extract.problem import Problem

__all__ = ["READ_RULES", "Unreadable"]

READ_RULES = (
    "missing-file",
    "not-a-descriptor",
    "encoding",
    "csv-syntax",
    "duplicate-header",
    "missing-column",
    "unknown-column",
    "ragged-line",
    "other-encoding",
    "full-width-digits",
)
"""Rules of this module, in the order they are asked; the last two are notes."""


class Unreadable(Exception):  # noqa: N818 - named for what the folder is
    """The folder cannot be read as raw tables; ``problems`` says why, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.text("en") for problem in self.problems))


def missing_file(file: str) -> Problem:
    return Problem(
        file,
        "missing-file",
        "the file is not in the folder",
        "put it there, or take it out of datapackage.json",
        message_zh="文件夹里没有这个文件",
        next_step_zh="放入该文件，或从 datapackage.json 中删去",
    )


def not_a_descriptor(file: str, reason: object) -> Problem:
    return Problem(
        file,
        "not-a-descriptor",
        f"not a data package descriptor ({reason})",
        "restore it from the last version that worked",
        message_zh=f"不是数据包描述文件（{reason}）",
        next_step_zh="恢复上一个可用的版本",
    )


def wrong_encoding(file: str) -> Problem:
    return Problem(
        file,
        "encoding",
        "neither UTF-8 nor GB18030",
        "save it again as CSV UTF-8",
        message_zh="编码既不是 UTF-8 也不是 GB18030",
        next_step_zh="另存为“CSV UTF-8”",
    )


def other_encoding(file: str) -> Problem:
    return Problem(
        file,
        "other-encoding",
        "read as GB18030",
        "save it as CSV UTF-8 when convenient",
        "note",
        message_zh="按 GB18030 读取",
        next_step_zh="方便时另存为“CSV UTF-8”",
    )


def csv_syntax(file: str, reason: object) -> Problem:
    return Problem(
        file,
        "csv-syntax",
        f"not a CSV table ({reason})",
        "look for a quotation mark without its partner",
        message_zh=f"不是 CSV 表格（{reason}）",
        next_step_zh="检查是否有不成对的引号",
    )


def duplicate_header(file: str, columns: Sequence[str]) -> Problem:
    names = ", ".join(columns)
    return Problem(
        f"{file}:1",
        "duplicate-header",
        f"columns named twice: {names}",
        "keep one of each",
        message_zh=f"列名重复：{names}",
        next_step_zh="每个列名只保留一列",
    )


def missing_column(file: str, columns: Sequence[str]) -> Problem:
    names = ", ".join(columns)
    return Problem(
        f"{file}:1",
        "missing-column",
        f"missing columns: {names}",
        "add them to the first line, and a comma to every other line",
        message_zh=f"缺少列：{names}",
        next_step_zh="在首行补上列名，其余各行补上逗号",
    )


def unknown_column(file: str, columns: Sequence[str]) -> Problem:
    names = ", ".join(columns)
    return Problem(
        f"{file}:1",
        "unknown-column",
        f"columns the contract does not know: {names}",
        "take them out, or describe them in datapackage.json",
        message_zh=f"未登记的列：{names}",
        next_step_zh="删去这些列，或在 datapackage.json 中登记",
    )


def ragged_line(file: str, line: int, cells: int, width: int) -> Problem:
    return Problem(
        f"{file}:{line}",
        "ragged-line",
        f"{cells} cells where the first line has {width}",
        "add or remove commas; put text that contains a comma in quotation marks",
        message_zh=f"本行有{cells}格，首行有{width}格",
        next_step_zh="增减逗号；含逗号的文字请加引号",
    )


def full_width(file: str, line: int, column: str) -> Problem:
    return Problem(
        f"{file}:{line}",
        "full-width-digits",
        f"full-width digits in {column} read as ordinary",
        "nothing to do; they are written as ordinary digits next time",
        "note",
        message_zh=f"{column} 列的全角数字按半角读取",
        next_step_zh="无需处理",
    )
