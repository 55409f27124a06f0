"""Pages about staff, the same at a school and at the centre: list, one person, slips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts import grants, passwords, services
from app.accounts.models import Staff
from app.accounts.partners import has_pin, mentor_grant
from app.accounts.queries import (
    StaffLine,
    open_schools,
    school_homerooms,
    staff_lines,
    staff_query,
    working_staff,
)
from app.accounts.roles import ROLES
from app.accounts.staff_forms import NewStaffForm, RoleForm, StaffForm, TakeOnForm
from app.accounts.views import bp
from app.documents.slips import StaffSlip, staff_slips
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, place, show
from app.edge.downloads import PDF, download
from app.edge.forms import choices, put_error
from app.edge.marks import permission
from app.edge.paging import paginate
from app.kernel.errors import NotVisible, Refused

_ONE = "/staff/<uuid:staff_id>"


def here(name: str, **values: Any) -> str:
    """Return the address of a staff page in the area of the page shown."""
    area = "school" if place() else "center"
    return url_for(f"accounts.{area}_{name}", **values)


def found_staff(staff_id: UUID) -> Staff:
    """Return somebody who works within the scope; anybody else does not exist."""
    staff = working_staff(ctx(), staff_id)
    if staff is None:
        raise NotVisible
    return staff


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@bp.get(f"{SCHOOL}/staff", endpoint="school_staff")
@bp.get(f"{CENTER}/staff", endpoint="center_staff")
@permission("staff.view")
def staff_list() -> Any:
    """List who works here."""
    search = request.args.get("q", "")
    school = place() or _uuid(request.args.get("school"))
    schools = [] if place() else open_schools(ctx())
    page = paginate(
        ctx().session,
        staff_query(ctx(), search=search, school_id=school),
        request.args.get("page", 1, type=int),
    )
    return show(
        "accounts/staff_list.html",
        trail=[(_("Staff"), here("staff"))],
        lines=staff_lines(ctx(), page.rows),
        page=page,
        search=search,
        school=school,
        schools=[(str(s.id), s.short_name) for s in schools],
        here=here,
        page_url=lambda number: (
            here("staff", q=search, school=school, page=number)
            if schools
            else here("staff", q=search, page=number)
        ),
    )


@bp.route(f"{SCHOOL}/staff/new", methods=["GET", "POST"], endpoint="school_staff_new")
@bp.route(f"{CENTER}/staff/new", methods=["GET", "POST"], endpoint="center_staff_new")
@permission("staff.manage")
def staff_new() -> Any:
    """Add somebody: at this school, or at the centre's office."""
    form = _new_form()
    if form.validate_on_submit():
        school_id = place() or _uuid(form.school.data if "school" in form else None)
        try:
            staff = services.add_staff(ctx(), school_id=school_id, **_answers(form))
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("%(name)s is added. Now give a role.", name=staff.name), "success")
            return redirect(_page_at(school_id, staff))
    trail = [(_("Staff"), here("staff")), (_("Add a person"), "")]
    page = show("accounts/staff_new.html", trail=trail, form=form, here=here)
    return page, 422 if form.errors else 200


@bp.route(f"{SCHOOL}{_ONE}", methods=["GET", "POST"], endpoint="school_staff_member")
@bp.route(f"{CENTER}{_ONE}", methods=["GET", "POST"], endpoint="center_staff_member")
@permission("staff.manage")
def staff_member(staff_id: UUID) -> Any:
    """Show one person: details to change, roles, password."""
    staff = found_staff(staff_id)
    form = StaffForm(obj=staff)
    if form.validate_on_submit():
        try:
            services.edit_staff(ctx(), staff, **_answers(form))
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Saved."), "success")
            return redirect(here("staff_member", staff_id=staff.id))
    return _member_page(staff, form, _role_form())


@bp.post(f"{SCHOOL}{_ONE}/roles", endpoint="school_staff_role")
@bp.post(f"{CENTER}{_ONE}/roles", endpoint="center_staff_role")
@permission("staff.manage")
def staff_role(staff_id: UUID) -> Any:
    """Give a role at this school, or at the centre."""
    staff = found_staff(staff_id)
    form = _role_form()
    if form.validate_on_submit():
        rooms = [UUID(room) for room in form.homerooms.data or []]
        try:
            grants.give_role(
                ctx(), staff, role=form.role.data, school_id=place(), homeroom_ids=rooms
            )
        except Refused as refused:
            put_error(form, refused, default="role")
        else:
            flash(_("The role is given. It counts from now on."), "success")
            return redirect(here("staff_member", staff_id=staff.id))
    return _member_page(staff, StaffForm(formdata=None, obj=staff), form)


