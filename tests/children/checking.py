"""A roster of one sheet, checked for two schools on a fixed day."""

from datetime import date

from app.children.roster.check import check_workbook
from app.children.roster.report import RosterReport
from app.children.roster.rows import SchoolHint
from app.kernel.grades import Stage
from app.kernel.national_id import check_character
from app.sheets.workbook import Cell, Sheet, Workbook

TODAY = date(2026, 11, 22)
EAST = SchoolHint("S01", "清溪镇东岭小学", ("东岭小学", "东岭校区"))
WEST = SchoolHint("S02", "清溪镇西岭学校", ("西岭学校",), (Stage.PRIMARY, Stage.JUNIOR))
SCHOOLS = (EAST, WEST)


def identity(birth: str = "20180301", sequence: int = 11) -> str:
    first = f"990101{birth}{sequence:03d}"
    return first + check_character(first)


def check(
    *rows: list[Cell],
    head: str = "姓名 性别 身份证号 班级",
    school: SchoolHint | None = EAST,
    name: str = "名单",
) -> RosterReport:
    sheet = Sheet(name, [list(head.split()), *map(list, rows)])
    return check_workbook(
        Workbook("a.xlsx", [sheet]), schools=SCHOOLS, default_school=school, today=TODAY
    )


def codes(report: RosterReport) -> list[tuple[str | None, str, str]]:
    return [(found.field, found.level, found.code) for found in report.problems()]


WRONG = identity()[:17] + ("1" if identity()[17] != "1" else "2")
