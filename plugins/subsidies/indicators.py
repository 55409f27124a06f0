"""The rows behind the numbers that the module gives to boards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Uuid,
    and_,
    cast,
    exists,
    false,
    not_,
    null,
    or_,
    select,
    true,
)

from app.sdk import (
    AsOf,
    Child,
    Ctx,
    Homeroom,
    IndicatorRows,
    Placement,
    classified,
    pupil_rows,
    refers,
    visible,
)
from plugins.subsidies.eligible import YES, verdict
from plugins.subsidies.manifest import FUNDED, MONEY, UNFUNDED, UNPAID, VIEW
from plugins.subsidies.models import Scheme, SubsidyRound
from plugins.subsidies.pay_models import Award
from plugins.subsidies.payments import unpaid


def pupils_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the pupils eligible for a scheme with an open round, and who has an award in one.

    Schemes that everybody gets (meals) say nothing about anybody and are left out.
    """
    rounds = [r for r in open_rounds(ctx) if r.scheme.needs]
    classes = classified(as_of.day)
    schemes = {r.scheme_id: r.scheme for r in rounds}.values()
    eligible: ColumnElement[bool] = or_(
        false(), *(verdict(scheme, classes) == YES for scheme in schemes)
    )
    has = _awarded([r.id for r in rounds])
    asked = {"eligible": true(), "funded": has, "unfunded": not_(has)}
    joined = and_(classes.c.center_id == Child.center_id, classes.c.child_id == Child.id)
    return (
        pupil_rows(ctx, VIEW, asked)
        .join(classes, joined)
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(eligible)
    )


def _awarded(rounds: list[Any]) -> ColumnElement[bool]:
    return exists().where(
        Award.center_id == Child.center_id,
        Award.child_id == Child.id,
        Award.round_id.in_(rounds),
        Award.ended_at.is_(None),
    )


def open_rounds(ctx: Ctx) -> list[SubsidyRound]:
    """Return the rounds that are open, with their schemes: one query."""
    rows = ctx.session.execute(
        select(SubsidyRound, Scheme)
        .join(Scheme, refers(SubsidyRound.scheme_id, Scheme))
        .where(SubsidyRound.closed_at.is_(None))
        .order_by(SubsidyRound.starts_on.desc(), SubsidyRound.id)
    )
    return [row.SubsidyRound for row in rows]


def unpaid_rows(ctx: Ctx, _as_of: AsOf) -> Select[Any]:
    """Return the awards that stand and have not arrived."""
    columns: list[Any] = [
        Award.school_id, cast(null(), Uuid).label("homeroom_id"), Award.child_id,
        SubsidyRound.title.label("title"), cast(Award.awarded_at, Date).label("day"),
        true().label("unpaid"),
    ]  # fmt: skip
    wanted = (
        select(*columns)
        .join(SubsidyRound, refers(Award.round_id, SubsidyRound))
        .join(Child, refers(Award.child_id, Child))
        .where(Award.id.in_(unpaid()))
    )
    return visible(ctx, MONEY, wanted)


ROWS: Mapping[str, IndicatorRows] = {
    FUNDED: pupils_rows,
    UNFUNDED: pupils_rows,
    UNPAID: unpaid_rows,
}
