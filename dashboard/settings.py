"""What the environment may set, read once at the rim and passed on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders the dashboard reads; `sources` may be absent, the others have defaults.

    `exports` is where workbooks that take a while are made, None for beside `published`;
    `export_bytes` is how much of them is kept.
    """

    published: Path
    tidy: Path
    sources: Path | None
    exports: Path | None = None
    export_bytes: int = 1 << 30


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read `LIVELIHOOD_PUBLISHED`, `LIVELIHOOD_TIDY`, `LIVELIHOOD_SOURCES`, and of exports
    `LIVELIHOOD_EXPORTS` and `LIVELIHOOD_EXPORTROOM` (MiB).

    Defaults work from a clone: `var/published` and `data/tidy` beside the packages.
    """
    exports = environment.get("LIVELIHOOD_EXPORTS", "")
    room = environment.get("LIVELIHOOD_EXPORTROOM", "")
    sources = environment.get("LIVELIHOOD_SOURCES", "")
    return Settings(
        published=Path(environment.get("LIVELIHOOD_PUBLISHED") or CHECKOUT / "var/published"),
        tidy=Path(environment.get("LIVELIHOOD_TIDY") or CHECKOUT / "data/tidy"),
        sources=Path(sources) if sources else None,
        exports=Path(exports) if exports else None,
        export_bytes=(int(room) if room.isdecimal() and int(room) else 1024) << 20,
    )
