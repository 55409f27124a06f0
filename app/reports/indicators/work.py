"""Rows of work: duties, concerns that wait for a visit, posts that nobody holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Date,
    Select,
    Uuid,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.sql.selectable import TableValuedAlias

from app.accounts.models import Grant, GrantChild, Membership, Staff
from app.children.models import Child, Placement
from app.children.pairings import MENTOR
from app.children.permits import visible
from app.db.conditions import refers
from app.duties.boards import my_duties
from app.duties.concern_rules import concern_titles
from app.duties.concerns import VIEW
from app.duties.models import Concern, StoredRule
from app.duties.states import duty_states
from app.duties.words import OF_CHILDREN
from app.host.context import Ctx
from app.host.hooks import AsOf
from app.organisation.vacancies import vacancy_rows


def duty_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the duties of a term that the actor may see, by what became of them."""
    return _duty_rows(ctx, duty_states(as_of.day, as_of.since))


def mentored_duty_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return those of :func:`duty_rows` that a mentor owed for a child mentored at that time."""
    duty = duty_states(as_of.day, as_of.since)
    held = (
        select(GrantChild.id)
        .join(Grant, refers(GrantChild.grant_id, Grant))
        .join(Membership, refers(Grant.membership_id, Membership))
        .where(
            GrantChild.center_id == duty.c.center_id,
            GrantChild.child_id == duty.c.subject_id,
            GrantChild.starts_on <= duty.c.due,
            or_(GrantChild.ends_on.is_(None), GrantChild.ends_on >= duty.c.opens),
            Grant.role == MENTOR,
            Membership.staff_id == func.any(duty.c.owed_by),
        )
    )
    return _duty_rows(ctx, duty).where(duty.c.subject.in_(OF_CHILDREN), exists(held))


def _duty_rows(ctx: Ctx, duty: TableValuedAlias) -> Select[Any]:
    state = duty.c.state
    found: Select[Any] = (
        select(
            duty.c.school_id,
            duty.c.homeroom_id,
            case((duty.c.subject.in_(OF_CHILDREN), duty.c.subject_id)).label("child_id"),
            case((Staff.id.is_(None), StoredRule.title), else_=StoredRule.title + " " + Staff.name)
            .label("title"),
            duty.c.due.label("day"),
            (state == "done").label("kept"),
            (state == "missed").label("missed"),
            (state == "due").label("due"),
            state.in_(("done", "missed")).label("decided"),
        )
        .select_from(duty)
        .join(
            StoredRule,
            and_(StoredRule.center_id == duty.c.center_id, StoredRule.id == duty.c.rule_id),
        )
        .outerjoin(
            Staff,
            and_(
                duty.c.subject == "staff",
                Staff.center_id == duty.c.center_id,
                Staff.id == duty.c.subject_id,
            ),
        )
        .where(duty.c.center_id == ctx.scope.center_id, my_duties(ctx, duty))
    )  # fmt: skip
    return found


def concern_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the concerns that wait for a visit, and which are past their deadline."""
    placed = and_(
        Placement.center_id == Concern.center_id,
        Placement.child_id == Concern.child_id,
        Placement.ends_on.is_(None),
    )
    titles = {kind: str(title) for kind, title in concern_titles(ctx).items()}
    wanted: Select[Any] = (
        select(
            Concern.school_id,
            Placement.homeroom_id,
            Concern.child_id,
            case(titles, value=Concern.kind, else_=Concern.kind).label("title"),
            Concern.due_on.label("day"),
            literal(True).label("open"),
            (Concern.due_on < as_of.day).label("late"),
        )
        .join(Child, refers(Concern.child_id, Child))
        .outerjoin(Placement, placed)
        .where(Concern.voided_at.is_(None), Concern.closed_on.is_(None), Child.voided_at.is_(None))
    )
    return visible(ctx, VIEW, wanted)


def vacant_rows(ctx: Ctx, _as_of: AsOf) -> Select[Any]:
    """Return the posts and classes that nobody answers for."""
    posts = vacancy_rows(ctx).subquery()
    return select(
        posts.c.school_id,
        posts.c.homeroom_id,
        null().cast(Uuid).label("child_id"),
        posts.c.title,
        null().cast(Date).label("day"),
        literal(True).label("vacant"),
    )
