"""What the environment may set, read once at the rim and passed on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders the dashboard reads; `sources` may be absent, the others have defaults."""

    published: Path
    tidy: Path
    sources: Path | None


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read `LIVELIHOOD_PUBLISHED`, `LIVELIHOOD_TIDY` and `LIVELIHOOD_SOURCES`.

    Defaults work from a clone: `var/published` and `data/tidy` beside the packages.
    """
    sources = environment.get("LIVELIHOOD_SOURCES", "")
    return Settings(
        published=Path(environment.get("LIVELIHOOD_PUBLISHED") or CHECKOUT / "var/published"),
        tidy=Path(environment.get("LIVELIHOOD_TIDY") or CHECKOUT / "data/tidy"),
        sources=Path(sources) if sources else None,
    )
