"""The national case: every township-level division of a list, invented numbers, the whole walk.

    python -m bench.national --divisions FILE --out DIR [--offices N] [--indicators 20] [--years 10]

Writes raw tables into DIR/raw: an invented transcription, labelled synthetic, of one report an
office and year with one number an indicator.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.nation import divisions, tables
from bench.nation.cells import Case

CHECKOUT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Make the case; 0 when done, 2 when it may not or cannot."""
    asked = _parser().parse_args()
    try:
        return _made(asked)
    except (OSError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 2


def _made(asked: argparse.Namespace) -> int:
    begun = time.perf_counter()
    task = _task(asked)
    if task.sources is not None:
        task.sources.mkdir(parents=True, exist_ok=True)
    rows = tables.write(task, asked.out / "raw")
    took = time.perf_counter() - begun
    print(f"{rows:,} observations of {len(task.offices):,} offices, {took:.0f} s")
    return 0


def _task(asked: argparse.Namespace) -> tables.Task:
    offices = divisions.read(asked.divisions)
    if asked.province:
        offices = [office for office in offices if divisions.province(office) == asked.province]
    if not offices:
        raise ValueError(f"没有 {asked.province} 的区划 (no divisions of that province)")
    if asked.offices:
        offices = divisions.spread(offices, asked.offices)
    case = Case(
        years=range(tables.LAST_YEAR - asked.years + 1, tables.LAST_YEAR + 1),
        registry=tables.registry(asked.lender, asked.indicators),
        seed=asked.seed,
        share=asked.share,
    )
    sources = asked.out / "sources" if asked.sources else None
    return tables.Task(offices, case, asked.lender, sources)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--divisions", type=Path, required=True, help="code,name,areaCode,provinceCode,cityCode"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--offices", type=int, help="so many, spread over provinces; else all")
    parser.add_argument("--province", help="one province only, by its two digits")
    parser.add_argument("--indicators", type=int, default=20)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--share", type=float, default=1.0, help="share of the cells that are told")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sources", action="store_true", help="write the reports too")
    parser.add_argument(
        "--lender",
        type=Path,
        default=CHECKOUT / "data" / "raw",
        help="raw tables whose registries are used",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
