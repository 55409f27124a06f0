"""Put rows of a roster into the three layouts schools use; the counterpart of reading them.

``national`` is the template of the national pupil register (71 columns), ``register2016`` the
register of left-behind children with group headings in two rows, ``class_list`` a plain 花名册.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.children.roster.rows import RosterChild, RosterGuardian, RosterRow
from app.children.roster.words import BOTH, FEMALE, MALE, NO, NONE, ONE, UNKNOWN, YES
from app.kernel.grades import class_name
from app.sheets.write import Column, SheetSpec, write_workbook


class Layout(StrEnum):
    """The three layouts."""

    NATIONAL = "national"
    REGISTER_2016 = "register2016"
    CLASS_LIST = "class_list"


_SEX = {MALE: "男", FEMALE: "女"}
_YES_NO = {YES: "是", NO: "否"}
_BOARDING = {"boarding": "住校", "day": "走读"}
_LEFT_BEHIND = {BOTH: "双亲留守儿童", ONE: "单亲留守儿童", NONE: "非留守儿童"}
_RELATION = {"father": "父亲", "mother": "母亲", "grandfather": "爷爷", "grandmother": "奶奶"}
_NATIONAL_RELATION = {"father": "父亲", "mother": "母亲", "": ""}
_GRANDPARENT = "祖父母或外祖父母"
_USUAL = {
    "国籍/地区": "中国",
    "港澳台侨外": "否",
    "政治面貌": "群众",
    "户口性质": "农业户口",
    "入学方式": "就近入学",
    "是否独生子女": "否",
    "是否受过学前教育": "是",
    "是否享受一补": "否",
    "是否烈士或优抚子女": "否",
    "是否由政府购买学位": "否",
    "随班就读": "非随班就读",
    "学生来源": "正常入学",
    "残疾类型": "无残疾",
    "是否进城务工人员随迁子女": "否",
}
# In the template's order; twelve columns for each of two members stand before the last one.
_NATIONAL = (
    "学校标识码 姓名 性别 出生日期 出生地行政区划代码 籍贯 民族 国籍/地区 身份证件类型 "
    "港澳台侨外 健康状况 政治面貌 身份证件号 户口性质 户口所在地行政区划 班号 入学年月 "
    "入学方式 就读方式 现住址 通信地址 家庭地址 联系电话 邮政编码 是否独生子女 "
    "是否受过学前教育 是否留守儿童 是否需要申请资助 是否享受一补 是否孤儿 "
    "是否烈士或优抚子女 上下学距离 上下学方式 是否需要乘坐校车 曾用名 身份证件有效期 血型 "
    "特长 学籍辅号 班内学号 学生来源 电子信箱 主页地址 残疾类型 是否由政府购买学位 随班就读 "
    "是否进城务工人员随迁子女 "
)
_MEMBER = (
    "姓名 关系 关系说明 现住址 户口所在地行政区划 联系电话 是否监护人 身份证件类型 身份证件号 民族 "
    "工作单位 职务"
)


@dataclass(frozen=True, slots=True)
class _Line:
    row: RosterRow
    child: RosterChild
    class_name: str

    def adult(self, *relations: str) -> RosterGuardian:
        """Return the first adult of these relations, or an empty one."""
        found = (adult for adult in self.row.guardians if adult.relation in relations)
        return next(found, RosterGuardian("", ""))

    def carer(self) -> RosterGuardian:
        """Return who looks after the child."""
        found = (adult for adult in self.row.guardians if adult.is_guardian)
        return next(found, RosterGuardian("", ""))

    def member(self, index: int) -> RosterGuardian:
        """Return the guardian first, then the others."""
        ordered = sorted(self.row.guardians, key=lambda adult: not adult.is_guardian)
        return ordered[index] if index < len(ordered) else RosterGuardian("", "")


Value = Callable[[_Line], str]


def columns_of(layout: Layout) -> list[tuple[Column, Value]]:
    """Return the columns of a layout and how each is filled."""
    return {
        Layout.NATIONAL: _national,
        Layout.REGISTER_2016: _register,
        Layout.CLASS_LIST: _class_list,
    }[layout]()


def write_layout(
    path: Path,
    sheets: Mapping[str, Sequence[RosterRow]],
    layout: Layout,
    *,
    today: date,
    title: str = "",
) -> None:
    """Write one sheet a key as .xlsx; ``title`` stands above the headings."""
    columns = columns_of(layout)
    specs = [
        SheetSpec(
            name,
            [column for column, _ in columns],
            table(rows, layout, today=today),
            title=title,
        )
        for name, rows in sheets.items()
    ]
    write_workbook(path, specs)


def write_csv(
    path: Path, rows: Sequence[RosterRow], layout: Layout, *, today: date, encoding: str = "gbk"
) -> None:
    """Write a text table as spreadsheet programs save it in China."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.group + column.heading for column, _ in columns_of(layout))
        writer.writerows(table(rows, layout, today=today))


