"""Each person's own page: what others are to hand over, to accept or to give back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.duties.views.todo import at_only_school
from app.edge.areas import CENTER
from app.edge.current import ctx, show
from app.edge.marks import signed_in
from app.handover import services
from app.handover.models import HandOver
from app.handover.queries import REASONS, given_away, groups, offers
from app.handover.views.bp import bp
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T

_MINE = f"{CENTER}/hand-overs"
_OWN = "everybody sees what is proposed to themselves alone"


@bp.get(_MINE)
@signed_in(_OWN)
def mine() -> Any:
    """Show what is proposed to the reader, and what the reader gives away."""
    at_only_school()
    return show(
        "handover/mine.html",
        offers=offers(ctx()),
        given=[(row, groups(ctx(), row)) for row in given_away(ctx())],
        reasons=REASONS,
        trail=[(_("Hand-overs"), "")],
    )


@bp.post(f"{_MINE}/<uuid:hand_over_id>/accept")
@signed_in(_OWN)
def accept(hand_over_id: UUID) -> Any:
    """Take over what is ticked, or all of it."""

    def accepted(row: HandOver) -> str:
        moved = services.accept(ctx(), row, _ticked(row))
        number = sum(item.parent_id is None for item in moved)
        said = ngettext("You have taken over %(num)s thing.",
                        "You have taken over %(num)s things.", number)  # fmt: skip
        begins = moved[0].begins_on
        if begins and begins > ctx().today():
            return f"{said} {_('You answer for it from %(day)s on.', day=begins.isoformat())}"
        return str(said)

    return _answer(hand_over_id, accepted)


@bp.post(f"{_MINE}/<uuid:hand_over_id>/decline")
@signed_in(_OWN)
def decline(hand_over_id: UUID) -> Any:
    """Give back what is ticked, with a reason."""

    def declined(row: HandOver) -> str:
        services.decline(ctx(), row, _ticked(row), reason=request.form.get("reason", ""))
        return str(_("Given back. Whoever proposed it will find somebody else."))

    return _answer(hand_over_id, declined)


def _ticked(row: HandOver) -> list[UUID]:
    """Return the items that the form means, among those proposed to the reader."""
    own = next((offer for offer in offers(ctx()) if offer.row.id == row.id), None)
    items = [line.item.id for group in own.groups for line in group.lines] if own else []
    if request.form.get("which") == "all":
        return items
    ticked = set(request.form.getlist("item"))
    found = [item for item in items if str(item) in ticked]
    if not found:
        raise Refused(T("Tick what you mean."))
    return found


def _answer(hand_over_id: UUID, act: Callable[[HandOver], str]) -> Any:
    row = ctx().session.scalar(select(HandOver).where(HandOver.id == hand_over_id))
    if row is None or all(item.successor_id != ctx().actor.staff_id for item in row.items):
        raise NotVisible
    try:
        said = act(row)
    except Refused as refused:
        flash(str(refused), "danger")
        ctx().session.rollback()
        return mine(), 422
    flash(said, "success")
    return redirect(url_for("handover.mine"))
