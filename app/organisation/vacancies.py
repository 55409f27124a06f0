"""What nobody answers for: vacant posts and classes without a class teacher.

A post is vacant when no principal of it works at the school (for the centre's posts: anywhere in
the centre) today. Leaving makes it vacant at once: it is asked of memberships, no job writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    String,
    and_,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Grant, GrantHomeroom, Membership
from app.children.models import Placement
from app.host.context import Ctx
from app.kernel.text import T
from app.organisation.models import OrgPost, PostHolder
from app.organisation.queries import (
    class_of,
    open_on,
    place_of,
    post_title,
    posts_with_place,
    same,
    works,
)
from app.tenancy.models import Homeroom, School


@dataclass(frozen=True)
class Vacancy:
    """A responsibility without anybody: a post or, without a post, the charge of a class."""

    school_id: UUID | None
    title: str
    place: str
    post: OrgPost | None = None
    homeroom_id: UUID | None = None


def vacant_posts(ctx: Ctx, school_id: UUID | None = None) -> list[Vacancy]:
    """Return what nobody answers for, in one school or in the whole scope: two queries."""
    posts = posts_with_place(ctx).where(_vacant(ctx))
    classes = (
        select(Homeroom, School)
        .join(School, same(School, Homeroom.school_id))
        .where(_unled(ctx))
        .order_by(School.position, Homeroom.stage.desc(), Homeroom.intake_year.desc())
        .order_by(Homeroom.number)
    )
    if school_id is not None:
        posts = posts.where(OrgPost.school_id == school_id)
        classes = classes.where(Homeroom.school_id == school_id)
    found = [
        Vacancy(post.school_id, post_title(post), place_of(ctx, post, body, room, school), post)
        for post, body, room, school in ctx.session.execute(posts)
    ]
    return found + [
        Vacancy(room.school_id, str(T("Class teacher")), class_of(ctx, room, school),
                homeroom_id=room.id)
        for room, school in ctx.session.execute(classes)
    ]  # fmt: skip


def vacancy_rows(ctx: Ctx) -> CompoundSelect[Any]:
    """Return the query of :func:`vacant_posts`: school_id (None: the centre), homeroom_id, title.

    The charge of a class has no title of its own.
    """
    posts = select(OrgPost.school_id, OrgPost.homeroom_id, OrgPost.title).where(_vacant(ctx))
    untitled = null().cast(String).label("title")
    classes = select(Homeroom.school_id, Homeroom.id, untitled).where(_unled(ctx))
    return union_all(posts, classes)


def vacancy_counts(ctx: Ctx) -> dict[UUID | None, int]:
    """Return how many posts nobody holds, by school (None: the centre's own): one query."""
    rows = vacancy_rows(ctx).subquery()
    counted = select(rows.c.school_id, func.count()).group_by(rows.c.school_id)
    return dict(ctx.session.execute(counted).all())


def _vacant(ctx: Ctx) -> ColumnElement[bool]:
    held = exists().where(
        PostHolder.center_id == OrgPost.center_id,
        PostHolder.post_id == OrgPost.id,
        PostHolder.deputy.is_(False),
        open_on(ctx, PostHolder),
        works(ctx),
    )
    room = aliased(Homeroom)
    taught = exists().where(
        room.center_id == OrgPost.center_id, room.id == OrgPost.homeroom_id, _alive(room)
    )
    return and_(open_on(ctx, OrgPost), or_(OrgPost.homeroom_id.is_(None), taught), not_(held))


def _unled(ctx: Ctx) -> ColumnElement[bool]:
    """Tell of a class whether it has pupils and no class teacher."""
    charged = exists().where(
        GrantHomeroom.center_id == Homeroom.center_id,
        GrantHomeroom.homeroom_id == Homeroom.id,
        open_on(ctx, GrantHomeroom),
        Grant.center_id == GrantHomeroom.center_id,
        Grant.id == GrantHomeroom.grant_id,
        Grant.role == "homeroom_teacher",
        open_on(ctx, Grant),
        Membership.center_id == Grant.center_id,
        Membership.id == Grant.membership_id,
        open_on(ctx, Membership),
    )
    return and_(_alive(Homeroom), not_(charged))


def _alive(room: type[Homeroom]) -> ColumnElement[bool]:
    """Tell of a class whether it is open and has pupils."""
    pupils = exists().where(
        Placement.center_id == room.center_id,
        Placement.homeroom_id == room.id,
        Placement.ends_on.is_(None),
    )
    return and_(room.closed_on.is_(None), pupils)
