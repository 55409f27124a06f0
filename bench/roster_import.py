"""A whole district's rosters in one workbook: 31 schools, 16,856 children, invented.

The floor is what nobody can do without: reading the cells with calamine and copying them into an
unlogged table. The measure is everything: the confined reader, cleaning, checking, comparing,
sealing, and one transaction with children, families, classes, declarations and the notes for undo.
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
from sqlalchemy import func, select

from app.children.models import Child
from app.children.roster import batches
from app.children.roster.apply import Choices
from app.children.roster.invented import Inventor, Numbers
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import SchoolHint
from app.jobs.progress import Silent
from app.kernel.clock import Clock
from bench.support import Installation, installation, peak_megabytes, timed

SCHOOLS, CHILDREN = 31, 16_856
MOST_TIMES, MOST_MEGABYTES = 4.0, 400


@dataclass(frozen=True)
class Result:
    """One measured workbook; seconds by part."""

    name: str
    seconds: dict[str, float]
    megabytes: int

    @property
    def floor(self) -> float:
        """Return the seconds nobody can do without."""
        return self.seconds["read"] + self.seconds["copy"]

    @property
    def times(self) -> float:
        """Return how many times the floor the import takes."""
        return self.seconds["import"] / self.floor


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
    body = path.read_bytes()
    with timed(seconds, "import"):
        with timed(seconds, "check"), place.inside() as ctx:
            batch = batches.receive(ctx, file_name=path.name, body=body)
            batch.state = "applying"
        # Checking again is the job's own work; the preview above is not counted twice.
        with timed(seconds, "apply"), place.inside() as ctx:
            with batches.stored_file(ctx, batch) as stored:
                _, report, schools = batches.check_file(ctx, stored, None)
            found = batches.find_batch(ctx, batch.id)
            batches.apply_checked(ctx, found, report, schools, Choices(), Silent())
    seconds["import"] = seconds["apply"]
    megabytes = peak_megabytes()
    with place.inside() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Child)) == CHILDREN
    _floor(place, path, seconds)
    return Result(str(layout), seconds, megabytes)


def _floor(place: Installation, path: Path, seconds: dict[str, float]) -> None:
    with timed(seconds, "read"):
        book = CalamineWorkbook.from_path(str(path))
        rows = [
            row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()
        ]
    width = max(map(len, rows))
    names = [sql.Identifier(f"c{at}") for at in range(width)]
    with psycopg.connect(place.owner_url.replace("+psycopg", "")) as connection:
        columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in names)
        connection.execute("DROP TABLE IF EXISTS raw")
        connection.execute(sql.SQL("CREATE UNLOGGED TABLE raw ({})").format(columns))
        connection.commit()
        with timed(seconds, "copy"):
            with connection.cursor() as cursor, cursor.copy("COPY raw FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([str(cell) for cell in row])
            connection.commit()


def run() -> bool:
    """Measure, print a table, and say whether the promise is kept."""
    results = measure()
    print("roster import: 31 schools, 16,856 children, one workbook")
    print(f"{'layout':<14}{'floor s':>9}{'import s':>10}{'times':>8}{'rows/s':>9}{'peak MB':>9}")
    for result in results:
        print(
            f"{result.name:<14}{result.floor:>9.2f}{result.seconds['import']:>10.2f}"
            f"{result.times:>8.1f}{CHILDREN / result.seconds['import']:>9.0f}"
            f"{result.megabytes:>9}"
        )
    first = results[0]
    return first.times <= MOST_TIMES and first.megabytes < MOST_MEGABYTES
