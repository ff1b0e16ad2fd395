"""The data dictionary of a set as Markdown: every table and column in words."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["columns", "table", "written"]

Entry = Mapping[str, Any]

HEAD = """\
# 数据字典 · Data dictionary

由这一版的 datapackage.json 生成。CSV 是 UTF-8，有表头；空格子表示缺失；数值是基本单位的十进制文本。
Made from this set's datapackage.json. CSV is UTF-8 with a header; an empty cell is a missing value;
numbers are decimal text in base units.
"""


def written(package: Entry) -> bytes:
    """data-dictionary.md of a set: its tables in the order of the package."""
    return "\n".join([HEAD, *map(table, package["resources"])]).encode("utf-8")


def table(entry: Entry) -> str:
    """One table of a package as a section: files, keys, and a line a column."""
    lines = [f"### {entry['name']} · {entry['title']}", "", entry["description"], ""]
    lines += [*_facts(entry), "", "| column | type | 说明 | description | constraints |"]
    lines += ["|---|---|---|---|---|", *(_row(field) for field in columns(entry)), ""]
    return "\n".join(lines)


def columns(entry: Entry) -> list[Entry]:
    """The fields of a table, in order."""
    fields: list[Entry] = entry["schema"]["fields"]
    return fields


def _facts(entry: Entry) -> Iterator[str]:
    path = entry["path"]
    files = [path] if isinstance(path, str) else path
    yield "- files: " + ", ".join(f"`{name}`" for name in files)
    schema = entry["schema"]
    if key := _names(schema.get("primaryKey", [])):
        yield f"- primary key: {key}"
    for foreign in schema.get("foreignKeys", []):
        reference = foreign["reference"]
        table = reference.get("resource") or entry["name"]
        yield f"- {_names(foreign['fields'])} → {_names(reference['fields'])} of `{table}`"


def _row(field: Entry) -> str:
    chinese = field.get("livelihood:description_zh", "")
    cells = [f"`{field['name']}`", field["type"], chinese, field.get("description", "")]
    limits = "; ".join(_limits(field.get("constraints", {})))
    return "| " + " | ".join([*map(_cell, cells), limits]) + " |"


def _limits(constraints: Entry) -> Iterator[str]:
    for name, value in constraints.items():
        if value is True:
            yield name
        elif name == "enum":
            yield " ".join(f"`{_cell(str(one))}`" for one in value)
        elif value is not False:
            yield f"{name} `{_cell(str(value))}`"


def _names(value: str | list[str]) -> str:
    names = [value] if isinstance(value, str) else value
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
