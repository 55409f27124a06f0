"""The page of one child, and showing what is masked on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.audit.services import record as audit
from app.children.current import child
from app.children.family import families
from app.children.numbers import mask_identity
from app.children.page import child_page, identity_of
from app.children.permits import can
from app.children.views.bp import bp
from app.children.words import (
    AWAY,
    BOARDING,
    CAN_CARE,
    CONDITIONS,
    REASONS_IN,
    REASONS_OUT,
    SCHEMES,
    SEXES,
)
from app.edge.areas import CHILD
from app.edge.current import ctx, show
from app.edge.marks import permission
from app.kernel.errors import NotVisible
from app.kernel.phones import mask

_WORDS = {
    "away": AWAY, "boarding": BOARDING, "can_care": CAN_CARE, "conditions": CONDITIONS,
    "reasons_in": REASONS_IN, "reasons_out": REASONS_OUT, "schemes": SCHEMES, "sexes": SEXES,
}  # fmt: skip


def child_trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way from the child's school to the current child's page, and on from there."""
    pupils = (_("Children"), url_for("children.school_list"))
    return [pupils, (child().name, back()), *more]


def back() -> str:
    """Return the address of the current child's page."""
    return url_for("children.page", child_id=child().id)


@bp.get(f"{CHILD}/")
@permission("children.view")
def page() -> Any:
    """Show the file of a child; reading it is noted in the audit."""
    here = child()
    if here.merged_into_id is not None:
        flash(_("This child was entered twice. This is the record that stands."), "info")
        return redirect(url_for("children.page", child_id=here.merged_into_id))
    audit(ctx(), "child.read", child_id=here.id, school_id=here.school_id)
    rights = {
        name: can(ctx(), f"children.{name}", here)
        for name in ("edit", "contact", "identity", "export", "transfer")
    }
    return show(
        "children/page.html",
        it=child_page(ctx(), here),
        may=rights,
        words=_WORDS,
        mask=mask,
        mask_identity=mask_identity,
        today=ctx().today(),
        trail=child_trail(),
    )


def _shown(number: str, *, telephone: bool) -> str:
    """Show a whole number: in place of the masked one, or without scripts on a page of its own."""
    if request.headers.get("HX-Request"):
        return render_template("children/_shown.html", number=number, telephone=telephone)
    g.trail = child_trail((_("Shown"), ""))
    return render_template("children/shown.html", number=number, telephone=telephone)


@bp.post(f"{CHILD}/phones/<uuid:phone_id>/show")
@permission("children.contact")
def show_phone(phone_id: UUID) -> Any:
    """Show a whole telephone number; who looked is noted."""
    adults = families(ctx(), [child().id]).get(child().id, [])
    found = next((p for adult in adults for p in adult.phones if p.id == phone_id), None)
    if found is None:
        raise NotVisible
    audit(
        ctx(), "phone.show", object_type="guardian_phone", object_id=phone_id,
        child_id=child().id, school_id=child().school_id,
    )  # fmt: skip
    return _shown(found.number, telephone=True)


@bp.post(f"{CHILD}/identities/<uuid:document_id>/show")
@permission("children.identity")
def show_identity(document_id: UUID) -> Any:
    """Show a whole identity number; who looked is noted."""
    found = identity_of(ctx(), child(), document_id)
    audit(
        ctx(), "identity.show", object_type="identity_document", object_id=document_id,
        child_id=child().id, school_id=child().school_id,
    )  # fmt: skip
    return _shown(found.number, telephone=False)


@bp.post(f"{CHILD}/pupil-number/show")
@permission("children.identity")
def show_pupil_number() -> Any:
    """Show the whole pupil number; who looked is noted."""
    number = child().pupil_number
    if not number:
        raise NotVisible
    audit(ctx(), "pupil_number.show", child_id=child().id, school_id=child().school_id)
    return _shown(number, telephone=False)
