"""Start and end child processes that never outlive their starter."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.runtime.account import ServiceUser

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """One program to run.

    ``stop_with`` is the signal that ends it in good order; ``owner`` gives it the database
    owner's address as well; ``restart`` brings it back when it dies, instead of stopping all.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_with: signal.Signals = signal.SIGTERM
    owner: bool = False
    restart: bool = False


def launch(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    user: ServiceUser | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
    stdin: int = subprocess.DEVNULL,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``argv`` as ``user`` in a session of its own, standard error joined to ``output``.

    A Ctrl-C at the terminal does not reach it; when our process dies, the kernel sends it
    ``stop_with``. Call it from the main thread: the kernel watches the starting thread.
    """
    return subprocess.Popen(
        [str(part) for part in argv],
        env=dict(env),
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd or "/",
        start_new_session=True,
        preexec_fn=_follow_parent(stop_with),  # noqa: PLW1509 (one system call, no lock)
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


def end(
    process: subprocess.Popen[bytes],
    stop_with: signal.Signals = signal.SIGTERM,
    patience: float = 10,
) -> int:
    """Ask ``process`` to end and return its code; kill its session after ``patience`` seconds."""
    if process.poll() is None:
        process.send_signal(stop_with)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _follow_parent(stop_with: signal.Signals) -> Callable[[], None] | None:
    libc = _LIBC
    if libc is None:
        return None

    def follow() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(stop_with))

    return follow
