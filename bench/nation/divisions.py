"""Township-level divisions from a list of codes, as lines of offices.csv.

The list names the divisions themselves and nothing above them: province, city and county are
named here by their codes alone, and an English name is made of kind and code. Names are those of
the list; every number the bench invents about them is labelled synthetic.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

__all__ = ["Office", "province", "read", "spread"]

Office = dict[str, str]
"""A line of offices.csv."""

_COLUMNS = ("code", "name", "areaCode", "cityCode")
_KINDS = (
    (100, "subdistrict_office", "Subdistrict"),
    (200, "town", "Town"),
    (400, "town", "Township"),
    (1000, "zone", "Zone"),
)
"""GB/T 10114: the last three digits below this bound → kind, and what it is called in English."""


def read(path: Path) -> list[Office]:
    """Every division of the list by code; ValueError where a column or a code is not as needed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        missing = sorted(set(_COLUMNS) - set(lines.fieldnames or ()))
        if missing:
            raise ValueError(f"{path} 缺少列 {'、'.join(missing)} (has no such columns)")
        found = {line["code"]: line for line in lines}
    wrong = next((c for c in found if not (c.isascii() and c.isdigit() and len(c) == 9)), None)
    if wrong is not None:
        raise ValueError(f"{path}：{wrong} 不是九位代码 (not a code of nine digits)")
    return [_office(found[code]) | {"code_vintage": path.name} for code in sorted(found)]


def spread(offices: Sequence[Office], count: int) -> list[Office]:
    """So many of them, by code, taken in turn from every province."""
    own: defaultdict[str, list[Office]] = defaultdict(list)
    for office in offices:
        own[province(office)].append(office)
    turns = (office for turn in zip_longest(*map(_scattered, own.values())) for office in turn)
    picked = [office for office in turns if office is not None][:count]
    return sorted(picked, key=lambda office: office["ref_area"])


def province(office: Office) -> str:
    """The two digits of its province."""
    return office["ref_area"][:2]


def _scattered(offices: Sequence[Office]) -> Iterator[Office]:
    """All of them, beginning with every hundredth: so that few already lie in many counties."""
    return (office for first in range(100) for office in offices[first::100])


def _office(line: dict[str, str]) -> Office:
    code, name = line["code"], line["name"]
    kind, kind_en = next((k, en) for bound, k, en in _KINDS if int(code[6:]) < bound)
    names_en = f"{kind_en} {code}"
    return {
        "ref_area": code,
        **_both("name", name, names_en),
        **_both("short", name.removesuffix("街道") or name, names_en),
        "kind": kind,
        **_both("parent_name", f"{line['areaCode']}县级区划", f"County-level {line['areaCode']}"),
        **_both("city", f"{line['cityCode']}市级区划", f"City-level {line['cityCode']}"),
        "code": code,
    }


def _both(column: str, zh: str, en: str) -> Office:
    return {f"{column}_zh": zh, f"{column}_en": en}
