"""Keep programs running together: until a signal comes or one that all depend on ends."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from app.kernel.text import T
from app.runtime.console import Console
from app.runtime.environment import Environment
from app.runtime.errors import ProgramEnded
from app.runtime.places import PROJECT
from app.runtime.process import Program, end, launch
from app.runtime.remains import forget, remember

_POLL = 0.1
_LONGEST_WAIT = 30.0
_LIVED_WELL = 60.0


class Interrupted(Exception):
    """A signal asks us to stop."""


class StopSignal:
    """Whether Ctrl-C, SIGTERM or a closed terminal has asked us to stop."""

    def __init__(self) -> None:
        """Take over these signals; call it from the main thread."""
        self.raised = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.raised = True


@dataclass
class _Child:
    """One program that was started: running, or waiting to be restarted."""

    program: Program
    process: subprocess.Popen[bytes]
    relay: threading.Thread
    started: float
    wait: float = 1.0
    due: float | None = None


class Supervisor:
    """Runs programs with one environment and one terminal. Use it from the main thread."""

    def __init__(
        self, run: Path, env: Environment, console: Console, stop_signal: StopSignal
    ) -> None:
        """Note process numbers in folder ``run``; start programs with ``env``."""
        self._run = run
        self._env = env
        self._console = console
        self._stop_signal = stop_signal
        self._children: list[_Child] = []

    def complete(self, program: Program) -> None:
        """Run ``program`` to its end; raise ProgramEnded when it fails, Interrupted on a signal."""
        child = self._launch(program)
        while child.process.poll() is None and not self._stop_signal.raised:
            time.sleep(_POLL)
        code = self._end(child)
        if self._stop_signal.raised:
            raise Interrupted
        if code != 0:
            raise ProgramEnded(program.name, code)

    def start(self, program: Program) -> None:
        """Start ``program`` and leave it running."""
        self._children.append(self._launch(program))

    def watch(self, dead_server: Callable[[], str | None], until: Callable[[], bool]) -> None:
        """Keep everything running until ``until()`` holds.

        Raises Interrupted when a signal asks us to stop, ProgramEnded when a server or a program
        that is not restarted has ended.
        """
        while not until():
            if self._stop_signal.raised:
                raise Interrupted
            dead = dead_server()
            if dead is not None:
                raise ProgramEnded(dead, None)
            self._look_after_children()
            time.sleep(_POLL)

    def stop(self) -> None:
        """End the programs in the order they were started, each before the next."""
        for child in self._children:
            self._end(child)
        self._children.clear()

    def _launch(self, program: Program) -> _Child:
        process = launch(
            program.argv,
            env={**self._env.of(program), **program.env},
            output=subprocess.PIPE,
            stop_with=program.stop_with,
            cwd=PROJECT,
        )
        remember(self._run, program.name, process.pid, program.stop_with)
        if process.stdout is None:
            raise AssertionError("a piped program has a stream")
        relay = self._console.relay(program.name, process.stdout)
        return _Child(program, process, relay, time.monotonic())

    def _end(self, child: _Child) -> int:
        code = end(child.process, child.program.stop_with, patience=20)
        # A grandchild may hold the pipe open; its last words are not worth waiting for.
        child.relay.join(timeout=2)
        forget(self._run, child.program.name)
        return code

    def _look_after_children(self) -> None:
        for child in self._children:
            code = child.process.poll()
            if code is not None and not child.program.restart:
                raise ProgramEnded(child.program.name, code)
            if code is not None:
                self._restart(child)

    def _restart(self, child: _Child) -> None:
        """Start an ended program again, after a wait that doubles while it keeps dying."""
        now = time.monotonic()
        if child.due is None:
            if now - child.started > _LIVED_WELL:
                child.wait = 1.0
            child.due = now + child.wait
            child.wait = min(child.wait * 2, _LONGEST_WAIT)
            self._console.say(
                T(
                    "{name} has ended with code {code}; starting it again.",
                    name=child.program.name,
                    code=child.process.returncode,
                )
            )
        elif now >= child.due:
            fresh = self._launch(child.program)
            child.process, child.relay, child.started = fresh.process, fresh.relay, fresh.started
            child.due = None
