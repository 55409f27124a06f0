"""Lists of guardians: who never came, who is to be made up, all that was written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, Subquery, case, column, exists, func, select
from sqlalchemy.orm import aliased

from app.sdk import (
    Choice,
    Ctx,
    Guardianship,
    ListColumn,
    RecordList,
    Term,
    class_names,
    mask_phone,
    of_class,
    of_term,
)
from plugins.guardian_training.kinds import (
    ABSENT,
    AUDIENCES,
    PRESENT,
    REASONS,
    TRAINING,
    WAYS,
)
from plugins.guardian_training.manifest import VIEW
from plugins.guardian_training.models import Attendance
from plugins.guardian_training.people import Person, adults, people
from plugins.guardian_training.personal import STATES
from plugins.guardian_training.words import T


@dataclass(frozen=True)
class Absentee:
    """Somebody who never came, or is to be made up; ``rows`` is what is known, the newest first.

    ``represented``: somebody else of the family of a child of theirs has come to something.
    """

    person: Person
    children: str
    rows: Sequence[Attendance]
    represented: bool

    @property
    def invited(self) -> int:
        """Return how often they were invited."""
        return sum(row.invited_at is not None for row in self.rows)

    @property
    def absent(self) -> int:
        """Return how often they were expected and did not come."""
        return sum(row.state == ABSENT for row in self.rows)

    @property
    def why(self) -> str | None:
        """Return the latest reason that somebody wrote down."""
        told = next((r for r in self.rows if r.state == ABSENT and (r.reason or r.note)), None)
        if told is None:
            return None
        words = [str(REASONS[told.reason])] if told.reason else []
        return "：".join([*words, *([told.note] if told.note else [])])


def _never_rows(ctx: Ctx) -> Select[Any]:
    who = adults(ctx, VIEW)
    came = _known(who, Attendance).where(Attendance.state == PRESENT)
    return select(*who.c, _represented(who)).where(~came)


def make_up_rows(ctx: Ctx, permission: str | None = VIEW) -> Select[Any]:
    """Return who missed a training of the term and has come to none since it began.

    A later training, a make-up session or one at the home closes it. A permission of None is for
    work of nobody signed in.
    """
    who, missed, later = adults(ctx, permission), Attendance, aliased(Attendance)
    began = select(func.max(Term.starts_on)).where(Term.starts_on <= ctx.today())
    since = func.coalesce(began.scalar_subquery(), ctx.today())
    absent = _known(who, missed).where(
        missed.state == ABSENT,
        missed.kind == TRAINING,
        missed.day >= since,
        missed.held_at_id == who.c.school_id,
    )
    trained = _known(who, later).where(
        later.state == PRESENT, later.kind == TRAINING, later.day >= since
    )
    return select(*who.c, _represented(who)).where(absent, ~trained)


def _represented(who: Subquery) -> Any:
    """Return whether somebody else of the family has come: of the pupil that the list names."""
    came = exists().where(
        Guardianship.child_id == who.c.child_id,
        Guardianship.guardian_id != who.c.guardian_id,
        Guardianship.barred.is_(False),
        Attendance.guardian_id == Guardianship.guardian_id,
        Attendance.state == PRESENT,
    )
    return came.label("represented")


def _known(who: Subquery, table: Any) -> Any:
    return exists().where(table.guardian_id == who.c.guardian_id)


def _absentees(ctx: Ctx, rows: Sequence[Any]) -> list[Absentee]:
    audiences = {row.guardian_id: row.audience for row in rows}
    persons = people(ctx, VIEW, audiences, phones=True)
    names = _rooms(ctx, persons)
    known = _rows_of(ctx, list(audiences))
    there = {row.guardian_id for row in rows if row.represented}
    return [
        Absentee(
            one,
            children_of(one, names),
            known.get(one.id, []),
            one.id in there,
        )
        for one in persons
    ]


def _rooms(ctx: Ctx, persons: Sequence[Person]) -> dict[UUID, str]:
    return dict(class_names(ctx, [b.child.id for one in persons for b in one.bonds]))


def children_of(person: Person, rooms: Any) -> str:
    """Return the pupils of an adult in words: name, class, and what the adult is to them.

    ``rooms`` gives the name of each pupil's class.
    """
    return "；".join(
        " ".join(part for part in (b.child.name, rooms.get(b.child.id, ""), b.relation) if part)
        for b in person.bonds
    )


def _rows_of(ctx: Ctx, ids: Sequence[UUID]) -> dict[UUID, list[Attendance]]:
    rows = ctx.session.scalars(
        select(Attendance)
        .where(Attendance.guardian_id.in_(ids))
        .order_by(Attendance.day.desc(), Attendance.id.desc())
    )
    found: dict[UUID, list[Attendance]] = {}
    for row in rows:
        found.setdefault(row.guardian_id, []).append(row)
    return found


def _audience(line: Any) -> Any:
    return AUDIENCES[line.person.audience]


def _child_url(line: Any) -> str:
    return url_for("children.page", child_id=line.person.bonds[0].child.id)


def _name() -> ListColumn[Any]:
    return ListColumn(
        "name", T("Guardian"), lambda line: line.person.name, sort=column("name_pinyin"),
        url=_child_url, width=10,
    )  # fmt: skip


_WHO: tuple[ListColumn[Any], ...] = (
    _name(),
    ListColumn("audience", T("Kind of guardian"), _audience, width=12),
    ListColumn("children", T("Children"), lambda line: line.children, width=30),
)
_ABSENTEE: tuple[ListColumn[Absentee], ...] = (
    *_WHO,
    ListColumn("phone", T("Telephone"), lambda line: mask_phone(line.person.phone) or None,
               digits=True, width=14),
    ListColumn("invited", T("Invited"), lambda line: line.invited, num=True, width=8),
    ListColumn("absent", T("Absent"), lambda line: line.absent, num=True, width=8),
    ListColumn("why", T("Why"), lambda line: line.why, width=24),
    ListColumn("represented", T("Somebody else of the family came"),
               lambda line: line.represented, width=12),
    ListColumn("do", T("Home"), lambda line: line.person.name, own=True, only="page"),
)  # fmt: skip


def _for_reason(value: str) -> Any:
    return column("guardian_id").in_(
        select(Attendance.guardian_id).where(Attendance.reason == value)
    )


_FILTERS = (
    Choice("audience", T("Kind of guardian"), list(AUDIENCES.items()),
           lambda value: column("audience") == value, T("Everybody")),
    of_class(VIEW, column("child_id")),
    Choice("reason", T("Why"), list(REASONS.items()), _for_reason),
)  # fmt: skip


_KINDS_FIRST = case({name: at for at, name in enumerate(AUDIENCES)}, value=column("audience"))
_ORDER: tuple[Any, ...] = (_KINDS_FIRST, column("name_pinyin"), column("guardian_id"))
NEVER_CAME: RecordList[Absentee] = RecordList(
    name="guardian_training.never", title=T("Who has never come"), rows=_never_rows,
    lines=_absentees, columns=_ABSENTEE, order=_ORDER, filters=_FILTERS,
)  # fmt: skip
MAKE_UP: RecordList[Absentee] = RecordList(
    name="guardian_training.make_up", title=T("To make up"), rows=make_up_rows,
    lines=_absentees, columns=_ABSENTEE, order=_ORDER, filters=_FILTERS,
)  # fmt: skip


@dataclass(frozen=True)
class Came:
    """One line of the register: a guardian and a session."""

    person: Person
    children: str
    row: Attendance


def _register_rows(ctx: Ctx) -> Select[Any]:
    who = adults(ctx, VIEW)
    return select(Attendance, who.c.audience, who.c.name_pinyin).join(
        who,
        (Attendance.guardian_id == who.c.guardian_id) & (Attendance.held_at_id == who.c.school_id),
    )


def _register_lines(ctx: Ctx, rows: Sequence[Any]) -> list[Came]:
    audiences = {row.guardian_id: audience for row, audience, _pinyin in rows}
    persons = {one.id: one for one in people(ctx, VIEW, audiences)}
    names = _rooms(ctx, list(persons.values()))
    return [
        Came(persons[row.guardian_id], children_of(persons[row.guardian_id], names), row)
        for row, _audience, _pinyin in rows
    ]


def _reason(line: Came) -> str | None:
    parts = [str(REASONS[line.row.reason])] if line.row.reason else []
    return "：".join([*parts, *([line.row.note] if line.row.note else [])]) or None


REGISTER: RecordList[Came] = RecordList(
    name="guardian_training.register",
    title=T("Attendance"),
    rows=_register_rows,
    lines=_register_lines,
    columns=(
        *_WHO,
        ListColumn("day", T("Day"), lambda line: line.row.day, sort=Attendance.day),
        ListColumn("title", T("Session"), lambda line: line.row.title, width=30),
        ListColumn("state", T("Came or not"), lambda line: STATES[line.row.state], width=8),
        ListColumn("way", T("How"), lambda line: WAYS[line.row.way] if line.row.way else None),
        ListColumn("why", T("Why"), _reason, width=24),
    ),
    filters=(
        Choice("audience", T("Kind of guardian"), list(AUDIENCES.items()),
               lambda value: column("audience") == value, T("Everybody")),
        Choice("state", T("Came or not"), list(STATES.items()),
               lambda value: Attendance.state == value),
        of_class(VIEW, column("child_id")),
        of_term(Attendance.day),
    ),
    order=(Attendance.day.desc(), column("name_pinyin"), Attendance.id),
)  # fmt: skip
