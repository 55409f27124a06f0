"""Changing to a new school year: choosing, asking for it, doing it in one job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.accounts.grants import role_of
from app.accounts.models import GrantHomeroom, Staff
from app.audit.services import record as audit
from app.children.models import Child, Enrolment
from app.children.services.places import leave_school, move_class
from app.handover.holdings import CLASS, held
from app.handover.models import YearRoll
from app.handover.services import begin, open_hand_over, propose
from app.handover.year.choices import NONE, STAYS, Choices, target_year
from app.handover.year.plan import ClassPlan, YearPlan, plan_year, repeaters, roll_of
from app.handover.year.sending import ask_schools
from app.handover.year.trace import keep, snapshot
from app.host.context import Ctx
from app.jobs.models import Job
from app.jobs.progress import Silent, Steps
from app.jobs.services import enqueue
from app.kernel.errors import Refused
from app.kernel.ids import uuid7
from app.kernel.text import T
from app.tenancy.models import School

JOB = "handover.year_roll"


def draft(ctx: Ctx, school: School) -> YearRoll:
    """Return the school's plan for the coming (or running) school year; begin one if none is there.

    Raises :class:`Refused` when the change has been made or is being made.
    """
    year = target_year(ctx.today())
    row = roll_of(ctx, school.id, year)
    if row is None:
        row = YearRoll(
            id=uuid7(), school_id=school.id, school_year=year, plan={}, counts={},
            made_at=ctx.now(), made_by_id=ctx.actor.staff_id,
        )  # fmt: skip
        ctx.session.add(row)
        ctx.session.flush()
    if row.state == "waiting" and _given_up(ctx, row):
        row.state = "draft"
    if row.state != "draft":
        raise Refused(T("The change to this school year has been made already."))
    return row


def _given_up(ctx: Ctx, row: YearRoll) -> bool:
    state = ctx.session.scalar(select(Job.state).where(Job.id == row.job_id))
    return state in ("failed", "cancelled")


def choose(ctx: Ctx, school: School, choices: Choices) -> YearRoll:
    """Keep what the school has chosen; raises :class:`Refused` for a last day in the future."""
    if choices.last_day > ctx.today():
        raise Refused(T("This day is in the future."), "last_day")
    row = draft(ctx, school)
    row.plan = choices.plain()
    ctx.session.flush()
    return row


def ask(ctx: Ctx, school: School) -> Job:
    """Ask for the change to be made as it was chosen; it runs as one job."""
    row = draft(ctx, school)
    row.plan = Choices.of(row.plan, ctx.today()).plain()
    row.state = "waiting"
    title = T("Change to the school year {year}", year=f"{row.school_year}-{row.school_year + 1}")
    key = f"year_roll {row.school_year} {row.id} {ctx.now().isoformat()}"
    job = enqueue(ctx, JOB, title=title, arguments={"roll": str(row.id)}, unique_key=key)
    row.job_id = job.id
    ctx.session.flush()
    _audit(ctx, "year_roll.begin", row)
    return job


def roll_job(ctx: Ctx, progress: Steps, roll: str) -> Mapping[str, int]:
    """Make the change of a plan that waits; a second run of the job finds nothing to do."""
    row = ctx.session.scalars(
        select(YearRoll).where(YearRoll.id == UUID(roll)).with_for_update()
    ).one()
    if row.state != "waiting":
        return {}
    return apply(ctx, row, progress)


def apply(ctx: Ctx, row: YearRoll, progress: Steps | None = None) -> Mapping[str, int]:
    """Make the change in the caller's transaction and return the counts."""
    school = ctx.session.scalars(select(School).where(School.id == row.school_id)).one()
    plan = plan_year(ctx, school, row.school_year, Choices.of(row.plan, ctx.today()))
    moves, leaving = _moves(plan), _leaving(plan)
    children, rooms = {*moves, *leaving}, {one.room.id for one in plan.classes}
    before = snapshot(ctx, children, rooms)
    asked = ask_schools(ctx, plan, leaving)
    _write(ctx, plan, moves, leaving, progress or Silent())
    _close(ctx, plan)
    _charge(ctx, plan)
    handed = _hand_over(ctx, plan, school.id)
    written = keep(ctx, row, before, snapshot(ctx, children, rooms))
    counts = {
        "before": plan.before, "finished": len(leaving), "moved": len(moves),
        "remaining": plan.remaining, "rows": written,
    }  # fmt: skip
    row.counts = {
        **counts, "hand_overs": [str(one) for one in handed], "transfers": [str(t) for t in asked],
    }  # fmt: skip
    row.state, row.done_at = "done", ctx.now()
    ctx.session.flush()
    _audit(ctx, "year_roll.apply", row)
    return counts


