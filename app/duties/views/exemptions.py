"""The page of a school's exemptions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.queries import school_homerooms, staff_query
from app.children.models import Child
from app.children.permits import visible
from app.duties.exemptions import (
    exempt,
    exemption_of,
    exemptions,
    policies_here,
    void_exemption,
)
from app.duties.forms import ExemptionForm
from app.duties.views.bp import bp
from app.edge.areas import SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.forms import choices, put_error
from app.edge.marks import permission
from app.kernel.errors import Refused

MANAGE = "duties.manage"


@bp.route(f"{SCHOOL}/duties/exemptions", methods=["GET", "POST"], endpoint="exemptions")
@permission(MANAGE)
def exemption_page() -> Any:
    """List who is excused, and excuse somebody."""
    form = _form()
    if form.validate_on_submit():
        try:
            _exempt(form)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The exemption is saved."), "success")
            return redirect(url_for(".exemptions"))
    page = show(
        "duties/exemptions.html",
        form=form,
        found=exemptions(ctx(), school_id()),
        today=ctx().today(),
        trail=[(_("Duties"), url_for(".school_board")), (_("Exemptions"), "")],
    )
    return page, 422 if form.errors else 200


def _exempt(form: ExemptionForm) -> None:
    subject, _colon, number = (form.subject.data or "").partition(":")
    exempt(
        ctx(),
        school_id(),
        subject=subject,
        subject_id=UUID(number),
        policy_id=UUID(form.policy.data) if form.policy.data else None,
        starts_on=form.starts_on.data or ctx().today(),
        ends_on=form.ends_on.data or ctx().today(),
        reason=form.reason.data or "",
    )


def _form() -> ExemptionForm:
    form = ExemptionForm()
    form.subject.choices = choices(_subjects())
    form.policy.choices = choices(
        [("", _("All systems")), *((str(p.id), p.name) for p in policies_here(ctx()))]
    )
    if request.method == "GET":
        form.starts_on.data = ctx().today()
    return form


def _subjects() -> list[tuple[str, str]]:
    """Return whom the form offers: one child when the address names it, else classes and staff."""
    wanted = request.args.get("child", type=UUID)
    if wanted is not None:
        named = select(Child).where(Child.id == wanted, Child.school_id == school_id())
        found = ctx().session.scalar(visible(ctx(), MANAGE, named))
        if found is not None:
            return [(f"child:{found.id}", found.name)]
    people = ctx().session.scalars(staff_query(ctx(), school_id=school_id()))
    return [
        (f"school:{school_id()}", _("The whole school")),
        *((f"homeroom:{room}", title) for room, title in school_homerooms(ctx(), school_id())),
        *((f"staff:{person.id}", person.name) for person in people),
    ]


@bp.post(f"{SCHOOL}/duties/exemptions/<uuid:exemption_id>/void")
@permission(MANAGE)
def void(exemption_id: UUID) -> Any:
    """Take an exemption back."""
    void_exemption(ctx(), exemption_of(ctx(), exemption_id))
    flash(_("The exemption is taken back."), "success")
    return redirect(url_for(".exemptions"))
