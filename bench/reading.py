"""How the time to read quantities grows: per character at 1 MB against 10 kB, in one run.

`python -m bench.reading`. The named alternative is the same text searched for digit groups by one
regular expression: what a reader without rules would do.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable

from extract.quantity import find

SENTENCE = "云上街道全年开展活动30余场，服务居民约2.5万人次，发放补贴三百二十万元，调处纠纷近90件。"
DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
ROUNDS = 3


def main() -> None:
    """Print seconds per million characters for each size and engine, and the ratios."""
    small, large = SENTENCE * (10_000 // len(SENTENCE)), SENTENCE * (1_000_000 // len(SENTENCE))
    engines: dict[str, Callable[[str], object]] = {
        "extract.quantity.find": find,
        "re.findall, digits only": DIGITS.findall,
    }
    print(f"{'engine':28}{'10 kB, s/MB':>14}{'1 MB, s/MB':>14}{'growth':>9}")
    for name, engine in engines.items():
        few, many = _seconds(engine, small), _seconds(engine, large)
        print(f"{name:28}{few:14.3f}{many:14.3f}{many / few:9.2f}")


def _seconds(engine: Callable[[str], object], text: str) -> float:
    """Median seconds per million characters."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        engine(text)
        times.append(time.perf_counter() - start)
    return statistics.median(times) / len(text) * 1_000_000


if __name__ == "__main__":
    main()
