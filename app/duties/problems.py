"""What is wrong with a policy file, each with its line."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.errors import Refused
from app.kernel.text import T, Text


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line; line 0 is the whole file."""

    line: int
    reason: Text

    def __str__(self) -> str:
        if not self.line:
            return str(self.reason)
        return str(T("Line {line}: {reason}", line=self.line, reason=self.reason))


class PolicyRefused(Refused):
    """A policy that cannot be used; ``problems`` stand in the order of their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        lines = "\n".join(map(str, self.problems))
        super().__init__(T("The policy cannot be used:\n{lines}", lines=lines), "policy")
