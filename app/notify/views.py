"""Notices as pages: what is new, reading it, and how it comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app.edge.areas import CENTER, FAMILY, SCHOOL
from app.edge.current import ctx, show
from app.edge.forms import put_error
from app.edge.marks import permission, signed_in
from app.edge.paging import paginate
from app.kernel.errors import NotVisible, Refused
from app.notify import services
from app.notify.forms import ChoiceForm, HourForm
from app.notify.mail import MAIL_SERVER
from app.notify.queries import notices, own_address, own_notice, unread, wants_mail
from app.notify.settings import digest_hour, set_digest_hour
from app.notify.texts import told

bp = Blueprint("notices", __name__, template_folder="templates")
_OWN = "a notice belongs to its reader alone; the database keeps others away"
_PAGE = 20


@bp.app_template_filter("told")
def _told(found: dict[str, Any]) -> str:
    return str(told(found))


def _page() -> str:
    return "notices.family" if g.get("workplace") is None else "notices.staff"


@bp.get(f"{CENTER}/notices", endpoint="staff")
@bp.get(f"{SCHOOL}/notices", endpoint="staff")
@bp.get(f"{FAMILY}/notices", endpoint="family")
@signed_in(_OWN)
def page() -> Any:
    """List one's own notices, newest first."""
    here = _page()
    return show(
        "notify/list.html",
        trail=[(_("Notices"), "")],
        page=paginate(
            ctx().session, notices(ctx()), request.args.get("page", 1, type=int), size=_PAGE
        ),
        page_url=lambda number: url_for(here, page=number),
        unread=unread(ctx()),
        area=here.removeprefix("notices."),
    )


@bp.get(f"{CENTER}/notices/<uuid:notice_id>", endpoint="staff_open")
@bp.get(f"{SCHOOL}/notices/<uuid:notice_id>", endpoint="staff_open")
@bp.get(f"{FAMILY}/notices/<uuid:notice_id>", endpoint="family_open")
@signed_in(_OWN)
def follow(notice_id: UUID) -> Any:
    """Note that a notice was read, and go where it (or one line of a digest) leads."""
    notice = own_notice(ctx(), notice_id)
    services.mark_read(ctx(), notice)
    line = request.args.get("line", -1, type=int)
    url = notice.lines[line]["url"] if 0 <= line < len(notice.lines) else notice.url
    return redirect(url or url_for(_page()))


@bp.post(f"{CENTER}/notices/<uuid:notice_id>/read", endpoint="staff_read")
@bp.post(f"{SCHOOL}/notices/<uuid:notice_id>/read", endpoint="staff_read")
@bp.post(f"{FAMILY}/notices/<uuid:notice_id>/read", endpoint="family_read")
@signed_in(_OWN)
def read(notice_id: UUID) -> Any:
    """Note that a notice was read."""
    services.mark_read(ctx(), own_notice(ctx(), notice_id))
    return redirect(url_for(_page(), page=request.form.get("page", 1, type=int)), 303)


@bp.post(f"{CENTER}/notices/read", endpoint="staff_read_all")
@bp.post(f"{SCHOOL}/notices/read", endpoint="staff_read_all")
@bp.post(f"{FAMILY}/notices/read", endpoint="family_read_all")
@signed_in(_OWN)
def read_all() -> Any:
    """Note that everything was read."""
    services.mark_all_read(ctx())
    return redirect(url_for(_page()), 303)


@bp.route(f"{CENTER}/notices/choice", methods=["GET", "POST"])
@bp.route(f"{SCHOOL}/notices/choice", methods=["GET", "POST"])
@signed_in("everybody chooses how notices reach them")
def choice() -> Any:
    """Choose how notices reach oneself."""
    if ctx().actor.staff_id is None:
        raise NotVisible
    form = ChoiceForm(mail=wants_mail(ctx()), address=own_address(ctx()))
    if form.validate_on_submit():
        try:
            services.choose(ctx(), mail=bool(form.mail.data), address=form.address.data or "")
        except Refused as refused:
            put_error(form, refused, default="address")
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("notices.staff"), 303)
    return _choice(form, HourForm(formdata=None, hour=digest_hour(ctx())))


@bp.post(f"{CENTER}/notices/hour")
@permission("center.manage")
def hour() -> Any:
    """Set at which hour the centre's people are reminded."""
    form = HourForm()
    if form.validate_on_submit():
        set_digest_hour(ctx(), int(form.hour.data or 0))
        flash(_("Saved."), "success")
        return redirect(url_for("notices.choice"), 303)
    own = ChoiceForm(formdata=None, mail=wants_mail(ctx()), address=own_address(ctx()))
    return _choice(own, form)


def _choice(form: ChoiceForm, hour_form: HourForm) -> Any:
    page = show(
        "notify/choice.html",
        trail=[(_("Notices"), url_for("notices.staff")), (_("How they reach me"), "")],
        form=form,
        hour_form=hour_form,
        hour=digest_hour(ctx()),
        mail_works=current_app.extensions[MAIL_SERVER] is not None,
    )
    return page, 422 if form.errors or hour_form.errors else 200
