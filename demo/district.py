"""The invented Chengchuan district: twelve offices that do not exist, and how big they are.

None of the names stands in the national list of towns and sub-districts (snapshot 2023), and
there is no district 澄川区. Ids are local and look like no official code.
"""

from dataclasses import dataclass

DISTRICT_ZH, DISTRICT_EN = "澄川区", "Chengchuan District"
CITY_ZH, CITY_EN = "演示市", "Demonstration City"
YEARS = range(2019, 2025)


@dataclass(frozen=True, slots=True)
class Office:
    """One invented body; `residents` sets the scale of its numbers. Colour 0: no fixed slot."""

    ref_area: str
    pinyin: str
    name: str
    kind: str
    residents: int
    colour: int
    valid_from: str = ""
    valid_to: str = ""
    successor: str = ""

    @property
    def name_zh(self) -> str:
        """Full name: with 镇 for a town, 街道 for a sub-district office."""
        return self.name + ("镇" if self.kind == "town" else "街道")

    @property
    def name_en(self) -> str:
        """Full English name."""
        return f"{self.pinyin.title()} {'Town' if self.kind == 'town' else 'Sub-district Office'}"


OFFICES = (
    Office("local-demo-01", "tingchan", "听蝉", "subdistrict_office", 182_000, 1),
    Office("local-demo-02", "zhenxi", "枕溪", "subdistrict_office", 147_000, 2),
    Office("local-demo-03", "luoxing", "落星", "subdistrict_office", 121_000, 3),
    Office("local-demo-04", "wanglan", "望岚", "subdistrict_office", 98_000, 4),
    Office("local-demo-05", "qinggeng", "晴耕", "subdistrict_office", 84_000, 5),
    Office("local-demo-06", "songying", "松影", "subdistrict_office", 71_000, 6),
    Office("local-demo-07", "mailang", "麦浪", "town", 58_000, 7),
    Office("local-demo-08", "tongyin", "桐荫", "subdistrict_office", 46_000, 8),
    Office("local-demo-09", "zhuyu", "竹语", "subdistrict_office", 37_000, 9),
    Office(
        "local-demo-10",
        "qiyun",
        "栖云",
        "subdistrict_office",
        29_000,
        0,
        valid_to="2021-12-31",
        successor="local-demo-13",
    ),
    Office("local-demo-11", "meiwu", "梅坞", "town", 19_000, 10),
    Office("local-demo-12", "tangli", "棠梨", "subdistrict_office", 12_000, 11),
    Office(
        "local-demo-13",
        "zhaoshui",
        "照水",
        "subdistrict_office",
        34_000,
        12,
        valid_from="2022-01-01",
    ),
)

SILENT = frozenset({("local-demo-04", 2021), ("local-demo-09", 2021), ("local-demo-11", 2020)})
"""Offices and years without any report; the next report states their mediations."""

PART_YEAR = frozenset(
    {
        ("local-demo-02", 2020),
        ("local-demo-06", 2022),
        ("local-demo-08", 2023),
        ("local-demo-12", 2021),
    }
)
"""Reports that stop at the end of October."""

UNDATED = frozenset({("local-demo-03", 2019), ("local-demo-07", 2022), ("local-demo-05", 2023)})
"""Reports that state no publication date and no period: read as nominal years."""


def offices_of(year: int) -> tuple[Office, ...]:
    """The twelve bodies that exist in a year."""
    first, last = f"{year}-01-01", f"{year}-12-31"
    return tuple(
        office
        for office in OFFICES
        if office.valid_from <= first and (not office.valid_to or office.valid_to >= last)
    )
