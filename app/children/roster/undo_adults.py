"""Adults whom an import has told something about and somebody has changed since.

They are shared with brothers and sisters who stand in no such import, so that no child's version
tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from app.children.models import Guardian, GuardianPhone, ImportChange
from app.children.roster.trace import plain
from app.db.conditions import any_of
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

_SHOWN = 10


def refuse_changed_adults(
    ctx: Ctx, changes: Iterable[ImportChange], phones: Sequence[UUID]
) -> None:
    """Raise Refused, naming them, when adults were changed since the import.

    ``phones`` are the numbers that it added to adults who stood there already.
    """
    filled: dict[UUID, dict[str, str]] = {}
    for change in changes:
        for key, values in change.before.get("filled", {}).items():
            filled.setdefault(UUID(key), {}).update(values)
    names = _changed(ctx, filled) | _answered(ctx, phones)
    if not names:
        return
    shown = sorted(names.values())
    raise Refused(
        T(
            "Nothing was taken back: {n} adults have been changed since: {names}",
            n=len(names),
            names="、".join(shown[:_SHOWN]) + ("…" if len(shown) > _SHOWN else ""),
        )
    )


def _changed(ctx: Ctx, filled: dict[UUID, dict[str, str]]) -> dict[UUID, str]:
    """Return those of whom something that the import wrote reads otherwise now."""
    people = ctx.session.scalars(select(Guardian).where(any_of(Guardian.id, filled)))
    return {
        person.id: person.name or str(T("Name not known"))
        for person in people
        if any(plain(getattr(person, name)) != was for name, was in filled[person.id].items())
    }


def _answered(ctx: Ctx, phones: Sequence[UUID]) -> dict[UUID, str]:
    """Return those of whom a number that the import added was answered, dead or withdrawn since."""
    rows = ctx.session.execute(
        select(Guardian.id, Guardian.name)
        .join(GuardianPhone.guardian)
        .where(
            any_of(GuardianPhone.id, phones),
            GuardianPhone.last_reached_on.is_not(None)
            | GuardianPhone.dead_on.is_not(None)
            | GuardianPhone.voided_at.is_not(None),
        )
    )
    return {row.id: row.name or str(T("Name not known")) for row in rows}
