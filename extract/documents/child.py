"""``python -m extract.documents.child KIND LIMITS``: one document from stdin, its text as JSON.

Run by ``extract.documents.confined`` only. The libraries of a kind are imported only for it.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from extract.documents.pieces import Pieces, Refusal

__all__ = ["main"]

_READERS = {"html": "page", "docx": "word", "pdf": "portable"}


def main(argv: Sequence[str]) -> int:
    """Read, and say what was found or why not; whatever else happens ends the process."""
    kind, limits = argv
    _confine(json.loads(limits))
    try:
        answer = _answer(import_module(f"extract.documents.{_READERS[kind]}").pieces(_content()))
    except Refusal as reason:
        answer = {"refused": reason.rule, "facts": reason.facts}
    sys.stdout.write(json.dumps(answer))
    return 0


def _content() -> bytes:
    return sys.stdin.buffer.read()


def _answer(found: Pieces) -> Mapping[str, Any]:
    text = found.text
    if not text.strip():
        raise Refusal("no-text")
    odd = text.count("\ufffd")
    if odd:
        found.tell("odd-characters", count=odd)
    places = [(place.start, place.kind, *place.numbers) for place in found.places]
    return {"text": text, "places": places, "notes": found.notes}


def _confine(limits: Mapping[str, int]) -> None:
    """Bounds of this process, where the system knows them; the parent keeps the time anyway."""
    try:
        resource = import_module("resource")
    except ImportError:
        return
    memory = limits["memory_mb"] * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
