"""Who holds which post, today and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.accounts.models import Membership, Staff
from app.db import conditions
from app.host.context import Ctx
from app.kernel.text import T
from app.organisation.models import OrgBody, OrgPost, PostHolder
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

SECTORS = ("village", "group")


@dataclass(frozen=True)
class Held:
    """Somebody who holds a post; ``working`` is False for who has left the school."""

    row: PostHolder
    staff: Staff
    working: bool


@dataclass
class PostLine:
    """A post with who holds it now or will."""

    post: OrgPost
    held: list[Held] = field(default_factory=list)

    @property
    def principals(self) -> list[Held]:
        """Return those who hold it, without deputies."""
        return [one for one in self.held if not one.row.deputy]

    @property
    def deputies(self) -> list[Held]:
        """Return the deputies."""
        return [one for one in self.held if one.row.deputy]


@dataclass(frozen=True)
class HeldPost:
    """A post that a person holds; ``place`` is the body or the class it belongs to."""

    post: OrgPost
    holder: PostHolder
    title: str
    place: str


def open_on(ctx: Ctx, table: Any) -> ColumnElement[bool]:
    """Return the condition that a dated row counts today."""
    return conditions.open_on(table, ctx.today())


def not_over(ctx: Ctx, table: Any) -> ColumnElement[bool]:
    """Return the condition that a dated row counts today or later."""
    return conditions.not_over(table, ctx.today())


def at_place(table: Any, school_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that a row is a school's or, without one, the centre's own."""
    found: ColumnElement[bool] = (
        table.school_id.is_(None) if school_id is None else table.school_id == school_id
    )
    return found


def works(ctx: Ctx) -> ColumnElement[bool]:
    """Tell of a holder's row, joined to its post, whether the person works there today."""
    return exists().where(
        Membership.center_id == PostHolder.center_id,
        Membership.staff_id == PostHolder.staff_id,
        open_on(ctx, Membership),
        or_(OrgPost.school_id.is_(None), Membership.school_id == OrgPost.school_id),
    )


def posts_at(ctx: Ctx, school_id: UUID | None, *kinds: str) -> list[PostLine]:
    """Return the open posts of a place with their holders: two queries."""
    wanted = (
        select(OrgPost)
        .where(at_place(OrgPost, school_id), not_over(ctx, OrgPost))
        .order_by(OrgPost.position, OrgPost.starts_on, OrgPost.id)
    )
    if kinds:
        wanted = wanted.where(OrgPost.kind.in_(kinds))
    return lines_of(ctx, ctx.session.scalars(wanted).all())


def lines_of(ctx: Ctx, posts: Sequence[OrgPost]) -> list[PostLine]:
    """Return posts with who holds them now or will: one query for any number."""
    lines = {post.id: PostLine(post) for post in posts}
    rows = ctx.session.execute(
        select(PostHolder, Staff, works(ctx))
        .join(OrgPost, same(OrgPost, PostHolder.post_id))
        .join(Staff, same(Staff, PostHolder.staff_id))
        .where(PostHolder.post_id.in_(lines), not_over(ctx, PostHolder))
        .order_by(PostHolder.starts_on, PostHolder.id)
    )
    for row, staff, working in rows:
        lines[row.post_id].held.append(Held(row, staff, working))
    return list(lines.values())


def bodies_at(ctx: Ctx, school_id: UUID | None) -> list[OrgBody]:
    """Return the bodies of a place that have not ended."""
    return list(
        ctx.session.scalars(
            select(OrgBody)
            .where(at_place(OrgBody, school_id), not_over(ctx, OrgBody))
            .order_by(OrgBody.position, OrgBody.id)
        )
    )


def posts_of(ctx: Ctx, staff_id: UUID) -> list[HeldPost]:
    """Return every post of the scope that a person holds today or will: one query.

    The charge of a class is not among them: it is a grant.
    """
    rows = ctx.session.execute(
        posts_with_place(ctx)
        .add_columns(PostHolder)
        .join(PostHolder, conditions.refers(PostHolder.post_id, OrgPost))
        .where(PostHolder.staff_id == staff_id, not_over(ctx, PostHolder), not_over(ctx, OrgPost))
    )  # fmt: skip
    return [
        HeldPost(post, holder, post_title(post), place_of(ctx, post, body, room, school))
        for post, body, room, school, holder in rows
    ]


def history(ctx: Ctx, post: OrgPost) -> list[tuple[PostHolder, Staff]]:
    """Return everybody who has held a post, the latest first; what never counted is left out."""
    rows = ctx.session.execute(
        select(PostHolder, Staff)
        .join(Staff, same(Staff, PostHolder.staff_id))
        .where(
            PostHolder.post_id == post.id,
            or_(PostHolder.ends_on.is_(None), PostHolder.ends_on >= PostHolder.starts_on),
        )
        .order_by(PostHolder.starts_on.desc(), PostHolder.id.desc())
    )
    return [(row, staff) for row, staff in rows]


def post_title(post: OrgPost) -> str:
    """Return what a post is called: 组长, 语文教师, 石桥村."""
    if post.kind == "subject":
        return str(T("{subject} teacher", subject=post.title))
    return post.title


def posts_with_place(ctx: Ctx) -> Select[Any]:
    """Return the query of posts that have not ended, each with body, class and school."""
    found = (
        select(OrgPost, OrgBody, Homeroom, School)
        .outerjoin(OrgBody, same(OrgBody, OrgPost.body_id))
        .outerjoin(Homeroom, same(Homeroom, OrgPost.homeroom_id))
        .outerjoin(School, same(School, OrgPost.school_id))
        .where(not_over(ctx, OrgPost))
        .order_by(School.position.nulls_first(), OrgBody.position, OrgPost.kind, OrgPost.position)
        .order_by(OrgPost.id)
    )
    return cast("Select[Any]", found)


def same(table: Any, key: Any) -> ColumnElement[bool]:
    """Return the condition that ``key`` refers to a row of ``table``, in the same centre."""
    return conditions.refers(key, table)


def place_of(
    ctx: Ctx, post: OrgPost, body: OrgBody | None, room: Homeroom | None, school: School | None
) -> str:
    """Return the body or class a post belongs to, or the word for its kind of sector."""
    if body is not None:
        return body.title
    if room is not None and school is not None:
        return class_of(ctx, room, school)
    return str(sector_word(post.kind))


def sector_word(kind: str) -> str:
    """Return what a kind of sector is called: 包村, 蹲组."""
    return str(T("Village sector") if kind == "village" else T("Group sector"))


def class_of(ctx: Ctx, room: Homeroom, school: School) -> str:
    """Return what a class is called."""
    return class_title(ctx, room, school.system)
