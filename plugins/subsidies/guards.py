"""Rules that hold for every step: two pairs of eyes, the centre's own matters, the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.sdk import Ctx, Forbidden, Reach, Refused, audit
from plugins.subsidies.words import T


def demand_other(ctx: Ctx, *before: UUID | None) -> None:
    """Refuse a step to whoever took one of the steps before it, and to nobody in particular."""
    if ctx.actor.staff_id is None:
        raise Refused(T("Only a person of the staff can do this."))
    if ctx.actor.staff_id in before:
        raise Refused(
            T("You took part in an earlier step. Somebody else has to decide (two pairs of eyes).")
        )


def demand_center(ctx: Ctx, permission: str) -> None:
    """Refuse what is the centre's own to everybody who reaches only schools."""
    if ctx.scope.reach is not Reach.CENTER:
        raise Forbidden(permission)


def demand_state(found: str, *allowed: str) -> None:
    """Refuse a step that does not follow on the state a thing is in."""
    if found not in allowed:
        raise Refused(T("This has moved on meanwhile. Load the page again and look at it."))


def demand_text(text: str, field: str) -> str:
    """Return a text without blanks around; refuse an empty one."""
    if not text.strip():
        raise Refused(T("Say why: it is read by whoever comes after you."), field)
    return text.strip()


def note(ctx: Ctx, action: str, row: Any, **detail: Any) -> None:
    """Write a step into the audit: ``action`` is the last word; ids, counts and sums only."""
    what = type(row).__tablename__.removeprefix("subsidies_")
    audit(
        ctx,
        f"subsidies.{what}.{action}",
        object_type=type(row).__tablename__,
        object_id=row.id,
        school_id=getattr(row, "school_id", None),
        **detail,
    )


def staff_ids(rows: Iterable[Any], *columns: str) -> set[UUID]:
    """Return everybody who stands in one of the columns of some rows."""
    found = {getattr(row, column) for row in rows for column in columns}
    return {staff for staff in found if staff is not None}
