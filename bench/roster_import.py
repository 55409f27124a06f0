"""A whole district's rosters in one workbook: 31 schools, 16,856 children, invented.

The floor is what nobody can do without: reading the cells with calamine and copying them into an
unlogged table, the second best of five times, without Python's cyclic collector, which the import
goes without too. The measure is everything: the confined reader, cleaning, checking, comparing,
sealing, and one transaction with children, families, classes, declarations and the notes for undo.

The promise is about processor time, of the import and of its database session: the clock would
count in what others do on the machine, and would hide that the import works in two processes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, text

from app.children.models import Child
from app.children.roster import batches
from app.children.roster.invented import Inventor, Numbers
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import SchoolHint
from app.jobs.progress import Silent
from app.kernel.clock import Clock
from app.kernel.pauses import without_collector
from bench.support import Installation, installation, peak_megabytes, processor_seconds, timed

SCHOOLS, CHILDREN = 31, 16_856
# What is promised, and the goal (docs/decisions/0015-cost-of-imports.md).
MOST_TIMES, GOAL_TIMES, MOST_MEGABYTES = 9.0, 4.0, 400
FLOORS = 5


@dataclass(frozen=True)
class Result:
    """One measured workbook; seconds by part."""

    name: str
    seconds: dict[str, float]
    megabytes: int

    @property
    def times(self) -> float:
        """Return how many times the floor the import takes, by the clock."""
        return self.seconds["import"] / self.seconds["floor"]

    @property
    def cpu_times(self) -> float:
        """Return how many times the floor the import takes in processor time."""
        return self.seconds["import cpu"] / self.seconds["floor cpu"]


def write_district(path: Path, layout: Layout) -> None:
    """Write the workbook, a sheet a school; always the same children."""
    today = Clock().today()
    inventor = Inventor(16856, today)
    sheets = {}
    for number in range(1, SCHOOLS + 1):
        school = SchoolHint(f"99010100{number:02}", f"清溪镇第{number}小学")
        count = CHILDREN // SCHOOLS + (number <= CHILDREN % SCHOOLS)
        away = count // 4
        kinds = Numbers(both=away, one=away, none=count - 2 * away - 10, unknown=10)
        sheets[school.name] = inventor.children(school, kinds)
    write_layout(path, sheets, layout, today=today)


def measure() -> list[Result]:
    """Import the national register's layout into an empty centre, then it again as a class list."""
    with tempfile.TemporaryDirectory() as folder, installation(SCHOOLS) as place:
        results = []
        for layout in (Layout.NATIONAL, Layout.CLASS_LIST):
            path = Path(folder) / f"{layout}.xlsx"
            # Made by another process: its memory is not the import's.
            program = "import sys, pathlib; from bench.roster_import import *; "
            program += "write_district(pathlib.Path(sys.argv[1]), Layout(sys.argv[2]))"
            subprocess.run([sys.executable, "-c", program, str(path), layout], check=True)
            results.append(_measure(place, path, layout))
        return results


def _measure(place: Installation, path: Path, layout: Layout) -> Result:
    seconds: dict[str, float] = {}
    with place.inside() as ctx:
        batch = batches.receive(ctx, file_name=path.name, body=path.read_bytes())
        batch.state = "applying"
    # The preview above is not part of the measure: the job reads and checks the file again.
    with place.inside() as ctx, timed(seconds, "import"):
        backend = ctx.session.scalar(text("SELECT pg_backend_pid()")) or 0
        before = processor_seconds(backend)
        batches.apply_job(ctx, Silent(), str(batch.id), take_file=False, answers={})
        ctx.session.commit()
        seconds["import cpu"] = processor_seconds(backend) - before
    megabytes = peak_megabytes()
    with place.inside() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Child)) == CHILDREN
    floors: list[dict[str, float]] = [{} for _ in range(FLOORS)]
    for found in floors:
        with without_collector():
            _floor(place, path, found)
    seconds |= sorted(floors, key=lambda found: found["floor cpu"])[1]
    return Result(str(layout), seconds, megabytes)


def _floor(place: Installation, path: Path, seconds: dict[str, float]) -> None:
    with psycopg.connect(place.owner_url.replace("+psycopg", "")) as connection:
        backend = connection.info.backend_pid
        before = processor_seconds(backend)
        with timed(seconds, "floor"):
            book = CalamineWorkbook.from_path(str(path))
            sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
            rows = [row for sheet in sheets for row in sheet]
            names = [sql.Identifier(f"c{at}") for at in range(max(map(len, rows)))]
            columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in names)
            connection.execute("DROP TABLE IF EXISTS raw")
            connection.execute(sql.SQL("CREATE UNLOGGED TABLE raw ({})").format(columns))
            with connection.cursor() as cursor, cursor.copy("COPY raw FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([str(cell) for cell in row])
            connection.commit()
        seconds["floor cpu"] = processor_seconds(backend) - before


def run() -> bool:
    """Measure, print a table, and say whether the promise is kept."""
    results = measure()
    print("roster import: 31 schools, 16,856 children, one workbook")
    print("layout        floor s  import s  times  floor cpu  import cpu  times  rows/s  peak MB")
    for result in results:
        s = result.seconds
        print(
            f"{result.name:<12}{s['floor']:>9.2f}{s['import']:>10.2f}{result.times:>7.1f}"
            f"{s['floor cpu']:>11.2f}{s['import cpu']:>12.2f}{result.cpu_times:>7.1f}"
            f"{CHILDREN / s['import']:>8.0f}{result.megabytes:>9}"
        )
    first = results[0]
    print(
        f"promised: at most {MOST_TIMES} times the floor's processor time, {MOST_MEGABYTES} MB;"
        f" the goal is {GOAL_TIMES}"
    )
    return first.cpu_times <= MOST_TIMES and first.megabytes < MOST_MEGABYTES
