"""Reading concerns: who answers for them now, which are late, and by what they may be closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Text, Uuid, and_, cast, column, func, select
from sqlalchemy.orm import defer
from sqlalchemy.sql.selectable import TableValuedAlias

from app.children.models import Child, Placement
from app.children.permits import visible
from app.db.conditions import any_of, refers
from app.db.scope import Reach
from app.duties.concern_rules import climb_days, concern_rule
from app.duties.models import Concern
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.ledger.audience import readable
from app.ledger.kinds import TRANSITIONS
from app.ledger.models import Entry

VIEW = "ledger.view"
MANAGE = "duties.manage"


@dataclass(frozen=True)
class OpenConcern:
    """A concern that waits for a visit, with its child and who answers for it (staff ids)."""

    concern: Concern
    child: Child
    homeroom_id: UUID | None
    staff: frozenset[UUID]

    @property
    def due(self) -> date:
        """Return its deadline."""
        return self.concern.due_on


def _holders(ctx: Ctx, name: str) -> TableValuedAlias:
    columns: list[Any] = [
        column("center_id", Uuid), column("role", Text), column("of_id", Uuid),
        column("staff", ARRAY(Uuid)),
    ]  # fmt: skip
    called = func.duty_holders(cast(ctx.today(), Date))
    return called.table_valued(*columns, name=name)


def _query(ctx: Ctx, permission: str | None) -> Select[Any]:
    """Return concern, child, class and the holders of mentor, class and school.

    A permission of None is for telling people, which is nobody's reading.
    """
    mentor, teacher, admin = (_holders(ctx, name) for name in ("mentor", "teacher", "admin"))
    placed = and_(
        Placement.center_id == Concern.center_id,
        Placement.child_id == Concern.child_id,
        Placement.ends_on.is_(None),
    )

    def holds(table: TableValuedAlias, role: str, of: Any) -> Any:
        return and_(
            table.c.center_id == Concern.center_id, table.c.role == role, table.c.of_id == of
        )

    wanted: Select[Any] = (
        select(
            Concern, Child, Placement.homeroom_id,
            mentor.c.staff.label("mentors"), teacher.c.staff.label("teachers"),
            admin.c.staff.label("admins"),
        )
        .join(Child, refers(Concern.child_id, Child))
        .outerjoin(Placement, placed)
        .outerjoin(mentor, holds(mentor, "mentor", Concern.child_id))
        .outerjoin(teacher, holds(teacher, "homeroom_teacher", Placement.homeroom_id))
        .outerjoin(admin, holds(admin, "school_admin", Concern.school_id))
        .where(Concern.voided_at.is_(None), Child.voided_at.is_(None))
        .options(defer(Child.address), defer(Child.registered_residence))
        .order_by(Concern.due_on, Concern.id)
    )  # fmt: skip
    return wanted if permission is None else visible(ctx, permission, wanted)


def _answering(ctx: Ctx, row: Any) -> frozenset[UUID]:
    """Return who answers: the mentor and whom the rules name, else class teacher, else school."""
    concern: Concern = row.Concern
    by_role = {
        "mentor": row.mentors, "homeroom_teacher": row.teachers, "school_admin": row.admins
    }  # fmt: skip
    rule = concern_rule(ctx, concern.kind, concern.school_id)
    named = {staff for role in {"mentor", *rule.performers} for staff in by_role.get(role) or ()}
    return frozenset(named or row.teachers or row.admins or ())


def open_concerns(
    ctx: Ctx, *, child_id: UUID | None = None, late_by: int | None = None
) -> list[OpenConcern]:
    """Return the open concerns that the actor may read, the most urgent first.

    Of one child, or only those late by more than so many days.
    """
    wanted = _query(ctx, VIEW).where(Concern.closed_on.is_(None))
    if child_id is not None:
        wanted = wanted.where(Concern.child_id == child_id)
    if late_by is not None:
        wanted = wanted.where(Concern.due_on < ctx.today() - timedelta(days=late_by))
    return _opened(ctx, wanted)


def all_open(ctx: Ctx) -> list[OpenConcern]:
    """Return every open concern of the scope, for telling those who answer for them."""
    return _opened(ctx, _query(ctx, None).where(Concern.closed_on.is_(None)))


def _opened(ctx: Ctx, wanted: Select[Any]) -> list[OpenConcern]:
    return [
        OpenConcern(row.Concern, row.Child, row.homeroom_id, _answering(ctx, row))
        for row in ctx.session.execute(wanted)
    ]


def concerns_for_me(ctx: Ctx) -> list[OpenConcern]:
    """Return the open concerns that wait for the actor.

    Theirs to answer for at once; the late ones also for who runs the school; those late for longer
    (a setting) also for the centre.
    """
    today, longer = ctx.today(), timedelta(days=climb_days(ctx))
    held = [grant for grant in ctx.actor.grants if MANAGE in grant.permissions]
    schools = {grant.school_id for grant in held if grant.reach == "school"}
    center = any(grant.reach == "center" for grant in held)

    def climbed(open_: OpenConcern) -> bool:
        at_school = open_.due < today and open_.concern.school_id in schools
        return at_school or (center and open_.due < today - longer)

    return [
        open_ for open_ in open_concerns(ctx) if ctx.actor.staff_id in open_.staff or climbed(open_)
    ]


def answering_for(ctx: Ctx, concern: Concern) -> frozenset[UUID]:
    """Return the staff who answer for one concern."""
    row = ctx.session.execute(_query(ctx, None).where(Concern.id == concern.id)).one()
    return _answering(ctx, row)


def concerns_answered_by(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[OpenConcern]:
    """Return the open concerns at a school that wait for a person, whoever asks: to hand over."""
    wanted = _query(ctx, None).where(Concern.closed_on.is_(None), Concern.school_id == school_id)
    return [open_ for open_ in _opened(ctx, wanted) if staff_id in open_.staff]


def concerns_answered(ctx: Ctx, entry_ids: Collection[UUID]) -> Sequence[UUID]:
    """Return those of very many entries that raised a concern which was answered since."""
    source = Concern.source_entry_id
    wanted = select(source).where(any_of(source, entry_ids), Concern.closed_on.is_not(None))
    return [entry for entry in ctx.session.scalars(wanted) if entry is not None]


def late_concerns(ctx: Ctx) -> list[OpenConcern]:
    """Return what has climbed to the reader's place: to a school at once, later to the centre."""
    of_center = ctx.scope.reach is Reach.CENTER
    return open_concerns(ctx, late_by=climb_days(ctx) if of_center else 0)


