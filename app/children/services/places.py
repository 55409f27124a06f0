"""Where a child is: a new pupil, another class, leaving school, coming back.

``ends_on`` is the last day of a stay; the next one begins the day after.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.duplicates import refuse_known_number
from app.children.models import Child, Enrolment, Placement
from app.children.numbers import pupil_number_index
from app.children.services.facts import cleaned
from app.children.services.identity import check_number, store_number
from app.children.services.versions import touch
from app.host.checks import refuse_future
from app.host.context import Ctx
from app.host.events import announce
from app.host.hooks import Event
from app.kernel import names, national_id
from app.kernel.errors import Refused
from app.kernel.national_id import IdState
from app.kernel.text import T
from app.tenancy.models import Homeroom

_DAY = timedelta(days=1)


def may_place(ctx: Ctx, permission: str, homeroom: Homeroom) -> bool:
    """Tell whether one grant holds ``permission`` and reaches the class."""
    return any(
        permission in grant.permissions
        and (
            grant.reach == "center"
            or (grant.school_id == homeroom.school_id and grant.reach == "school")
            or homeroom.id in grant.homeroom_ids
        )
        for grant in ctx.actor.grants
    )


def homeroom_of(ctx: Ctx, school_id: UUID, homeroom_id: UUID, permission: str) -> Homeroom:
    """Return a class of the school into which the actor may put a child; raises Refused."""
    room = ctx.session.scalar(
        select(Homeroom).where(
            Homeroom.id == homeroom_id,
            Homeroom.school_id == school_id,
            Homeroom.closed_on.is_(None),
        )
    )
    if room is None or not may_place(ctx, permission, room):
        raise Refused(T("Choose one of your classes."), "homeroom")
    return room


def add_child(
    ctx: Ctx,
    *,
    school_id: UUID,
    homeroom_id: UUID,
    starts_on: date,
    values: Mapping[str, Any],
    number: str = "",
    unverified: bool = False,
) -> Child:
    """Add a pupil by hand, enrolled and placed from ``starts_on``.

    Raises :class:`Refused` for what cannot be, and when the identity number is another child's.
    """
    room = homeroom_of(ctx, school_id, homeroom_id, "children.edit")
    refuse_future(ctx, starts_on, "starts_on")
    clean = _completed(cleaned(values, ctx.today()), number, ctx.today())
    _refuse_before_birth(clean.get("birth_date"), starts_on)
    full, initials = names.pinyin(clean["name"])
    now = ctx.now()
    child = Child(
        school_id=school_id, name_pinyin=full, name_initials=initials, created_at=now,
        updated_at=now, pupil_number_index=pupil_number_index(clean.get("pupil_number")),
        **clean,
    )  # fmt: skip
    state, reason = ("", None)
    if number:
        state, reason = check_number(ctx, child, number, unverified=unverified)
        refuse_known_number(ctx, number)
    ctx.session.add(child)
    ctx.session.flush()
    enrol(ctx, child, room, starts_on, "enrolled")
    if number:
        store_number(ctx, child, national_id.normalise(number), state, reason)
    audit(ctx, "child.add", child_id=child.id, school_id=school_id)
    ctx.session.flush()
    announce(ctx, Event("child.enrolled", child.id, school_id, starts_on))
    return child


def _refuse_before_birth(birth: date | None, starts_on: date) -> None:
    if birth is not None and starts_on < birth:
        raise Refused(T("The child was born on {birth}.", birth=birth), "starts_on")


def _completed(values: dict[str, Any], number: str, today: date) -> dict[str, Any]:
    """Take birthday and sex from a right identity number where nothing else was said."""
    parsed = national_id.parse(number, today=today)
    if parsed.state is not IdState.OK:
        return values
    sex = values.get("sex", "unknown")
    return {
        **values,
        "birth_date": values.get("birth_date") or parsed.birth,
        "sex": parsed.sex if sex == "unknown" else sex,
    }


def enrol(ctx: Ctx, child: Child, room: Homeroom, on: date, reason: str) -> None:
    """Open an enrolment at the child's present school and a place in ``room``."""
    stay = Enrolment(
        school_id=child.school_id,
        child_id=child.id,
        at_school_id=child.school_id,
        starts_on=on,
        reason_in=reason,
    )
    ctx.session.add(stay)
    ctx.session.flush()
    _sit(ctx, child, stay, room, on)


