"""Bodies and posts: taking over the usual ones, adding, changing, ending them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.services import last_day
from app.audit.services import record
from app.db.scope import Reach
from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T
from app.organisation.defaults import structure
from app.organisation.models import OrgBody, OrgPost, PostHolder
from app.organisation.queries import SECTORS, at_place, bodies_at, not_over
from app.tenancy.models import Homeroom

LONGEST_TITLE = 60
LONGEST_TEXT = 2000


def adopt(ctx: Ctx, school_id: UUID | None) -> int:
    """Set up the usual bodies and posts that a place lacks; return how many posts were added."""
    demand_place(ctx, school_id)
    known = {body.title for body in bodies_at(ctx, school_id)}
    added = 0
    for plan in structure("center" if school_id is None else "school"):
        if plan.title in known:
            continue
        body = _body(ctx, school_id, plan.title)
        for post in plan.posts:
            _post(ctx, school_id, kind="body", title=post.title, duties=post.duties,
                  leads=post.leads, body_id=body.id)  # fmt: skip
            added += 1
    audit(ctx, "organisation.adopt", school_id, posts=added)
    return added


def add_body(ctx: Ctx, school_id: UUID | None, *, title: str) -> OrgBody:
    """Add a body; raises :class:`Refused` for an empty title and one that exists."""
    demand_place(ctx, school_id)
    body = _body(ctx, school_id, _free_title(ctx, school_id, title))
    audit(ctx, "organisation.change", school_id, body=str(body.id))
    return body


def rename_body(ctx: Ctx, body: OrgBody, *, title: str) -> None:
    """Give a body another title; raises :class:`Refused`."""
    if _plain_title(title) != body.title:
        body.title = _free_title(ctx, body.school_id, title)
    audit(ctx, "organisation.change", body.school_id, body=str(body.id))


def end_body(ctx: Ctx, body: OrgBody) -> None:
    """Dissolve a body with its posts; yesterday was the last day. The past stays."""
    for post in ctx.session.scalars(
        select(OrgPost).where(OrgPost.body_id == body.id, not_over(ctx, OrgPost))
    ):
        _end(ctx, post)
    body.ends_on = last_day(ctx)
    audit(ctx, "organisation.change", body.school_id, body=str(body.id))


def add_post(
    ctx: Ctx, body: OrgBody, *, title: str, duties: str = "", leads: bool = False
) -> OrgPost:
    """Add a post to a body; raises :class:`Refused`."""
    post = _post(ctx, body.school_id, kind="body", title=_plain_title(title),
                 duties=_plain_text(duties), leads=leads, body_id=body.id)  # fmt: skip
    audit(ctx, "organisation.change", body.school_id, post=str(post.id))
    return post


def add_sector(ctx: Ctx, school_id: UUID, *, kind: str, title: str, duties: str = "") -> OrgPost:
    """Add a village or group sector, named after it; raises :class:`Refused`."""
    if kind not in SECTORS:
        raise Refused(T("Choose one of the answers."), "kind")
    title = _plain_title(title)
    if _known(ctx, school_id, OrgPost.kind == kind, OrgPost.title == title):
        raise Refused(T("This one exists already."), "title")
    post = _post(ctx, school_id, kind=kind, title=title, duties=_plain_text(duties))
    audit(ctx, "organisation.change", school_id, post=str(post.id))
    return post


def subject_post(ctx: Ctx, room: Homeroom, subject: str) -> OrgPost:
    """Return the post of a subject in a class; make it when there is none."""
    title = _plain_title(subject)
    found = _known(ctx, room.school_id, OrgPost.homeroom_id == room.id, OrgPost.title == title)
    return found or _post(
        ctx, room.school_id, kind="subject", title=title, duties="", homeroom_id=room.id
    )


def edit_post(ctx: Ctx, post: OrgPost, *, title: str, duties: str, leads: bool) -> None:
    """Change what a post is called and what it has to do; raises :class:`Refused`."""
    post.title, post.duties = _plain_title(title), _plain_text(duties) or None
    post.leads = leads and post.kind == "body"
    audit(ctx, "organisation.change", post.school_id, post=str(post.id))


def end_post(ctx: Ctx, post: OrgPost) -> None:
    """Abolish a post; yesterday was its last day and that of its holders. The past stays."""
    _end(ctx, post)
    audit(ctx, "organisation.change", post.school_id, post=str(post.id))


def body_here(ctx: Ctx, body_id: UUID, school_id: UUID | None) -> OrgBody:
    """Return a body of the place that has not ended; raises :class:`NotVisible`."""
    body = ctx.session.scalar(
        select(OrgBody).where(
            OrgBody.id == body_id, at_place(OrgBody, school_id), not_over(ctx, OrgBody)
        )
    )
    if body is None:
        raise NotVisible
    return body


def post_here(ctx: Ctx, post_id: UUID, school_id: UUID | None, *kinds: str) -> OrgPost:
    """Return a post of the place that has not ended; raises :class:`NotVisible`."""
    post = ctx.session.scalar(
        select(OrgPost).where(
            OrgPost.id == post_id, at_place(OrgPost, school_id), not_over(ctx, OrgPost)
        )
    )
    if post is None or (kinds and post.kind not in kinds):
        raise NotVisible
    return post


def post_counts(ctx: Ctx) -> dict[UUID | None, int]:
    """Return how many posts each place of the scope has, sectors and subjects too: one query."""
    rows = ctx.session.execute(
        select(OrgPost.school_id, func.count())
        .where(not_over(ctx, OrgPost))
        .group_by(OrgPost.school_id)
    )
    return dict(rows.all())


def demand_place(ctx: Ctx, school_id: UUID | None) -> None:
    """Raise :class:`NotVisible` when the centre's own organisation is not in reach."""
    if school_id is None and ctx.scope.reach is not Reach.CENTER:
        raise NotVisible


