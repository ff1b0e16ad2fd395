"""The sets that pages are measured on: real, demonstration, 3,000 offices, the whole country."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from bench import large_set
from bench.nation.questions import walked
from bench.rivals import CHECKOUT, Set, with_material

FOLDER = CHECKOUT / "var/bench"
OFFICES, YEARS, INDICATORS = 3_000, 2, 6


def real() -> Set:
    """What the checkout holds."""
    return with_material("real", FOLDER / "nothing", CHECKOUT / "data/tidy", FOLDER)


def demo() -> Set:
    """The invented district of `make demo`."""
    place = FOLDER / "demo"
    if not (place / "tidy/observations.csv").exists():
        build = [sys.executable, "demo/build.py", str(place)]
        subprocess.run(build, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
        folders = {
            f"LIVELIHOOD_{name.upper()}": str(place / name) for name in ("raw", "sources", "tidy")
        }
        tidy = [sys.executable, "-m", "extract", "tidy"]
        quiet = subprocess.DEVNULL
        subprocess.run(tidy, cwd=CHECKOUT, env=os.environ | folders, check=True, stdout=quiet)
    return with_material("demo", FOLDER / "nothing", place / "tidy", FOLDER)


def large() -> Set:
    """3,000 invented offices, six indicators, two years."""
    published = FOLDER / "large"
    if not (published / "current").exists():
        large_set.publish(published, OFFICES, YEARS, INDICATORS)
    return with_material("large", published, CHECKOUT / "data/tidy", FOLDER)


def national() -> Set:
    """Every township-level division, as `bench.national` published it; it is not made here."""
    try:
        published = walked(FOLDER / "national/published")
    except ValueError as reason:
        raise SystemExit(str(reason)) from None
    return with_material("national", published, CHECKOUT / "data/tidy", FOLDER)


SETS: Mapping[str, Callable[[], Set]] = {
    "real": real,
    "demo": demo,
    "large": large,
    "national": national,
}
AT_HAND = ("real", "demo", "large")
"""Those that are there, or are made within a minute."""
SAID = {
    "real": "the real data",
    "demo": "the demonstration set (invented)",
    "large": f"{OFFICES:,} offices (invented)",
    "national": "the national case (invented)",
}
