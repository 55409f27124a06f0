"""Processes that an earlier run left behind because its supervisor was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

_PATIENCE = 15.0


def remember(run: Path, name: str, pid: int, stop_with: signal.Signals) -> None:
    """Note in folder ``run`` that ``pid`` runs ``name``, so that the next start can end it."""
    (run / f"{name}.pid").write_text(f"{pid} {int(stop_with)} {running_since(pid) or ''}\n")


def forget(run: Path, name: str) -> None:
    """Drop the note: the process has ended."""
    (run / f"{name}.pid").unlink(missing_ok=True)


def end_remains(run: Path) -> list[str]:
    """End every process noted in ``run`` that still lives; return their names.

    A process number that meanwhile belongs to another process is told by its start time and
    left alone. The caller holds the lock of the data folder.
    """
    ended = []
    for note in sorted(run.glob("*.pid")):
        pid, _, rest = note.read_text().strip().partition(" ")
        stop_with, _, started = rest.partition(" ")
        if started and running_since(int(pid)) == started:
            _end(int(pid), signal.Signals(int(stop_with)), started)
            ended.append(note.stem)
        note.unlink()
    return ended


def _end(pid: int, stop_with: signal.Signals, started: str) -> None:
    for number, patience in ((stop_with, _PATIENCE), (signal.SIGKILL, _PATIENCE)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if running_since(pid) != started:
                return
            time.sleep(0.05)


def running_since(pid: int) -> str | None:
    """Return when ``pid`` was started, in any unit that stays the same; None for a dead one."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.parent.parent.joinpath("self").exists():
        return _since_by_ps(pid)
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # Orphans stay as zombies where nothing collects them: those are dead.
    return None if fields[0] == "Z" else fields[19]


def _since_by_ps(pid: int) -> str | None:
    done = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = done.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()
