"""Judging some people's duties gives what judging everybody's gives of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql.selectable import TableValuedAlias

from app.accounts.models import Staff
from app.duties.acts import open_since
from app.duties.concerning import open_duties_of
from app.duties.states import duty_states, live_duties, term_begin
from app.host.context import Ctx


def rows_of(ctx: Ctx, duty: TableValuedAlias) -> list[Any]:
    """Return all rows of a table of duties."""
    wanted = select(duty).where(duty.c.center_id == ctx.scope.center_id)
    return list(ctx.session.execute(wanted))


def _counted(rows: Iterable[Any]) -> Counter[tuple[Any, ...]]:
    return Counter(
        tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row) for row in rows
    )


def owed_by_each(ctx: Ctx) -> dict[UUID, int]:
    """Check for everybody on the staff that the short way finds what the long one does.

    Return how many duties each owes.
    """
    whole = rows_of(ctx, live_duties(ctx.today(), open_since(ctx)))
    owed = {}
    for person in ctx.session.scalars(select(Staff.id)).all():
        short = rows_of(ctx, open_duties_of(ctx, person))
        mine = _counted(row for row in whole if person in row.owed_by)
        assert mine == _counted(row for row in short if person in row.owed_by)
        owed[person] = sum(mine.values())
    return owed


def same_of_some(ctx: Ctx) -> int:
    """Check every second subject of the term by itself; return how many duties they have."""
    on, since = ctx.today(), term_begin(ctx, ctx.today())
    whole = rows_of(ctx, duty_states(on, since))
    some = set(sorted({row.subject_id for row in whole})[::2])
    found = _counted(rows_of(ctx, duty_states(on, since, some)))
    assert found == _counted(row for row in whole if row.subject_id in some)
    return sum(found.values())
