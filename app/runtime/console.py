"""What the supervisor and its programs say on the terminal, each line with its author's name."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import IO, TextIO

from app.kernel.text import Text

_COLOURS = (36, 32, 33, 35, 34)
_WIDTH = 10


class Console:
    """Writes whole lines; safe to use from several threads."""

    def __init__(self, out: TextIO | None = None) -> None:
        """Write to ``out``, by default standard output; colours only on a terminal."""
        self._out = out or sys.stdout
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}

    def say(self, message: Text | str) -> None:
        """Write our own message, without a name."""
        self._write(f"{message}\n")

    def relay(self, name: str, stream: IO[bytes]) -> threading.Thread:
        """Write every line of ``stream`` under ``name`` until it ends, in a thread of its own."""
        thread = threading.Thread(target=self._copy, args=(name, stream), daemon=True)
        thread.start()
        return thread

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        label = self._label(name)
        with stream:
            for line in stream:
                self._write(f"{label} {line.decode(errors='replace').rstrip()}\n")

    def _label(self, name: str) -> str:
        text = f"{name:<{_WIDTH}}|"
        if not self._out.isatty():
            return text
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        return f"\033[{colour}m{text}\033[0m"

    def _write(self, text: str) -> None:
        # A closed terminal must not keep us from stopping everything in good order.
        with self._lock, contextlib.suppress(OSError):
            self._out.write(text)
            self._out.flush()
