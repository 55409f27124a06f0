"""A whole centre's check-ups in one workbook: 31 schools, 16,856 pupils, the 2021 list of items.

The floor is what nobody can do without: reading the cells with calamine and copying them into an
unlogged table, the second best of five times, without Python's cyclic collector. The measure is
everything the job does: the confined reader, headings, finding each pupil, believability,
screening by the standards, and one transaction with entries, check-ups, referrals and concerns.

The promise is about processor time, of the import and of its database session. Taking all of it
back again takes no longer by the clock than the import.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import psycopg
from psycopg import sql
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, text

from app.children.models import Child, Enrolment, Placement
from app.host.enablement import switch_module
from app.jobs.progress import Silent
from app.kernel.access import Actor, HeldGrant
from app.kernel.clock import Clock
from app.kernel.names import pinyin
from app.kernel.pauses import without_collector
from app.ledger.past import Past
from app.sdk.sheet_import import batch_of, receive_sheet
from app.sdk.sheet_undo import take_back_sheet
from app.sheets.write import Column, SheetSpec, write_workbook
from app.tenancy.models import Homeroom, School
from bench.support import Installation, installation, peak_megabytes, processor_seconds, timed
from plugins.health_checks.importing import IMPORT
from plugins.health_checks.items import SETS
from plugins.health_checks.models import CheckUp, Referral
from plugins.health_checks.services import open_round

SCHOOLS, CHILDREN, CLASSES = 31, 16_856, 12
MOST_TIMES, GOAL = 8.0, 4.0
"""The goal is not reached: reading in a confined process and what the database does, which checks
the keys of each row, are 3.5 times the floor before the first check-up is screened."""
FLOORS = 5
_HEADINGS = [
    "序号",
    "学校",
    "年级班级",
    "姓名",
    "性别",
    "出生日期",
    "民族",
    "学籍号",
    "既往史",
    "身高（cm）",
    "体重（kg）",
    "腰围（cm）",
    "臀围（cm）",
    "收缩压",
    "舒张压",
    "左眼裸眼视力",
    "右眼裸眼视力",
    "左眼屈光度",
    "右眼屈光度",
    "眼外观",
    "听力",
    "外耳道与鼓膜",
    "扁桃体",
    "乳牙龋失补",
    "恒牙龋失补",
    "心",
    "肺",
    "肝",
    "脾",
    "头颈部",
    "脊柱",
    "四肢",
    "皮肤",
    "淋巴结",
    "备注",
]
_GRADES = "一二三四五六"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "明华芳丽军伟静敏杰磊洋勇艳娟涛超霞平刚桂英玲"


def pupils() -> list[tuple[int, int, str, bool, date]]:
    """Return the invented pupils, always the same: school, class, name, boy, birth."""
    luck = Random(16856)
    year = Clock().today().year
    found = []
    for number in range(CHILDREN):
        school, room = number % SCHOOLS, (number // SCHOOLS) % CLASSES
        name = luck.choice(_SURNAMES) + luck.choice(_GIVEN) + luck.choice(_GIVEN)
        birth = date(year - 7 - room // 2, 1, 1) + timedelta(days=luck.randrange(360))
        found.append((school, room, f"{name}{number:05d}", luck.random() < 0.52, birth))
    return found


def write_sheet(path: Path) -> None:
    """Write the workbook, one sheet."""
    luck = Random(1)
    rows = []
    for number, (school, room, name, boy, birth) in enumerate(pupils(), start=1):
        age = 6 + room // 2
        cm = round(luck.gauss(117 + 5.8 * (age - 6), 5), 1)
        kg = round(max(12.5, luck.gauss(16.2 + 0.4 * (age - 6), 2)) * (cm / 100) ** 2, 1)
        eyes = [round(min(5.2, max(4.0, luck.gauss(5.1, 0.1))), 1) for _ in range(2)]
        found = ["正常"] * 9
        rows.append([
            number, f"清溪镇第{school + 1}小学", f"{_GRADES[room // 2]}（{room % 2 + 1}）班", name,
            "男" if boy else "女", birth.isoformat(), "汉族", "", "无", cm, kg,
            round(cm * 0.45, 1), round(cm * 0.5, 1), luck.randint(85, 118), luck.randint(50, 75),
            *eyes, *[round(luck.gauss(-0.5, 1), 2) for _ in range(2)], *found[:4],
            max(0, luck.randint(-8, 2)), 0, *found, "",
        ])  # fmt: skip
    columns = [Column(heading, 10) for heading in _HEADINGS]
    write_workbook(path, [SheetSpec("体检", columns, rows)])


_DOCTOR = Actor("bench", grants=(HeldGrant("doctor", "center", frozenset({IMPORT.permission})),))


@dataclass(frozen=True)
class Result:
    """Seconds by part, and the most memory held."""

    seconds: dict[str, float]
    megabytes: int

    @property
    def cpu_times(self) -> float:
        """Return how many times the floor the import takes in processor time."""
        return self.seconds["import cpu"] / self.seconds["floor cpu"]


def measure() -> Result:
    """Import the workbook into a centre that has the pupils and no check-up yet."""
    with tempfile.TemporaryDirectory() as folder, installation(SCHOOLS) as place:
        path = Path(folder) / "health.xlsx"
        program = "import sys, pathlib; from bench.health_sheet import *; "
        program += "write_sheet(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", program, str(path)], check=True)
        _people(place)
        return _measure(place, path)


def _people(place: Installation) -> None:
    today = Clock().today()
    with place.inside() as ctx:
        schools = ctx.session.scalars(select(School).order_by(School.position)).all()
        past = Past(ctx)
        rooms = {}
        for at, school in enumerate(schools):
            switch_module(ctx, school_id=school.id, module="health_checks", enabled=True)
            for room in range(CLASSES):
                rooms[at, room] = past.add(
                    Homeroom, school_id=school.id, stage="primary", number=room % 2 + 1,
                    intake_year=today.year - room // 2 - (today.month < 9),
                )  # fmt: skip
        for at, room, name, boy, birth in pupils():
            school_id = schools[at].id
            full, initials = pinyin(name[:3])
            child = past.add(
                Child, school_id=school_id, name=name, name_pinyin=full, name_initials=initials,
                sex="male" if boy else "female", birth_date=birth, created_at=ctx.now(),
                updated_at=ctx.now(), version=1,
            )  # fmt: skip
            began = date(today.year - 1, 9, 1)
            stay = past.add(
                Enrolment, school_id=school_id, child_id=child, at_school_id=school_id,
                starts_on=began, reason_in="enrolled",
            )  # fmt: skip
            past.add(
                Placement, school_id=school_id, child_id=child, enrolment_id=stay,
                homeroom_id=rooms[at, room], starts_on=began,
            )  # fmt: skip
        past.write()
    with place.inside() as ctx:
        ctx.session.execute(select(func.gather_statistics()))


def _measure(place: Installation, path: Path) -> Result:
    seconds: dict[str, float] = {}
    with place.inside() as ctx:
        school = ctx.session.scalars(select(School).order_by(School.position)).first()
        assert school is not None
        day = ctx.today()
        row = open_round(ctx, school_id=school.id, title="体检", held_on=day, items=SETS["2021"][1])
        ctx.session.flush()
        ctx.actor = _DOCTOR
        with timed(seconds, "preview"):
            batch = receive_sheet(ctx, IMPORT, row.id, name=path.name, body=path.read_bytes())
        batch.state = "applying"
        batch_id = batch.id
    # The preview above is not part of the measure: the job reads and checks the file again.
    with place.inside() as ctx, timed(seconds, "import"):
        ctx.actor = _DOCTOR
        backend = ctx.session.scalar(text("SELECT pg_backend_pid()")) or 0
        before = processor_seconds(backend)
        IMPORT.job(ctx, Silent(), str(batch_id))
        ctx.session.commit()
        seconds["import cpu"] = processor_seconds(backend) - before
    megabytes = peak_megabytes()
    with place.inside() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(CheckUp)) == CHILDREN
        assert (ctx.session.scalar(select(func.count()).select_from(Referral)) or 0) > 1000
    with place.inside() as ctx, timed(seconds, "undo"):
        ctx.actor = _DOCTOR
        taken_back = take_back_sheet(ctx, IMPORT, batch_of(ctx, IMPORT, batch_id))
        assert taken_back == CHILDREN
    floors: list[dict[str, float]] = [{} for _ in range(FLOORS)]
    for found in floors:
        with without_collector():
            _floor(place, path, found)
    seconds |= sorted(floors, key=lambda found: found["floor cpu"])[1]
    return Result(seconds, megabytes)


def _floor(place: Installation, path: Path, seconds: dict[str, float]) -> None:
    with psycopg.connect(place.owner_url.replace("+psycopg", "")) as connection:
        backend = connection.info.backend_pid
        before = processor_seconds(backend)
        with timed(seconds, "floor"):
            book = CalamineWorkbook.from_path(str(path))
            rows = book.get_sheet_by_index(0).to_python()
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
    result = measure()
    s = result.seconds
    print("health sheet: 31 schools, 16,856 pupils, one workbook, 35 columns")
    print("floor s  import s  floor cpu  import cpu  times  rows/s  peak MB  undo s")
    print(
        f"{s['floor']:>7.2f}{s['import']:>10.2f}{s['floor cpu']:>11.2f}{s['import cpu']:>12.2f}"
        f"{result.cpu_times:>7.1f}{CHILDREN / s['import']:>8.0f}{result.megabytes:>9}"
        f"{s['undo']:>8.1f}"
    )
    print(f"promised: at most {MOST_TIMES} times the floor's processor time; the goal is {GOAL}")
    return result.cpu_times <= MOST_TIMES and s["undo"] <= s["import"]
