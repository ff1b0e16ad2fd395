"""The compare page beside a page written by hand, Vizro and Streamlit: one run, one machine.

    python -m bench.pages [--runs 7] [--sets real demo large national] [--only NAME …]
                          [--bandwidth 10] [--markdown bench/README.md] [--screenshots DIR]

All four show the same chart and the same table of the same data (`bench.material`), offer the same
indicators, and are looked at in turns, so that whatever else the machine does falls on all. Every
look is a fresh browser context: a cold load, a reload, a change of the indicator. Numbers are
medians; exit code 1 when a budget is missed.
"""

from __future__ import annotations

import argparse
import datetime
import re
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from bench import rivals
from bench.rivals import OURS, STATIC, STREAMLIT, VIZRO, Set
from bench.sets import AT_HAND, SAID, SETS
from bench.visitor import Look, browser, chromium_version, screenshot, visit

LEAST = 2
COLUMNS: Mapping[str, str] = {
    "drawn_ms": "cold: chart drawn, ms",
    "wire_kb": "cold: KB on the wire",
    "live_ms": "cold: filters live, ms",
    "warm_kb": "reload: KB",
    "warm_ms": "reload: chart drawn, ms",
    "change_ms": "indicator changed → redrawn, ms",
}
"""What is measured, in words."""

Measured = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Budget:
    """Our number may be at most `most`, or `most` times that of a rival."""

    column: str
    most: float
    rival: str = ""

    def judged(self, found: Measured) -> tuple[str, float, bool] | None:
        """In words, by how much, and whether it is met; None where the rival was not looked at."""
        ours = found[OURS][self.column]
        what = COLUMNS[self.column]
        if not self.rival:
            return f"{what} ≤ {self.most:g}", ours, ours <= self.most
        if self.rival not in found:
            return None
        ratio = ours / found[self.rival][self.column]
        return f"{what} ≤ {self.most:g} × {self.rival}", ratio, ratio <= self.most


COLD = (
    Budget("drawn_ms", 1.3, STATIC),
    Budget("drawn_ms", 0.35, VIZRO),
    Budget("drawn_ms", 0.35, STREAMLIT),
    Budget("wire_kb", 700),
    Budget("warm_kb", 30),
)
USUAL = (
    *COLD,
    Budget("change_ms", 2, STATIC),
    Budget("change_ms", 0.5, VIZRO),
)
SLOWER = (Budget("change_ms", 3, STATIC),)
BUDGETS = {"real": USUAL, "demo": USUAL, "large": SLOWER, "national": (*COLD, *SLOWER)}


def main() -> int:
    """Measure each set asked for; print, and write where asked."""
    asked = _arguments()
    parts, is_met = [], True
    for name in asked.sets:
        data = SETS[name]()
        looks = look(data, asked)
        found = {who: medians(seen) for who, seen in looks.items()}
        text, met = report(name, found, asked)
        print(f"\n{text}", flush=True)
        parts.append(text)
        is_met = is_met and met
    if asked.markdown:
        own = [] if set(asked.sets) == set(AT_HAND) else asked.sets
        line = [f"{asked.bandwidth:g}"] if asked.bandwidth else []
        replace_part(
            asked.markdown, "-".join(["pages", *own, *line]), "\n".join([_where(asked), *parts])
        )
    return 0 if is_met else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="looks at each page")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(AT_HAND))
    parser.add_argument("--only", nargs="+", default=[], help="names of rivals")
    parser.add_argument("--bandwidth", type=float, default=0, help="Mbit/s; 0: loopback as it is")
    parser.add_argument(
        "--markdown",
        type=Path,
        help="file whose part “pages” is replaced: “pages-national” with --sets national, "
        "“pages-10” with --bandwidth 10",
    )
    parser.add_argument("--screenshots", type=Path, help="folder for a picture of each page")
    asked = parser.parse_args()
    asked.runs = max(asked.runs, LEAST)
    return asked


def look(data: Set, asked: argparse.Namespace) -> dict[str, list[Look]]:
    """Looks at every page, in turns; the first, which warms the servers, is not counted."""
    with rivals.served(data, asked.only) as servers:
        if asked.screenshots:
            asked.screenshots.mkdir(parents=True, exist_ok=True)
            for rival in servers:
                screenshot(rival, asked.screenshots / f"{data.name}-{rival.name}.png")
        looks: dict[str, list[Look]] = {rival.name: [] for rival in servers}
        with browser() as chromium:
            for turn in range(asked.runs + 1):
                first = turn % len(servers)
                for rival in (*servers[first:], *servers[:first]):
                    seen = visit(chromium, rival, data, asked.bandwidth)
                    if turn:
                        looks[rival.name].append(seen)
                print(".", end="", flush=True)
    return looks


def medians(looks: Sequence[Look]) -> dict[str, float]:
    """The middle of each measure; a page without filters of its own is live when drawn."""
    return {
        f.name: statistics.median(
            value if (value := getattr(each, f.name)) is not None else each.drawn_ms
            for each in looks
        )
        for f in fields(Look)
    }


def report(name: str, found: Measured, asked: argparse.Namespace) -> tuple[str, bool]:
    """Two tables as Markdown, and whether every budget is met."""
    rate = f" at {asked.bandwidth:g} Mbit/s" if asked.bandwidth else ""
    lines = [
        f"### Compare page, {SAID[name]}{rate}",
        "",
        f"| medians of {asked.runs} | {' | '.join(found)} |",
        f"|---|{'---:|' * len(found)}",
    ]
    for column, words in COLUMNS.items():
        cells = [f"{seen[column]:,.0f}" for seen in found.values()]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    verdicts = (
        [v for budget in BUDGETS[name] if (v := budget.judged(found))] if OURS in found else []
    )
    lines += ["", "| budget | measured | |", "|---|---:|---|"]
    lines += [
        f"| {what} | {much:,.2f} | {'met' if ok else 'missed'} |" for what, much, ok in verdicts
    ]
    return "\n".join([*lines, ""]), all(ok for _what, _much, ok in verdicts)


def _where(asked: argparse.Namespace) -> str:
    """The machine, the browser, the versions, the day."""
    day = datetime.datetime.now(datetime.UTC).date()
    return (
        f"{day}: {rivals.machine()}, {chromium_version()}; {rivals.versions()}. "
        f"Looks at each page: {asked.runs}, in turns.\n"
    )


def replace_part(path: Path, name: str, text: str) -> None:
    """Put `text` between the marks of that name in a Markdown file; both must be there."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    held = path.read_text(encoding="utf-8")
    if begin not in held or end not in held:
        raise SystemExit(f"{path}: put {begin} and {end} where the tables belong")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    new = pattern.sub(lambda _: f"{begin}\n\n{text}\n{end}", held)
    path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
