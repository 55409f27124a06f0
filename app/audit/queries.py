"""Reading the audit, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.audit.models import AuditEvent
from app.host.context import Ctx
from app.kernel.clock import CHINA

# A log is opened to look at what happened lately.
USUAL_DAYS = 30


@dataclass(frozen=True)
class Wanted:
    """Which events: from and until a day, both inside, of one account, of one action."""

    since: date
    until: date
    account_id: UUID | None = None
    action: str = ""


def events(wanted: Wanted) -> Select[Any]:
    """Return the query of the events wanted; the scope decides whose they are."""
    statement: Select[Any] = _within(select(AuditEvent), wanted)
    if wanted.account_id is not None:
        statement = statement.where(AuditEvent.account_id == wanted.account_id)
    if wanted.action:
        statement = statement.where(AuditEvent.action == wanted.action)
    return statement.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def people_and_actions(ctx: Ctx, wanted: Wanted) -> tuple[list[tuple[UUID, str]], list[str]]:
    """Return who did something in these days, and what kinds of things were done."""
    people = _within(select(AuditEvent.account_id, AuditEvent.actor), wanted).distinct()
    actions = _within(select(AuditEvent.action), wanted).distinct()
    rows = ctx.session.execute(people.where(AuditEvent.account_id.is_not(None)))
    names = {row.account_id: row.actor for row in rows}
    return sorted(names.items(), key=lambda item: item[1]), sorted(ctx.session.scalars(actions))


def _within(statement: Any, wanted: Wanted) -> Any:
    return statement.where(
        AuditEvent.at >= datetime.combine(wanted.since, time.min, CHINA),
        AuditEvent.at < datetime.combine(wanted.until + timedelta(days=1), time.min, CHINA),
    )
