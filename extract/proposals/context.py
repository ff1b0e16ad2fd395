"""The few characters of a report that name what a number counts (docs/method.md, evidence)."""

from collections.abc import Iterator

from extract.evidence import JOINER, names_what_it_counts
from extract.reading import Candidate

__all__ = ["MOST", "context"]

_Span = tuple[int, int]

MOST = 40
_ENOUGH = 16
_ENDS = frozenset("。！!？?；;")
_STOPS = frozenset("，,。；;、：:！!？?（）()《》“”\"'\t ")
_TRIMMED = "，,。；;、：:！!？? \t\u3000\ufeff"
_FORMULA = "=+-@"
_WALLS = frozenset("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" + JOINER)


def context(text: str, candidate: Candidate) -> str:
    """At most 40 characters, verbatim, with the number and the words that decided where they fit.

    Pieces that are not adjacent are joined with `…`. Where the number itself is longer than 40
    characters it stands alone.
    """
    for tried in _tries(text, candidate):
        is_short = len(tried) <= MOST and not tried.startswith(tuple(_FORMULA))
        if is_short and names_what_it_counts(text, candidate.start, candidate.end, tried):
            return tried
    return candidate.text


def _tries(text: str, candidate: Candidate) -> Iterator[str]:
    walls = low, high = _walls(text, candidate)
    number = candidate.start, candidate.end
    words = _nearest(text, candidate)
    inside = [
        span
        for span in words
        if low <= span[0]
        and span[1] <= high
        and max(span[1], candidate.end) - min(span[0], candidate.start) <= MOST
    ]
    outside = [span for span in words if span not in inside]
    for start, end in outside[:1]:
        room = MOST - (end - start) - len(JOINER)
        piece = text[slice(*_grown(text, number, walls, room, enough=0))]
        named = text[start:end]
        apart = (named, piece) if start < candidate.start else (piece, named)
        if not inside:
            yield JOINER.join(part.strip(_TRIMMED) for part in apart)
    for count in range(len(inside), -1, -1):
        start = min([candidate.start, *(span[0] for span in inside[:count])])
        end = max([candidate.end, *(span[1] for span in inside[:count])])
        if end - start <= MOST:
            yield _trimmed(text, candidate, *_grown(text, (start, end), walls, MOST))
    yield text[candidate.start : candidate.end]


def _walls(text: str, candidate: Candidate) -> tuple[int, int]:
    """The clause around the number, no further than its line and any … of the text."""
    low = max(candidate.clause_start, candidate.start - MOST, 0)
    high = min(candidate.clause_end, candidate.end + MOST, len(text))
    low = next((i + 1 for i in range(candidate.start - 1, low - 1, -1) if text[i] in _WALLS), low)
    high = next((i for i in range(candidate.end, high) if text[i] in _WALLS), high)
    return min(low, candidate.start), max(high, candidate.end)


def _nearest(text: str, candidate: Candidate) -> list[tuple[int, int]]:
    """Where each word that decided stands nearest to the number, in their order."""
    found = []
    low, high = (
        min(candidate.clause_start, candidate.start),
        max(candidate.clause_end, candidate.end),
    )
    for word in candidate.words:
        if not word or not _WALLS.isdisjoint(word):
            continue
        before = text.rfind(word, low, candidate.start)
        after = text.find(word, candidate.end, high)
        places = [at for at in (before, after) if at != -1]
        if places:
            at = min(places, key=lambda at: abs(at - candidate.start))
            found.append((at, at + len(word)))
    return found


def _grown(text: str, span: _Span, walls: _Span, room: int, *, enough: int = _ENOUGH) -> _Span:
    """The span, widened by whole stretches between stops while they fit, first to the right."""
    (start, end), (low, high) = span, walls
    end = _to_stop(text, start, end, high, room)
    begin = _from_stop(text, start, end, low, room)
    while begin > low and end - begin < enough and text[begin - 1] not in _ENDS:
        further = _from_stop(text, begin - 1, end, low, room)
        if further > low and text[further - 1] not in _STOPS:
            break
        begin = further
    return _whole_numbers(text, begin, start), end


def _to_stop(text: str, start: int, end: int, high: int, room: int) -> int:
    """To the next stop, or as far as there is room without cutting a number."""
    last = min(high, start + room)
    stop = next((i for i in range(end, last) if text[i] in _STOPS), last)
    while stop > end and stop < len(text) and text[stop - 1].isdigit() and text[stop].isdigit():
        stop -= 1
    return stop


def _from_stop(text: str, start: int, end: int, low: int, room: int) -> int:
    """Back to the stop before, or as far as there is room."""
    first = max(low, end - room)
    return next((i + 1 for i in range(start - 1, first - 1, -1) if text[i] in _STOPS), first)


def _whole_numbers(text: str, begin: int, start: int) -> int:
    while 0 < begin < start and text[begin].isdigit() and text[begin - 1].isdigit():
        begin += 1
    return begin


def _trimmed(text: str, candidate: Candidate, start: int, end: int) -> str:
    while start < candidate.start and text[start] in _TRIMMED + _FORMULA:
        start += 1
    while end > candidate.end and text[end - 1] in _TRIMMED:
        end -= 1
    return text[start:end]
