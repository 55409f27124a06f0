"""The page by which a school lets a mentor from outside in, and shuts out again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from app.accounts.models import Grant, Staff
from app.accounts.partners import FAMILY, let_in, mentor_grant, shut_out
from app.accounts.staff_forms import LetInForm
from app.accounts.staff_views import found_staff
from app.accounts.views import bp
from app.documents.slips import StaffSlip, phone_slips
from app.edge.areas import SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.downloads import PDF, download
from app.edge.forms import put_error
from app.edge.marks import permission
from app.kernel.errors import NotVisible, Refused
from app.tenancy.models import School

_PHONE = "/staff/<uuid:staff_id>/phone"


def _mentor(staff_id: UUID) -> tuple[Staff, Grant]:
    staff = found_staff(staff_id)
    grant = mentor_grant(ctx(), staff, school_id())
    if grant is None:
        raise NotVisible
    return staff, grant


@bp.route(f"{SCHOOL}{_PHONE}", methods=["GET", "POST"], endpoint="school_partner")
@permission("staff.manage")
def partner(staff_id: UUID) -> Any:
    """Let a mentor from outside sign in on the phone until a day: the answer is a slip."""
    staff, grant = _mentor(staff_id)
    form = LetInForm(until=grant.ends_on)
    if form.validate_on_submit():
        try:
            given = let_in(ctx(), staff, school_id=school_id(), until=form.until.data)
        except Refused as refused:
            put_error(form, refused, default="until")
        else:
            return download(_slip(staff, given.pin), _("Sign-in on the phone") + ".pdf", PDF)
    page = show(
        "accounts/partner.html",
        trail=[
            (_("Staff"), url_for("accounts.school_staff")),
            (staff.name, url_for("accounts.school_staff_member", staff_id=staff.id)),
            (_("Sign-in on the phone"), ""),
        ],
        staff=staff,
        grant=grant,
        inside=grant.reach == FAMILY,
        form=form,
    )
    return page, 422 if form.errors else 200


def _slip(staff: Staff, pin: str) -> bytes:
    school = ctx().session.get_one(School, (ctx().scope.center_id, school_id()))
    address = url_for("accounts.family_sign_in", _external=True)
    slip = StaffSlip(staff.name, staff.phone or "", pin, address, school.short_name)
    return phone_slips([slip], on=ctx().today())


@bp.post(f"{SCHOOL}{_PHONE}/end", endpoint="school_partner_end")
@permission("staff.manage")
def partner_end(staff_id: UUID) -> Any:
    """End the sign-in of a mentor from outside at this school."""
    staff, _grant = _mentor(staff_id)
    shut_out(ctx(), staff, school_id=school_id())
    flash(_("%(name)s can no longer sign in.", name=staff.name), "success")
    return redirect(url_for("accounts.school_partner", staff_id=staff.id))