def table(rows: Sequence[RosterRow], layout: Layout, *, today: date) -> Iterator[list[str]]:
    """Yield the cells of the rows, all text."""
    fillers = [value for _, value in columns_of(layout)]
    for row in rows:
        if row.child and row.school and row.homeroom:
            name = class_name(row.homeroom, today, row.school.system)
            line = _Line(row, row.child, name)
            yield [fill(line) for fill in fillers]


def _national() -> list[tuple[Column, Value]]:
    filled: dict[str, Value] = {
        "学校标识码": lambda line: line.row.school.code if line.row.school else "",
        "姓名": lambda line: line.child.name,
        "性别": lambda line: _SEX[line.child.sex],
        "出生日期": lambda line: f"{line.child.birth:%Y%m%d}",
        "民族": lambda line: line.child.ethnic_group or "",
        "身份证件类型": lambda _: "居民身份证",
        "健康状况": lambda line: line.child.health or "",
        "身份证件号": lambda line: line.child.id_number or "",
        "班号": lambda line: line.class_name,
        "入学年月": lambda line: f"{line.row.homeroom.intake_year}09" if line.row.homeroom else "",
        "就读方式": lambda line: _BOARDING.get(line.child.boarding or "", ""),
        "现住址": lambda line: line.child.address or "",
        "是否留守儿童": lambda line: _LEFT_BEHIND.get(line.child.left_behind, ""),
        "是否孤儿": lambda line: _YES_NO.get(line.child.orphan, ""),
    }
    plain = [(Column(name), filled.get(name, _usual(name))) for name in _NATIONAL.split()]
    return [*plain[:-1], *_member(0), *_member(1), plain[-1]]


def _usual(heading: str) -> Value:
    text = _USUAL.get(heading, "")
    return lambda _: text


def _member(index: int) -> list[tuple[Column, Value]]:
    def of(part: Callable[[RosterGuardian], str]) -> Value:
        return lambda line: part(line.member(index))

    filled: dict[str, Value] = {
        "姓名": of(lambda adult: adult.name or ""),
        "关系": of(lambda adult: _NATIONAL_RELATION.get(adult.relation, _GRANDPARENT)),
        "关系说明": of(lambda adult: _RELATION.get(adult.relation, "")),
        "联系电话": of(lambda adult: " ".join(adult.phones)),
        "是否监护人": of(lambda adult: "是" if adult.is_guardian else "否"),
        "身份证件类型": of(lambda _: "居民身份证"),
        "身份证件号": of(lambda adult: adult.id_number or ""),
        "工作单位": of(lambda adult: adult.work_place or ""),
    }
    return [
        (Column(f"成员{index + 1}{name}"), filled.get(name, _usual(name)))
        for name in _MEMBER.split()
    ]


