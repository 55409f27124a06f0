"""How far a long command is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from app.kernel.text import Text

_STEP = 5  # parts of the whole after which a plain line is written


class Progress:
    """Shows one bar for each kind of work; use it as a context manager."""

    def __init__(self, out: TextIO) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._out = out
        self._bars = Bars(*columns, TimeElapsedColumn(), console=Console(file=out))
        self._tasks: dict[str, int] = {}

    def __enter__(self) -> Self:
        if self._out.isatty():
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._out.isatty():
            self._bars.stop()

    def tell(self, what: Text, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` of some work is finished."""
        name = str(what)
        if self._out.isatty():
            task = self._tasks.get(name)
            if task is None:
                task = self._tasks[name] = self._bars.add_task(name, total=total)
            self._bars.update(task, completed=done, total=total)  # type: ignore[arg-type]
            return
        part = done * _STEP // max(total, 1)
        if self._tasks.get(name) != part:
            self._tasks[name] = part
            self._out.write(f"{name}: {done}/{total}\n")
            self._out.flush()
