"""The account of a document: every digit group is transcribed or left out with a reason.

None is dropped in silence (docs/method.md §3): "77 digit groups: 52 transcribed, 25 left out, 0
unaccounted".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from extract.evidence import digit_groups
from extract.tables import Raw

__all__ = ["Account", "Group", "account"]

Fate = Literal["transcribed", "left_out", "unaccounted"]


@dataclass(frozen=True, slots=True)
class Group:
    """One digit group: where it stands, its digits, and where it went.

    ``to`` is the observation's identifier, the reason for leaving it out, or ''.
    """

    start: int
    end: int
    text: str
    fate: Fate
    to: str


@dataclass(frozen=True, slots=True)
class Account:
    """All digit groups of one document, in text order."""

    document: str
    groups: tuple[Group, ...]

    def count(self, fate: Fate) -> int:
        """How many groups met this fate."""
        return sum(group.fate == fate for group in self.groups)

    @property
    def unaccounted(self) -> tuple[Group, ...]:
        """The groups that went nowhere."""
        return tuple(group for group in self.groups if group.fate == "unaccounted")


def account(raw: Raw, texts: Mapping[str, str]) -> list[Account]:
    """One account a report whose text is at hand, in the order of documents.csv.

    A return's text is the transcript of its numbers and nothing else: it has none.
    """
    if not texts:
        return []
    rows = _spans(raw.rows, "id")
    left = _spans(raw.left_out, "reason")
    reports = raw.documents[~raw.documents["document"].isin(raw.returns)]
    documents = zip(reports["document"], reports["sha256"], strict=True)
    return [
        Account(name, tuple(_groups(texts[sha256], rows[name], left[name])))
        for name, sha256 in documents
        if sha256 in texts
    ]


_Span = tuple[int, int, str]


def _spans(frame: pd.DataFrame, column: str) -> Mapping[str, list[_Span]]:
    """Document → (start, end, what ``column`` says), sorted; lines without offsets left aside."""
    spans: dict[str, list[_Span]] = defaultdict(list)
    columns = (frame[name] for name in ("document", "start", "end", column))
    for document, start, end, to in zip(*columns, strict=True):
        if start.isdecimal() and end.isdecimal():
            spans[document].append((int(start), int(end), to))
    for found in spans.values():
        found.sort()
    return spans


def _groups(text: str, rows: list[_Span], left: list[_Span]) -> Iterator[Group]:
    for start, end in digit_groups(text):
        fate: Fate = "unaccounted"
        to = _holder(rows, start, end)
        if to is not None:
            fate = "transcribed"
        elif (to := _holder(left, start, end)) is not None:
            fate = "left_out"
        yield Group(start, end, text[start:end], fate, to or "")


def _holder(spans: list[_Span], start: int, end: int) -> str | None:
    """What holds the whole group, or None."""
    holders = (to for first, last, to in spans if first <= start and end <= last)
    return next(holders, None)