def _sit(ctx: Ctx, child: Child, stay: Enrolment, room: Homeroom, on: date) -> None:
    ctx.session.add(
        Placement(
            school_id=child.school_id,
            child_id=child.id,
            enrolment_id=stay.id,
            homeroom_id=room.id,
            starts_on=on,
        )
    )
    ctx.session.flush()


def move_class(ctx: Ctx, child: Child, *, homeroom_id: UUID, starts_on: date) -> None:
    """Put a child into another class of its school from a day on; raises :class:`Refused`."""
    room = homeroom_of(ctx, child.school_id, homeroom_id, "children.edit")
    refuse_future(ctx, starts_on, "starts_on")
    now = open_placement(ctx, child)
    if now is not None:
        if now.homeroom_id == room.id:
            raise Refused(T("The child is in this class already."), "homeroom")
        if starts_on < now.starts_on:
            raise Refused(
                T("The child came into the present class on {day}.", day=now.starts_on),
                "starts_on",
            )
        now.ends_on = starts_on - _DAY
        ctx.session.flush()
    stay = open_enrolment(ctx, child)
    if stay is None:
        raise Refused(T("The child has left school: take it back first."), "homeroom")
    _sit(ctx, child, stay, room, starts_on)
    touch(ctx, child)
    audit(
        ctx, "placement.change", object_type="homeroom", object_id=room.id, child_id=child.id,
        school_id=child.school_id,
    )  # fmt: skip
    ctx.session.flush()


def leave_school(ctx: Ctx, child: Child, *, last_day: date, reason: str) -> None:
    """Close a child's stay; the file remains. Raises :class:`Refused`."""
    refuse_future(ctx, last_day, "last_day")
    stay = open_enrolment(ctx, child)
    if stay is not None and last_day < stay.starts_on:
        raise Refused(T("The child came on {day}.", day=stay.starts_on), "last_day")
    close_stay(ctx, child, last_day, reason)
    child.left_on = last_day
    touch(ctx, child)
    audit(ctx, "child.leave", child_id=child.id, school_id=child.school_id, reason=reason)
    ctx.session.flush()
    announce(ctx, Event("child.left", child.id, child.school_id, last_day, {"reason": reason}))


def come_back(ctx: Ctx, child: Child, *, homeroom_id: UUID, starts_on: date) -> None:
    """Take back a child that had left this school; raises :class:`Refused`."""
    room = homeroom_of(ctx, child.school_id, homeroom_id, "children.edit")
    refuse_future(ctx, starts_on, "starts_on")
    if child.left_on is None:
        raise Refused(T("The child is at school."), "homeroom")
    _refuse_before_birth(child.birth_date, starts_on)
    if starts_on <= child.left_on:
        raise Refused(T("The child left on {day}.", day=child.left_on), "starts_on")
    child.left_on = None
    enrol(ctx, child, room, starts_on, "returned")
    touch(ctx, child)
    audit(ctx, "child.return", child_id=child.id, school_id=child.school_id)
    ctx.session.flush()
    announce(ctx, Event("child.returned", child.id, child.school_id, starts_on))


def close_stay(ctx: Ctx, child: Child, last_day: date, reason: str) -> None:
    """End the open place and the open enrolment of a child on ``last_day``.

    What began later ends on the day it began: nothing ends before its beginning.
    """
    place, stay = open_placement(ctx, child), open_enrolment(ctx, child)
    if place is not None:
        place.ends_on = max(place.starts_on, last_day)
    if stay is not None:
        stay.ends_on, stay.reason_out = max(stay.starts_on, last_day), reason
    ctx.session.flush()


def open_placement(ctx: Ctx, child: Child) -> Placement | None:
    """Return the place of a child in a class now."""
    return ctx.session.scalar(
        select(Placement).where(Placement.child_id == child.id, Placement.ends_on.is_(None))
    )


def open_enrolment(ctx: Ctx, child: Child) -> Enrolment | None:
    """Return the present stay of a child at a school."""
    return ctx.session.scalar(
        select(Enrolment)
        .where(Enrolment.child_id == child.id, Enrolment.ends_on.is_(None))
        .order_by(Enrolment.starts_on.desc())
        .limit(1)
    )
