"""Rules of form: each cell against the contract, each table against the list of tables."""

from collections.abc import Callable, Collection, Iterator

from extract.check import types
from extract.check.case import Case, Record, found, records
from extract.contract import ROWS, Field
from extract.problem import Problem

__all__ = ["RULES"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def unlisted_table(case: Case) -> Iterator[Problem]:
    """Every CSV of the folder is named in datapackage.json."""
    listed = {path for resource in case.resources for path in resource.paths}
    for name in case.raw.tables:
        if f"{name}.csv" not in listed:
            is_family = name in case.raw.family_tables
            yield found(
                f"{name}.csv",
                "unlisted-table",
                en=(
                    "datapackage.json does not name this table",
                    f"add it to the path of {ROWS}" if is_family else "remove or describe it",
                ),
                zh=(
                    "datapackage.json 没有登记这个表",
                    f"加入 {ROWS} 的 path" if is_family else "删去该文件或登记它",
                ),
            )


def required(case: Case) -> Iterator[Problem]:
    """A required cell is not empty."""
    for record, field in _flawed(case, lambda cell, field: cell == "" and field.is_required):
        yield found(
            record,
            "required",
            en=(f"{field.name} is empty", "fill it in"),
            zh=(f"{field.name} 没有填写", "请补填"),
        )


def wrong_type(case: Case) -> Iterator[Problem]:
    """A cell reads as the type of its column."""
    for record, field in _filled(case, types.has_type):
        cell = record[field.name]
        yield found(
            record,
            "wrong-type",
            en=(
                f"{field.name} '{cell}' is not a {field.type}",
                "dates read 2022-06-26, numbers plain digits without separators",
            ),
            zh=(
                f"{field.name} “{cell}”不是{_TYPES_ZH.get(field.type, field.type)}",
                "日期写作 2022-06-26，数字不带千位分隔符",
            ),
        )


def not_in_list(case: Case) -> Iterator[Problem]:
    """A cell is one of the values its column allows."""
    for record, field in _filled(case, types.in_list):
        allowed = ", ".join(map(str, field.constraints["enum"]))
        yield found(
            record,
            "not-in-list",
            en=(f"{field.name} '{record[field.name]}' is not allowed", f"use one of {allowed}"),
            zh=(f"{field.name} 不能是“{record[field.name]}”", f"可用：{allowed}"),
        )


def wrong_form(case: Case) -> Iterator[Problem]:
    """A cell has the form its column asks."""
    for record, field in _filled(case, types.matches):
        yield found(
            record,
            "wrong-form",
            en=(
                f"{field.name} '{record[field.name]}' does not have the form of this column",
                f"{field.description}; the form is {field.constraints['pattern']}",
            ),
            zh=(
                f"{field.name} “{record[field.name]}”不合本列的写法",
                f"{field.description_zh}；写法为 {field.constraints['pattern']}",
            ),
        )


def wrong_length(case: Case) -> Iterator[Problem]:
    """A text is not longer than its column allows (40 characters of a report at most)."""
    for record, field in _filled(case, types.has_length):
        longest = field.constraints.get("maxLength")
        count = len(record[field.name])
        yield found(
            record,
            "wrong-length",
            en=(f"{field.name} has {count} characters", f"at most {longest}: shorten it"),
            zh=(f"{field.name} 有{count}字", f"至多{longest}字，请缩短"),
        )


def out_of_range(case: Case) -> Iterator[Problem]:
    """A number lies within what its column allows."""
    for record, field in _filled(case, types.in_range):
        low, high = (field.constraints.get(key, "…") for key in ("minimum", "maximum"))
        yield found(
            record,
            "out-of-range",
            en=(f"{field.name} {record[field.name]} is out of range", f"use {low} to {high}"),
            zh=(f"{field.name} {record[field.name]} 超出范围", f"应在 {low} 至 {high} 之间"),
        )


def formula_text(case: Case) -> Iterator[Problem]:
    """No text begins like a formula (= + - @), which a spreadsheet would run."""
    texts = [(r.name, f) for r in case.resources for f in r.fields if f.type == "string"]
    for name, text in texts:
        cells = [cell for cell in case.cells(name, text.name) if cell.startswith(_FORMULA_STARTS)]
        for record, field in _having(case, name, text, cells):
            yield found(
                record,
                "formula-text",
                en=(f"{field.name} begins like a formula", "begin it with a word"),
                zh=(f"{field.name} 以公式符号开头", "改为以文字开头"),
            )


RULES = (
    unlisted_table,
    required,
    wrong_type,
    not_in_list,
    wrong_form,
    wrong_length,
    out_of_range,
    formula_text,
)

_TYPES_ZH = {"integer": "整数", "number": "数字", "date": "日期", "boolean": "是否（1 或 0）"}


def _filled(case: Case, holds: Callable[[str, Field], bool]) -> Iterator[tuple[Record, Field]]:
    """Filled cells for which ``holds`` does not; of several constraints only the first counts."""
    return _flawed(case, lambda cell, field: cell != "" and not holds(cell, field))


def _flawed(case: Case, wanted: Callable[[str, Field], bool]) -> Iterator[tuple[Record, Field]]:
    """Cells that ``wanted`` picks of those that do not keep to the contract."""
    for resource in case.resources:
        flawed = case.flawed_cells(resource.name)
        for field in resource.fields:
            picked = [cell for cell in flawed.get(field.name, ()) if wanted(cell, field)]
            yield from _having(case, resource.name, field, picked)


def _having(
    case: Case, name: str, field: Field, cells: Collection[str]
) -> Iterator[tuple[Record, Field]]:
    if cells:
        frame = case.frame(name)
        found = records(frame[frame[field.name].isin(list(cells))])
        yield from ((record, field) for record in found)