def _register() -> list[tuple[Column, Value]]:
    columns: list[tuple[str, str, Value]] = [
        ("", "学校", lambda line: line.row.school.name if line.row.school else ""),
        ("", "班级", lambda line: line.class_name),
        ("儿童基本情况", "姓名", lambda line: line.child.name),
        ("儿童基本情况", "性别", lambda line: _SEX[line.child.sex]),
        ("儿童基本情况", "民族", lambda line: line.child.ethnic_group or ""),
        ("儿童基本情况", "出生日期", lambda line: _chinese(line.child.birth)),
        ("儿童基本情况", "公民身份证号码", lambda line: line.child.id_number or ""),
        ("儿童基本情况", "现居住地", lambda line: line.child.address or ""),
        ("儿童基本情况", "是否学校寄宿", lambda line: _yes_no(line.child.boarding == "boarding")),
        *_register_parent("父亲情况", "father"),
        *_register_parent("母亲情况", "mother"),
        ("父母外出情况", "父母双方同时外出（是/否）", lambda line: _away(line, BOTH)),
        (
            "父母外出情况",
            "父母一方外出另一方无监护能力（是/否）",
            _one_away,
        ),
        ("委托监护人情况", "姓名", lambda line: _entrusted(line).name or "—"),
        ("委托监护人情况", "联系电话", lambda line: " ".join(_entrusted(line).phones) or "—"),
        (
            "委托监护人情况",
            "与被监护人关系",
            lambda line: _RELATION.get(_entrusted(line).relation, "—"),
        ),
        ("", "备注", lambda line: line.child.remark or ""),
    ]
    return [(Column(heading, group=group), value) for group, heading, value in columns]


def _register_parent(group: str, relation: str) -> list[tuple[str, str, Value]]:
    return [
        (group, "姓名", lambda line: line.adult(relation).name or "—"),
        (group, "当前务工地点", lambda line: line.adult(relation).work_place or "—"),
        (group, "联系电话", lambda line: " ".join(line.adult(relation).phones) or "—"),
    ]


def _class_list() -> list[tuple[Column, Value]]:
    columns: list[tuple[str, Value]] = [
        ("序号", lambda line: str(line.row.row)),
        ("姓名", lambda line: line.child.name),
        ("性别", lambda line: _SEX[line.child.sex]),
        ("身份证号", lambda line: line.child.id_number or ""),
        ("年级班级", lambda line: line.class_name),
        ("是否寄宿", lambda line: _yes_no(line.child.boarding == "boarding")),
        ("家庭住址（村组）", lambda line: line.child.address or ""),
        ("父亲姓名", lambda line: line.adult("father").name or ""),
        ("务工地", lambda line: line.adult("father").work_place or ""),
        ("联系电话", lambda line: " ".join(line.adult("father").phones)),
        ("母亲姓名", lambda line: line.adult("mother").name or ""),
        ("务工地", lambda line: line.adult("mother").work_place or ""),
        ("联系电话", lambda line: " ".join(line.adult("mother").phones)),
        ("监护人姓名", lambda line: line.carer().name or ""),
        ("关系", lambda line: _RELATION.get(line.carer().relation, "")),
        ("电话", lambda line: " ".join(line.carer().phones)),
        ("留守类型", lambda line: _LEFT_BEHIND.get(line.child.left_behind, "")),
        ("备注", lambda line: line.child.remark or ""),
    ]
    return [(Column(heading), value) for heading, value in columns]


def _entrusted(line: _Line) -> RosterGuardian:
    return line.carer() if line.child.left_behind == BOTH else RosterGuardian("", "")


def _away(line: _Line, kind: str) -> str:
    return "" if line.child.left_behind == UNKNOWN else _yes_no(line.child.left_behind == kind)


def _one_away(line: _Line) -> str:
    """The other parent must be unable to care: a parent who is at home and able is 否."""
    if line.child.left_behind == UNKNOWN:
        return ""
    return _yes_no(any(adult.can_care == NO for adult in line.row.guardians))


def _yes_no(value: bool) -> str:
    return "是" if value else "否"


def _chinese(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
