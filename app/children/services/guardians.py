"""Adults of a child: added, found again, changed, ended; their numbers and whereabouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.family import PARENTS, Adult
from app.children.models import Child, Guardian, GuardianPhone, Guardianship, ParentStatus
from app.children.numbers import phone_index, phone_tail_index
from app.children.permits import reached
from app.children.services.versions import lock, touch
from app.db.conditions import refers
from app.host.checks import refuse_future
from app.host.context import Ctx
from app.kernel import names, phones
from app.kernel.errors import Refused
from app.kernel.text import T

PERSON_FIELDS = ("name", "sex", "birth_date", "died_on")
BOND_FIELDS = (
    "relation", "relation_note", "legal", "cares_daily", "entrusted", "barred", "barred_reason",
    "ends_on",
)  # fmt: skip


def same_people(ctx: Ctx, *, name: str, number: str) -> Sequence[Guardian]:
    """Return adults of visible children with this name and number: perhaps the same person."""
    index = phone_index(number)
    if not name or index is None:
        return []
    return ctx.session.scalars(
        select(Guardian)
        .join(GuardianPhone, refers(GuardianPhone.guardian_id, Guardian))
        .where(
            Guardian.name == names.normalise(name),
            Guardian.voided_at.is_(None),
            GuardianPhone.number_index == index,
            GuardianPhone.voided_at.is_(None),
        )
        .limit(5)
    ).all()


def add_guardian(
    ctx: Ctx,
    child: Child,
    *,
    adults: Sequence[Adult],
    person: Guardian | None,
    name: str,
    number: str,
    values: Mapping[str, Any],
) -> Guardianship:
    """Add an adult to a child: ``person`` when it is somebody known, else a new one.

    ``adults`` are those the child has. Raises :class:`Refused` for a second father or mother, for
    one who is there already, and for a number that is none.
    """
    bond = _checked(values)
    _refuse_second(adults, bond["relation"], person)
    if person is None:
        clean = names.normalise(name)
        person = Guardian(
            name=clean or None,
            name_pinyin=names.pinyin(clean)[0] if clean else None,
            created_at=ctx.now(),
        )
        ctx.session.add(person)
        # The person can be read only through the bond to the child.
        ctx.session.flush()
        row = _bind(ctx, child, person, bond, len(adults))
        if number:
            add_phone(ctx, child, person, number=number, known=[])
    else:
        _demand_known(ctx, person)
        row = _bind(ctx, child, person, bond, len(adults))
    _audit(ctx, "guardian.add", child, person)
    return row


def _demand_known(ctx: Ctx, person: Guardian) -> None:
    """Only who looks after one of an adult's children may link the adult to another.

    Whoever is linked can be given a code, and a code opens the page of all the adult's children.
    """
    theirs = ctx.session.scalars(
        select(Guardianship.child_id).where(Guardianship.guardian_id == person.id)
    )
    if not reached(ctx, "children.edit", list(theirs)):
        raise Refused(
            T("This person belongs to a child you do not look after: ask the administrator."),
            "same",
        )


def _bind(
    ctx: Ctx, child: Child, person: Guardian, values: Mapping[str, Any], position: int
) -> Guardianship:
    row = Guardianship(
        school_id=child.school_id,
        child_id=child.id,
        guardian_id=person.id,
        position=position,
        starts_on=ctx.today(),
        **values,
    )
    ctx.session.add(row)
    touch(ctx, child)
    ctx.session.flush()
    return row


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in values.items() if name in BOND_FIELDS}
    found["barred_reason"] = found.get("barred_reason") or None
    found["relation_note"] = found.get("relation_note") or None
    if found.get("barred") and not found["barred_reason"]:
        raise Refused(T("Say why this person must be kept away."), "barred_reason")
    return found


def _refuse_second(
    adults: Sequence[Adult], relation: str, person: Guardian | None, but: Guardianship | None = None
) -> None:
    others = [adult for adult in adults if but is None or adult.bond.id != but.id]
    if relation in PARENTS and any(adult.bond.relation == relation for adult in others):
        raise Refused(T("There is one already. Change that entry, or end it first."), "relation")
    if person is not None and any(adult.guardian.id == person.id for adult in others):
        raise Refused(T("This person is there already."), "relation")


def change_guardian(
    ctx: Ctx,
    child: Child,
    adult: Adult,
    *,
    adults: Sequence[Adult],
    version: int,
    values: Mapping[str, Any],
) -> None:
    """Change an adult and what they are to the child; ``version`` is the adult's.

    What is said of the person holds for brothers and sisters too. Raises :class:`Refused`.
    """
    person: dict[str, Any] = {n: values[n] or None for n in PERSON_FIELDS if n in values}
    person["sex"] = person.get("sex") or adult.guardian.sex
    if person.get("name"):
        person["name"] = names.normalise(person["name"])
    bond = _checked(values)
    _check_dates(ctx, person.get("died_on"), bond.get("ends_on"), adult.bond.starts_on)
    _refuse_second(adults, bond["relation"], None, but=adult.bond)
    lock(ctx, adult.guardian, version, person)
    for name, value in person.items():
        setattr(adult.guardian, name, value)
    adult.guardian.name_pinyin = names.pinyin(person["name"])[0] if person.get("name") else None
    for name, value in bond.items():
        setattr(adult.bond, name, value)
    touch(ctx, adult.guardian)
    touch(ctx, child)
    _audit(ctx, "guardian.change", child, adult.guardian)


def _check_dates(ctx: Ctx, died: date | None, ends: date | None, starts: date) -> None:
    refuse_future(ctx, died, "died_on")
    if ends and ends < starts:
        raise Refused(T("It cannot end before it began."), "ends_on")


def add_phone(
    ctx: Ctx, child: Child, person: Guardian, *, number: str, known: Sequence[GuardianPhone]
) -> GuardianPhone:
    """Add a telephone number to an adult; ``known`` are those there. Raises :class:`Refused`."""
    clean = clean_phone(number)
    index = phone_index(clean)
    if any(phone.number_index == index for phone in known):
        raise Refused(T("This number is there already."), "number")
    row = GuardianPhone(
        guardian_id=person.id, number=clean, number_index=index or b"",
        tail_index=phone_tail_index(clean), position=len(known),
    )  # fmt: skip
    ctx.session.add(row)
    touch(ctx, child)
    ctx.session.flush()
    audit(
        ctx, "phone.add", object_type="guardian_phone", object_id=row.id, child_id=child.id,
        school_id=child.school_id,
    )  # fmt: skip
    return row


def clean_phone(number: str) -> str:
    """Return one telephone number as it is stored; raises :class:`Refused`."""
    found = phones.parse(number)
    if len(found) != 1 or not found[0].valid:
        raise Refused(
            T("Write one mobile number of eleven digits, or a landline with its area code."),
            "number",
        )
    return found[0].number


def change_phone(
    ctx: Ctx,
    child: Child,
    adult: Adult,
    phone: GuardianPhone,
    *,
    number: str,
    dead: bool,
    reached_on: date | None,
) -> None:
    """Change a number, say that it is dead, or when it was answered last. Raises Refused."""
    clean = clean_phone(number) if number else phone.number
    refuse_future(ctx, reached_on, "reached_on")
    if clean != phone.number:
        phone.voided_at = ctx.now()
        others = [p for p in adult.phones if p.id != phone.id]
        phone = add_phone(ctx, child, adult.guardian, number=clean, known=others)
    phone.last_reached_on = reached_on
    phone.dead_on = (phone.dead_on or ctx.today()) if dead else None
    touch(ctx, child)
    _audit(ctx, "phone.change", child, adult.guardian)


def confirm_status(
    ctx: Ctx, child: Child, person: Guardian, *, values: Mapping[str, Any]
) -> ParentStatus:
    """Write what is known today of an adult's whereabouts, confirmed by the actor.

    ``values``: away, away_since, place, work, can_care, condition. A fact of the same day is
    replaced. Raises :class:`Refused`.
    """
    since = values.get("away_since")
    refuse_future(ctx, since, "away_since")
    away = values["away"]
    for earlier in ctx.session.scalars(
        select(ParentStatus).where(
            ParentStatus.guardian_id == person.id,
            ParentStatus.confirmed_on == ctx.today(),
            ParentStatus.voided_at.is_(None),
        )
    ):
        earlier.voided_at = ctx.now()
    row = ParentStatus(
        guardian_id=person.id,
        away=away,
        away_since=since if away == "yes" else None,
        place=(values.get("place") or None) if away == "yes" else None,
        work=values.get("work") or None,
        can_care=values.get("can_care") or "unknown",
        condition=values.get("condition") or None,
        confirmed_on=ctx.today(),
        confirmed_by_id=ctx.actor.staff_id,
        source="staff",
    )
    ctx.session.add(row)
    touch(ctx, child)
    _audit(ctx, "status.confirm", child, person)
    return row


def _audit(ctx: Ctx, action: str, child: Child, person: Guardian) -> None:
    audit(
        ctx, action, object_type="guardian", object_id=person.id, child_id=child.id,
        school_id=child.school_id,
    )  # fmt: skip
    ctx.session.flush()
