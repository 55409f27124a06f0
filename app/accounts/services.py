"""Staff and where they work: adding, changing, taking on, leaving."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.accounts.opening import renew_account
from app.audit.services import record
from app.db.scope import Reach
from app.db.sealed import blind
from app.host.context import Ctx
from app.host.events import announce
from app.host.hooks import Event
from app.kernel import phones
from app.kernel.errors import Refused
from app.kernel.names import normalise, pinyin
from app.kernel.text import T, Text

SEXES = ("unknown", "male", "female")
_IN_REACH = text("SELECT staff_in_reach(:staff)")
_FREE = text("SELECT staff_free(:staff)")
KINDS = ("teacher", "retired", "volunteer", "partner")


def last_day(ctx: Ctx) -> date:
    """Return the last day on which something that ends now still counts: yesterday."""
    return ctx.today() - timedelta(days=1)


def staff_by_number(ctx: Ctx, number: str) -> Staff | None:
    """Return who has the staff number in this centre; numbers are unique in a centre."""
    return ctx.session.scalar(select(Staff).where(Staff.number == number.strip()))


def add_staff(
    ctx: Ctx,
    *,
    name: str,
    school_id: UUID | None,
    number: str | None = None,
    sex: str = "unknown",
    kind: str = "teacher",
    phone: str | None = None,
    email: str | None = None,
) -> Staff:
    """Add somebody who works at a school or, without a school, at the centre's office.

    Who is already known by number and name is taken on at this school too, and returned unchanged.
    Raises :class:`Refused` for a number that belongs to somebody else or, unless the centre does
    it, to somebody who works at another school.
    """
    known = staff_by_number(ctx, number) if number else None
    if known is not None:
        demand_free(ctx, known)
        if known.name != normalise(name):
            raise _taken(known)
        take_on(ctx, known, school_id=school_id)
        return known
    staff = Staff()
    _fill(staff, name=name, number=number, sex=sex, kind=kind, phone=phone, email=email)
    ctx.session.add(staff)
    ctx.session.flush()
    _begin_work(ctx, staff, school_id)
    record(ctx, "staff.add", object_type="staff", object_id=staff.id, school_id=school_id)
    return staff


def _taken(holder: Staff) -> Refused:
    said = T("The staff number {number} belongs to {name}.", number=holder.number, name=holder.name)
    return Refused(said, "number")


def edit_staff(
    ctx: Ctx,
    staff: Staff,
    *,
    name: str,
    number: str | None = None,
    sex: str = "unknown",
    kind: str = "teacher",
    phone: str | None = None,
    email: str | None = None,
) -> Staff:
    """Change what is known of a person; a new number or phone is a new login at once."""
    demand_reach(ctx, staff)
    other = staff_by_number(ctx, number) if number else None
    if other is not None and other.id != staff.id:
        demand_free(ctx, other)
        raise _taken(other)
    before = logins_of(staff)
    _fill(staff, name=name, number=number, sex=sex, kind=kind, phone=phone, email=email)
    if staff.account_id is not None and logins_of(staff) != before:
        if not logins_of(staff):
            raise Refused(
                T("Give a staff number or a phone: the person signs in with it."), "number"
            )
        renew_account(ctx, staff.account_id, logins=logins_of(staff))
    ctx.session.flush()
    record(ctx, "staff.edit", object_type="staff", object_id=staff.id)
    return staff


def open_membership(ctx: Ctx, staff: Staff, school_id: UUID | None) -> Membership | None:
    """Return the person's work at a school (or the office) that has no end."""
    return ctx.session.scalar(
        select(Membership).where(
            Membership.staff_id == staff.id,
            Membership.school_id == school_id,
            Membership.ends_on.is_(None),
        )
    )


def take_on(ctx: Ctx, staff: Staff, *, school_id: UUID | None) -> Membership:
    """Return the person's open membership of a school (or the office); begin one today if none.

    A school takes on nobody who works elsewhere: raises :class:`Refused`, the centre does it.
    """
    found = open_membership(ctx, staff, school_id)
    if found is not None:
        return found
    demand_free(ctx, staff)
    member = _begin_work(ctx, staff, school_id)
    record(ctx, "staff.take_on", object_type="staff", object_id=staff.id, school_id=school_id)
    return member


