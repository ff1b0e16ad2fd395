"""A text in the making: pieces one after another, each with its place."""

from collections.abc import Mapping

from extract.documents.plain import mended
from extract.documents.text import Place

__all__ = ["MOST_CHARACTERS", "MOST_PLACES", "Pieces", "Refusal"]

MOST_CHARACTERS = 8_000_000
MOST_PLACES = 400_000


class Refusal(Exception):  # noqa: N818 - named for what happened
    """A document is not read: the rule, and its facts."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule = rule
        self.facts: Mapping[str, object] = facts
        super().__init__(rule)


class Pieces:
    """Collects pieces of text and notes; blank pieces leave no trace."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.places: list[Place] = []
        self.notes: list[tuple[str, dict[str, object]]] = []

    def put(self, text: str, kind: str, *numbers: int, joint: str = "\n") -> None:
        """Add a piece after ``joint``. Raises Refusal where a report cannot be so long."""
        if not text.strip():
            return
        before = joint if self._parts else ""
        whole = mended(before + text)
        last = self.places[-1] if self.places else None
        if last is None or (last.kind, last.numbers) != (kind, numbers):
            self.places.append(Place(self._length + len(before), kind, numbers))
        self._parts.append(whole)
        self._length += len(whole)
        if self._length > MOST_CHARACTERS or len(self.places) > MOST_PLACES:
            raise Refusal("too-long", limit=MOST_CHARACTERS)

    def tell(self, rule: str, **facts: object) -> None:
        """Add a note for the reader."""
        self.notes.append((rule, facts))

    @property
    def text(self) -> str:
        """Everything so far."""
        return "".join(self._parts)
