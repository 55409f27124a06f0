"""Village and group sectors of a school, and the children that belong to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.children.listing import homeroom_choices
from app.children.views.saving import save
from app.edge.areas import SCHOOL
from app.edge.buttons import press
from app.edge.current import ctx, school_id, show
from app.edge.marks import permission
from app.organisation import services
from app.organisation.forms import SectorForm
from app.organisation.queries import SECTORS
from app.organisation.sectors import pupils_to_add, put_in, take_out
from app.organisation.views.bp import bp, here, ids, trail
from app.organisation.views.posts import found_post, post_page


@bp.route(f"{SCHOOL}/organisation/sectors/new", methods=["GET", "POST"])
@permission("organisation.manage")
def sector_new() -> Any:
    """Add a sector, and go on to say who looks after it."""
    form = SectorForm()
    made: list[UUID] = []
    return save(
        form,
        lambda: made.append(
            services.add_sector(
                ctx(), school_id(), kind=form.kind.data, title=form.title.data or "",
                duties=form.duties.data or "",
            ).id
        ),
        title=_("Add a village or group"),
        done=_("Saved. Now say who looks after it."),
        after=here("page"),
        then=lambda: post_page(made[0]),
        trail=trail(),
    )  # fmt: skip


@bp.get(f"{SCHOOL}/organisation/posts/<uuid:post_id>/children")
@permission("organisation.manage")
def sector_children(post_id: UUID) -> Any:
    """Choose children of a class for a sector."""
    post = found_post(post_id, *SECTORS)
    rooms = homeroom_choices(ctx(), school_id())
    chosen = next(iter(ids([request.args.get("homeroom", "")])), None)
    return show(
        "organisation/children.html",
        trail=trail((post.title, post_page(post.id)), (_("Put children in"), "")),
        here=here,
        post=post,
        rooms=rooms,
        chosen=chosen,
        pupils=pupils_to_add(ctx(), post, chosen) if chosen else [],
    )


@bp.post(f"{SCHOOL}/organisation/posts/<uuid:post_id>/children")
@permission("organisation.manage")
def sector_children_add(post_id: UUID) -> Any:
    """Put the ticked children into a sector."""
    post = found_post(post_id, *SECTORS)

    def act() -> object:
        added = put_in(ctx(), post, ids(request.form.getlist("child")))
        return ngettext("%(num)s child put in.", "%(num)s children put in.", added)

    return press(act, after=post_page(post.id), again=lambda: sector_children(post_id))


@bp.post(f"{SCHOOL}/organisation/posts/<uuid:post_id>/children/remove")
@permission("organisation.manage")
def sector_children_remove(post_id: UUID) -> Any:
    """Take the ticked children out of a sector."""
    post = found_post(post_id, *SECTORS)
    number = take_out(ctx(), post, ids(request.form.getlist("child")))
    flash(ngettext("%(num)s child taken out.", "%(num)s children taken out.", number), "success")
    return redirect(post_page(post.id))