def _begin_work(ctx: Ctx, staff: Staff, school_id: UUID | None) -> Membership:
    if school_id is None and ctx.scope.reach is not Reach.CENTER:
        raise Refused(T("Open the page of a school first: people work at a school."))
    member = Membership(staff_id=staff.id, school_id=school_id, starts_on=ctx.today())
    ctx.session.add(member)
    ctx.session.flush()
    return member


def end_membership(ctx: Ctx, membership: Membership) -> None:
    """End somebody's work at a school, with every role held there. Nobody ends their own."""
    if membership.staff_id == ctx.actor.staff_id:
        raise Refused(T("You cannot take yourself out. Ask another administrator."))
    last = last_day(ctx)
    membership.ends_on = last
    grants = ctx.session.scalars(
        select(Grant).where(Grant.membership_id == membership.id, Grant.ends_on.is_(None))
    ).all()
    for grant in grants:
        close_grant(ctx, grant, last, reason=T("No longer works here"))
    ctx.session.flush()
    record(
        ctx,
        "staff.leave",
        object_type="staff",
        object_id=membership.staff_id,
        school_id=membership.school_id,
        roles=len(grants),
    )


def close_grant(ctx: Ctx, grant: Grant, last: date, *, reason: Text) -> None:
    """End a grant and what it reaches, ``last`` being its last day.

    Announces ``child.paired`` of each child whose mentor it was.
    """
    grant.ends_on = last
    rooms = select(GrantHomeroom).where(
        GrantHomeroom.grant_id == grant.id, GrantHomeroom.ends_on.is_(None)
    )
    children = select(GrantChild).where(
        GrantChild.grant_id == grant.id, GrantChild.ends_on.is_(None)
    )
    for room in ctx.session.scalars(rooms):
        room.ends_on = last
    ended = ctx.session.scalars(children).all()
    for row in ended:
        row.ends_on = last
    ctx.session.flush()
    for row in ended if grant.role == "mentor" else ():
        detail = {"ended": str(row.id), "begun": "", "reason": str(reason)}
        announce(ctx, Event("child.paired", row.child_id, row.school_id, ctx.today(), detail))


def demand_free(ctx: Ctx, staff: Staff) -> None:
    """Raise :class:`Refused` when the person works somewhere beyond the scope, naming nobody."""
    if not ctx.session.execute(_FREE, {"staff": staff.id}).scalar_one():
        raise Refused(
            T(
                "Staff number {number} works at another school. The centre can let somebody work"
                " at one more school: ask it.",
                number=staff.number or "",
            ),
            "number",
        )


def demand_reach(ctx: Ctx, staff: Staff) -> None:
    """Raise :class:`Refused` unless the whole of the person's work lies within the scope.

    A centre changes everybody. A school changes only who works there and nowhere else: it could
    otherwise take on somebody from another school, reset the password and go in as that person.
    """
    if not ctx.session.execute(_IN_REACH, {"staff": staff.id}).scalar_one():
        raise Refused(
            T("{name} works elsewhere or at the centre too. Ask the centre.", name=staff.name)
        )


def logins_of(staff: Staff) -> list[str]:
    """Return what a person signs in with: the staff number and the phone."""
    return [login for login in (staff.number, staff.phone) if login]


def one_phone(typed: str | None) -> str | None:
    """Return the one valid number of ``typed``, None for an empty one; else :class:`Refused`."""
    if not typed or not typed.strip():
        return None
    found = phones.parse(typed)
    if len(found) != 1 or not found[0].valid:
        raise Refused(T("“{text}” is not one telephone number.", text=typed.strip()), "phone")
    return found[0].number


def _fill(
    staff: Staff,
    *,
    name: str,
    number: str | None,
    sex: str,
    kind: str,
    phone: str | None,
    email: str | None,
) -> None:
    name = normalise(name)
    if not name:
        raise Refused(T("Give the person's name."), "name")
    if sex not in SEXES or kind not in KINDS:
        raise Refused(T("Choose one of the answers."), "sex" if sex not in SEXES else "kind")
    staff.name = name
    staff.name_pinyin, staff.name_initials = pinyin(name)
    staff.number = (number or "").strip() or None
    staff.sex, staff.kind = sex, kind
    staff.phone = one_phone(phone)
    staff.phone_index = blind(staff.phone, "phone")
    staff.email = (email or "").strip() or None
