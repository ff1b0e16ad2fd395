"""One reader in a process of its own: reads a text as often as it is told to.

    python bench/reader.py find|propose|recognizers|jionlp FILE

Says "ready", then for each line of its input the processor time in seconds that one reading took
and how many answers it gave. Runs in the environments of the rivals too: no import of ours.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sized
from importlib import import_module
from pathlib import Path

Read = Callable[[str], Sized]


def find() -> Read:
    """Ours: every number."""
    return import_module("extract.quantity").find


def propose() -> Read:
    """Ours: every number with its indicator, period and office."""
    read = import_module("extract.reading").propose
    return lambda text: read(text).candidates


def recognizers() -> Read:
    """Recognizers-Text: numbers."""
    package = import_module("recognizers_number")
    return package.NumberRecognizer(package.Culture.Chinese).get_number_model().parse


def jionlp() -> Read:
    """JioNLP: amounts of money only."""
    return import_module("jionlp.algorithm.ner").MoneyExtractor()


READERS: dict[str, Callable[[], Read]] = {
    "find": find,
    "propose": propose,
    "recognizers": recognizers,
    "jionlp": jionlp,
}


def main() -> None:
    """Read when told to, until the input ends."""
    read = READERS[sys.argv[1]]()
    text = Path(sys.argv[2]).read_text(encoding="utf-8")
    read(text[:500])
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        answers = len(read(text))
        print(time.process_time() - start, answers, flush=True)


if __name__ == "__main__":
    main()
