"""Reading a list of staff: which columns, what the words mean, what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.kernel import phones
from app.kernel.errors import Refused
from app.kernel.names import normalise as normalise_name
from app.kernel.text import T, Text
from app.sheets.clean import clean_text, is_placeholder
from app.sheets.headings import Headings, Vocabulary, data_rows, find_headings, normalise
from app.sheets.workbook import Cell, Workbook

FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("工号", "职工号", "教工号", "教师编号", "编号", "员工号", "教职工号"),
    "name": ("姓名", "教师姓名", "教职工姓名", "名字"),
    "sex": ("性别",),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "电话", "电话号码", "联系方式"),
    "roles": ("岗位/角色", "岗位", "角色", "职务", "岗位角色", "系统角色", "身份"),
    "school": ("学校", "学校名称", "所在学校", "任教学校", "学校代码", "单位"),
    "classes": ("任教班级(班主任)", "任教班级", "班主任班级", "所带班级", "班主任所带班级", "班级"),
}
IGNORED = ("序号", "备注", "年龄", "民族", "学历", "职称", "任教学科", "学科")
ROLE_WORDS = {
    "教管中心管理员": "center_admin", "中心管理员": "center_admin",
    "教管中心督查员": "center_inspector", "中心督查员": "center_inspector",
    "督查员": "center_inspector", "督导员": "center_inspector",
    "学校管理员": "school_admin", "校级管理员": "school_admin", "管理员": "school_admin",
    "班主任": "homeroom_teacher",
    "帮扶教师": "mentor", "结对教师": "mentor", "帮扶人": "mentor", "结对帮扶教师": "mentor",
    "代理家长": "mentor", "爱心妈妈": "mentor", "帮扶老师": "mentor",
    "心理教师": "counsellor", "心理辅导教师": "counsellor", "心理健康教师": "counsellor",
    "心理老师": "counsellor", "心理辅导员": "counsellor",
    "校医": "health_worker", "保健员": "health_worker", "保健教师": "health_worker",
    "卫生保健员": "health_worker", "保健医生": "health_worker", "卫生专员": "health_worker",
    "资助专干": "subsidy_officer", "资助管理员": "subsidy_officer", "资助员": "subsidy_officer",
    "资助专员": "subsidy_officer",
}  # fmt: skip
NO_ROLE = frozenset({"教师", "任课教师", "科任教师", "老师", "职工", "工勤", "教职工", "专任教师"})
_USUAL_WORDS = ("班主任", "代理家长", "心理教师", "保健教师", "资助专干", "学校管理员")
SEX = {"男": "male", "女": "female"}
WARNING, REFUSED = "warning", "refused"
_SEPARATORS = re.compile(r"[、,，;；/\n\s]+")
_VOCABULARY = Vocabulary(
    {normalise(word): key for key, words in FIELDS.items() for word in words}
    | {normalise(word): f"other.{word}" for word in IGNORED}
)


@dataclass(frozen=True)
class StaffProblem:
    """One finding; ``row`` counts from 1 as the spreadsheet does."""

    sheet: str
    row: int
    field: str
    level: str
    reason: Text

    def to_json(self) -> dict[str, Any]:
        """Return the finding with its reason in the reader's language."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "field": self.field,
            "level": self.level,
            "reason": str(self.reason),
        }


@dataclass
class StaffRow:
    """What one row says; ``school`` and ``classes`` are as written, roles are ours."""

    sheet: str
    row: int
    number: str = ""
    name: str = ""
    sex: str = "unknown"
    phone: str | None = None
    roles: list[str] = field(default_factory=list)
    school: str = ""
    classes: list[str] = field(default_factory=list)
    problems: list[StaffProblem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether the row cannot be imported."""
        return any(problem.level == REFUSED for problem in self.problems)

    def refuse(self, key: str, reason: Text) -> None:
        """Note why the row cannot be imported."""
        self.problems.append(StaffProblem(self.sheet, self.row, key, REFUSED, reason))

    def warn(self, key: str, reason: Text) -> None:
        """Note something to look at; the row is imported."""
        self.problems.append(StaffProblem(self.sheet, self.row, key, WARNING, reason))


def read_staff_rows(book: Workbook) -> list[StaffRow]:
    """Return every row of the sheets that have a heading 姓名; :class:`Refused` when none has."""
    rows: list[StaffRow] = []
    known = False
    for sheet in book.sheets:
        headings = find_headings(sheet, _VOCABULARY, required="name")
        if headings is None:
            continue
        known = True
        rows += [
            _read(StaffRow(sheet.name, number), cells, headings)
            for number, cells in data_rows(sheet, headings)
        ]
    if not known:
        raise Refused(T("No sheet has a heading 姓名. The first row must name the columns."))
    if not rows:
        raise Refused(T("There is no row below the headings."))
    _refuse_repeated(rows)
    return rows


def _read(row: StaffRow, cells: list[Cell], headings: Headings) -> StaffRow:
    def text(key: str) -> str:
        column = headings.columns.get(key)
        if column is None or column >= len(cells):
            return ""
        found = clean_text(cells[column])[0]
        return "" if is_placeholder(found) else found

    row.number, row.name = text("number").replace(" ", ""), normalise_name(text("name"))
    row.school = text("school")
    row.classes = [part for part in _SEPARATORS.split(text("classes")) if part]
    if not row.name:
        row.refuse("name", T("The name is missing."))
    if not row.number:
        row.refuse("number", T("The staff number is missing: it tells people of one name apart."))
    _read_sex(row, text("sex"))
    _read_phone(row, text("phone"))
    for word in _words(text("roles")):
        _read_role(row, word)
    if "homeroom_teacher" in row.roles and not row.classes:
        row.refuse("classes", T("The class teacher's class is missing: write it like 三（2）班."))
    return row


def _words(text: str) -> Iterator[str]:
    return (part for part in _SEPARATORS.split(text) if part)


def _read_sex(row: StaffRow, text: str) -> None:
    row.sex = SEX.get(text.removesuffix("性"), "unknown")
    if text and row.sex == "unknown":
        row.warn("sex", T("“{text}” is neither 男 nor 女: left open.", text=text))


def _read_phone(row: StaffRow, text: str) -> None:
    found = phones.parse(text) if text else ()
    if any(not phone.valid for phone in found):
        row.refuse("phone", T("“{text}” is not a telephone number.", text=text))
    elif found:
        row.phone = found[0].number
        if len(found) > 1:
            row.warn("phone", T("Several numbers: the first one is taken."))


def _read_role(row: StaffRow, word: str) -> None:
    role = ROLE_WORDS.get(word)
    if role is not None and role not in row.roles:
        row.roles.append(role)
    elif role is None and word not in NO_ROLE:
        words = "、".join(_USUAL_WORDS)
        row.warn("roles", T("“{word}” gives no role. Known: {words}.", word=word, words=words))


def _refuse_repeated(rows: list[StaffRow]) -> None:
    """The same number twice is one person at two schools, or a mistake when the names differ."""
    names: dict[str, StaffRow] = {}
    for row in rows:
        first = names.setdefault(row.number, row) if row.number else row
        if first.name != row.name:
            reason = T(
                "The staff number {number} stands in row {row} for {name}.",
                number=row.number,
                row=first.row,
                name=first.name,
            )
            row.refuse("number", reason)
