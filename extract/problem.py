"""A finding: where it is, which rule saw it, what is wrong, what to do next.

Finding is not reacting: rules and readers build problems, and only ``extract.__main__`` (or a
refresh) decides whether to warn, to set aside or to stop.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Language", "Problem", "Severity", "errors"]

Severity = Literal["error", "note"]
Language = Literal["zh", "en", "both"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, worded in both languages for the person who has to mend it.

    ``where`` is ``file:line`` (or the file alone), ``rule`` the identifier of the rule,
    ``next_step`` the likely cure. An ``error`` stops publication; a ``note`` only informs.
    """

    where: str
    rule: str
    message: str
    next_step: str
    severity: Severity = "error"
    message_zh: str = ""
    next_step_zh: str = ""

    def text(self, language: Language = "both") -> str:
        """The finding as printed: one line a language, Chinese first."""
        head = f"{self.where}: [{self.rule}]"
        chinese = f"{head} {self.message_zh or self.message}：{self.next_step_zh}".rstrip("：")
        english = f"{head} {self.message}: {self.next_step}".rstrip(": ")
        if language == "zh":
            return chinese
        if language == "en":
            return english
        return f"{chinese}\n    {english.removeprefix(head).strip()}"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that stop publication, in the order given."""
    return [problem for problem in problems if problem.severity == "error"]
