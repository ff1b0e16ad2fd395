"""Kill refreshes with SIGKILL, again and again, and look at what is published after each.

    python -m bench.kill_refreshes [--kills 20] [--raw data/raw] [--seed 1]

Every round changes a copy of the raw tables, starts `python -m extract refresh --once`, kills it
as a named step begins (or up to 50 ms later), verifies the published set file by file, and then
lets a refresh run to its end. Ends with 1 if one set was not whole or one refresh failed.
"""

import argparse
import csv
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from extract import snapshot

CHECKOUT = Path(__file__).resolve().parents[1]
STEPS = (
    *("read", "check", "quarantine", "tidy", "pack", "compare", "sweep", "write documents.csv"),
    *("write manifest.json", "write observations.csv", "write by_indicator.parquet", "seal"),
    *("write changes.csv", "write quarantine.csv", "name", "switch", "switched", "retire"),
    *("record",),
)


@dataclass(frozen=True, slots=True)
class Round:
    """What one kill did: the set before and after, what is wrong with it, the next refresh."""

    step: str
    delay_ms: float
    before: str
    after: str
    wrong: tuple[str, ...]
    next_code: int
    next_seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether the published set was whole and the next refresh succeeded."""
        return not self.wrong and self.next_code == 0


def main() -> int:
    """Run the rounds and print a line each."""
    args = _arguments()
    moments = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as place:
        raw, published = Path(place) / "raw", Path(place) / "published"
        shutil.copytree(args.raw, raw)
        _fill(raw, published)
        print(f"{'step':<28}{'+ms':>6}  {'before':<16}  {'after the kill':<16}  whole  next")
        rounds = [
            _shown(_round(raw, published, number, moments)) for number in range(1, args.kills + 1)
        ]
    whole = sum(one.is_whole for one in rounds)
    print(f"{len(rounds)} kills, published set whole and next refresh published: {whole}")
    return 0 if whole == len(rounds) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--raw", type=Path, default=CHECKOUT / "data/raw")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _fill(raw: Path, published: Path) -> None:
    """Publish once, and set as many older snapshots beside it as retention allows."""
    done = _run(raw, published)
    if done.returncode != 0:
        sys.exit(f"The raw tables cannot be published as they are:\n{done.stdout}{done.stderr}")
    for number in range(snapshot.KEEP - 1):
        snapshot.publish(published, {"filler.csv": f"n\n{number}\n".encode()})
    _run(raw, published)


def _round(raw: Path, published: Path, number: int, moments: random.Random) -> Round:
    _change(raw, number)
    before = _current(published)
    step = STEPS[number % len(STEPS)]
    delay = moments.choice([0, moments.uniform(0, 0.05)])
    _kill(_command(raw, published), step, delay)
    after = _current(published)
    wrong = snapshot.verify(published / "snapshots" / after)
    begun = time.monotonic()
    done = _run(raw, published)
    took = time.monotonic() - begun
    return Round(step, delay * 1000, before, after, wrong, done.returncode, took)


def _change(raw: Path, number: int) -> None:
    """Write the round's number into a note, so that there is something new to publish."""
    path = raw / "offices.csv"
    header, first, *rest = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    first[header.index("note_en")] = f"Round {number}"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, first, *rest])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def _kill(command: list[str], step: str, delay: float) -> None:
    with subprocess.Popen(
        [*command, "--verbose"],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stderr or ():
            if line.startswith(step):
                time.sleep(delay)
                process.kill()
                break


def _run(raw: Path, published: Path) -> "subprocess.CompletedProcess[str]":
    command = _command(raw, published)
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def _command(raw: Path, published: Path) -> list[str]:
    places = ["--raw", str(raw), "--published", str(published)]
    return [sys.executable, "-m", "extract", "refresh", "--once", "--days", "0", *places]


def _current(published: Path) -> str:
    found = snapshot.open_current(published)
    return found.id if found else "none"


def _shown(one: Round) -> Round:
    said = "yes" if not one.wrong else "; ".join(one.wrong)
    print(
        f"{one.step:<28}{one.delay_ms:>6.1f}  {one.before:<16}  {one.after:<16}  "
        f"{said:<5}  exit {one.next_code}, {one.next_seconds:.1f} s",
        flush=True,
    )
    return one


if __name__ == "__main__":
    sys.exit(main())
