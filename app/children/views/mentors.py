"""Choosing a child's mentor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import GrantChild
from app.children.current import child
from app.children.forms import MentorForm
from app.children.services.mentors import mentor_choices, pair
from app.children.views.bp import bp
from app.children.views.page import back, child_trail
from app.children.views.saving import save
from app.edge.areas import CHILD
from app.edge.current import ctx
from app.edge.forms import choices
from app.edge.marks import permission


@bp.route(f"{CHILD}/mentor", methods=["GET", "POST"])
@permission("staff.manage")
def mentor() -> Any:
    """Choose who mentors the child."""
    here = child()
    form = MentorForm()
    offered = mentor_choices(ctx(), here.school_id)
    form.mentor.choices = choices([("", _("Nobody")), *((str(g), name) for g, name in offered)])
    if request.method == "GET":
        present = select(GrantChild.grant_id).where(
            GrantChild.child_id == here.id,
            GrantChild.ends_on.is_(None),
            GrantChild.grant_id.in_([g for g, _name in offered]),
        )
        form.mentor.data = str(ctx().session.scalar(present) or "")
    notices = [] if offered else [_("Nobody here is a mentor yet. Give somebody the role first.")]
    return save(
        form,
        lambda: pair(ctx(), here, grant_id=UUID(form.mentor.data) if form.mentor.data else None),
        title=_("Choose the mentor"),
        done=_("The mentor is chosen. From now on the mentor sees this child."),
        after=back(),
        trail=child_trail(),
        notices=notices,
    )
