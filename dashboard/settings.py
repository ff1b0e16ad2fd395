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
    `export_bytes` is how much of them is kept. `remote` is the storage that several machines
    share, as far as the environment or the file `config` names one.
    """

    published: Path
    tidy: Path
    sources: Path | None
    exports: Path | None = None
    export_bytes: int = 1 << 30
    remote: str = ""
    raw: Path = CHECKOUT / "data/raw"
    config: Path | None = None


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read `LIVELIHOOD_PUBLISHED`, `LIVELIHOOD_TIDY`, `LIVELIHOOD_SOURCES`, and of exports
    `LIVELIHOOD_EXPORTS` and `LIVELIHOOD_EXPORTROOM` (MiB); of the storage that machines share
    `LIVELIHOOD_REMOTE`, and `LIVELIHOOD_CONFIG` and `LIVELIHOOD_RAW`, beside which it may stand.

    Defaults work from a clone: `var/published` and `data/tidy` beside the packages.
    """
    exports = environment.get("LIVELIHOOD_EXPORTS", "")
    room = environment.get("LIVELIHOOD_EXPORTROOM", "")
    sources = environment.get("LIVELIHOOD_SOURCES", "")
    config = environment.get("LIVELIHOOD_CONFIG", "")
    return Settings(
        published=Path(environment.get("LIVELIHOOD_PUBLISHED") or CHECKOUT / "var/published"),
        tidy=Path(environment.get("LIVELIHOOD_TIDY") or CHECKOUT / "data/tidy"),
        sources=Path(sources) if sources else None,
        exports=Path(exports) if exports else None,
        export_bytes=(int(room) if room.isdecimal() and int(room) else 1024) << 20,
        remote=environment.get("LIVELIHOOD_REMOTE", ""),
        raw=Path(environment.get("LIVELIHOOD_RAW") or CHECKOUT / "data/raw"),
        config=Path(config) if config else None,
    )
