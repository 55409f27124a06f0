"""Contact cards (联系卡) of children, made from what their files say today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.children.family import Adult, families
from app.children.listing import class_name
from app.children.models import Child, Placement
from app.children.permits import can
from app.children.staff_of import class_teachers, mentors
from app.children.words import SEXES
from app.db.conditions import refers
from app.documents.contact_cards import (
    ContactCard,
    GuardianLine,
    Hotline,
    SchoolContact,
    contact_card,
    contact_cards,
)
from app.host.context import Ctx
from app.kernel.phones import mask
from app.kernel.text import T
from app.tenancy.models import Homeroom, School
from app.tenancy.settings import CONTACT_CARD_TITLE, HOTLINES, SLOGAN, setting

# Nationwide numbers; 12356 is the psychological aid line unified in 2025.
_HOTLINES = (("110", T("Police")), ("12355", T("Youth service line")), ("12356", T("Mental aid")))
_MOST_ADULTS = 4


def one_card(ctx: Ctx, child: Child, *, family_url: str) -> bytes:
    """Return the card of one child as a PDF; its code opens ``family_url``."""
    return contact_card(_cards(ctx, [child], family_url)[0])


def class_cards(ctx: Ctx, children: Sequence[Child], title: str, *, family_url: str) -> bytes:
    """Return the cards of a class as a PDF, four to a sheet.

    Raises :class:`~app.kernel.errors.Refused` when there is no child.
    """
    return contact_cards(_cards(ctx, children, family_url), title=title)


def _cards(ctx: Ctx, children: Sequence[Child], family_url: str) -> list[ContactCard]:
    ids = [child.id for child in children]
    rooms = _rooms(ctx, ids)
    teachers = class_teachers(ctx, {room.id for room, _school in rooms.values()})
    found = families(ctx, ids)
    helping = mentors(ctx, ids)
    schools = {school.id: school for school in ctx.session.scalars(select(School))}
    cards = [
        _card(
            ctx,
            child,
            rooms.get(child.id, (None, None))[0],
            schools[child.school_id],
            found.get(child.id, []),
            (teachers.get(rooms[child.id][0].id) if child.id in rooms else None),
            helping.get(child.id),
        )
        for child in children
    ]
    return [replace(card, activation_url=family_url) for card in cards]


def _rooms(ctx: Ctx, children: Sequence[UUID]) -> dict[UUID, tuple[Homeroom, UUID]]:
    rows = ctx.session.execute(
        select(Placement.child_id, Homeroom, Homeroom.school_id)
        .join(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(Placement.child_id.in_(children), Placement.ends_on.is_(None))
    )
    return {child: (room, school) for child, room, school in rows}


def _card(
    ctx: Ctx,
    child: Child,
    room: Homeroom | None,
    school: School,
    adults: Sequence[Adult],
    teacher: Staff | None,
    mentor: Staff | None,
) -> ContactCard:
    contact = can(ctx, "children.contact", child)
    return ContactCard(
        child=child.name,
        issued_on=ctx.today(),
        sex=str(SEXES[child.sex]),
        birth=child.birth_date,
        school=school.name,
        homeroom=class_name(ctx, room, school),
        boards={"boarding": True, "day": False}.get(child.boarding or ""),
        school_phone=school.phone or "",
        teacher=_contact(teacher),
        mentor=_contact(mentor),
        guardians=[_line(adult, contact) for adult in adults if not adult.bond.barred][
            :_MOST_ADULTS
        ],
        address=(child.address or "") if contact else "",
        hotlines=_hotlines(ctx),
        slogan=setting(ctx, SLOGAN, str(T("Whenever you need somebody, call."))),
        title=setting(ctx, CONTACT_CARD_TITLE, ""),
    )


def _hotlines(ctx: Ctx) -> list[Hotline]:
    """Return the centre's own numbers, each written like 报警 110, else the nationwide ones."""
    own: list[str] = setting(ctx, HOTLINES, [])
    parts = [line.rpartition(" ") for line in own]
    return [Hotline(number, label) for label, _space, number in parts] or [
        Hotline(number, str(label)) for number, label in _HOTLINES
    ]


def _contact(staff: Staff | None) -> SchoolContact | None:
    return SchoolContact(staff.name, staff.phone or "") if staff else None


def _line(adult: Adult, contact: bool) -> GuardianLine:
    number = adult.number if contact else mask(adult.number)
    return GuardianLine(adult.relation, adult.guardian.name or "", number, adult.place)