@bp.post(f"{CENTER}{_ONE}/schools", endpoint="center_staff_take_on")
@permission("staff.manage")
def staff_take_on(staff_id: UUID) -> Any:
    """Let somebody work at one more school, and go on to give a role there."""
    staff = found_staff(staff_id)
    school = next((s for s in open_schools(ctx()) if str(s.id) == request.form.get("school")), None)
    if school is None:
        raise NotVisible
    services.take_on(ctx(), staff, school_id=school.id)
    return redirect(_page_at(school.id, staff))


@bp.post(f"{SCHOOL}/staff/slips", endpoint="school_staff_slips")
@bp.post(f"{CENTER}/staff/slips", endpoint="center_staff_slips")
@permission("staff.manage")
def staff_slips_for() -> Any:
    """Give the ticked people, or all who have no account, first passwords on paper."""
    statement = staff_query(ctx(), school_id=place() or _uuid(request.form.get("school")))
    if request.form.get("who") == "new":
        statement = statement.where(Staff.account_id.is_(None), Staff.kind == "teacher")
    else:
        ticked = [found for x in request.form.getlist("staff") if (found := _uuid(x))]
        statement = statement.where(Staff.id.in_(ticked))
    try:
        given = passwords.give_first_passwords(ctx(), ctx().session.scalars(statement).all())
    except Refused as refused:
        ctx().session.rollback()
        flash(str(refused), "danger")
        return redirect(here("staff"))
    body = staff_slips(_slips(given), on=ctx().today())
    return download(body, _("First passwords") + ".pdf", PDF)


@bp.post(f"{SCHOOL}{_ONE}/access", endpoint="school_staff_access")
@bp.post(f"{CENTER}{_ONE}/access", endpoint="center_staff_access")
@permission("staff.manage")
def staff_access(staff_id: UUID) -> Any:
    """Stop somebody from signing in, or allow it again."""
    staff = found_staff(staff_id)
    disabled = request.form.get("disabled") == "1"
    passwords.set_disabled(ctx(), staff, disabled=disabled)
    flash(
        _("%(name)s can no longer sign in.", name=staff.name)
        if disabled
        else _("%(name)s can sign in again.", name=staff.name),
        "success",
    )
    return redirect(here("staff_member", staff_id=staff.id))


def _new_form() -> StaffForm:
    if place():
        return StaffForm()
    form = NewStaffForm()
    office = [("", _("The centre's office"))]
    form.school.choices = choices(office + [(str(s.id), s.short_name) for s in open_schools(ctx())])
    return form


def _page_at(school_id: UUID | None, staff: Staff) -> str:
    """Return the person's page at a school, where roles are given; else in the page's area."""
    school = next((s for s in open_schools(ctx()) if s.id == school_id), None)
    if school is None:
        return here("staff_member", staff_id=staff.id)
    return url_for("accounts.school_staff_member", school=school.code, staff_id=staff.id)


def _answers(form: StaffForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("name", "number", "phone", "sex", "kind")}


def _slips(given: Sequence[passwords.FirstPassword]) -> list[StaffSlip]:
    lines = staff_lines(ctx(), [one.staff for one in given])
    address = request.host_url.rstrip("/")
    return [
        StaffSlip(
            one.staff.name,
            one.staff.number or one.staff.phone or "",
            one.password,
            address,
            _school_of(line),
        )
        for one, line in zip(given, lines, strict=True)
    ]


def _school_of(line: StaffLine) -> str:
    names = [post.school.short_name for post in line.posts if post.school]
    return names[0] if names else ""


def _role_form() -> RoleForm:
    form = RoleForm(formdata=request.form if request.path.endswith("/roles") else None)
    school = place()
    roles = grants.givable_roles(ctx(), school)
    form.role.choices = choices([("", _("Choose"))] + [(r, str(ROLES[r].title)) for r in roles])
    rooms = school_homerooms(ctx(), school) if school else []
    form.homerooms.choices = choices([(str(room), name) for room, name in rooms])
    return form


def _from_outside(staff: Staff) -> bool:
    """Tell whether somebody signs in on the phone, if at all: a mentor who is no employee."""
    at = place()
    mentors = at is not None and mentor_grant(ctx(), staff, at) is not None
    return mentors and (staff.account_id is None or has_pin(ctx(), staff))


def _member_page(staff: Staff, form: StaffForm, role_form: RoleForm) -> Any:
    take_on = TakeOnForm(formdata=None)
    schools = [] if place() else open_schools(ctx())
    take_on.school.choices = choices([(str(s.id), s.short_name) for s in schools])
    page = show(
        "accounts/staff_member.html",
        trail=[(_("Staff"), here("staff")), (staff.name, "")],
        line=staff_lines(ctx(), [staff])[0],
        form=form,
        role_form=role_form,
        take_on=take_on if schools else None,
        here=here,
        own=staff.id == ctx().actor.staff_id,
        partner=_from_outside(staff),
    )
    return page, 422 if form.errors or role_form.errors else 200
