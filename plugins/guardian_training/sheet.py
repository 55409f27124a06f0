"""Who came, from a spreadsheet: the sign-in list typed in, or the school's own table.

A row names the pupil as every sheet does, and the adult by name, by what they are to the child, or
by the end of a telephone number. Where a column says whether they came, an empty cell says nothing;
without such a column, who stands in the table came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Ctx,
    Refused,
    SheetField,
    SheetImport,
    SheetRow,
    SheetWritten,
    Steps,
    Text,
    Undone,
    text_of,
)
from plugins.guardian_training.attendance import Mark, mark, rows_of
from plugins.guardian_training.kinds import ABSENT, PRESENT, REASONS, VIDEO
from plugins.guardian_training.manifest import RECORD
from plugins.guardian_training.people import Person, adults, numbers_of, people
from plugins.guardian_training.queries import session_of
from plugins.guardian_training.words import T

_NO = ("否", "未到", "缺席", "没来", "×", "x", "X", "0", "no", "请假")
_DIGITS = 4


def came_of(cell: Any) -> bool:
    """Return whether a cell says that somebody came: anything but a plain no."""
    return text_of(cell).strip() not in _NO


class AttendanceWriter:
    """Writes who came to one session; a row that says what is known already changes nothing."""

    fields = (
        SheetField("guardian", T("Guardian"),
                   ("家长姓名", "监护人姓名", "监护人", "家长", "签到人", "参加人", "参会人",
                    "参会人姓名", "参加人姓名")),
        SheetField("relation", T("Relation"),
                   ("关系", "与学生关系", "与孩子关系", "与儿童关系", "称谓")),
        SheetField("phone", T("Telephone"), ("电话", "联系电话", "手机号", "手机", "电话后四位")),
        SheetField("came", T("Whether they came"),
                   ("到场", "是否到场", "签到", "出席", "是否参加", "签名"), read=came_of),
        SheetField("reason", T("Reason for absence"), ("缺席原因", "请假原因", "未到原因", "原因")),
        SheetField("note", T("Remark"), ("备注", "说明")),
    )  # fmt: skip

    def __init__(self, ctx: Ctx, session_id: UUID) -> None:
        """Fill in the session; raises :class:`NotVisible`."""
        self._ctx = ctx
        self._session = session_of(ctx, session_id)
        self._who: dict[tuple[str, int], UUID] = {}

    def look_at(self, rows: Sequence[SheetRow]) -> None:
        """Find the adult of each row; say where nobody or several fit."""
        of_child = self._families(rows)
        numbers = numbers_of(self._ctx, {one.id for many in of_child.values() for one in many})
        for row in rows:
            fitting = _fitting(row, of_child.get(row.pupil.id, []), numbers)
            if len(fitting) == 1:
                self._who[row.sheet, row.number] = fitting[0].id
            elif fitting:
                row.problems.append(T("several adults of {name} fit; write the adult's name",
                                      name=row.pupil.name))  # fmt: skip
            else:
                row.problems.append(
                    T("no such adult is entered for {name}; enter them on the child's page first",
                      name=row.pupil.name)
                )  # fmt: skip

    def _families(self, rows: Sequence[SheetRow]) -> Mapping[UUID, list[Person]]:
        """Return the adults of the pupils whom trainings are for, by pupil: two queries."""
        who = adults(self._ctx, RECORD)
        wanted = select(who.c.guardian_id, who.c.audience).order_by(who.c.name_pinyin)
        pupils = {row.pupil.id for row in rows}
        found: dict[UUID, list[Person]] = {}
        for person in people(self._ctx, RECORD, dict(self._ctx.session.execute(wanted).all())):
            for bond in person.bonds:
                if bond.child.id in pupils:
                    found.setdefault(bond.child.id, []).append(person)
        return found

    def write(self, rows: Sequence[SheetRow], steps: Steps) -> SheetWritten:
        """Write who came and who did not; the same adult in two rows counts once."""
        way = VIDEO if self._session.mode == VIDEO else "sheet"
        marks: dict[UUID, Mark] = {}
        for row in rows:
            guardian = self._who[row.sheet, row.number]
            told = _mark(row, way)
            if told is None:
                continue
            if guardian not in marks or told.state == PRESENT:
                marks[guardian] = told
        before = rows_of(self._ctx, self._session)
        steps.step(0, len(marks))
        fresh = mark(self._ctx, self._session, marks)
        same = sum(
            g in before and (before[g].state, before[g].reason or "") == (m.state, m.reason)
            for g, m in marks.items()
        )
        counts = {"recorded": fresh, "corrected": max(len(marks) - fresh - same, 0), "same": same}
        return SheetWritten(counts, {})

    def keep(self, undone: Undone) -> None:
        """Say nothing: somebody is taken off the list on the session's page."""

    def take_back(self, undone: Undone, restored: Collection[UUID]) -> None:  # noqa: ARG002
        """Refuse: see :meth:`keep`."""
        raise Refused(T("Take people off the list on the page “Who came”."))


def _mark(row: SheetRow, way: str) -> Mark | None:
    """Return what a row says; None where there is a column for it and nothing stands in it."""
    said, note = row.values, str(row.values.get("note") or "")
    reason = str(said.get("reason") or "")
    came = said.get("came", not reason)
    if came:
        return Mark(PRESENT, way=way, note=note)
    if came is None and not reason:
        return None
    known = next((key for key, title in REASONS.items() if reason in (key, str(title))), "")
    if known:
        return Mark(ABSENT, reason=known, note=note)
    remark = "；".join(filter(None, (reason, note)))
    return Mark(ABSENT, reason="other" if reason else "", note=remark)


def _fitting(
    row: SheetRow, family: Sequence[Person], numbers: Mapping[UUID, Sequence[str]]
) -> Sequence[Person]:
    """Return the adults of a family that a row may mean; everything it says must agree."""
    name, relation, phone = (
        str(row.values.get(key) or "").strip() for key in ("guardian", "relation", "phone")
    )
    fitting = list(family)
    if name:
        fitting = [one for one in fitting if one.guardian.name == name]
    if relation and (not name or len(fitting) > 1):
        fitting = [one for one in fitting if _is(one, row.pupil.id, relation)]
    if phone and (len(fitting) > 1 or not (name or relation)):
        end = "".join(c for c in phone if c.isdigit())[-_DIGITS:]
        fitting = [
            one for one in fitting
            if len(end) == _DIGITS and any(n.endswith(end) for n in numbers.get(one.id, ()))
        ]  # fmt: skip
    return fitting


def _is(person: Person, child_id: UUID, relation: str) -> bool:
    return any(
        bond.child.id == child_id and bond.relation.startswith(relation) for bond in person.bonds
    )


IMPORT = SheetImport(
    "guardian_training.sheet", T("Attendance from a spreadsheet"), RECORD, AttendanceWriter,
    several=True,
)  # fmt: skip


def template_rows(seats: Sequence[Any], rooms: Mapping[UUID, str]) -> list[list[str | None]]:
    """Return the rows of the sheet to fill in: an adult and a child each."""
    return [
        [bond.child.name, rooms.get(bond.homeroom_id, "") if bond.homeroom_id else "",
         seat.person.guardian.name, bond.relation, None, None, None]
        for seat in seats
        for bond in seat.person.bonds[:1]
    ]  # fmt: skip


TEMPLATE: tuple[tuple[Text, float], ...] = (
    (T("Name of the pupil"), 12), (T("Class"), 12), (T("Name of the guardian"), 14),
    (T("Relation"), 10), (T("Whether they came"), 8), (T("Reason for absence"), 18),
    (T("Remark"), 20),
)  # fmt: skip