def audit(ctx: Ctx, action: str, school_id: UUID | None, **detail: Any) -> None:
    """Flush and note what was done; ids and counts only."""
    ctx.session.flush()
    record(ctx, action, school_id=school_id, **detail)


def _end(ctx: Ctx, post: OrgPost) -> None:
    last = last_day(ctx)
    post.ends_on = last
    end_holders(
        ctx.session.scalars(
            select(PostHolder).where(PostHolder.post_id == post.id, not_over(ctx, PostHolder))
        ).all(),
        last,
    )


def end_holders(rows: Sequence[PostHolder], last: date) -> None:
    """End the holding of posts, ``last`` being its last day."""
    for row in rows:
        row.ends_on = last


def _body(ctx: Ctx, school_id: UUID | None, title: str) -> OrgBody:
    count = ctx.session.scalar(
        select(func.count()).select_from(OrgBody).where(at_place(OrgBody, school_id))
    )
    body = OrgBody(school_id=school_id, title=title, position=count or 0, starts_on=ctx.today())
    ctx.session.add(body)
    ctx.session.flush()
    return body


def _post(
    ctx: Ctx,
    school_id: UUID | None,
    *,
    kind: str,
    title: str,
    duties: str,
    leads: bool = False,
    body_id: UUID | None = None,
    homeroom_id: UUID | None = None,
) -> OrgPost:
    within = OrgPost.body_id == body_id if body_id else OrgPost.homeroom_id == homeroom_id
    last = ctx.session.scalar(
        select(func.max(OrgPost.position)).where(at_place(OrgPost, school_id), within)
    )
    post = OrgPost(
        school_id=school_id,
        kind=kind,
        title=title,
        duties=duties or None,
        leads=leads,
        body_id=body_id,
        homeroom_id=homeroom_id,
        position=(last or 0) + 1,
        starts_on=ctx.today(),
    )
    ctx.session.add(post)
    ctx.session.flush()
    return post


def _known(ctx: Ctx, school_id: UUID | None, *conditions: Any) -> OrgPost | None:
    return ctx.session.scalar(
        select(OrgPost).where(at_place(OrgPost, school_id), not_over(ctx, OrgPost), *conditions)
    )


def _free_title(ctx: Ctx, school_id: UUID | None, title: str) -> str:
    plain = _plain_title(title)
    if plain in {body.title for body in bodies_at(ctx, school_id)}:
        raise Refused(T("This one exists already."), "title")
    return plain


def _plain_title(title: str) -> str:
    plain = " ".join(title.split())
    if not plain:
        raise Refused(T("Fill this in."), "title")
    if len(plain) > LONGEST_TITLE:
        raise Refused(T("At most {n} characters.", n=LONGEST_TITLE), "title")
    return plain


def _plain_text(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    plain = "\n".join(line for line in lines if line)
    if len(plain) > LONGEST_TEXT:
        raise Refused(T("At most {n} characters.", n=LONGEST_TEXT), "duties")
    return plain
