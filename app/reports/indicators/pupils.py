"""Rows of pupils: one a present pupil, with class and school, for whatever is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    literal,
    not_,
    null,
    select,
    true,
)

from app.accounts.models import GrantChild
from app.children.attention import no_phone
from app.children.classification import classified
from app.children.models import Child, Placement
from app.children.pairings import pairings_on
from app.children.permits import visible
from app.host.context import Ctx
from app.host.hooks import AsOf

_AWAY = ("both", "one")


def pupil_rows(
    ctx: Ctx,
    permission: str,
    asked: Mapping[str, ColumnElement[bool]],
    *,
    left_behind_on: date | None = None,
) -> Select[Any]:
    """Return the present pupils that ``permission`` reaches as rows of an indicator.

    ``asked`` are conditions over ``Child``, each a column. ``pupils`` is a column that is true for
    all, to be the denominator of a rate. With ``left_behind_on`` only the children left behind on
    that day in the meaning of education.
    """
    wanted = visible(ctx, permission, _present({"pupils": true(), **asked}))
    if left_behind_on is None:
        return wanted
    classes = classified(left_behind_on)
    joined = and_(classes.c.center_id == Child.center_id, classes.c.child_id == Child.id)
    return wanted.join(classes, joined).where(classes.c.education.in_(_AWAY))


def _present(asked: Mapping[str, ColumnElement[bool]]) -> Select[Any]:
    placed = and_(
        Placement.center_id == Child.center_id,
        Placement.child_id == Child.id,
        Placement.ends_on.is_(None),
    )
    columns: list[Any] = [
        Child.school_id, Placement.homeroom_id, Child.id.label("child_id"),
        null().cast(String).label("title"), null().cast(Date).label("day"),
        *(condition.label(name) for name, condition in asked.items()),
    ]  # fmt: skip
    return (
        select(*columns)
        .select_from(Child)
        .outerjoin(Placement, placed)
        .where(Child.voided_at.is_(None), Child.merged_into_id.is_(None), Child.left_on.is_(None))
    )


def classified_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the pupils by what is known of their parents, in both meanings."""
    classes = classified(as_of.day)
    away = classes.c.education.in_(_AWAY)
    asked = {
        "boys": Child.sex == "male",
        "girls": Child.sex == "female",
        "both_away": classes.c.education == "both",
        "one_away": classes.c.education == "one",
        "left_behind": away,
        "left_behind_share": away,
        "civil": classes.c.civil == "yes",
        "unknown": classes.c.education == "unknown",
        "civil_unknown": classes.c.civil == "unknown",
    }
    joined = and_(classes.c.center_id == Child.center_id, classes.c.child_id == Child.id)
    return pupil_rows(ctx, "children.view", asked).join(classes, joined)


def no_phone_rows(ctx: Ctx, _as_of: AsOf) -> Select[Any]:
    """Return the pupils of whose family nobody can be called."""
    return pupil_rows(ctx, "children.view", {"no_phone": literal(True)}).where(no_phone(ctx))


def unpaired_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the left-behind children, and which of them nobody is the mentor of."""
    held = pairings_on(as_of.day).with_only_columns(GrantChild.child_id)
    asked = {"unpaired": not_(Child.id.in_(held)), "left_behind": literal(True)}
    return pupil_rows(ctx, "children.view", asked, left_behind_on=as_of.day)