def _moves(plan: YearPlan) -> dict[UUID, UUID]:
    """Return who goes into which class: who repeats, and whose class is joined to another."""
    found = repeaters(plan)
    for one in plan.classes:
        if one.into is not None:
            found |= {child: one.into for child in one.pupils if child not in found}
    return found


def _leaving(plan: YearPlan) -> list[UUID]:
    stay = repeaters(plan)
    return [
        child
        for one in plan.classes
        if one.finishes and one.into is None
        for child in one.pupils
        if child not in stay
    ]


def _write(
    ctx: Ctx,
    plan: YearPlan,
    moves: Mapping[UUID, UUID],
    leaving: list[UUID],
    progress: Steps,
) -> None:
    wanted = select(Child).where(Child.id.in_([*moves, *leaving]))
    children = {child.id: child for child in ctx.session.scalars(wanted)}
    came = _came(ctx, leaving)
    total = len(moves) + len(leaving)
    for number, (child, room) in enumerate(moves.items()):
        progress.step(number, total)
        move_class(ctx, children[child], homeroom_id=room, starts_on=ctx.today())
    for number, child in enumerate(leaving, start=len(moves)):
        progress.step(number, total)
        last = max(plan.choices.last_day, came.get(child, plan.choices.last_day))
        leave_school(ctx, children[child], last_day=last, reason="graduated")
    progress.step(total, total)


def _came(ctx: Ctx, children: list[UUID]) -> dict[UUID, date]:
    rows = select(Enrolment.child_id, Enrolment.starts_on).where(
        Enrolment.child_id.in_(children), Enrolment.ends_on.is_(None)
    )
    return dict(ctx.session.execute(rows).all())


def _close(ctx: Ctx, plan: YearPlan) -> None:
    """Close the classes that exist no more, with the charge of them."""
    gone = [one.room for one in plan.classes if one.closes]
    for room in gone:
        room.closed_on = ctx.today()
    rows = select(GrantHomeroom).where(
        GrantHomeroom.homeroom_id.in_([room.id for room in gone]), GrantHomeroom.ends_on.is_(None)
    )
    for row in ctx.session.scalars(rows):
        row.ends_on = max(row.starts_on, ctx.today())
    ctx.session.flush()


def _changes(plan: YearPlan) -> list[tuple[ClassPlan, Staff]]:
    """Return the classes that get another class teacher."""
    found = []
    for one in plan.classes:
        choice = plan.teacher_of(one.room.id)
        if one.closes or choice in (STAYS, NONE):
            continue
        person = plan.people.get(UUID(choice))
        if person is not None and person != one.teacher:
            found.append((one, person))
    return found


def _charge(ctx: Ctx, plan: YearPlan) -> None:
    """Give a class without a teacher to the one chosen: there is nobody to hand it over."""
    today = ctx.today()
    for one, person in _changes(plan):
        if one.teacher is None:
            grant = role_of(
                ctx, person, role="homeroom_teacher", school_id=one.room.school_id, on=today
            )
            ctx.session.add(
                GrantHomeroom(
                    school_id=one.room.school_id, grant_id=grant.id, homeroom_id=one.room.id,
                    starts_on=today,
                )
            )  # fmt: skip
    ctx.session.flush()


def _hand_over(ctx: Ctx, plan: YearPlan, school_id: UUID) -> list[UUID]:
    """Let each class teacher who changes hand the class over to the one chosen, who accepts it."""
    by_giver: dict[UUID, list[tuple[ClassPlan, Staff]]] = {}
    for one, person in _changes(plan):
        if one.teacher is not None:
            by_giver.setdefault(one.teacher.id, []).append((one, person))
    made = []
    for giver_id, changes in by_giver.items():
        giver = changes[0][0].teacher
        if giver is None or open_hand_over(ctx, giver_id, school_id) is not None:
            continue  # the one under way has the class on its list
        rooms = {one.room.id: person.id for one, person in changes}
        keys = {(CLASS, room) for room in rooms}
        holdings = [
            one
            for one in held(ctx, giver_id, school_id)
            if one.key in keys or one.goes_with in keys
        ]
        row = begin(
            ctx, giver, school_id=school_id, reason="year_end", last_day=ctx.today(),
            holdings=holdings,
        )  # fmt: skip
        propose(ctx, row, {i.id: rooms[i.object_id] for i in row.items if i.kind == CLASS})
        made.append(row.id)
    return made


def _audit(ctx: Ctx, action: str, row: YearRoll) -> None:
    numbers = {key: row.counts.get(key) for key in ("finished", "moved", "remaining")}
    audit(
        ctx, action, object_type="year_roll", object_id=row.id, school_id=row.school_id,
        year=row.school_year, numbers=numbers,
    )  # fmt: skip