def concern_of(ctx: Ctx, child: Child, concern_id: UUID) -> Concern:
    """Return a concern of a child, open or not; raises :class:`NotVisible`."""
    found = ctx.session.scalar(
        select(Concern).where(Concern.id == concern_id, Concern.child_id == child.id)
    )
    if found is None:
        raise NotVisible
    return found


def concerns_of(ctx: Ctx, child: Child) -> Sequence[Concern]:
    """Return all concerns of a child that stand, the newest first."""
    wanted = select(Concern).where(Concern.child_id == child.id, Concern.voided_at.is_(None))
    return ctx.session.scalars(wanted.order_by(Concern.raised_at.desc())).all()


def answers_to(ctx: Ctx, child: Child, concern: Concern) -> Sequence[Entry]:
    """Return the entries that can close a concern, the newest first.

    Done since it was raised, of a kind that its rule names (of any kind without a rule).
    """
    kinds = concern_rule(ctx, concern.kind, concern.school_id).kinds
    wanted = select(Entry).where(
        Entry.child_id == child.id,
        Entry.outcome == "done",
        Entry.happened_on >= concern.raised_on,
        Entry.kind.in_(kinds) if kinds else Entry.kind.not_in(TRANSITIONS),
        readable(ctx, child),
    )
    return ctx.session.scalars(
        wanted.order_by(Entry.happened_on.desc(), Entry.recorded_at.desc())
    ).all()
