"""Everything a child's page shows, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.children.attention import stale_before
from app.children.classification import Classified, classify
from app.children.family import Adult, families
from app.children.listing import age_on, class_name
from app.children.models import (
    SCHEMES,
    Child,
    Declaration,
    Enrolment,
    Guardianship,
    IdentityDocument,
    ParentStatus,
    Placement,
    Transfer,
)
from app.children.permits import reached
from app.children.staff_of import teacher_and_mentor
from app.children.standing import stands
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.kernel.grades import YEAR_STARTS
from app.tenancy.models import Homeroom, School

_BEFORE_YEAR = timedelta(days=7)


@dataclass(frozen=True)
class Stay:
    """A time at a school, with the classes in it, the newest first."""

    enrolment: Enrolment
    school: str
    classes: Sequence[tuple[str, Placement]]


@dataclass(frozen=True)
class Sibling:
    """A brother or sister by a shared guardian; ``open`` when the actor may read the file."""

    child: Child
    school: str
    open: bool


@dataclass(frozen=True)
class Said:
    """The latest answer of a roster or form to one question."""

    scheme: str
    value: str
    as_of: date


@dataclass(frozen=True)
class ChildPage:
    """What the page shows of a child today."""

    child: Child
    school: School
    homeroom: Homeroom | None
    class_name: str
    age: int | None
    adults: Sequence[Adult]
    findings: Classified
    identities: Sequence[IdentityDocument]
    declarations: Sequence[Said]
    siblings: Sequence[Sibling]
    stays: Sequence[Stay]
    teacher: Staff | None
    mentor: Staff | None
    transfer: Transfer | None
    stale_before: date

    @property
    def to_verify(self) -> bool:
        """Tell whether an identity number waits to be compared with the document."""
        return any(document.state == "to_verify" for document in self.identities)


def child_page(ctx: Ctx, child: Child) -> ChildPage:
    """Return the page of a child that the gate has admitted."""
    stayed = _stayed(ctx, child)
    school = ctx.session.get_one(School, (ctx.scope.center_id, child.school_id))
    room = next((it.room for it in stayed if it.placement and it.placement.ends_on is None), None)
    adults = families(ctx, [child.id]).get(child.id, [])
    teacher, mentor = teacher_and_mentor(ctx, child.id, room.id if room else None)
    return ChildPage(
        child=child,
        school=school,
        homeroom=room,
        class_name=class_name(ctx, room, school),
        age=age_on(child.birth_date, ctx.today()),
        adults=adults,
        findings=classify(ctx, [child.id])[child.id],
        identities=identities_of(ctx, child),
        declarations=_declarations(ctx, child),
        siblings=_siblings(ctx, child, [adult.guardian.id for adult in adults]),
        stays=_stays(ctx, stayed),
        teacher=teacher,
        mentor=mentor,
        transfer=open_transfer(ctx, child),
        stale_before=stale_before(ctx),
    )


def identities_of(ctx: Ctx, child: Child) -> Sequence[IdentityDocument]:
    """Return the identity numbers of a child that are not voided."""
    return ctx.session.scalars(
        select(IdentityDocument)
        .where(IdentityDocument.child_id == child.id, IdentityDocument.voided_at.is_(None))
        .order_by(IdentityDocument.id)
    ).all()


def identity_of(ctx: Ctx, child: Child, document_id: UUID) -> IdentityDocument:
    """Return one identity number of a child; another's, or a voided one, does not exist."""
    for document in identities_of(ctx, child):
        if document.id == document_id:
            return document
    raise NotVisible


def open_transfer(ctx: Ctx, child: Child) -> Transfer | None:
    """Return the transfer of a child that nobody has decided yet."""
    return ctx.session.scalar(
        select(Transfer).where(Transfer.child_id == child.id, Transfer.state == "requested")
    )


def history_of(ctx: Ctx, guardian_id: UUID) -> Sequence[ParentStatus]:
    """Return every confirmed fact about an adult's whereabouts, the newest first."""
    return ctx.session.scalars(
        select(ParentStatus)
        .where(ParentStatus.guardian_id == guardian_id, ParentStatus.voided_at.is_(None))
        .order_by(ParentStatus.confirmed_on.desc(), ParentStatus.id.desc())
    ).all()


def _declarations(ctx: Ctx, child: Child) -> Sequence[Said]:
    rows = ctx.session.scalars(
        select(Declaration)
        .where(Declaration.child_id == child.id, Declaration.voided_at.is_(None))
        .order_by(Declaration.as_of, Declaration.id)
    )
    latest = {
        scheme: Said(scheme, value, row.as_of)
        for row in rows
        for scheme, value in row.said().items()
    }
    return [latest[scheme] for scheme in SCHEMES if scheme in latest]


@dataclass(frozen=True)
class _Stayed:
    """A row of a child's way: a time at a school, and a class in it, if there is one."""

    stay: Enrolment
    school: School
    placement: Placement | None
    room: Homeroom | None


def _stayed(ctx: Ctx, child: Child) -> list[_Stayed]:
    """Return every time at a school with each class in it, the newest first: one query."""
    placed = refers(Placement.enrolment_id, Enrolment)
    rows = ctx.session.execute(
        select(Enrolment, School, Placement, Homeroom)
        .join(School, refers(Enrolment.at_school_id, School))
        .outerjoin(Placement, placed)
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(Enrolment.child_id == child.id)
        .order_by(
            Enrolment.starts_on.desc(), Enrolment.id.desc(),
            Placement.starts_on.desc(), Placement.id.desc(),
        )
    )  # fmt: skip
    return [_Stayed(*row) for row in rows]


def _stays(ctx: Ctx, stayed: Sequence[_Stayed]) -> list[Stay]:
    each = {it.stay.id: it for it in stayed}
    return [
        Stay(
            at.stay,
            at.school.name,
            [
                # A class of the former school is not visible to the present one.
                (class_name(ctx, it.room, it.school, _named_on(it.placement.starts_on)),
                 it.placement)
                for it in stayed
                if it.stay is at.stay and it.placement is not None
            ],
        )
        for at in each.values()
    ]  # fmt: skip


def _named_on(begin: date) -> date:
    """Return the day whose class name a stay bears: a term may begin in the last days of August."""
    new_year = date(begin.year, *YEAR_STARTS)
    return new_year if timedelta(0) < new_year - begin <= _BEFORE_YEAR else begin


def _siblings(ctx: Ctx, child: Child, guardians: Sequence[UUID]) -> list[Sibling]:
    shared = select(Guardianship.child_id).where(Guardianship.guardian_id.in_(guardians))
    found = ctx.session.execute(
        select(Child, School)
        .join(School, refers(Child.school_id, School))
        .where(Child.id.in_(shared), Child.id != child.id, stands())
        .order_by(Child.birth_date)
    ).all()
    may_open = reached(ctx, "children.view", [c.id for c, _school in found]) if found else ()
    return [Sibling(c, school.short_name, c.id in may_open) for c, school in found]
