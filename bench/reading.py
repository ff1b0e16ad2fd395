"""Reading numbers: beside Recognizers-Text and JioNLP, how time grows with a text, and the import.

    python -m bench.reading [--rounds 5] [--markdown bench/README.md]

All readers read the same invented report in turns, each in a process of its own; processor time
counts, so that others on the machine disturb little. Exits with 1 if a budget is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import prose
from bench.pages import replace_part
from bench.rivals import CHECKOUT, JIONLP, RECOGNIZERS, environment

FIND, PROPOSE = "extract.quantity.find", "extract.reading.propose"
READERS: Mapping[str, str] = {
    FIND: "find",
    PROPOSE: "propose",
    RECOGNIZERS: "recognizers",
    JIONLP: "jionlp",
}
READS = {
    FIND: "every number",
    PROPOSE: "every number, with indicator, period, office",
    RECOGNIZERS: "numbers (the number model)",
    JIONLP: "amounts of money only",
}
COMPARED, SMALL, LARGE = 20_000, 10_000, 1_000_000
TEXTS: Mapping[str, Callable[[int], str]] = {
    "report": prose.report,
    "dense": prose.dense,
    "sparse": prose.sparse,
    "digits only": prose.digits,
    "one line": prose.one_line,
}
MODULES = ("extract.quantity", "extract.reading")
IMPORT = "import sys, time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
MOST_GROWTH, MOST_IMPORT_S, IMPORTS = 2.0, 0.1, 7


@dataclass(frozen=True, slots=True)
class Budget:
    """What was promised, what was measured, and whether it holds."""

    promise: str
    measured: float
    is_met: bool


class Reader:
    """A reader in its process, told line by line to read."""

    def __init__(self, process: subprocess.Popen[str], length: int) -> None:
        self._process, self._length = process, length

    def read(self) -> tuple[float, int]:
        """Read once: seconds per million characters, and the number of answers."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        seconds, answers = self._process.stdout.readline().split()
        return float(seconds) / self._length * 1_000_000, int(answers)


def main() -> int:
    """Measure; print, and write where asked."""
    asked = _arguments()
    beside = _beside(asked.rounds)
    growth = {name: _growth(READERS[name]) for name in (FIND, PROPOSE)}
    imports = {module: _import_seconds(module) for module in MODULES}
    budgets = [*_races(beside), *_bounds(growth, imports)]
    text = "\n".join([_where(), *_beside_table(beside), *_growth_table(growth), *_table(budgets)])
    print(text)
    if asked.markdown:
        replace_part(asked.markdown, "reading", text)
    return int(not all(budget.is_met for budget in budgets))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--markdown", type=Path, help="file whose part “reading” is replaced")
    return parser.parse_args()


@contextmanager
def _reader(name: str, text: str) -> Iterator[Reader]:
    """A process that reads this text when told to."""
    rival = {"recognizers": RECOGNIZERS, "jionlp": JIONLP}.get(name)
    python = str(environment(rival) / "bin/python") if rival else sys.executable
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_text(text, encoding="utf-8")
        command = [python, str(CHECKOUT / "bench/reader.py"), name, str(path)]
        places = {} if rival else {"PYTHONPATH": str(CHECKOUT)}
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=places
        )
        assert process.stdout
        while (line := process.stdout.readline()) and line != "ready\n":
            pass
        yield Reader(process, len(text))
        process.communicate()


def _beside(rounds: int) -> dict[str, tuple[float, int]]:
    """Each reader's median seconds per million characters of one report, and its answers."""
    text = prose.report(COMPARED)
    taken: dict[str, list[tuple[float, int]]] = {name: [] for name in READERS}
    with ExitStack() as stack:
        readers = {n: stack.enter_context(_reader(READERS[n], text)) for n in READERS}
        for _ in range(rounds):
            for name, reader in readers.items():
                taken[name].append(reader.read())
    return {n: (statistics.median(s for s, _ in each), each[0][1]) for n, each in taken.items()}


def _growth(name: str) -> dict[str, tuple[float, float]]:
    """Seconds per million characters at 10 kB and at 1 MB of each kind of text."""
    return {
        kind: (_fastest(name, make(SMALL)), _fastest(name, make(LARGE), 1))
        for kind, make in TEXTS.items()
    }


def _fastest(name: str, text: str, rounds: int = 5) -> float:
    with _reader(name, text) as reader:
        return min(reader.read()[0] for _ in range(rounds))


def _import_seconds(module: str) -> float:
    """The quickest of several new processes; the first of them writes the compiled modules."""
    command = [sys.executable, "-c", IMPORT.format(module)]
    with tempfile.TemporaryDirectory() as compiled:
        places = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        runs = [
            subprocess.run(
                command, capture_output=True, text=True, check=True, cwd=CHECKOUT, env=places
            ).stdout
            for _ in range(IMPORTS)
        ]
    return min(float(run) for run in runs)


def _races(beside: Mapping[str, tuple[float, int]]) -> list[Budget]:
    ours = beside[FIND][0]
    money, numbers = beside[JIONLP][0] / ours, beside[RECOGNIZERS][0] / ours
    share = ours / beside[PROPOSE][0]
    return [
        Budget("find ahead of JioNLP's money extractor, times as fast > 1", money, money > 1),
        Budget("find beside Recognizers-Text, times as fast ≥ 5", numbers, numbers >= 5),
        Budget("propose beside find, times as fast ≥ 0.3", share, share >= 0.3),
    ]


def _bounds(
    growth: Mapping[str, Mapping[str, tuple[float, float]]], imports: Mapping[str, float]
) -> list[Budget]:
    worst = {
        name: max(large / small for small, large in kinds.values())
        for name, kinds in growth.items()
    }
    return [
        *(
            Budget(
                f"{name}: time per character at 1 MB, times that at 10 kB ≤ 2", w, w <= MOST_GROWTH
            )
            for name, w in worst.items()
        ),
        *(
            Budget(f"import {module}, s < 0.1", seconds, seconds < MOST_IMPORT_S)
            for module, seconds in imports.items()
        ),
    ]


def _where() -> str:
    return (
        f"Python {sys.version.split()[0]}; a report of {COMPARED:,} characters, invented; "
        "processor time, medians of turns.\n"
    )


def _beside_table(beside: Mapping[str, tuple[float, int]]) -> Iterator[str]:
    yield "| reader | reads | s per million characters | answers |"
    yield "|---|---|---:|---:|"
    for name, (seconds, answers) in beside.items():
        yield f"| {name} | {READS[name]} | {seconds:.2f} | {answers:,} |"
    yield ""


def _growth_table(growth: Mapping[str, Mapping[str, tuple[float, float]]]) -> Iterator[str]:
    yield "| s per million characters | text | 10 kB | 1 MB | growth |"
    yield "|---|---|---:|---:|---:|"
    for name, kinds in growth.items():
        for kind, (small, large) in kinds.items():
            yield f"| {name} | {kind} | {small:.2f} | {large:.2f} | {large / small:.2f} |"
    yield ""


def _table(budgets: Sequence[Budget]) -> Iterator[str]:
    yield "| budget | measured | |"
    yield "|---|---:|---|"
    for budget in budgets:
        verdict = "met" if budget.is_met else "missed"
        yield f"| {budget.promise} | {budget.measured:.2f} | {verdict} |"


if __name__ == "__main__":
    sys.exit(main())
