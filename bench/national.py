"""The national case: every township-level division of a list, invented numbers, the whole walk.

    python -m bench.national --divisions FILE [--markdown bench/README.md]
    python -m bench.national --divisions FILE --quick
    python -m bench.national --divisions FILE --only raw --out DIR [--offices N] [--years 10]

Writes raw tables (an invented transcription, labelled synthetic: one report an office and year, one
number an indicator), then walks: check, tidy, refresh, workbook of a view; asks every kind of page
and the API; asks pandas, polars and bare DuckDB the same of what was published; writes the tidy
tables of fewer offices on one core, on two and on a cluster; and grows a smaller set to ten times
its rows. With `--only`, some of these parts; what was published before is there for later ones.
FILE has the columns code, name, areaCode, provinceCode, cityCode. Exit code 1 when a step failed or
a limit was missed, 2 when the case cannot be made.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.nation import divisions, report, tables
from bench.nation.asking import ENGINES, engine
from bench.nation.cells import Case
from bench.nation.growth import grown, missed
from bench.nation.questions import addresses, questions
from bench.nation.walk import Place, answers, steps
from bench.nation.writing import made
from bench.pages import replace_part
from bench.store import apart
from bench.wide import is_missed, wide
from bench.worker import worker

CHECKOUT = Path(__file__).resolve().parents[1]
VIEW = f"compare?indicator=mediations&year={tables.LAST_YEAR}"
QUICK_OFFICES, QUICK_YEARS = 60, 3
GROWN_OFFICES = 4_135
WRITTEN_OFFICES = 1_000
RUNS = 31
"""Questions asked beside the bare query: the machine's own speed changes within seconds."""


def main() -> int:
    """Do what is asked, print, and write where asked."""
    asked = _parser().parse_args()
    if asked.quick:
        asked.offices, asked.years = asked.offices or QUICK_OFFICES, QUICK_YEARS
    try:
        if asked.only == ["raw"]:
            return _made(asked)
        return _measured(asked)
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


def _measured(asked: argparse.Namespace) -> int:
    """Each part in turn, told and written as soon as it is done; none after one that failed."""
    divisions.read(asked.divisions)
    asked.out.mkdir(parents=True, exist_ok=True)
    place = Place(asked.out, CHECKOUT)
    for name in asked.only:
        said, texts, is_wrong = MEASURED[name](place, asked)
        text = "\n".join([report.head(said), *texts])
        print(text)
        if asked.markdown:
            replace_part(asked.markdown, f"national {name}", text)
        if is_wrong:
            return 1
    return 0


def _walk(place: Place, asked: argparse.Namespace) -> Found:
    """Every command; older results go first."""
    for name in ("tidy", "published", "exports"):
        shutil.rmtree(asked.out / name, ignore_errors=True)
    walked = []
    for step in steps(place, _generator(asked), VIEW):
        print(f"{step.name}: {step.seconds:.1f} s, {step.tree_mib:.0f} MiB", file=sys.stderr)
        walked.append(step)
    is_wrong = any(step.code for step in walked)
    return _case(asked), [report.walk(walked), report.sizes(asked.out)], is_wrong


def _pages(place: Place, asked: argparse.Namespace) -> Found:
    """Every kind of page of what the walk published."""
    ready, pages = answers(place, addresses(questions(place.published)))
    return _case(asked), [report.walk([ready]), report.pages(pages)], False


def _engines(place: Place, asked: argparse.Namespace) -> Found:
    """Our questions beside the bare ones, one worker, and the same asked of other engines."""
    own = questions(place.published)
    beside = apart(wide, place.published, RUNS)
    texts = [
        report.asked(beside),
        report.figures(apart(worker, place.published)),
        report.engines({name: engine(name, place.published, own) for name in ENGINES}),
    ]
    return _case(asked), texts, any(map(is_missed, beside))


def _writing(_place: Place, asked: argparse.Namespace) -> Found:
    """The tidy tables in every way there is, of raw tables that are made for it."""
    place = Place(asked.out / "written", CHECKOUT)
    task = _task(asked)
    if len(task.offices) > asked.written:
        task = replace(task, offices=divisions.spread(task.offices, asked.written))
    rows = tables.write(task, place.raw)
    written = list(made(place))
    shutil.rmtree(place.folder)
    is_wrong = any(one.taken.code or one.digest != written[0].digest for one in written)
    return f"{rows:,} observations, synthetic.", [report.writing(written)], is_wrong


def _growth(_place: Place, asked: argparse.Namespace) -> Found:
    """The same questions of one, two, five and ten times the rows."""
    offices = divisions.spread(divisions.read(asked.divisions), asked.grown)
    curve, rows = grown(offices, asked.out, CHECKOUT)
    is_wrong = bool(missed(curve)) and not asked.quick
    return f"{len(offices):,} offices, synthetic.", [report.growth(curve, rows)], is_wrong


Found = tuple[str, Sequence[str], bool]
"""On what, the tables, and whether something failed or a limit was missed."""
MEASURED: Mapping[str, Callable[[Place, argparse.Namespace], Found]] = {
    "walk": _walk,
    "pages": _pages,
    "engines": _engines,
    "writing": _writing,
    "growth": _growth,
}
PARTS = ("raw", *MEASURED)


def _generator(asked: argparse.Namespace) -> list[str]:
    """The call that writes the same case's raw tables."""
    names = ("divisions", "out", "offices", "province", "indicators", "years", "share", "seed")
    given = {name: getattr(asked, name) for name in (*names, "lender")}
    pairs = ((f"--{name}", str(value)) for name, value in given.items() if value is not None)
    return ["--only", "raw", *(word for pair in pairs for word in pair)]


def _case(asked: argparse.Namespace) -> str:
    offices = f"{asked.offices:,}" if asked.offices else "All"
    return f"{offices} offices × {asked.indicators} indicators × {asked.years} years, synthetic."


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
    parser.add_argument("--out", type=Path, default=CHECKOUT / "var/bench/national")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS[1:]))
    parser.add_argument("--quick", action="store_true", help="few offices: does the walk work")
    parser.add_argument("--grown", type=int, default=GROWN_OFFICES, help="offices of the curve")
    parser.add_argument(
        "--written", type=int, default=WRITTEN_OFFICES, help="offices of the part “writing”"
    )
    parser.add_argument("--markdown", type=Path, help="file whose parts “national …” are replaced")
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
