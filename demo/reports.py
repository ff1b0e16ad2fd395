"""An invented report as a value: whose year it tells, its period, and the counts behind it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from district import PART_YEAR, UNDATED, Office
from prose import Fact, Mask, Period, Piece, Sentence
from topics import Topic

BASIS = {
    ("full", "flow"): "全年",
    ("full", "stock"): "截至年底",
    ("part", "flow"): "1至10月",
    ("part", "stock"): "截至10月底",
    ("undated", "flow"): "报道年份",
    ("undated", "stock"): "报道年份",
}


@dataclass(frozen=True, slots=True)
class Registry:
    """What the real registries know: unit and window of each indicator, variants, reasons."""

    units: Mapping[str, str]
    windows: Mapping[str, str]
    variants: frozenset[tuple[str, str]]
    reasons: frozenset[str]
    customs: frozenset[str] = frozenset()
    """Families of practices."""

    def knows(self, indicator: str, variant: str = "") -> bool:
        """Whether a row may use this indicator with this variant."""
        return indicator in self.units and (not variant or (indicator, variant) in self.variants)


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be written. `kind`: full (the whole year), part (to the end of October) or
    undated (it states neither period nor publication date, so its year is nominal)."""

    office: Office
    year: int
    registry: Registry

    @property
    def document(self) -> str:
        """The document id, also the name of the text file."""
        return f"{self.office.pinyin}-{self.year}"

    @property
    def title(self) -> str:
        """The heading of the report."""
        return f"{self.office.name_zh}：把小事办在居民心坎上"

    @property
    def kind(self) -> str:
        """How the report tells its period: full, part or undated."""
        key = (self.office.ref_area, self.year)
        return "part" if key in PART_YEAR else "undated" if key in UNDATED else "full"

    @property
    def last_day(self) -> str:
        """The last day the report speaks of (nominal where nothing is said)."""
        return f"{self.year}-10-31" if self.kind == "part" else f"{self.year}-12-31"

    @property
    def published(self) -> str:
        """The ISO date printed in the report; empty where none is."""
        number = int(self.office.ref_area[-2:])
        if self.kind == "undated":
            return ""
        if self.kind == "part":
            return f"{self.year}-11-{3 + number:02}"
        return f"{self.year + 1}-01-{8 + number:02}"

    def chance(self, *about: object) -> float:
        """A number in [0, 1) that depends on the document and the words given, nothing else."""
        return chance(self.document, *about)

    def period(self, window: str) -> Period:
        """The period of this report's numbers of a window."""
        basis = BASIS[self.kind, "flow" if window == "flow" else "stock"]
        precision = "nominal" if self.kind == "undated" else "stated"
        start = {"flow": f"{self.year}-01-01", "stock": self.last_day, "cumulative": ""}[window]
        return Period(start, self.last_day, basis, precision)

    def when(self, window: str) -> Sentence:
        """The words that open a clause and name its period, as pieces."""
        words = BASIS[self.kind, "flow" if window == "flow" else "stock"]
        if self.kind == "undated":
            return ()
        piece: Piece = Mask(words, "date") if self.kind == "part" else words
        return (piece,) if window == "flow" else (piece, "，")

    def fact(self, indicator: str, variant: str, phrase: tuple[str, str], **more: str) -> Fact:
        """A fact of this report in the indicator's own unit and window; phrase: words, value."""
        window = more.pop("window", self.registry.windows[indicator])
        unit = self.registry.units[indicator]
        return Fact(indicator, variant, *phrase, unit, window, self.period(window), **more)


def truth(topic: Topic, office: Office, year: int) -> int:
    """The invented count of a whole year: size × trend × a lasting and a yearly deviation."""
    lasting = 0.75 + 0.6 * chance(topic.indicator, office.ref_area)
    yearly = 1 + topic.noise * (2 * chance(topic.indicator, office.ref_area, year) - 1)
    base = topic.per_10k * office.residents / 10_000
    return max(1, round(base * lasting * topic.yearly ** (year - 2019) * yearly))


def chance(*seed: object) -> float:
    """A number in [0, 1) that depends on nothing but its seed words."""
    return random.Random("|".join(str(part) for part in seed)).random()
