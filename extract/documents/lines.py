"""Letters on a page → lines → paragraphs, in the order of reading.

A page of a PDF is letters at places. Lines of one paragraph are joined again, so that a number
that a line end cuts is whole; columns that were drawn line by line across the page are told from
tables and read one after the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median

__all__ = ["Letter", "paragraphs"]

_SAME_LINE = 0.35  # of the letter's height
_GAP = 1.3  # of the height: wider is another cell or column
_SPACE = 0.22  # between letters and digits of the West
_APART = 0.45  # between others: cells of a narrow table
_MOST_STEP = 2.6  # of the height: lines further apart are two paragraphs
_INDENT = 1.0
_FULL = 1.6  # a line that ends so near the edge goes on in the next
_FEW_ROWS = 4
_LONG = 10  # letters of a line in a column; cells of tables are shorter
_UPRIGHT = 3
_ENDS = frozenset("。！？!?；;：:”")


@dataclass(frozen=True, slots=True)
class Letter:
    """One character and its box, in points from the lower left corner."""

    char: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Height of the box, never 0."""
        return max(abs(self.top - self.bottom), 0.1)


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters on one line without a wide gap."""

    text: str
    left: float
    bottom: float
    right: float
    height: float


def paragraphs(letters: Sequence[Letter]) -> Iterator[str]:
    """The paragraphs of a page, in the order of reading; a tab between cells of a row."""
    runs = [_run(group) for group in _grouped(letters)]
    for column in _columns([run for run in runs if run.text.strip()]):
        yield from _joined(column)


def _grouped(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    group: list[Letter] = []
    for letter in letters:
        if group and not _goes_on(group[-1], letter):
            yield group
            group = []
        group.append(letter)
    if group:
        yield group


def _goes_on(before: Letter, after: Letter) -> bool:
    height = max(before.height, after.height)
    gap = after.left - before.right
    level = abs(after.bottom - before.bottom) <= _SAME_LINE * height
    raised = min(before.top, after.top) - max(before.bottom, after.bottom) > 0.4 * min(
        before.height, after.height
    )
    return (level or raised) and -0.7 * height <= gap <= _GAP * height


def _run(group: list[Letter]) -> _Run:
    height = median(letter.height for letter in group)
    text = [group[0].char]
    for before, after in pairwise(group):
        is_narrow = _is_narrow(before.char) and _is_narrow(after.char)
        is_blank = before.char.isspace() or after.char.isspace()
        if not is_blank and after.left - before.right > (_SPACE if is_narrow else _APART) * height:
            text.append(" ")
        text.append(after.char)
    spaced = "".join(text)
    return _Run(spaced, group[0].left, group[0].bottom, group[-1].right, height)


def _is_narrow(char: str) -> bool:
    """Letters and digits between which a space means something."""
    return char.isascii() and not char.isspace()


def _columns(runs: list[_Run]) -> Iterator[list[_Run]]:
    """The runs as drawn; where long lines stand side by side row after row, column by column."""
    gutter = _gutter(runs)
    if gutter is None:
        yield runs
        return
    first, last = _extent(runs, gutter)
    yield runs[:first]
    between = runs[first : last + 1]
    yield [run for run in between if run.left < gutter]
    yield [run for run in between if run.left >= gutter]
    yield runs[last + 1 :]


def _gutter(runs: list[_Run]) -> float | None:
    """Where a page is parted, if it was drawn row by row across two columns."""
    pairs = [
        (one, other)
        for one, other in pairwise(runs)
        if _beside(one, other) and min(len(one.text), len(other.text)) >= _LONG
    ]
    if len(pairs) < _FEW_ROWS:
        return None
    edge = min(other.left for _, other in pairs)
    return edge if all(one.right < edge for one, _ in pairs) else None


def _beside(one: _Run, other: _Run) -> bool:
    height = max(one.height, other.height)
    return abs(one.bottom - other.bottom) <= _SAME_LINE * height and other.left > one.right


def _extent(runs: list[_Run], gutter: float) -> tuple[int, int]:
    """First and last of the runs between which no line crosses the gutter."""
    sides = [index for index, run in enumerate(runs) if run.left >= gutter]
    first, last = max(sides[0] - 1, 0), sides[-1]
    while last + 1 < len(runs) and runs[last + 1].right < gutter:
        last += 1
    crossing = [i for i in range(first, last + 1) if runs[i].left < gutter < runs[i].right]
    return (first, last) if not crossing else (max(crossing) + 1, last)


def _joined(runs: list[_Run]) -> Iterator[str]:
    """Paragraphs of a column: a full line goes on in the next, unless that is indented."""
    text: list[str] = []
    for index, run in enumerate(runs):
        if index:
            joint = _joint(runs, index)
            if joint is None:
                yield "".join(text)
                text = []
            else:
                text.append(joint)
        text.append(run.text)
    if text:
        yield "".join(text)


def _joint(runs: list[_Run], index: int) -> str | None:
    """What stands between a run and the one before it; None where a paragraph ends."""
    before, after = runs[index - 1], runs[index]
    if _beside(before, after) and not _is_next_column(runs, index):
        return "\t"
    if len(before.text) < _LONG or not _is_alike(before, after):
        return None
    above, below = _column(runs, index - 1, -1), _column(runs, index, 1)
    step = before.bottom - after.bottom
    if 0 < step <= _MOST_STEP * before.height:
        if _is_cell(runs, index - 1) or _is_cell(runs, index):
            return None
        above = below = above + below
    elif not _is_next_column(runs, index):
        return None
    is_full = before.right >= max(run.right for run in above) - _FULL * before.height
    if not is_full or after.left > min(run.left for run in below) + _INDENT * after.height:
        return None
    letters = before.text[-1:] + after.text[:1]
    return " " if letters.isascii() and letters.isalpha() else ""


def _is_next_column(runs: list[_Run], index: int) -> bool:
    """Whether a sentence goes on at the head of the column to the right."""
    before, after = runs[index - 1], runs[index]
    is_higher = after.bottom > before.bottom and after.left > before.right
    is_open = before.text[-1:] not in _ENDS
    return is_higher and is_open and len(_column(runs, index - 1, -1)) >= _UPRIGHT


def _is_cell(runs: list[_Run], index: int) -> bool:
    """Whether another run stands on the same line, before or after it."""
    near = runs[max(index - 1, 0) : index + 2]
    return any(_beside(one, other) for one, other in pairwise(near))


def _column(runs: list[_Run], index: int, step: int) -> list[_Run]:
    """A run and up to three that follow (or precede) it in its column."""
    near = [runs[index]]
    for run in islice(_from(runs, index + step, step), _UPRIGHT):
        if not _in_column(near[-1], run, step):
            break
        near.append(run)
    return near


def _from(runs: list[_Run], index: int, step: int) -> Iterator[_Run]:
    """The runs from ``index`` on, forwards or backwards."""
    while 0 <= index < len(runs):
        yield runs[index]
        index += step


def _in_column(last: _Run, run: _Run, step: int) -> bool:
    down = (last.bottom - run.bottom) * step
    overlap = min(last.right, run.right) - max(last.left, run.left)
    return _is_alike(last, run) and 0 < down <= _MOST_STEP * last.height and overlap > 0


def _is_alike(one: _Run, other: _Run) -> bool:
    """Whether two lines are of one size; a headline is not part of what it heads."""
    return min(one.height, other.height) >= 0.8 * max(one.height, other.height)
