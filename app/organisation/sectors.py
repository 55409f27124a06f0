"""Which children belong to a village or group sector."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.accounts.services import last_day
from app.children.listing import class_name
from app.children.models import Child, Placement
from app.children.permits import visible
from app.children.standing import present
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T
from app.organisation.models import OrgPost, SectorChild
from app.organisation.queries import not_over, same
from app.organisation.services import audit
from app.tenancy.models import Homeroom, School

SEEING = "children.view"


@dataclass(frozen=True)
class SectorPupil:
    """A child of a sector, or one that may be put into it."""

    child: Child
    class_name: str


def child_counts(ctx: Ctx, school_id: UUID) -> dict[UUID, int]:
    """Return how many present pupils of the school each of its sectors has: one query."""
    rows = ctx.session.execute(
        select(SectorChild.post_id, func.count(SectorChild.child_id.distinct()))
        .join(Child, same(Child, SectorChild.child_id))
        .where(_in_sector(ctx), present(), SectorChild.school_id == school_id)
        .group_by(SectorChild.post_id)
    )
    return dict(rows.all())


def pupils_of(ctx: Ctx, post: OrgPost) -> list[SectorPupil]:
    """Return the children of a sector whom the actor may see, by class and name."""
    mine = select(SectorChild.child_id).where(SectorChild.post_id == post.id, _in_sector(ctx))
    return _pupils(ctx, Child.id.in_(mine))


def pupils_to_add(ctx: Ctx, post: OrgPost, homeroom_id: UUID) -> list[SectorPupil]:
    """Return the children of a class who are not in this sector."""
    mine = select(SectorChild.child_id).where(SectorChild.post_id == post.id, _in_sector(ctx))
    return _pupils(ctx, and_(Placement.homeroom_id == homeroom_id, Child.id.not_in(mine)))


def put_in(ctx: Ctx, post: OrgPost, child_ids: Collection[UUID]) -> int:
    """Put children into a sector; return how many. Each leaves its former one of the same kind.

    Raises :class:`Refused` when none is chosen. Children out of reach are left alone.
    """
    chosen = {pupil.child.id for pupil in _pupils(ctx, Child.id.in_(child_ids))}
    if not chosen:
        raise Refused(T("Tick at least one child."), "children")
    kindred = select(OrgPost.id).where(OrgPost.kind == post.kind)
    _end(ctx, SectorChild.child_id.in_(chosen), SectorChild.post_id.in_(kindred))
    ctx.session.add_all(
        SectorChild(
            school_id=post.school_id, child_id=child, post_id=post.id, starts_on=ctx.today()
        )
        for child in chosen
    )
    audit(ctx, "organisation.sector", post.school_id, post=str(post.id), added=len(chosen))
    return len(chosen)


def take_out(ctx: Ctx, post: OrgPost, child_ids: Collection[UUID]) -> int:
    """Take children out of a sector; return how many."""
    chosen = {pupil.child.id for pupil in _pupils(ctx, Child.id.in_(child_ids))}
    _end(ctx, SectorChild.child_id.in_(chosen), SectorChild.post_id == post.id)
    audit(ctx, "organisation.sector", post.school_id, post=str(post.id), removed=len(chosen))
    return len(chosen)


def _end(ctx: Ctx, *conditions: ColumnElement[bool]) -> None:
    rows = ctx.session.scalars(select(SectorChild).where(*conditions, _in_sector(ctx)))
    for row in rows.all():
        row.ends_on = last_day(ctx)


def _in_sector(ctx: Ctx) -> ColumnElement[bool]:
    return not_over(ctx, SectorChild)


def _pupils(ctx: Ctx, *conditions: ColumnElement[bool]) -> list[SectorPupil]:
    wanted = (
        select(Child, Homeroom, School)
        .join(School, same(School, Child.school_id))
        .outerjoin(
            Placement,
            and_(
                Placement.center_id == Child.center_id,
                Placement.child_id == Child.id,
                Placement.ends_on.is_(None),
            ),
        )
        .outerjoin(Homeroom, same(Homeroom, Placement.homeroom_id))
        .where(present(), *conditions)
        .order_by(Homeroom.stage.desc().nulls_last(), Homeroom.intake_year.desc())
        .order_by(Homeroom.number, Child.name_pinyin, Child.id)
    )
    rows = ctx.session.execute(visible(ctx, SEEING, cast("Select[Any]", wanted)))
    return [SectorPupil(child, class_name(ctx, room, school)) for child, room, school in rows]
