"""Closing a term of duties: 12,285 left-behind children by ten rules, two of them weekly.

All windows since the term began are closed in the one job that the scheduler asks for every
night; usually it finds those of one day. The floor is an INSERT … SELECT of as many rows into a
table like the results', with its keys and indexes.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from app.duties.schedule import close_job
from app.jobs.progress import Silent
from bench.center import FullCenter
from bench.measuring import Compared, Meter
from bench.support import forget_peak, peak_since

FLOORS = 3
MOST_TIMES, MOST_MEGABYTES = 10.0, 150
_LIKE = """
DROP TABLE IF EXISTS bench_results;
CREATE TABLE bench_results (LIKE duty_result INCLUDING ALL)
"""
_COPY = "INSERT INTO bench_results SELECT * FROM duty_result"


@dataclass(frozen=True)
class Closing:
    """What closing took; ``megabytes`` is how much the process grew."""

    windows: int
    duties: int
    found: Compared
    megabytes: int

    @property
    def kept(self) -> bool:
        """Tell whether time and memory stay below what is promised."""
        return self.found.times <= MOST_TIMES and self.megabytes < MOST_MEGABYTES


def close(at: FullCenter) -> Closing:
    """Close the term so far, and copy the results as the floor."""
    meter, before = Meter.of(at.place.servers), forget_peak()
    said: dict[str, int] = {}

    def ours() -> None:
        with at.place.inside() as ctx:
            said.update(close_job(ctx, Silent(), at.today.isoformat()))

    seconds = meter.seconds(ours)
    megabytes = peak_since() - before
    with psycopg.connect(at.place.servers.url_for("postgres"), autocommit=True) as connection:
        floors = []
        for _round in range(FLOORS):
            connection.execute(_LIKE)
            floors.append(meter.seconds(lambda: connection.execute(_COPY)))
        connection.execute("DROP TABLE bench_results")
    return Closing(said["windows"], said["duties"], Compared(min(floors), seconds), megabytes)


def report(closing: Closing) -> None:
    """Print the figures."""
    print("closing duties: 12,285 children, ten rules, a term in one job, processor time")
    print(" windows   duties  floor s  closing s  times  at most   grew MB  at most")
    print(
        f"{closing.windows:>8}{closing.duties:>9}{closing.found.floor:>9.2f}"
        f"{closing.found.ours:>11.2f}{closing.found.times:>7.1f}{MOST_TIMES:>9.0f}"
        f"{closing.megabytes:>10}{MOST_MEGABYTES:>9}  {'kept' if closing.kept else 'NOT KEPT'}"
    )
