"""Appointing to posts, ending, handing over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from app.accounts.models import Grant, Membership, Staff
from app.accounts.queries import staff_query
from app.accounts.services import last_day
from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T
from app.organisation.models import OrgPost, PostHolder
from app.organisation.queries import not_over, open_on
from app.organisation.services import audit, end_holders, subject_post
from app.tenancy.models import Homeroom

_DAY = timedelta(days=1)


def appointable(ctx: Ctx, school_id: UUID | None) -> list[Staff]:
    """Return who may be given a post: who works at the school.

    For the centre: its office, and who administers a school.
    """
    if school_id is not None:
        return list(ctx.session.scalars(staff_query(ctx, school_id=school_id)))
    heads = select(Grant.membership_id).where(Grant.role == "school_admin", open_on(ctx, Grant))
    chosen = select(Membership.staff_id).where(
        open_on(ctx, Membership),
        or_(Membership.school_id.is_(None), Membership.id.in_(heads)),
    )
    return list(ctx.session.scalars(staff_query(ctx).where(Staff.id.in_(chosen))))


def appoint(
    ctx: Ctx, post: OrgPost, staff: Staff, *, deputy: bool = False, on: date | None = None
) -> PostHolder:
    """Give a post to a person from a day (today), as principal or deputy.

    A deputy who becomes principal, or the reverse, ends what was before. Raises :class:`Refused`
    for who does not work there and who holds it already.
    """
    _lock(ctx, post)
    _demand_working(ctx, post, staff)
    day = on or ctx.today()
    before = _rows(ctx, post, staff.id)
    if any(row.deputy == deputy for row in before):
        raise Refused(T("{name} holds this post already.", name=staff.name), "staff")
    end_holders(before, day - _DAY)
    row = PostHolder(
        school_id=post.school_id, post_id=post.id, staff_id=staff.id, deputy=deputy, starts_on=day
    )
    ctx.session.add(row)
    audit(ctx, "organisation.appoint", post.school_id, post=str(post.id), staff=str(staff.id))
    return row


def end_holding(ctx: Ctx, post: OrgPost, holder_id: UUID) -> PostHolder:
    """End somebody's holding of a post; yesterday was the last day. Raises :class:`NotVisible`."""
    row = ctx.session.scalar(
        select(PostHolder).where(
            PostHolder.id == holder_id, PostHolder.post_id == post.id, not_over(ctx, PostHolder)
        )
    )
    if row is None:
        raise NotVisible
    row.ends_on = last_day(ctx)
    audit(ctx, "organisation.end", post.school_id, post=str(post.id), staff=str(row.staff_id))
    return row


def hand_over_post(
    ctx: Ctx,
    post: OrgPost,
    *,
    to_staff: Staff,
    on: date | None = None,
    from_staff: Staff | None = None,
) -> PostHolder:
    """Let ``to_staff`` hold the post from a day (today) in the place of ``from_staff``.

    Without ``from_staff`` every principal is replaced. The successor is deputy exactly if the one
    replaced was only deputy. Raises :class:`Refused` for who does not work there.
    """
    _lock(ctx, post)
    _demand_working(ctx, post, to_staff)
    day = on or ctx.today()
    replaced = _rows(ctx, post, from_staff.id) if from_staff else _principals(ctx, post)
    deputy = bool(replaced) and all(row.deputy for row in replaced)
    end_holders(replaced, day - _DAY)
    own = [row for row in _rows(ctx, post, to_staff.id) if row not in replaced]
    if same := [row for row in own if row.deputy == deputy]:
        audit(ctx, "organisation.hand_over", post.school_id, post=str(post.id))
        return same[0]
    end_holders(own, day - _DAY)
    row = PostHolder(
        school_id=post.school_id, post_id=post.id, staff_id=to_staff.id, deputy=deputy,
        starts_on=day,
    )  # fmt: skip
    ctx.session.add(row)
    audit(ctx, "organisation.hand_over", post.school_id, post=str(post.id), to=str(to_staff.id))
    return row


def set_subject_teachers(ctx: Ctx, room: Homeroom, teachers: Mapping[str, Staff | None]) -> int:
    """Set who teaches which subject of a class; return how many subjects changed.

    Nobody ends the present teacher's holding and leaves the post vacant; a subject without a post
    and without a teacher is left alone.
    """
    known = set(
        ctx.session.scalars(
            select(OrgPost.title).where(OrgPost.homeroom_id == room.id, not_over(ctx, OrgPost))
        )
    )
    changed = 0
    for subject, teacher in teachers.items():
        if teacher is None and subject not in known:
            continue
        post = subject_post(ctx, room, subject)
        present = _principals(ctx, post)
        if [row.staff_id for row in present] == ([teacher.id] if teacher else []):
            continue
        changed += 1
        if teacher is not None:
            hand_over_post(ctx, post, to_staff=teacher)
        else:
            end_holders(present, last_day(ctx))
            audit(ctx, "organisation.end", post.school_id, post=str(post.id))
    return changed


def _lock(ctx: Ctx, post: OrgPost) -> None:
    # Two administrators at once: the second waits and sees what the first did.
    ctx.session.execute(select(OrgPost.id).where(OrgPost.id == post.id).with_for_update())


def _demand_working(ctx: Ctx, post: OrgPost, staff: Staff) -> None:
    place = Membership.school_id == post.school_id if post.school_id else Membership.id.is_not(None)
    found = ctx.session.scalar(
        select(Membership.id)
        .where(and_(Membership.staff_id == staff.id, place, open_on(ctx, Membership)))
        .limit(1)
    )
    if found is None:
        raise Refused(T("{name} does not work here.", name=staff.name), "staff")


def _rows(ctx: Ctx, post: OrgPost, staff_id: UUID) -> list[PostHolder]:
    return list(
        ctx.session.scalars(
            select(PostHolder).where(
                PostHolder.post_id == post.id,
                PostHolder.staff_id == staff_id,
                not_over(ctx, PostHolder),
            )
        )
    )


def _principals(ctx: Ctx, post: OrgPost) -> list[PostHolder]:
    return list(
        ctx.session.scalars(
            select(PostHolder).where(
                PostHolder.post_id == post.id,
                PostHolder.deputy.is_(False),
                not_over(ctx, PostHolder),
            )
        )
    )
