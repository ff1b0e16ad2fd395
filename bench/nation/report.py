"""What the bench found, as Markdown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.nation.growth import ALLOWED, STEPS, Curve
from bench.nation.stopwatch import Taken
from bench.nation.walk import Asked
from bench.nation.writing import Made
from bench.rivals import machine

__all__ = ["asked", "engines", "figures", "growth", "head", "pages", "sizes", "walk", "writing"]


def head(said: str) -> str:
    """When, where, on what."""
    day, load = datetime.now(UTC).date(), os.getloadavg()[0]
    return f"{day}: {machine()}; load average {load:.1f}. {said}\n"


def walk(steps: Sequence[Taken]) -> str:
    """A line a command; of one that failed what it said."""
    rows = (
        (
            one.name if one.code == 0 else f"{one.name}: ended with {one.code}, {one.said}",
            f"{one.seconds:,.1f}",
            f"{one.processor:,.1f}" if one.processor else "",
            f"{one.process_mib:,.0f}",
            f"{one.tree_mib:,.0f}",
        )
        for one in steps
    )
    return _table(
        ("step", "seconds", "processor, s", "largest process, MiB", "together, MiB"), rows
    )


def pages(asked: Iterable[Asked]) -> str:
    """A line an address of each kind."""
    rows = (
        (one.name, f"{one.first:,.0f}", f"{one.later:,.0f}", f"{one.lines:,}", f"{one.mib:,.2f}")
        for one in asked
    )
    return _table(("asked over HTTP", "first, ms", "others, ms", "lines", "MiB"), rows)


def engines(found: Mapping[str, Mapping[str, float]]) -> str:
    """A line an engine; one that needs more memory than there is says so."""
    rows = (
        (name, *(f"{own[cell]:,.0f}" for cell in ("open", "q1", "q2", "mib")))
        if own
        else (name, "more memory than is free", "", "", "")
        for name, own in found.items()
    )
    return _table(("engine", "open, ms", "Q1, ms", "Q2, ms", "peak, MiB"), rows)


def writing(found: Sequence[Made]) -> str:
    """A line a way of making the tidy tables; the first gives the bytes and the time to beat."""
    usual = found[0]
    rows = (
        (
            one.taken.name,
            f"{one.taken.seconds:,.1f}",
            f"{one.taken.processor:,.1f}",
            f"{usual.taken.seconds / one.taken.seconds:.2f}",
            f"{one.taken.process_mib:,.0f}",
            one.digest[:16] + ("" if one.digest == usual.digest else ": differs"),
        )
        for one in found
    )
    heads = (
        "tidy",
        "seconds",
        "processor, s",
        "times as fast",
        "largest process here, MiB",
        "SHA-256 of the files",
    )
    return _table(heads, rows)


def asked(found: Sequence[Mapping[str, object]]) -> str:
    """A line a question that pages ask, beside the bare query in the same process."""
    rows = (
        (
            str(one["question"]),
            *(f"{float(str(one[name])):,.1f}" for name in ("ours_ms", "bare_ms")),
            f"{float(str(one['ratio'])):.2f}",
        )
        for one in found
    )
    return _table(("question of a page", "ours, ms", "bare DuckDB, ms", "ratio"), rows)


def figures(found: Mapping[str, float]) -> str:
    """A line a figure of one worker, its unit in its name."""
    return _table(("one worker", ""), ((name, f"{one:,.1f}") for name, one in found.items()))


def growth(curve: Curve, rows: Mapping[int, int]) -> str:
    """A line a question, a column a step; the last is what may be at most ALLOWED."""
    heads = [f"{times} × ({rows[times]:,})" for times in STEPS]
    body = (
        (name, *(f"{took[times]:,.0f}" for times in STEPS), f"{took[10] / took[1]:.2f}")
        for name, took in curve.items()
    )
    return _table(("milliseconds", *heads, f"10 × / 1 × (≤ {ALLOWED})"), body)


def sizes(folder: Path) -> str:
    """MiB of the raw tables and of the set that is shown."""
    kept = {"raw": folder / "raw", "published": (folder / "published" / "current").resolve()}
    rows = ((name, f"{_mib(path):,.0f}") for name, path in kept.items() if path.exists())
    return _table(("on disk", "MiB"), rows)


def _mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
