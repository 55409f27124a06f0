"""Papers: the roster of a class or a school, contact cards of a child or a class."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.services import record as audit
from app.children.cards import class_cards, one_card
from app.children.current import child
from app.children.listing import all_rows
from app.children.permits import reaches_class
from app.children.register import Heading, as_sheet, on_paper
from app.children.search import Wanted
from app.children.views.bp import bp
from app.db.conditions import refers
from app.edge.areas import CHILD, SCHOOL
from app.edge.current import ctx, school_id
from app.edge.downloads import PDF, XLSX, download
from app.edge.marks import permission
from app.kernel.errors import NotVisible
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title


def _room(homeroom_id: UUID) -> tuple[Homeroom, School, str]:
    found = (
        ctx()
        .session.execute(
            select(Homeroom, School)
            .join(School, refers(Homeroom.school_id, School))
            .where(Homeroom.id == homeroom_id, Homeroom.school_id == school_id())
        )
        .one_or_none()
    )
    if found is None:
        raise NotVisible
    room, school = found
    if not reaches_class(ctx(), "children.export", room):
        raise NotVisible
    return room, school, class_title(ctx(), room, school.system)


def _family_url() -> str:
    return url_for("accounts.family_sign_in", _external=True)


def _class_roster(homeroom_id: UUID, form: str) -> Response:
    room, school, title = _room(homeroom_id)
    rows = all_rows(ctx(), Wanted(homeroom=str(room.id)), "children.export")
    heading = Heading(_("Roster of class %(name)s", name=title), school.name, ctx().today())
    make, kind = (as_sheet, XLSX) if form == "xlsx" else (on_paper, PDF)
    body = make(ctx(), rows, heading)
    audit(
        ctx(), "roster.export", object_type="homeroom", object_id=room.id,
        school_id=school_id(), rows=len(rows), format=form,
    )  # fmt: skip
    return download(body, f"{school.short_name}{heading.title}.{form}", kind, inline=form == "pdf")


@bp.get(f"{SCHOOL}/classes/<uuid:homeroom_id>/roster.xlsx")
@permission("children.export")
def class_roster_sheet(homeroom_id: UUID) -> Any:
    """Send the roster of a class as a sheet."""
    return _class_roster(homeroom_id, "xlsx")


@bp.get(f"{SCHOOL}/classes/<uuid:homeroom_id>/roster.pdf")
@permission("children.export")
def class_roster_paper(homeroom_id: UUID) -> Any:
    """Send the roster of a class to print."""
    return _class_roster(homeroom_id, "pdf")


@bp.get(f"{SCHOOL}/children/roster.pdf")
@permission("children.export")
def school_roster_paper() -> Any:
    """Send the roster of the school to print."""
    school = ctx().session.scalars(select(School).where(School.id == school_id())).one()
    rows = all_rows(ctx(), Wanted(), "children.export")
    heading = Heading(_("Roster of pupils"), school.name, ctx().today())
    body = on_paper(ctx(), rows, heading)
    audit(ctx(), "roster.export", school_id=school_id(), rows=len(rows), format="pdf")
    return download(body, f"{school.short_name}{heading.title}.pdf", PDF, inline=True)


@bp.get(f"{CHILD}/contact-card.pdf")
@permission("children.export")
def contact_card() -> Any:
    """Send the contact card of a child to print."""
    body = one_card(ctx(), child(), family_url=_family_url())
    audit(ctx(), "contact_card.print", child_id=child().id, school_id=child().school_id, cards=1)
    return download(body, f"{_('Contact card')}{child().name}.pdf", PDF, inline=True)


@bp.get(f"{SCHOOL}/classes/<uuid:homeroom_id>/contact-cards.pdf")
@permission("children.export")
def class_contact_cards(homeroom_id: UUID) -> Any:
    """Send the contact cards of a class to print."""
    room, school, title = _room(homeroom_id)
    rows = all_rows(ctx(), Wanted(homeroom=str(room.id)), "children.export")
    body = class_cards(ctx(), [row.child for row in rows], title, family_url=_family_url())
    audit(
        ctx(), "contact_card.print", object_type="homeroom", object_id=room.id,
        school_id=school_id(), cards=len(rows),
    )  # fmt: skip
    return download(body, f"{school.short_name}{title}{_('Contact cards')}.pdf", PDF, inline=True)
