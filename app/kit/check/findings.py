"""What a check finds: items, and the faults of each with their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.kernel.text import Text
from app.kit.check.subject import Subject

OK, FAILED, SKIPPED = "ok", "failed", "skipped"


@dataclass(frozen=True)
class Fault:
    """Something that is wrong, and where: a file below the plugin's folder and a line."""

    what: Text | str
    file: str = ""
    line: int = 0

    @property
    def where(self) -> str:
        """Return the place as editors take it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Item:
    """One thing that a plugin must have right; ``remedy`` says what to do when it has not.

    ``needs`` are items without which it cannot be looked at.
    """

    key: str
    title: Text
    remedy: Text
    look: Callable[[Subject], Iterable[Fault]]
    needs: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """An item as it was found; ``state``: ok, failed, or skipped as another failed before."""

    item: Item
    state: str
    faults: Sequence[Fault] = field(default=())
