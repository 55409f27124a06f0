"""Support plans and individual education plans: goals by date, reviews, an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.sdk import (
    Child,
    Ctx,
    Entry,
    EntryFor,
    NotVisible,
    Refused,
    audit,
    can,
    present,
    record,
    records,
    refers,
    visible,
)
from plugins.mentoring.manifest import PLAN, PLAN_REVIEW, PLAN_REVIEW_RESTRICTED, RESTRICTED, VIEW
from plugins.mentoring.models import Goal, Plan, Review
from plugins.mentoring.words import T

SUPPORT, INDIVIDUAL = "support", "individual"
TITLES = {SUPPORT: T("Support plan"), INDIVIDUAL: T("Individual education plan")}
RESULTS = {
    "reached": T("Goal reached"),
    "better": T("Better"),
    "same": T("Unchanged"),
    "worse": T("Worse"),
}
_READ = {SUPPORT: VIEW, INDIVIDUAL: RESTRICTED}
_KINDS = {SUPPORT: PLAN_REVIEW, INDIVIDUAL: PLAN_REVIEW_RESTRICTED}


def may_read(ctx: Ctx, child: Child, kind: str) -> bool:
    """Tell whether the actor may read plans of a kind about a child."""
    return can(ctx, _READ[kind], child)


def may_write(ctx: Ctx, child: Child, kind: str) -> bool:
    """Tell whether the actor may write plans of a kind about a child."""
    return can(ctx, RESTRICTED if kind == INDIVIDUAL else PLAN, child)


def plans_of(ctx: Ctx, child: Child) -> Sequence[Plan]:
    """Return the plans of a child that the actor may read, open ones first."""
    kinds = [kind for kind in TITLES if may_read(ctx, child, kind)]
    return ctx.session.scalars(
        select(Plan)
        .where(Plan.child_id == child.id, Plan.kind.in_(kinds))
        .options(selectinload(Plan.goals))
        .order_by(Plan.closed_on.desc().nulls_first(), Plan.starts_on.desc(), Plan.id)
    ).all()


def plan_of(ctx: Ctx, child: Child, plan_id: UUID) -> Plan:
    """Return one plan of a child that the actor may read; raises :class:`NotVisible`."""
    found = next((plan for plan in plans_of(ctx, child) if plan.id == plan_id), None)
    if found is None:
        raise NotVisible
    return found


def reviews_until(ctx: Ctx, day: date) -> list[tuple[Plan, Child]]:
    """Return the open plans to be looked at by a day that the actor may read, earliest first."""
    found: list[tuple[Plan, Child]] = []
    for kind in TITLES:
        wanted: Any = (
            select(Plan, Child)
            .join(Child, refers(Plan.child_id, Child))
            .where(
                Plan.kind == kind,
                Plan.closed_on.is_(None),
                Plan.review_on <= day,
                present(),
            )
        )
        rows = ctx.session.execute(visible(ctx, _READ[kind], wanted))
        found += [(plan, child) for plan, child in rows]
    return sorted(found, key=lambda pair: (pair[0].review_on or day, pair[1].name_pinyin))


def reviews_of(ctx: Ctx, plan: Plan) -> Sequence[tuple[Review, Entry]]:
    """Return the reviews of a plan, the newest first."""
    rows = ctx.session.execute(
        records(Review)
        .where(Review.plan_id == plan.id)
        .options(joinedload(Entry.recorded_by))
        .order_by(Entry.happened_on.desc(), Entry.recorded_at.desc())
    )
    return [(review, entry) for review, entry in rows]


def begin(
    ctx: Ctx,
    child: Child,
    *,
    kind: str,
    situation: str,
    starts_on: date,
    review_on: date | None = None,
) -> Plan:
    """Begin a plan of a kind; raises :class:`Refused` naming the field."""
    if kind not in TITLES:
        raise Refused(T("Choose one of the answers."), "kind")
    if review_on is not None and review_on < starts_on:
        raise Refused(T("The review cannot come before the plan."), "review_on")
    plan = Plan(
        school_id=child.school_id,
        child_id=child.id,
        kind=kind,
        situation=situation.strip(),
        starts_on=starts_on,
        review_on=review_on,
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(plan)
    ctx.session.flush()
    _audit(ctx, plan, "begin")
    return plan


def add_goal(
    ctx: Ctx, plan: Plan, *, goal: str, steps: str = "", due_on: date | None = None
) -> Goal:
    """Add a line to an open plan: by when, what is aimed at, what is done for it."""
    _demand_open(plan)
    row = Goal(
        school_id=plan.school_id,
        child_id=plan.child_id,
        position=len(plan.goals) + 1,
        due_on=due_on,
        goal=goal.strip(),
        steps=steps.strip(),
    )
    plan.goals.append(row)
    ctx.session.flush()
    _audit(ctx, plan, "goal")
    return row


@dataclass(frozen=True)
class Found:
    """What a review says; without ``goal_id`` the whole plan is meant."""

    result: str
    happened_on: date
    text: str = ""
    goal_id: UUID | None = None
    review_on: date | None = None


def review(ctx: Ctx, child: Child, plan: Plan, found: Found) -> Review:
    """Write down a review as an entry of the child's ledger, read by whom the plan is for.

    Raises :class:`Refused` naming the field.
    """
    _demand_open(plan)
    if found.result not in RESULTS:
        raise Refused(T("Choose one of the answers."), "result")
    if found.goal_id is not None and found.goal_id not in {goal.id for goal in plan.goals}:
        raise Refused(T("Choose a goal of this plan."), "goal")
    act = record(
        ctx,
        kind=_KINDS[plan.kind],
        happened_on=found.happened_on,
        title=T("{plan}: {result}", plan=TITLES[plan.kind], result=RESULTS[found.result]),
        entries=[EntryFor(child, text=found.text.strip())],
    )
    row = Review(
        id=act.entries[0].id,
        school_id=child.school_id,
        child_id=child.id,
        plan_id=plan.id,
        goal_id=found.goal_id,
        result=found.result,
    )
    ctx.session.add(row)
    plan.review_on = found.review_on
    ctx.session.flush()
    return row


def close(ctx: Ctx, plan: Plan, *, outcome: str) -> None:
    """Close a plan with its outcome; raises :class:`Refused` for one that is closed."""
    _demand_open(plan)
    plan.closed_on, plan.outcome, plan.review_on = ctx.today(), outcome.strip(), None
    ctx.session.flush()
    _audit(ctx, plan, "close")


def stages(
    plan: Plan, found: Sequence[tuple[Review, Entry]]
) -> Mapping[UUID | None, Sequence[tuple[Review, Entry]]]:
    """Return the reviews by goal, the earliest first; under None those of the whole plan."""
    groups: dict[UUID | None, list[tuple[Review, Entry]]] = {goal.id: [] for goal in plan.goals}
    for review_, entry in reversed(found):
        groups.setdefault(review_.goal_id, []).append((review_, entry))
    return groups


def _demand_open(plan: Plan) -> None:
    if plan.closed_on is not None:
        raise Refused(T("This plan is closed."))


def _audit(ctx: Ctx, plan: Plan, what: str) -> None:
    audit(
        ctx, f"mentoring.plan.{what}", object_type="mentoring_plan", object_id=plan.id,
        child_id=plan.child_id, school_id=plan.school_id,
    )  # fmt: skip
