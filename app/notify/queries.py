"""Reading one's own notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.accounts.models import Staff
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.notify.models import Notice, NoticeChoice

# Beyond this nobody counts, neither the reader nor the database.
MOST_COUNTED = 100
_MEMO = "unread_notices"


def unread(ctx: Ctx) -> int:
    """Return how many notices the reader has not read, at most ``MOST_COUNTED``; one query."""
    if _MEMO not in ctx.memo:
        mine = Notice.account_id == ctx.scope.account_id
        some = select(Notice.id).where(mine, Notice.read_at.is_(None)).limit(MOST_COUNTED)
        ctx.memo[_MEMO] = ctx.session.execute(
            select(func.count()).select_from(some.subquery())
        ).scalar_one()
    found: int = ctx.memo[_MEMO]
    return found


def notices(ctx: Ctx) -> Select[Any]:
    """Return the query of the reader's notices, newest first."""
    mine = Notice.account_id == ctx.scope.account_id
    return select(Notice).where(mine).order_by(Notice.created_at.desc(), Notice.id.desc())


def own_notice(ctx: Ctx, notice_id: UUID) -> Notice:
    """Return one of the reader's notices; raises :class:`NotVisible` for any other."""
    found: Notice | None = ctx.session.scalar(notices(ctx).where(Notice.id == notice_id))
    if found is None:
        raise NotVisible
    return found


def wants_mail(ctx: Ctx) -> bool:
    """Tell whether the reader has chosen mail."""
    mine = NoticeChoice.account_id == ctx.scope.account_id
    return bool(ctx.session.scalar(select(NoticeChoice.mail).where(mine)))


def own_address(ctx: Ctx) -> str:
    """Return the mail address of the reader's own file, or an empty text."""
    own = select(Staff.email).where(Staff.id == ctx.actor.staff_id)
    return ctx.session.scalar(own) or ""
