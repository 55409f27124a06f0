"""The page of a school's classes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.children.forms import HomeroomForm
from app.children.homerooms.queries import class_lines
from app.children.homerooms.services import add_homeroom, close_homeroom
from app.children.listing import grade_choices
from app.children.views.saving import save
from app.edge.areas import AreaBlueprint
from app.edge.buttons import press
from app.edge.current import ctx, school_id, show
from app.edge.forms import choices
from app.edge.marks import permission
from app.tenancy.models import School

bp = AreaBlueprint("homerooms", __name__, area="school")


def _school() -> School:
    return ctx().session.scalars(select(School).where(School.id == school_id())).one()


@bp.get("/classes")
@permission("school.view")
def page() -> Any:
    """List the classes with teacher, number of pupils and papers."""
    return show(
        "homerooms/page.html",
        lines=class_lines(ctx(), _school()),
        trail=[(_("Classes"), "")],
    )


@bp.route("/classes/new", methods=["GET", "POST"])
@permission("school.manage")
def add() -> Any:
    """Open a class."""
    school = _school()
    form = HomeroomForm()
    form.grade.choices = choices([("", "—"), *grade_choices(school.stages, school.system)])

    def act() -> None:
        stage, _sign, grade = (form.grade.data or "").partition("-")
        add_homeroom(
            ctx(),
            school,
            stage=stage,
            grade=int(grade),
            number=form.number.data or 0,
            title=form.title.data or "",
        )

    return save(
        form,
        act,
        title=_("Add a class"),
        done=_("The class is there."),
        after=url_for("homerooms.page"),
        trail=[(_("Classes"), url_for("homerooms.page"))],
    )


@bp.post("/classes/<uuid:homeroom_id>/close")
@permission("school.manage")
def close(homeroom_id: UUID) -> Any:
    """Close a class without pupils."""

    def act() -> object:
        close_homeroom(ctx(), _school(), homeroom_id)
        return _("The class is closed. Its past stays.")

    return press(act, after=url_for("homerooms.page"), again=page)
