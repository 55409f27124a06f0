"""Measuring in processor time: this process and the servers of an installation, floor beside ours.

A clock would count in what others do on the machine. Floor and ours take turns, so that both meet
the same weather, and the best of several rounds counts. Linux only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app.db.session import db
from app.runtime.servers import Servers

Work = Callable[[], object]
WARMING = 4
"""Turns before the first that counts: a connection prepares a statement when it comes again."""


@dataclass(frozen=True)
class Meter:
    """Reads the processor time of this process and of one PostgreSQL with all its processes."""

    postmaster: int

    @classmethod
    def of(cls, servers: Servers) -> Meter:
        """Return the meter of running servers."""
        lines = (servers.data / "postgres" / "postmaster.pid").read_text().splitlines()
        return cls(int(lines[0]))

    def seconds(self, work: Work) -> float:
        """Return the processor seconds that ``work`` takes here and in the database."""
        database, own = self._database(), time.process_time()
        work()
        own = time.process_time() - own
        return own + self._database() - database

    def _database(self) -> float:
        """Return the processor seconds of all processes of the database, ended ones included."""
        root = Path(f"/proc/{self.postmaster}")
        alive = (root / "task" / str(self.postmaster) / "children").read_text().split()
        now = sum(_nanoseconds(pid) for pid in (str(self.postmaster), *alive))
        ended = (root / "stat").read_text().rsplit(")", 1)[1].split()[13:15]
        return now / 1e9 + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def _nanoseconds(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except OSError:  # it has ended meanwhile
        return 0


@dataclass(frozen=True)
class Compared:
    """Processor seconds of the floor and of ours, the best of several rounds each."""

    floor: float
    ours: float

    @property
    def times(self) -> float:
        """Return how many times the floor ours takes."""
        return self.ours / self.floor


def compare(meter: Meter, floor: Work, ours: Work, rounds: int) -> Compared:
    """Run both in turns and return the best of each; the first turns only warm up.

    The floor is repeated until it takes as long as ours: alone it would often find a moment when
    nobody disturbs it, and ours never.
    """
    for _turn in range(WARMING):
        as_often = max(1, round(meter.seconds(ours) / meter.seconds(floor)))

    def repeated() -> None:
        for _time in range(as_often):
            floor()

    found = [(meter.seconds(repeated) / as_often, meter.seconds(ours)) for _round in range(rounds)]
    return Compared(min(a for a, _ in found), min(b for _, b in found))


@contextmanager
def counted(flask: Flask) -> Iterator[list[str]]:
    """Collect the statements that the application sends meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with flask.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
