"""One post: what it is, who holds it and held it; appointing, ending, handing over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask_babel import gettext as _

from app.children.listing import homeroom_choices
from app.children.views.saving import day_of, save
from app.edge.current import ctx, place, show
from app.edge.forms import choices, put_error
from app.edge.marks import permission
from app.kernel.errors import Refused
from app.organisation import services
from app.organisation.forms import AppointForm, PostForm
from app.organisation.holding import appoint, appointable, end_holding, hand_over_post
from app.organisation.models import OrgPost
from app.organisation.queries import SECTORS, PostLine, history, lines_of, post_title, sector_word
from app.organisation.sectors import pupils_of
from app.organisation.views.bp import bp, here, trail

_ONE = "/posts/<uuid:post_id>"


def post_page(post_id: UUID) -> str:
    """Return the address of a post's page."""
    return here("post", post_id=post_id)


def found_post(post_id: UUID, *kinds: str) -> OrgPost:
    """Return a post of the place; anything else does not exist."""
    return services.post_here(ctx(), post_id, place(), *kinds)


@bp.both("/bodies/<uuid:body_id>/posts/new", "post_new", "GET", "POST")
@permission("organisation.manage")
def post_new(body_id: UUID) -> Any:
    """Add a post to a body."""
    body = services.body_here(ctx(), body_id, place())
    form = PostForm()
    return save(
        form,
        lambda: services.add_post(
            ctx(), body, title=form.title.data or "", duties=form.duties.data or "",
            leads=bool(form.leads.data),
        ),
        title=_("Add a post"),
        done=_("Saved."),
        after=here("page"),
        trail=trail((body.title, here("page"))),
    )  # fmt: skip


@bp.both(_ONE, "post")
@permission("organisation.view")
def post(post_id: UUID) -> Any:
    """Show a post: duties, holders, history; forms for who manages."""
    found = found_post(post_id)
    return _page(found, _appoint_form(found))


@bp.both(f"{_ONE}/edit", "post_edit", "GET", "POST")
@permission("organisation.manage")
def post_edit(post_id: UUID) -> Any:
    """Change what a post is called and has to do."""
    found = found_post(post_id)
    form = PostForm(obj=found)
    if found.kind != "body":
        del form.leads
    return save(
        form,
        lambda: services.edit_post(
            ctx(), found, title=form.title.data or "", duties=form.duties.data or "",
            leads="leads" in form and bool(form.leads.data),
        ),
        title=_("Change the post"),
        done=_("Saved."),
        after=post_page(found.id),
        trail=trail((post_title(found), post_page(found.id))),
        void_url=here("post_end", post_id=found.id),
        void_label=_("Abolish this post"),
        void_question=_("It no longer needs anybody. Who held it stays on record."),
    )  # fmt: skip


@bp.both(f"{_ONE}/appoint", "post_appoint", "POST")
@permission("organisation.manage")
def post_appoint(post_id: UUID) -> Any:
    """Give the post to somebody, also in the place of somebody."""
    found = found_post(post_id)
    form = _appoint_form(found)
    if form.validate_on_submit():
        try:
            _appoint(found, form)
        except Refused as refused:
            put_error(form, refused, default="staff")
        else:
            flash(_("%(post)s is filled.", post=post_title(found)), "success")
            return redirect(here("page") if found.kind == "body" else post_page(found.id))
    return _page(found, form)


@bp.both(f"{_ONE}/holders/<uuid:holder_id>/end", "holder_end", "POST")
@permission("organisation.manage")
def holder_end(post_id: UUID, holder_id: UUID) -> Any:
    """End somebody's holding of the post."""
    found = found_post(post_id)
    end_holding(ctx(), found, holder_id)
    flash(_("Ended. It stays on record."), "success")
    return redirect(post_page(found.id))


@bp.both(f"{_ONE}/end", "post_end", "POST")
@permission("organisation.manage")
def post_end(post_id: UUID) -> Any:
    """Abolish the post."""
    services.end_post(ctx(), found_post(post_id))
    flash(_("The post is abolished. Its past stays."), "success")
    return redirect(here("page"))


def _appoint(found: OrgPost, form: AppointForm) -> None:
    people = {str(person.id): person for person in appointable(ctx(), place())}
    staff, day = people[form.staff.data], day_of(form.starts_on)
    if "replaces" not in form or not form.replaces.data:
        appoint(ctx(), found, staff, deputy=bool(form.deputy.data), on=day)
        return
    # The one replaced may have left and no longer be appointable.
    held = {str(one.staff.id): one.staff for one in _line(found).held}
    hand_over_post(ctx(), found, to_staff=staff, on=day, from_staff=held[form.replaces.data])


def _line(found: OrgPost) -> PostLine:
    return lines_of(ctx(), [found])[0]


def _appoint_form(found: OrgPost) -> AppointForm:
    form = AppointForm()
    people = [
        (str(p.id), f"{p.name} {p.number or ''}".strip()) for p in appointable(ctx(), place())
    ]
    held = {str(one.staff.id): one.staff.name for one in _line(found).held}
    form.staff.choices = choices([("", _("Choose")), *people])
    form.replaces.choices = choices([("", _("Nobody: in addition")), *held.items()])
    if not held:
        del form.replaces
    if form.starts_on.data is None and not form.is_submitted():
        form.starts_on.data = ctx().today()
    return form


def _page(found: OrgPost, form: AppointForm) -> Any:
    sector = found.kind in SECTORS
    page = show(
        "organisation/post.html",
        trail=trail((post_title(found), "")),
        here=here,
        post=found,
        heading=post_title(found),
        kind=sector_word(found.kind) if sector else "",
        line=_line(found),
        past=history(ctx(), found),
        form=form,
        pupils=pupils_of(ctx(), found) if sector else [],
        rooms=homeroom_choices(ctx(), found.school_id) if sector and found.school_id else [],
    )
    return page, 422 if form.errors else 200
