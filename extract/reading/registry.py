"""What a reader must know: indicators, their words, variants and offices, from the raw tables."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .lexicon import Lexicon

COMMITTED = Path(__file__).resolve().parent.parent.parent / "data" / "raw"


@dataclass(frozen=True, slots=True)
class Registry:
    """The tables a reading needs, each a tuple of rows (column → cell)."""

    indicators: tuple[Mapping[str, str], ...] = ()
    variants: tuple[Mapping[str, str], ...] = ()
    offices: tuple[Mapping[str, str], ...] = ()
    vocabulary: tuple[Mapping[str, str], ...] = ()
    lexicon: Lexicon = field(init=False, repr=False, compare=False)
    windows: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lexicon", Lexicon(self.vocabulary))
        windows = {row["indicator"]: row["window"] for row in self.indicators}
        object.__setattr__(self, "windows", windows)

    @classmethod
    def read(cls, folder: Path) -> "Registry":
        """The tables of a raw folder; a missing one is empty. Raises OSError, UnicodeError."""
        names = ("indicators", "variants", "offices", "vocabulary")
        return cls(*(_rows(folder / f"{name}.csv") for name in names))


@cache
def committed() -> Registry:
    """The registry that comes with the program, read once."""
    return Registry.read(COMMITTED)


def _rows(path: Path) -> tuple[Mapping[str, str], ...]:
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(csv.DictReader(lines))
