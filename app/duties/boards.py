"""Boards of duties: how many are done, missed, due and excused, and the rows behind each number.

Who sees a whole school sees all of its duties; everybody else those they owe and those of the
children entrusted to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, any_, func, literal, or_, select, true
from sqlalchemy.sql.selectable import TableValuedAlias

from app.accounts.models import Staff
from app.children.models import Child
from app.children.permits import visible
from app.db.conditions import refers
from app.duties.models import DutyPolicy, StoredRule
from app.duties.states import STATES, Tally, duty_states
from app.duties.words import OF_CHILDREN
from app.edge.paging import Page, paginate
from app.host.context import Ctx
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

VIEW = "duties.view"


@dataclass(frozen=True)
class RuleName:
    """A rule as boards name it: by its policy and its key, whatever the version."""

    policy_id: UUID
    rule_key: str
    policy: str
    title: str
    subject: str
    every: str


@dataclass(frozen=True)
class Filter:
    """Which duties a list shows; None or an empty text leaves a filter out."""

    policy_id: UUID | None = None
    rule_key: str = ""
    state: str = ""
    school_id: UUID | None = None
    homeroom_id: UUID | None = None
    stand_in: bool = False


@dataclass(frozen=True)
class DutyLine:
    """A duty in a list, with names."""

    rule: RuleName
    duty: Any
    name: str
    child_id: UUID | None
    room: str
    owed_by: Sequence[str]


def rates(tally: Tally) -> float | None:
    """Return the share of the decided duties that were done, in percent; None without any."""
    return 100 * tally.done / tally.decided if tally.decided else None


def total(tallies: Sequence[Tally]) -> Tally:
    """Add tallies up."""
    summed = {state: sum(getattr(tally, state) for tally in tallies) for state in STATES}
    return replace(tallies[0], **summed)


def my_duties(ctx: Ctx, duty: TableValuedAlias) -> ColumnElement[bool]:
    """Return the condition on duties that the actor may see."""
    held = [grant for grant in ctx.actor.grants if VIEW in grant.permissions]
    if any(grant.reach == "center" for grant in held):
        return true()
    whole = [grant.school_id for grant in held if grant.reach == "school"]
    children = visible(ctx, VIEW, select(Child.id))
    return or_(
        duty.c.school_id.in_(whole),
        literal(ctx.actor.staff_id, Uuid) == any_(duty.c.owed_by),
        and_(duty.c.subject.in_(OF_CHILDREN), duty.c.subject_id.in_(children)),
    )


def tallies_seen(ctx: Ctx, on: date, since: date) -> Sequence[Tally]:
    """Return the states by rule and school, of what the actor may see: one query."""
    duty = duty_states(on, since)
    counts = [func.count().filter(duty.c.state == state).label(state) for state in STATES]
    keys = [duty.c[name] for name in ("policy_id", "rule_key", "school_id")]
    wanted = (
        select(*keys, *counts)
        .where(duty.c.center_id == ctx.scope.center_id, my_duties(ctx, duty))
        .group_by(*keys)
    )
    return [Tally(**row._asdict()) for row in ctx.session.execute(wanted)]


def rule_names(ctx: Ctx) -> dict[tuple[UUID, str], RuleName]:
    """Return every rule ever kept in the scope by policy and key, in the newest words.

    In order of policy and place in it; one query.
    """
    policy_is = refers(StoredRule.policy_id, DutyPolicy)
    rows = ctx.session.execute(
        select(StoredRule, DutyPolicy.name)
        .join(DutyPolicy, policy_is)
        .order_by(DutyPolicy.name, DutyPolicy.id, StoredRule.position, StoredRule.id)
    )
    return {
        (rule.policy_id, rule.key): RuleName(
            rule.policy_id, rule.key, policy, rule.title, rule.subject, rule.every
        )
        for rule, policy in rows
    }


def list_duties(ctx: Ctx, on: date, since: date, wanted: Filter, page: int) -> Page[DutyLine]:
    """Return a page of duties, the earliest due first; seven queries for any number."""
    found = paginate(ctx.session, _list(ctx, on, since, wanted), page, scalars=False)
    return Page(_lines(ctx, found.rows), found.page, found.size, found.total)


def _list(ctx: Ctx, on: date, since: date, wanted: Filter) -> Select[Any]:
    duty = duty_states(on, since)
    statement: Select[Any] = select(duty).where(
        duty.c.center_id == ctx.scope.center_id, my_duties(ctx, duty)
    )
    for name in ("policy_id", "rule_key", "state", "school_id", "homeroom_id"):
        value = getattr(wanted, name)
        if value:
            statement = statement.where(duty.c[name] == value)
    if wanted.stand_in:
        statement = statement.where(duty.c.stand_in)
    return statement.order_by(
        duty.c.due, duty.c.school_id, duty.c.homeroom_id, duty.c.subject_id, duty.c.rule_id
    )


def _lines(ctx: Ctx, rows: Sequence[Any]) -> list[DutyLine]:
    rules, names = rule_names(ctx), names_of(ctx, rows)
    rooms = class_names(ctx, {row.homeroom_id for row in rows if row.homeroom_id})
    return [
        DutyLine(
            rules[row.policy_id, row.rule_key],
            row,
            rooms.get(row.subject_id) or names.get(row.subject_id, ""),
            row.subject_id if row.subject in OF_CHILDREN else None,
            rooms.get(row.homeroom_id, "") if row.subject in OF_CHILDREN else "",
            [names[staff] for staff in row.owed_by if staff in names],
        )
        for row in rows
    ]


def names_of(ctx: Ctx, rows: Sequence[Any]) -> Mapping[UUID, str]:
    """Return the names of children, schools and staff that duties speak of; three queries."""
    subjects = {row.subject_id for row in rows}
    people = {staff for row in rows for staff in row.owed_by} | subjects
    names: dict[UUID, str] = {}
    for wanted in (
        select(Child.id, Child.name).where(Child.id.in_(subjects)),
        select(School.id, School.short_name).where(School.id.in_(subjects)),
        select(Staff.id, Staff.name).where(Staff.id.in_(people)),
    ):
        names |= dict(ctx.session.execute(wanted).all())
    return names


def class_names(ctx: Ctx, ids: set[UUID]) -> Mapping[UUID, str]:
    """Return what classes are called today; one query."""
    rows = ctx.session.execute(
        select(Homeroom, School.system).join(Homeroom.school).where(Homeroom.id.in_(ids))
    )
    return {room.id: class_title(ctx, room, system) for room, system in rows}


@dataclass(frozen=True)
class Grid:
    """The windows of one rule (first days, in order) and, for each child, its duties in them."""

    windows: Sequence[tuple[date, date]]
    rows: Sequence[tuple[UUID, str, Mapping[date, Any]]]


def grid(ctx: Ctx, on: date, since: date, wanted: Filter) -> Grid:
    """Return children × windows of one rule for a class, by name; two queries."""
    duties = ctx.session.execute(_list(ctx, on, since, wanted)).all()
    ids = {row.subject_id for row in duties}
    children = select(Child.id, Child.name).where(Child.id.in_(ids)).order_by(Child.name_pinyin)
    found: dict[UUID, dict[date, Any]] = {}
    for row in duties:
        found.setdefault(row.subject_id, {})[row.opens] = row
    return Grid(
        sorted({(row.opens, row.closes) for row in duties}),
        [(child, name, found[child]) for child, name in ctx.session.execute(children)],
    )
